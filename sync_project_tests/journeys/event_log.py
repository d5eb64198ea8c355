"""Dagster's own event log, in the same files, opened once for a run and not once for each event.

A commit does not wait for the disk: a file survives the end of its process without, and no test cuts power.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import yaml
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sql import create_engine
from sqlalchemy import Connection, Engine, text
from sqlalchemy.pool import StaticPool


class OpenEventLog(SqliteEventLogStorage):
    """Dagster 1.13 makes an engine each of 1,500 times that a run looks at its log: a quarter of a run."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: dict[str, Engine] = {}
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> Self:
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            if shard not in self._engines:
                self._engines[shard] = create_engine(
                    self.conn_string_for_shard(shard),
                    poolclass=StaticPool,
                    connect_args={"check_same_thread": False},
                )
                with self._engines[shard].connect() as connection:
                    connection.execute(text("PRAGMA synchronous = OFF"))
                self._initdb(self._engines[shard])
            with self._engines[shard].begin() as connection:
                yield connection

    def dispose(self) -> None:
        super().dispose()
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()


def keep_event_log_open(dagster_home: Path) -> None:
    """Settings of Dagster for a home of the tests, instead of those that its first run would write."""
    settings = {
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
        "event_log_storage": {
            "module": __name__,
            "class": OpenEventLog.__name__,
            "config": {"base_dir": str(dagster_home / "history" / "runs")},
        },
    }
    dagster_home.mkdir(parents=True, exist_ok=True)
    (dagster_home / "dagster.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
