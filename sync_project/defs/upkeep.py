"""What no window shows, on schedules: calculated fields, and records that went or came unseen."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

import dagster as dg

from sync_project.defs.org import ConnectedOrg
from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import asset_key, table_results, table_spec
from sync_project.ingest.errors import NotReconciledError
from sync_project.ingest.objects import table_name
from sync_project.ingest.upkeep.refresh import DRIFT_TABLE, RefreshCounts, refresh_object
from sync_project.ingest.upkeep.sweep import GONE_TABLE, SweepCounts, sweep_object
from sync_project.salesforce.errors import CallsSpentError
from sync_project.salesforce.org import Org
from sync_project.settings.ingest import IngestSettings
from sync_project.settings.load import SettingsError
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import Warehouse

REFRESH_JOB = "refresh"
SWEEP_JOB = "sweep"


class LookAfter(Protocol):
    """What is done for each object; ``refresh_object`` and ``sweep_object`` are such functions."""

    def __call__(
        self, object_name: str, *, org: Org, warehouse: Warehouse, settings: Settings, now: datetime
    ) -> RefreshCounts | SweepCounts:
        """Look after one object."""


def upkeep_assets(objects: Iterable[str]) -> list[dg.AssetsDefinition]:
    """One asset for each kind of upkeep."""
    names = list(objects)
    return [
        _upkeep_asset(DRIFT_TABLE, names, look_after=refresh_object),
        _upkeep_asset(GONE_TABLE, names, look_after=sweep_object),
    ]


def _upkeep_asset(table: str, objects: list[str], *, look_after: LookAfter) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name="__".join(table.split(".")),
        specs=[table_spec(table, deps=map(table_name, objects), kinds=["salesforce"], skippable=True)],
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def upkeep(
        context: dg.AssetExecutionContext, surroundings: Surroundings, connected_org: ConnectedOrg
    ) -> Iterator[dg.MaterializeResult[None]]:
        refused: list[NotReconciledError] = []
        for name in objects:
            try:
                with connected_org.counting(table, run_id=context.run.run_id) as org:
                    counts = look_after(
                        name,
                        org=org,
                        warehouse=surroundings.warehouse,
                        settings=surroundings.settings,
                        now=surroundings.clock(),
                    )
            except NotReconciledError as error:
                refused.append(error)
            except CallsSpentError as error:
                connected_org.tell_spent(error, context=context)
                return
            else:
                if counts.finding:
                    context.log.info(f"{name}: {counts.finding}")
        if refused:
            for each in refused[1:]:
                context.log.warning(str(each))
            raise refused[0]
        with surroundings.warehouse.transaction() as connection:
            results = table_results([table], connection=connection)
        yield from results

    return upkeep


def upkeep_schedules(settings: IngestSettings) -> list[dg.ScheduleDefinition]:
    """Each with its job, on by itself: neither writes to the org. SettingsError for a time that is none."""
    refresh = dg.define_asset_job(
        REFRESH_JOB,
        selection=[asset_key(DRIFT_TABLE)],
        description="Read calculated fields again, whose changes no window brings.",
    )
    sweep = dg.define_asset_job(
        SWEEP_JOB,
        selection=[asset_key(GONE_TABLE)],
        description="Look for records that were deleted for good, left the pull filter, or appeared "
        "without a change.",
    )
    planned = (("refresh_cron", settings.refresh_cron, refresh), ("sweep_cron", settings.sweep_cron, sweep))
    schedules = []
    for setting, cron, job in planned:
        try:
            schedule = dg.ScheduleDefinition(
                job=job,
                cron_schedule=cron,
                execution_timezone="UTC",
                default_status=dg.DefaultScheduleStatus.RUNNING,
            )
        except dg.DagsterInvalidDefinitionError as error:
            raise SettingsError(
                f"ingest.{setting} is {cron!r}, which names no time. Give minute, hour, day of the month, "
                "month and day of the week, such as '0 3 * * *' for every day at three (UTC)."
            ) from error
        schedules.append(schedule)
    return schedules
