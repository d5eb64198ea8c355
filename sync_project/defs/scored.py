"""Assets of scoring that Python fills."""

import dagster as dg

from sync_project.defs.tables import filled_asset, table_spec
from sync_project.icp.features.signals import Subject
from sync_project.scoring.changes import find_changes
from sync_project.scoring.explaining import explain
from sync_project.scoring.held_levels import log_held_levels
from sync_project.scoring.last_written import read_last_written

CHANGE_SOURCES = (
    "icp.signal",
    "icp.model",
    "icp.prediction",
    "scored.last_written",
    "scored.score",
    *(f"icp.{subject}_{kind}" for subject in Subject for kind in ("now", "contribution")),
)
EXPLANATION_SOURCES = (
    "icp.points",
    "scored.change",
    *(each for each in CHANGE_SOURCES if each != "scored.last_written"),
)


def scored_assets() -> list[dg.AssetsDefinition]:
    """What people read of scores."""
    return [
        filled_asset(
            [table_spec("scored.last_written", deps=["icp.model", "matched.record_redirect"])],
            fill=lambda connection, _: read_last_written(connection=connection),
        ),
        filled_asset(
            [table_spec("scored.held_level", deps=["icp.model", "scored.score"])],
            fill=lambda connection, _: log_held_levels(connection),
        ),
        filled_asset(
            [table_spec("scored.change", deps=CHANGE_SOURCES)],
            fill=lambda connection, surroundings: find_changes(
                now=surroundings.clock(), connection=connection
            ),
        ),
        filled_asset(
            [table_spec("scored.explanation", deps=EXPLANATION_SOURCES)],
            fill=lambda connection, _: explain(connection=connection),
        ),
    ]
