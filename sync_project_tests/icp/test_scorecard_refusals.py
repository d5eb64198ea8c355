import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from sync_project.icp.scorecard import Scorecard
from sync_project_tests.icp.small_people import FEW, simulate


@pytest.fixture(scope="module")
def fitted():
    people, won = simulate()
    return Scorecard().fit(people, won), people, won


@pytest.mark.parametrize(
    ("people", "won", "message"),
    [
        (FEW, [1, 1, 1, 1], "All 4 outcomes are 1: add rows of the other class"),
        (FEW[:0], [], "no rows to learn from"),
        (FEW, [1, 0], "2 outcomes for 4 rows"),
        (FEW, [1, 0, 2, 1], "An outcome is 2: give 1 or True for a win"),
        (FEW, [1, 0, None, 1], "An outcome is None"),
        (FEW, ["Won", "Lost", "Won", "Won"], "An outcome is 'Won'"),
        (
            pd.concat([FEW, FEW], axis=1),
            [1, 0, 1, 0],
            r"columns \['Industry'\] occur more than once",
        ),
        (FEW.rename(columns={"Industry": 0}), [1, 0, 1, 0], r"columns \[0\] are not named by text"),
        (FEW.to_numpy(), [1, 0, 1, 0], "got a ndarray: give a pandas DataFrame"),
    ],
)
def test_what_cannot_be_learnt_from_is_named(people, won, message):
    with pytest.raises(ValueError, match=message):
        Scorecard().fit(people, won)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"interval": 1.0}, "The interval is 1.0: give a share between 0 and 1"),
        ({"interval": 0}, "The interval is 0: give a share"),
        ({"max_columns": 0}, "max_columns is 0: give at least 1"),
        ({"pairs": -1}, "pairs is -1: give 0 to 8"),
        ({"pairs": 9}, "pairs is 9: give 0 to 8"),
    ],
)
def test_parameters_out_of_range_are_named(parameters, message):
    with pytest.raises(ValueError, match=message):
        Scorecard(**parameters).fit(FEW, [1, 0, 1, 0])


def test_missing_and_unknown_columns_are_named(fitted):
    card, people, _ = fitted
    with pytest.raises(
        ValueError, match=r"lacks the columns \['Colour'\] and has the unknown columns \['Size'\]"
    ):
        card.predict_proba(people.rename(columns={"Colour": "Size"}))


@pytest.mark.parametrize("ask", ["predict", "predict_proba", "decision_function", "contributions", "locate"])
def test_before_a_fit_nothing_is_said(ask):
    with pytest.raises(NotFittedError):
        getattr(Scorecard(), ask)(FEW)
