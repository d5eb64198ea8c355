"""The bins of one field, or of a pair, and the bin of every value: spans of numbers, levels of text, missing.

A bin is the unit that gets points; which effects add up to its points is said here too (``groups``), how
large they are is found in ``newton``. Where the bins are cut is decided in ``cutting``.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Codes = NDArray[np.intp]
Numbers = NDArray[np.float64]
Matrix = NDArray[np.float64]


class BinKind(StrEnum):
    """What makes a record fall into a bin. ``SLOPE`` is no bin: points per unit of the ICP's own log-odds.

    A bin of ``PAIR`` is a cell of two fields, both coarsely cut, which its label alone describes.
    """

    NUMBER = "number"
    LEVEL = "level"
    MISSING = "missing"
    PAIR = "pair"
    SLOPE = "slope"


@dataclass(frozen=True, kw_only=True)
class Bin:
    """One bin: ``lower <= value < upper`` for numbers, ``level`` for text; what does not apply is None."""

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

    Each of ``groups`` maps every bin to one effect of the group, or to -1 for none. ``trend`` says how
    much of one further effect each bin gets, a steady rise or fall over all of them; empty where there is
    none. A code of ``size`` means that the value contributes nothing.
    """

    field: str
    edges: Numbers
    is_whole: bool
    has_missing: bool
    groups: tuple[Codes, ...] = dataclasses.field(repr=False)
    trend: Numbers = dataclasses.field(repr=False)

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


@dataclass(frozen=True, kw_only=True)
class CoarseBins:
    """The few coarse bins of a field that takes part in a pair: that of every code, "nothing" as the last."""

    of_code: Codes
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PairBins:
    """The cells of two fields as bins of one more field, ``field``; a code of ``size`` contributes nothing.

    ``places`` are those of the two fields among all, and ``cells`` holds the code of every coarse bin of the
    first (rows) with every one of the second (columns).
    """

    field: str
    places: tuple[int, int]
    coarse: tuple[CoarseBins, CoarseBins]
    cells: Codes = dataclasses.field(repr=False)

    @property
    def size(self) -> int:
        """Number of cells with points."""
        return int(self.cells.max())

    @property
    def groups(self) -> tuple[Codes, ...]:
        """Every cell has an effect of its own, of one group."""
        return (np.arange(self.size, dtype=np.intp),)

    def combine(self, codes: Sequence[Codes] | Mapping[int, Codes]) -> Codes:
        """Give the cell of every row, from its bin of every field."""
        first, second = (
            coarse.of_code[codes[place]] for place, coarse in zip(self.places, self.coarse, strict=True)
        )
        return self.cells[first, second]

    def describe(self) -> list[Bin]:
        """Give every cell with the label that people read, in the order of the codes."""
        first, second = self.coarse
        return [
            Bin(field=self.field, kind=BinKind.PAIR, label=f"{first.labels[row]} and {second.labels[column]}")
            for row, column in np.argwhere(self.cells < self.size)
        ]


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
    except (TypeError, ValueError, OverflowError) as problem:
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
    if column.dtype == object and pd.api.types.infer_dtype(column, skipna=True).startswith("mixed"):
        # To Python 1, 1.0 and True are one value: its spelling would depend on which of them comes first.
        codes, found = pd.factorize(column.map(_spell, na_action="ignore"))
    spelt, texts = pd.factorize(np.array([_spell(value) for value in found], dtype=object))
    return Levels(codes=np.append(spelt, -1)[codes], texts=texts.tolist())


def _spell(value: object) -> str:
    return str(value).lower() if isinstance(value, bool | np.bool_) else str(value)


def read_values(column: "pd.Series[Any]") -> Numbers | Levels:
    """Give the values as numbers or as levels, whichever the column holds."""
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
