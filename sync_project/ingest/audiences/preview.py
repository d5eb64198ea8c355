"""What an audience would bring, told before it is imported; nothing is written, here or in the org."""

import math
from dataclasses import dataclass

from sync_project.ingest.audiences.members import MEMBER_TABLE, count_here, find_records_to_bring, last_read
from sync_project.ingest.audiences.reading import AudienceRecords, audience_errors, read_audience
from sync_project.ingest.objects import table_name
from sync_project.ingest.records import MOST_IDS, ids_per_query
from sync_project.salesforce.org import Org
from sync_project.salesforce.reports import RunAllowance
from sync_project.settings.ingest import AudienceSettings
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import Warehouse
from sync_project.warehouse.models import table_columns, table_exists


@dataclass(frozen=True, kw_only=True)
class AudiencePreview:
    """An audience as it is now."""

    records: AudienceRecords
    here_count: int | None
    """Members whose records are in the raw table; None where nothing of the object has come in yet."""
    member_calls: int
    """API calls that it took to tell the members, as each import does."""
    record_calls: int
    """API calls that the next import adds for members' records, beside those for the object as a whole."""


def preview_audience(
    audience: AudienceSettings, *, name: str = "", org: Org, warehouse: Warehouse, settings: Settings
) -> AudiencePreview:
    """Read the members as an import would; AudienceError where it could not."""
    calls_before = org.calls_used
    with audience_errors(audience, name=name):
        records = read_audience(
            audience,
            org=org,
            bulk_above_rows=settings.salesforce.bulk_above_rows,
            allowance=RunAllowance(),
        )
    chosen = settings.ingest.objects.get(audience.object)
    is_filtered = chosen is not None and chosen.filter is not None
    here_count, record_calls = _compare(name, audience, records, is_filtered=is_filtered, warehouse=warehouse)
    return AudiencePreview(
        records=records,
        here_count=here_count,
        member_calls=org.calls_used - calls_before,
        record_calls=record_calls,
    )


def _compare(
    name: str,
    audience: AudienceSettings,
    records: AudienceRecords,
    *,
    is_filtered: bool,
    warehouse: Warehouse,
) -> tuple[int | None, int]:
    """Members whose records are here, and the calls in which the next import reads records by their ids."""
    # Without a filter the first import of the object brings them all.
    without_any = None, math.ceil(len(records.record_ids) / MOST_IDS) if is_filtered else 0
    if not warehouse.path.exists():
        return without_any
    table = table_name(audience.object)
    with warehouse.transaction() as connection:
        columns = tuple(table_columns(table, connection=connection))
        if not columns:
            return without_any
        per_query = ids_per_query(columns)
        here_count = count_here(audience.object, records.record_ids, connection=connection)
        if is_filtered and not table_exists(MEMBER_TABLE, connection=connection):
            return here_count, math.ceil(len(records.record_ids) / per_query)
        missing = find_records_to_bring(
            name, audience, records.record_ids, is_filtered=is_filtered, connection=connection
        )
        asks_for_changes = is_filtered and last_read(name, connection=connection) is not None
    return here_count, math.ceil(len(missing) / per_query) + asks_for_changes
