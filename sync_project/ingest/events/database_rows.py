"""What a database answers, as rows of engagement events: a DuckDB file, or all that SQLAlchemy can open.

The database's URL may carry a password. So no message repeats the URL, nor what a driver says of it; of
the answer to the query it does, for by then the URL is known to be right.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy
from sqlalchemy.exc import SQLAlchemyError

from sync_project.ingest.events.inbox import CHUNK_ROWS
from sync_project.ingest.events.rows import EventShape, EventSourceError, Row, RowReader, first_line

DUCKDB = "duckdb:///"


def read_database(url: str, query: str, *, variable: str, shape: EventShape) -> Iterator[Row]:
    """The rows that the query brings, each with its number as line.

    ``variable`` is the environment variable that holds the URL, for messages. EventSourceError where the
    database cannot be reached, or refuses the query.
    """
    answer = _ask_duckdb if url.startswith(DUCKDB) else _ask_sqlalchemy
    numbers = count(1)
    reader: RowReader | None = None
    for names, rows in answer(url, query, variable=variable):
        if reader is None:
            fault = shape.missing_columns(names)
            if fault:
                raise EventSourceError(
                    f"query: {fault}. Select it, or name the column that holds it in fields."
                )
            reader = RowReader(names, shape=shape)
        for values in rows:
            yield reader.read_values(values, line=next(numbers))


Chunks = Iterator[tuple[Sequence[str], Sequence[Sequence[Any]]]]
"""Column names and some rows; once with none where there are none."""


def _ask_duckdb(url: str, query: str, *, variable: str) -> Chunks:
    path = url.removeprefix(DUCKDB)
    try:
        opened = duckdb.connect(path, read_only=path != ":memory:")
    except duckdb.Error as error:
        raise _unreachable(variable, error) from None
    with opened as connection:
        try:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(query)
            names = [name for name, *_ in connection.description]
            yield names, []
            while rows := connection.fetchmany(CHUNK_ROWS):
                yield names, rows
        except duckdb.Error as error:
            raise _refused(error) from error


def _ask_sqlalchemy(url: str, query: str, *, variable: str) -> Chunks:
    try:
        engine = sqlalchemy.create_engine(url, hide_parameters=True)
        _expect_sqlite_file(engine.url)
        opened = engine.connect()
    except ModuleNotFoundError as error:
        raise EventSourceError(
            f"database is the URL in {variable}, which needs the Python package {error.name}. Install it."
        ) from None
    except (SQLAlchemyError, OSError, TypeError, ValueError) as error:
        raise _unreachable(variable, error) from None
    # Nothing is ever committed: what a query may have changed is rolled back.
    with closing(opened) as connection:
        try:
            answer = connection.execution_options(yield_per=CHUNK_ROWS).execute(sqlalchemy.text(query))
            names = list(answer.keys())
            yield names, []
            for rows in answer.partitions():
                yield names, rows
        except SQLAlchemyError as error:
            raise _refused(getattr(error, "orig", None) or error) from None
        finally:
            engine.dispose()


def _expect_sqlite_file(url: sqlalchemy.URL) -> None:
    """SQLite would make an empty database where there is none."""
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise FileNotFoundError


def _unreachable(variable: str, error: Exception) -> EventSourceError:
    return EventSourceError(
        f"database is the URL in {variable}, and that database cannot be opened ({type(error).__name__}). "
        "Check the URL, such as postgresql+psycopg2://user:password@host/name or "
        "duckdb:////data/events.duckdb, and that the database answers from this machine."
    )


def _refused(error: BaseException) -> EventSourceError:
    return EventSourceError(f"query: the database refuses it: {first_line(error)}. Try it there by hand.")
