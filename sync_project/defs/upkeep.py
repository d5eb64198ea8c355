"""What the windows cannot see, on schedules of its own: calculated fields, and records that vanished."""

from collections.abc import Iterable, Iterator

import dagster as dg

from sync_project.defs.org import ConnectedOrg
from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import asset_key, table_results, table_spec
from sync_project.ingest.objects import table_name
from sync_project.ingest.refresh import TABLE as DRIFT_TABLE
from sync_project.ingest.refresh import refresh_object
from sync_project.ingest.sweep import TABLE as GONE_TABLE
from sync_project.ingest.sweep import sweep_object
from sync_project.settings.ingest import IngestSettings

REFRESH_JOB = "refresh"
SWEEP_JOB = "sweep"


def refresh_asset(objects: Iterable[str]) -> dg.AssetsDefinition:
    """Calculated fields, read again."""
    names = list(objects)

    @dg.multi_asset(
        name="raw__formula_drift",
        specs=[table_spec(DRIFT_TABLE, deps=map(table_name, names), kinds=["salesforce"])],
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def refresh(
        context: dg.AssetExecutionContext, surroundings: Surroundings, connected_org: ConnectedOrg
    ) -> Iterator[dg.MaterializeResult[None]]:
        for name in names:
            with connected_org.counting(DRIFT_TABLE, run_id=context.run.run_id) as org:
                counts = refresh_object(
                    name,
                    org=org,
                    warehouse=surroundings.warehouse,
                    settings=surroundings.settings,
                    now=surroundings.clock(),
                )
            if counts.field_names:
                context.log.info(
                    "%s: %s of %s records had drifted in %s.",
                    name,
                    f"{counts.drifted_count:,}",
                    f"{counts.row_count:,}",
                    ", ".join(counts.field_names),
                )
        with surroundings.warehouse.transaction() as connection:
            results = table_results([asset_key(DRIFT_TABLE)], connection=connection)
        yield from results

    return refresh


def sweep_asset(objects: Iterable[str]) -> dg.AssetsDefinition:
    """Records that vanished without a trace, looked for."""
    names = list(objects)

    @dg.multi_asset(
        name="raw__gone_record",
        specs=[table_spec(GONE_TABLE, deps=map(table_name, names), kinds=["salesforce"])],
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def sweep(
        context: dg.AssetExecutionContext, surroundings: Surroundings, connected_org: ConnectedOrg
    ) -> Iterator[dg.MaterializeResult[None]]:
        for name in names:
            with connected_org.counting(GONE_TABLE, run_id=context.run.run_id) as org:
                counts = sweep_object(
                    name,
                    org=org,
                    warehouse=surroundings.warehouse,
                    settings=surroundings.settings,
                    now=surroundings.clock(),
                )
            if counts.hard_deleted_count or counts.left_filter_count:
                context.log.info(
                    "%s: %s records are deleted for good, %s no longer meet the filter.",
                    name,
                    f"{counts.hard_deleted_count:,}",
                    f"{counts.left_filter_count:,}",
                )
        with surroundings.warehouse.transaction() as connection:
            results = table_results([asset_key(GONE_TABLE)], connection=connection)
        yield from results

    return sweep


def upkeep_schedules(settings: IngestSettings) -> list[dg.ScheduleDefinition]:
    """Each with its job, on by itself: neither writes to the org."""
    refresh = dg.define_asset_job(
        REFRESH_JOB,
        selection=[asset_key(DRIFT_TABLE)],
        description="Read calculated fields again, whose changes no window brings.",
    )
    sweep = dg.define_asset_job(
        SWEEP_JOB,
        selection=[asset_key(GONE_TABLE)],
        description="Look for records that were deleted for good or left the pull filter.",
    )
    return [
        dg.ScheduleDefinition(
            job=job,
            cron_schedule=cron,
            execution_timezone="UTC",
            default_status=dg.DefaultScheduleStatus.RUNNING,
        )
        for cron, job in ((settings.refresh_cron, refresh), (settings.sweep_cron, sweep))
    ]
