"""The fit: penalised Newton steps on the effects, empirical Bayes on how far each group of effects may reach.

Works on codes and counts alone; fields, bins and labels stay in ``bins``. The posterior is Laplace's: normal
around the most probable effects, with the inverse Hessian as covariance.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack
from scipy.special import expit, wrightomega
from threadpoolctl import threadpool_limits

from sync_project.icp.bins import Codes, FieldBins, Numbers

Matrix = NDArray[np.float64]

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
MOST_ROUNDS, MOST_STEPS = 60, 100
SHORTEST_STEP = 1e-10


class NotConvergedError(ArithmeticError):
    """The Newton steps did not settle, which a convex objective with a line search should never do."""


@dataclass(frozen=True, kw_only=True)
class Design:
    """Distinct rows with their counts, and how bins are made of effects.

    ``codes`` has one column per field, ``offset`` is the ICP's log-odds of the row. ``effects_of_bin``
    has one row per slot (the bins of all fields in turn, each field ending with its "nothing" slot) and one
    column per effect after the two of the base and the ICP's slope; ``group_of_effect`` starts at the third.
    """

    codes: Codes
    offset: Numbers
    rows: Numbers
    wins: Numbers
    slots: tuple[int, ...]
    effects_of_bin: sparse.csr_array
    group_of_effect: Codes
    rows_of_slot: Codes

    @cached_property
    def starts(self) -> Codes:
        """First slot of each field, and the number of slots at the end."""
        return np.concatenate([[0], np.cumsum(self.slots)]).astype(np.intp)

    @cached_property
    def bins_of_effect(self) -> sparse.csr_array:
        """``effects_of_bin`` transposed, by rows: its products take most of a step's time."""
        return self.effects_of_bin.T.tocsr()

    @cached_property
    def places(self) -> Codes:
        """The slot of every row and field."""
        return self.codes + self.starts[:-1]


@dataclass(frozen=True, kw_only=True)
class Posterior:
    """Effects (base, deviation of the ICP's slope from 1, then the groups) and their covariance."""

    effects: Numbers
    covariance: Matrix = field(repr=False)
    steps: int


