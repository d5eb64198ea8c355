"""The fit: penalised Newton steps on the effects, empirical Bayes on how far each group of effects may reach.

Works on codes and counts alone; fields, bins and labels stay in ``bins``. The posterior is Laplace's: normal
around the most probable effects, with the inverse Hessian as covariance.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import lapack
from scipy.special import expit, wrightomega

from sync_project.icp.bins import Matrix, Numbers
from sync_project.icp.cross_table import cross_tabulate
from sync_project.icp.design import Design

SLOPE_PRECISION = 4.0
"""The ICP's slope is believed to be 1, give or take 0.5."""

REACH = 0.4
POOL_PULL, GROUP_PULL = 2.0, 1.0
"""Effects are believed to reach 0.4 log-odds over all groups, and those of one group as far as those of all.

A pull of 2 means give or take a factor of 1.6: normal in the logarithm, so noise may shrink to nothing.
"""

LEAST_REACH, MOST_REACH = 1e-3, 5.0
TINY = 1e-12
REACH_TOLERANCE = 0.15
STEP_TOLERANCE = 1e-6
TURN = 0.05
"""A Hessian serves until the rows' weights differ from its own by 5 %: it steers, it does not decide."""

MOST_ROUNDS, MOST_STEPS = 60, 100
SHORTEST_STEP = 1e-10


class NotConvergedError(ArithmeticError):
    """The Newton steps did not settle, which a convex objective with a line search should never do."""


@dataclass(frozen=True, kw_only=True)
class Posterior:
    """Effects (base, deviation of the ICP's slope from 1, then the groups) and their covariance."""

    effects: Numbers
    covariance: Matrix = field(repr=False)
    steps: int


def fit_effects(design: Design) -> Posterior:
    """Find how far each group reaches, then the most probable effects and their covariance."""
    start = np.zeros(2 + len(design.group_of_effect))
    start[0] = np.log(design.wins.sum() / (design.rows.sum() - design.wins.sum()))
    place, precision, rounds = _settle_reach(design, _stand(design, start))
    curvature = _curve(design, place)
    factor = _factorise(curvature, precision)
    for steps in range(1, MOST_STEPS + 1):
        place, decrement = _newton_step(design, place, precision, factor)
        if decrement < STEP_TOLERANCE:
            factor = _factorise(_curve(design, place), precision)
            inverse = lapack.dpotri(factor, lower=1)[0]
            covariance = np.tril(inverse) + np.tril(inverse, -1).T
            return Posterior(effects=place.effects, covariance=covariance, steps=rounds + steps)
        if _has_turned(place, curvature):
            curvature = _curve(design, place)
            factor = _factorise(curvature, precision)
    raise NotConvergedError(
        f"The scorecard did not converge in {MOST_STEPS} Newton steps (last decrement {decrement:.3g}): "
        "look for a field with extreme values and leave it out."
    )


def _settle_reach(design: Design, place: "_Place") -> "tuple[_Place, Numbers, int]":
    """Alternate Newton steps and MacKay's fixed point; give the place, the precision and the rounds.

    A group that swings back goes at half the pace from then on, because a fine group and the coarse one above
    it can circle for ever. Being out of rounds is good enough: any reach makes a proper posterior.
    """
    log_variance = np.full(int(design.group_of_effect.max(initial=-1)) + 1, 2 * np.log(REACH))
    pace, previous = np.ones_like(log_variance), np.zeros_like(log_variance)
    curvature = _curve(design, place)
    for rounds in range(1, MOST_ROUNDS + 1):
        precision = _precision(design, log_variance)
        if _has_turned(place, curvature):
            curvature = _curve(design, place)
        factor = _factorise(curvature, precision)
        place, decrement = _newton_step(design, place, precision, factor)
        root = lapack.dtrtri(factor, lower=1)[0]
        spread = np.einsum("ij,ij->j", root, root)
        change = _renew_log_variance(design, place.effects, spread, log_variance) - log_variance
        pace[change * previous < 0] /= 2
        previous = change
        if max(np.abs(pace * change).max(initial=0), decrement) < REACH_TOLERANCE:
            return place, precision, rounds
        log_variance += pace * change
    return place, _precision(design, log_variance), MOST_ROUNDS


def _precision(design: Design, log_variance: Numbers) -> Numbers:
    return np.concatenate([[0.0, SLOPE_PRECISION], np.exp(-log_variance)[design.group_of_effect]])


def _renew_log_variance(design: Design, effects: Numbers, spread: Numbers, log_variance: Numbers) -> Numbers:
    """One step of MacKay's fixed point, each group pulled to all groups and those to the prior."""
    group, groups = design.group_of_effect, len(log_variance)
    squares = np.bincount(group, effects[2:] ** 2, minlength=groups).astype(np.float64)
    shrunk = np.bincount(group, spread[2:], minlength=groups) * np.exp(-log_variance)
    learnt = np.maximum(np.bincount(group, minlength=groups) - shrunk, 0)
    pooled = _solve_log_variance(squares.sum(), learnt.sum(), centre=2 * np.log(REACH), pull=POOL_PULL)
    own = _solve_log_variance(squares, learnt, centre=pooled, pull=GROUP_PULL)
    return own.clip(2 * np.log(LEAST_REACH), 2 * np.log(MOST_REACH))


