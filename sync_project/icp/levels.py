"""Where the levels are cut, as multiples of the usual odds, and who is in which."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from sync_project.icp.bins import Codes, Matrix, Numbers
from sync_project.settings.icp import ScoringSettings

REACH = 1e-9
"""Log-odds by which an edge comes to meet people: odds of 0.25 times 8 are twice the usual ones, whatever the
last digits of the sum of their logarithms."""


@dataclass(frozen=True, kw_only=True)
class Edges:
    """Where the levels are cut, in log-odds."""

    cold: float
    middle: float
    hot: float

    def tier(self, log_odds: Numbers) -> Codes:
        """3, 2 or 1 for each, as in ``scored.score``: on the hot edge is hot, on the cold edge cold."""
        return 1 + place_between([self.cold, self.hot], log_odds)

    def chances(self, log_odds: Numbers, spread: Numbers) -> Matrix:
        """Of being cold, warm and hot, a column each, where log-odds are known give or take their spread."""
        return weigh_levels([self.cold, self.hot], log_odds, spread)

    def confidence(self, log_odds: Numbers, spread: Numbers) -> Numbers:
        """The chance of the level that each is in."""
        return weigh_own([self.cold, self.hot], log_odds, spread)


def place_between(edges: Sequence[float], log_odds: Numbers) -> Codes:
    """Which level each is in, from 0: on the lowest edge the one below it, on any other the one above."""
    cuts = np.asarray(edges, dtype=np.float64)
    on_lowest = log_odds == cuts[0] if len(cuts) else False
    return np.asarray(np.searchsorted(cuts, log_odds, side="right") - on_lowest, dtype=np.intp)


def weigh_levels(edges: Sequence[float], log_odds: Numbers, spread: Numbers) -> Matrix:
    """The chance of every level, a column each, where log-odds are known give or take their spread."""
    cuts = np.array([-np.inf, *edges, np.inf])[:, None]
    below: Matrix = ndtr((cuts - log_odds) / spread)
    return np.diff(below, axis=0).T


def weigh_own(edges: Sequence[float], log_odds: Numbers, spread: Numbers) -> Numbers:
    """The chance of the level that each is in."""
    chances, own = weigh_levels(edges, log_odds, spread), place_between(edges, log_odds)
    return np.take_along_axis(chances, own[:, None], axis=1)[:, 0]


def cut_levels(base_rate: float, *, settings: ScoringSettings) -> Edges:
    """The levels' edges as multiples of the odds of the base rate, which is neither 0 nor 1.

    >>> cut_levels(0.5, settings=ScoringSettings(
    ...     hot_odds=math.e, cold_odds=1 / math.e, keep_level_pct=50))
    Edges(cold=-0.999999999, middle=0.0, hot=0.999999999)
    """
    middle = math.log(base_rate / (1 - base_rate))
    return Edges(
        cold=middle + math.log(settings.cold_odds) + REACH,
        middle=middle,
        hot=middle + math.log(settings.hot_odds) - REACH,
    )
