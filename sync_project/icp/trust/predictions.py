"""``icp.backtest_prediction``: what the scorecards of the origins said of the lessons that followed."""

from collections.abc import Sequence

import pandas as pd

from sync_project.icp.evaluation import TimedEvaluation
from sync_project.icp.features.signals import Subject
from sync_project.icp.lessons import Lessons
from sync_project.icp.levels import Edges, cut_levels
from sync_project.icp.scorecard import Scorecard
from sync_project.settings.icp import ScoringSettings


def list_predictions(
    subject: Subject,
    lessons: Lessons,
    origins: Sequence[TimedEvaluation],
    *,
    model: Scorecard,
    edges: Edges,
    settings: ScoringSettings,
) -> pd.DataFrame:
    """The rows of one subject; ``model`` and ``edges`` are what all lessons taught."""
    if not origins:
        return pd.DataFrame(columns=["subject"])
    frames = [_list_origin(each, lessons, model=model, edges=edges, settings=settings) for each in origins]
    return pd.concat(frames).assign(subject=subject.value)


def _list_origin(
    origin: TimedEvaluation, lessons: Lessons, *, model: Scorecard, edges: Edges, settings: ScoringSettings
) -> pd.DataFrame:
    values = lessons.values.iloc[origin.tested]
    then, known = origin.model, cut_levels(origin.base_rate, settings=settings)
    if not isinstance(then, Scorecard):
        raise TypeError(f"The origin at {origin.origin:.0%} is no scorecard.")
    log_odds, spread = then.locate(values)
    return pd.DataFrame(
        {
            "example_id": lessons.names.iloc[origin.tested],
            "origin_pct": round(100 * origin.origin),
            "decided_at": lessons.decided_at.iloc[origin.tested],
            "base_rate": origin.base_rate,
            "probability": origin.probability,
            "tier": known.tier(log_odds),
            "confidence_pct": 100 * known.confidence(log_odds, spread),
            "later_tier": edges.tier(model.decision_function(values)),
            "is_won": origin.won > 0,
        }
    )
