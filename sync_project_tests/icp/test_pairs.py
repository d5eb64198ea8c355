import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from sync_project.icp.bins import LevelBins
from sync_project.icp.features.signals import Subject
from sync_project.icp.model_rows import list_point_rows
from sync_project.icp.pairs import coarsen, exceed_chance
from sync_project.icp.scorecard import Scorecard
from sync_project_tests.icp.small_people import fingerprint, simulate

PAIR = "Industry \u00d7 Employees"


def cross(rows=600, *, seed=0):
    """Software wins where it is large and retail where it is small; neither field says a thing by itself."""
    random = np.random.default_rng(seed)
    people = pd.DataFrame(
        {
            "Industry": random.choice(["Software", "Retail"], rows),
            "Country": "NL",
            "Employees": random.integers(1, 1_000, rows).astype(float),
            "Colour": random.choice(["red", "green", "blue"], rows),
        }
    )
    is_large = people["Employees"] >= 500
    won = (is_large == (people["Industry"] == "Software")) ^ (random.random(rows) < 0.03)
    return people, won.to_numpy()


@pytest.fixture(scope="module")
def crossed():
    people, won = cross()
    return Scorecard(pairs=8).fit(people, won), people, won


def test_fields_that_speak_only_together_are_heard_as_a_pair(crossed):
    card, people, won = crossed
    later, later_won = cross(seed=1)
    alone = Scorecard().fit(people, won)
    assert [pair.field for pair in card.pairs_] == [PAIR]
    assert roc_auc_score(later_won, card.decision_function(later)) > 0.9
    assert 0.4 < roc_auc_score(later_won, alone.decision_function(later)) < 0.6


def test_fields_that_speak_for_themselves_make_no_pair_and_change_no_bit():
    for seed in range(5):
        people, won = simulate(seed=seed)
        card = Scorecard(pairs=8).fit(people, won)
        assert card.pairs_ == []
        assert fingerprint(card) == fingerprint(Scorecard().fit(people, won))


def test_with_pairs_the_contributions_still_sum_to_the_score(crossed):
    card, people, _ = crossed
    strange = pd.DataFrame(
        {
            "Industry": ["Software", "Mining", None, "Retail", "Retail"],
            "Country": ["BE", None, "NL", "NL", "NL"],
            "Employees": [np.inf, 700, 700, np.nan, -np.inf],
            "Colour": ["red", "black", None, "blue", "red"],
        }
    )
    for table in (people, strange, people[:0]):
        contributions = card.contributions(table)
        assert list(contributions) == [*people, PAIR]
        total = card.base_log_odds_ + contributions.sum(axis=1)
        np.testing.assert_allclose(total, card.decision_function(table), atol=1e-9, rtol=0)
        assert np.isfinite(card.confidence(table, [-1, 1])).all()
    assert (card.contributions(strange)[PAIR] == 0).tolist() == [False, True, True, True, False]


def test_points_of_a_pair_are_those_of_its_cells(crossed):
    card, people, _ = crossed
    points = card.points().query("kind == 'pair'").set_index("label")
    assert points["count"].sum() == len(people)
    assert set(points["field"]) == {PAIR}
    large = people["Employees"] >= 780
    [label] = [each for each in points.index if each.startswith("Industry = Retail") and "or more" in each]
    assert label.startswith("Industry = Retail and Employees 7")
    in_cell = card.contributions(people)[PAIR][large & (people["Industry"] == "Retail")]
    assert in_cell.unique().tolist() == [points.loc[label, "points"]]
    assert points.loc[label, "points_upper"] < 0


def test_with_pairs_neither_the_order_of_rows_nor_threads_change_a_bit(crossed):
    card, people, won = crossed
    order = np.random.default_rng(5).permutation(len(people))
    with threadpool_limits(limits=2, user_api="blas"):
        again = Scorecard(pairs=8).fit(people.iloc[order], won[order])
    assert fingerprint(again) == fingerprint(card)


def test_a_cell_with_few_wins_or_losses_contributes_nothing(crossed):
    _, people, won = crossed
    rare = people.index < 12
    card = Scorecard(pairs=1).fit(people.assign(Industry=people["Industry"].mask(rare, "Mining")), won)
    assert [pair.field for pair in card.pairs_] == [PAIR]
    contributions = card.contributions(people.assign(Industry="Mining"))
    assert (contributions["Industry"] != 0).all()
    assert (contributions[PAIR] == 0).all()


@pytest.mark.parametrize("pairs", [1, 2])
def test_no_more_pairs_are_taken_than_asked_for_the_clearest_first(pairs):
    people, won = cross(2_000)
    other, other_won = cross(2_000, seed=1)
    both = people.join(other.add_prefix("Other "))
    take = np.random.default_rng(2).random(len(won)) < 0.65
    card = Scorecard(pairs=pairs).fit(both, np.where(take, won, other_won))
    names = [PAIR, "Other Industry \u00d7 Other Employees"]
    assert [pair.field for pair in card.pairs_] == names[:pairs]


def test_a_pair_with_the_name_of_a_column_is_left_out(crossed):
    _, people, won = crossed
    assert Scorecard(pairs=8).fit(people.assign(**{PAIR: "x"}), won).pairs_ == []


def test_levels_beyond_the_three_commonest_share_a_coarse_bin():
    bins = LevelBins(field="Region", levels=tuple("abcde"), has_missing=True, groups=())
    coarse = coarsen(bins, np.array([9, 8, 7, 6, 5, 4, 0]))
    assert coarse.of_code.tolist() == [0, 1, 2, 3, 3, 4, 5]
    assert coarse.labels == (
        "Region = a",
        "Region = b",
        "Region = c",
        "Region = any other known",
        "Region missing",
    )


def test_what_rows_and_columns_say_already_is_no_pair():
    weights = np.array([[9.0, 4.0, 6.0], [5.0, 7.0, 8.0]])
    additive = weights * (np.array([[0.5], [-0.5]]) + np.array([[0.2, 0.9, -0.3]]))
    assert -9.3 < exceed_chance(additive, weights, level=0.01) < -9.2
    assert exceed_chance(additive[:1], weights[:1], level=0.01) == -np.inf
    assert exceed_chance(additive, np.zeros_like(weights), level=0.01) == -np.inf


def test_points_with_pairs_are_not_published(crossed):
    card, _, _ = crossed
    with pytest.raises(
        ValueError, match=r"scorecard of person has points for pairs of fields \(1\), .*: fit it with pairs=0"
    ):
        list_point_rows(Subject.PERSON, [], card)
