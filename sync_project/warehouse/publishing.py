"""The copy of the warehouse that analysts open while runs go on."""

from pathlib import Path

import duckdb

from sync_project.warehouse.connection import Warehouse, fetch_row
from sync_project.warehouse.scratch import scratch_folder

STORAGE_VERSION = "v1.4.0"
"""Older DuckDB programs can then open the published file too: 1.5 refuses the default format of 2.0."""


def publish(warehouse: Warehouse, *, target: Path) -> int:
    """Replace ``target`` by all tables of the warehouse at once and return its size in bytes.

    Readers that have the old file open keep it; new readers get the new one; nobody sees half of it.
    """
    with scratch_folder(target) as folder:
        draft = folder / target.name
        with warehouse.transaction() as connection:
            _copy(connection, draft)
        size = draft.stat().st_size
        draft.replace(target)
    return size


def _copy(connection: duckdb.DuckDBPyConnection, draft: Path) -> None:
    source = fetch_row(connection, "SELECT current_database()")
    path = str(draft).replace("'", "''")
    connection.execute(f"ATTACH '{path}' AS published (STORAGE_VERSION '{STORAGE_VERSION}')")
    connection.execute(f"COPY FROM DATABASE {source[0] if source else ''} TO published")
