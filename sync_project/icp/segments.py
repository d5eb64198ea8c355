"""``icp.segment``: who wins, group by group of every signal that says who they are, and what is open there.

Which groups there are is cut from the lessons; how often they win is estimated in ``win_rates``.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from sync_project.icp.bins import Codes, FieldBins, NumberBins, Numbers, read_numbers
from sync_project.icp.cutting import cut_field
from sync_project.icp.features.signals import IDEAL_PROFILE, Side, Subject
from sync_project.icp.scoring_query import known_number
from sync_project.icp.win_rates import estimate_win_rates
from sync_project.warehouse.connection import as_timestamp
from sync_project.warehouse.models import (
    build_table,
    count_rows,
    ensure_table,
    insert_frame,
    load_models,
    quote_name,
)

SEGMENT, LOG = "icp.segment", "icp.segment_log"
TABLES = (SEGMENT, LOG)

MOST_LEVELS = 100
BANDS = 5
"""Of numbers, about; people think of sizes in few."""

ROUND = (1.0, 2.0, 5.0, 10.0)

OWNERS = {Subject.PERSON: "person_id", Subject.ACCOUNT: "account_id"}
"""Whom of ``icp.open_deal`` a deal counts for."""


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """A signal by which people or accounts are parted."""

    subject: Subject
    signal: str
    label: str


def build_segments(*, connection: duckdb.DuckDBPyConnection, now: datetime) -> int:
    """Replace ``icp.segment`` and this month's part of ``icp.segment_log``; returns the segments' number."""
    build_table(load_models()[SEGMENT], connection=connection, parameters={})
    ensure_table(load_models()[LOG], connection=connection)
    for dimension in _list_dimensions(connection):
        rows = _list_segments(dimension, connection=connection)
        if rows is not None:
            insert_frame(SEGMENT, rows, connection=connection)
    _compare(connection, now=now)
    _log(connection, now=now)
    return count_rows(SEGMENT, connection=connection)


def round_edges(numbers: Numbers) -> Numbers:
    """Where bands of numbers begin: at 1, 2 or 5 times a power of ten near the quantiles.

    Round edges stay where they are from month to month while quantiles move a little.

    >>> round_edges(np.arange(1.0, 1001)).tolist()
    [200.0, 500.0, 1000.0]
    >>> round_edges(np.array([0.0, 0, 0, 0, 0, 0, 0, 3, 8, 40])).tolist()
    [5.0]
    """
    if not len(numbers):
        return np.empty(0)
    cuts = np.quantile(numbers, np.arange(1, BANDS) / BANDS)
    edges = np.unique(np.array([_round(each) for each in cuts]))
    inside: Numbers = edges[(edges > numbers.min()) & (edges <= numbers.max())]
    return inside


def _round(number: float) -> float:
    if number == 0:
        return 0.0
    size = abs(number)
    power = 10.0 ** np.floor(np.log10(size))
    nearest = min(ROUND, key=lambda each: abs(np.log(each * power / size)))
    return float(np.copysign(nearest * power, number))


def _list_dimensions(connection: duckdb.DuckDBPyConnection) -> list[Dimension]:
    rows = connection.execute(
        "SELECT subject, signal, label FROM icp.signal WHERE side = $side AND signal <> $ideal",
        {"side": Side.FIT.value, "ideal": IDEAL_PROFILE},
    ).fetchall()
    return [
        Dimension(subject=Subject(subject), signal=signal, label=label) for subject, signal, label in rows
    ]


def _cut(column: "pd.Series[Any]") -> FieldBins:
    bins, _ = cut_field(column, most=MOST_LEVELS)
    if not isinstance(bins, NumberBins):
        return bins
    numbers = read_numbers(column)
    known = numbers[np.isfinite(numbers)]
    edges = np.append(known.min(initial=0), round_edges(known))
    return dataclasses.replace(bins, edges=edges, groups=(), trend=np.empty(0))


def _list_segments(dimension: Dimension, *, connection: duckdb.DuckDBPyConnection) -> pd.DataFrame | None:
    """None where the lessons know but one group, or are none."""
    lessons = connection.execute(
        f"""SELECT {quote_name(dimension.signal)} AS value, is_won
        FROM icp.{dimension.subject}_lesson ORDER BY subject_id"""
    ).df()
    won = lessons["is_won"].to_numpy(dtype=np.float64)
    bins = _cut(lessons["value"].rename(dimension.label))
    codes = bins.encode(lessons["value"])
    rows, wins = _count(codes, size=bins.size), _count(codes, won, size=bins.size)
    # What is in no group, such as rare levels together, tells something of what is usual: a group of its own.
    beside = bins.size
    if np.count_nonzero(rows[:beside]) <= 1:
        return None
    rates = estimate_win_rates(wins, rows)
    frame = pd.DataFrame(
        {
            "subject": dimension.subject.value,
            "signal": dimension.signal,
            "label": dimension.label,
            "segment": [each.label for each in bins.describe()],
            "at_least": [_end(each.lower) for each in bins.describe()],
            "below": [_end(each.upper) for each in bins.describe()],
            "level": [each.level for each in bins.describe()],
            "lesson_count": rows[:beside].astype(np.intp),
            "win_count": wins[:beside].astype(np.intp),
            "win_rate_pct": 100 * rates.rate[:beside],
            "win_rate_pct_at_least": 100 * rates.at_least[:beside],
            "win_rate_pct_at_most": 100 * rates.at_most[:beside],
            "usual_pct": 100 * won.mean(),
        }
        | _count_now(dimension, bins, connection=connection)
    )
    return frame[frame["lesson_count"] > 0]


def _count_now(
    dimension: Dimension, bins: FieldBins, *, connection: duckdb.DuckDBPyConnection
) -> dict[str, Numbers]:
    """Members and open deals of each group, from one row per distinct value."""
    column = quote_name(dimension.signal)
    value = known_number(column) if isinstance(bins, NumberBins) else f"CAST({column} AS VARCHAR)"
    owner = OWNERS[dimension.subject]
    values = connection.execute(
        f"""SELECT member.value, count(*) AS subject_count, sum(deal.deal_count) AS open_deal_count,
            sum(deal.amount) AS open_amount
        FROM (
            SELECT subject_id, {value} AS value FROM icp.{dimension.subject}_now
            WHERE NOT starts_with(subject_id, 'organisation:')
        ) AS member
        LEFT JOIN (
            SELECT {owner} AS subject_id, count(*) AS deal_count,
                sum(CAST(amount AS DECIMAL(38, 2))) AS amount
            FROM icp.open_deal GROUP BY {owner}
        ) AS deal ON member.subject_id = deal.subject_id
        GROUP BY member.value ORDER BY member.value"""
    ).df()
    codes = bins.encode(values["value"])
    return {
        name: _count(codes, values[name].fillna(0).to_numpy(dtype=np.float64), size=bins.size)[: bins.size]
        for name in ("subject_count", "open_deal_count", "open_amount")
    }


def _count(codes: Codes, weights: Numbers | None = None, *, size: int) -> Numbers:
    """Sum by bin; the last one is what is in none."""
    return np.bincount(codes, weights, minlength=size + 1).astype(np.float64)


def _end(value: float | None) -> float | None:
    return None if value is None or np.isinf(value) else value


def _compare(connection: duckdb.DuckDBPyConnection, *, now: datetime) -> None:
    """Set beside each segment what it was at the last run of the last month that had one."""
    connection.execute(
        f"""UPDATE {SEGMENT} AS segment
        SET earlier_win_rate_pct = earlier.win_rate_pct, earlier_open_amount = earlier.open_amount,
            change = CASE
                WHEN earlier.segment IS NULL THEN 'new'
                WHEN segment.win_rate_pct > earlier.win_rate_pct_at_most THEN 'better'
                WHEN segment.win_rate_pct < earlier.win_rate_pct_at_least THEN 'worse'
            END
        FROM {SEGMENT} AS known
        INNER JOIN (
            SELECT subject, max(month) AS month FROM {LOG}
            WHERE month < date_trunc('month', CAST($now AS TIMESTAMP)) GROUP BY subject
        ) AS last ON known.subject = last.subject
        LEFT JOIN {LOG} AS earlier
            ON last.month = earlier.month AND known.subject = earlier.subject
            AND known.signal = earlier.signal AND known.segment = earlier.segment
        WHERE segment.subject = known.subject AND segment.signal = known.signal
            AND segment.segment = known.segment""",
        {"now": as_timestamp(now)},
    )


def _log(connection: duckdb.DuckDBPyConnection, *, now: datetime) -> None:
    given = {"now": as_timestamp(now)}
    connection.execute(f"DELETE FROM {LOG} WHERE month = date_trunc('month', CAST($now AS TIMESTAMP))", given)
    columns = ", ".join(name for name in load_models()[LOG].columns if name != "month")
    connection.execute(
        f"""INSERT INTO {LOG} BY NAME
        SELECT CAST(date_trunc('month', CAST($now AS TIMESTAMP)) AS DATE) AS month, {columns}
        FROM {SEGMENT}""",
        given,
    )
