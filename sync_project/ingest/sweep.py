"""Records that vanish without a trace: deleted for good, or out of the pull filter.

A deleted record shows its deletion to a query only while it lies in the recycle bin, and one that no longer
meets the filter never shows it. So now and then the ids here are compared with all ids of the org; what is
missing is asked for by id, and whatever the org still has of it comes in as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from sync_project.ingest.arrivals import ARRIVED, load_arrivals
from sync_project.ingest.audiences import MEMBERS
from sync_project.ingest.columns import RawColumn
from sync_project.ingest.import_log import LoggedRead, Purpose, log_read
from sync_project.ingest.importer import way_of
from sync_project.ingest.raw_table import count_live, live_condition, raw_table, refuse_shrinking
from sync_project.ingest.reads import described_columns
from sync_project.ingest.records import import_records
from sync_project.ingest.versions import VALIDITY, VersionedTable, close_rows, merge_rows
from sync_project.salesforce.object_query import ObjectQuery
from sync_project.salesforce.org import Org
from sync_project.salesforce.reading import Extract, read_object
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import Warehouse, as_timestamp
from sync_project.warehouse.models import ensure_table, load_models, table_columns, table_exists
from sync_project.warehouse.scratch import scratch_folder

TABLE = "raw.gone_record"
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
    call_count: int = 0

    @property
    def finding(self) -> str | None:
        """What a person should know; None where nothing was missing."""
        if not self.hard_deleted_count and not self.left_filter_count:
            return None
        return (
            f"{self.hard_deleted_count:,} records are deleted for good, "
            f"{self.left_filter_count:,} no longer meet the filter."
        )


def sweep_object(
    object_name: str, *, org: Org, warehouse: Warehouse, settings: Settings, now: datetime
) -> SweepCounts:
    """Compare the ids here with those of the org; with a ShrunkTableError nothing goes."""
    pull_filter = settings.ingest.objects[object_name].filter
    with warehouse.transaction() as connection:
        ensure_table(load_models()[TABLE], connection=connection)
        columns = described_columns(object_name, connection=connection)
        table = raw_table(object_name, columns)
        if not table_exists(table.name, connection=connection) or not count_live(
            table, connection=connection
        ):
            return SweepCounts()
    calls_before = org.calls_used
    # The stamp is asked for only so that a read that takes the org too long can be halved.
    asked = [column for column in columns if column.name in {"Id", table.stamp}]
    query = ObjectQuery(
        object_name=object_name,
        fields=tuple(column.name for column in asked),
        stamp=table.stamp,
        condition=pull_filter,
    )
    with scratch_folder(warehouse.path) as folder:
        extract = read_object(
            org,
            query,
            folder=folder,
            include_deleted=False,
            bulk_above_rows=settings.salesforce.bulk_above_rows,
        )
        with warehouse.transaction() as connection:
            missing = _find_missing(object_name, table, extract, asked, connection=connection)
            known = count_live(table, connection=connection)
            # Members of audiences are here although they do not meet the filter.
            strangers = missing - _read_members(connection) if pull_filter else missing
    largest_pct = settings.ingest.largest_shrink_pct
    refuse_shrinking(object_name, gone=len(strangers), known=known, largest_pct=largest_pct)
    found = import_records(object_name, missing, org=org, warehouse=warehouse, now=now)
    refuse_shrinking(object_name, gone=len(missing - found), known=known, largest_pct=largest_pct)
    with warehouse.transaction() as connection:
        hard_deleted = _bury(object_name, table, missing - found, now=now, connection=connection)
        left = _let_go(object_name, table, found, now=now, connection=connection) if pull_filter else 0
        counts = SweepCounts(
            row_count=extract.row_count,
            hard_deleted_count=hard_deleted,
            left_filter_count=left,
            call_count=org.calls_used - calls_before,
        )
        log_read(
            LoggedRead(
                object_name=object_name,
                imported_at=now,
                purpose=Purpose.SWEEP,
                field_names=query.fields,
                pull_filter=pull_filter,
                row_count=extract.row_count,
                gone_count=hard_deleted + left,
                call_count=counts.call_count,
                way=way_of(extract),
            ),
            connection=connection,
        )
    return counts


def _find_missing(
    object_name: str,
    table: VersionedTable,
    extract: Extract,
    asked: Sequence[RawColumn],
    *,
    connection: duckdb.DuckDBPyConnection,
) -> frozenset[str]:
    load_arrivals(object_name, extract, asked, stamp=table.stamp, connection=connection)
    rows = connection.execute(
        f"""SELECT Id FROM {table.name}
        WHERE {live_condition(table, connection=connection)} AND Id NOT IN (SELECT Id FROM {ARRIVED})"""
    ).fetchall()
    return frozenset(record_id for (record_id,) in rows)


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
    rows = connection.execute(
        f"""SELECT Id FROM {table.name}
        WHERE {live_condition(table, connection=connection)}
            AND Id IN (SELECT unnest(CAST($ids AS VARCHAR[])))""",
        {"ids": sorted(ids - _read_members(connection))},
    ).fetchall()
    left = frozenset(record_id for (record_id,) in rows)
    _list_gone(object_name, left, reason=LEFT_FILTER, now=now, connection=connection)
    return close_rows(table, GONE, now=now, connection=connection)


def _read_members(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """All records that are, or once were, in some audience."""
    if not table_exists(MEMBERS, connection=connection):
        return frozenset()
    rows = connection.execute(f"SELECT record_id FROM {MEMBERS}").fetchall()
    return frozenset(record_id for (record_id,) in rows)


def _list_gone(
    object_name: str,
    ids: frozenset[str],
    *,
    reason: str,
    now: datetime,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {GONE} AS SELECT unnest(CAST($ids AS VARCHAR[])) AS Id",
        {"ids": sorted(ids)},
    )
    connection.execute(
        f"INSERT INTO {TABLE} SELECT $object, Id, $reason, $now FROM {GONE}",
        {"object": object_name, "reason": reason, "now": as_timestamp(now)},
    )
