"""How good predictions are, and what they were worth in time: learnt on the past, tested on what followed.

Pure functions over arrays and tables. Whether the result may be published is judged in ``gate``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import xlogy
from sklearn.metrics import brier_score_loss, roc_auc_score

from sync_project.icp.bins import Codes, Numbers

CALIBRATION_BINS = 10
ROLLING_ORIGINS = (0.5, 0.6, 0.7, 0.8, 0.9)
TESTED_SHARE = 0.1


class Model(Protocol):
    """What scikit-learn calls a classifier, as far as it is used here."""

    def fit(self, X: pd.DataFrame, y: Any) -> Any: ...  # noqa: D102
    def predict_proba(self, X: pd.DataFrame) -> NDArray[Any]: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Predicted probabilities against outcomes.

    ``auc`` and ``top_decile_lift`` are None where one class is absent: nothing can be ranked.
    ``calibration_error`` is the mean distance between predicted and true share over ten equal steps of
    probability (ECE); the lift is the win rate of the best tenth over the win rate of all.
    """

    rows: int
    wins: int
    auc: float | None
    log_loss: float
    brier: float
    calibration_error: float
    top_decile_lift: float | None


@dataclass(frozen=True, kw_only=True)
class TimedEvaluation:
    """A model tested on the rows decided after those it learnt from, in the order of time.

    ``base_rate`` is the win rate of the training rows, and ``base_log_loss`` what predicting it for every
    tested row would have cost.
    """

    origin: float
    """The share of the rows, the oldest, that it learnt from."""
    evaluation: Evaluation
    trained_rows: int
    trained_wins: int
    base_rate: float
    base_log_loss: float
    model: Model = field(repr=False)
    tested: Codes = field(repr=False)
    """Positions of the tested rows, the oldest first; the next two have a value for each."""
    probability: Numbers = field(repr=False)
    won: Numbers = field(repr=False)


