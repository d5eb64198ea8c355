from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.base import clone
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_score
from sklearn.utils import estimator_checks
from threadpoolctl import threadpool_limits

from sync_project.icp.scorecard import Scorecard
from sync_project_tests.icp.public_data import ibm_sales, x_education
from sync_project_tests.icp.small_people import fingerprint, simulate


@pytest.fixture(scope="module")
def fitted():
    people, won = simulate()
    return Scorecard().fit(people, won), people, won


def test_it_learns_who_wins(fitted):
    # The true log-odds have an AUC of 0.74 on these rows.
    card, _, _ = fitted
    people, won = simulate(seed=1)
    assert roc_auc_score(won, card.decision_function(people)) > 0.7


def test_base_plus_contributions_are_the_log_odds(fitted):
    card, people, _ = fitted
    total = card.base_log_odds_ + card.contributions(people).sum(axis=1)
    np.testing.assert_allclose(total, card.decision_function(people), atol=1e-9, rtol=0)


VALUES = {
    "Industry": st.sampled_from(["Software", "Retail", "Unheard of", None]),
    "Employees": st.none() | st.floats(allow_nan=True, allow_infinity=True),
    "Colour": st.text(max_size=3) | st.none(),
    "Is partner": st.booleans() | st.none(),
}


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.fixed_dictionaries(VALUES), min_size=1, max_size=5))
def test_the_sum_holds_for_any_row_whatsoever(fitted, rows):
    card, _, _ = fitted
    people = pd.DataFrame(rows, columns=list(VALUES)).astype({"Employees": float})
    total = card.base_log_odds_ + card.contributions(people).sum(axis=1)
    assert np.abs(total - card.decision_function(people)).max() < 1e-9
    assert np.isfinite(card.predict_proba(people)).all()
    assert card.confidence(people, [-1, 1]).clip(0, 1).tolist() == card.confidence(people, [-1, 1]).tolist()


SMALL = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", None]),
        st.none() | st.floats(allow_infinity=True, allow_nan=True),
        st.sampled_from(["1", 1, 1.0, True, "true", pd.NA]),
        st.booleans(),
    ),
    min_size=2,
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(rows=SMALL, random=st.randoms(use_true_random=False))
def test_any_table_with_both_classes_can_be_fitted_in_any_order_of_its_rows(rows, random):
    people = pd.DataFrame(rows, columns=["text", "number", "mixed", "won"]).astype({"number": float})
    people["mixed"] = pd.Series([row[2] for row in rows], dtype=object)
    people["won"] = [row[3] for row in rows[:-2]] + [True, False]
    won = people.pop("won")
    card = Scorecard().fit(people, won)
    assert np.isfinite(card.predict_proba(people)).all()
    assert np.isfinite(card.points()["points"]).all()
    order = random.sample(range(len(rows)), len(rows))
    assert fingerprint(Scorecard().fit(people.iloc[order], won.iloc[order])) == fingerprint(card)


@pytest.mark.parametrize(
    "column",
    [
        pd.array([1, 2, pd.NA] * 20, dtype="Int64"),
        pd.array([0.5, 2, pd.NA] * 20, dtype="Float64"),
        pd.array([True, False, pd.NA] * 20, dtype="boolean"),
        pd.array(["a", "", pd.NA] * 20, dtype="string"),
        pd.Categorical(["a", "b", None] * 20, categories=["unused", "b", "a"], ordered=True),
        pd.Series([Decimal("0.5"), Decimal("Infinity"), Decimal("NaN")] * 20),
        pd.Series([pd.NA, None, np.nan] * 20, dtype=object),
        pd.Series([np.inf, -np.inf, np.nan] * 20),
        pd.Series([1e308, -1e308, 5e-324] * 20),
        pd.Series([10**30, -(10**30), None] * 20, dtype=object),
        pd.Series([2**64 - 1, 0, 1] * 20, dtype="uint64"),
        pd.Series([f"name {place}" for place in range(60)]),
    ],
)
def test_any_kind_of_column_gives_finite_contributions_that_sum_to_the_score(column):
    people = pd.DataFrame({"Field": column, "Region": ["north", "south"] * 30})
    card = Scorecard().fit(people, [True, False, True, False, False] * 12)
    contributions = card.contributions(people)
    assert np.isfinite(contributions).all(axis=None)
    assert np.isfinite(card.confidence(people, [-1, 1])).all()
    total = card.base_log_odds_ + contributions.sum(axis=1)
    np.testing.assert_allclose(total, card.decision_function(people), atol=1e-12, rtol=0)


