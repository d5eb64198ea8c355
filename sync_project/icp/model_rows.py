"""What was learnt as rows of ``icp.signal``, ``icp.model`` and ``icp.points``."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import pandas as pd

from sync_project.icp.features.signals import Signal, Subject
from sync_project.icp.judgement import Judgement
from sync_project.icp.ladder import Rung, Stage
from sync_project.icp.lessons import Lessons
from sync_project.icp.prior import read_slope
from sync_project.icp.scorecard import Scorecard
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import as_timestamp

Row = Mapping[str, object]


def name_model(subject: Subject, model: Scorecard) -> str:
    """A name that two models share only where they say the same of everybody."""
    said = f"{model.base_log_odds_!r}\n{model.points().to_csv()}"
    return f"{subject}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def name_basis(stage: Stage, *, settings: Settings) -> str:
    """A name that changes as soon as a level would mean something else to people."""
    rules = [each.model_dump(mode="json") for each in settings.icp.ideal_profile]
    said = json.dumps([rules, settings.scoring.cold_odds, settings.scoring.hot_odds])
    return f"{stage}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def list_signal_rows(
    subject: Subject, signals: Sequence[Signal], *, families: Mapping[str, str]
) -> pd.DataFrame:
    """One per signal; ``families`` maps signals to the first of their family, those alone may be absent."""
    return pd.DataFrame(
        [
            {
                "subject": subject.value,
                "signal": each.name,
                "label": each.label,
                "side": each.side.value,
                "part_of": each.part_of,
                "family": families.get(each.name, each.name),
                "lift": each.lift,
                **asdict(each.wording),
            }
            for each in signals
        ]
    )


def list_point_rows(subject: Subject, signals: Iterable[Signal], model: Scorecard) -> pd.DataFrame:
    """One per bin; ValueError where the scorecard has pairs of fields, which SQL cannot look up."""
    if model.pairs_:
        raise ValueError(
            f"The scorecard of {subject} has points for pairs of fields ({len(model.pairs_)}), and SQL "
            "scores by single fields: fit it with pairs=0 to publish its points."
        )
    labels = {each.name: each.label for each in signals}
    points = model.points().rename(
        columns={
            "field": "signal",
            "lower": "at_least",
            "upper": "below",
            "label": "bin",
            "count": "lesson_count",
            "points_lower": "points_at_least",
            "points_upper": "points_at_most",
        }
    )
    bins = [
        labels[signal] + said.removeprefix(signal)
        for signal, said in zip(points["signal"], points["bin"], strict=True)
    ]
    return points.assign(subject=subject.value, bin=bins)


def make_model_row(
    subject: Subject,
    lessons: Lessons,
    judgement: Judgement,
    rung: Rung,
    *,
    settings: Settings,
    now: datetime,
) -> Row:
    """What was fitted, on what, and what it is worth."""
    later = judgement.later
    model = rung.fitted.model if rung.fitted else None
    edges = rung.fitted.edges if rung.fitted else None
    slope = read_slope(model) if model else None
    return {
        "subject": subject.value,
        "model_id": name_model(subject, model) if model else None,
        "stage": rung.stage,
        "basis": name_basis(rung.stage, settings=settings) if rung.stage else None,
        "trained_at": as_timestamp(now),
        "example_count": len(lessons.is_won),
        "win_count": lessons.win_count,
        "base_rate": rung.base_rate,
        "base_log_odds": model.base_log_odds_ if model else None,
        "cold_edge": edges.cold if edges else None,
        "middle": edges.middle if edges else None,
        "hot_edge": edges.hot if edges else None,
        "slope": slope.value if slope else None,
        "slope_at_least": slope.at_least if slope else None,
        "slope_at_most": slope.at_most if slope else None,
        "auc": later.auc if later else None,
        "log_loss": later.log_loss if later else None,
        "base_log_loss": judgement.base_log_loss,
        "brier": later.brier if later else None,
        "top_decile_lift": later.top_decile_lift if later else None,
        "verdict": judgement.verdict.value,
        "reason": rung.reason,
    }
