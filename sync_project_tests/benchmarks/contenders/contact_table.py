"""The table that the peers fill, with the types that ours has."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from sync_project_tests.benchmarks.contacts import COLUMNS


@contextmanager
def contact_table(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A new database with the empty table ``contact``; it is closed, and so written, at the end."""
    shape = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    with duckdb.connect(database) as connection:
        connection.execute(f"CREATE TABLE contact ({shape})")
        yield connection


def insert_csv(files: Sequence[Path], *, connection: duckdb.DuckDBPyConnection) -> None:
    """As DuckDB does it by itself, its settings untouched."""
    connection.execute(
        "INSERT INTO contact FROM read_csv($files, columns = $shape, header = true, auto_detect = false)",
        {"files": [str(file) for file in files], "shape": COLUMNS},
    )
