"""``raw.import_log``: one row per read of an object, and what follows from the reads so far."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb

from sync_project.ingest.windows import Window, covered_from_beginning
from sync_project.warehouse.models import ensure_table, load_models

TABLE = "raw.import_log"
ABSENT = "absent"
"""The way of a read that found no such object in the org."""


@dataclass(frozen=True, kw_only=True)
class LoggedRead:
    """What one read asked for and what came; the columns of the table, whose texts explain them."""

    object_name: str
    imported_at: datetime
    window: Window
    read_from: datetime | None
    covered_until: datetime
    field_names: tuple[str, ...]
    row_count: int
    changed_count: int
    call_count: int
    way: str


@dataclass(frozen=True, kw_only=True)
class History:
    """What the reads of one object have seen so far."""

    covered_until: datetime | None
    """Every row that changed before this moment has been seen; None before the first read."""
    field_names: frozenset[str]
    """What the last read asked for; empty where the org had no such object, and before the first."""


def read_history(object_name: str, *, connection: duckdb.DuckDBPyConnection, overlap: timedelta) -> History:
    """The history of one object."""
    ensure_table(load_models()[TABLE], connection=connection)
    rows = connection.execute(
        f"""SELECT read_from, covered_until, way, field_names FROM {TABLE}
        WHERE object_name = $name ORDER BY rowid""",
        {"name": object_name},
    ).fetchall()
    seen = [(_aware(start), end.replace(tzinfo=UTC)) for start, end, way, _ in rows if way != ABSENT]
    last = rows[-1][-1].split() if rows else []
    return History(covered_until=covered_from_beginning(seen, overlap=overlap), field_names=frozenset(last))


def log_read(read: LoggedRead, *, connection: duckdb.DuckDBPyConnection) -> None:
    """Add one row."""
    connection.execute(
        f"""INSERT INTO {TABLE} VALUES ($object_name, $imported_at, $window_start, $window_end,
        $read_from, $covered_until, $field_names, $row_count, $changed_count, $call_count, $way)""",
        {
            "object_name": read.object_name,
            "imported_at": _naive(read.imported_at),
            "window_start": _naive(read.window.start),
            "window_end": _naive(read.window.end),
            "read_from": _naive(read.read_from),
            "covered_until": _naive(read.covered_until),
            "field_names": " ".join(read.field_names),
            "row_count": read.row_count,
            "changed_count": read.changed_count,
            "call_count": read.call_count,
            "way": read.way,
        },
    )


def _naive(moment: datetime | None) -> datetime | None:
    """A UTC moment as DuckDB's TIMESTAMP takes it."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None
