"""A folder, a warehouse, and event sources as a run reads them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from sync_project.ingest.events.files import EventFile
from sync_project.ingest.events.importing import ReadingConditions, SourceOutcome, import_events
from sync_project.ingest.events.inbox import open_inbox
from sync_project.ingest.events.listing import list_event_files
from sync_project.ingest.windows import Window
from sync_project.settings.ingest import EventSource
from sync_project.warehouse.connection import Warehouse
from sync_project.warehouse.models import build_table, load_models

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = Window(start=datetime(2026, 3, 1, tzinfo=UTC), end=datetime(2026, 3, 2, tzinfo=UTC))

HEADER = "event_id,occurred_at,email,domain,kind,properties"
CSV = f"""{HEADER}
e1,2026-02-01T10:00:00Z,ann@acme.com,,page_view,"{{""path"": ""/""}}"
e2,2026-02-02T12:00:00+02:00,,acme.com,demo_request,
"""


@dataclass(kw_only=True)
class EventHome:
    """By default one source, the folder, of which everything counts."""

    path: Path
    sources: dict[str, EventSource] = field(default_factory=lambda: {"folder": EventSource(backfill=True)})
    variables: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder = self.path / "events"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.warehouse = Warehouse(path=self.path / "warehouse.duckdb")

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def read(self, *, window: Window = TODAY, now: datetime = NOW) -> list[SourceOutcome]:
        given = ReadingConditions(folder=self.folder, variables=self.variables, window=window, now=now)
        return import_events(self.sources, warehouse=self.warehouse, given=given)

    def read_one(self, *, window: Window = TODAY, now: datetime = NOW) -> SourceOutcome:
        [outcome] = self.read(window=window, now=now)
        return outcome

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.warehouse.transaction() as connection:
            return connection.execute(query).fetchall()

    def ids(self) -> list[object]:
        """Of the events that arrived, in their order."""
        return [each for (each,) in self.rows("SELECT event_id FROM raw.engagement_event ORDER BY event_id")]

    def staged(self, columns: str = "event_id") -> list[tuple[object, ...]]:
        with self.warehouse.transaction() as connection:
            build_table(load_models()["staged.engagement_event"], connection=connection, parameters={})
        return self.rows(f"SELECT {columns} FROM staged.engagement_event")

    def tables(self) -> list[list[tuple[object, ...]]]:
        """All that an import writes, whatever the order of rows."""
        return [
            sorted(self.rows(f"FROM raw.{table}"), key=repr)
            for table in ("engagement_event", "rejected_event", "event_file", "event_source")
        ]


def write_parquet(path: Path, query: str) -> None:
    duckdb.sql(query).write_parquet(os.fspath(path))


def list_files(files: Path) -> list[EventFile]:
    with open_inbox(files.parent / "w.duckdb", now=NOW) as inbox:
        return list_event_files(str(files), inbox=inbox)