def build_design(fields: list[FieldBins], columns: list[Codes], *, offset: Numbers, y: Numbers) -> Design:
    """Fold equal rows together, in an order that depends on the rows' contents alone.

    All later sums run in that order, which is what makes the fit the same for any order of the rows.
    """
    codes = np.column_stack(columns) if columns else np.empty((len(y), 0), dtype=np.intp)
    keys = pd.DataFrame(codes).assign(offset=offset)
    folded, first, inverse, rows = np.unique(
        pd.util.hash_pandas_object(keys, index=False).to_numpy(),
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    slots = tuple(bins.size + 1 for bins in fields)
    counts = [np.bincount(column, minlength=size) for column, size in zip(columns, slots, strict=True)]
    effects_of_bin, group_of_effect = _lay_out_effects(fields, counts)
    return Design(
        codes=codes[first],
        offset=offset[first],
        rows=rows.astype(np.float64),
        wins=np.bincount(inverse, weights=y, minlength=len(folded)).astype(np.float64),
        slots=slots,
        effects_of_bin=effects_of_bin,
        group_of_effect=group_of_effect,
        rows_of_slot=np.concatenate([np.empty(0, dtype=np.intp), *counts]),
    )


def _lay_out_effects(fields: list[FieldBins], counts: list[Codes]) -> tuple[sparse.csr_array, Codes]:
    """Say which effects make up each slot; a "nothing" slot is the average of its field's rows."""
    slots, effects, shares = list[Codes](), list[Codes](), list[Numbers]()
    groups = list[Codes]()
    first_slot = first_effect = 0
    for bins, count in zip(fields, counts, strict=True):
        share = count[:-1] / max(1, count[:-1].sum())
        for group in bins.groups:
            known = np.flatnonzero(group >= 0)
            size = int(group.max()) + 1
            slots += [first_slot + known, np.full(len(known), first_slot + bins.size)]
            effects += [first_effect + group[known]] * 2
            shares += [np.ones(len(known)), share[known]]
            groups.append(np.full(size, len(groups), dtype=np.intp))
            first_effect += size
        first_slot += bins.size + 1
    if not fields:
        return sparse.csr_array((0, 0)), np.empty(0, dtype=np.intp)
    where = (np.concatenate(slots), np.concatenate(effects))
    laid_out = sparse.csr_array((np.concatenate(shares), where), shape=(first_slot, first_effect))
    return laid_out, np.concatenate(groups)


def fit_effects(design: Design) -> Posterior:
    """Find how far each group reaches, then the most probable effects and their covariance.

    LAPACK splits its sums by the number of threads, so one thread it is: the same bits on any machine size.
    """
    with threadpool_limits(limits=1, user_api="blas"):
        start = np.zeros(2 + len(design.group_of_effect))
        start[0] = np.log(design.wins.sum() / (design.rows.sum() - design.wins.sum()))
        effects, precision, rounds = _settle_reach(design, start)
        log_odds = _log_odds(design, effects)
        for steps in range(1, MOST_STEPS + 1):
            step = _newton_step(design, effects, log_odds, precision)
            effects, log_odds = step.effects, step.log_odds
            if step.decrement < STEP_TOLERANCE:
                inverse = lapack.dpotri(step.factor, lower=1)[0]
                covariance = np.tril(inverse) + np.tril(inverse, -1).T
                return Posterior(effects=effects, covariance=covariance, steps=rounds + steps)
    raise NotConvergedError(
        f"The scorecard did not converge in {MOST_STEPS} Newton steps (last decrement {step.decrement:.3g}): "
        "look for a field with extreme values and leave it out."
    )


def _settle_reach(design: Design, effects: Numbers) -> tuple[Numbers, Numbers, int]:
    """Alternate Newton steps and MacKay's fixed point; give the effects, their precision and the rounds.

    A group that swings back goes at half the pace from then on, because a fine group and the coarse one above
    it can circle for ever. Being out of rounds is good enough: any reach makes a proper posterior.
    """
    log_variance = np.full(int(design.group_of_effect.max(initial=-1)) + 1, 2 * np.log(REACH))
    pace, previous = np.ones_like(log_variance), np.zeros_like(log_variance)
    log_odds = _log_odds(design, effects)
    for rounds in range(1, MOST_ROUNDS + 1):
        step = _newton_step(design, effects, log_odds, _precision(design, log_variance))
        effects, log_odds = step.effects, step.log_odds
        root = lapack.dtrtri(step.factor, lower=1)[0]
        spread = np.einsum("ij,ij->j", root, root)
        change = _renew_log_variance(design, effects, spread, log_variance) - log_variance
        pace[change * previous < 0] /= 2
        previous = change
        if max(np.abs(pace * change).max(initial=0), step.decrement) < REACH_TOLERANCE:
            return effects, _precision(design, log_variance), rounds
        log_variance += pace * change
    return effects, _precision(design, log_variance), MOST_ROUNDS


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
class _Step:
    """Where a Newton step led; decrement and Cholesky factor of the Hessian are those it set out with."""

    effects: Numbers
    log_odds: Numbers
    decrement: float
    factor: Matrix


def _newton_step(design: Design, effects: Numbers, log_odds: Numbers, precision: Numbers) -> _Step:
    """Take one step, halved until it pays."""
    gradient, hessian = _differentiate(design, log_odds)
    gradient += precision * effects
    hessian[np.diag_indices_from(hessian)] += precision
    factor = lapack.dpotrf(hessian.T, lower=1, overwrite_a=1)[0]
    direction = lapack.dpotrs(factor, -gradient, lower=1)[0]
    decrement = float(-gradient @ direction)
    before = _objective(design, log_odds, effects, precision)
    length = 1.0
    while length > SHORTEST_STEP:
        ahead = effects + length * direction
        ahead_log_odds = _log_odds(design, ahead)
        after = _objective(design, ahead_log_odds, ahead, precision)
        if after <= before - 1e-4 * length * decrement + 1e-12 * abs(before):
            return _Step(effects=ahead, log_odds=ahead_log_odds, decrement=decrement, factor=factor)
        length /= 2
    return _Step(effects=effects, log_odds=log_odds, decrement=decrement, factor=factor)


def _log_odds(design: Design, effects: Numbers) -> Numbers:
    points = design.effects_of_bin @ effects[2:]
    result: Numbers = effects[0] + (1 + effects[1]) * design.offset + points[design.places].sum(axis=1)
    return result


def _objective(design: Design, log_odds: Numbers, effects: Numbers, precision: Numbers) -> float:
    loss = (design.rows * np.logaddexp(0, log_odds) - design.wins * log_odds).sum()
    return float(loss + 0.5 * (precision * effects**2).sum())


def _differentiate(design: Design, log_odds: Numbers) -> tuple[Numbers, Matrix]:
    """Gradient and Hessian of the log-loss by base, slope and effects, without the penalty."""
    probability = expit(log_odds)
    expected = design.rows * probability
    residual = expected - design.wins
    weight = expected * (1 - probability)
    weighted_offset = weight * design.offset
    by_slot = _sum_by_slot(design, residual)
    table = _cross_tabulate(design, weight)
    bins_of_effect = design.bins_of_effect
    size = 2 + bins_of_effect.shape[0]
    hessian = np.empty((size, size))
    hessian[2:, 2:] = bins_of_effect @ np.ascontiguousarray((bins_of_effect @ table).T)
    hessian[2:, 0] = hessian[0, 2:] = bins_of_effect @ table.diagonal()
    hessian[2:, 1] = hessian[1, 2:] = bins_of_effect @ _sum_by_slot(design, weighted_offset)
    hessian[0, 0] = weight.sum()
    hessian[0, 1] = hessian[1, 0] = weighted_offset.sum()
    hessian[1, 1] = (weighted_offset * design.offset).sum()
    slope = (residual * design.offset).sum()
    return np.concatenate([[residual.sum(), slope], bins_of_effect @ by_slot]), hessian


def _sum_by_slot(design: Design, values: Numbers) -> Numbers:
    columns = [np.bincount(design.codes[:, i], values, minlength=size) for i, size in enumerate(design.slots)]
    return np.concatenate([np.empty(0), *columns])


def _cross_tabulate(design: Design, weight: Numbers) -> Matrix:
    """Sum the weight of the rows for every pair of slots; far cheaper than a product of sparse matrices."""
    starts, slots = design.starts, design.slots
    table = np.zeros((starts[-1], starts[-1]))
    columns = [np.ascontiguousarray(column) for column in design.codes.T]
    for i, column in enumerate(columns):
        here = slice(starts[i], starts[i + 1])
        np.fill_diagonal(table[here, here], np.bincount(column, weight, minlength=slots[i]))
        for j in range(i):
            there = slice(starts[j], starts[j + 1])
            pairs = np.bincount(column * slots[j] + columns[j], weight, minlength=slots[i] * slots[j])
            table[here, there] = pairs.reshape(slots[i], slots[j])
            table[there, here] = table[here, there].T
    return table
