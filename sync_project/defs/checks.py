"""Asset checks: what a person should look at although the run went on."""

import dagster as dg

from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import asset_key
from sync_project.ingest.descriptions import MISSING, OBJECT_MISSING
from sync_project.warehouse.models import count_rows

ROWS_SHOWN = 10


def expect_none(name: str, table: str, *, description: str, query: str) -> dg.AssetChecksDefinition:
    """A check that passes where the query finds nothing; else it warns with the first rows as a table."""

    @dg.asset_check(name=name, asset=asset_key(table), description=description)
    def check(surroundings: Surroundings) -> dg.AssetCheckResult:
        with surroundings.warehouse.transaction() as connection:
            count = count_rows(f"({query})", connection=connection)
            found = connection.execute(f"{query} LIMIT {ROWS_SHOWN}").df()
        metadata: dict[str, dg.MetadataValue | int] = {"found": count}
        if count:
            rows = [
                {str(name): value for name, value in row.items()}
                for row in found.astype("str").to_dict("records")
            ]
            metadata["first"] = dg.MetadataValue.table([dg.TableRecord(row) for row in rows])
        return dg.AssetCheckResult(passed=count == 0, severity=dg.AssetCheckSeverity.WARN, metadata=metadata)

    return check


no_field_changed = expect_none(
    "no_field_changed",
    "raw.field_change",
    description="The org's fields are as they were at the import before.",
    query="""SELECT object_name, field_name, change, before, after FROM raw.field_change
    WHERE seen_at = (SELECT described_at FROM raw.org) ORDER BY ALL""",
)
nothing_named_is_missing = expect_none(
    "nothing_named_is_missing",
    "raw.left_out",
    description="The org shows every field and object that the settings name.",
    query=f"""SELECT object_name, field_name, reason FROM raw.left_out
    WHERE reason IN ('{MISSING}', '{OBJECT_MISSING}') ORDER BY ALL""",
)
every_audience_came_whole = expect_none(
    "every_audience_came_whole",
    "raw.audience",
    description="Every audience could be read, with all its members.",
    query="""SELECT name, coalesce(fault, 'Salesforce showed only a part of its rows') AS fault,
        org_count, member_count
    FROM raw.audience WHERE fault IS NOT NULL OR is_cut ORDER BY name""",
)
signal_was_found = expect_none(
    "signal_was_found",
    "icp.model",
    description="Every model beats the base rate on outcomes it has not seen.",
    query="SELECT subject, reason FROM icp.model WHERE verdict <> 'signal'",
)
no_event_was_rejected = expect_none(
    "no_event_was_rejected",
    "raw.engagement_event",
    description="Every row of the event sources that are switched on could be read.",
    query="""SELECT source, file, line, reason FROM raw.rejected_event
    WHERE source IN (SELECT source FROM raw.event_source WHERE is_enabled) ORDER BY source, file, line""",
)
every_event_source_was_read = expect_none(
    "every_event_source_was_read",
    "raw.event_source",
    description="Every event source that is switched on could be read.",
    query="""SELECT source, fault FROM raw.event_source WHERE is_enabled AND fault IS NOT NULL
    ORDER BY source""",
)
no_record_was_rejected = expect_none(
    "no_record_was_rejected",
    "outbound.activity_log",
    description="Salesforce accepted every record of the last push.",
    query="""SELECT record_type, record_id, error_code, error_message, remedy FROM outbound.activity_log
    WHERE operation = 'error' AND run_id = (SELECT max_by(run_id, logged_at) FROM outbound.activity_log)
    ORDER BY record_type, record_id""",
)

CHECKS = [
    no_field_changed,
    nothing_named_is_missing,
    every_audience_came_whole,
    signal_was_found,
    no_event_was_rejected,
    every_event_source_was_read,
    no_record_was_rejected,
]
