"""Whether scores still mean what they meant: ``icp.score_log`` and ``icp.score_drift``."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import duckdb
import numpy as np
import pandas as pd

from sync_project.icp.bins import Numbers
from sync_project.icp.features.signals import Subject
from sync_project.icp.trust.recalibration import measure_recalibration
from sync_project.warehouse.connection import as_timestamp, fetch_row
from sync_project.warehouse.models import build_table, ensure_table, insert_frame, load_models

LOG, TABLE = "icp.score_log", "icp.score_drift"

FEWEST_ROWS = 300
"""Fewer give false alarms: measured on public data."""

LARGEST_SHIFT = 0.25
"""Of the population stability index: the customary bound for a population that is another one."""

LARGEST_ODDS_ERROR = 1.5
"""Less than what holds scores back: this only warns."""

MONTH = timedelta(days=28)
BANDS = 8
_BAND = f"""CAST(CASE
    WHEN odds <= 0.25 THEN 1 WHEN odds <= 0.5 THEN 2 WHEN odds <= sqrt(0.5) THEN 3 WHEN odds <= 1 THEN 4
    WHEN odds <= sqrt(2) THEN 5 WHEN odds <= 2 THEN 6 WHEN odds <= 4 THEN 7 ELSE {BANDS}
END AS BIGINT)"""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A row of ``icp.score_drift``."""

    measure: str
    compared_with: str
    row_count: int
    value: float | None
    bound: float | None
    verdict: str
    reason: str


