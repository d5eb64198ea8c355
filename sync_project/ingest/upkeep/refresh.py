"""Fields whose value changes without a new SystemModstamp: read again for every record.

A formula follows the records it looks at, and some roll-ups the records they count, while the record itself
stays as it was; no window ever brings such a change. A changed value is a new version, valid from now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from sync_project.ingest.arrivals import ARRIVED
from sync_project.ingest.import_log import Purpose, log_read
from sync_project.ingest.raw_table import raw_table
from sync_project.ingest.reads import described_columns
from sync_project.ingest.upkeep.live_records import read_live_records
from sync_project.ingest.versions import VALIDITY, VersionedTable, differ, merge_rows
from sync_project.salesforce.org import Org
from sync_project.settings.ingest import ObjectSettings
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import Warehouse, fetch_row
from sync_project.warehouse.models import ensure_table, insert_row, load_models, quote_name, table_columns

DRIFT_TABLE = "raw.formula_drift"
COMPLETED = "completed"


@dataclass(frozen=True, kw_only=True)
class RefreshCounts:
    """What a refresh of one object found."""

    field_names: tuple[str, ...] = ()
    row_count: int = 0
    drifted_count: int = 0
    """Records of which some field had another value than here."""
    call_count: int = 0

    @property
    def finding(self) -> str | None:
        """What a person should know; None where no field was read."""
        if not self.field_names:
            return None
        listed = ", ".join(self.field_names)
        return f"{self.drifted_count:,} of {self.row_count:,} records had drifted in {listed}."


def refresh_object(
    object_name: str, *, org: Org, warehouse: Warehouse, settings: Settings, now: datetime
) -> RefreshCounts:
    """Bring the calculated fields of an object up to date, and those that its settings name.

    An object without such fields, not imported yet, or whose update is off, costs no call. Records that
    changed since the last import are left to the next one.
    """
    chosen = settings.ingest.objects[object_name]
    with warehouse.transaction() as connection:
        ensure_table(load_models()[DRIFT_TABLE], connection=connection)
        table = raw_table(object_name, described_columns(object_name, connection=connection))
        known = table_columns(table.name, connection=connection)
        refreshed = [
            name for name in _refreshed_fields(object_name, chosen, connection=connection) if name in known
        ]
    if not refreshed or not chosen.update:
        return RefreshCounts()
    with read_live_records(
        object_name, refreshed, org=org, warehouse=warehouse, settings=settings
    ) as records:

        def keep(connection: duckdb.DuckDBPyConnection) -> RefreshCounts:
            read = records.load(purpose=Purpose.REFRESH, now=now, connection=connection)
            counts = RefreshCounts(
                field_names=tuple(refreshed),
                row_count=read.row_count,
                drifted_count=_merge_drift(table, refreshed, now=now, connection=connection),
                call_count=read.call_count,
            )
            _keep_drift(object_name, counts, now=now, connection=connection)
            log_read(replace(read, changed_count=counts.drifted_count), connection=connection)
            return counts

        return warehouse.load(keep, column_count=len(known))


def _refreshed_fields(
    object_name: str, chosen: ObjectSettings, *, connection: duckdb.DuckDBPyConnection
) -> list[str]:
    named = [name.lower() for name in chosen.refresh]
    rows = connection.execute(
        """SELECT field_name FROM raw.field
        WHERE object_name = $object AND is_imported
            AND (is_calculated OR list_contains($named, lower(field_name)))
        ORDER BY field_name""",
        {"object": object_name, "named": named},
    ).fetchall()
    return [name for (name,) in rows]


def _keep_drift(
    object_name: str, counts: RefreshCounts, *, now: datetime, connection: duckdb.DuckDBPyConnection
) -> None:
    drifted = fetch_row(connection, "FROM drift") or ()
    for name, count in zip(counts.field_names, drifted, strict=True):
        row = {
            "object_name": object_name,
            "field_name": name,
            "refreshed_at": now,
            "row_count": counts.row_count,
            "drifted_count": count,
        }
        insert_row(DRIFT_TABLE, row, connection=connection)


def _merge_drift(
    table: VersionedTable, refreshed: Sequence[str], *, now: datetime, connection: duckdb.DuckDBPyConnection
) -> int:
    """Only rows that drifted are merged, and whole: what was not asked for is as it is here."""
    fresh = ", ".join(f"{ARRIVED}.{quote_name(name)} AS {quote_name(name)}" for name in refreshed)
    stamp = quote_name(table.stamp) if table.stamp else None
    unchanged = f"known.{stamp} IS NOT DISTINCT FROM {ARRIVED}.{stamp}" if stamp else "TRUE"
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE {COMPLETED} AS
        SELECT known.* EXCLUDE ({", ".join(VALIDITY)}) REPLACE ({fresh})
        FROM {table.name} AS known INNER JOIN {ARRIVED} ON known.Id = {ARRIVED}.Id
        WHERE {unchanged} AND ({differ(refreshed)})"""
    )
    columns = [name for name in table_columns(table.name, connection=connection) if name not in VALIDITY]
    counts = ", ".join(
        f"count(*) FILTER (WHERE known.{quote_name(name)} IS DISTINCT FROM fresh.{quote_name(name)})"
        f" AS {quote_name(name)}"
        for name in refreshed
    )
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE drift AS
        SELECT {counts} FROM {table.name} AS known INNER JOIN {COMPLETED} AS fresh USING (Id)"""
    )
    return merge_rows(table, COMPLETED, columns=columns, now=now, connection=connection).changed
