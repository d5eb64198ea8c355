import numpy as np
import pytest

from sync_project.icp.trust.recalibration import measure_recalibration


def outcomes(*shares):
    """1,000 outcomes for each (predicted, observed)."""
    predicted = np.repeat([each for each, _ in shares], 1_000)
    won = np.concatenate([np.arange(1_000) < 1_000 * observed for _, observed in shares])
    return predicted, won


def test_odds_that_are_twice_too_high_are_moved_down_by_log_two():
    found = measure_recalibration(*outcomes((0.5, 1 / 3)))
    assert found.shift == pytest.approx(-np.log(2), abs=5e-3)
    assert found.shift_error == pytest.approx(1 / np.sqrt(1_000 * 2 / 9), rel=0.01)
    assert found.odds_error == pytest.approx(2 * np.exp(-2 * found.shift_error), rel=0.01)
    assert (found.predicted, found.observed, found.slope) == (0.5, 0.334, None)


def test_exaggerated_differences_have_a_slope_below_one():
    odds = np.array([0.25, 4.0])
    found = measure_recalibration(*outcomes((0.2, 1 / 3), (0.8, 2 / 3)))
    assert found.slope == pytest.approx(np.log(2) / np.log(odds[1]), abs=5e-3)
    assert found.shift == pytest.approx(0, abs=5e-3)
    assert found.odds_error == 1


def test_outcomes_that_part_without_overlap_end_in_finite_figures():
    found = measure_recalibration([0.2] * 20 + [0.8] * 20, [0] * 20 + [1] * 20)
    assert found.slope > 5
    assert np.isfinite([found.slope, found.slope_error, found.shift_error]).all()


def test_certainty_that_fails_is_measured_too():
    assert measure_recalibration([0.0] * 50 + [1.0] * 50, [0, 1] * 50).slope == pytest.approx(0, abs=1e-6)
