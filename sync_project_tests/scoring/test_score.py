import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project_tests.scoring.small_scores import EDGE, build_scored, build_scores

JUST = 1e-9


CASES = {
    "the base rate": (0, 50, 2),
    "the hot edge is hot": (EDGE, 67, 3),
    "below it is warm and not rounded up to it": (EDGE - JUST, 66, 2),
    "the cold edge is cold": (-EDGE, 33, 1),
    "above it is warm and not rounded down to it": (-EDGE + JUST, 34, 2),
    "straight above the middle": (1.0, 60, 2),
    "straight below the middle": (-1.0, 40, 2),
    "rounded to the nearest": (0.06, 51, 2),
    "the top": (5.0, 100, 3),
    "clipped at the top": (50.0, 100, 3),
    "the bottom": (-5.0, 0, 1),
    "clipped at the bottom": (-50.0, 0, 1),
}
"""Log-odds, the score and the tier they mean."""


@pytest.fixture(scope="module")
def scores():
    """One person per case, since building the tables takes longer than a test."""
    built = build_scores(
        people=dict.fromkeys(CASES, ()), log_odds={name: log_odds for name, (log_odds, _, _) in CASES.items()}
    )
    return {
        name: found
        for name, *found in built.execute("SELECT subject_id, score, tier FROM scored.score").fetchall()
    }


@pytest.mark.parametrize("name", CASES)
def test_the_score_is_straight_between_the_edges_and_clipped_at_its_ends(scores, name):
    assert scores[name] == list(CASES[name][1:])


@settings(max_examples=5, deadline=None)
@given(log_odds=st.lists(st.floats(min_value=-8, max_value=8), min_size=2, max_size=60))
def test_more_log_odds_never_mean_a_lower_score_and_the_score_tells_the_tier(log_odds):
    people = {f"p{place}": value for place, value in enumerate(log_odds)}
    built = build_scores(people=dict.fromkeys(people, ()), log_odds=people)

    rows = built.execute(
        """SELECT score, tier FROM scored.score JOIN icp.prediction USING (subject_id)
        ORDER BY log_odds, score"""
    ).fetchall()

    assert rows == sorted(rows)
    assert all(tier == (3 if score >= 67 else 1 if score <= 33 else 2) for score, tier in rows)


def test_the_two_sides_of_the_middle_may_be_of_different_width():
    built = build_scores(people={"up": [], "down": []}, log_odds={"up": 0.68, "down": -0.68})
    built.execute("UPDATE icp.model SET hot_edge = 3.4")
    build_scored(built)

    assert built.execute("SELECT subject_id, score FROM scored.score ORDER BY ALL").fetchall() == [
        ("down", 43),
        ("up", 53),
    ]


def test_percentages_are_whole_and_the_odds_are_a_multiple_of_the_usual():
    built = build_scores(people={"p": []}, log_odds={"p": math.log(4)}, confidence_pct=80.6, base_rate=0.186)

    assert built.execute(
        "SELECT confidence_pct, probability_pct, usual_pct, odds_ratio FROM scored.score"
    ).fetchall() == [(81, 80, 19, 4.0)]


def test_no_prediction_no_score():
    assert build_scores().execute("FROM scored.score").fetchall() == []


def test_the_same_id_may_be_a_person_and_an_account():
    built = build_scores(people={"x": [("industry", "Toys", 1.0)]}, accounts={"x": [("employees", 7, -1.0)]})

    assert built.execute(
        """SELECT subject, score, top_signals
        FROM scored.score JOIN scored.explanation USING (subject, subject_id) ORDER BY subject"""
    ).fetchall() == [
        ("account", 40, "Employees: 7 (-10)"),
        ("person", 60, "Industry: Toys (+10)"),
    ]


def level_of(score):
    return "hot" if score >= 67 else "cold" if score <= 33 else "warm"


HELD = {
    "hot stays below its edge": (67, 1.6, (1, 59, 40), (67, 3, 40)),
    "but not with less of a chance": (67, 1.6, (1, 60, 39), (66, 2, 81)),
    "warm stays above the hot edge": (66, 1.9, (1, 41, 58), (66, 2, 41)),
    "warm stays below the cold edge": (34, -1.9, (58, 41, 1), (34, 2, 41)),
    "but not with less of a chance to be warm": (34, -1.9, (61, 38, 1), (31, 1, 81)),
    "cold stays above its edge": (33, -1.6, (45, 54, 1), (33, 1, 45)),
    "who is where Salesforce says is not held": (70, 1.8, (1, 48, 51), (68, 3, 81)),
    "from cold to hot nothing holds": (20, 1.71, (45, 4, 51), (67, 3, 81)),
}
"""The score that Salesforce holds, today's log-odds and chances; score, tier and confidence of today,
which is 81 where nothing is held."""


@pytest.fixture(scope="module")
def held():
    built = build_scores(
        people=dict.fromkeys(HELD, ()),
        log_odds={name: log_odds for name, (_, log_odds, _, _) in HELD.items()},
        chances={
            name: dict(zip(("cold_pct", "warm_pct", "hot_pct"), chances, strict=True))
            for name, (_, _, chances, _) in HELD.items()
        },
        written=[
            {"subject_id": name, "score": score, "level": level_of(score)}
            for name, (score, _, _, _) in HELD.items()
        ],
    )
    rows = built.execute("SELECT subject_id, score, tier, confidence_pct FROM scored.score").fetchall()
    return {name: tuple(found) for name, *found in rows}


@pytest.mark.parametrize("name", HELD)
def test_a_level_stays_while_it_may_well_be_so_and_the_score_stays_with_it(held, name):
    assert held[name] == HELD[name][3]


def test_a_level_is_not_held_once_levels_stand_on_something_else():
    """Whom Salesforce showed before a rule came, and who is new: who are equally likely have one level."""
    built = build_scores(
        people={"known": [], "new": []},
        log_odds={"known": EDGE, "new": EDGE},
        chances={name: {"cold_pct": 1, "warm_pct": 49, "hot_pct": 50} for name in ("known", "new")},
        written=[{"subject_id": "known", "score": 50, "level": "warm", "basis": "before the rule"}],
    )
    levels = "SELECT subject_id, score, level FROM scored.score ORDER BY subject_id"
    assert built.execute(levels).fetchall() == [("known", 67, "hot"), ("new", 67, "hot")]

    built.execute("UPDATE icp.model SET basis = 'before the rule', model_id = 'fitted again'")
    build_scored(built)

    assert built.execute(levels).fetchall() == [("known", 66, "warm"), ("new", 67, "hot")]


def test_the_level_of_an_account_is_held_too():
    written = {"subject": "account", "subject_id": "001A", "score": 70, "level": "high"}
    built = build_scores(
        accounts={"001A": []},
        log_odds={"001A": 1.6},
        written=[written],
        chances={"001A": {"cold_pct": 1, "warm_pct": 54, "hot_pct": 45}},
    )

    assert built.execute("SELECT score, tier FROM scored.score").fetchall() == [(67, 3)]
