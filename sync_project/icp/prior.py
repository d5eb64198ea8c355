"""Scorecards that believe the ideal profile of the settings, with lessons to unlearn it by or without any."""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sync_project.icp.bins import BinKind
from sync_project.icp.features.signals import IDEAL_PROFILE
from sync_project.icp.newton import SLOPE_PRECISION
from sync_project.icp.points import Points
from sync_project.icp.scorecard import Scorecard

USUAL_LESSONS = 10
"""How many lessons the usual win rate of the settings is worth: two wins in ten, say, and then the data."""


class BelievingScorecard(Scorecard):
    """A scorecard that takes the ideal profile as its prior wherever there is one."""

    def fit(self, X: pd.DataFrame, y: ArrayLike, prior: str | None = None) -> Self:
        """Learn as any scorecard does."""
        return super().fit(X, y, prior=prior or (IDEAL_PROFILE if IDEAL_PROFILE in X.columns else None))


def believe(values: pd.DataFrame, *, base_rate: float) -> Scorecard:
    """A scorecard that no lesson has taught: the ideal profile, with a slope of 1 give or take 0.5.

    How sure it is of a level comes from the slope alone, since levels are multiples of the usual odds.
    """
    model = BelievingScorecard()
    model.feature_names_in_ = values.columns.to_numpy(dtype=object)
    model.n_features_in_ = len(values.columns)
    model.classes_ = np.array([0, 1])
    model.prior_ = IDEAL_PROFILE
    model.fields_, model.pairs_ = [], []
    model.base_log_odds_ = log_odds(base_rate)
    model.points_ = Points(
        base=model.base_log_odds_,
        slope=1.0,
        per_field=(),
        rows=(),
        covariance=np.diag([0.0, 1 / SLOPE_PRECISION]),
    )
    model.rows_ = 0
    model.n_iter_ = 0
    return model


def draw_to_usual(model: Scorecard, *, learnt: float, base_rate: float) -> None:
    """Move the base of a scorecard that learnt a win rate from a handful of lessons to a likelier one."""
    model.base_log_odds_ += log_odds(base_rate) - log_odds(learnt)


@dataclass(frozen=True, kw_only=True)
class Slope:
    """How many times the ideal profile counts, with its 90 % credible interval; 1 as the rules say."""

    value: float
    at_least: float
    at_most: float


def read_slope(model: Scorecard) -> Slope | None:
    """What the lessons made of the ideal profile; None where the scorecard has none."""
    points = model.points()
    found = points.loc[points["kind"] == BinKind.SLOPE, ["points", "points_lower", "points_upper"]]
    if found.empty:
        return None
    value, at_least, at_most = map(float, found.to_numpy()[0])
    return Slope(value=value, at_least=at_least, at_most=at_most)


def blend_base_rate(wins: int, losses: int, *, usual: float) -> float:
    """The win rate to go by: the usual one of the settings counts as ten lessons.

    >>> blend_base_rate(0, 0, usual=0.2), blend_base_rate(2, 8, usual=0.2), blend_base_rate(5, 0, usual=0.25)
    (0.2, 0.2, 0.5)
    """
    return (wins + USUAL_LESSONS * usual) / (wins + losses + USUAL_LESSONS)


def log_odds(rate: float) -> float:
    """Of a rate that is neither 0 nor 1."""
    return math.log(rate / (1 - rate))
