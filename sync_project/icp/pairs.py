"""Which pairs of fields say more together than each by itself: a score test of what the fields left unsaid.

Every pair found is one more group of effects, fitted by ``newton`` as any other; its cells are in ``bins``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
from scipy.special import expit
from scipy.stats import chi2

from sync_project.icp.bins import CoarseBins, Codes, FieldBins, LevelBins, Matrix, Numbers, PairBins
from sync_project.icp.cutting import find_middles
from sync_project.icp.design import Design
from sync_project.icp.points import Points

MOST_PAIRS = 8
MOST_FIELDS = 12
"""Fields that may pair up, those whose points spread most: 66 pairs, each counted in two passes."""

COARSE_BINS = 4
"""Quarters of the rows for numbers, the three commonest levels and all others for text; missing on top."""

LEAST_WEIGHT = 5.0
"""Wins and losses expected in a cell, as for any chi-square; with fewer the cell contributes nothing."""

FALSE_ALARM = 0.01
"""How likely a table without any true pair gets one, at most: each test is held to its share (Bonferroni)."""


@dataclass(frozen=True, kw_only=True)
class _Unsaid:
    """What the fields left unsaid: each distinct row's wins beyond those expected, and their variance."""

    residual: Numbers = field(repr=False)
    weight: Numbers = field(repr=False)


def find_pairs(
    fields: Sequence[FieldBins], design: Design, points: Points, *, most: int, columns: Iterable[str]
) -> list[PairBins]:
    """Give the pairs that pass the test, the clearest first, at most ``most`` of them.

    ``design`` and ``points`` are those of a fit without pairs. A pair with the name of one of the table's
    ``columns``, or of a clearer pair, is left out.
    """
    unsaid = _find_unsaid(design, points)
    coarse = {place: coarsen(fields[place], points.rows[place]) for place in _list_widest(points)}
    tests = list(combinations(sorted(coarse), 2))
    passed = list[tuple[float, PairBins]]()
    for places in tests:
        name = " \u00d7 ".join(fields[place].field for place in places)
        first, second = places
        pair, excess = _test(
            name, places, (coarse[first], coarse[second]), design, unsaid, level=FALSE_ALARM / len(tests)
        )
        if excess > 0:
            passed.append((excess, pair))
    taken = set(columns)
    clearest = list[PairBins]()
    for _, pair in sorted(passed, key=lambda each: -each[0]):
        if len(clearest) < most and pair.field not in taken:
            clearest.append(pair)
            taken.add(pair.field)
    return clearest


def coarsen(bins: FieldBins, rows: Codes) -> CoarseBins:
    """Put the bins of a field together; ``rows`` counts the training rows of each."""
    known = bins.size - bins.has_missing
    if isinstance(bins, LevelBins):
        parts = np.minimum(np.arange(known), COARSE_BINS - 1)
        labels = [each.label for each in bins.describe()]
        if known > COARSE_BINS:
            labels[COARSE_BINS - 1 : known] = [f"{bins.field} = any other known"]
    else:
        quarters = np.floor(find_middles(rows[:known]) * COARSE_BINS)
        starts, parts = np.unique(quarters, return_index=True, return_inverse=True)[1:]
        labels = [each.label for each in replace(bins, edges=bins.edges[starts]).describe()]
    return CoarseBins(
        of_code=np.append(parts, int(parts.max()) + 1 + np.arange(bins.has_missing + 1)), labels=tuple(labels)
    )


def exceed_chance(residuals: Matrix, weights: Matrix, *, level: float) -> float:
    """Rao's score statistic of the cells beside their rows and columns, less what chance may reach.

    ``weights`` are the variances of ``residuals``; cells of weight 0 are absent. The statistic is what a
    weighted regression on rows and columns leaves; since other fields were fitted too, it is rather too small
    than too large. Minus infinity where rows and columns already say every cell.

    >>> round(exceed_chance(np.array([[5.0, -5.0], [-5.0, 5.0]]), np.full((2, 2), 5.0), level=0.01), 3)
    13.365
    """
    rows, columns = np.nonzero(weights)
    root = np.sqrt(weights[rows, columns])
    margins = np.column_stack([np.eye(len(weights))[rows], np.eye(weights.shape[1])[columns]])
    scaled, step = margins * root[:, None], residuals[rows, columns] / root
    solution, _, rank, _ = np.linalg.lstsq(scaled, step)
    freedom = len(step) - int(rank)
    if freedom == 0:
        return -np.inf
    return float(((step - scaled @ solution) ** 2).sum() - chi2.isf(level, freedom))


def _find_unsaid(design: Design, points: Points) -> _Unsaid:
    log_odds = points.base + points.slope * design.offset
    for codes, of_bin in zip(design.codes, points.per_field, strict=True):
        log_odds += of_bin[codes]
    probability = expit(log_odds)
    expected = design.rows * probability
    return _Unsaid(residual=design.wins - expected, weight=expected * (1 - probability))


def _list_widest(points: Points) -> list[int]:
    """Places of the fields whose contributions spread most over the training rows."""
    spread = [rows @ of_bin**2 for rows, of_bin in zip(points.rows, points.per_field, strict=True)]
    return sorted(range(len(spread)), key=lambda place: -spread[place])[:MOST_FIELDS]


def _test(
    name: str,
    places: tuple[int, int],
    coarse: tuple[CoarseBins, CoarseBins],
    design: Design,
    unsaid: _Unsaid,
    *,
    level: float,
) -> tuple[PairBins, float]:
    """Give a pair, and how far its statistic lies above what chance allows."""
    shape = len(coarse[0].labels) + 1, len(coarse[1].labels) + 1
    first, second = (each.of_code[design.codes[place]] for each, place in zip(coarse, places, strict=True))
    cell = first * shape[1] + second
    weights, residuals = (
        np.bincount(cell, values, minlength=shape[0] * shape[1]).reshape(shape)[:-1, :-1].astype(np.float64)
        for values in (unsaid.weight, unsaid.residual)
    )
    is_kept = weights >= LEAST_WEIGHT
    cells = np.full(shape, is_kept.sum())
    cells[:-1, :-1][is_kept] = np.arange(is_kept.sum())
    pair = PairBins(field=name, places=places, coarse=coarse, cells=cells)
    return pair, exceed_chance(residuals, np.where(is_kept, weights, 0), level=level)
