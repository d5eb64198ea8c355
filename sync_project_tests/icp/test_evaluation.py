from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from sync_project.icp.evaluation import (
    Evaluation,
    evaluate,
    evaluate_rolling_origins,
    evaluate_together,
    measure_calibration_error,
    measure_costs,
    measure_lift,
)
from sync_project.icp.scorecard import Scorecard
from sync_project_tests.icp.public_data import x_education

DAY = timedelta(days=1)


class BaseRate:
    """Predicts the win rate it saw, and remembers what it was fitted on."""

    def fit(self, X, y):  # noqa: N803
        self.rows, self.rate = sorted(X["Row"]), y.mean()
        return self

    def predict_proba(self, X):  # noqa: N803
        return np.tile([1 - self.rate, self.rate], (len(X), 1))


def days(*numbers):
    return [datetime(2026, 1, 1, tzinfo=UTC) + number * DAY for number in numbers]


def test_predictions_are_measured_as_the_textbooks_say():
    assert evaluate([0.8, 0.6, 0.4, 0.2], [1, 0, 1, 0]) == Evaluation(
        rows=4,
        wins=2,
        auc=0.75,
        log_loss=pytest.approx(-np.log([0.8, 0.4, 0.4, 0.8]).mean()),
        brier=pytest.approx(0.2),
        calibration_error=pytest.approx(0.4),
        top_decile_lift=2.0,
    )


def test_one_class_alone_cannot_be_ranked():
    evaluation = evaluate([0.5, 0.25], [0, 0])
    assert (evaluation.auc, evaluation.top_decile_lift) == (None, None)
    assert evaluation.brier == pytest.approx(0.15625)


def test_the_order_of_rows_changes_no_bit():
    random = np.random.default_rng(0)
    probability, won = random.random(500), (random.random(500) < 0.4).astype(int)
    order = random.permutation(500)
    assert evaluate(probability, won) == evaluate(probability[order], won[order])


def test_predictions_and_outcomes_must_match():
    with pytest.raises(ValueError, match="1 predictions for 2 outcomes"):
        evaluate([0.5], [1, 0])


@pytest.mark.parametrize(
    ("probability", "won", "error"),
    [
        ([0.05, 0.05], [0, 0], 0.05),
        ([1.0, 1.0], [1, 1], 0),
        ([0.95, 0.95, 0.15, 0.15], [1, 0, 0, 0], 0.3),
    ],
)
def test_calibration_error_is_the_mean_distance_per_step(probability, won, error):
    assert measure_calibration_error(np.array(probability), np.array(won)) == pytest.approx(error)


@pytest.mark.parametrize(
    ("probability", "lift"),
    [
        ([0.9, 0.8] + [0.1] * 18, 10),
        ([0.5] * 20, 1),
        ([0.9] + [0.5] * 19, 5 + 5 / 19),
    ],
)
def test_ties_at_the_end_of_the_top_decile_count_in_part(probability, lift):
    assert measure_lift(np.array(probability), np.array([1, 1] + [0] * 18)) == pytest.approx(lift)


def test_certainty_that_fails_costs_much_but_not_infinity():
    assert measure_costs(np.array([0.0, 1.0]), np.array([1.0, 1.0])) == pytest.approx([34.54, 0], abs=0.01)


def test_training_sees_the_oldest_rows_only():
    table = pd.DataFrame({"Row": range(10)})
    [timed] = evaluate_rolling_origins(
        table, [0, 1] * 5, days(*range(9, -1, -1)), origins=[0.7], make_model=BaseRate
    )
    assert timed.model.rows == [3, 4, 5, 6, 7, 8, 9]
    assert (timed.origin, timed.trained_rows, timed.trained_wins) == (0.7, 7, 4)
    assert timed.base_rate == pytest.approx(4 / 7)
    assert (timed.tested.tolist(), timed.won.tolist()) == ([2], [0])


def test_origins_rank_each_for_itself_and_are_measured_together():
    table = pd.DataFrame({"Row": range(40)})
    won = np.array([0, 1] * 10 + [0, 1] * 2 + [0, 0, 0, 1] + [1, 1, 1, 0] + [0, 1] * 4)
    origins = evaluate_rolling_origins(table, won, days(*range(40)), origins=[0.6, 0.7], make_model=BaseRate)
    ranked = [np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.9, 0.8, 0.7, 0.6])]
    together = evaluate_together(origins, ranked)
    assert evaluate(np.concatenate(ranked), np.concatenate([each.won for each in origins])).auc == 0.9375
    assert (together.auc, together.top_decile_lift) == (1.0, pytest.approx((4 + 4 / 3) / 2))
    assert together.rows == 8


def test_a_model_that_learnt_nothing_costs_what_the_base_rate_costs():
    table = pd.DataFrame({"Row": range(10)})
    [timed] = evaluate_rolling_origins(
        table, [0, 1] * 5, days(*range(10)), origins=[0.8], make_model=BaseRate
    )
    assert timed.evaluation.log_loss == pytest.approx(timed.base_log_loss)


def test_rows_of_one_moment_are_never_split():
    table = pd.DataFrame({"Row": range(10)})
    [timed] = evaluate_rolling_origins(
        table, [0, 1] * 5, days(0, 0, 0, 1, 1, 1, 1, 2, 2, 2), origins=[0.6], make_model=BaseRate
    )
    assert (timed.model.rows, timed.tested.tolist()) == ([0, 1, 2], [3, 4, 5, 6])


def test_a_cut_without_a_past_is_left_out():
    table = pd.DataFrame({"Row": range(4)})
    assert evaluate_rolling_origins(table, [0, 1, 0, 1], days(5, 5, 5, 5), make_model=BaseRate) == []


def test_rows_without_a_time_are_an_error():
    table = pd.DataFrame({"Row": range(2)})
    with pytest.raises(ValueError, match="1 rows have no time of decision"):
        evaluate_rolling_origins(table, [0, 1], [datetime(2026, 1, 1, tzinfo=UTC), None], make_model=BaseRate)


def test_rolling_origins_test_each_row_of_the_newer_half_once():
    table = pd.DataFrame({"Row": range(100)})
    origins = evaluate_rolling_origins(table, [0, 1] * 50, days(*range(100)), make_model=BaseRate)
    assert [origin.trained_rows for origin in origins] == [50, 60, 70, 80, 90]
    assert [origin.evaluation.rows for origin in origins] == [10, 10, 10, 10, 10]


def test_origins_before_the_first_win_are_left_out():
    table = pd.DataFrame({"Row": range(100)})
    won = [0] * 75 + [1] * 25
    origins = evaluate_rolling_origins(table, won, days(*range(100)), make_model=BaseRate)
    assert [origin.trained_rows for origin in origins] == [80, 90]


def test_x_education_in_time_order_reaches_what_was_measured():
    origins = [origin.evaluation for origin in evaluate_rolling_origins(*x_education(), make_model=Scorecard)]
    assert np.mean([each.auc for each in origins]) > 0.864
    assert np.mean([each.brier for each in origins]) < 0.146
    assert np.mean([each.calibration_error for each in origins]) < 0.055
    assert np.mean([each.top_decile_lift for each in origins]) > 2.24
