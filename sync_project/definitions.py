"""What Dagster loads: every asset, one job over all of them, in-process by default."""

import dagster as dg

from sync_project.defs.checks import CHECKS
from sync_project.defs.icp import icp_assets
from sync_project.defs.matched import matched_assets
from sync_project.defs.org import ConnectedOrg
from sync_project.defs.outbound import outbound_assets
from sync_project.defs.published import published_asset
from sync_project.defs.raw import raw_assets
from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import sql_assets

tables = [*raw_assets(), *sql_assets(), *matched_assets(), *icp_assets(), *outbound_assets()]
surroundings = Surroundings()

defs = dg.Definitions(
    assets=[*tables, published_asset(tables)],
    asset_checks=CHECKS,
    jobs=[dg.define_asset_job("sync", description="Salesforce to DuckDB to scores to Salesforce.")],
    resources={"surroundings": surroundings, "connected_org": ConnectedOrg(surroundings=surroundings)},
    executor=dg.in_process_executor,
)
