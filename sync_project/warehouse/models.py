"""Tables described by ``.sql`` files: what the header says, what the query reads, how it is built.

A file ``<room>/<schema>/<table>.sql`` is the table ``schema.table``. Its header comment documents it:
first the description, then, after an empty comment line, one ``column | text`` line per column (a line
without a bar continues the text above it). Its statement is either a query, which builds the table, or
a ``CREATE TABLE`` that fixes the shape of a table filled by Python. What it reads, and which
``$parameters`` it takes, is read from the statement.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

import duckdb
import pandas as pd
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from sync_project.warehouse.connection import as_timestamp, fetch_row

ParameterValue = str | int | float | bool | list[str] | None


class ModelError(ValueError):
    """A ``.sql`` file that does not follow the convention."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """One table, as its ``.sql`` file describes it."""

    schema: str
    table: str
    description: str
    columns: Mapping[str, str]
    """Column name to its text, in the header's order."""
    statement: str
    is_query: bool
    """False where the file only fixes the shape and Python fills the table."""
    reads: frozenset[str] = field(default=frozenset())
    """The tables its query reads, as ``schema.table``; for ``history.x`` and ``history.x_past`` ``raw.x``."""
    columns_read: frozenset[tuple[str, str]] = field(default=frozenset())
    """The columns its query takes from them, as (``schema.table``, column)."""
    parameters: frozenset[str] = field(default=frozenset())

    @property
    def name(self) -> str:
        """``schema.table``."""
        return f"{self.schema}.{self.table}"


def parse_model(text: str, *, schema: str, table: str) -> Model:
    """Read one file's text; ModelError names the file's table and what is wrong with it."""
    header, statement = _split_header(text)
    description, columns = _parse_header(header)
    if not description:
        raise ModelError(
            f"{schema}.{table}: the file has no header comment; begin it with -- and a description"
        )
    parsed = sqlglot.parse_one(statement, dialect="duckdb")
    is_query = isinstance(parsed, exp.Query)
    if not is_query and not isinstance(parsed, exp.Create):
        raise ModelError(f"{schema}.{table}: expected a query or CREATE TABLE, found {parsed.key.upper()}")
    return Model(
        schema=schema,
        table=table,
        description=description,
        columns=columns,
        statement=statement,
        is_query=is_query,
        reads=_read_tables(parsed) if is_query else frozenset(),
        columns_read=frozenset(_read_columns(parsed)) if is_query else frozenset(),
        parameters=frozenset(each.name for each in parsed.find_all(exp.Placeholder)),
    )


@cache
def load_models(package: str = "sync_project") -> Mapping[str, Model]:
    """Every model under a package by ``schema.table``, sorted by name."""
    found = [
        parse_model(file.read_text(encoding="utf-8"), schema=schema, table=file.name.removesuffix(".sql"))
        for schema, file in _sql_files(resources.files(package))
    ]
    return {each.name: each for each in sorted(found, key=lambda model: model.name)}


def build_table(
    model: Model,
    *,
    connection: duckdb.DuckDBPyConnection,
    parameters: Mapping[str, ParameterValue],
) -> int:
    """Replace the table by its query's rows, or create it empty where Python fills it; returns its row count.

    ``parameters`` may hold more than the query takes. KeyError names one that is missing.
    """
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {model.schema}")
    if model.is_query:
        given = {name: parameters[name] for name in sorted(model.parameters)}
        connection.execute(f"CREATE OR REPLACE TABLE {model.name} AS {model.statement}", given)
    else:
        connection.execute(f"DROP TABLE IF EXISTS {model.name}")
        connection.execute(model.statement)
    describe_table(model, connection=connection)
    return count_rows(model.name, connection=connection)


def ensure_table(model: Model, *, connection: duckdb.DuckDBPyConnection) -> None:
    """Create a table that Python fills where it is absent; one that exists keeps its rows.

    One of an earlier release gets the columns that have come since, empty in the rows that it has.
    """
    known = table_columns(model.name, connection=connection)
    if known and model.columns.keys() <= known.keys():
        return
    earlier = f"{model.name}_before"
    if known:
        connection.execute(f"ALTER TABLE {model.name} RENAME TO {model.table}_before")
    build_table(model, connection=connection, parameters={})
    if known:
        kept = ", ".join(quote_name(name) for name in model.columns if name in known)
        connection.execute(f"INSERT INTO {model.name} BY NAME SELECT {kept} FROM {earlier}")
        connection.execute(f"DROP TABLE {earlier}")


