"""How often each of several groups wins, and how sure that is.

One model over all groups: the log-odds of each are drawn from a normal around what is usual, whose spread is
learnt from the groups themselves. So the rate of a group with few lessons lies near the usual one, and of
groups that differ no more than by chance nothing is claimed. All that is not known (the group's own log-odds,
the usual ones, the spread) is integrated out on a grid: intervals that take the spread for known are too
narrow.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit
from threadpoolctl import threadpool_limits

from sync_project.icp.bins import Matrix, Numbers

STEP = 0.01
LOG_ODDS = np.arange(-9, 9 + STEP, STEP)
"""Of one in 8,000 up to all but one in 8,000."""

SPREADS = np.geomspace(0.02, 2.5, 14)
"""How far groups may lie apart. Believed is a half-normal of 1: real ones are seldom further."""

DEVIATIONS = np.linspace(-3.5, 3.5, 15)
"""Where the usual log-odds are looked for, in standard deviations."""

ALMOST_NOTHING = 1e-300


@dataclass(frozen=True, kw_only=True)
class WinRates:
    """Of each group: the mean of what its win rate may be, and the ends of the 90 % credible interval."""

    rate: Numbers = field(repr=False)
    at_least: Numbers = field(repr=False)
    at_most: Numbers = field(repr=False)


def estimate_win_rates(wins: ArrayLike, lessons: ArrayLike) -> WinRates:
    """From the wins among the lessons of each group; a group may have none, all of them together one or more.

    >>> found = estimate_win_rates([9, 1, 0], [20, 20, 0])
    >>> found.rate.round(2), found.at_least.round(2), found.at_most.round(2)
    (array([0.4 , 0.1 , 0.27]), array([0.23, 0.02, 0.01]), array([0.59, 0.23, 0.78]))
    """
    won, rows = np.asarray(wins, dtype=np.float64), np.asarray(lessons, dtype=np.float64)
    usual, spread, belief = _lay_grid(won, rows)
    # BLAS splits its sums by the number of threads, so one it is: the same bits on any machine.
    with threadpool_limits(limits=1, user_api="blas"):
        of_grid = np.exp(-0.5 * ((LOG_ODDS - usual[:, None]) / spread[:, None]) ** 2)
        of_grid /= of_grid.sum(axis=1, keepdims=True)
        seen = _likelihood(won, rows)
        explained = np.maximum(of_grid @ seen.T, ALMOST_NOTHING)
        weight = _normalise(belief + np.log(explained).sum(axis=1))
        of_group = seen * ((weight[:, None] / explained).T @ of_grid)
        of_group /= of_group.sum(axis=1, keepdims=True)
        rate = of_group @ expit(LOG_ODDS)
    below = np.cumsum(of_group, axis=1)
    at_least, at_most = (
        np.array([expit(np.interp(share, each, LOG_ODDS + STEP / 2)) for each in below])
        for share in (0.05, 0.95)
    )
    return WinRates(rate=rate, at_least=at_least, at_most=at_most)


def _lay_grid(wins: Numbers, lessons: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Usual log-odds, spread and log of what is believed of both, for every point of the grid.

    For each spread the usual log-odds are looked for around those of all lessons, as far as these can be off:
    by chance, and because they lean to the groups with most lessons.
    """
    total = lessons.sum()
    rate = (wins.sum() + 0.5) / (total + 1)
    reach = np.sqrt(1 / (total * rate * (1 - rate)) + SPREADS**2 * ((lessons / total) ** 2).sum())
    usual = (logit(rate) + np.outer(reach, DEVIATIONS)).clip(LOG_ODDS[0], LOG_ODDS[-1])
    # Both steps of the grid grow: those of the spread with itself, those of what is usual with the reach.
    belief = np.log(SPREADS) + np.log(reach) - 0.5 * SPREADS**2
    return usual.ravel(), np.repeat(SPREADS, len(DEVIATIONS)), np.repeat(belief, len(DEVIATIONS))


def _likelihood(wins: Numbers, lessons: Numbers) -> Matrix:
    """Of each group's lessons at every log-odds; the greatest of a group is 1."""
    log_likelihood = wins[:, None] * LOG_ODDS - lessons[:, None] * np.logaddexp(0, LOG_ODDS)
    result: Matrix = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    return result


def _normalise(log_weight: Numbers) -> Numbers:
    weight = np.exp(log_weight - log_weight.max())
    result: Numbers = weight / weight.sum()
    return result
