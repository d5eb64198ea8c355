"""``icp.<subject>_past``: what the signals of everybody said until they changed.

Only what is over is kept, since ``icp.<subject>_now`` has what holds: a day on which little changes costs
little. Both together tell the signals at the time of any run, whatever has been merged, deleted or mapped
otherwise since; which fields had which value is in ``history``.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import duckdb

from sync_project.icp.features.signals import Subject
from sync_project.warehouse.connection import as_timestamp
from sync_project.warehouse.models import quote_name, table_exists

NO_SIGNALS = ("subject_id", "as_of")


@contextmanager
def keeping_past(subject: Subject, *, connection: duckdb.DuckDBPyConnection, now: datetime) -> Iterator[None]:
    """Within, ``icp.<subject>_now`` is written anew; after it, ``icp.<subject>_past`` has what changed."""
    table, before = f"icp.{subject}_now", f"{subject}_before"
    connection.execute(
        f"""CREATE SCHEMA IF NOT EXISTS icp;
        CREATE TABLE IF NOT EXISTS icp.{subject}_past (
            subject_id VARCHAR, until TIMESTAMP, signal_values VARCHAR
        )"""
    )
    had_before = table_exists(table, connection=connection)
    if had_before:
        connection.execute(f"ALTER TABLE {table} RENAME TO {before}")
    yield
    if had_before:
        _keep_changes(subject, before=f"icp.{before}", connection=connection, now=now)
        connection.execute(f"DROP TABLE icp.{before}")


def past_query(
    subject: Subject, *, signals: Sequence[str], home: str, connection: duckdb.DuckDBPyConnection
) -> str:
    """subject_id and the signals, as text, of all who were there at ``$moment``, for the database ``home``.

    Of a signal that is no longer, or was not yet, the value is null.
    """
    known = _read_columns(f"{home}.icp.{subject}_now", connection=connection)
    paths = ", ".join(f"'$.{name}'" for name in signals)
    then = [f"said[{place}] AS {quote_name(name)}" for place, name in enumerate(signals, start=1)]
    now = [
        f"CAST({quote_name(name) if name in known else 'NULL'} AS VARCHAR) AS {quote_name(name)}"
        for name in signals
    ]
    return f"""WITH later AS (
            SELECT subject_id, signal_values FROM {home}.icp.{subject}_past
            WHERE until > $moment
            QUALIFY row_number() OVER (PARTITION BY subject_id ORDER BY until) = 1
        ),
        changed AS (
            SELECT subject_id, json_extract_string(signal_values, [{paths}]) AS said
            FROM later WHERE signal_values IS NOT NULL
        )
        SELECT {", ".join(["subject_id", *then])} FROM changed
        UNION ALL
        SELECT {", ".join(["subject_id", *now])} FROM {home}.icp.{subject}_now
        WHERE subject_id NOT IN (SELECT later.subject_id FROM later)"""


def pack(names: Sequence[str], *, of: str) -> str:
    """Columns ``of`` a table as JSON text, by their names."""
    packed = ", ".join(f"{quote_name(name)} := {of}.{quote_name(name)}" for name in names)
    return f"CAST(to_json(struct_pack({packed})) AS VARCHAR)"


def _keep_changes(
    subject: Subject, *, before: str, connection: duckdb.DuckDBPyConnection, now: datetime
) -> None:
    """Add what no longer holds; of who is new, that there was nothing.

    Whoever has a row of this very moment has told it already: two runs may be at one time.
    """
    earlier, later = (
        {name: kind for name, kind in found.items() if name not in NO_SIGNALS}
        for found in (_read_columns(table, connection=connection) for table in (before, f"icp.{subject}_now"))
    )
    rows = [
        f"({', '.join(f'{side}.{quote_name(name)}' for name in earlier)})" for side in ("earlier", "later")
    ]
    differs = f"{rows[0]} IS DISTINCT FROM {rows[1]}" if earlier == later else "TRUE"
    connection.execute(
        f"""INSERT INTO icp.{subject}_past BY NAME
        WITH changed AS (
            SELECT earlier.subject_id, {pack([*earlier], of="earlier")} AS signal_values
            FROM {before} AS earlier
            LEFT JOIN icp.{subject}_now AS later ON earlier.subject_id = later.subject_id
            WHERE later.subject_id IS NULL OR {differs}
            UNION ALL
            SELECT later.subject_id, NULL AS signal_values
            FROM icp.{subject}_now AS later
            WHERE later.subject_id NOT IN (SELECT earlier.subject_id FROM {before} AS earlier)
        )
        SELECT changed.*, CAST($now AS TIMESTAMP) AS until
        FROM changed
        WHERE changed.subject_id NOT IN (
            SELECT past.subject_id FROM icp.{subject}_past AS past WHERE past.until = $now
        )
        ORDER BY changed.subject_id""",
        {"now": as_timestamp(now)},
    )


def _read_columns(table: str, *, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Column names and types; the table may be of another database."""
    return dict(connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE {table})").fetchall())