def _solve_log_variance(
    squares: Numbers | np.float64, learnt: Numbers | np.float64, *, centre: Numbers | np.float64, pull: float
) -> Numbers:
    """Solve ``squares / exp(u) - learnt = pull * (u - centre)`` for u, the log of a group's variance."""
    shift = learnt / pull - centre
    result: Numbers = wrightomega(np.log(np.maximum(squares, TINY) / pull) + shift) - shift
    return result


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Effects and what follows from them for every distinct row."""

    effects: Numbers
    loss: float
    expected: Numbers
    weight: Numbers


@dataclass(frozen=True, kw_only=True)
class _Curvature:
    """The Hessian of the log-loss, with the weight of the rows that it was taken at."""

    hessian: Matrix
    weight: Numbers


def _stand(design: Design, effects: Numbers) -> _Place:
    log_odds = _log_odds(design, effects)
    probability = expit(log_odds)
    expected = design.rows * probability
    return _Place(
        effects=effects,
        loss=_log_loss(design, log_odds),
        expected=expected,
        weight=expected * (1 - probability),
    )


def _newton_step(design: Design, place: _Place, precision: Numbers, factor: Matrix) -> tuple[_Place, float]:
    """Take one step, halved until it pays; give the decrement that it set out with too."""
    gradient = _slope(design, place) + precision * place.effects
    direction = lapack.dpotrs(factor, -gradient, lower=1)[0]
    decrement = float(-gradient @ direction)
    before = place.loss + _penalty(place.effects, precision)
    length = 1.0
    while length > SHORTEST_STEP:
        ahead = _stand(design, place.effects + length * direction)
        after = ahead.loss + _penalty(ahead.effects, precision)
        if after <= before - 1e-4 * length * decrement + 1e-12 * abs(before):
            return ahead, decrement
        length /= 2
    return place, decrement


def _log_odds(design: Design, effects: Numbers) -> Numbers:
    points = np.split(design.effects_of_bin @ effects[2:], design.starts[1:-1])
    log_odds: Numbers = effects[0] + (1 + effects[1]) * design.offset
    for column, point in zip(design.codes, points, strict=False):
        log_odds += point[column]
    return log_odds


def _log_loss(design: Design, log_odds: Numbers) -> float:
    return float((design.rows * np.logaddexp(0, log_odds) - design.wins * log_odds).sum())


def _penalty(effects: Numbers, precision: Numbers) -> float:
    return float(0.5 * (precision * effects**2).sum())


def _slope(design: Design, place: _Place) -> Numbers:
    """Gradient of the log-loss by base, slope and effects, without the penalty."""
    residual = place.expected - design.wins
    by_effect = design.bins_of_effect @ _sum_by_slot(design, residual)
    return np.concatenate([[residual.sum(), (residual * design.offset).sum()], by_effect])


def _has_turned(place: _Place, curvature: _Curvature) -> bool:
    """Whether the rows' weights are no longer those of the Hessian, by far its dearest part."""
    change = np.abs(place.weight - curvature.weight).sum()
    return bool(change > TURN * curvature.weight.sum())


def _factorise(curvature: _Curvature, precision: Numbers) -> Matrix:
    """Cholesky factor of the Hessian with the penalty."""
    penalised = curvature.hessian.copy()
    penalised[np.diag_indices_from(penalised)] += precision
    factor: Matrix = lapack.dpotrf(penalised.T, lower=1, overwrite_a=1)[0]
    return factor


def _curve(design: Design, place: _Place) -> _Curvature:
    """Hessian of the log-loss by base, slope and effects, without the penalty."""
    weight = place.weight
    weighted_offset = weight * design.offset
    size = 2 + len(design.group_of_effect)
    hessian = np.empty((size, size))
    hessian[2:, 2:] = _cross_by_rows(design, weight) if design.is_wide else _cross_by_slots(design, weight)
    for place_of, by_row in enumerate((weight, weighted_offset)):
        hessian[2:, place_of] = design.bins_of_effect @ _sum_by_slot(design, by_row)
        hessian[place_of, 2:] = hessian[2:, place_of]
    hessian[0, 0] = weight.sum()
    hessian[0, 1] = hessian[1, 0] = weighted_offset.sum()
    hessian[1, 1] = (weighted_offset * design.offset).sum()
    return _Curvature(hessian=hessian, weight=weight)


def _cross_by_slots(design: Design, weight: Numbers) -> Matrix:
    """Sum the weight for every pair of slots, then of effects: quick where rows are many for the fields."""
    table = cross_tabulate(design.packs, weight, size=design.starts[-1])
    crossed: Matrix = design.bins_of_effect @ np.ascontiguousarray((design.bins_of_effect @ table).T)
    return crossed


def _cross_by_rows(design: Design, weight: Numbers) -> Matrix:
    """The same as a product of matrices, some rows at a time: quick where fields are many for the rows."""
    crossed = np.zeros((len(design.group_of_effect),) * 2)
    for chunk in design.chunks:
        part = chunk.effects.toarray() * np.sqrt(weight[chunk.rows, None])
        crossed += part.T @ part
    return crossed


def _sum_by_slot(design: Design, values: Numbers) -> Numbers:
    columns = [
        np.bincount(column, values, minlength=size)
        for column, size in zip(design.codes, design.slots, strict=True)
    ]
    return np.concatenate([np.empty(0), *columns])
