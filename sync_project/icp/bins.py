"""How one field is cut into bins: numbers at quantiles, text into levels, missing on its own.

A bin is the unit that gets points; which effects add up to its points is said here too (``groups``), how
large they are is found in ``newton``. Nothing here knows an outcome.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Codes = NDArray[np.intp]
Numbers = NDArray[np.float64]
Matrix = NDArray[np.float64]

COARSE_CUTS = (4, 16)
"""Quantile cuts above the fine one: a fine bin borrows from the quarter and the sixteenth it lies in."""

MOST_BINS, MOST_LEVELS = 1_000, 250
ROWS_PER_LEVEL = 2
ROWS_PER_BIN = 3
BINS_PER_ROOT_ROW = 3.4
"""Fine bins grow with the root of the rows: 25 for 50 rows, 300 for 7,400, 850 for 62,000."""


class BinKind(StrEnum):
    """What makes a record fall into a bin. ``SLOPE`` is no bin: points per unit of the ICP's own log-odds."""

    NUMBER = "number"
    LEVEL = "level"
    MISSING = "missing"
    SLOPE = "slope"


@dataclass(frozen=True, kw_only=True)
class Bin:
    """One bin: ``lower <= value < upper`` for numbers, ``level`` for text; the other two are empty."""

    field: str
    kind: BinKind
    label: str
    lower: float | None = None
    upper: float | None = None
    level: str | None = None


@dataclass(frozen=True, kw_only=True)
class Levels:
    """A column of text: each row's position among the distinct levels, -1 where missing."""

    codes: Codes
    texts: list[str]


@dataclass(frozen=True, kw_only=True)
class NumberBins:
    """The bins of a field of numbers; ``edges`` is the first value of each, ascending.

    Each of ``groups`` maps every bin to one effect of the group, or to -1 for none. A code of ``size`` means
    that the value contributes nothing.
    """

    field: str
    edges: Numbers
    is_whole: bool
    has_missing: bool
    groups: tuple[Codes, ...] = dataclasses.field(repr=False)

    @property
    def size(self) -> int:
        """Number of bins; missing is the last one where the field has it."""
        return len(self.edges) + self.has_missing

    def place(self, numbers: Numbers) -> Codes:
        """Give the bin of every number; numbers beyond the known ones fall into the outermost bins."""
        places = np.searchsorted(self.edges[1:], numbers, side="right")
        places[np.isnan(numbers)] = len(self.edges) if self.has_missing else self.size
        return places

    def encode(self, column: "pd.Series[Any]") -> Codes:
        """Give the bin of every row."""
        return self.place(read_numbers(column))

    def describe(self) -> list[Bin]:
        """Give every bin with the label that people read, in the order of the codes."""
        lowers, uppers = [-np.inf, *self.edges[1:].tolist()], [*self.edges[1:].tolist(), np.inf]
        known = [
            Bin(
                field=self.field,
                kind=BinKind.NUMBER,
                lower=lower,
                upper=upper,
                label=f"{self.field} {describe_span(lower, upper, is_whole=self.is_whole)}",
            )
            for lower, upper in zip(lowers, uppers, strict=True)
        ]
        return known[: len(self.edges)] + _describe_missing(self.field) * self.has_missing


@dataclass(frozen=True, kw_only=True)
class LevelBins:
    """The bins of a field of text or truth values, the commonest level first; otherwise as ``NumberBins``."""

    field: str
    levels: tuple[str, ...]
    has_missing: bool
    groups: tuple[Codes, ...] = dataclasses.field(repr=False)

    @property
    def size(self) -> int:
        """Number of bins; missing is the last one where the field has it."""
        return len(self.levels) + self.has_missing

    def place(self, levels: Levels) -> Codes:
        """Give the bin of every row; unseen levels contribute nothing."""
        found = pd.Index(self.levels, dtype=object).get_indexer(pd.Index(levels.texts, dtype=object))
        missing = len(self.levels) if self.has_missing else self.size
        return np.append(np.where(found < 0, self.size, found), missing)[levels.codes]

    def encode(self, column: "pd.Series[Any]") -> Codes:
        """Give the bin of every row."""
        if not isinstance(column.dtype, pd.StringDtype) or column.dtype.storage != "python":
            return self.place(read_levels(column))
        # Looking such text up directly takes a third of the time of finding its distinct values first; where
        # text is kept by Arrow it takes seven times as long.
        known = pd.Index([*self.levels, None], dtype=column.dtype)
        missing = len(self.levels) if self.has_missing else self.size
        places = np.array([*range(len(self.levels)), missing, self.size])
        return places[known.get_indexer(pd.Index(column))]

    def describe(self) -> list[Bin]:
        """Give every bin with the label that people read, in the order of the codes."""
        known = [
            Bin(field=self.field, kind=BinKind.LEVEL, level=level, label=f"{self.field} = {level}")
            for level in self.levels
        ]
        return known + _describe_missing(self.field) * self.has_missing


