"""The weight of the rows for every pair of slots: by far the dearest sum of a fit, shared among small fields.

A slot is a bin of one field. Nothing here knows effects or outcomes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sync_project.icp.bins import Codes, Matrix, Numbers

ROWS_PER_CELL = 100
"""Fields are counted together while that many rows fall to each of their common cells: fewer passes."""


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A few fields counted as one: the cell of every row, and which slots (rows) each cell lies in.

    ``marks`` is None where the pack holds one field, whose cells are its slots.
    """

    codes: Codes = field(repr=False)
    size: int
    slots: Codes = field(repr=False)
    marks: Matrix | None = field(repr=False)

    def by_slot(self, cells: Matrix) -> Matrix:
        """Add up the rows of ``cells`` (one per cell) by slot."""
        return cells if self.marks is None else self.marks @ cells


def pack_fields(columns: Sequence[Codes], *, slots: Sequence[int]) -> list[Pack]:
    """Put the smallest fields together; ``slots`` counts those of each field."""
    starts = np.concatenate([[0], np.cumsum(slots)]).astype(np.intp)
    most = len(columns[0]) // ROWS_PER_CELL if len(columns) else 0
    together = list[list[int]]()
    size = 0
    for index in sorted(range(len(columns)), key=lambda index: slots[index]):
        size *= slots[index]
        if not together or size > most:
            together.append([])
            size = slots[index]
        together[-1].append(index)
    return [_pack(columns, slots, starts, members) for members in together]


def _pack(columns: Sequence[Codes], slots: Sequence[int], starts: Codes, members: list[int]) -> Pack:
    codes, *others = (columns[index] for index in members)
    for index, column in zip(members[1:], others, strict=True):
        codes = codes * slots[index] + column
    sizes = [slots[index] for index in members]
    size = int(np.prod(sizes))
    here = [np.arange(starts[index], starts[index + 1]) for index in members]
    marks = None
    if len(members) > 1:
        of_cell = np.unravel_index(np.arange(size), sizes)
        marks = np.concatenate(
            [np.arange(count)[:, None] == each for count, each in zip(sizes, of_cell, strict=True)]
        ).astype(np.float64)
    return Pack(codes=codes, size=size, slots=np.concatenate(here), marks=marks)


def cross_tabulate(packs: Sequence[Pack], weight: Numbers, *, size: int) -> Matrix:
    """Sum the weight of the rows for every pair of slots; far cheaper than a product of sparse matrices."""
    table = np.zeros((size, size))
    for i, pack in enumerate(packs):
        alone = np.zeros((pack.size, pack.size))
        np.fill_diagonal(alone, np.bincount(pack.codes, weight, minlength=pack.size))
        table[np.ix_(pack.slots, pack.slots)] = pack.by_slot(pack.by_slot(alone).T)
        scaled = np.empty_like(pack.codes)
        for other in packs[:i]:
            np.multiply(pack.codes, other.size, out=scaled)
            scaled += other.codes
            counted = np.bincount(scaled, weight, minlength=pack.size * other.size)
            cells: Matrix = counted.reshape(pack.size, other.size).astype(np.float64, copy=False)
            pairs = other.by_slot(pack.by_slot(cells).T)
            table[np.ix_(other.slots, pack.slots)] = pairs
            table[np.ix_(pack.slots, other.slots)] = pairs.T
    return table
