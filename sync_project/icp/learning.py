"""From lessons to predictions: fit a scorecard per subject, test it in time order, publish what it proves.

Reads ``icp.<subject>_lesson`` and ``icp.<subject>_now``; replaces ``icp.signal``, ``icp.model``,
``icp.points``, ``icp.prediction`` and ``icp.contribution``.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import duckdb
import pandas as pd

from sync_project.icp.evaluation import (
    Evaluation,
    TimedEvaluation,
    evaluate_in_time_order,
    evaluate_rolling_origins,
)
from sync_project.icp.features import read_signals
from sync_project.icp.gate import Signal as Verdict
from sync_project.icp.gate import judge_origins
from sync_project.icp.scorecard import Scorecard
from sync_project.icp.signals import Signal, Subject
from sync_project.settings.model import IcpSettings, ScoringSettings, Settings
from sync_project.warehouse.connection import as_timestamp
from sync_project.warehouse.models import build_table, load_models

TABLES = ("icp.signal", "icp.model", "icp.points", "icp.prediction", "icp.contribution")


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """Signals and outcomes of one subject, a row per lesson, sorted by its name."""

    values: pd.DataFrame
    """One column per signal."""
    is_won: pd.Series
    decided_at: pd.Series

    @property
    def win_count(self) -> int:
        """Lessons that ended well."""
        return int(self.is_won.sum())

    @property
    def base_rate(self) -> float | None:
        """Share of wins; None without lessons."""
        return self.win_count / len(self.is_won) if len(self.is_won) else None


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the lessons are worth."""

    verdict: Verdict
    reason: str
    newest: Evaluation | None = None
    """On the newest fifth, learnt from the older four; None where it could not be tested."""
    base_log_loss: float | None = None
    """There, of predicting the base rate for everyone."""


@dataclass(frozen=True, kw_only=True)
class Edges:
    """Where the levels are cut, in log-odds."""

    cold: float
    middle: float
    hot: float


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
    signals = read_signals(subject, connection=connection, settings=settings.signals)
    _keep("icp.signal", _signal_rows(subject, signals), connection=connection)
    lessons = read_lessons(subject, signals, connection=connection)
    judgement = judge_lessons(lessons, settings=settings.icp)
    model = None
    edges = cut_levels(lessons.base_rate, settings=settings.scoring)
    if judgement.verdict is not Verdict.TOO_LITTLE_DATA and edges is not None:
        model = Scorecard().fit(lessons.values, lessons.is_won)
        _keep("icp.points", _points(subject, model), connection=connection)
    if judgement.verdict is Verdict.SIGNAL and model is not None and edges is not None:
        _predict(subject, signals, model, edges, connection=connection)
    row = _model_row(subject, lessons, judgement, model, edges, now=now)
    _keep("icp.model", pd.DataFrame([row]), connection=connection)
    return judgement


def read_lessons(
    subject: Subject, signals: Sequence[Signal], *, connection: duckdb.DuckDBPyConnection
) -> Lessons:
    """The subject's lessons, in the order of their names whatever the order of the table."""
    frame = connection.execute(f"FROM icp.{subject}_lesson ORDER BY subject_id").df()
    return Lessons(
        values=frame[[each.name for each in signals]],
        is_won=frame["is_won"].astype(bool),
        decided_at=frame["as_of"],
    )


def judge_lessons(lessons: Lessons, *, settings: IcpSettings) -> Judgement:
    """Whether the lessons teach anything that holds later; learnt scores are published on ``signal`` only."""
    wins, losses = lessons.win_count, len(lessons.is_won) - lessons.win_count
    if wins < settings.minimum_wins or losses < settings.minimum_losses:
        return Judgement(
            verdict=Verdict.TOO_LITTLE_DATA,
            reason=f"Too little data: {wins} wins and {losses} losses, "
            f"{settings.minimum_wins} and {settings.minimum_losses} are needed.",
        )
    given = (lessons.values, lessons.is_won, lessons.decided_at)
    verdict = judge_origins(
        evaluate_rolling_origins(*given, make_model=Scorecard),
        minimum_wins=settings.minimum_wins,
        minimum_losses=settings.minimum_losses,
    )
    if verdict.signal is Verdict.TOO_LITTLE_DATA:
        return Judgement(verdict=verdict.signal, reason=verdict.reason)
    newest = _test_on_newest(lessons)
    return Judgement(
        verdict=verdict.signal,
        reason=verdict.reason,
        newest=newest.evaluation if newest else None,
        base_log_loss=newest.base_log_loss if newest else None,
    )


