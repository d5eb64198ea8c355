"""One object of the org into its raw table: read a window, merge it by Id, log it.

The network is read first, into files; the warehouse is open only while they are merged, in one
transaction. Reading the same rows twice leaves the table as it was. A table or a field that the last read
did not bring is read whole, so that no row lacks its value.
"""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from sync_project.ingest.columns import RawColumn, column_type
from sync_project.ingest.errors import ShortReadError
from sync_project.ingest.import_log import ABSENT, LoggedRead, log_read, read_history
from sync_project.ingest.objects import table_name
from sync_project.ingest.raw_table import fit_table, merge_files, table_columns
from sync_project.ingest.windows import Window, reading_start
from sync_project.salesforce.org import Org
from sync_project.salesforce.reading import Extract, ExtractKind, read_records
from sync_project.warehouse.connection import Warehouse
from sync_project.warehouse.models import count_rows

WAYS = {ExtractKind.JSON: "rest", ExtractKind.CSV: "bulk"}


@dataclass(frozen=True, kw_only=True)
class ImportPolicy:
    """How objects are read; the values are settings."""

    overlap: timedelta
    bulk_above_rows: int


@dataclass(frozen=True, kw_only=True)
class ImportCounts:
    """What one read brought."""

    row_count: int
    """Rows that came, deleted ones included."""
    changed_count: int
    """Rows among them that were new or different."""
    table_count: int
    """Rows of the raw table afterwards."""
    call_count: int
    read_from: datetime | None
    """None: from the beginning."""
    way: str
    """rest, bulk, or absent where the org has no such object."""


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """What to ask for: fields, and SystemModstamp from (None: the beginning) and until (None: the end)."""

    columns: tuple[RawColumn, ...]
    """Empty where the org has no such object."""
    read_from: datetime | None = None
    read_until: datetime | None = None


def import_object(
    object_name: str, *, org: Org, warehouse: Warehouse, window: Window, policy: ImportPolicy, now: datetime
) -> ImportCounts:
    """Bring one window of an object into ``raw``; an IngestError leaves the warehouse as it was."""
    with warehouse.transaction() as connection:
        reading = _plan_reading(object_name, connection=connection, window=window, policy=policy, now=now)
    with tempfile.TemporaryDirectory(prefix="sync_project_") as folder:
        extract = _read(object_name, reading, org=org, folder=Path(folder), policy=policy)
        with warehouse.transaction() as connection:
            counts = _merge(object_name, reading, extract, connection=connection)
            read = _describe_read(object_name, reading, counts, window=window, now=now)
            log_read(read, connection=connection)
    return counts


def _plan_reading(
    object_name: str,
    *,
    connection: duckdb.DuckDBPyConnection,
    window: Window,
    policy: ImportPolicy,
    now: datetime,
) -> _Reading:
    columns = _described_columns(object_name, connection=connection)
    history = read_history(object_name, connection=connection, overlap=policy.overlap)
    known = table_columns(table_name(object_name), connection=connection)
    if any(each.name not in history.field_names or known.get(each.name) != each.type for each in columns):
        return _Reading(columns=columns)
    start = reading_start(window, covered_until=history.covered_until, overlap=policy.overlap, now=now)
    return _Reading(columns=columns, read_from=start, read_until=window.end)


def _described_columns(object_name: str, *, connection: duckdb.DuckDBPyConnection) -> tuple[RawColumn, ...]:
    rows = connection.execute(
        "SELECT field_name, type FROM raw.field WHERE object_name = $name AND left_out_because IS NULL",
        {"name": object_name},
    ).fetchall()
    return tuple(RawColumn(name=name, type=column_type(field_type)) for name, field_type in rows)


def _read(
    object_name: str, reading: _Reading, *, org: Org, folder: Path, policy: ImportPolicy
) -> Extract | None:
    """The rows as files, as many as the org announced; None where it has no such object."""
    if not reading.columns:
        return None
    extract = read_records(
        org,
        soql=_soql(object_name, reading),
        folder=folder,
        include_deleted=True,
        bulk_above_rows=policy.bulk_above_rows,
    )
    if extract.row_count != extract.total_size:
        raise ShortReadError(object_name, announced=extract.total_size, arrived=extract.row_count)
    return extract


def _soql(object_name: str, reading: _Reading) -> str:
    names = ", ".join(column.name for column in reading.columns)
    bounds = ((">=", reading.read_from), ("<", reading.read_until))
    conditions = [f"SystemModstamp {sign} {_soql_datetime(bound)}" for sign, bound in bounds if bound]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {names} FROM {object_name}{where}"


def _soql_datetime(moment: datetime) -> str:
    """SOQL's literal, which knows whole seconds: a beginning is rounded down, so that no row is missed."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _merge(
    object_name: str, reading: _Reading, extract: Extract | None, *, connection: duckdb.DuckDBPyConnection
) -> ImportCounts:
    table = table_name(object_name)
    fit_table(object_name, reading.columns, connection=connection)
    row_count = changed_count = 0
    if extract is not None:
        row_count, changed_count = merge_files(table, reading.columns, extract, connection=connection)
    return ImportCounts(
        row_count=row_count,
        changed_count=changed_count,
        table_count=count_rows(table, connection=connection),
        call_count=extract.calls if extract else 0,
        read_from=reading.read_from,
        way=WAYS[extract.kind] if extract else ABSENT,
    )


def _describe_read(
    object_name: str, reading: _Reading, counts: ImportCounts, *, window: Window, now: datetime
) -> LoggedRead:
    return LoggedRead(
        object_name=object_name,
        imported_at=now,
        window=window,
        read_from=reading.read_from,
        covered_until=min(reading.read_until or now, now),
        field_names=tuple(column.name for column in reading.columns),
        row_count=counts.row_count,
        changed_count=counts.changed_count,
        call_count=counts.call_count,
        way=counts.way,
    )