def describe_table(model: Model, *, connection: duckdb.DuckDBPyConnection) -> None:
    """Put the header's texts into DuckDB's catalog."""
    connection.execute(f"COMMENT ON TABLE {model.name} IS {_quote_text(model.description)}")
    describe_columns(model.name, model.columns, connection=connection)


def describe_columns(name: str, texts: Mapping[str, str], *, connection: duckdb.DuckDBPyConnection) -> None:
    """Put a text for each column of ``schema.table`` there."""
    for column, text in texts.items():
        connection.execute(f"COMMENT ON COLUMN {name}.{quote_name(column)} IS {_quote_text(text)}")


def table_exists(name: str, *, connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether ``schema.table`` is there."""
    schema, _, table = name.partition(".")
    found = fetch_row(
        connection,
        "SELECT 1 FROM duckdb_tables() WHERE schema_name = $schema AND table_name = $table",
        {"schema": schema, "table": table},
    )
    return found is not None


def table_columns(table: str, *, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Column names and DuckDB types of ``schema.table``; empty where there is no such table."""
    schema, _, name = table.partition(".")
    rows = connection.execute(
        """SELECT column_name, data_type FROM duckdb_columns()
        WHERE schema_name = $schema AND table_name = $name ORDER BY column_index""",
        {"schema": schema, "name": name},
    ).fetchall()
    return dict(rows)


def count_rows(name: str, *, connection: duckdb.DuckDBPyConnection) -> int:
    """The rows of ``schema.table``."""
    row = fetch_row(connection, f"SELECT count(*) FROM {name}")
    return int(row[0]) if row else 0


def count_values(table: str, column: str, *, connection: duckdb.DuckDBPyConnection) -> int:
    """The rows of ``schema.table`` that hold a value in the column."""
    row = fetch_row(connection, f"SELECT count({quote_name(column)}) FROM {table}")
    return int(row[0]) if row else 0


def insert_row(table: str, row: Mapping[str, object], *, connection: duckdb.DuckDBPyConnection) -> None:
    """Add one row, given by column; moments are kept as timestamps, columns that are not given as null."""
    given = {
        name: as_timestamp(value) if isinstance(value, datetime) else value for name, value in row.items()
    }
    values = ", ".join(f"${name}" for name in given)
    connection.execute(f"INSERT INTO {table} ({', '.join(given)}) VALUES ({values})", given)


def insert_frame(table: str, rows: pd.DataFrame, *, connection: duckdb.DuckDBPyConnection) -> None:
    """Add rows by the names of their columns; columns that are not given are null."""
    connection.register("inserted_rows", rows)
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM inserted_rows")
    connection.unregister("inserted_rows")


def quote_name(name: str) -> str:
    """A name as an SQL identifier.

    >>> print(quote_name('a"b'))
    "a""b"
    """
    return '"' + name.replace('"', '""') + '"'


def _quote_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _split_header(text: str) -> tuple[list[str], str]:
    lines = text.splitlines()
    end = next((at for at, line in enumerate(lines) if not line.startswith("--")), len(lines))
    return [line.removeprefix("--").strip() for line in lines[:end]], "\n".join(lines[end:]).strip().rstrip(
        ";"
    )


def _parse_header(lines: list[str]) -> tuple[str, dict[str, str]]:
    description: list[str] = []
    columns: dict[str, str] = {}
    for line in lines:
        column, bar, text = line.partition("|")
        if bar:
            columns[column.strip()] = text.strip()
        elif line and columns:
            last = next(reversed(columns))
            columns[last] = f"{columns[last]} {line}"
        elif line:
            description.append(line)
    return " ".join(description), columns


def _read_tables(parsed: exp.Expr) -> frozenset[str]:
    named = (f"{table.db}.{table.name}" for table in parsed.find_all(exp.Table) if table.db)
    return frozenset(re.sub(r"^history\.(.+?)(_past)?$", r"raw.\1", name) for name in named)


def _read_columns(parsed: exp.Expr) -> Iterator[tuple[str, str]]:
    """A column without a table's name counts where its query has one source only."""
    for scope in traverse_scope(parsed):
        sources = {
            alias: f"{table.db}.{table.name}"
            for alias, table in scope.sources.items()
            if isinstance(table, exp.Table)
        }
        for column in scope.columns:
            source = sources.get(column.table) if column.table else _only(sources, scope.sources)
            if source:
                yield source, column.name


def _only(tables: Mapping[str, str], sources: Mapping[str, object]) -> str | None:
    return next(iter(tables.values())) if len(tables) == len(sources) == 1 else None


def _sql_files(folder: Traversable) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sql_files(entry)
        elif entry.name.endswith(".sql"):
            yield folder.name, entry
