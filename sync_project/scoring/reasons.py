"""Which signals are one reason to people, and the columns of SQL that find each row's strongest reasons.

Near-duplicates are one reason, and so is silence: without any event, "no demo request" and "no page view" are
all "no activity".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sync_project.scoring.picking import (
    SHOWN,
    Columns,
    Way,
    Widths,
    add_up,
    least_strength,
    pick,
    place_of,
    points_of,
    strongest,
)
from sync_project.scoring.told_signals import Parameters, ToldSignal, choose, tell_signal


@dataclass(frozen=True, kw_only=True)
class Silence:
    """What several signals say together where nothing happened."""

    text: str
    conditions: Mapping[int, str]
    """Of each signal, by its place: where it says no more than that."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Signals that people are told of as one."""

    name: str
    """Of equally strong reasons the one whose name comes first is told first."""
    members: tuple[int, ...]
    silence: Silence | None = None
    """None where the members speak for themselves."""


def find_silences(signals: Sequence[ToldSignal]) -> list[Silence]:
    """A whole that is zero silences its parts, and is what any other signal with the same words says."""
    places = {each.name: place for place, each in enumerate(signals)}
    wholes = {places[each.part_of] for each in signals if each.part_of in places}
    found = dict[str, dict[int, list[str]]]()
    for whole in sorted(wholes):
        name = signals[whole].name
        text = signals[whole].when_zero
        conditions = found.setdefault(text, {})
        for place, each in enumerate(signals):
            if place == whole or each.part_of == name:
                conditions.setdefault(place, []).append(f"value_{whole} = 0")
            elif each.when_unknown == text:
                conditions.setdefault(place, []).append(f"value_{place} IS NULL")
    return [
        Silence(text=text, conditions={place: " OR ".join(each) for place, each in conditions.items()})
        for text, conditions in found.items()
    ]


def list_reasons(signals: Sequence[ToldSignal], silences: Iterable[Silence]) -> list[Reason]:
    """All that may be told of one row, in the order of their names."""
    families = dict[str, list[int]]()
    for place, each in enumerate(signals):
        families.setdefault(each.family, []).append(place)
    groups: list[tuple[list[int], Silence | None]] = [(members, None) for members in families.values()]
    groups += [(list(each.conditions), each) for each in silences]
    reasons = [
        Reason(name=min(signals[place].name for place in members), members=tuple(members), silence=silence)
        for members, silence in groups
    ]
    return sorted(reasons, key=lambda reason: (reason.name, reason.silence is not None))


def reason_stages(
    signals: Sequence[ToldSignal], reasons: Sequence[Reason], *, widths: Widths, parameters: Parameters
) -> list[Columns]:
    """Columns over ``value_<place>`` and ``added_<place>``, each stage over those before it.

    They end with for_text, against_text and top_signals, which are empty where nothing is worth a point.
    """
    quiet = _quiet_conditions(reasons)
    sums = {f"reason_{at}": add_up(_parts(reason, quiet)) for at, reason in enumerate(reasons)}
    picks, tellers = Columns(), Columns()
    for way, width in zip(Way, widths, strict=True):
        for at, reason in enumerate(reasons):
            strength = way.strength(f"reason_{at}")
            worth = f"{strength} >= {least_strength(width)}"
            picks[f"{way}_pick_{at}"] = pick(strength, place=at, condition=worth)
            if reason.silence is None and len(reason.members) > 1:
                tellers[f"{way}_teller_{at}"] = place_of(strongest(_member_picks(reason, quiet, way)))
    stages = [sums | tellers, picks, *_rank_stages(len(reasons))]
    stages.append({f"{way}_place_{rank}": place_of(f"{way}_{rank}") for way in Way for rank in _RANKS})
    texts = Columns()
    for way, width in zip(Way, widths, strict=True):
        told = [
            (at, _tell(reason, signals, teller=f"{way}_teller_{at}", parameters=parameters))
            for at, reason in enumerate(reasons)
        ]
        for rank in _RANKS:
            texts[f"{way}_text_{rank}"] = choose(f"{way}_place_{rank}", told)
            points = points_of(f"{way}_{rank}", width=parameters.keep(width))
            texts[f"{way}_points_{rank}"] = f"' ({way.sign}' || {points} || ')'"
    return [*stages, texts, _join_texts()]


_RANKS = range(1, SHOWN + 1)


def _quiet_conditions(reasons: Iterable[Reason]) -> dict[int, str]:
    """Of each signal that may be silent, when it is."""
    found = dict[int, list[str]]()
    for reason in reasons:
        for place, condition in (reason.silence.conditions if reason.silence else {}).items():
            found.setdefault(place, []).append(condition)
    return {place: " OR ".join(each) for place, each in found.items()}


def _parts(reason: Reason, quiet: Mapping[int, str]) -> list[str]:
    if reason.silence:
        return [
            f"CASE WHEN {condition} THEN added_{place} ELSE 0 END"
            for place, condition in reason.silence.conditions.items()
        ]
    return [_spoken(place, quiet) for place in reason.members]


def _spoken(place: int, quiet: Mapping[int, str]) -> str:
    added = f"added_{place}"
    return f"CASE WHEN {quiet[place]} THEN 0 ELSE {added} END" if place in quiet else added


def _member_picks(reason: Reason, quiet: Mapping[int, str], way: Way) -> list[str]:
    """The strongest member speaks for all of a family."""
    strengths = [(place, way.strength(add_up([_spoken(place, quiet)]))) for place in reason.members]
    return [pick(strength, place=place, condition=f"{strength} > 0") for place, strength in strengths]


def _rank_stages(count: int) -> list[Columns]:
    """The three strongest of each way, then of both."""
    stages = []
    for rank in _RANKS:
        below = {way: f"{way}_{rank - 1}" if rank > 1 else None for way in Way}
        stages.append(
            {
                f"{way}_{rank}": strongest([f"{way}_pick_{at}" for at in range(count)], below=below[way])
                for way in Way
            }
        )
    both = [f"{way}_{rank}" for way in Way for rank in _RANKS]
    stages += [
        {f"top_{rank}": strongest(both, below=f"top_{rank - 1}" if rank > 1 else None)} for rank in _RANKS
    ]
    return stages


def _tell(reason: Reason, signals: Sequence[ToldSignal], *, teller: str, parameters: Parameters) -> str:
    if reason.silence:
        return parameters.keep(reason.silence.text)
    told = [
        (place, tell_signal(signals[place], value=f"value_{place}", parameters=parameters))
        for place in reason.members
    ]
    return told[0][1] if len(told) == 1 else choose(teller, told)


def _join_texts() -> Columns:
    tops = []
    for rank in _RANKS:
        cases = " ".join(
            f"WHEN {way}_{at} THEN {way}_text_{at} || {way}_points_{at}" for way in Way for at in _RANKS
        )
        tops.append(f"CASE top_{rank} {cases} END")
    texts = {f"{way}_text": [f"{way}_text_{rank}" for rank in _RANKS] for way in Way}
    texts["top_signals"] = tops
    return {name: f"concat_ws('; ', {', '.join(each)})" for name, each in texts.items()}
