"""``icp.backtest``: the scorecards of the rolling origins beside the base rate and a challenger."""

from collections.abc import Sequence
from dataclasses import asdict

import duckdb
import numpy as np
import pandas as pd

from sync_project.icp.bins import Numbers
from sync_project.icp.evaluation import (
    Evaluation,
    TimedEvaluation,
    evaluate,
    evaluate_rolling_origins,
    evaluate_together,
)
from sync_project.icp.features.building import read_taught_signals
from sync_project.icp.features.signals import Subject
from sync_project.icp.lessons import Lessons, read_lessons
from sync_project.icp.trust.challenger import MOST_LESSONS, Challenger
from sync_project.settings.model import Settings
from sync_project.warehouse.models import build_table, insert_frame, load_models

TABLE = "icp.backtest"
SAMPLED = f"learnt from the newest {MOST_LESSONS:,} lessons only"


def build_backtest(*, connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Fill the table; a subject whose scorecard was not tested has no rows."""
    build_table(load_models()[TABLE], connection=connection, parameters={})
    for subject in Subject:
        predicted = connection.execute(
            "SELECT example_id, probability FROM icp.backtest_prediction WHERE subject = $subject",
            {"subject": subject.value},
        ).df()
        if len(predicted):
            signals = read_taught_signals(subject, connection=connection, settings=settings)
            lessons = read_lessons(subject, signals, connection=connection)
            rows = compare(lessons, predicted.set_index("example_id")["probability"])
            insert_frame(TABLE, rows.assign(subject=subject.value), connection=connection)


def compare(lessons: Lessons, predicted: "pd.Series[float]") -> pd.DataFrame:
    """One row per origin and model; ``predicted`` are the scorecard's chances by the lesson's name."""
    origins = evaluate_rolling_origins(
        lessons.values, lessons.is_won, lessons.decided_at, make_model=Challenger
    )
    by_model: dict[str, list[Numbers]] = {
        "scorecard": [
            np.asarray(predicted[lessons.names.iloc[each.tested]], dtype=np.float64) for each in origins
        ],
        "base_rate": [np.full(len(each.won), each.base_rate) for each in origins],
        "challenger": [each.probability for each in origins],
    }
    return pd.DataFrame([row for name, given in by_model.items() for row in _list_rows(name, origins, given)])


def _list_rows(
    name: str, origins: Sequence[TimedEvaluation], probabilities: Sequence[Numbers]
) -> list[dict[str, object]]:
    rows = [
        _row(name, evaluate(probability, each.won))
        | {
            "origin_pct": round(100 * each.origin),
            "trained_rows": each.trained_rows,
            "trained_wins": each.trained_wins,
            "note": _note(name, [each]),
        }
        for each, probability in zip(origins, probabilities, strict=True)
    ]
    together = _row(name, evaluate_together(origins, probabilities)) | {"note": _note(name, origins)}
    return [*rows, together]


def _row(name: str, evaluation: Evaluation) -> dict[str, object]:
    told = asdict(evaluation)
    return {
        "model": name,
        "tested_rows": told.pop("rows"),
        "tested_wins": told.pop("wins"),
        "origin_pct": None,
        "trained_rows": None,
        "trained_wins": None,
        **told,
    }


def _note(name: str, origins: Sequence[TimedEvaluation]) -> str | None:
    is_sampled = name == "challenger" and any(each.trained_rows > MOST_LESSONS for each in origins)
    return SAMPLED if is_sampled else None
