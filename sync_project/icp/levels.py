"""Where the levels are cut: as multiples of the usual odds."""

import math
from dataclasses import dataclass

import numpy as np

from sync_project.icp.bins import Codes, Numbers
from sync_project.settings.icp import ScoringSettings


@dataclass(frozen=True, kw_only=True)
class Edges:
    """Where the levels are cut, in log-odds."""

    cold: float
    middle: float
    hot: float

    def tier(self, log_odds: Numbers) -> Codes:
        """3, 2 or 1 for each, as in ``scored.score``: on the hot edge is hot, on the cold edge cold."""
        return 1 + (log_odds > self.cold).astype(np.intp) + (log_odds >= self.hot)


def cut_levels(base_rate: float, *, settings: ScoringSettings) -> Edges:
    """The levels' edges as multiples of the odds of the base rate, which is neither 0 nor 1.

    >>> cut_levels(0.5, settings=ScoringSettings(
    ...     hot_odds=math.e, cold_odds=1 / math.e, keep_level_pct=50))
    Edges(cold=-1.0, middle=0.0, hot=1.0)
    """
    middle = math.log(base_rate / (1 - base_rate))
    return Edges(
        cold=middle + math.log(settings.cold_odds), middle=middle, hot=middle + math.log(settings.hot_odds)
    )
