"""``scored.last_written``: what the last runs wrote, as this run finds it.

It is written at the end of one run and read by the next, so it is no dependency in the lineage.
"""

import duckdb

from sync_project.warehouse.models import build_table, ensure_table, load_models

TABLE = "scored.last_written"
WRITTEN = "outbound.written_score"


def read_last_written(*, connection: duckdb.DuckDBPyConnection) -> None:
    """Replace ``scored.last_written``; empty where nothing was written yet."""
    ensure_table(load_models()[WRITTEN], connection=connection)
    build_table(load_models()[TABLE], connection=connection, parameters={})
    connection.execute(f"INSERT INTO {TABLE} SELECT subject, subject_id, tier FROM {WRITTEN}")
