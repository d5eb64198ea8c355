import numpy as np
import pytest
from scipy.special import expit

from sync_project.icp.win_rates import estimate_win_rates

GROUPS = 12


def simulate(*, lessons, apart, sets=40, usual=-1.1, seed=1):
    """Of random groups of random sizes: true rates, raw rates, and the estimates, of each with a lesson."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(sets):
        true = expit(usual + rng.normal(0, apart, GROUPS))
        rows = rng.multinomial(lessons, rng.dirichlet(np.ones(GROUPS)))
        wins = rng.binomial(rows, true)
        rates = estimate_win_rates(wins, rows)
        raw = wins / np.maximum(rows, 1)
        found.append(np.stack([true, raw, rates.rate, rates.at_least, rates.at_most])[:, rows > 0])
    return np.concatenate(found, axis=1)


@pytest.mark.parametrize(("lessons", "apart"), [(100, 0.5), (500, 0.2), (500, 0.5), (500, 1.0), (3_000, 0.5)])
def test_intervals_of_90_percent_hold_the_true_rate_in_83_to_97_percent(lessons, apart):
    true, raw, rate, at_least, at_most = simulate(lessons=lessons, apart=apart)

    covered = float(((at_least <= true) & (true <= at_most)).mean())
    assert 0.83 <= covered <= 0.97
    assert np.sqrt(((rate - true) ** 2).mean()) < 0.9 * np.sqrt(((raw - true) ** 2).mean())


def test_where_groups_do_not_differ_the_best_one_claims_little():
    """These are draws of one in four; the raw rates would promise the best group 40 %."""
    wins = [2, 8, 14, 28, 1, 6, 6, 0, 14, 1, 5, 55]
    rows = [5, 20, 68, 106, 7, 21, 19, 4, 44, 3, 18, 185]

    rates = estimate_win_rates(wins, rows)

    assert rates.rate.max() < 0.3
    assert (rates.at_least < 0.25).all()


def test_a_group_without_lessons_is_like_the_others_and_less_sure():
    rates = estimate_win_rates([30, 28, 0], [100, 100, 0])

    assert 0.25 < rates.rate[2] < 0.35
    assert rates.at_most[2] - rates.at_least[2] > 1.5 * (rates.at_most[0] - rates.at_least[0])


@pytest.mark.parametrize(
    ("wins", "lessons"), [([0, 0], [5, 9]), ([5, 9], [5, 9]), ([1], [1]), ([0, 0], [60, 40])]
)
def test_wins_alone_losses_alone_and_a_single_lesson_are_enough(wins, lessons):
    rates = estimate_win_rates(wins, lessons)

    assert np.isfinite([rates.rate, rates.at_least, rates.at_most]).all()
    assert (rates.at_least < rates.rate).all()
    assert (rates.rate < rates.at_most).all()


def test_many_lessons_leave_the_raw_rate():
    rates = estimate_win_rates([6_000, 1_000], [20_000, 20_000])

    assert rates.rate.round(3).tolist() == [0.3, 0.05]
    assert (rates.at_most - rates.at_least < 0.012).all()
