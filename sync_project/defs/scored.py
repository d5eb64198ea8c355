"""Assets of scoring that Python fills."""

import dagster as dg

from sync_project.defs.tables import filled_asset, table_spec
from sync_project.icp.features.signals import Subject
from sync_project.scoring.explaining import explain

EXPLANATION_SOURCES = (
    "icp.signal",
    "icp.model",
    "icp.points",
    "scored.score",
    *(f"icp.{subject}_{kind}" for subject in Subject for kind in ("now", "contribution")),
)


def scored_assets() -> list[dg.AssetsDefinition]:
    """What people read of scores."""
    return [
        filled_asset(
            [table_spec("scored.explanation", deps=EXPLANATION_SOURCES)],
            fill=lambda connection, _: explain(connection=connection),
        )
    ]
