from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from sync_project.icp.gate import Verdict
from sync_project.icp.judgement import judge_lessons
from sync_project.icp.lessons import Lessons
from sync_project.settings.load import load_settings
from sync_project_tests.icp.public_data import ibm_sales, maven_crm, x_education

SETTINGS = load_settings(None).icp


def make_lessons(values, won, moments=None):
    rows = len(won)
    start = datetime(2025, 1, 1)
    decided_at = (
        pd.Series([start + timedelta(hours=hour) for hour in range(rows)])
        if moments is None
        else moments.reset_index(drop=True)
    )
    return Lessons(
        values=values.reset_index(drop=True),
        names=pd.Series([f"lesson {number:06}" for number in range(rows)]),
        is_won=pd.Series(np.asarray(won) > 0),
        decided_at=decided_at,
    )


def draw(chance, *, seed=0):
    """Outcomes of 400 people, half of them toy makers; ``chance`` gives theirs and the others'."""
    rng = np.random.default_rng(seed)
    toys = np.arange(400) % 2 == 0
    values = pd.DataFrame({"industry": np.where(toys, "Toys", "Coal"), "team": rng.choice(list("abc"), 400)})
    return values, (rng.random(400) < np.where(toys, *chance)).astype(int)


def judge(values, won, **changed):
    return judge_lessons(make_lessons(values, won), settings=SETTINGS.model_copy(update=changed))


def test_a_healthy_model_is_a_signal_and_tells_what_it_said_at_each_origin():
    judgement = judge(*draw((0.6, 0.1)))
    assert judgement.verdict is Verdict.SIGNAL
    assert [each.trained_rows for each in judgement.origins] == [200, 240, 280, 320, 360]
    assert judgement.later.rows == 200
    assert 0.7 < judgement.later.auc < 0.95
    assert judgement.later.log_loss < judgement.base_log_loss


def test_a_field_that_knows_the_outcome_is_named_and_may_be_vouched_for():
    values, won = draw((0.6, 0.1))
    told = values.assign(stage=np.where(won == 1, "Invoiced", "Dropped"))
    judgement = judge(told, won)
    assert judgement.verdict is Verdict.LEAK
    assert judgement.reason == (
        "Leak: the model ranks 200 later outcomes with an AUC of 1.000, above 0.95, as if it had been told "
        "them; look at stage (1.000 by itself). Take out signals that are filled in because of the outcome, "
        "or raise icp.highest_auc if they are known before it."
    )
    assert judge(told, won, highest_auc=1.0).verdict is Verdict.SIGNAL


@pytest.mark.parametrize(("rows", "later_wins", "verdict"), [(50, 10, "leak"), (46, 9, "too_little_data")])
def test_a_leak_shows_before_there_is_enough_to_prove_a_signal(rows, later_wins, verdict):
    values, won = (each[:rows] for each in draw((0.6, 0.1), seed=1))
    told = values.assign(stage=np.where(won == 1, "Invoiced", "Dropped"))

    assert (won.sum() < 20, won[rows // 2 :].sum()) == (True, later_wins)
    assert judge(values, won).verdict is Verdict.TOO_LITTLE_DATA
    assert judge(told, won).verdict == verdict


def test_odds_that_miss_what_followed_are_told_with_both_shares():
    values, won = draw((0.9, 0.5))
    _later_values, later = draw((0.55, 0.02), seed=1)
    won[200:] = later[200:]
    judgement = judge(values, won)
    assert judgement.verdict is Verdict.MISCALIBRATED
    assert judgement.reason.startswith("Miscalibrated: 27.5% of 200 later outcomes were won where ")
    assert "odds that are off by a factor of at least " in judgement.reason
    assert judgement.reason.endswith("or raise icp.largest_odds_error.")
    assert judge(values, won, largest_odds_error=10).verdict is Verdict.SIGNAL


def test_exaggerated_differences_are_stopped_by_the_gate():
    values, won = draw((0.99, 0.01))
    _, later = draw((0.7, 0.3), seed=1)
    won[200:] = later[200:]
    assert judge(values, won).verdict is Verdict.NO_SIGNAL


@pytest.mark.parametrize("rows", [100, 200, 400])
def test_healthy_models_of_little_data_are_never_called_miscalibrated(rows):
    bad = {Verdict.MISCALIBRATED, Verdict.LEAK}
    for seed in range(10):
        values, won = draw((0.6, 0.1), seed=seed)
        assert judge(values[:rows], won[:rows]).verdict not in bad


@pytest.mark.parametrize(
    ("data", "verdict"),
    [(x_education, Verdict.SIGNAL), (ibm_sales, Verdict.SIGNAL), (maven_crm, Verdict.NO_SIGNAL)],
)
def test_public_data_are_judged_as_they_are_known_to_be(data, verdict):
    lessons = make_lessons(*data())
    assert judge_lessons(lessons, settings=SETTINGS).verdict is verdict


def test_a_leak_planted_in_public_data_is_named():
    values, won, moments = x_education()
    is_told = np.random.default_rng(0).random(len(won)) < 0.98
    told = values.assign(planted=np.where(is_told, won, 1 - won))
    judgement = judge_lessons(make_lessons(told, won, moments), settings=SETTINGS)
    assert judgement.verdict is Verdict.LEAK
    assert "look at planted (0.9" in judgement.reason
