from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from sync_project.icp.trust.drift import LOG, TABLE, build_drift
from sync_project.warehouse.models import build_table, load_models
from sync_project_tests.icp.trust.predicted import keep_predictions

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def made():
    """No lessons yet, and a model of people whose usual odds are 1."""
    connection = keep_predictions([])
    for table in ("icp.model", "icp.prediction"):
        build_table(load_models()[table], connection=connection, parameters={})
    connection.execute(
        "INSERT INTO icp.model BY NAME SELECT 'person' AS subject, 'm' AS model_id, 0 AS middle, 'b' AS basis"
    )
    return connection


def score(made, *odds):
    """Replace everybody's prediction; each of the odds stands for 100 people."""
    made.execute("DELETE FROM icp.prediction")
    for number, each in enumerate(odds):
        made.execute(
            f"""INSERT INTO icp.prediction BY NAME SELECT 'person' AS subject, 'm' AS model_id,
                '{number} ' || range AS subject_id, ln({each}) AS log_odds FROM range(100)"""
        )


def findings(made, *, now=NOW):
    build_drift(connection=made, now=now)
    return made.execute(
        f"SELECT measure, compared_with, row_count, round(value, 3), verdict FROM {TABLE}"
    ).fetchall()


def test_scores_are_logged_in_bands_of_odds_once_a_day(made):
    for odds in ([1.0, 1.0], [0.25, 0.3, 0.6, 0.8, 1.2, 1.9, 3.0, 9.0]):
        score(made, *odds)
        build_drift(connection=made, now=NOW)
    assert made.execute(f"SELECT * FROM {LOG} ORDER BY band").fetchall() == [
        ("person", NOW.date(), "m", "b", band, 100) for band in range(1, 9)
    ]


def test_the_first_day_has_nothing_to_compare_with(made):
    score(made, 1, 2, 3)
    assert findings(made) == [
        ("population", "lessons", 300, None, "too_few"),
        ("calibration", "newest lessons", 0, None, "too_few"),
    ]


def test_nobody_scored_is_no_finding(made):
    assert findings(made) == []


def test_scores_are_compared_with_those_of_a_month_ago(made):
    for days, odds in ((40, [9, 9, 9]), (30, [0.6, 1.2, 3]), (2, [9, 9, 9])):
        score(made, *odds)
        build_drift(connection=made, now=NOW - timedelta(days=days))
    score(made, 0.6, 1.2, 3)
    assert findings(made)[1] == ("population", "2026-05-02", 300, 0.0, "steady")
    score(made, 0.6, 1.2, 9)
    assert findings(made)[1] == ("population", "2026-05-02", 300, pytest.approx(3.5, abs=0.1), "drifted")
    score(made, 0.6, 1.2)
    assert findings(made)[1] == ("population", "2026-05-02", 200, None, "too_few")


def test_a_younger_day_is_shown_and_not_judged(made):
    score(made, 9, 9, 9)
    build_drift(connection=made, now=NOW - timedelta(days=2))
    score(made, 0.6, 1.2, 3)
    assert findings(made)[1][1::3] == ("2026-05-30", "shown")


def test_scores_that_stood_on_other_rules_are_not_compared(made):
    score(made, 9, 9, 9)
    build_drift(connection=made, now=NOW - timedelta(days=40))
    made.execute("UPDATE icp.model SET basis = 'learnt'")
    score(made, 0.6, 1.2, 3)
    assert [compared_with for _, compared_with, *_ in findings(made)] == ["lessons", "newest lessons"]


def test_newest_outcomes_that_all_ended_alike_are_held_against_what_was_predicted(made):
    keep_predictions([{"probability": 0.3, "is_won": False}] * 300, connection=made)
    score(made, 1, 1, 1)
    assert findings(made)[-1][0::4] == ("calibration", "drifted")


def test_the_spread_among_lessons_is_shown_and_not_judged(made):
    keep_predictions([{"probability": 0.9}] * 300, connection=made)
    score(made, 0.2, 0.2, 0.2)
    assert findings(made)[0][1::3] == ("lessons", "shown")


@pytest.mark.parametrize(
    ("won", "value", "verdict"), [(0.5, 1.0, "steady"), (0.55, 1.0, "steady"), (0.8, 3.0, "drifted")]
)
def test_the_newest_outcomes_are_held_against_what_was_predicted(made, won, value, verdict):
    newest = [{"is_won": bool(each)} for each in np.arange(100) < 100 * won] * 3
    older = [{"origin_pct": 50, "is_won": True, "probability": 0.01}] * 100
    keep_predictions(older + newest, connection=made)
    score(made, 1)
    measure, _, rows, found, judged = findings(made)[-1]
    assert (measure, rows, judged) == ("calibration", 300, verdict)
    assert found == pytest.approx(value, abs=0.1)
