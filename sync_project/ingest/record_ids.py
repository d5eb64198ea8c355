"""Sets of record ids, into DuckDB and out of it."""

from collections.abc import Iterable, Mapping

import duckdb


def list_ids(ids: Iterable[str], *, table: str, connection: duckdb.DuckDBPyConnection) -> None:
    """Make a temporary table of them, with the one column Id."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT unnest(CAST($ids AS VARCHAR[])) AS Id",
        {"ids": sorted(ids)},
    )


def read_ids(
    query: str, parameters: Mapping[str, object] | None = None, *, connection: duckdb.DuckDBPyConnection
) -> frozenset[str]:
    """The first column of an answer."""
    return frozenset(row[0] for row in connection.execute(query, parameters or {}).fetchall())
