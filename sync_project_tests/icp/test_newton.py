import numpy as np
import pandas as pd
import pytest
from scipy.optimize import approx_fprime

from sync_project.icp import newton
from sync_project.icp.cutting import cut_fields
from sync_project.icp.design import build_design
from sync_project.icp.newton import fit_effects
from sync_project_tests.icp.public_data import ibm_sales
from sync_project_tests.icp.small_people import simulate


def design_of(people, won, *, offset=None):
    cut = [(bins, codes) for bins, codes in cut_fields(people, most_effects=2_000) if bins.size > 1]
    return build_design(
        [bins for bins, _ in cut],
        [codes for _, codes in cut],
        offset=np.zeros(len(won)) if offset is None else offset,
        y=np.asarray(won, dtype=float),
    )


@pytest.fixture(scope="module")
def design():
    people, won = simulate(120)
    people.loc[0, "Colour"] = "seen once"
    return design_of(people, won, offset=np.random.default_rng(0).normal(size=120).round(1))


def test_equal_rows_are_folded_together():
    design = design_of(pd.DataFrame({"Field": ["a", "b", "a", "b", "a"]}), [1, 0, 1, 1, 0])
    assert sorted(zip(design.rows.tolist(), design.wins.tolist(), strict=True)) == [(2, 1), (3, 2)]


def test_a_value_without_a_bin_is_the_average_of_its_field():
    design = design_of(pd.DataFrame({"Field": [*"aaaaabbbcc", "seen once"]}), [1, 0] * 5 + [1])
    assert design.effects_of_bin.toarray().tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.3, 0.2]]


def test_two_bins_share_one_effect_and_are_as_far_apart_as_two_effects_would_be():
    design = design_of(pd.DataFrame({"Field": [*"aaabb", "seen once"]}), [1, 0, 1, 1, 0, 0])
    np.testing.assert_allclose(design.effects_of_bin.toarray() * np.sqrt(2), [[1], [-1], [0.2]])


def test_gradient_and_hessian_are_those_of_the_log_loss(design):
    effects = np.random.default_rng(1).normal(0, 0.3, 2 + len(design.group_of_effect))

    def loss(at):
        return newton._stand(design, at).loss

    def gradient(at):
        return newton._slope(design, newton._stand(design, at))

    place = newton._stand(design, effects)
    np.testing.assert_allclose(gradient(effects), approx_fprime(effects, loss, 1e-6), atol=1e-3)
    np.testing.assert_allclose(
        newton._curve(design, place).hessian, approx_fprime(effects, gradient, 1e-6), atol=1e-3
    )


def test_both_ways_to_cross_effects_agree(design):
    weight = np.random.default_rng(2).random(len(design.rows))
    by_rows, by_slots = newton._cross_by_rows(design, weight), newton._cross_by_slots(design, weight)
    np.testing.assert_allclose(by_rows, by_slots, atol=1e-9)


@pytest.mark.parametrize(("rows", "fields", "is_wide"), [(3_000, 4, False), (300, 60, True)])
def test_a_table_is_wide_where_fields_are_many_for_the_rows(rows, fields, is_wide):
    numbers = np.random.default_rng(0).integers(0, 20, (rows, fields))
    people = pd.DataFrame(numbers, columns=[f"Field {place}" for place in range(fields)])
    assert design_of(people, np.arange(rows) % 2).is_wide == is_wide


def test_at_the_effects_found_the_penalty_balances_the_log_loss(design):
    posterior = fit_effects(design)
    place = newton._stand(design, posterior.effects)
    penalty = np.linalg.inv(posterior.covariance) - newton._curve(design, place).hessian
    np.testing.assert_allclose(
        newton._slope(design, place), -penalty @ posterior.effects, atol=newton.STEP_TOLERANCE**0.5
    )


def test_a_field_that_decides_everything_still_has_finite_effects():
    posterior = fit_effects(design_of(pd.DataFrame({"Field": ["a", "b"] * 100}), [1, 0] * 100))
    assert 2 < np.abs(posterior.effects).max() < 20


@pytest.mark.parametrize(("squares", "learnt"), [(4.0, 1.0), (0.01, 5.0), (1e3, 1e3), (0.5, 0.0)])
def test_the_reach_solves_its_equation(squares, learnt):
    found = newton._solve_log_variance(np.array(squares), np.array(learnt), centre=np.log(0.16), pull=2.0)
    assert squares / np.exp(found) - learnt == pytest.approx(2 * (found - np.log(0.16)))


def test_effects_that_are_all_zero_leave_a_finite_reach():
    found = newton._solve_log_variance(np.zeros(1), np.ones(1), centre=np.log(0.16), pull=2.0)
    assert np.isfinite(found).all()


def test_a_fine_and_a_coarse_group_do_not_circle_for_ever():
    """These thousand rows once did: what the fine bins of the amount lost, the coarse ones gained."""
    fields, won, _ = ibm_sales()
    few = np.random.default_rng(1).choice(len(won), 1_000, replace=False)
    assert fit_effects(design_of(fields.iloc[few], won.iloc[few])).steps < 30
