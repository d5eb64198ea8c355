"""``raw.import_log``: one row per read of an object, and what follows from the reads so far."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import duckdb

from sync_project.ingest.windows import covered_from_beginning
from sync_project.salesforce.reading import Extract, ExtractKind
from sync_project.warehouse.connection import as_moment, as_timestamp, fetch_row
from sync_project.warehouse.models import ensure_table, insert_row, load_models

LOG_TABLE = "raw.import_log"


class Way(StrEnum):
    """How a read was done."""

    REST = "rest"
    BULK = "bulk"
    ABSENT = "absent"
    """Not at all: the org has no such object."""
    OFF = "off"
    """Not at all: the settings let nothing of the object in."""


class Purpose(StrEnum):
    """Why an object was read."""

    WINDOW = "window"
    REFRESH = "refresh"
    SWEEP = "sweep"


KEPT = f"purpose = '{Purpose.WINDOW}' AND fault IS NULL AND way IN ('{Way.REST}', '{Way.BULK}')"
"""What the rows meet of reads that brought changes, and kept them."""


@dataclass(frozen=True, kw_only=True)
class LoggedRead:
    """What one read asked for and what came; the columns of the table, whose texts explain them."""

    object_name: str
    imported_at: datetime
    purpose: Purpose
    window_start: datetime | None = None
    window_end: datetime | None = None
    read_from: datetime | None = None
    covered_until: datetime | None = None
    field_names: tuple[str, ...]
    pull_filter: str | None
    switched_off: frozenset[str] = frozenset()
    row_count: int = 0
    window_count: int | None = None
    org_count: int | None = None
    changed_count: int = 0
    gone_count: int = 0
    call_count: int
    way: Way
    fault: str | None = None


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What the reads of one object have seen so far; reads that kept nothing do not count."""

    covered_until: datetime | None
    """Every row that changed before this moment has been seen; None before the first read."""
    field_names: frozenset[str]
    """What the last read asked for; empty where the org had no such object, and before the first."""
    pull_filter: str | None
    """The filter of the last read."""
    switched_off: frozenset[str]
    """What the last read left to a later one: create, update or both."""


def read_coverage(object_name: str, *, connection: duckdb.DuckDBPyConnection, overlap: timedelta) -> Coverage:
    """That of one object. A read under another filter, or one that let less in, saw nothing."""
    ensure_table(load_models()[LOG_TABLE], connection=connection)
    # The names of the last read only: of all hourly reads of a year they would be megabytes.
    rows = connection.execute(
        f"""SELECT read_from, covered_until, pull_filter, switched_off,
            CASE WHEN rowid = max(rowid) OVER () THEN field_names END
        FROM {LOG_TABLE} WHERE object_name = $name AND {KEPT} ORDER BY rowid""",
        {"name": object_name},
    ).fetchall()
    if not rows:
        return Coverage(
            covered_until=None, field_names=frozenset(), pull_filter=None, switched_off=frozenset()
        )
    *_, last_filter, last_off, last_fields = rows[-1]
    switched_off = frozenset(last_off.split())
    seen = [
        (as_moment(start) if start else None, as_moment(end))
        for start, end, pull_filter, off, _ in rows
        if pull_filter == last_filter and switched_off.issuperset(off.split())
    ]
    return Coverage(
        covered_until=covered_from_beginning(seen, overlap=overlap),
        field_names=frozenset(last_fields.split()),
        pull_filter=last_filter,
        switched_off=switched_off,
    )


def way_of(extract: Extract) -> Way:
    """Bulk where any part of it came so."""
    kinds = {part.kind for batch in extract.batches for part in batch.slices}
    return Way.BULK if ExtractKind.CSV in kinds else Way.REST


def read_last_covered(objects: Iterable[str], *, connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """The moment up to which all of these objects have been read; None before the first read.

    Those that were never read, because the org lacks them or they are new, do not count.
    """
    ensure_table(load_models()[LOG_TABLE], connection=connection)
    row = fetch_row(
        connection,
        f"""SELECT min(covered_until) FROM (
            SELECT max(covered_until) AS covered_until FROM {LOG_TABLE}
            WHERE {KEPT} AND list_contains($objects, object_name) GROUP BY object_name
        )""",
        {"objects": list(objects)},
    )
    return as_moment(row[0]) if row and row[0] else None


def was_read_whole(object_name: str, *, since: datetime, connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether an import has read all of the object after that moment, as it does for a new column."""
    row = fetch_row(
        connection,
        f"""SELECT count(*) FROM {LOG_TABLE}
        WHERE object_name = $name AND {KEPT} AND read_from IS NULL AND imported_at > $since""",
        {"name": object_name, "since": as_timestamp(since)},
    )
    return bool(row and row[0])


def log_read(read: LoggedRead, *, connection: duckdb.DuckDBPyConnection) -> None:
    """Add one row."""
    ensure_table(load_models()[LOG_TABLE], connection=connection)
    listed = {
        "field_names": " ".join(read.field_names),
        "switched_off": " ".join(sorted(read.switched_off)),
    }
    insert_row(LOG_TABLE, vars(read) | listed, connection=connection)
