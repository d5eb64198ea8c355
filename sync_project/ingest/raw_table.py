"""The raw table of one object: its shape follows the org's, its rows are merged by Id."""

from collections.abc import Iterable, Mapping

import duckdb

from sync_project.ingest.columns import TEXT, RawColumn, expected_columns
from sync_project.ingest.errors import SchemaDriftError
from sync_project.ingest.objects import table_name
from sync_project.salesforce.reading import Extract, ExtractKind
from sync_project.warehouse.connection import fetch_row
from sync_project.warehouse.models import count_rows, load_models, quote_name, table_exists

READERS: Mapping[ExtractKind, str] = {
    ExtractKind.JSON: """read_json($files, columns = $shape, format = 'array',
        maximum_object_size = 134217728)""",
    ExtractKind.CSV: """read_csv($files, columns = $shape, auto_detect = false, header = true, delim = ',',
        quote = '"', escape = '"', max_line_size = 67108864)""",
}


def fit_table(
    object_name: str, columns: Iterable[RawColumn], *, connection: duckdb.DuckDBPyConnection
) -> None:
    """Create the raw table, or add what it lacks; a column of another type is refused unless it is empty."""
    table = table_name(object_name)
    described = {column.name: column.type for column in columns}
    expected = expected_columns(table, models=load_models().values())
    wanted = described | {name: TEXT for name in expected if name not in described}
    if not table_exists(table, connection=connection):
        shape = ", ".join(f"{quote_name(name)} {kind}" for name, kind in wanted.items())
        connection.execute(f"CREATE TABLE {table} ({shape})")
        return
    known = table_columns(table, connection=connection)
    for name, kind in wanted.items():
        if name not in known:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {quote_name(name)} {kind}")
        elif known[name] != kind and name in described:
            _retype(object_name, name, known[name], kind, connection=connection)


def merge_files(
    table: str, columns: Iterable[RawColumn], extract: Extract, *, connection: duckdb.DuckDBPyConnection
) -> tuple[int, int]:
    """Replace the rows that arrived, by Id; returns how many arrived, and how many were new or different."""
    shape = {column.name: column.type for column in columns}
    names = ", ".join(map(quote_name, shape))
    connection.execute(
        # A row that moved between two pages arrives twice: the latest counts.
        f"""CREATE OR REPLACE TEMP TABLE arrived AS SELECT {names} FROM {READERS[extract.kind]}
        QUALIFY row_number() OVER (PARTITION BY Id ORDER BY SystemModstamp DESC) = 1""",
        {"files": [str(file) for file in extract.files], "shape": shape},
    )
    changed = count_rows(
        f"(SELECT {names} FROM arrived EXCEPT SELECT {names} FROM {table})", connection=connection
    )
    connection.execute(f"DELETE FROM {table} WHERE Id IN (SELECT Id FROM arrived)")
    connection.execute(f"INSERT INTO {table} BY NAME FROM arrived")
    return count_rows("arrived", connection=connection), changed


def table_columns(table: str, *, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Column names and DuckDB types of ``schema.table``; empty where there is no such table."""
    schema, _, name = table.partition(".")
    rows = connection.execute(
        """SELECT column_name, data_type FROM duckdb_columns()
        WHERE schema_name = $schema AND table_name = $name ORDER BY column_index""",
        {"schema": schema, "name": name},
    ).fetchall()
    return dict(rows)


def _retype(
    object_name: str, column: str, known: str, wanted: str, *, connection: duckdb.DuckDBPyConnection
) -> None:
    table = table_name(object_name)
    row = fetch_row(connection, f"SELECT count({quote_name(column)}) FROM {table}")
    if row and row[0]:
        raise SchemaDriftError(
            f"{object_name}.{column} was {known} and is now {wanted} in the org; {row[0]} rows hold a value. "
            f"Rename or drop the column {column} of {table} in the warehouse, then run again: "
            "it is read anew from the beginning."
        )
    connection.execute(f"ALTER TABLE {table} ALTER {quote_name(column)} TYPE {wanted}")
