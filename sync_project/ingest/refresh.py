"""Fields whose value changes without a new SystemModstamp: read again for every record.

A formula follows the records it looks at, and some roll-ups the records they count, while the record itself
stays as it was; no window ever brings such a change. A changed value is a new version, valid from now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from sync_project.ingest.arrivals import ARRIVED, load_arrivals
from sync_project.ingest.import_log import LoggedRead, Purpose, log_read
from sync_project.ingest.importer import way_of
from sync_project.ingest.raw_table import raw_table
from sync_project.ingest.reads import described_columns
from sync_project.ingest.versions import VALIDITY, VersionedTable, merge_rows
from sync_project.salesforce.object_query import ObjectQuery
from sync_project.salesforce.org import Org
from sync_project.salesforce.reading import read_object
from sync_project.settings.ingest import ObjectSettings
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import Warehouse, as_timestamp, fetch_row
from sync_project.warehouse.models import ensure_table, load_models, quote_name, table_columns
from sync_project.warehouse.scratch import scratch_folder

TABLE = "raw.formula_drift"
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

    An object without such fields, or not imported yet, costs no call. Records that changed since the last
    import are left to the next one.
    """
    chosen = settings.ingest.objects[object_name]
    with warehouse.transaction() as connection:
        ensure_table(load_models()[TABLE], connection=connection)
        columns = described_columns(object_name, connection=connection)
        table = raw_table(object_name, columns)
        known = table_columns(table.name, connection=connection)
        refreshed = [
            name for name in _refreshed_fields(object_name, chosen, connection=connection) if name in known
        ]
    if not refreshed:
        return RefreshCounts()
    calls_before = org.calls_used
    asked = [column for column in columns if column.name in {"Id", table.stamp, *refreshed}]
    query = ObjectQuery(
        object_name=object_name,
        fields=tuple(column.name for column in asked),
        stamp=table.stamp,
        condition=chosen.filter,
    )
    with scratch_folder(warehouse.path) as folder:
        extract = read_object(
            org,
            query,
            folder=folder,
            include_deleted=False,
            bulk_above_rows=settings.salesforce.bulk_above_rows,
        )
        call_count = org.calls_used - calls_before

        def keep(connection: duckdb.DuckDBPyConnection) -> RefreshCounts:
            arrivals = load_arrivals(object_name, extract, asked, stamp=table.stamp, connection=connection)
            counts = RefreshCounts(
                field_names=tuple(refreshed),
                row_count=arrivals.row_count,
                drifted_count=_merge_drift(table, refreshed, now=now, connection=connection),
                call_count=call_count,
            )
            _keep_drift(object_name, counts, now=now, connection=connection)
            log_read(
                LoggedRead(
                    object_name=object_name,
                    imported_at=now,
                    purpose=Purpose.REFRESH,
                    field_names=query.fields,
                    pull_filter=chosen.filter,
                    row_count=counts.row_count,
                    changed_count=counts.drifted_count,
                    call_count=call_count,
                    way=way_of(extract),
                ),
                connection=connection,
            )
            return counts

        return warehouse.load(keep)


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
        connection.execute(
            f"INSERT INTO {TABLE} VALUES ($object, $field, $now, $row_count, $drifted)",
            {
                "object": object_name,
                "field": name,
                "now": as_timestamp(now),
                "row_count": counts.row_count,
                "drifted": count,
            },
        )


def _merge_drift(
    table: VersionedTable, refreshed: Sequence[str], *, now: datetime, connection: duckdb.DuckDBPyConnection
) -> int:
    """Only rows that drifted are merged, and whole: what was not asked for is as it is here."""
    fresh = ", ".join(f"{ARRIVED}.{quote_name(name)} AS {quote_name(name)}" for name in refreshed)
    stamp = quote_name(table.stamp) if table.stamp else None
    unchanged = f"known.{stamp} IS NOT DISTINCT FROM {ARRIVED}.{stamp}" if stamp else "TRUE"
    differ = " OR ".join(
        f"known.{quote_name(name)} IS DISTINCT FROM {ARRIVED}.{quote_name(name)}" for name in refreshed
    )
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE {COMPLETED} AS
        SELECT known.* EXCLUDE ({", ".join(VALIDITY)}) REPLACE ({fresh})
        FROM {table.name} AS known INNER JOIN {ARRIVED} ON known.Id = {ARRIVED}.Id
        WHERE {unchanged} AND ({differ})"""
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
