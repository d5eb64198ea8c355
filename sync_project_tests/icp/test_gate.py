import numpy as np
import pandas as pd
import pytest

from sync_project.icp.evaluation import evaluate_rolling_origins
from sync_project.icp.gate import Verdict, judge_origins, judge_signal
from sync_project.icp.scorecard import Scorecard
from sync_project_tests.icp.public_data import ibm_sales, maven_crm, x_education
from sync_project_tests.icp.small_people import simulate


def judge(probability, won, *, base_rate=0.5, minimum=5):
    return judge_signal(probability, won, base_rate=base_rate, minimum_wins=minimum, minimum_losses=minimum)


def judge_data(fields, won, moments):
    origins = evaluate_rolling_origins(fields, won, moments, make_model=Scorecard)
    return judge_origins(origins, minimum_wins=20, minimum_losses=20)


def test_clear_predictions_are_a_signal():
    found = judge([0.8] * 20 + [0.2] * 20, [1] * 18 + [0] * 2 + [0] * 18 + [1] * 2)
    assert found.verdict is Verdict.SIGNAL
    assert found.base_log_loss == pytest.approx(np.log(2))
    assert found.log_loss == pytest.approx(-0.9 * np.log(0.8) - 0.1 * np.log(0.2))
    assert found.gain == pytest.approx(found.base_log_loss - found.log_loss)
    assert found.reason == (
        "Signal found: over 40 later outcomes the model's log-loss is 0.3618 and the base rate's 0.6931, "
        "a gain of 0.3314 where 0.1315 is needed."
    )


def test_the_base_rate_itself_is_no_signal():
    found = judge([0.5] * 40, [1, 0] * 20)
    assert (found.verdict, found.gain, found.gain_error) == (Verdict.NO_SIGNAL, 0, 0)


def test_a_sure_gain_too_small_to_help_is_no_signal():
    outcomes = [1] * 5_000 + [0] * 5_000
    small, large = (judge([0.5 + edge] * 5_000 + [0.5 - edge] * 5_000, outcomes) for edge in (0.001, 0.01))
    assert small.gain > 0.001
    assert small.verdict is Verdict.NO_SIGNAL
    assert large.verdict is Verdict.SIGNAL


def test_a_lucky_handful_is_no_signal():
    assert judge([0.55] * 6 + [0.45] * 6, [1] * 4 + [0] * 2 + [0] * 4 + [1] * 2).verdict is Verdict.NO_SIGNAL


@pytest.mark.parametrize(("wins", "losses"), [(4, 40), (40, 4), (0, 0)])
def test_too_few_outcomes_are_not_judged(wins, losses):
    found = judge([0.5] * (wins + losses), [1] * wins + [0] * losses)
    assert found.verdict is Verdict.TOO_LITTLE_DATA
    assert found.gain is None
    assert f"{wins} wins and {losses} losses" in found.reason


def test_the_order_of_rows_changes_no_bit():
    random = np.random.default_rng(0)
    probability = random.random(300)
    won = (random.random(300) < probability).astype(int)
    order = random.permutation(300)
    assert judge(probability, won) == judge(probability[order], won[order])


def test_each_origin_is_held_against_the_base_rate_it_knew():
    people, won = simulate(400)
    origins = evaluate_rolling_origins(people, won, range(400), make_model=Scorecard)
    found = judge_origins(origins, minimum_wins=20, minimum_losses=20)
    assert found.base_log_loss == pytest.approx(np.mean([origin.base_log_loss for origin in origins]))
    assert found.verdict is Verdict.SIGNAL


def test_no_origin_at_all_is_too_little_data():
    assert judge_origins([], minimum_wins=1, minimum_losses=1).verdict is Verdict.TOO_LITTLE_DATA


def test_shuffled_labels_nearly_never_pass():
    passed = 0
    for seed in range(40):
        people, won = simulate(300, seed=seed)
        shuffled = np.random.default_rng(seed).permutation(won)
        passed += judge_data(people, shuffled, range(300)).verdict is Verdict.SIGNAL
    assert passed <= 1


def test_maven_has_no_signal_whichever_rows_are_drawn():
    fields, won, moments = maven_crm()
    assert judge_data(fields, won, moments).verdict is Verdict.NO_SIGNAL
    for seed in range(8):
        few = np.sort(np.random.default_rng(seed).choice(len(won), 500, replace=False))
        assert judge_data(fields.iloc[few], won.iloc[few], moments.iloc[few]).verdict is Verdict.NO_SIGNAL


@pytest.mark.parametrize("data", [x_education, ibm_sales])
def test_real_signal_is_found(data):
    assert judge_data(*data()).verdict is Verdict.SIGNAL


def test_a_few_hundred_rows_of_x_education_suffice():
    fields, won, moments = x_education()
    verdicts = []
    for seed in range(10):
        few = np.sort(np.random.default_rng(seed).choice(len(won), 300, replace=False))
        verdicts.append(judge_data(fields.iloc[few], won.iloc[few], moments.iloc[few]).verdict)
    assert verdicts.count(Verdict.SIGNAL) >= 9


def test_a_table_of_nothing_but_constants_has_no_signal():
    won = pd.Series([0, 1, 1] * 60)
    assert judge_data(pd.DataFrame({"Country": ["NL"] * 180}), won, range(180)).verdict is Verdict.NO_SIGNAL
