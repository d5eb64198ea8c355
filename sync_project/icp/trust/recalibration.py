"""How predicted odds would have to be corrected to fit what happened: moved, and stretched."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from sync_project.icp.bins import Numbers

STANDARD_ERRORS = 2.0
MOST_STEPS, SMALLEST_STEP = 50, 1e-9


@dataclass(frozen=True, kw_only=True)
class Recalibration:
    """The corrections that outcomes ask for, in log-odds, each with its standard error.

    ``shift`` is to be added to every prediction (0 where as many won as predicted). ``slope`` is what the
    differences between predictions are to be multiplied by (1 where they are as large as predicted, 0 where
    they mean nothing); None where all predictions are alike.
    """

    predicted: float
    """Mean predicted probability."""
    observed: float
    """Share of wins."""
    shift: float
    shift_error: float
    slope: float | None
    slope_error: float | None

    @property
    def odds_error(self) -> float:
        """The factor, 1 or more, by which the predicted odds are off for certain: chance is allowed for."""
        return math.exp(max(0.0, abs(self.shift) - STANDARD_ERRORS * self.shift_error))


def measure_recalibration(probability: ArrayLike, y: ArrayLike) -> Recalibration:
    """Hold predictions against outcomes, of which some are won and some lost.

    >>> found = measure_recalibration([0.2] * 50 + [0.8] * 50, [1] * 10 + [0] * 40 + [1] * 40 + [0] * 10)
    >>> round(found.shift, 9) + 0.0, round(found.slope, 9), found.odds_error
    (0.0, 1.0, 1.0)
    """
    won = np.asarray(y, dtype=np.float64)
    log_odds: Numbers = logit(np.asarray(probability, dtype=np.float64).clip(1e-9, 1 - 1e-9))
    shift, shift_error = _fit(np.ones((len(won), 1)), log_odds, won)
    slope = slope_error = None
    if np.ptp(log_odds) > 0:
        centred = log_odds - log_odds.mean()
        effects, errors = _fit(np.column_stack([np.ones(len(won)), centred]), np.zeros(len(won)), won)
        slope, slope_error = float(effects[1]), float(errors[1])
    return Recalibration(
        predicted=float(expit(log_odds).mean()),
        observed=float(won.mean()),
        shift=float(shift[0]),
        shift_error=float(shift_error[0]),
        slope=slope,
        slope_error=slope_error,
    )


def _fit(columns: Numbers, offset: Numbers, won: Numbers) -> tuple[Numbers, Numbers]:
    """Effects and standard errors of a logistic regression on one or two columns.

    A step is at most 1, so that it does not overshoot; where outcomes part without overlap, the effects
    grow until the steps are used up, and their errors with them.
    """
    effects = np.zeros(columns.shape[1])
    for _ in range(MOST_STEPS):
        probability = expit(columns @ effects + offset)
        weight = np.maximum(probability * (1 - probability), 1e-12)
        information = columns.T @ (weight[:, None] * columns)
        step = np.linalg.solve(information, columns.T @ (won - probability)).clip(-1, 1)
        effects = effects + step
        if np.abs(step).max() < SMALLEST_STEP:
            break
    return effects, np.sqrt(np.diag(np.linalg.inv(information)))
