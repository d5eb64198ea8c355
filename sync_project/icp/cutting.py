"""Where the bins of a field are cut: numbers at quantiles, text into its commonest levels.

Nothing here knows an outcome.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sync_project.icp.bins import Codes, FieldBins, LevelBins, Levels, NumberBins, Numbers, read_values

COARSE_CUTS = (4, 16)
"""Quantile cuts above the fine one: a fine bin borrows from the quarter and the sixteenth it lies in."""

LEAST_BINS_OF_TREND = 4
"""Fewer bins say themselves whether they rise."""

MOST_BINS, MOST_LEVELS = 1_000, 250
ROWS_PER_LEVEL = 2
ROWS_PER_BIN = 3
BINS_PER_ROOT_ROW = 3.4
"""Fine bins grow with the root of the rows: 25 for 50 rows, 300 for 7,400, 850 for 62,000."""

LEAST_EFFECTS, EFFECTS_PER_ROOT_ROW = 500, 8
"""And so do the effects of all fields together, from 500 on: 1,000 for 16,000 rows.

On seven further public sets of 1,500 to 7,000 rows this predicted as well as 2,000 effects, in half the time
or less; with 50 rows fewer effects than 500 predict worse.
"""


def cut_fields(table: pd.DataFrame, *, most_effects: int) -> list[tuple[FieldBins, Codes]]:
    """Cut every field of a table and give the bin of every row with it.

    The widest fields are cut more coarsely where all together would need more than ``most_effects``, or more
    than so many rows can tell apart.
    """
    told_apart = max(LEAST_EFFECTS, int(EFFECTS_PER_ROOT_ROW * np.sqrt(len(table))))
    most_effects = min(most_effects, told_apart)
    columns = [read_values(table[name]) for name in table]
    cut = [_cut(column, field=str(name)) for name, column in zip(table, columns, strict=True)]
    widths = [count_effects(bins) for bins, _ in cut]
    shares = share_columns(widths, total=most_effects)
    return [
        fine if width <= share else _cut(column, field=fine[0].field, most=max(2, share // 2))
        for column, fine, width, share in zip(columns, cut, widths, shares, strict=True)
    ]


def cut_field(column: "pd.Series[Any]", *, most: int) -> tuple[FieldBins, Codes]:
    """Cut one field into about ``most`` bins and give the bin of every row with it."""
    return _cut(read_values(column), field=str(column.name), most=most)


def count_effects(bins: FieldBins) -> int:
    """Count the effects that the bins of a field are made of."""
    has_trend = isinstance(bins, NumberBins) and len(bins.trend) > 0
    return sum(int(group.max(initial=-1)) + 1 for group in bins.groups) + has_trend


def share_columns(wanted: Sequence[int], *, total: int) -> list[int]:
    """Share a budget of columns: who wants little gets it all, the rest is shared equally.

    >>> share_columns([2, 500, 900], total=1000)
    [2, 499, 499]
    """
    granted = [0] * len(wanted)
    left = total
    for place, index in enumerate(sorted(range(len(wanted)), key=lambda index: wanted[index])):
        granted[index] = min(wanted[index], left // (len(wanted) - place))
        left -= granted[index]
    return granted


def _cut(column: Numbers | Levels, *, field: str, most: int | None = None) -> tuple[FieldBins, Codes]:
    if isinstance(column, Levels):
        levels = _cut_levels(column, field=field, most=most or MOST_LEVELS)
        return levels, levels.place(column)
    numbers = _cut_numbers(column, field=field, most=most or MOST_BINS)
    return numbers, numbers.place(column)


def _cut_levels(column: Levels, *, field: str, most: int) -> LevelBins:
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.texts)).tolist()
    commonest = sorted(zip((-count for count in counts), column.texts, strict=True))[:most]
    levels = tuple(text for count, text in commonest if -count >= ROWS_PER_LEVEL)
    has_missing = bool((column.codes < 0).any())
    groups = (np.arange(len(levels) + has_missing, dtype=np.intp),)
    return LevelBins(field=field, levels=levels, has_missing=has_missing, groups=groups)


def _cut_numbers(numbers: Numbers, *, field: str, most: int) -> NumberBins:
    has_missing = bool(np.isnan(numbers).any())
    values, counts = np.unique(numbers[np.isfinite(numbers)], return_counts=True)
    starts = _start_bins(counts, most=most)
    sizes = np.add.reduceat(counts, starts) if len(starts) else counts
    return NumberBins(
        field=field,
        edges=values[starts],
        is_whole=bool((values == np.floor(values)).all()),
        has_missing=has_missing,
        groups=_nest_groups(sizes, has_missing=has_missing),
        trend=_lay_trend(sizes, has_missing=has_missing),
    )


def _start_bins(counts: Codes, *, most: int) -> Codes:
    """Give the positions of the distinct values at which a fine bin starts.

    Bins hold about equally many rows. A value common enough to fill a bin stands alone: round amounts and
    zero behave unlike their neighbours.
    """
    if len(counts) == 0:
        return np.empty(0, dtype=np.intp)
    rows = int(counts.sum())
    full = max(ROWS_PER_BIN, rows / min(most, BINS_PER_ROOT_ROW * np.sqrt(rows)))
    alone = counts >= full
    others = np.where(alone, 0, counts)
    shelf = np.floor((np.cumsum(others) - others) / full)
    is_start = np.ones(len(counts), dtype=bool)
    is_start[1:] = (shelf[1:] != shelf[:-1]) | alone[1:] | alone[:-1]
    return np.flatnonzero(is_start)


def _nest_groups(sizes: Codes, *, has_missing: bool) -> tuple[Codes, ...]:
    """Lay coarse groups over the fine bins where clearly coarser; missing belongs to the coarsest."""
    middle = find_middles(sizes)
    groups = []
    for cuts in COARSE_CUTS:
        parents = np.unique(np.floor(middle * cuts), return_inverse=True)[1]
        if parents.max(initial=-1) + 1 < 0.7 * len(sizes):
            groups.append(parents.astype(np.intp))
    groups.append(np.arange(len(sizes), dtype=np.intp))
    if not has_missing:
        return tuple(groups)
    own = int(groups[0].max(initial=-1)) + 1
    return (np.append(groups[0], own), *(np.append(group, -1) for group in groups[1:]))


def _lay_trend(sizes: Codes, *, has_missing: bool) -> Numbers:
    """Give each bin its rank among the rows, with mean 0 and variance 1; missing is in the middle.

    Ranks and not values, so that no outlier bends the trend.
    """
    if len(sizes) < LEAST_BINS_OF_TREND:
        return np.empty(0)
    return np.append(np.sqrt(12) * (find_middles(sizes) - 0.5), np.zeros(int(has_missing)))


def find_middles(sizes: Codes) -> Numbers:
    """Give the share of the rows that lie below the middle of each bin."""
    middles: Numbers = (np.cumsum(sizes) - sizes / 2) / max(1, sizes.sum())
    return middles
