"""What the fit works on: distinct rows with their counts, and how bins are made of effects.

Codes and counts alone; what is done with them is in ``newton``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from sync_project.icp.bins import Codes, FieldBins, NumberBins, Numbers, PairBins
from sync_project.icp.cross_table import Pack, pack_fields

ROWS_PER_CALL, PRODUCTS_PER_COUNT = 20_000, 30
"""A call costs as much as counting so many rows, and one counted row as much as so many multiplications."""

ROWS_AT_ONCE = 4_096

OPPOSITES = np.array([1, -1]) / np.sqrt(2)
"""How two bins share one effect: two effects of that spread would differ as much, the rest being the base's.

Half the effects of a table of a thousand fields, most of which have two bins.
"""


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """A run of distinct rows, and how each is made of effects."""

    rows: slice
    effects: sparse.csr_array


@dataclass(frozen=True, kw_only=True)
class Design:
    """Distinct rows with their counts, and how bins are made of effects.

    ``codes`` has one row per field, ``offset`` is the ICP's log-odds of the row. ``effects_of_bin``
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
    def packs(self) -> list[Pack]:
        """The fields as they are counted against one another."""
        return pack_fields(list(self.codes), slots=self.slots)

    @cached_property
    def is_wide(self) -> bool:
        """Whether fields are so many for the rows that a product of matrices beats counting pair by pair."""
        product = self.codes.shape[1] * len(self.group_of_effect) ** 2
        counting = len(self.packs) ** 2 * (self.codes.shape[1] + ROWS_PER_CALL)
        return bool(product < PRODUCTS_PER_COUNT * counting)

    @cached_property
    def chunks(self) -> list[Chunk]:
        """The distinct rows, some at a time, with the effects that make up the log-odds of each."""
        fields, rows = self.codes.shape
        found = []
        for start in range(0, rows, ROWS_AT_ONCE):
            here = slice(start, start + ROWS_AT_ONCE)
            slots = (self.codes[:, here] + self.starts[:-1, None]).T.ravel()
            ends = np.arange(0, len(slots) + 1, fields)
            marks = sparse.csr_array(
                (np.ones(len(slots)), slots, ends), shape=(len(ends) - 1, self.starts[-1])
            )
            found.append(Chunk(rows=here, effects=marks @ self.effects_of_bin))
        return found

    @cached_property
    def bins_of_effect(self) -> sparse.csr_array:
        """``effects_of_bin`` transposed, by rows: its products take most of a step's time."""
        return self.effects_of_bin.T.tocsr()


def build_design(
    fields: Sequence[FieldBins | PairBins], columns: Sequence[Codes], *, offset: Numbers, y: Numbers
) -> Design:
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
        codes=np.ascontiguousarray(codes[first].T),
        offset=offset[first],
        rows=rows.astype(np.float64),
        wins=np.bincount(inverse, weights=y, minlength=len(folded)).astype(np.float64),
        slots=slots,
        effects_of_bin=effects_of_bin,
        group_of_effect=group_of_effect,
        rows_of_slot=np.concatenate([np.empty(0, dtype=np.intp), *counts]),
    )


def _lay_out_effects(
    fields: Sequence[FieldBins | PairBins], counts: list[Codes]
) -> tuple[sparse.csr_array, Codes]:
    """Say which effects make up each slot; a "nothing" slot is the average of its field's rows."""
    slots, effects, parts = list[Codes](), list[Codes](), list[Numbers]()
    groups = list[Codes]()
    first_slot = first_effect = 0
    for bins, count in zip(fields, counts, strict=True):
        share = count[:-1] / max(1, count[:-1].sum())
        for of_bin, part in _list_groups(bins):
            known = np.flatnonzero(of_bin >= 0)
            size = int(of_bin.max()) + 1
            slots += [first_slot + known, np.full(len(known), first_slot + bins.size)]
            effects += [first_effect + of_bin[known]] * 2
            parts += [part[known], part[known] * share[known]]
            groups.append(np.full(size, len(groups), dtype=np.intp))
            first_effect += size
        first_slot += bins.size + 1
    if not fields:
        return sparse.csr_array((0, 0)), np.empty(0, dtype=np.intp)
    where = (np.concatenate(slots), np.concatenate(effects))
    laid_out = sparse.csr_array((np.concatenate(parts), where), shape=(first_slot, first_effect))
    return laid_out, np.concatenate(groups)


def _list_groups(bins: FieldBins | PairBins) -> list[tuple[Codes, Numbers]]:
    """Give a field's groups: which effect each bin gets, -1 for none, and how much of it."""
    if bins.size == len(OPPOSITES):
        return [(np.zeros(bins.size, dtype=np.intp), OPPOSITES)]
    found = [(group, np.ones(bins.size)) for group in bins.groups]
    if isinstance(bins, NumberBins) and len(bins.trend):
        found.append((np.zeros(bins.size, dtype=np.intp), bins.trend))
    return found