def test_contributions_are_differences_to_the_average_training_row(fitted):
    card, people, _ = fitted
    np.testing.assert_allclose(card.contributions(people).mean(), 0, atol=1e-12)
    assert card.decision_function(people).mean() == pytest.approx(card.base_log_odds_)


def test_the_order_of_rows_changes_no_bit(fitted):
    card, people, won = fitted
    order = np.random.default_rng(5).permutation(len(people))
    again = Scorecard().fit(people.iloc[order], won[order])
    pd.testing.assert_frame_equal(again.points(), card.points(), check_exact=True)
    assert again.base_log_odds_ == card.base_log_odds_


@pytest.mark.parametrize("threads", [1, 2])
def test_the_number_of_threads_changes_no_bit(fitted, threads):
    card, people, won = fitted
    with threadpool_limits(limits=threads, user_api="blas"):
        assert fingerprint(Scorecard().fit(people, won)) == fingerprint(card)


def test_a_constant_field_contributes_nothing():
    people, won = simulate()
    card = Scorecard().fit(people.assign(Constant="x", Zero=0, Empty=np.nan), won)
    assert (
        card.contributions(people.assign(Constant="y", Zero=9, Empty=1.0))[["Constant", "Zero", "Empty"]] == 0
    ).all(axis=None)
    plain = Scorecard().fit(people, won)
    pd.testing.assert_frame_equal(card.points(), plain.points())


def test_an_unseen_level_contributes_nothing(fitted):
    card, people, _ = fitted
    assert (card.contributions(people.assign(Industry="Mining"))["Industry"] == 0).all()


def test_rare_levels_are_shrunk_towards_the_average():
    levels = ["common"] * 60 + ["other"] * 60 + ["rare"] * 2
    won = [1, 0] * 15 + [1] * 30 + [0, 1] * 15 + [0] * 30 + [1, 1]
    points = Scorecard().fit(pd.DataFrame({"Level": levels}), won).points().set_index("level")["points"]
    assert 0 < points["rare"] < points["common"]


def test_noise_gets_almost_no_points_where_there_is_plenty_of_it():
    random = np.random.default_rng(0)
    people = pd.DataFrame({f"Noise {i}": random.choice(list("abcdefgh"), 4_000) for i in range(6)})
    points = Scorecard().fit(people, random.random(4_000) < 0.3).points()["points"]
    assert points.abs().max() < 0.12


def test_a_steady_rise_is_learnt_from_few_rows():
    random = np.random.default_rng(3)
    size = random.permutation(120)
    won = random.random(120) < expit((size - 60) / 30)
    points = Scorecard().fit(pd.DataFrame({"Size": size}), won).points()["points"]
    assert (points.diff().dropna() > 0).mean() > 0.7


def test_points_say_what_is_in_each_bin(fitted):
    card, people, _ = fitted
    points = card.points()
    industry = points[points["field"] == "Industry"].set_index("level")
    assert sorted(industry["label"]) == ["Industry = Banking", "Industry = Retail", "Industry = Software"]
    assert industry["count"].to_dict() == people["Industry"].value_counts().to_dict()
    assert industry.loc["Software", "points"] > 0.5 > -0.5 > industry.loc["Retail", "points"]
    assert (points["points_lower"] < points["points"]).all()
    assert (points["points"] < points["points_upper"]).all()
    assert points.groupby("kind").size().to_dict().keys() == {"level", "missing", "number"}
    numbers = points[points["kind"] == "number"]
    assert (numbers["upper"].to_numpy()[:-1] == numbers["lower"].to_numpy()[1:]).all()