def _test_on_newest(lessons: Lessons) -> TimedEvaluation | None:
    """None where the older four fifths hold no win or no loss, or nothing follows them."""
    try:
        return evaluate_in_time_order(
            lessons.values, lessons.is_won, lessons.decided_at, make_model=Scorecard
        )
    except ValueError:
        return None


def cut_levels(base_rate: float | None, *, settings: ScoringSettings) -> Edges | None:
    """The levels' edges as multiples of the base odds; None where the base rate has no odds.

    >>> cut_levels(0.5, settings=ScoringSettings(hot_odds=math.e, cold_odds=1 / math.e))
    Edges(cold=-1.0, middle=0.0, hot=1.0)
    """
    if base_rate is None or not 0 < base_rate < 1:
        return None
    middle = math.log(base_rate / (1 - base_rate))
    return Edges(
        cold=middle + math.log(settings.cold_odds), middle=middle, hot=middle + math.log(settings.hot_odds)
    )


def _predict(
    subject: Subject,
    signals: Sequence[Signal],
    model: Scorecard,
    edges: Edges,
    *,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    frame = connection.execute(f"FROM icp.{subject}_now ORDER BY subject_id").df()
    values = frame[[each.name for each in signals]]
    if values.empty:
        return
    predictions = pd.DataFrame(
        {
            "subject": subject.value,
            "subject_id": frame["subject_id"],
            "log_odds": model.decision_function(values),
            "probability": model.predict_proba(values)[:, 1],
            "confidence_pct": 100 * model.confidence(values, [edges.cold, edges.hot]),
        }
    )
    _keep("icp.prediction", predictions, connection=connection)
    contributions = model.contributions(values)
    for each in signals:
        _keep(
            "icp.contribution",
            pd.DataFrame(
                {
                    "subject": subject.value,
                    "subject_id": frame["subject_id"],
                    "signal": each.name,
                    "label": each.label,
                    "value": _spell(values[each.name]),
                    "contribution": contributions[each.name],
                }
            ),
            connection=connection,
        )


def _signal_rows(subject: Subject, signals: Sequence[Signal]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "subject": subject.value,
                "signal": each.name,
                "label": each.label,
                "part_of": each.part_of,
                **asdict(each.wording),
            }
            for each in signals
        ]
    )


def _spell(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Values as people read them: whole numbers without a point, nothing for what is unknown."""
    if not pd.api.types.is_numeric_dtype(column):
        return column
    return column.map(_spell_number, na_action="ignore").astype("str")


def _spell_number(number: float) -> str:
    """Thousands parted, whole numbers without a point, never a power of ten.

    >>> _spell_number(2.0), _spell_number(1234.5), _spell_number(3e12)
    ('2', '1,234.5', '3,000,000,000,000')
    """
    return f"{number:,.0f}" if number == round(number) else f"{number:,.12g}"


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
    now: datetime,
) -> dict[str, object]:
    newest = judgement.newest
    return {
        "subject": subject.value,
        "trained_at": as_timestamp(now),
        "example_count": len(lessons.is_won),
        "win_count": lessons.win_count,
        "base_rate": lessons.base_rate,
        "base_log_odds": model.base_log_odds_ if model else None,
        "cold_edge": edges.cold if edges else None,
        "middle": edges.middle if edges else None,
        "hot_edge": edges.hot if edges else None,
        "auc": newest.auc if newest else None,
        "log_loss": newest.log_loss if newest else None,
        "base_log_loss": judgement.base_log_loss,
        "brier": newest.brier if newest else None,
        "top_decile_lift": newest.top_decile_lift if newest else None,
        "verdict": judgement.verdict.value,
        "reason": judgement.reason,
    }


def _keep(table: str, rows: pd.DataFrame, *, connection: duckdb.DuckDBPyConnection) -> None:
    connection.register("kept_rows", rows)
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM kept_rows")
    connection.unregister("kept_rows")
