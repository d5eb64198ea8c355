import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from sync_project.icp.scorecard import Scorecard
from sync_project_tests.icp.small_people import FEW, simulate


def with_prior(rows, *, slope, seed=0):
    people, _ = simulate(rows, seed=seed)
    random = np.random.default_rng(seed)
    fit = random.normal(0, 1.5, rows)
    won = random.random(rows) < expit(slope * fit)
    return people.assign(icp=fit), won.astype(int)


def slope_of(card):
    points = card.points()
    return points.loc[points["kind"] == "slope", "points"].item()


def test_with_few_outcomes_the_icp_is_believed():
    people, won = with_prior(8, slope=-3)
    assert 0.4 < slope_of(Scorecard().fit(people, won, prior="icp")) < 1.2


def test_a_right_icp_keeps_its_slope_and_a_wrong_one_is_unlearnt():
    right, wrong = (
        slope_of(Scorecard().fit(*with_prior(3_000, slope=slope), prior="icp")) for slope in (1, 0)
    )
    assert 0.8 < right < 1.2
    assert -0.1 < wrong < 0.15


def test_a_right_icp_helps_where_outcomes_are_few():
    later, won = with_prior(2_000, slope=1, seed=3)
    people, few = with_prior(30, slope=1, seed=4)
    with_icp = Scorecard().fit(people, few, prior="icp")
    without = Scorecard().fit(people.drop(columns="icp"), few)
    assert roc_auc_score(won, with_icp.decision_function(later)) > 0.1 + roc_auc_score(
        won, without.decision_function(later.drop(columns="icp"))
    )


def test_the_sum_holds_with_a_prior_too():
    people, won = with_prior(200, slope=1)
    people.loc[3, "icp"] = np.nan
    card = Scorecard().fit(people, won, prior="icp")
    contributions = card.contributions(people)
    assert contributions.loc[3, "icp"] == 0
    np.testing.assert_allclose(
        card.base_log_odds_ + contributions.sum(axis=1), card.decision_function(people), atol=1e-9
    )


def test_an_unknown_prior_is_named():
    with pytest.raises(ValueError, match="The prior 'icp' is no column of the table"):
        Scorecard().fit(FEW, [1, 0, 1, 0], prior="icp")


@pytest.mark.parametrize("log_odds", [25.0, np.inf])
def test_a_prior_beyond_all_odds_is_named(log_odds):
    with pytest.raises(ValueError, match=r"The prior 'icp' reaches (25|inf) log-odds, more than 20"):
        Scorecard().fit(FEW.assign(icp=log_odds), [1, 0, 1, 0], prior="icp")


def test_an_extreme_prior_is_survived():
    people, won = simulate(60)
    card = Scorecard().fit(people.assign(icp=np.where(won == 1, -20.0, 20.0)), won, prior="icp")
    assert np.isfinite(card.predict_proba(people.assign(icp=20.0))).all()
