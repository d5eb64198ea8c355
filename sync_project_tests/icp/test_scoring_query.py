"""Scores by SQL are those of the scorecard in Python."""

import math

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync_project.icp.features.signals import Side
from sync_project.icp.scorecard import Scorecard
from sync_project.icp.scoring_query import contribute, score_query

COLUMNS = {"field": "signal", "lower": "at_least", "upper": "below"}
SIDES = {
    "Toys and {games}": Side.FIT,
    "employees": Side.FIT,
    "is_customer": Side.FIT,
    "constant": Side.FIT,
    'visits "all"': Side.ENGAGEMENT,
    "icp": Side.FIT,
}


def make_lessons(count=300, *, seed=1):
    rng = np.random.default_rng(seed)
    lessons = pd.DataFrame(
        {
            "Toys and {games}": rng.choice(["Toys", "'Games'", "{value}", None], count),
            "employees": np.where(rng.random(count) < 0.2, np.nan, rng.integers(1, 500, count)),
            "is_customer": rng.random(count) < 0.4,
            "constant": "always",
            'visits "all"': rng.integers(0, 9, count),
            "icp": rng.normal(0, 1, count),
        }
    )
    log_odds = -1 + lessons['visits "all"'] / 4 + 2 * (lessons["Toys and {games}"] == "Toys") + lessons["icp"]
    return lessons, rng.random(count) < 1 / (1 + np.exp(-log_odds))


STRANGE = {
    "an unseen level": {"Toys and {games}": "toys"},
    "an empty text": {"Toys and {games}": ""},
    "a missing text": {"Toys and {games}": None},
    "a missing number": {"employees": np.nan},
    "a number missing for the first time": {'visits "all"': np.nan},
    "the far ends": {"employees": np.inf, 'visits "all"': -np.inf},
    "beyond all lessons": {"employees": 1e300, 'visits "all"': 1e9},
    "a number below zero": {"employees": -0.0, 'visits "all"': -1},
    "an unknown prior": {"icp": np.nan},
    "a constant that changed": {"constant": "never"},
}


@pytest.fixture(scope="module")
def card():
    lessons, is_won = make_lessons()
    return Scorecard().fit(lessons, is_won, prior="icp")


@pytest.fixture
def connection(card):
    made = duckdb.connect()
    keep_points(made, card)
    return made


def keep_points(connection, card):
    rows = card.points().rename(columns=COLUMNS)
    connection.execute("CREATE TABLE points AS FROM rows")
    assert set(rows["kind"]) == {"number", "level", "missing", "slope"}


def score(connection, values, *, sides=SIDES):
    rows = values.assign(subject_id=values.index.map(str))  # noqa: F841  # DuckDB reads it by its name
    connection.execute("CREATE OR REPLACE TABLE given AS FROM rows")
    contribute("told", values="given", points="points", signals=list(sides), connection=connection)
    told = connection.execute("FROM told").df().set_index("subject_id")
    scored = connection.execute(score_query("told", sides=sides), {"base": 0.25}).df().set_index("subject_id")
    order = values.index.map(str)
    return told.loc[order], scored.loc[order]


def test_sql_and_python_score_alike(connection, card):
    values, _ = make_lessons(200, seed=2)
    values = values.astype({'visits "all"': float})
    for place, (name, change) in enumerate(STRANGE.items()):
        values.loc[name] = values.loc[place]
        for column, value in change.items():
            values.loc[name, column] = value
    values["is_customer"] = values["is_customer"].astype(bool)

    told, scored = score(connection, values)

    expected = card.contributions(values)
    assert list(told) == list(SIDES)
    np.testing.assert_allclose(told, expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(
        scored["log_odds"], card.decision_function(values) - card.base_log_odds_ + 0.25, rtol=0, atol=1e-12
    )
    assert told.loc["a number missing for the first time", 'visits "all"'] == 0
    assert told.loc["an unseen level", "Toys and {games}"] == 0
    assert told.loc["a missing text", "Toys and {games}"] != 0


VALUES = st.fixed_dictionaries(
    {
        "Toys and {games}": st.none() | st.sampled_from(["Toys", "'Games'", "{value}"]) | st.text(max_size=5),
        "employees": st.floats() | st.integers(0, 600).map(float),
        "is_customer": st.booleans(),
        "constant": st.sampled_from(["always", "never"]),
        'visits "all"': st.floats() | st.integers(-1, 10).map(float),
        "icp": st.floats(-20, 20) | st.just(math.nan),
    }
)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(VALUES, min_size=1, max_size=60))
def test_sql_and_python_score_any_values_alike(connection, card, rows):
    values = pd.DataFrame(rows).astype({"Toys and {games}": object})

    _, scored = score(connection, values)

    expected = card.decision_function(values) - card.base_log_odds_ + 0.25
    np.testing.assert_allclose(scored["log_odds"], expected, rtol=0, atol=1e-9)


def test_a_score_is_the_base_with_fit_and_engagement(connection):
    values, _ = make_lessons(20, seed=3)

    told, scored = score(connection, values)

    np.testing.assert_allclose(scored["engagement"], told['visits "all"'], rtol=0, atol=1e-12)
    np.testing.assert_allclose(
        scored["log_odds"], 0.25 + scored["fit"] + scored["engagement"], rtol=0, atol=1e-12
    )
    np.testing.assert_allclose(scored["probability"], 1 / (1 + np.exp(-scored["log_odds"])), rtol=1e-15)


def test_the_same_row_has_the_same_bits_in_any_order_and_number_of_threads(connection):
    values, _ = make_lessons(3_000, seed=4)
    connection.execute("SET threads = 1")
    _, scored = score(connection, values)
    connection.execute("SET threads = 4")

    _, again = score(connection, values.sample(frac=1, random_state=5))

    pd.testing.assert_frame_equal(again.loc[scored.index], scored, check_exact=True)


def test_numbers_that_come_as_text_are_numbers_and_other_text_is_an_error(connection, card):
    values, _ = make_lessons(20, seed=6)
    visits = 'visits "all"'

    told, _ = score(connection, values.assign(**{visits: values[visits].astype("str")}))

    np.testing.assert_allclose(told, card.contributions(values), rtol=0, atol=1e-12)
    with pytest.raises(ValueError, match=r"should hold numbers and holds text .*'many'"):
        score(connection, values.assign(**{visits: "many"}))


def test_values_of_no_type_are_unknown(connection, card):
    values, _ = make_lessons(5, seed=7)
    told, _ = score(connection, values.assign(employees=None))

    expected = card.contributions(values.assign(employees=np.nan))
    np.testing.assert_allclose(told, expected, rtol=0, atol=1e-12)


def test_a_signal_without_points_adds_nothing(connection):
    values, _ = make_lessons(5, seed=8)
    told, _ = score(connection, values.assign(new="x"), sides=SIDES | {"new": Side.FIT})

    assert set(told["new"]) == set(told["constant"]) == {0.0}


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("pair", "such as 'employees', which SQL cannot look up: learn again with pairs=0"),
        ("weekday", "Signal 'employees' has points of kind 'weekday', which SQL cannot look up"),
    ],
)
def test_points_that_sql_cannot_look_up_are_refused(connection, kind, message):
    connection.execute(
        "INSERT INTO points (signal, kind, points) VALUES ('employees', $kind, 1)", {"kind": kind}
    )
    values, _ = make_lessons(5, seed=9)

    with pytest.raises(ValueError, match=message):
        score(connection, values)
