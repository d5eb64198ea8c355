"""One object of the org into its raw table: read a window, compare it with the org's count, merge it, log it.

The network is read first, into files; the warehouse is open only while they are merged, in one
transaction. Reading the same rows twice leaves the table as it was. What does not add up is read once
more, and then refused as a whole.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from sync_project.ingest.arrivals import Arrivals, count_in_window, fill_table, load_arrivals
from sync_project.ingest.errors import EmptyReadError, NotReconciledError, ShortReadError
from sync_project.ingest.import_log import LoggedRead, Purpose, Way, log_read, way_of
from sync_project.ingest.raw_table import count_live, fit_table, refuse_shrinking
from sync_project.ingest.reads import PlannedRead, plan_read
from sync_project.ingest.versions import MergeCounts, VersionedTable, merge_rows
from sync_project.ingest.windows import Window
from sync_project.salesforce.org import Org
from sync_project.salesforce.reading import Extract, read_object
from sync_project.settings.ingest import Direction
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import Warehouse
from sync_project.warehouse.models import count_rows, table_exists
from sync_project.warehouse.scratch import scratch_folder


@dataclass(frozen=True, kw_only=True)
class ImportCounts:
    """What one read brought."""

    row_count: int = 0
    """Rows that came, deleted ones included."""
    changed_count: int = 0
    """Rows among them that were new or different."""
    gone_count: int = 0
    """Rows among them that the org deleted since the last read."""
    org_count: int = 0
    """What the org counted of them, up to the moment from which rows may become visible late."""
    table_count: int
    """Rows of the raw table afterwards."""
    call_count: int = 0
    read_from: datetime | None = None
    """None: from the beginning."""
    way: Way


@dataclass(frozen=True, kw_only=True)
class _OrgCount:
    """What the org itself counts after a read."""

    in_window: int
    """Rows that changed from the beginning of the read to the moment covered."""
    changed_since: int
    """Rows that changed later: so many may have left the window between the read and the count."""

    def allows(self, arrived: int) -> bool:
        return self.in_window <= arrived <= self.in_window + self.changed_since


def import_object(
    object_name: str, *, org: Org, warehouse: Warehouse, window: Window, settings: Settings, now: datetime
) -> ImportCounts:
    """Bring one window of an object into ``raw``; an IngestError leaves the tables as they were.

    A NotReconciledError is a row of ``raw.import_log`` too.
    """
    with warehouse.transaction() as connection:
        plan = plan_read(object_name, window=window, settings=settings.ingest, now=now, connection=connection)
        if not plan.columns:
            return _keep_nothing(plan, connection=connection)
    calls_before = org.calls_used
    bulk_above_rows = settings.salesforce.bulk_above_rows
    try:
        try:
            return _read_and_keep(plan, org=org, warehouse=warehouse, bulk_above_rows=bulk_above_rows)
        except ShortReadError:
            # A row that became visible, or moved between two pages, while they were read is there now.
            return _read_and_keep(plan, org=org, warehouse=warehouse, bulk_above_rows=bulk_above_rows)
    except NotReconciledError as error:
        asked = _describe_read(plan, call_count=org.calls_used - calls_before, way=Way.REST)
        with warehouse.transaction() as connection:
            log_read(
                replace(asked, window_count=error.arrived, org_count=error.counted, fault=str(error)),
                connection=connection,
            )
        raise


def _read_and_keep(
    plan: PlannedRead, *, org: Org, warehouse: Warehouse, bulk_above_rows: int
) -> ImportCounts:
    calls_before = org.calls_used
    with scratch_folder(warehouse.path) as folder, plan.blaming_the_filter():
        extract = read_object(
            org, plan.query, folder=folder, bulk_above_rows=bulk_above_rows, now=plan.planned_at
        )
        counted = _ask_count(plan, extract, org=org)
        call_count = org.calls_used - calls_before
        return warehouse.load(
            lambda connection: _keep(plan, extract, counted, call_count=call_count, connection=connection),
            column_count=len(plan.columns),
        )


def _ask_count(plan: PlannedRead, extract: Extract, *, org: Org) -> _OrgCount:
    if extract.total_size == 0:
        # The first answer was a count.
        return _OrgCount(in_window=0, changed_since=0)
    if plan.table.stamp is None:
        in_window = org.count(plan.query.count_soql(), include_deleted=True)
        return _OrgCount(in_window=in_window, changed_since=0)
    in_window, changed_since = org.count_many(
        [query.count_soql() for query in plan.split_at_covered()], include_deleted=True
    )
    return _OrgCount(in_window=in_window, changed_since=changed_since)


def _keep(
    plan: PlannedRead,
    extract: Extract,
    counted: _OrgCount,
    *,
    call_count: int,
    connection: duckdb.DuckDBPyConnection,
) -> ImportCounts:
    table = plan.table
    fit_table(plan.object_name, plan.columns, now=plan.planned_at, connection=connection)
    live_count = count_live(table, connection=connection)
    is_first = plan.chosen.create and count_rows(table.name, connection=connection) == 0
    arrivals = _load(plan, extract, is_first=is_first, connection=connection)
    row_count = arrivals.row_count
    window_count = count_in_window(
        arrivals, plan.start, plan.covered_until, stamp=table.stamp, connection=connection
    )
    if not counted.allows(window_count):
        raise ShortReadError(plan.object_name, counted=counted.in_window, arrived=window_count)
    if row_count + counted.changed_since < extract.total_size:
        raise ShortReadError(plan.object_name, counted=extract.total_size, arrived=row_count)
    if plan.is_whole and row_count == 0 and (live_count or plan.chosen.expect_rows):
        raise EmptyReadError(plan.object_name, live_count=live_count)
    merged = MergeCounts(new=row_count) if is_first else _merge(plan, arrivals, connection=connection)
    refuse_shrinking(
        plan.object_name, gone_count=merged.deleted, live_count=live_count,
        largest_pct=plan.settings.largest_shrink_pct,
    )  # fmt: skip
    read = replace(
        _describe_read(plan, call_count=call_count, way=way_of(extract)),
        row_count=row_count,
        window_count=window_count,
        org_count=counted.in_window,
        changed_count=merged.new + merged.changed,
        gone_count=merged.deleted,
    )
    return _note(read, table=table, connection=connection)


def _load(
    plan: PlannedRead, extract: Extract, *, is_first: bool, connection: duckdb.DuckDBPyConnection
) -> Arrivals:
    """The first rows of a table go straight into it: they replace nothing."""
    name, columns, table = plan.object_name, plan.columns, plan.table
    if is_first:
        return fill_table(name, extract, columns, table=table, now=plan.planned_at, connection=connection)
    return load_arrivals(name, extract, columns, stamp=table.stamp, connection=connection)


def _merge(plan: PlannedRead, arrivals: Arrivals, *, connection: duckdb.DuckDBPyConnection) -> MergeCounts:
    return merge_rows(
        plan.table, arrivals.table, columns=[column.name for column in plan.columns], added=plan.added,
        create=plan.chosen.create, update=plan.chosen.update, now=plan.planned_at, connection=connection,
    )  # fmt: skip


def _keep_nothing(plan: PlannedRead, *, connection: duckdb.DuckDBPyConnection) -> ImportCounts:
    """What has come in before stays; a table that is not there is made, since others read it."""
    if not table_exists(plan.table.name, connection=connection):
        fit_table(plan.object_name, (), now=plan.planned_at, connection=connection)
    way = Way.OFF if plan.chosen.direction is Direction.OUT else Way.ABSENT
    read = _describe_read(plan, call_count=0, way=way)
    return _note(read, table=plan.table, connection=connection)


def _note(read: LoggedRead, *, table: VersionedTable, connection: duckdb.DuckDBPyConnection) -> ImportCounts:
    """Log a read that went well, and tell what it came to."""
    log_read(read, connection=connection)
    return ImportCounts(
        row_count=read.row_count,
        changed_count=read.changed_count,
        gone_count=read.gone_count,
        org_count=read.org_count or 0,
        table_count=count_rows(table.name, connection=connection),
        call_count=read.call_count,
        read_from=read.read_from,
        way=read.way,
    )


def _describe_read(plan: PlannedRead, *, call_count: int, way: Way) -> LoggedRead:
    """What was asked for; nothing of it has come."""
    return LoggedRead(
        object_name=plan.object_name,
        imported_at=plan.planned_at,
        purpose=Purpose.WINDOW,
        window_start=plan.window.start,
        window_end=plan.window.end,
        read_from=plan.start,
        covered_until=plan.covered_until,
        field_names=tuple(column.name for column in plan.columns),
        pull_filter=plan.chosen.filter,
        switched_off=plan.chosen.switched_off,
        call_count=call_count,
        way=way,
    )