def evaluate(probability: ArrayLike, y: ArrayLike) -> Evaluation:
    """Measure predicted probabilities of winning against what happened (1 or 0), in any order of the rows."""
    predicted, won = np.asarray(probability, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if len(predicted) == 0 or len(predicted) != len(won):
        raise ValueError(
            f"There are {len(predicted)} predictions for {len(won)} outcomes: give one for each."
        )
    is_ranked = 0 < won.sum() < len(won)
    return Evaluation(
        rows=len(won),
        wins=int(won.sum()),
        auc=float(roc_auc_score(won, predicted)) if is_ranked else None,
        log_loss=float(np.sort(measure_costs(predicted, won)).mean()),
        brier=float(brier_score_loss(won, predicted)),
        calibration_error=measure_calibration_error(predicted, won),
        top_decile_lift=measure_lift(predicted, won) if is_ranked else None,
    )


def measure_costs(probability: Numbers, won: Numbers) -> Numbers:
    """Log-loss of each row in nats; certainty that fails costs 34.5, not infinity.

    >>> measure_costs(np.array([0.5, 1.0]), np.array([1.0, 0.0])).round(2)
    array([ 0.69, 34.54])
    """
    bounded = probability.clip(1e-15, 1 - 1e-15)
    costs: Numbers = -(xlogy(won, bounded) + xlogy(1 - won, 1 - bounded))
    return costs


def measure_calibration_error(probability: Numbers, won: Numbers) -> float:
    """Mean distance between predicted and true share of wins, over ten equal steps of probability.

    >>> measure_calibration_error(np.array([0.9, 0.9, 0.1, 0.1]), np.array([1, 1, 0, 1]))
    0.25
    """
    step = np.minimum((probability * CALIBRATION_BINS).astype(np.intp), CALIBRATION_BINS - 1)
    distance = np.bincount(step, probability - won, minlength=CALIBRATION_BINS)
    return round(float(np.abs(distance).sum() / len(won)), 12)


def measure_lift(probability: Numbers, won: Numbers, *, share: float = 0.1) -> float:
    """Win rate of the best-ranked share over the win rate of all; rows tied at its end count in part.

    >>> measure_lift(np.array([0.9] + [0.5] * 9), np.array([1, 1] + [0] * 8))
    5.0
    """
    picked = max(1, int(len(won) * share))
    last = np.sort(probability)[-picked]
    above, tied = probability > last, probability == last
    wins = won[above].sum() + (picked - above.sum()) * won[tied].mean()
    return float(wins / picked / won.mean())


def evaluate_rolling_origins(
    X: pd.DataFrame,
    y: ArrayLike,
    decided_at: ArrayLike,
    *,
    make_model: Callable[[], Model],
    origins: Sequence[float] = ROLLING_ORIGINS,
) -> list[TimedEvaluation]:
    """Train on the oldest 50, 60, 70, 80 and 90 % in turn, each tested on the next tenth.

    Rows of the same moment are never split: they all belong to the later side. An origin without a win and a
    loss before it, or without rows after it, is left out; all of them may be.
    """
    won = np.asarray(y, dtype=np.float64)
    order, ordered = _order(decided_at)
    tested = []
    for origin in origins:
        first, last = _find_cut(ordered, origin), _find_cut(ordered, origin + TESTED_SHARE)
        past, future = order[:first], order[first:last]
        if len(future) and 0 < won[past].sum() < len(past):
            tested.append(_test_on(X, won, origin, past=past, future=future, make_model=make_model))
    return tested


def pool(
    origins: Sequence[TimedEvaluation], probabilities: Sequence[Numbers] | None = None
) -> tuple[Numbers, Numbers]:
    """Predicted probabilities (or others in their place) and outcomes of all origins together."""
    given = [each.probability for each in origins] if probabilities is None else probabilities
    return np.concatenate([*given]), np.concatenate([each.won for each in origins])


def evaluate_together(
    origins: Sequence[TimedEvaluation], probabilities: Sequence[Numbers] | None = None
) -> Evaluation:
    """Measure the predictions of all origins; what ranks is the mean over the origins, weighted by rows.

    Models learnt at different times may think differently of everybody, which says nothing of how well each
    of them ranks.
    """
    given = [each.probability for each in origins] if probabilities is None else probabilities
    single = [evaluate(chances, each.won) for chances, each in zip(given, origins, strict=True)]
    return replace(
        evaluate(*pool(origins, given)),
        auc=_average([(each.auc, each.rows) for each in single]),
        top_decile_lift=_average([(each.top_decile_lift, each.rows) for each in single]),
    )


def _average(measured: Sequence[tuple[float | None, int]]) -> float | None:
    known = [(value, rows) for value, rows in measured if value is not None]
    return sum(value * rows for value, rows in known) / sum(rows for _, rows in known) if known else None


def _test_on(
    X: pd.DataFrame,
    won: Numbers,
    origin: float,
    *,
    past: Codes,
    future: Codes,
    make_model: Callable[[], Model],
) -> TimedEvaluation:
    model = make_model().fit(X.iloc[past], won[past])
    probability = np.asarray(model.predict_proba(X.iloc[future])[:, 1], dtype=np.float64)
    base_rate = float(won[past].mean())
    base = np.full(len(future), base_rate)
    return TimedEvaluation(
        origin=origin,
        evaluation=evaluate(probability, won[future]),
        trained_rows=len(past),
        trained_wins=int(won[past].sum()),
        base_rate=base_rate,
        base_log_loss=float(np.sort(measure_costs(base, won[future])).mean()),
        model=model,
        tested=future,
        probability=probability,
        won=won[future],
    )


def _order(decided_at: ArrayLike) -> tuple[Codes, NDArray[Any]]:
    """Positions of the rows and their moments, the oldest first."""
    moments = pd.Series(np.asarray(decided_at))
    if moments.isna().any():
        raise ValueError(f"{int(moments.isna().sum())} rows have no time of decision: leave them out.")
    order = np.asarray(moments.argsort(kind="stable"), dtype=np.intp)
    return order, moments.to_numpy()[order]


def _find_cut(ordered: NDArray[Any], share: float) -> int:
    """Number of rows before the moment that lies at ``share``."""
    position = round(len(ordered) * share)
    if position >= len(ordered):
        return len(ordered)
    return int(np.searchsorted(ordered, ordered[position], side="left"))