def test_points_and_base_rebuild_the_score(fitted):
    """What SQL does with the table: one look-up per field, summed."""
    card, people, _ = fitted
    points = card.points()
    total = np.full(len(people), card.base_log_odds_)
    for field, bins in points.groupby("field"):
        for row in bins.itertuples():
            value = people[field]
            hit = {
                "number": value.ge(row.lower) & value.lt(row.upper) if row.kind == "number" else None,
                "level": value.astype(str).str.lower() == str(row.level).lower(),
                "missing": value.isna(),
            }[row.kind]
            total[hit.to_numpy(dtype=bool)] += row.points
    np.testing.assert_allclose(total, card.decision_function(people), atol=1e-9)


def test_the_order_of_columns_does_not_matter(fitted):
    card, people, _ = fitted
    assert (card.decision_function(people[people.columns[::-1]]) == card.decision_function(people)).all()


def test_no_rows_to_score_give_no_scores(fitted):
    card, people, _ = fitted
    assert card.predict_proba(people[:0]).shape == (0, 2)
    assert card.contributions(people[:0]).shape == (0, 4)
    assert card.confidence(people[:0], [-1, 1]).shape == (0,)


def test_a_table_without_any_useful_field_predicts_the_base_rate():
    card = Scorecard().fit(pd.DataFrame({"Constant": ["x"] * 10}), [1] * 3 + [0] * 7)
    assert card.predict_proba(pd.DataFrame({"Constant": ["x"]}))[0, 1] == pytest.approx(0.3)
    assert card.points().empty


def test_scikit_learn_takes_it_for_one_of_its_own(fitted):
    card, people, won = fitted
    assert clone(Scorecard(interval=0.5)).get_params() == {
        "interval": 0.5,
        "max_columns": 2_000,
        "pairs": 0,
    }
    assert cross_val_score(Scorecard(), people, won, cv=3, scoring="roc_auc").mean() > 0.7
    assert card.classes_.tolist() == [0, 1]
    assert card.feature_names_in_.tolist() == list(people)
    assert card.n_features_in_ == 4


@pytest.mark.parametrize(
    "check",
    [
        estimator_checks.check_parameters_default_constructible,
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_set_params,
        estimator_checks.check_estimator_cloneable,
        estimator_checks.check_estimator_repr,
        estimator_checks.check_mixin_order,
        estimator_checks.check_valid_tag_types,
    ],
)
def test_scikit_learns_own_checks_pass(check):
    """Those that fit are left out: they give arrays without names, and one class alone."""
    check("Scorecard", Scorecard())


def test_x_education_is_ranked_as_well_as_by_the_best_models():
    fields, won, _ = x_education()
    cut = int(len(fields) * 0.8)
    card = Scorecard().fit(fields[:cut], won[:cut])
    assert roc_auc_score(won[cut:], card.decision_function(fields[cut:])) >= 0.875


def test_twenty_wins_are_enough_to_beat_the_base_rate():
    for data, most in ((x_education, 0.585), (ibm_sales, 0.478)):
        fields, won, _ = data()
        assert np.mean([few_wins_log_loss(fields, won.to_numpy(), seed=seed) for seed in range(10)]) < most


def few_wins_log_loss(fields, won, *, seed, wins=20):
    order = np.random.default_rng(seed).permutation(len(won))
    tested = order[: min(20_000, int(0.4 * len(won)))]
    rest = order[len(tested) :]
    losses = round(wins * (1 - won.mean()) / won.mean())
    few = np.r_[rest[won[rest] == 1][:wins], rest[won[rest] == 0][:losses]]
    probability = Scorecard().fit(fields.iloc[few], won[few]).predict_proba(fields.iloc[tested])[:, 1]
    return -np.log(np.where(won[tested] == 1, probability, 1 - probability)).mean()
