"""Asset checks: what a person should look at although the run went on."""

import dagster as dg

from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import asset_key
from sync_project.ingest.descriptions import MISSING, OBJECT_MISSING
from sync_project.warehouse.models import count_rows


@dg.asset_check(
    asset=asset_key("icp.model"), description="Every model beats the base rate on outcomes it has not seen."
)
def signal_was_found(surroundings: Surroundings) -> dg.AssetCheckResult:
    """Warns where nothing learnt is published."""
    return _expect_none(surroundings, "SELECT subject, reason FROM icp.model WHERE verdict <> 'signal'")


@dg.asset_check(
    asset=asset_key("raw.field_change"), description="The org's fields are as they were at the import before."
)
def no_field_changed(surroundings: Surroundings) -> dg.AssetCheckResult:
    """Warns with what the last import found new, gone or redefined."""
    return _expect_none(
        surroundings,
        """SELECT object_name, field_name, change, before, after FROM raw.field_change
        WHERE seen_at = (SELECT described_at FROM raw.org) ORDER BY ALL""",
    )


@dg.asset_check(
    asset=asset_key("raw.left_out"),
    description="The org shows every field and object that the settings name.",
)
def nothing_named_is_missing(surroundings: Surroundings) -> dg.AssetCheckResult:
    """Warns with what it lacks, or hides from the integration user."""
    return _expect_none(
        surroundings,
        f"""SELECT object_name, field_name, reason FROM raw.left_out
        WHERE reason IN ('{MISSING}', '{OBJECT_MISSING}') ORDER BY ALL""",
    )


@dg.asset_check(
    asset=asset_key("raw.audience"), description="Every audience could be read, with all its members."
)
def every_audience_came_whole(surroundings: Surroundings) -> dg.AssetCheckResult:
    """Warns with those that could not and why, and with those of which Salesforce showed only a part."""
    return _expect_none(
        surroundings,
        """SELECT name, coalesce(fault, 'Salesforce showed only a part of its rows') AS fault, org_count,
            member_count FROM raw.audience WHERE fault IS NOT NULL OR is_cut ORDER BY name""",
    )


@dg.asset_check(
    asset=asset_key("raw.engagement_event"),
    description="Every row of the event sources that are switched on could be read.",
)
def no_event_was_rejected(surroundings: Surroundings) -> dg.AssetCheckResult:
    """Warns with source, file and line of the first rows that could not."""
    return _expect_none(
        surroundings,
        """SELECT source, file, line, reason FROM raw.rejected_event
        WHERE source IN (SELECT source FROM raw.event_source WHERE is_enabled) ORDER BY source, file, line""",
    )


@dg.asset_check(
    asset=asset_key("raw.event_source"), description="Every event source that is switched on could be read."
)
def every_event_source_was_read(surroundings: Surroundings) -> dg.AssetCheckResult:
    """Warns with the setting, its value and the remedy for those that could not."""
    return _expect_none(
        surroundings,
        "SELECT source, fault FROM raw.event_source WHERE is_enabled AND fault IS NOT NULL ORDER BY source",
    )


@dg.asset_check(
    asset=asset_key("outbound.activity_log"), description="Salesforce accepted every record of the last push."
)
def no_record_was_rejected(surroundings: Surroundings) -> dg.AssetCheckResult:
    """Warns with Salesforce's words and the remedy for the first records that were not."""
    return _expect_none(
        surroundings,
        """SELECT record_type, record_id, error_code, error_message, remedy FROM outbound.activity_log
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


def _expect_none(surroundings: Surroundings, query: str) -> dg.AssetCheckResult:
    """Passes where the query finds nothing; else warns, with its first ten rows as a table."""
    with surroundings.warehouse.transaction() as connection:
        count = count_rows(f"({query})", connection=connection)
        found = connection.execute(f"{query} LIMIT 10").df()
    metadata: dict[str, dg.MetadataValue | int] = {"found": count}
    if count:
        rows = [
            {str(name): value for name, value in row.items()}
            for row in found.astype("str").to_dict("records")
        ]
        metadata["first"] = dg.MetadataValue.table([dg.TableRecord(row) for row in rows])
    return dg.AssetCheckResult(passed=count == 0, severity=dg.AssetCheckSeverity.WARN, metadata=metadata)
