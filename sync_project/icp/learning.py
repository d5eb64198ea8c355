"""From lessons to predictions: fit a scorecard per subject, test it in time order, publish what it proves.

Reads ``icp.<subject>_lesson`` and ``icp.<subject>_now``; replaces ``icp.signal``, ``icp.model``,
``icp.points``, ``icp.backtest_prediction``, ``icp.prediction`` and ``icp.<subject>_contribution``.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import duckdb
import pandas as pd

from sync_project.icp.features.building import read_signals
from sync_project.icp.features.signals import Signal, Subject
from sync_project.icp.gate import Signal as Verdict
from sync_project.icp.judgement import Judgement, judge_lessons
from sync_project.icp.lessons import Lessons, read_lessons
from sync_project.icp.levels import Edges, cut_levels
from sync_project.icp.predicting import predict, predict_nobody
from sync_project.icp.scorecard import Scorecard
from sync_project.icp.trust.predictions import list_predictions
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import as_timestamp
from sync_project.warehouse.models import build_table, insert_frame, load_models

TABLES = (
    "icp.signal",
    "icp.model",
    "icp.points",
    "icp.backtest_prediction",
    "icp.prediction",
)


def learn(
    *, connection: duckdb.DuckDBPyConnection, settings: Settings, now: datetime
) -> dict[Subject, Judgement]:
    """Fit, test and apply the scorecard of every subject; returns what each is worth."""
    for table in TABLES:
        build_table(load_models()[table], connection=connection, parameters={})
    return {
        subject: _learn_subject(subject, connection=connection, settings=settings, now=now)
        for subject in Subject
    }


def _learn_subject(
    subject: Subject, *, connection: duckdb.DuckDBPyConnection, settings: Settings, now: datetime
) -> Judgement:
    signals = read_signals(
        subject,
        connection=connection,
        settings=settings.signals,
        ideal_profile=settings.icp.ideal_profile,
    )
    insert_frame("icp.signal", _signal_rows(subject, signals), connection=connection)
    lessons = read_lessons(subject, signals, connection=connection)
    judgement = judge_lessons(lessons, settings=settings.icp)
    model = None
    edges = cut_levels(lessons.base_rate, settings=settings.scoring)
    if judgement.verdict is not Verdict.TOO_LITTLE_DATA and edges is not None:
        model = Scorecard().fit(lessons.values, lessons.is_won)
        insert_frame("icp.points", _points(subject, model), connection=connection)
        seen = list_predictions(
            subject, lessons, judgement.origins, model=model, edges=edges, settings=settings.scoring
        )
        insert_frame("icp.backtest_prediction", seen, connection=connection)
    model_id = name_model(subject, model) if model else None
    if judgement.verdict is Verdict.SIGNAL and model_id and model is not None and edges is not None:
        predict(subject, signals, model, edges, model_id=model_id, connection=connection)
    else:
        predict_nobody(subject, signals, connection=connection)
    row = _model_row(subject, lessons, judgement, model, edges, model_id=model_id, now=now)
    insert_frame("icp.model", pd.DataFrame([row]), connection=connection)
    return judgement


def name_model(subject: Subject, model: Scorecard) -> str:
    """A name that two models share only where they say the same of everybody."""
    said = f"{model.base_log_odds_!r}\n{model.points().to_csv()}"
    return f"{subject}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def _signal_rows(subject: Subject, signals: Sequence[Signal]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "subject": subject.value,
                "signal": each.name,
                "label": each.label,
                "side": each.side.value,
                "part_of": each.part_of,
                "family": each.name,
                "lift": each.lift,
                **asdict(each.wording),
            }
            for each in signals
        ]
    )


def _points(subject: Subject, model: Scorecard) -> pd.DataFrame:
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
    return points.assign(subject=subject.value)


def _model_row(
    subject: Subject,
    lessons: Lessons,
    judgement: Judgement,
    model: Scorecard | None,
    edges: Edges | None,
    *,
    model_id: str | None,
    now: datetime,
) -> dict[str, object]:
    later = judgement.later
    return {
        "subject": subject.value,
        "model_id": model_id,
        "trained_at": as_timestamp(now),
        "example_count": len(lessons.is_won),
        "win_count": lessons.win_count,
        "base_rate": lessons.base_rate,
        "base_log_odds": model.base_log_odds_ if model else None,
        "cold_edge": edges.cold if edges else None,
        "middle": edges.middle if edges else None,
        "hot_edge": edges.hot if edges else None,
        "auc": later.auc if later else None,
        "log_loss": later.log_loss if later else None,
        "base_log_loss": judgement.base_log_loss,
        "brier": later.brier if later else None,
        "top_decile_lift": later.top_decile_lift if later else None,
        "verdict": judgement.verdict.value,
        "reason": judgement.reason,
    }
