"""What would lift a score most: what somebody may still do, or what may be found out; never who they are.

A suggestion is a bin of the scorecard that enough lessons stood in and that the signal can reach from where
it is. Signals that would move together are one suggestion.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from sync_project.icp.bins import BinKind
from sync_project.icp.features.signals import Lift, Subject
from sync_project.icp.features.wording import VALUE
from sync_project.scoring.picking import (
    NANO,
    POINTS_TO_EDGE,
    Columns,
    Widths,
    add_up,
    pick,
    place_of,
    strength_of,
    strongest,
)
from sync_project.scoring.told_signals import Parameters, ToldSignal, choose

ENOUGH_LESSONS = 10
SUGGESTED = 2


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """The best that a signal can become."""

    place: int
    points: float
    """Of that bin, in log-odds."""
    condition: str
    """SQL over ``value_<place>``: for whom it is still to come."""
    text: str
    is_open: bool = False
    """Whether nobody knows yet what will come of it, so that the points are the most it can bring."""


def read_suggestions(
    subject: Subject, signals: Sequence[ToldSignal], *, connection: duckdb.DuckDBPyConnection
) -> list[Suggestion]:
    """At most one of each signal, from ``icp.points``."""
    best = connection.execute(
        """SELECT signal, points, at_least, below FROM icp.points
        WHERE subject = $subject AND kind IN ($number, $level) AND lesson_count >= $enough
        QUALIFY row_number() OVER (PARTITION BY signal ORDER BY points DESC, at_least, level) = 1""",
        {
            "subject": subject.value,
            "number": BinKind.NUMBER.value,
            "level": BinKind.LEVEL.value,
            "enough": ENOUGH_LESSONS,
        },
    ).fetchall()
    found = {signal: (points, at_least, below) for signal, points, at_least, below in best}
    suggestions = [
        _suggest(each, place, *found[each.name]) for place, each in enumerate(signals) if each.name in found
    ]
    return [each for each in suggestions if each is not None]


def _suggest(
    signal: ToldSignal, place: int, points: float, at_least: float | None, below: float | None
) -> Suggestion | None:
    """None where nobody can bring it about."""
    value = f"value_{place}"
    match signal.lift:
        case Lift.KNOWN:
            return Suggestion(
                place=place,
                points=points,
                condition=f"{value} IS NULL",
                text=f"knowing {signal.label}",
                is_open=True,
            )
        case Lift.MORE if at_least is not None and 0 < at_least < math.inf:
            count = math.ceil(at_least)
            text = signal.when_one if count == 1 else f"{count:,}".join(signal.when_known.rsplit(VALUE, 1))
            return Suggestion(
                place=place, points=points, condition=f"coalesce({value}, 0) < {count}", text=text
            )
        case Lift.RECENT if at_least is not None and below is not None and at_least <= 0 < below:
            condition = f"({value} IS NULL OR {value} > 0)"
            return Suggestion(place=place, points=points, condition=condition, text=signal.when_zero)
        case _:
            return None


def lift_stages(
    suggestions: Sequence[Suggestion], *, topics: Mapping[int, str], widths: Widths, parameters: Parameters
) -> list[Columns]:
    """Columns over ``score``, ``exact_score``, ``value_<place>`` and ``added_<place>``, stage upon stage.

    They end with lift_text, which is empty where nothing would lift the score by a point: at 100 nothing can.
    ``topics`` says of each signal, by its place, with which others it moves; the best suggestion of a topic
    stands for all.
    """
    above, below = (parameters.keep(width) for width in widths)
    above_usual = (
        f"(exact_score - 50) / {POINTS_TO_EDGE} * CASE WHEN exact_score > 50 THEN {above} ELSE {below} END"
    )
    picks = dict[str, list[str]]()
    for each in suggestions:
        gain = add_up([parameters.keep(each.points), f"-added_{each.place}"])
        worth = f"{each.condition} AND {gain} > 0 AND {_points(gain, above=above, below=below)} >= 0.5"
        picks.setdefault(topics[each.place], []).append(pick(gain, place=each.place, condition=worth))
    columns = {f"lift_pick_{at}": strongest(found) for at, found in enumerate(picks.values())}
    stages = [{"above_usual": above_usual}, columns]
    stages += [
        {f"lift_{rank}": strongest(list(columns), below=f"lift_{rank - 1}" if rank > 1 else None)}
        for rank in _RANKS
    ]
    stages.append({f"lift_place_{rank}": place_of(f"lift_{rank}") for rank in _RANKS})
    told = []
    for rank in _RANKS:
        text = choose(
            f"lift_place_{rank}",
            [
                (each.place, f"{parameters.keep(each.text)} || '{' (up to +' if each.is_open else ' (+'}'")
                for each in suggestions
            ],
        )
        points = _points(strength_of(f"lift_{rank}"), above=above, below=below)
        told.append(f"{text} || CAST(greatest(1, CAST(round({points}) AS BIGINT)) AS VARCHAR) || ')'")
    text = f"CASE WHEN score < 100 THEN concat_ws('; ', {', '.join(told)}) ELSE '' END"
    return [*stages, {"lift_text": text}]


def _points(gain: str, *, above: str, below: str) -> str:
    """By how much a gain in billionths lifts the score, whose slope above 50 may be another than below."""
    reached = f"(above_usual + ({gain}) / {NANO}.0)"
    width = f"CASE WHEN {reached} > 0 THEN {above} ELSE {below} END"
    return f"(50 + {POINTS_TO_EDGE} * {reached} / {width} - exact_score)"


_RANKS = range(1, SUGGESTED + 1)
