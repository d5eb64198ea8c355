import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from sync_project.icp.scorecard import Scorecard
from sync_project_tests.icp.small_people import simulate


@pytest.fixture(scope="module")
def fitted():
    people, won = simulate()
    return Scorecard().fit(people, won), people, won


def test_credible_intervals_hold_the_truth_as_often_as_they_claim():
    hits = []
    for seed in range(40):
        random = np.random.default_rng(seed)
        truth = pd.Series(random.normal(0, 0.6, 12), index=list("abcdefghijkl"))
        level = random.choice(truth.index, 500)
        won = random.random(500) < expit(truth[level].to_numpy() - 0.5)
        points = Scorecard().fit(pd.DataFrame({"Segment": level}), won).points().set_index("level")
        points = points.loc[truth.index]
        centred = truth - truth[level].mean()
        hits.append((points["points_lower"] <= centred) & (centred <= points["points_upper"]))
    assert 0.83 <= np.mean(hits) <= 0.97


def test_confidence_is_the_posterior_probability_of_the_shown_level(fitted):
    card, people, _ = fitted
    confidence = card.confidence(people, [-1.0, 1.0])
    middle = np.abs(card.decision_function(people)) < 0.05
    edge = np.abs(np.abs(card.decision_function(people)) - 1) < 0.05
    assert confidence[middle].min() > 0.9
    assert 0.4 < confidence[edge].mean() < 0.6
    assert (card.confidence(people, []) == 1).all()


def test_a_row_on_the_lowest_edge_is_below_it_and_on_another_above_it(fitted):
    card, people, _ = fitted
    [log_odds], [spread] = card.locate(people[:1])
    reach = 0.3 * spread

    low, high = (
        card.confidence(people[:1], edges)[0]
        for edges in ([log_odds, log_odds + reach], [log_odds - reach, log_odds])
    )

    assert (round(low, 9), round(high, 9)) == (0.5, 0.5)


def test_confidence_grows_with_data():
    people, _ = simulate(200, seed=9)
    few, many = (Scorecard().fit(*simulate(rows)).confidence(people, [-1, 1]).mean() for rows in (80, 4_000))
    assert few < many


@pytest.mark.parametrize("edges", [[1, -1], [0, 0], [np.nan, 1]])
def test_edges_out_of_order_are_refused(fitted, edges):
    card, people, _ = fitted
    with pytest.raises(ValueError, match=r"edges of the levels are .*: give them in ascending order"):
        card.confidence(people, edges)


def test_the_posterior_variance_is_that_of_the_summed_points(fitted):
    card, people, _ = fitted
    codes = [bins.encode(people[bins.field]) for bins in card.fields_]
    starts = 2 + np.cumsum([0, *[len(points) for points in card.points_.per_field[:-1]]])
    for row in range(20):
        picked = np.zeros(len(card.points_.covariance))
        picked[[0, *(start + code[row] for start, code in zip(starts, codes, strict=True))]] = 1
        expected = picked @ card.points_.covariance @ picked
        assert card.points_.variance([code[row : row + 1] for code in codes], offset=np.zeros(1)) == (
            pytest.approx(expected)
        )
