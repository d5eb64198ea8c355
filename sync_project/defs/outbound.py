"""Assets of write-back that Python fills: whom filters let through, the candidates of the plan, the push."""

from collections.abc import Iterator

import dagster as dg

from sync_project.defs.org import ConnectedOrg
from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import filled_asset, table_results, table_spec
from sync_project.salesforce.errors import CallsSpentError
from sync_project.writeback.candidates import build_candidates
from sync_project.writeback.push import TABLES, push_plan
from sync_project.writeback.routing import build_routed

CANDIDATE_SOURCES = (
    "raw.field",
    "raw.account",
    "raw.contact",
    "raw.lead",
    "scored.person",
    "scored.account_propensity",
    "scored.organisation",
    "outbound.target",
)
PUSH_SOURCES = (
    "outbound.write_plan",
    "matched.duplicate_log",
    "scored.score",
    "scored.explanation",
    "icp.model",
    "icp.prediction",
    "icp.person_contribution",
    "icp.account_contribution",
    "icp.person_now",
    "icp.account_now",
)


def push_asset() -> dg.AssetsDefinition:
    """The step that writes to Salesforce."""

    @dg.multi_asset(
        name="outbound__activity_log",
        specs=[
            table_spec(table, deps=PUSH_SOURCES, kinds=["salesforce"], skippable=True) for table in TABLES
        ],
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def push(
        context: dg.AssetExecutionContext, surroundings: Surroundings, connected_org: ConnectedOrg
    ) -> Iterator[dg.MaterializeResult[None]]:
        """Carries out the plan and keeps what Salesforce answered."""
        try:
            with connected_org.counting("outbound.activity_log", run_id=context.run.run_id) as org:
                counts = push_plan(
                    org=org,
                    warehouse=surroundings.warehouse,
                    external_id_field=surroundings.settings.writeback.external_id_field,
                    run_id=context.run.run_id,
                    clock=surroundings.clock,
                )
        except CallsSpentError as error:
            connected_org.tell_spent(error, context=context)
            return
        told = {
            "created": counts.created,
            "updated": counts.updated,
            "rejected": counts.rejected,
            "duplicates": counts.duplicates,
            "api_calls": counts.call_count,
            "api_calls_of_the_run": connected_org.org.calls_used,
        }
        with surroundings.warehouse.transaction() as connection:
            results = table_results(TABLES, connection=connection, further={"outbound.activity_log": told})
        yield from results

    return push


def outbound_assets() -> list[dg.AssetsDefinition]:
    """From scores to Salesforce."""
    return [
        filled_asset(
            [
                table_spec(
                    "outbound.routed",
                    deps=["scored.person", "scored.account_propensity", "scored.organisation"],
                )
            ],
            fill=lambda connection, surroundings: build_routed(
                connection=connection, settings=surroundings.settings.writeback
            ),
        ),
        filled_asset(
            [table_spec("outbound.candidate", deps=CANDIDATE_SOURCES)],
            fill=lambda connection, surroundings: build_candidates(
                connection=connection, settings=surroundings.settings.writeback
            ),
        ),
        push_asset(),
    ]
