"""A warehouse whose file stays open from one table to the next, as opening it takes longer than most."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from sync_project.defs.surroundings import Surroundings
from sync_project.warehouse.connection import DuckDBSettings, Warehouse

_HELD: dict[Path, duckdb.DuckDBPyConnection] = {}
"""By the file: what keeps it open while nobody writes."""


class HeldWarehouse(Warehouse):
    """DuckDB takes 20 ms to open a file, and a run opens it 150 times. A write is a transaction as ever."""

    @contextmanager
    def transaction(self, settings: DuckDBSettings | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        if settings:
            # They hold for all who have the file open, so it is closed before and after.
            release(self.path)
        with super().transaction(settings) as connection:
            if not settings and self.path not in _HELD:
                # A cursor of this connection would be closed with it.
                _HELD[self.path] = duckdb.connect(self.path)
            yield connection


class HeldSurroundings(Surroundings):
    """The same surroundings with such a warehouse."""

    @property
    def warehouse(self) -> Warehouse:
        own = super().warehouse
        return HeldWarehouse(
            path=own.path, lock_wait_seconds=own.lock_wait_seconds, memory_limit=own.memory_limit
        )


def release(path: Path) -> None:
    """Close the file for others to open."""
    if path in _HELD:
        _HELD.pop(path).close()
