"""The strongest few of many columns, row by row in SQL, without a long table that would have to be sorted.

A pick is a whole number that holds both how strong something is, in billionths of log-odds, and which one it
is: the greater pick is the stronger, and of equally strong ones the first.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

SHOWN = 3
"""So many reasons are told of each kind."""

Columns = dict[str, str]
"""Name to expression."""

Widths = tuple[float, float]
"""Log-odds from the base rate up to hot, and down to cold."""


class Way(StrEnum):
    """Which way a reason or a change points."""

    FOR = "for"
    AGAINST = "against"

    @property
    def sign(self) -> str:
        """As people read it before the points."""
        return "+" if self is Way.FOR else "-"

    def strength(self, log_odds: str) -> str:
        """How strong it is this way."""
        return log_odds if self is Way.FOR else f"(-({log_odds}))"


PLACES = 4_096
"""More than there are signals."""

POINTS_TO_EDGE = 17
"""Points of the score between the base rate and an edge of the levels; ``$points_to_edge`` in SQL."""

NANO = 1_000_000_000


def add_up(log_odds: Sequence[str]) -> str:
    """The sum, always in this order, as a whole number of billionths."""
    return f"CAST(round(({' + '.join(log_odds)}) * {NANO}) AS BIGINT)"


def pick(strength: str, *, place: int, condition: str) -> str:
    """Null where the condition is not met; ``strength`` is positive, in billionths."""
    return f"CASE WHEN {condition} THEN ({strength}) * {PLACES} + {PLACES - 1 - place} END"


def strongest(picks: Sequence[str], *, below: str | None = None) -> str:
    """The greatest of some columns, or the greatest below another pick; null where there is none."""
    if not picks:
        return "CAST(NULL AS BIGINT)"
    given = picks if below is None else [f"CASE WHEN {each} < {below} THEN {each} END" for each in picks]
    return f"greatest({', '.join(given)})"


def place_of(picked: str) -> str:
    """Which one was picked."""
    return f"{PLACES - 1} - ({picked}) % {PLACES}"


def strength_of(picked: str) -> str:
    """How strong it is, in billionths of log-odds."""
    return f"({picked}) // {PLACES}"


def least_strength(width: float) -> int:
    """The billionths that are worth a point where an edge lies ``width`` log-odds from the base rate."""
    return max(1, round(width * NANO / POINTS_TO_EDGE / 2))


def points_of(picked: str, *, width: str) -> str:
    """The same in points of the score, at least one, as text."""
    points = f"round({POINTS_TO_EDGE} * ({strength_of(picked)}) / {NANO}.0 / {width})"
    return f"CAST(greatest(1, CAST({points} AS BIGINT)) AS VARCHAR)"


def stack(rows: str, stages: Sequence[Mapping[str, str]]) -> str:
    """A query that adds the columns of one stage after the other to rows, each over those before it."""
    for stage in stages:
        added = ", ".join(f"{expression} AS {name}" for name, expression in stage.items())
        rows = f"(SELECT *, {added} FROM {rows})" if added else rows
    return rows
