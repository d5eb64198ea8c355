"""Everything put together for one home and one clock."""

import warnings
from datetime import date

import dagster as dg

from sync_project.defs.audiences import audience_asset, await_members
from sync_project.defs.checks import CHECKS
from sync_project.defs.events import event_asset
from sync_project.defs.icp import icp_assets
from sync_project.defs.matched import matched_assets
from sync_project.defs.org import ConnectedOrg
from sync_project.defs.outbound import outbound_assets
from sync_project.defs.partitions import daily_partitions
from sync_project.defs.published import published_asset
from sync_project.defs.raw import raw_assets
from sync_project.defs.scored import scored_assets
from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import sql_assets
from sync_project.defs.trust import trust_assets
from sync_project.defs.trust_checks import TRUST_CHECKS
from sync_project.defs.upkeep import upkeep_assets, upkeep_schedules
from sync_project.ingest.objects import STAGED_OBJECTS
from sync_project.settings.ingest import IngestSettings

SYNC_JOB = "sync"


def make_definitions(surroundings: Surroundings) -> dg.Definitions:
    """Every asset, one job over all of them, in-process unless a run chooses another executor.

    The daily partitions begin with the home's first day; a new home begins today. Which objects come in is
    read from the settings once: another object needs a reload.
    """
    first_day = surroundings.home.read_first_day() or surroundings.clock().date()
    settings = surroundings.settings.ingest
    with warnings.catch_warnings():
        # Backfill policies have been in beta for years; a warning per asset would hide the others.
        warnings.simplefilter("ignore", dg.BetaWarning)
        tables = _list_tables(settings, first_day)
        upkeep = upkeep_assets(settings.imported)
        published = published_asset(tables)
    return dg.Definitions(
        assets=[*tables, published, *upkeep],
        asset_checks=[*CHECKS, *TRUST_CHECKS],
        jobs=[
            dg.define_asset_job(
                SYNC_JOB,
                selection=dg.AssetSelection.all() - dg.AssetSelection.assets(*upkeep),
                description="Salesforce to DuckDB to scores to Salesforce.",
            )
        ],
        schedules=upkeep_schedules(settings),
        resources={"surroundings": surroundings, "connected_org": ConnectedOrg(surroundings=surroundings)},
        executor=dg.in_process_executor,
    )


def _list_tables(settings: IngestSettings, first_day: date) -> list[dg.AssetsDefinition]:
    objects = dict.fromkeys([*STAGED_OBJECTS, *settings.imported])
    partitions = daily_partitions(first_day)
    return [
        *raw_assets(objects, partitions),
        audience_asset(settings.audiences),
        event_asset(partitions),
        *await_members(
            [
                *sql_assets(),
                *matched_assets(),
                *icp_assets(),
                *trust_assets(),
                *scored_assets(),
                *outbound_assets(),
            ],
            settings.audiences,
        ),
    ]
