"""What changed since the score that Salesforce holds: the difference of two contribution vectors, in words.

A change is told until the next one: the score that is written with it becomes the one to compare with, and
were it forgotten then, the next run would write the reasoning once more without it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime

import duckdb

from sync_project.icp.features.signals import Lift, Subject
from sync_project.icp.features.wording import VALUE
from sync_project.scoring.last_written import TABLE as LAST_WRITTEN
from sync_project.scoring.last_written import WRITTEN, hash_values
from sync_project.scoring.picking import (
    NANO,
    POINTS_TO_EDGE,
    SHOWN,
    Columns,
    Way,
    Widths,
    add_up,
    least_strength,
    pick,
    place_of,
    points_of,
    stack,
    strongest,
)
from sync_project.scoring.told_signals import (
    Parameters,
    ToldSignal,
    ValueKind,
    choose,
    known_text,
    read_value,
    spell_value,
    tell_signal,
)
from sync_project.scoring.told_subject import ToldSubject, read_told_subjects
from sync_project.warehouse.models import build_table, load_models, quote_name

TABLE = "scored.change"
WORTH_TELLING = 1.5
"""Points of the score: one less may be only another rounding."""

_RANKS = range(1, SHOWN + 1)

_OLD_EXACT_SCORE = "coalesce(written.exact_score, written.score)"
"""Rows of an earlier release hold the rounded score alone."""

_JOIN_WRITTEN = f"""INNER JOIN {LAST_WRITTEN} AS known
        ON score.subject = known.subject AND score.subject_id = known.subject_id
    INNER JOIN {WRITTEN} AS written
        ON known.subject = written.subject AND known.record_id = written.subject_id"""


def find_changes(*, now: datetime, connection: duckdb.DuckDBPyConnection) -> None:
    """Replace ``scored.change``."""
    build_table(load_models()[TABLE], connection=connection, parameters={})
    for each in read_told_subjects(connection):
        _find_changes(each, now=now, connection=connection)


def _find_changes(told: ToldSubject, *, now: datetime, connection: duckdb.DuckDBPyConnection) -> None:
    parameters = Parameters()
    rows = stack(
        f"({_compare(told.subject, told.signals)})",
        _change_stages(told.signals, topics=told.topics, widths=told.widths, parameters=parameters),
    )
    connection.execute(
        f"""INSERT INTO {TABLE} BY NAME
        SELECT score.subject, score.subject_id, coalesce(found.text, written.changed_text) AS text
        FROM scored.score AS score
        {_JOIN_WRITTEN}
        LEFT JOIN (
            SELECT subject_id, strftime(written_at, '%-d %b')
                || CASE WHEN year(written_at) = $year THEN '' ELSE ' ' || year(written_at) END
                || ' (score ' || old_score || CASE WHEN old_tier <> tier THEN ', ' || old_level ELSE '' END
                || '): ' || change_text AS text
            FROM {rows} WHERE change_text <> ''
        ) AS found ON score.subject_id = found.subject_id
        WHERE score.subject = '{told.subject}' AND coalesce(found.text, written.changed_text) <> ''
        ORDER BY score.subject_id""",
        parameters.values | {"year": now.year},
    )


def _compare(subject: Subject, signals: Sequence[ToldSignal]) -> str:
    """Today's values and contributions, and those of then, of each subject that may have a change to tell.

    That is where a value is another, or where another model makes another score of the same values.
    """
    today, then = [], []
    for place, each in enumerate(signals):
        name = quote_name(each.name)
        today += [f"{read_value(each, column='now')} AS value_{place}", f"told.{name} AS added_{place}"]
        then += [
            f"{_read_old_value(each, f'old_values.{name}')} AS old_value_{place}",
            f"old_added.{name} AS old_added_{place}",
        ]
    values_hash = hash_values([each.name for each in signals], of="now")
    return f"""SELECT * EXCLUDE (old_values, old_added), {", ".join(then)}
        FROM (
            SELECT score.subject_id, score.score, score.exact_score, score.tier,
                written.score AS old_score, {_OLD_EXACT_SCORE} AS old_exact_score,
                written.tier AS old_tier, written.level AS old_level,
                written.written_at, written.model_id IS DISTINCT FROM prediction.model_id AS is_learnt_anew,
                json_transform(written.signal_values, {_shape(signals, "VARCHAR")}) AS old_values,
                json_transform(written.contributions, {_shape(signals, "DOUBLE")}) AS old_added,
                {", ".join(today)}
            FROM scored.score AS score
            {_JOIN_WRITTEN}
            INNER JOIN icp.prediction AS prediction
                ON score.subject = prediction.subject AND score.subject_id = prediction.subject_id
            INNER JOIN icp.{subject}_contribution AS told ON score.subject_id = told.subject_id
            INNER JOIN icp.{subject}_now AS now ON score.subject_id = now.subject_id
            WHERE score.subject = '{subject}' AND (
                written.values_hash IS DISTINCT FROM {values_hash}
                OR written.model_id IS DISTINCT FROM prediction.model_id AND (
                    abs(score.exact_score - {_OLD_EXACT_SCORE}) >= {WORTH_TELLING}
                    OR score.tier <> written.tier
                )
            )
        )"""


def _shape(signals: Sequence[ToldSignal], column_type: str) -> str:
    shape = json.dumps({each.name: column_type for each in signals}).replace("'", "''")
    return f"'{shape}'"


def _read_old_value(signal: ToldSignal, text: str) -> str:
    match signal.kind:
        case ValueKind.NUMBER:
            return f"TRY_CAST({text} AS DOUBLE)"
        case ValueKind.TRUTH:
            return f"TRY_CAST({text} AS BOOLEAN)"
        case ValueKind.TEXT:
            return known_text(text)


def _change_stages(
    signals: Sequence[ToldSignal], *, topics: Mapping[int, str], widths: Widths, parameters: Parameters
) -> list[Columns]:
    members = dict[str, list[int]]()
    for place in range(len(signals)):
        members.setdefault(topics[place], []).append(place)
    groups = list(members.values())
    sums = {
        f"change_{at}": " + ".join(f"moved_{place}" for place in group) for at, group in enumerate(groups)
    }
    moved = {f"moved_{place}": _move(place) for place in range(len(signals))}
    picks, tellers, texts = Columns(), Columns(), Columns()
    for way, width in zip(Way, widths, strict=True):
        for at, group in enumerate(groups):
            strength = way.strength(f"change_{at}")
            worth = f"{strength} >= {least_strength(width)}"
            picks[f"{way}_pick_{at}"] = pick(strength, place=at, condition=worth)
            tellers[f"{way}_teller_{at}"] = place_of(_choose_teller(group, signals, way))
    ranks = [
        {f"change_rank_{rank}": strongest(list(picks), below=f"change_rank_{rank - 1}" if rank > 1 else None)}
        for rank in _RANKS
    ]
    places = {f"change_place_{rank}": place_of(f"change_rank_{rank}") for rank in _RANKS}
    told = [_tell(signal, place, parameters) for place, signal in enumerate(signals)]
    for rank in _RANKS:
        cases = []
        for at, group in enumerate(groups):
            for way, width in zip(Way, widths, strict=True):
                words = choose(f"{way}_teller_{at}", [(place, told[place]) for place in group])
                points = points_of(f"change_rank_{rank}", width=parameters.keep(width))
                cases.append(
                    f"WHEN change_place_{rank} = {at} AND {way}_pick_{at} IS NOT NULL "
                    f"THEN {words} || ' ({way.sign}' || {points} || ')'"
                )
        texts[f"change_text_{rank}"] = f"CASE {' '.join(cases)} END"
    told_points = [
        f"CASE WHEN {way}_pick_{at} IS NOT NULL THEN {_exact_points(f'change_{at}', width, parameters)} END"
        for way, width in zip(Way, widths, strict=True)
        for at in range(len(groups))
    ]
    totals = {
        "told_points": " + ".join(f"coalesce({each}, 0)" for each in told_points),
        "total": " + ".join(sums),
    }
    above, below = (_exact_points("total", width, parameters) for width in widths)
    rest = {
        "learnt_points": "exact_score - old_exact_score - told_points",
        "total_points": f"CASE WHEN total > 0 THEN {above} ELSE {below} END",
    }
    left = {"rest_text": _tell_rest(f"coalesce({', '.join(texts)})")}
    line = {"change_text": f"concat_ws('; ', {', '.join(texts)}, rest_text)"}
    return [moved, sums, picks | tellers, *ranks, places, texts, totals, rest, left, line]


def _move(place: int) -> str:
    """What another value of one signal made of its contribution, in billionths; 0 where it has the same."""
    is_other = f"old_added_{place} IS NOT NULL AND old_value_{place} IS DISTINCT FROM value_{place}"
    difference = add_up([f"added_{place}", f"-old_added_{place}"])
    return f"CASE WHEN {is_other} THEN {difference} ELSE 0 END"


def _choose_teller(group: Sequence[int], signals: Sequence[ToldSignal], way: Way) -> str:
    """The strongest of the parts, or where none moved that way of the others: a part says more."""
    picks = {}
    for place in group:
        strength = way.strength(f"moved_{place}")
        picks[place] = pick(strength, place=place, condition=f"{strength} > 0")
    parts = [each for place, each in picks.items() if signals[place].part_of is not None]
    return f"coalesce({strongest(parts)}, {strongest(list(picks.values()))})"


def _exact_points(billionths: str, width: float, parameters: Parameters) -> str:
    return f"({POINTS_TO_EDGE} * ({billionths}) / {NANO}.0 / {parameters.keep(width)})"


def _tell(signal: ToldSignal, place: int, parameters: Parameters) -> str:
    """Such as ``Industry: unknown -> Toys``."""
    values = (f"old_value_{place}", f"value_{place}")
    label = parameters.keep(f"{signal.label}: ")
    if VALUE in signal.when_known:
        old, new = (_tell_value(signal, value) for value in values)
        return f"{label} || {old} || ' -> ' || {new}"
    # The value itself would mean nothing to people; the words that stand for it do.
    words = _drop_label(signal)
    old, new = (tell_signal(words, value=value, parameters=parameters) for value in values)
    return f"{label} || CASE WHEN {old} = {new} THEN {new} ELSE {old} || ' -> ' || {new} END"


def _drop_label(signal: ToldSignal) -> ToldSignal:
    """With texts that begin after the signal's label."""
    texts = {name: getattr(signal, name) for name in asdict(signal) if name.startswith("when_")}
    return replace(
        signal, **{name: text.removeprefix(f"{signal.label}: ") for name, text in texts.items() if text}
    )


