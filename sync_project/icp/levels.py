"""Where the levels are cut: as multiples of the usual odds."""

import math
from dataclasses import dataclass

from sync_project.settings.icp import ScoringSettings


@dataclass(frozen=True, kw_only=True)
class Edges:
    """Where the levels are cut, in log-odds."""

    cold: float
    middle: float
    hot: float


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