FieldBins = NumberBins | LevelBins


def _describe_missing(name: str) -> list[Bin]:
    return [Bin(field=name, kind=BinKind.MISSING, label=f"{name} missing")]


def describe_span(lower: float, upper: float, *, is_whole: bool) -> str:
    """Say ``lower <= value < upper`` in words.

    >>> describe_span(50, 200, is_whole=True)
    '50 to 199'
    >>> describe_span(0.5, 1200, is_whole=False)
    '0.5 to under 1,200'
    >>> describe_span(5000, float("inf"), is_whole=True)
    '5,000 or more'
    """
    if np.isinf(lower):
        return "known" if np.isinf(upper) else f"under {upper:,.15g}"
    if np.isinf(upper):
        return f"{lower:,.15g} or more"
    if not is_whole:
        return f"{lower:,.15g} to under {upper:,.15g}"
    return f"{lower:,.15g}" if upper == lower + 1 else f"{lower:,.15g} to {upper - 1:,.15g}"


def read_numbers(column: "pd.Series[Any]") -> Numbers:
    """Give the values as floats, missing as NaN; text where numbers were learnt is an error."""
    try:
        return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise ValueError(
            f"Field {column.name!r} should hold numbers and holds {column.dtype} ({problem}): convert it to "
            "numbers, or fit again."
        ) from problem


def read_levels(column: "pd.Series[Any]") -> Levels:
    """Give the values as text, truth values spelt as DuckDB casts them: ``true`` and ``false``."""
    try:
        codes, found = pd.factorize(column)
    except TypeError as problem:
        raise ValueError(
            f"Field {column.name!r} holds values that are neither number, text nor truth value ({problem}): "
            "spell them as text, or leave the field out."
        ) from problem
    return Levels(codes=codes, texts=[_spell(value) for value in found])


def _spell(value: object) -> str:
    return str(value).lower() if isinstance(value, bool | np.bool_) else str(value)


def cut_fields(table: pd.DataFrame, *, most_effects: int) -> list[tuple[FieldBins, Codes]]:
    """Cut every field of a table and give the bin of every row with it.

    The widest fields are cut more coarsely where all together would need more than ``most_effects``.
    """
    columns = [_read(table[name]) for name in table]
    cut = [_cut(column, field=str(name)) for name, column in zip(table, columns, strict=True)]
    widths = [count_effects(bins) for bins, _ in cut]
    shares = share_columns(widths, total=most_effects)
    return [
        fine if width <= share else _cut(column, field=fine[0].field, most=max(2, share // 2))
        for column, fine, width, share in zip(columns, cut, widths, shares, strict=True)
    ]


def cut_field(column: "pd.Series[Any]", *, most: int) -> tuple[FieldBins, Codes]:
    """Cut one field into about ``most`` bins and give the bin of every row with it."""
    return _cut(_read(column), field=str(column.name), most=most)


def count_effects(bins: FieldBins) -> int:
    """Count the effects that the bins of a field are made of."""
    return sum(int(group.max(initial=-1)) + 1 for group in bins.groups)


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


def _read(column: "pd.Series[Any]") -> Numbers | Levels:
    return read_numbers(column) if _holds_numbers(column) else read_levels(column)


def _holds_numbers(column: "pd.Series[Any]") -> bool:
    """Whether the field is ordered by size; truth values and text are levels, whatever they spell."""
    if column.dtype.kind in "mMc":
        raise ValueError(
            f"Field {column.name!r} holds {column.dtype}: turn it into a number, for example days before the "
            "decision."
        )
    if pd.api.types.is_bool_dtype(column):
        return False
    if column.dtype != np.dtype(object):
        return pd.api.types.is_numeric_dtype(column)
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    return inferred in {"integer", "floating", "mixed-integer-float", "decimal"}


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
    middle = (np.cumsum(sizes) - sizes / 2) / max(1, sizes.sum())
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
