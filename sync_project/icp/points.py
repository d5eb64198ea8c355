"""The fitted points: every bin's log-odds against the average row, and how sure they are.

Here effects become points, and points become log-odds and their variance; which bin a value falls in is in
``bins``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from sync_project.icp.bins import Codes, Matrix, Numbers
from sync_project.icp.design import Design
from sync_project.icp.newton import Posterior

CHUNK_ROWS = 32_768
"""Few enough rows that the arrays of one chunk stay in the processor's cache."""


@dataclass(frozen=True, kw_only=True)
class Points:
    """Points per field, the "nothing" slot (always 0) last in each; ``rows`` counts the training rows alike.

    ``covariance`` is of the base, the ICP's slope, then the slots of all fields in turn.
    """

    base: float
    slope: float
    per_field: tuple[Numbers, ...]
    rows: tuple[Codes, ...]
    covariance: Matrix = field(repr=False)

    @property
    def slope_spread(self) -> float:
        """Standard deviation of the ICP's slope."""
        return float(np.sqrt(self.covariance[1, 1]))

    @property
    def spread(self) -> list[Numbers]:
        """Standard deviation of the points of each slot, per field."""
        deviations = np.sqrt(np.maximum(np.diag(self.covariance)[2:], 0))
        ends = np.cumsum([len(points) for points in self.per_field], dtype=np.intp)
        return np.split(deviations, ends)[:-1]

    def variance(self, codes: Sequence[Codes], *, offset: Numbers) -> Numbers:
        """Posterior variance of the log-odds of each row, from its code in each field."""
        result = np.empty(len(offset))
        for start in range(0, len(offset), CHUNK_ROWS):
            chunk = slice(start, start + CHUNK_ROWS)
            result[chunk] = self._variance_of_chunk([column[chunk] for column in codes], offset[chunk])
        return result.clip(min=0)

    def _variance_of_chunk(self, codes: Sequence[Codes], offset: Numbers) -> Numbers:
        """Sum the covariance of all pairs among base, slope times offset, and the row's slots."""
        size = len(self.covariance)
        flat = self.covariance.ravel()
        variance: Numbers = flat[0] + offset * (2 * flat[1] + offset * flat[size + 1])
        first, earlier = 2, list[Codes]()
        for column, points in zip(codes, self.per_field, strict=True):
            place = column + first
            row = place * size
            pairs = flat[row] + offset * flat[row + 1]
            for other in earlier:
                pairs += flat[row + other]
            variance += 2 * pairs + flat[row + place]
            earlier.append(place)
            first += len(points)
        return variance


def tabulate_points(design: Design, posterior: Posterior) -> Points:
    """Turn effects into points centred on the average training row, with their covariance."""
    base_and_slope = sparse.identity(2, format="csr")
    slots = sparse.block_diag([base_and_slope, design.effects_of_bin], format="csr")
    points = slots @ posterior.effects
    points[1] += 1
    covariance = slots @ (slots @ posterior.covariance).T
    per_field, rows = [], []
    for i, size in enumerate(design.slots):
        here = slice(2 + design.starts[i], 2 + design.starts[i] + size)
        count = design.rows_of_slot[here.start - 2 : here.stop - 2]
        weights = count[:-1] / max(1, count[:-1].sum())
        _centre(points[:, None], here, weights)
        _centre(covariance, here, weights)
        _centre(covariance.T, here, weights)
        per_field.append(points[here].copy())
        rows.append(count)
    return Points(
        base=float(points[0]),
        slope=float(points[1]),
        per_field=tuple(per_field),
        rows=tuple(rows),
        covariance=np.ascontiguousarray(covariance),
    )


def _centre(values: Matrix, here: slice, weights: Numbers) -> None:
    """Move the average of a field's rows into the base, in place; its last row, "nothing", becomes 0."""
    average = weights @ values[here][:-1]
    values[here] -= average
    values[here.stop - 1] = 0
    values[0] += average
