"""Which fields say nearly the same, so that people are not told one thing twice.

Only how the values of two fields go together counts; outcomes and names play no part.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from sync_project.icp.bins import Codes
from sync_project.icp.cutting import cut_field

MOST_BINS = 32
"""Enough that bands of a number fit its bins, few enough that a text of many levels decides little else."""

LEAST_ASSOCIATION = 0.85
"""Copies of a field lie above it, unlike fields below.

Copies of which 2 % of the rows were changed had 0.91 and more, numbers with 1 % of noise or cut into bands
0.89 and more; unlike fields of four public sets at most 0.80, unrelated ones of 60 rows at most 0.60.
"""

LEAST_SHARE, LEAST_ROWS = 0.01, 3
"""What is left beside the commonest value of a field that can be compared; below it, chance looks alike."""


@dataclass(frozen=True, kw_only=True)
class _Coded:
    name: str
    codes: Codes = field(repr=False)
    width: int
    entropy: float


def find_families(table: pd.DataFrame) -> dict[str, str]:
    """Map every column to the first column of its family, to itself where it is alone.

    Two columns are alike where knowing one leaves hardly anything open about the other, or the other way
    round (a size and its bands). A column joins the first family that it is like all of, so that unlike
    columns never meet through a third. Nearly constant columns are alone.

    >>> people = pd.DataFrame({"Employees": range(100), "Country": ["NL", "BE", "DE", "FR"] * 25})
    >>> find_families(people.assign(Size=people["Employees"].ge(50).map({True: "large", False: "small"})))
    {'Employees': 'Employees', 'Country': 'Country', 'Size': 'Employees'}
    """
    families = list[list[_Coded]]()
    first = dict[str, str]()
    for name, column in table.items():
        coded = _code(column, name=str(name))
        family = next((each for each in families if _is_like_all(coded, each)), None)
        if family is None:
            family = []
            families.append(family)
        family.append(coded)
        first[coded.name] = family[0].name
    return first


def _code(column: "pd.Series[Any]", *, name: str) -> _Coded:
    bins, codes = cut_field(column, most=MOST_BINS)
    counts = np.bincount(codes)
    others = counts.sum() - counts.max(initial=0)
    is_varied = others >= max(LEAST_ROWS, LEAST_SHARE * counts.sum())
    return _Coded(name=name, codes=codes, width=bins.size + 1, entropy=_entropy(counts) if is_varied else 0.0)


def _is_like_all(column: _Coded, family: list[_Coded]) -> bool:
    return all(_association(column, other) > LEAST_ASSOCIATION for other in family)


def _association(one: _Coded, other: _Coded) -> float:
    """Share of what the plainer column holds that the other one tells too: 0 if unrelated."""
    plainer = min(one.entropy, other.entropy)
    if plainer <= 0:
        return 0.0
    together = _entropy(np.bincount(one.codes * other.width + other.codes))
    return (one.entropy + other.entropy - together) / plainer


def _entropy(counts: Codes) -> float:
    """Entropy in nats with Miller and Madow's correction, without which few rows make anything look alike.

    Sorted, so that the order of the rows changes no bit.
    """
    known = np.sort(counts[counts > 0])
    shares = known / known.sum()
    return float(-(shares * np.log(shares)).sum() + (len(known) - 1) / (2 * known.sum()))
