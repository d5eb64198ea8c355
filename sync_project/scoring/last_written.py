"""``scored.last_written``: what the last runs wrote, as this run finds it.

It is written at the end of one run and read by the next, so it is no dependency in the lineage.
"""

from collections.abc import Iterable

import duckdb

from sync_project.warehouse.models import build_table, ensure_table, load_models, quote_name

TABLE = "scored.last_written"
WRITTEN = "outbound.written_score"


def read_last_written(*, connection: duckdb.DuckDBPyConnection) -> None:
    """Replace ``scored.last_written``; empty where nothing was written yet.

    Reads ``icp.model`` and ``matched.record_redirect``.
    """
    ensure_table(load_models()[WRITTEN], connection=connection)
    build_table(load_models()[TABLE], connection=connection, parameters={})
    connection.execute(
        f"""INSERT INTO {TABLE} BY NAME
        SELECT written.subject, written.subject_id, written.subject_id AS record_id,
            CASE WHEN written.basis = model.basis THEN written.tier END AS tier
        FROM {WRITTEN} AS written
        LEFT JOIN icp.model AS model ON written.subject = model.subject"""
    )
    connection.execute(
        f"""INSERT INTO {TABLE} BY NAME
        SELECT known.* REPLACE (redirect.final_record_id AS subject_id)
        FROM {TABLE} AS known
        INNER JOIN matched.record_redirect AS redirect ON known.subject_id = redirect.record_id
        INNER JOIN {WRITTEN} AS written
            ON known.subject = written.subject AND known.record_id = written.subject_id
        ANTI JOIN {TABLE} AS own
            ON known.subject = own.subject AND redirect.final_record_id = own.subject_id
        QUALIFY row_number() OVER (
            PARTITION BY known.subject, redirect.final_record_id
            ORDER BY written.written_at DESC, known.record_id
        ) = 1"""
    )


def hash_values(signals: Iterable[str], *, of: str) -> str:
    """SQL of a text that is another one as soon as a value of these columns of ``of`` is.

    >>> print(hash_values(["visits", "industry"], of="now"))
    CAST(hash('industry,visits', now."industry", now."visits") AS VARCHAR)
    """
    names = sorted(signals)
    said = ",".join(names).replace("'", "''")
    columns = ", ".join([f"'{said}'", *(f"{of}.{quote_name(name)}" for name in names)])
    return f"CAST(hash({columns}) AS VARCHAR)"
