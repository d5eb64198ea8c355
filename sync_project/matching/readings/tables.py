"""Between Python and the tables of readings: texts that a function reads, and lists for SQL to look into."""

from collections.abc import Callable, Iterable

import duckdb
import pandas as pd

from sync_project.warehouse.models import count_rows

Row = tuple[object, ...]

_BATCH_SIZE = 50_000


def insert_readings(
    table: str,
    *,
    connection: duckdb.DuckDBPyConnection,
    texts: str,
    read: Callable[[str], Row],
    batch_size: int = _BATCH_SIZE,
) -> None:
    """Add a row to the table for each text that the query ``texts`` gives in its only column.

    ``read`` makes the row, its values in the order of the table's columns. The query is asked once, before
    the first row is added.
    """
    # Not by rowid: rows of a transaction that is still open have other ones.
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE unread AS
        SELECT content, row_number() OVER () AS place FROM ({texts}) AS query (content)"""
    )
    for start in range(0, count_rows("unread", connection=connection), batch_size):
        batch = connection.execute(
            "SELECT content FROM unread WHERE place > $start AND place <= $stop",
            {"start": start, "stop": start + batch_size},
        ).fetchall()
        # DuckDB 2.0 registers nothing while a result is unread; it is read to its end here.
        connection.register("readings", pd.DataFrame([read(text) for (text,) in batch], dtype=object))
        connection.execute(f"INSERT INTO {table} SELECT * FROM readings").fetchall()
        connection.unregister("readings")
    connection.execute("DROP TABLE unread")


def create_word_table(table: str, words: Iterable[str], *, connection: duckdb.DuckDBPyConnection) -> None:
    """A temporary table with one column ``name``."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT unnest($words) AS name", {"words": list(words)}
    )
