"""Records that vanish or appear without a trace: deleted for good, in or out of the pull filter or of sight.

A deleted record shows its deletion to a query only while it lies in the recycle bin, and one that no longer
meets the filter never shows it. Nor does a record change when it is shared with our user, or when a parent
makes it meet the filter. So now and then the ids here are compared with all ids of the org; what differs is
asked for by id, and whatever the org has of it comes in as it is.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import duckdb

from sync_project.ingest.arrivals import ARRIVED
from sync_project.ingest.audiences.members import read_all_members
from sync_project.ingest.import_log import Coverage, Purpose, log_read, read_coverage
from sync_project.ingest.raw_table import count_live, live_condition, raw_table, refuse_shrinking
from sync_project.ingest.reads import described_columns
from sync_project.ingest.record_ids import list_ids, read_ids
from sync_project.ingest.records import import_records
from sync_project.ingest.upkeep.live_records import read_live_records
from sync_project.ingest.versions import VALID_FROM, VALIDITY, VersionedTable, close_rows, merge_rows
from sync_project.salesforce.org import Org
from sync_project.settings.ingest import ObjectSettings
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import Warehouse, as_timestamp
from sync_project.warehouse.models import ensure_table, load_models, quote_name, table_columns

GONE_TABLE = "raw.gone_record"
HARD_DELETED = "hard_deleted"
LEFT_FILTER = "left_filter"
GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class SweepCounts:
    """What a sweep of one object found."""

    row_count: int = 0
    """Records that the org has."""
    hard_deleted_count: int = 0
    left_filter_count: int = 0
    appeared_count: int = 0
    """Records that no window would have brought, because they have not changed since it was read."""
    call_count: int = 0

    @property
    def finding(self) -> str | None:
        """What a person should know; None where nothing differed."""
        if not self.hard_deleted_count and not self.left_filter_count and not self.appeared_count:
            return None
        return (
            f"{self.hard_deleted_count:,} records are deleted for good, "
            f"{self.left_filter_count:,} no longer meet the filter, "
            f"{self.appeared_count:,} have appeared without a change."
        )


def sweep_object(
    object_name: str, *, org: Org, warehouse: Warehouse, settings: Settings, now: datetime
) -> SweepCounts:
    """Compare the ids here with those of the org; with a ShrunkTableError nothing goes."""
    chosen = settings.ingest.objects[object_name]
    overlap = timedelta(minutes=settings.ingest.overlap_minutes)
    with warehouse.transaction() as connection:
        ensure_table(load_models()[GONE_TABLE], connection=connection)
        table = raw_table(object_name, described_columns(object_name, connection=connection))
        coverage = read_coverage(object_name, connection=connection, overlap=overlap)
    if coverage.covered_until is None:
        return SweepCounts()
    calls_before = org.calls_used
    with (
        read_live_records(object_name, org=org, warehouse=warehouse, settings=settings) as records,
        warehouse.transaction() as connection,
    ):
        read = records.load(purpose=Purpose.SWEEP, now=now, connection=connection)
        missing = _find_missing(table, connection=connection)
        unseen = _find_unseen(table, chosen, coverage, connection=connection)
        live_count = count_live(table, connection=connection)
        # Members of audiences are here although they do not meet the filter.
        strangers = missing - read_all_members(connection) if chosen.filter else missing
    largest_pct = settings.ingest.largest_shrink_pct
    refuse_shrinking(object_name, gone_count=len(strangers), live_count=live_count, largest_pct=largest_pct)
    found = import_records(object_name, missing | unseen, org=org, warehouse=warehouse, now=now)
    refuse_shrinking(
        object_name, gone_count=len(missing - found), live_count=live_count, largest_pct=largest_pct
    )
    with warehouse.transaction() as connection:
        hard_deleted = _bury(object_name, table, missing - found, now=now, connection=connection)
        left = 0
        if chosen.filter:
            left = _let_go(object_name, table, found & missing, now=now, connection=connection)
        counts = SweepCounts(
            row_count=read.row_count,
            hard_deleted_count=hard_deleted,
            left_filter_count=left,
            appeared_count=len(found & unseen),
            call_count=org.calls_used - calls_before,
        )
        log_read(
            replace(
                read,
                gone_count=hard_deleted + left,
                changed_count=counts.appeared_count,
                call_count=counts.call_count,
            ),
            connection=connection,
        )
    return counts


def _find_missing(table: VersionedTable, *, connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    return read_ids(
        f"""SELECT Id FROM {table.name}
        WHERE {live_condition(table, connection=connection)} AND Id NOT IN (SELECT Id FROM {ARRIVED})""",
        connection=connection,
    )


def _find_unseen(
    table: VersionedTable,
    chosen: ObjectSettings,
    coverage: Coverage,
    *,
    connection: duckdb.DuckDBPyConnection,
) -> frozenset[str]:
    """Those that are not here as the org has them, and that no window will bring any more."""
    if coverage.covered_until is None or table.stamp is None or coverage.pull_filter != chosen.filter:
        # The next import reads everything.
        return frozenset()
    stamp = quote_name(table.stamp)
    return read_ids(
        f"""SELECT Id FROM {ARRIVED} LEFT JOIN {table.name} AS known USING (Id)
        WHERE {ARRIVED}.{stamp} < $covered_until AND CASE
            WHEN known.{VALID_FROM} IS NULL THEN $create
            ELSE $update AND (known.{stamp} < {ARRIVED}.{stamp}
                OR NOT {live_condition(table, connection=connection)})
        END""",
        {
            "covered_until": as_timestamp(coverage.covered_until),
            "create": chosen.create,
            "update": chosen.update,
        },
        connection=connection,
    )


def _bury(
    object_name: str,
    table: VersionedTable,
    ids: frozenset[str],
    *,
    now: datetime,
    connection: duckdb.DuckDBPyConnection,
) -> int:
    """Mark them as deleted, as the org would have; an object without such a mark loses the rows."""
    _list_gone(object_name, ids, reason=HARD_DELETED, now=now, connection=connection)
    columns = [name for name in table_columns(table.name, connection=connection) if name not in VALIDITY]
    if "IsDeleted" not in columns:
        return close_rows(table, GONE, now=now, connection=connection)
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE buried AS
        SELECT * EXCLUDE ({", ".join(VALIDITY)}) REPLACE (TRUE AS IsDeleted) FROM {table.name}
        WHERE Id IN (SELECT Id FROM {GONE})"""
    )
    return merge_rows(table, "buried", columns=columns, now=now, connection=connection).changed


def _let_go(
    object_name: str,
    table: VersionedTable,
    ids: frozenset[str],
    *,
    now: datetime,
    connection: duckdb.DuckDBPyConnection,
) -> int:
    """Those of the records that live on in the org, but out of the filter; members of audiences stay."""
    left = read_ids(
        f"""SELECT Id FROM {table.name}
        WHERE {live_condition(table, connection=connection)}
            AND Id IN (SELECT unnest(CAST($ids AS VARCHAR[])))""",
        {"ids": sorted(ids - read_all_members(connection))},
        connection=connection,
    )
    _list_gone(object_name, left, reason=LEFT_FILTER, now=now, connection=connection)
    return close_rows(table, GONE, now=now, connection=connection)


def _list_gone(
    object_name: str,
    ids: frozenset[str],
    *,
    reason: str,
    now: datetime,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    list_ids(ids, table=GONE, connection=connection)
    connection.execute(
        f"INSERT INTO {GONE_TABLE} SELECT $object, Id, $reason, $now FROM {GONE}",
        {"object": object_name, "reason": reason, "now": as_timestamp(now)},
    )
