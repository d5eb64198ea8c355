"""Outcomes that a field of the Lead tells; those of opportunities are plain SQL in ``icp/``."""

import duckdb

from sync_project.settings.icp import OutcomeSettings
from sync_project.warehouse.connection import fetch_row
from sync_project.warehouse.models import build_table, count_rows, load_models, quote_name

TABLE = "icp.field_outcome"
WON_WORDS = "('true', 'yes', 'y', '1', '1.0', 'won', 'converted')"
LOST_WORDS = "('false', 'no', 'n', '0', '0.0', 'lost')"


class OutcomeFieldError(ValueError):
    """The settings name an outcome field that cannot be read."""


def build_field_outcomes(*, connection: duckdb.DuckDBPyConnection, outcome: OutcomeSettings) -> int:
    """Replace ``icp.field_outcome``; empty unless the settings name a field. Returns its rows.

    OutcomeFieldError when the org lacks the field, or holds a value there that is neither yes nor no.
    """
    build_table(load_models()[TABLE], connection=connection, parameters={})
    if outcome.field is not None:
        _check_field(outcome.field, connection=connection)
        answer = f"lower(CAST({quote_name(outcome.field)} AS VARCHAR))"
        connection.execute(
            f"""INSERT INTO {TABLE}
            SELECT Id, CreatedDate, {answer} IN {WON_WORDS}
            FROM raw.lead WHERE NOT IsDeleted AND {quote_name(outcome.field)} IS NOT NULL"""
        )
    return count_rows(TABLE, connection=connection)


def _check_field(field: str, *, connection: duckdb.DuckDBPyConnection) -> None:
    known = fetch_row(
        connection,
        """SELECT 1 FROM raw.field
        WHERE object_name = 'Lead' AND field_name = $field AND is_imported""",
        {"field": field},
    )
    if known is None:
        raise OutcomeFieldError(
            f"icp.outcome.field names Lead.{field}, which the org lacks or hides from the integration user. "
            "Correct the name, or grant read access to it by a permission set."
        )
    answer = f"CAST({quote_name(field)} AS VARCHAR)"
    odd = fetch_row(
        connection,
        f"""SELECT {answer}, count(*) FROM raw.lead
        WHERE NOT IsDeleted AND lower({answer}) NOT IN {WON_WORDS} AND lower({answer}) NOT IN {LOST_WORDS}
        GROUP BY ALL ORDER BY ALL LIMIT 1""",
    )
    if odd is not None:
        raise OutcomeFieldError(
            f"icp.outcome.field names Lead.{field}, which holds {odd[0]!r} on {odd[1]} leads; "
            "expected yes or no, true or false, 1 or 0."
        )
