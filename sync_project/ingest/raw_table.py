"""The raw table of one object: its shape follows the org's."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import duckdb

from sync_project.ingest.columns import TEXT, RawColumn, expected_columns
from sync_project.ingest.errors import SchemaDriftError, ShrunkTableError
from sync_project.ingest.objects import table_name
from sync_project.ingest.versions import VALIDITY, VersionedTable, drop_columns, fit_history
from sync_project.warehouse.models import (
    count_rows,
    count_values,
    describe_columns,
    load_models,
    quote_name,
    table_columns,
)

STAMPS = ("SystemModstamp", "LastModifiedDate", "CreatedDate")
"""What tells when a row changed, best first. History objects have only the last: their rows never change."""

SMALL_TABLE = 100
"""A table of fewer records may lose any share of them: the loss of a few says nothing."""


def raw_table(object_name: str, columns: Iterable[RawColumn]) -> VersionedTable:
    """The table of an object with these columns."""
    names = {column.name for column in columns}
    return VersionedTable(
        name=table_name(object_name), stamp=next((each for each in STAMPS if each in names), None)
    )


def fit_table(
    object_name: str,
    columns: Sequence[RawColumn],
    *,
    now: datetime,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Give the table the columns described, create it where it is absent.

    A column that is described no more goes; the history keeps its values. SchemaDriftError when a column
    that holds values would change its type.
    """
    table = raw_table(object_name, columns)
    described = {column.name: column.type for column in columns}
    expected = expected_columns(table.name, models=load_models().values())
    wanted = described | {name: TEXT for name in expected if name not in described} | VALIDITY
    before = known = table_columns(table.name, connection=connection)
    if not known:
        shape = ", ".join(f"{quote_name(name)} {kind}" for name, kind in wanted.items())
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS raw; CREATE TABLE {table.name} ({shape})")
        known = wanted
    for name in described.keys() & known.keys():
        if known[name] != described[name]:
            _retype(object_name, name, known[name], described[name], connection=connection)
    gone = [
        name
        for name in known
        if name not in wanted
        or (name not in described | VALIDITY and count_values(table.name, name, connection=connection))
    ]
    drop_columns(table, gone, now=now, connection=connection)
    for name, kind in wanted.items():
        if name not in known or name in gone:
            connection.execute(f"ALTER TABLE {table.name} ADD COLUMN {quote_name(name)} {kind}")
    labels = {column.name: column.label for column in columns if column.name not in before}
    describe_columns(table.name, labels, connection=connection)
    fit_history(table, connection=connection)


def live_condition(table: VersionedTable, *, connection: duckdb.DuckDBPyConnection) -> str:
    """What the rows meet that the org has not deleted."""
    has_tombstones = "IsDeleted" in table_columns(table.name, connection=connection)
    return "NOT coalesce(IsDeleted, FALSE)" if has_tombstones else "TRUE"


def count_live(table: VersionedTable, *, connection: duckdb.DuckDBPyConnection) -> int:
    """The rows that the org has not deleted."""
    return count_rows(
        f"{table.name} WHERE {live_condition(table, connection=connection)}", connection=connection
    )


def refuse_shrinking(object_name: str, *, gone_count: int, live_count: int, largest_pct: float) -> None:
    """ShrunkTableError where more of the live records would go at once than allowed."""
    if live_count >= SMALL_TABLE and gone_count * 100 > live_count * largest_pct:
        raise ShrunkTableError(
            object_name, gone_count=gone_count, live_count=live_count, largest_pct=largest_pct
        )


def _retype(
    object_name: str, column: str, known: str, wanted: str, *, connection: duckdb.DuckDBPyConnection
) -> None:
    table = table_name(object_name)
    held = count_values(table, column, connection=connection)
    if held:
        raise SchemaDriftError(
            f"{object_name}.{column} was {known} and is now {wanted} in the org; {held:,} rows hold a value. "
            f"To go on, name {column} in ingest.objects.{object_name}.left_out and run: its column goes, and "
            f"history.{table.partition('.')[2]} keeps what it held. To import it with its new type, take it "
            "out of left_out again after that run."
        )
    connection.execute(f"ALTER TABLE {table} ALTER {quote_name(column)} TYPE {wanted}")
