"""Engagement events: files and databases into ``raw.engagement_event``, each source by itself.

Good rows are kept, bad ones listed with file and line. What has not changed since it was read is not read
again; what is gone from a source stays. A source that cannot be read stops nobody else: its fault is noted
beside it. An event id that stands in several places is kept for each; ``staged`` makes one event of them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from sync_project.ingest.events.database_rows import read_database
from sync_project.ingest.events.files import EventFile, read_event_file
from sync_project.ingest.events.inbox import Inbox, ReadCounts, open_inbox
from sync_project.ingest.events.listing import list_event_files
from sync_project.ingest.events.rows import EventShape, EventSourceError
from sync_project.ingest.events.switches import note_read, switch_sources
from sync_project.ingest.windows import Window
from sync_project.settings.ingest import EventSource
from sync_project.warehouse.connection import Warehouse
from sync_project.warehouse.models import ensure_table, load_models

EVENT_TABLES = ("raw.engagement_event", "raw.rejected_event", "raw.event_file", "raw.event_source")
FAULTS_TOLD = 5


@dataclass(frozen=True, kw_only=True)
class ReadingConditions:
    """What all sources are read by."""

    folder: Path
    """The files of a source that names none; it need not be there."""
    variables: Mapping[str, str]
    """The environment variables that sources name, as far as they are set."""
    window: Window
    now: datetime


@dataclass(frozen=True, kw_only=True)
class SourceOutcome:
    """How the read of one source ended."""

    source: str
    counts: ReadCounts
    fault: str | None
    """Why the source, or a file of it, could not be read; None where all could."""


def import_events(
    sources: Mapping[str, EventSource], *, warehouse: Warehouse, given: ReadingConditions
) -> list[SourceOutcome]:
    """Read every source that is on.

    Of its files those that are new or changed, or were last written in a past window that is run again; of
    a database the whole answer.
    """
    with warehouse.transaction() as connection:
        for table in EVENT_TABLES:
            ensure_table(load_models()[table], connection=connection)
        counts_from = switch_sources(sources, connection=connection, now=given.now)
        read_files = _list_read_files(connection)
    switched_on = [
        _Source(
            name=name,
            settings=settings,
            counts_from=counts_from[name],
            read_files=frozenset(read_files.get(name, [])),
        )
        for name, settings in sources.items()
        if settings.enabled
    ]
    return [_import_source(source, warehouse=warehouse, given=given) for source in switched_on]


ReadFile = tuple[str, int, datetime, str]
"""Name, size and time of change of a file when it was read, and the settings that it was read by."""


def _list_read_files(connection: duckdb.DuckDBPyConnection) -> Mapping[str, list[ReadFile]]:
    """By source."""
    found = connection.execute(
        """SELECT source, list((file, size_bytes, timezone('UTC', changed_at), read_as)) FROM raw.event_file
        WHERE changed_at IS NOT NULL GROUP BY source"""
    ).fetchall()
    return dict(found)


@dataclass(frozen=True, kw_only=True)
class _Source:
    name: str
    settings: EventSource
    counts_from: datetime | None
    read_files: frozenset[ReadFile]

    @property
    def shape(self) -> EventShape:
        return EventShape(fields=self.settings.fields, kind=self.settings.kind)

    @property
    def read_as(self) -> str:
        """All that decides what a row becomes."""
        counts_from = self.counts_from.isoformat() if self.counts_from else None
        decisive = {"fields": self.shape.fields, "kind": self.shape.kind, "counts_from": counts_from}
        return json.dumps(decisive, sort_keys=True)

    def has_read(self, file: EventFile) -> bool:
        return (file.name, file.size_bytes, file.changed_at, self.read_as) in self.read_files


def _import_source(source: _Source, *, warehouse: Warehouse, given: ReadingConditions) -> SourceOutcome:
    with open_inbox(beside=warehouse.path, now=given.now) as inbox:
        try:
            faults = list(_fill_inbox(inbox, source, given=given))
        except EventSourceError as error:
            faults = [str(error)]
        fault = _put_together(faults, setting=f"ingest.event_sources.{source.name}")
        with warehouse.transaction() as connection:
            counts = inbox.deliver(
                source.name, counts_from=source.counts_from, read_as=source.read_as, connection=connection
            )
            note_read(source.name, fault=fault, connection=connection, now=given.now)
    return SourceOutcome(source=source.name, counts=counts, fault=fault)


def _fill_inbox(inbox: Inbox, source: _Source, *, given: ReadingConditions) -> Iterator[str]:
    """Read what is to be read; yields the faults of single files, beside which the others are read."""
    settings = source.settings
    if settings.database is not None and settings.query is not None:
        url = _find_url(settings.database, given)
        rows = read_database(url, settings.query, variable=settings.database, shape=source.shape)
        inbox.take(rows, file=None, shape=source.shape)
        inbox.finish(None, size_bytes=None, changed_at=None)
        return
    for file in _list_pending(inbox, source, given=given):
        try:
            read_event_file(file, shape=source.shape, inbox=inbox)
        except EventSourceError as error:
            yield str(error)
        else:
            inbox.finish(file.name, size_bytes=file.size_bytes, changed_at=file.changed_at)


def _find_url(variable: str, given: ReadingConditions) -> str:
    if variable not in given.variables:
        raise EventSourceError(
            f"database is {variable}, and no such environment variable is set. Set it to the database's URL."
        )
    return given.variables[variable]


def _list_pending(inbox: Inbox, source: _Source, *, given: ReadingConditions) -> list[EventFile]:
    """The files that are not as they were when they were read, or are to be read again."""
    named = source.settings.files
    if named is None and not given.folder.is_dir():
        return []
    files = list_event_files(named or str(given.folder), inbox=inbox)
    return [file for file in files if not source.has_read(file) or _is_rerun(file, given)]


def _is_rerun(file: EventFile, given: ReadingConditions) -> bool:
    """Whether somebody asks for a past partition again, and this file was last written in it."""
    start, end = given.window.start, given.window.end
    if file.changed_at is None or end > given.now:
        return False
    return (start is None or start <= file.changed_at) and file.changed_at < end


def _put_together(faults: Sequence[str], *, setting: str) -> str | None:
    """A line for each of the first few."""
    lines = [f"{setting}.{each}" for each in faults[:FAULTS_TOLD]]
    more = len(faults) - FAULTS_TOLD
    return "\n".join([*lines, *([f"{setting}.files: {more} more"] if more > 0 else [])]) or None
