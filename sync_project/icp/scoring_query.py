"""Scores by SQL: what each signal adds is looked up in a table of points, for any model and any values.

The query is written here because its columns are the signals of the settings. A lookup of a number first
finds the bin of each distinct value, since an org of a million people has few of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from sync_project.icp.bins import BinKind
from sync_project.icp.features.signals import Side
from sync_project.warehouse.models import quote_name


@dataclass(frozen=True, kw_only=True)
class Query:
    """A query and the values of its ``$parameters``."""

    text: str
    parameters: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class _Lookup:
    """How one signal's value becomes points: the value, the points, and what is joined for them."""

    value: str
    points: str
    join: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _SignalPoints:
    """Which bins a signal has, and the points that need no look-up; 0 where it has no such bin."""

    kinds: frozenset[str]
    missing: float
    slope: float


def contribute(
    target: str, *, values: str, points: str, signals: Sequence[str], connection: duckdb.DuckDBPyConnection
) -> None:
    """Replace the table ``target`` by the rows of ``contribution_query``.

    ValueError where a signal that was learnt as numbers holds other text.
    """
    query = contribution_query(values=values, points=points, signals=signals, connection=connection)
    try:
        connection.execute(f"CREATE OR REPLACE TABLE {target} AS {query.text}", query.parameters)
    except duckdb.ConversionException as problem:
        raise ValueError(
            f"A signal should hold numbers and holds text ({problem}): convert it to numbers, or learn again."
        ) from problem


def contribution_query(
    *, values: str, points: str, signals: Sequence[str], connection: duckdb.DuckDBPyConnection
) -> Query:
    """What each signal adds: subject_id, and a column per signal in log-odds.

    ``values`` is a table, or a query in brackets, with subject_id and the signals; ``points`` one with the
    columns signal, kind, at_least, level and points of ``icp.points``, of one model. A signal without points,
    a level never seen and a value missing for the first time add 0. ValueError where the points have pairs.
    """
    known = _read_points(points, connection=connection)
    lookups = [_look_up(place, name, known.get(name)) for place, name in enumerate(signals)]
    read = [f"{each.value} AS value_{place}" for place, each in enumerate(lookups)]
    columns = [f"{each.points} AS {quote_name(name)}" for name, each in zip(signals, lookups, strict=True)]
    return Query(
        text=f"""WITH point AS MATERIALIZED (FROM {points}),
            given AS (SELECT {", ".join(["subject_id", *read])} FROM {values})
            SELECT {", ".join(["given.subject_id", *columns])}
            FROM given
            {" ".join(each.join for each in lookups)}""",
        parameters={name: value for each in lookups for name, value in each.parameters.items()},
    )


def score_query(contributions: str, *, sides: Mapping[str, Side]) -> str:
    """subject_id, log_odds, fit, engagement and probability of every row of what ``contribute`` wrote.

    ``sides`` names every signal. The base is the parameter ``$base``; the signals are added in their order,
    so that the same row gives the same bits anywhere.
    """

    def total(names: Sequence[str]) -> str:
        return " + ".join(["CAST(0 AS DOUBLE)", *map(quote_name, names)])

    of_side = {side: total([name for name, its in sides.items() if its is side]) for side in Side}
    return f"""SELECT subject_id, log_odds, fit, engagement, 1 / (1 + exp(-log_odds)) AS probability
        FROM (
            SELECT subject_id, {" + ".join(["CAST($base AS DOUBLE)", *map(quote_name, sides)])} AS log_odds,
                {of_side[Side.FIT]} AS fit, {of_side[Side.ENGAGEMENT]} AS engagement
            FROM {contributions}
        )"""


def _read_points(points: str, *, connection: duckdb.DuckDBPyConnection) -> dict[str, _SignalPoints]:
    rows = connection.execute(
        f"""SELECT signal, list(DISTINCT kind),
            coalesce(max(points) FILTER (kind = '{BinKind.MISSING}'), 0),
            coalesce(max(points) FILTER (kind = '{BinKind.SLOPE}'), 0)
        FROM {points} GROUP BY signal"""
    ).fetchall()
    pairs = [signal for signal, kinds, _, _ in rows if BinKind.PAIR in kinds]
    if pairs:
        raise ValueError(
            f"There are points for pairs of fields ({len(pairs)}), such as {min(pairs)!r}, which SQL "
            "cannot look up: learn again with pairs=0."
        )
    return {
        signal: _SignalPoints(kinds=frozenset(kinds), missing=missing, slope=slope)
        for signal, kinds, missing, slope in rows
    }


def _look_up(place: int, signal: str, points: _SignalPoints | None) -> _Lookup:
    if points is None:
        return _Lookup(value="NULL", points="CAST(0 AS DOUBLE)")
    unknown = points.kinds - set(BinKind)
    if unknown:
        raise ValueError(
            f"Signal {signal!r} has points of kind {min(unknown)!r}, which SQL cannot look up: learn again."
        )
    column, value, found = quote_name(signal), f"given.value_{place}", f"point_{place}"
    if BinKind.SLOPE in points.kinds:
        return _Lookup(
            value=known_number(column),
            points=f"CAST($slope_{place} AS DOUBLE) * coalesce({value}, 0)",
            parameters={f"slope_{place}": points.slope},
        )
    if BinKind.NUMBER in points.kinds:
        read = known_number(column)
        rows = f"""(SELECT known.value, bin.points
            FROM (SELECT DISTINCT value_{place} AS value FROM given) AS known
            ASOF INNER JOIN (
                SELECT at_least, points FROM point
                WHERE signal = $signal_{place} AND kind = '{BinKind.NUMBER}'
            ) AS bin ON known.value >= bin.at_least)"""
    else:
        read = f"CAST({column} AS VARCHAR)"
        rows = f"""(SELECT level AS value, points FROM point
            WHERE signal = $signal_{place} AND kind = '{BinKind.LEVEL}')"""
    return _Lookup(
        value=read,
        points=f"""CASE WHEN {value} IS NULL THEN CAST($missing_{place} AS DOUBLE)
            ELSE coalesce({found}.points, 0) END""",
        join=f"LEFT JOIN {rows} AS {found} ON {value} = {found}.value",
        parameters={f"signal_{place}": signal, f"missing_{place}": points.missing},
    )


def known_number(value: str) -> str:
    """The value as DOUBLE; what is no number is unknown, as NaN is to the scorecard."""
    return f"CASE WHEN NOT isnan(CAST({value} AS DOUBLE)) THEN CAST({value} AS DOUBLE) END"
