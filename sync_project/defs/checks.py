"""Asset checks: what a person should look at although the run went on."""

from collections.abc import Iterable

import dagster as dg

from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import asset_key
from sync_project.ingest.descriptions import MISSING, OBJECT_MISSING
from sync_project.warehouse.models import count_rows

ROWS_SHOWN = 10


def expect_none(
    name: str, table: str, *, description: str, query: str, reads: Iterable[str] = ()
) -> dg.AssetChecksDefinition:
    """A check that passes where the query finds nothing; else it warns with the first rows as a table.

    It waits for its table, and for those that it ``reads`` beside it.
    """

    @dg.asset_check(
        name=name,
        asset=asset_key(table),
        additional_deps=[asset_key(each) for each in reads],
        description=description,
    )
    def check(surroundings: Surroundings) -> dg.AssetCheckResult:
        return judge_query(query, severity=dg.AssetCheckSeverity.WARN, surroundings=surroundings)

    return check


def judge_query(
    query: str, *, severity: dg.AssetCheckSeverity, surroundings: Surroundings
) -> dg.AssetCheckResult:
    """Passed where the query finds nothing; else with the first rows as a table."""
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
    return dg.AssetCheckResult(passed=count == 0, severity=severity, metadata=metadata)


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
no_signal_was_refused = expect_none(
    "no_signal_was_refused",
    "icp.refused_signal",
    description="Every signal of the settings is known as of each decision, so that the models may use it.",
    query="SELECT subject, signal, refused_because FROM icp.refused_signal ORDER BY subject, signal",
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
every_override_means_something = expect_none(
    "every_override_means_something",
    "matched.override",
    description="The target of every override is in the org, and something here has its key.",
    query="""WITH here AS (
        SELECT account_id AS record_id FROM staged.account UNION ALL SELECT person_id FROM matched.person
    ),
    carried AS (
        SELECT 'person' AS kind, record_id AS key FROM here
        UNION SELECT 'email', email_normalized FROM matched.email_address
        UNION SELECT 'domain', domain FROM matched.website
        UNION SELECT 'domain', company_domain FROM matched.email_address
        UNION SELECT 'company_name', company_key FROM matched.company_name
    )
    SELECT override.line, override.kind, override.key, target_id,
        CASE WHEN here.record_id IS NULL AND target_id IS NOT NULL
            THEN 'its target is deleted or unknown' ELSE 'nothing here has its key' END AS reason
    FROM matched.override AS override
    LEFT JOIN matched.person_correction AS followed ON override.line = followed.line
    LEFT JOIN here ON target_id = here.record_id
    LEFT JOIN carried
        ON override.kind = carried.kind AND coalesce(followed.key, override.key) = carried.key
    WHERE (here.record_id IS NULL AND target_id IS NOT NULL) OR carried.key IS NULL
    ORDER BY override.line""",
    reads=[
        "matched.company_name",
        "matched.email_address",
        "matched.person",
        "matched.person_correction",
        "matched.website",
        "staged.account",
    ],
)

CHECKS = [
    no_field_changed,
    nothing_named_is_missing,
    every_audience_came_whole,
    no_signal_was_refused,
    no_event_was_rejected,
    every_event_source_was_read,
    no_record_was_rejected,
    every_override_means_something,
]
