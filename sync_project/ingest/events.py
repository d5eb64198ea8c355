"""Engagement events: a folder of CSV, JSON lines and Parquet files into ``raw.engagement_event``.

Good rows are kept, bad ones listed with file and line. A file that has not changed since it was read is
not read again. An event id that stands in several files is kept once per file; ``staged`` makes one of them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from sync_project.ingest.event_files import SUFFIXES, read_event_file
from sync_project.ingest.windows import Window
from sync_project.warehouse.connection import Warehouse
from sync_project.warehouse.models import count_rows, ensure_table, load_models

CLOCK_SKEW = timedelta(days=1)
"""How far ahead of ours a source's clock may be."""

TABLES = ("raw.engagement_event", "raw.rejected_event", "raw.event_file")

REASON = """CASE
    WHEN fault IS NOT NULL THEN fault
    WHEN event_id IS NULL THEN 'event_id is empty; every event needs an id of its own'
    WHEN NOT coalesce(isfinite(TRY_CAST(occurred_at AS TIMESTAMPTZ)), FALSE)
        THEN 'occurred_at is ' || coalesce(chr(39) || occurred_at || chr(39), 'empty')
            || '; expected a time such as 2026-01-02T10:00:00Z'
    WHEN CAST(TRY_CAST(occurred_at AS TIMESTAMPTZ) AS TIMESTAMP) > $latest
        THEN 'occurred_at is ' || chr(39) || occurred_at || chr(39) || ', which lies in the future'
    WHEN email IS NULL AND domain IS NULL THEN 'email and domain are empty; one of them says who it was'
    WHEN kind IS NULL THEN 'kind is empty; expected a word such as page_view'
    WHEN NOT coalesce(CASE WHEN json_valid(properties) THEN json_type(properties) = 'OBJECT' ELSE FALSE END,
        properties IS NULL)
        THEN 'properties is ' || chr(39) || left(properties, 60) || chr(39) || '; expected a JSON object'
END"""


@dataclass(frozen=True, kw_only=True)
class EventCounts:
    """What the folder brought."""

    file_count: int
    """Files read this time."""
    event_count: int
    """Good rows in them."""
    rejected_count: int
    """Bad rows in them."""
    table_count: int
    """Events in the table afterwards."""


@dataclass(frozen=True, kw_only=True)
class _File:
    name: str
    size_bytes: int
    changed_at: datetime


def import_events(folder: Path, *, warehouse: Warehouse, window: Window, now: datetime) -> EventCounts:
    """Read the files that are new or changed, and those last written in a past window that is run again."""
    files = _list_files(folder)
    with warehouse.transaction() as connection:
        for table in TABLES:
            ensure_table(load_models()[table], connection=connection)
        known = _known_files(connection)
        pending = [file for file in files if file not in known or _is_rerun(file, window, now=now)]
        counts = [_import_file(folder, file, connection=connection, now=now) for file in pending]
        return EventCounts(
            file_count=len(pending),
            event_count=sum(good for good, _ in counts),
            rejected_count=sum(bad for _, bad in counts),
            table_count=count_rows("raw.engagement_event", connection=connection),
        )


def _list_files(folder: Path) -> list[_File]:
    """The event files of a folder by name; a folder that is not there holds none."""
    paths = (
        [each for each in folder.glob("*") if each.suffix.lower() in SUFFIXES and each.is_file()]
        if folder.is_dir()
        else []
    )
    return [_look_at(path) for path in sorted(paths)]


def _look_at(path: Path) -> _File:
    status = path.stat()
    changed_at = datetime.fromtimestamp(status.st_mtime, tz=UTC)
    return _File(name=path.name, size_bytes=status.st_size, changed_at=changed_at)


def _known_files(connection: duckdb.DuckDBPyConnection) -> set[_File]:
    rows = connection.execute("SELECT file, size_bytes, changed_at FROM raw.event_file").fetchall()
    return {
        _File(name=name, size_bytes=size, changed_at=changed_at.replace(tzinfo=UTC))
        for name, size, changed_at in rows
    }


def _is_rerun(file: _File, window: Window, *, now: datetime) -> bool:
    """Whether somebody asks for a past partition again, and this file was last written in it."""
    has_begun = window.start is None or window.start <= file.changed_at
    return window.end <= now and has_begun and file.changed_at < window.end


def _import_file(
    folder: Path, file: _File, *, connection: duckdb.DuckDBPyConnection, now: datetime
) -> tuple[int, int]:
    """Replace what the file brought before; returns its good and its bad rows."""
    read_event_file(folder / file.name, connection=connection)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE judged_event AS SELECT *, {REASON} AS reason FROM read_event",
        {"latest": (now + CLOCK_SKEW).replace(tzinfo=None)},
    )
    given = {"file": file.name}
    for table in TABLES:
        connection.execute(f"DELETE FROM {table} WHERE file = $file", given)
    connection.execute(
        """INSERT INTO raw.engagement_event BY NAME
        SELECT event_id, CAST(CAST(occurred_at AS TIMESTAMPTZ) AS TIMESTAMP) AS occurred_at,
            email, domain, kind, properties, $file AS file, line
        FROM judged_event WHERE reason IS NULL
        QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY line DESC) = 1""",
        given,
    )
    connection.execute(
        """INSERT INTO raw.rejected_event BY NAME
        SELECT $file AS file, line, reason, text FROM judged_event WHERE reason IS NOT NULL""",
        given,
    )
    good = count_rows("judged_event WHERE reason IS NULL", connection=connection)
    bad = count_rows("judged_event WHERE reason IS NOT NULL", connection=connection)
    connection.execute(
        "INSERT INTO raw.event_file VALUES ($file, $size, $changed_at, $read_at, $good, $bad)",
        given
        | {
            "size": file.size_bytes,
            "changed_at": file.changed_at.replace(tzinfo=None),
            "read_at": now.replace(tzinfo=None),
            "good": good,
            "bad": bad,
        },
    )
    return good, bad
