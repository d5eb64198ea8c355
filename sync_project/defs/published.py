"""The published copy, after everything else."""

from collections.abc import Iterable

import dagster as dg

from sync_project.defs.surroundings import Surroundings
from sync_project.warehouse.publishing import publish


def published_asset(assets: Iterable[dg.AssetsDefinition]) -> dg.AssetsDefinition:
    """The asset of ``published.duckdb``: it waits for every table that nothing else waits for."""
    specs = [spec for each in assets for spec in each.specs]
    read = {dep.asset_key for spec in specs for dep in spec.deps}
    last = [spec.key for spec in specs if spec.key not in read]

    @dg.asset(
        key="published",
        deps=last,
        group_name="published",
        kinds={"duckdb", "file"},
        backfill_policy=dg.BackfillPolicy.single_run(),
        description="The DuckDB file that analysts open while runs go on: every table, replaced as a whole.",
    )
    def published(surroundings: Surroundings) -> dg.MaterializeResult[None]:
        path = surroundings.home.published
        size = publish(surroundings.warehouse, target=path)
        return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(path), "bytes": size})

    return published
