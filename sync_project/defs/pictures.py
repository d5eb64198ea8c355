"""What the UI shows of a table beside its counts, as Markdown in the metadata of each materialisation."""

from collections.abc import Callable, Mapping
from functools import partial

import dagster as dg
import duckdb

from sync_project.icp.features.signals import Subject
from sync_project.icp.segment_chart import draw_segments
from sync_project.icp.trust.charts import draw_calibration, draw_lift
from sync_project.icp.trust.model_card import read_card
from sync_project.icp.trust.small_tables import (
    tell_backtest,
    tell_calibration,
    tell_confidence,
    tell_drift,
    tell_levels,
    tell_lift,
)
from sync_project.scoring.charts import draw_scores, tell_scores

Tell = Callable[[duckdb.DuckDBPyConnection], str | None]

TOLD: Mapping[str, Mapping[str, Tell]] = {
    "icp.backtest": {"all origins together": tell_backtest},
    "icp.calibration": {"picture": draw_calibration, "predicted and won": tell_calibration},
    "icp.confidence_outcome": {"claimed and kept": tell_confidence},
    "icp.level_outcome": {"what became of them": tell_levels},
    "icp.lift": {"picture": draw_lift, "won by score": tell_lift},
    "icp.model_card": {f"{subject} model": partial(read_card, subject) for subject in Subject},
    "icp.score_drift": {"findings": tell_drift},
    "icp.segment": {"picture": draw_segments},
    "scored.score": {"picture": draw_scores, "by level": tell_scores},
}


def show_table(table: str, *, connection: duckdb.DuckDBPyConnection) -> dict[str, dg.MarkdownMetadataValue]:
    """By name, what there is to be seen of a table; nothing for most."""
    told = {name: tell(connection) for name, tell in TOLD.get(table, {}).items()}
    return {name: dg.MetadataValue.md(text) for name, text in told.items() if text is not None}
