"""The one DuckDB file that runs write, and the transactions through which they write it."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb

Loaded = TypeVar("Loaded")

DuckDBSettings = Mapping[str, str | int | bool]
"""By DuckDB's own names."""


class WarehouseError(Exception):
    """What can go wrong with the warehouse.

    WarehouseError
    ├── WarehouseLockedError    another process has the file open
    └── WarehouseUnusableError  the file is no DuckDB database, or its folder cannot be written
    """


class WarehouseLockedError(WarehouseError):
    """Another process holds the file; ``holder_pid`` is None where DuckDB does not say which."""

    def __init__(self, path: Path, *, holder_pid: int | None, waited_seconds: float) -> None:
        self.path = path
        self.holder_pid = holder_pid
        holder = f"process {holder_pid}" if holder_pid else "another process"
        super().__init__(
            f"The warehouse {path} is held by {holder} (waited {waited_seconds:g} s). "
            "Close the program that has it open, or wait for its run to end; "
            "to query beside a run, open published.duckdb instead."
        )


class WarehouseUnusableError(WarehouseError):
    """The file cannot be opened at all."""

    def __init__(self, path: Path, *, cause: str) -> None:
        self.path = path
        super().__init__(
            f"The warehouse {path} cannot be opened: {cause}. "
            "Check the path and its permissions; if the file is damaged, move it away and run again."
        )


@dataclass(frozen=True, kw_only=True)
class Warehouse:
    """The DuckDB file of one home; every write goes through ``transaction``."""

    path: Path
    lock_wait_seconds: float = 10.0
    memory_limit: str | None = None
    """The most memory for DuckDB, such as ``4GB``; None for its own choice."""

    def load(self, work: Callable[[duckdb.DuckDBPyConnection], Loaded], *, column_count: int) -> Loaded:
        """Do ``work``, which lays rows into a table, in little memory, and return what it returns.

        Rows of a hundred kilobytes each do not fit into that: then it is done once more, from the beginning
        and with all the memory that DuckDB takes by itself.
        """
        try:
            with self.transaction(lean_settings(column_count)) as connection:
                return work(connection)
        except duckdb.OutOfMemoryException:
            with self.transaction() as connection:
                return work(connection)

    @contextmanager
    def transaction(self, settings: DuckDBSettings | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection whose work is kept as a whole at the end, or not at all on any exception.

        The file is open only meanwhile, so that other processes get their turn, and DuckDB's ``settings``
        hold no longer. Ctrl-C in a query is KeyboardInterrupt, as anywhere else.
        """
        connection = self._connect()
        try:
            # Times are kept as TIMESTAMP in UTC; this decides what a text without an offset means.
            connection.execute("SET TimeZone = 'UTC'")
            limit = {"memory_limit": self.memory_limit} if self.memory_limit else {}
            for name, value in (limit | dict(settings or {})).items():
                connection.execute(f"SET {name} = $value", {"value": value})
            connection.execute("BEGIN TRANSACTION")
            yield connection
            connection.execute("COMMIT")
        except RuntimeError as error:
            # DuckDB's own words for a signal handler that raised.
            if str(error) == "Query interrupted":
                raise KeyboardInterrupt from error
            raise
        finally:
            # Closing rolls back what was not committed.
            connection.close()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        pause = 0.05
        while True:
            try:
                return duckdb.connect(self.path)
            except duckdb.IOException as error:
                if "Could not set lock" not in str(error):
                    raise WarehouseUnusableError(self.path, cause=str(error).strip()) from error
                waited = time.monotonic() - started
                if waited >= self.lock_wait_seconds:
                    raise WarehouseLockedError(
                        self.path, holder_pid=_holder_pid(str(error)), waited_seconds=self.lock_wait_seconds
                    ) from error
            time.sleep(pause)
            pause = min(pause * 2, 1.0)


def lean_settings(column_count: int) -> DuckDBSettings:
    """So that rows are loaded in the same memory however many they are, on any machine.

    What is beyond the limit goes to disk, except a few blocks of each column for each thread: 400 columns
    take 384 MB [measured]. Two threads read faster than a network brings, and rows whose order is free are
    written as they come.
    """
    return {
        "memory_limit": f"{160 + column_count}MB",
        "threads": 2,
        "preserve_insertion_order": False,
    }


def fetch_row(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object] | None = None
) -> tuple[Any, ...] | None:
    """The first row of a short answer, read to its end; None where there is none.

    DuckDB 2.0 refuses to register a table on a connection whose last answer is unread.
    """
    rows = connection.execute(query, parameters or {}).fetchall()
    return rows[0] if rows else None


def fetch_dicts(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object] | None = None
) -> list[dict[str, Any]]:
    """The rows of a short answer by the names of its columns."""
    answer = connection.execute(query, parameters or {})
    names = [column[0] for column in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def as_timestamp(moment: datetime) -> datetime:
    """An aware moment as a TIMESTAMP column holds it: in UTC, and without saying so.

    >>> as_timestamp(datetime.fromisoformat("2026-01-02T12:00:00+02:00"))
    datetime.datetime(2026, 1, 2, 10, 0)
    """
    return moment.astimezone(UTC).replace(tzinfo=None)


def as_moment(timestamp: datetime) -> datetime:
    """What a TIMESTAMP column holds, as an aware moment.

    >>> as_moment(datetime(2026, 1, 2, 10)).isoformat()
    '2026-01-02T10:00:00+00:00'
    """
    return timestamp.replace(tzinfo=UTC)


def _holder_pid(message: str) -> int | None:
    found = re.search(r"PID (\d+)", message)
    return int(found.group(1)) if found else None