def build_drift(*, connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """Log how today's scores are spread, and compare them; a subject without scores has no rows."""
    _log_scores(connection, now=now)
    build_table(load_models()[TABLE], connection=connection, parameters={})
    for subject in Subject:
        found = [asdict(each) for each in _compare(subject, connection=connection, now=now)]
        if found:
            insert_frame(TABLE, pd.DataFrame(found).assign(subject=subject.value), connection=connection)


def measure_shift(then: Numbers, now: Numbers) -> float:
    """Population stability index of two counts by band; half a row is added to each, so none is empty.

    >>> round(measure_shift(np.array([50.0, 50.0]), np.array([50.0, 50.0])), 3)
    0.0
    >>> round(measure_shift(np.array([500.0, 500.0]), np.array([800.0, 200.0])), 2)
    0.41
    """
    before, after = ((each + 0.5) / (each + 0.5).sum() for each in (then, now))
    return round(float(((after - before) * np.log(after / before)).sum()), 12)


def _log_scores(connection: duckdb.DuckDBPyConnection, *, now: datetime) -> None:
    ensure_table(load_models()[LOG], connection=connection)
    today = {"now": as_timestamp(now)}
    connection.execute(f"DELETE FROM {LOG} WHERE logged_on = CAST($now AS DATE)", today)
    connection.execute(
        f"""INSERT INTO {LOG} BY NAME
        WITH placed AS (
            SELECT prediction.subject, prediction.model_id, model.basis,
                exp(prediction.log_odds - model.middle) AS odds
            FROM icp.prediction AS prediction
            INNER JOIN icp.model AS model ON prediction.subject = model.subject
        )
        SELECT subject, CAST($now AS DATE) AS logged_on, model_id, basis, {_BAND} AS band,
            count(*) AS subject_count
        FROM placed GROUP BY ALL ORDER BY ALL""",
        today,
    )


def _compare(subject: Subject, *, connection: duckdb.DuckDBPyConnection, now: datetime) -> Iterator[Finding]:
    present = _count_logged(subject, connection=connection, day=now)
    if not present.sum():
        return
    yield _judge_shift(
        _count_lessons(subject, connection=connection), present, compared_with="lessons", is_judged=False
    )
    earlier = _find_day_before(subject, connection=connection, now=now)
    if earlier is not None:
        then = _count_logged(subject, connection=connection, day=earlier)
        yield _judge_shift(
            then,
            present,
            compared_with=f"{earlier:%Y-%m-%d}",
            is_judged=earlier.date() <= as_timestamp(now - MONTH).date(),
        )
    yield _judge_newest(subject, connection=connection)


def _find_day_before(
    subject: Subject, *, connection: duckdb.DuckDBPyConnection, now: datetime
) -> datetime | None:
    """The newest logged day that is a month old, or else the oldest one; None on the first day.

    Of the days on which scores stood on what they stand on now: other rules spread them otherwise.
    """
    found = fetch_row(
        connection,
        f"""SELECT CAST(coalesce(
            max(CASE WHEN logged_on <= CAST($month_ago AS DATE) THEN logged_on END), min(logged_on)
        ) AS TIMESTAMP)
        FROM {LOG} WHERE subject = $subject AND logged_on < CAST($now AS DATE)
            AND basis = (
                SELECT max(basis) FROM {LOG} WHERE subject = $subject AND logged_on = CAST($now AS DATE)
            )""",
        {"subject": subject.value, "now": as_timestamp(now), "month_ago": as_timestamp(now - MONTH)},
    )
    return found[0] if found else None


def _count_logged(subject: Subject, *, connection: duckdb.DuckDBPyConnection, day: datetime) -> Numbers:
    rows = connection.execute(
        f"""SELECT band, sum(subject_count) FROM {LOG}
        WHERE subject = $subject AND logged_on = CAST($day AS DATE) GROUP BY band""",
        {"subject": subject.value, "day": as_timestamp(day)},
    ).fetchall()
    return _spread(rows)


def _count_lessons(subject: Subject, *, connection: duckdb.DuckDBPyConnection) -> Numbers:
    """The bands that the lessons of the backtest were shown in."""
    rows = connection.execute(
        f"""WITH placed AS (
            SELECT probability / (1 - probability) * (1 - base_rate) / base_rate AS odds
            FROM icp.backtest_prediction WHERE subject = $subject
        )
        SELECT {_BAND} AS band, count(*) FROM placed GROUP BY band""",
        {"subject": subject.value},
    ).fetchall()
    return _spread(rows)


def _spread(rows: list[tuple[int, int]]) -> Numbers:
    counts = np.zeros(BANDS)
    for band, count in rows:
        counts[band - 1] = count
    return counts


def _judge_shift(then: Numbers, present: Numbers, *, compared_with: str, is_judged: bool) -> Finding:
    fewest, rows = int(min(then.sum(), present.sum())), int(present.sum())
    bound = LARGEST_SHIFT if is_judged else None
    if fewest < FEWEST_ROWS:
        return _too_few("population", compared_with, rows, bound, had=fewest)
    shift = measure_shift(then, present)
    verdict = "shown" if not is_judged else "drifted" if shift > LARGEST_SHIFT else "steady"
    return Finding(
        measure="population",
        compared_with=compared_with,
        row_count=rows,
        value=shift,
        bound=bound,
        verdict=verdict,
        reason=f"The spread of {rows:,} scores is {shift:.2f} from that of {compared_with}"
        + (f", {LARGEST_SHIFT:g} is allowed." if is_judged else "."),
    )


def _judge_newest(subject: Subject, *, connection: duckdb.DuckDBPyConnection) -> Finding:
    """Hold predictions against the newest outcomes: the newest origin's, and older ones to have enough."""
    newest = connection.execute(
        """WITH numbered AS (
            SELECT probability, is_won, origin_pct, example_id, decided_at,
                row_number() OVER (ORDER BY decided_at DESC, example_id) AS place,
                max(origin_pct) OVER () AS newest_pct
            FROM icp.backtest_prediction WHERE subject = $subject
        )
        SELECT probability, is_won FROM numbered
        WHERE place <= $fewest OR origin_pct = newest_pct ORDER BY decided_at, example_id""",
        {"subject": subject.value, "fewest": FEWEST_ROWS},
    ).df()
    rows, bound = len(newest), LARGEST_ODDS_ERROR
    if rows < FEWEST_ROWS:
        return _too_few("calibration", "newest lessons", rows, bound, had=rows)
    probability, won = newest["probability"].to_list(), newest["is_won"].to_list()
    if len(set(won)) == 1:
        # As if one more had ended the other way, since odds of nothing cannot be held against any.
        probability, won = [*probability, sum(probability) / rows], [*won, not won[0]]
    found = measure_recalibration(probability, won)
    return Finding(
        measure="calibration",
        compared_with="newest lessons",
        row_count=rows,
        value=found.odds_error,
        bound=bound,
        verdict="drifted" if found.odds_error > bound else "steady",
        reason=f"Of the newest {rows:,} outcomes {found.observed:.1%} were won where {found.predicted:.1%} "
        f"were predicted: odds off by {found.odds_error:.2f} beyond chance, {bound:g} is allowed.",
    )


def _too_few(measure: str, compared_with: str, rows: int, bound: float | None, *, had: int) -> Finding:
    return Finding(
        measure=measure,
        compared_with=compared_with,
        row_count=rows,
        value=None,
        bound=bound,
        verdict="too_few",
        reason=f"Too few to tell: {had:,} of the {FEWEST_ROWS} that it takes.",
    )