def _tell_value(signal: ToldSignal, value: str) -> str:
    known = spell_value(signal.kind, value)
    unknown = "none" if signal.lift in {Lift.MORE, Lift.RECENT} else "unknown"
    cases = f"WHEN {value} IS NULL THEN '{unknown}'"
    if signal.part_of is not None and signal.lift is Lift.MORE:
        cases += f""" WHEN {value} = 0 THEN 'none' WHEN {value} = 1 THEN 'once'
            WHEN {value} = 2 THEN 'twice'"""
        known = f"({known}) || ' times'"
    return f"CASE {cases} ELSE {known} END"


def _tell_rest(texts: str) -> str:
    """What no single change explains: another model, or many small changes."""
    # At the ends of the scale the points that are shown do not say how far the score moved.
    is_within = "least(score, old_score) > 0 AND greatest(score, old_score) < 100"
    return f"""CASE
        WHEN {texts} IS NULL AND score = old_score THEN NULL
        WHEN is_learnt_anew AND {is_within} AND {_is_worth_telling("learnt_points")}
            THEN 'the model learnt anew' || {_sign("learnt_points")}
        WHEN is_learnt_anew AND old_tier <> tier THEN 'the model learnt anew'
        WHEN NOT is_learnt_anew AND {texts} IS NULL AND {_is_worth_telling("total_points")}
            THEN 'small changes' || {_sign("total_points")}
    END"""


def _is_worth_telling(points: str) -> str:
    """More than another rounding, or enough for another level."""
    return f"(abs({points}) >= {WORTH_TELLING} OR old_tier <> tier AND round({points}) <> 0)"


def _sign(points: str) -> str:
    whole = f"CAST(round({points}) AS BIGINT)"
    return f"CASE WHEN {points} < 0 THEN ' (' ELSE ' (+' END || {whole} || ')'"
