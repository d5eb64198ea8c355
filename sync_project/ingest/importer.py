"""One object of the org into its raw table: read a window, merge it by Id, log it.

The network is read first, into files; the warehouse is open only while they are merged, in one
transaction. Reading the same rows twice leaves the table as it was.
"""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from sync_project.ingest.columns import RawColumn, column_type
from sync_project.ingest.objects import table_name
from sync_project.ingest.raw_table import fit_table, merge_files, table_columns
from sync_project.ingest.windows import Window, reading_start
from sync_project.salesforce.org import Org
from sync_project.salesforce.reading import Extract, ExtractKind, read_records
from sync_project.warehouse.connection import Warehouse, fetch_row
from sync_project.warehouse.models import count_rows, ensure_table, load_models

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
    columns: tuple[RawColumn, ...]
    """Empty where the org has no such object."""
    read_from: datetime | None
    read_until: datetime | None


def import_object(
    object_name: str, *, org: Org, warehouse: Warehouse, window: Window, policy: ImportPolicy, now: datetime
) -> ImportCounts:
    """Bring one window of an object into ``raw``; SchemaDriftError when a field changed its type."""
    with warehouse.transaction() as connection:
        reading = _plan_reading(object_name, connection=connection, window=window, policy=policy, now=now)
    with tempfile.TemporaryDirectory(prefix="sync_project_") as folder:
        extract = None
        if reading.columns:
            extract = read_records(
                org,
                soql=_soql(object_name, reading),
                folder=Path(folder),
                include_deleted=True,
                bulk_above_rows=policy.bulk_above_rows,
            )
        with warehouse.transaction() as connection:
            counts = _merge(object_name, reading, extract, connection=connection)
            _log(object_name, counts, connection=connection, window=window, now=now)
    return counts


def _plan_reading(
    object_name: str,
    *,
    connection: duckdb.DuckDBPyConnection,
    window: Window,
    policy: ImportPolicy,
    now: datetime,
) -> _Reading:
    ensure_table(load_models()["raw.import_log"], connection=connection)
    columns = _described_columns(object_name, connection=connection)
    known = table_columns(table_name(object_name), connection=connection)
    if any(column.name not in known for column in columns):
        # A table or a field that is new to us is read whole, so that no row lacks its value.
        return _Reading(columns=columns, read_from=None, read_until=None)
    covered_until = _covered_until(object_name, window, connection=connection)
    start = reading_start(window, covered_until=covered_until, overlap=policy.overlap, now=now)
    return _Reading(columns=columns, read_from=start, read_until=window.end)


def _described_columns(object_name: str, *, connection: duckdb.DuckDBPyConnection) -> tuple[RawColumn, ...]:
    rows = connection.execute(
        "SELECT field_name, type FROM raw.field WHERE object_name = $name AND left_out_because IS NULL",
        {"name": object_name},
    ).fetchall()
    return tuple(RawColumn(name=name, type=column_type(field_type)) for name, field_type in rows)


def _covered_until(
    object_name: str, window: Window, *, connection: duckdb.DuckDBPyConnection
) -> datetime | None:
    """Up to when this window has been read already, by reads that began no later than it begins."""
    row = fetch_row(
        connection,
        """SELECT max(covered_until) FROM raw.import_log
        WHERE object_name = $name AND (window_start IS NULL OR window_start <= $start)
            AND covered_until > coalesce($start, TIMESTAMP '0001-01-01')""",
        {"name": object_name, "start": _naive(window.start)},
    )
    return row[0].replace(tzinfo=UTC) if row and row[0] else None


def _soql(object_name: str, reading: _Reading) -> str:
    names = ", ".join(column.name for column in reading.columns)
    bounds = ((">=", reading.read_from), ("<", reading.read_until))
    conditions = [f"SystemModstamp {sign} {_soql_datetime(bound)}" for sign, bound in bounds if bound]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {names} FROM {object_name}{where}"


def _merge(
    object_name: str, reading: _Reading, extract: Extract | None, *, connection: duckdb.DuckDBPyConnection
) -> ImportCounts:
    table = table_name(object_name)
    fit_table(object_name, reading.columns, connection=connection)
    row_count = changed_count = 0
    if extract is not None and extract.files:
        row_count, changed_count = merge_files(table, reading.columns, extract, connection=connection)
    return ImportCounts(
        row_count=row_count,
        changed_count=changed_count,
        table_count=count_rows(table, connection=connection),
        call_count=extract.calls if extract else 0,
        read_from=reading.read_from,
        way=WAYS[extract.kind] if extract else "absent",
    )


def _log(
    object_name: str,
    counts: ImportCounts,
    *,
    connection: duckdb.DuckDBPyConnection,
    window: Window,
    now: datetime,
) -> None:
    connection.execute(
        """INSERT INTO raw.import_log VALUES ($object_name, $imported_at, $window_start, $window_end,
        $read_from, $covered_until, $row_count, $changed_count, $call_count, $way)""",
        {
            "object_name": object_name,
            "imported_at": _naive(now),
            # A read from the beginning of time covers the past, whichever partition asked for it.
            "window_start": _naive(window.start) if counts.read_from else None,
            "window_end": _naive(window.end),
            "read_from": _naive(counts.read_from),
            "covered_until": _naive(min(window.end, now)),
            "row_count": counts.row_count,
            "changed_count": counts.changed_count,
            "call_count": counts.call_count,
            "way": counts.way,
        },
    )


def _soql_datetime(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _naive(moment: datetime | None) -> datetime | None:
    """A UTC moment as DuckDB's TIMESTAMP takes it."""
    return moment.replace(tzinfo=None) if moment else None
