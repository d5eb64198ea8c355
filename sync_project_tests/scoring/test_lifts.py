"""What would lift a score most."""

import pytest

from sync_project_tests.scoring.small_scores import build_scored, build_scores

INF = float("inf")


def number(signal, at_least, below, points, **changes):
    return {
        "signal": signal,
        "kind": "number",
        "at_least": at_least,
        "below": below,
        "points": points,
    } | changes


def level(signal, text, points, **changes):
    return {"signal": signal, "kind": "level", "level": text, "points": points} | changes


POINTS = [
    level("industry", "Toys", 0.9),
    level("industry", "Coal", -0.5),
    level("industry", "Rare", 3.0, lesson_count=9),
    number("employees", -INF, 50, -0.2),
    number("employees", 50, INF, 0.4),
    number("demo_request_count", -INF, 1, -0.1),
    number("demo_request_count", 1, 2, 1.1),
    number("demo_request_count", 2, INF, 1.0),
    number("page_view_count", -INF, 4.5, -0.3),
    number("page_view_count", 4.5, INF, 0.5),
    number("days_since_event", -INF, 7, 0.7),
    number("days_since_event", 7, INF, -0.2),
    number("account_events", -INF, 2, 0.6),
    number("account_events", 2, INF, -0.2),
    number("ideal_profile", -INF, INF, 2.0),
    {"signal": "industry", "kind": "missing", "points": 5.0},
]
KNOWN = [("industry", "Coal", -0.5), ("employees", 80, 0.4)]
CASES = {
    "an event that never happened": (
        [*KNOWN, ("demo_request_count", 0, -0.1)],
        "Demo request once lately (+12)",
    ),
    "what moves together is one suggestion": (
        [
            *KNOWN,
            ("demo_request_count", 0, -0.1),
            ("page_view_count", 2, -0.3),
            ("days_since_event", 20, -0.2),
        ],
        "Demo request once lately (+12)",
    ),
    "no count goes down": (
        [
            *KNOWN,
            ("demo_request_count", 5, 1.0),
            ("account_events", 3, -0.2),
            ("page_view_count", 6, 0.5),
            ("days_since_event", 0, 0.7),
        ],
        "",
    ),
    "half an event is none": (
        [*KNOWN, ("demo_request_count", 1, 1.1), ("page_view_count", 2, -0.3)],
        "Page view 5 times lately (+8)",
    ),
    "what was long ago may be today": (
        [*KNOWN, ("demo_request_count", 1, 1.1), ("page_view_count", 5, 0.5), ("days_since_event", 9, -0.2)],
        "Last activity today (+9)",
    ),
    "who is at the best already": (
        [*KNOWN, ("demo_request_count", 1, 1.1), ("page_view_count", 5, 0.5), ("days_since_event", 3, 0.7)],
        "",
    ),
    "what is not known may be found out, and the rare proves nothing": (
        [("demo_request_count", 1, 1.1), ("page_view_count", 5, 0.5), ("days_since_event", 0, 0.7)],
        "knowing Industry (up to +9); knowing Employees (up to +4)",
    ),
    "never more than two": (
        [("demo_request_count", 0, 0.0)],
        "Demo request once lately (+11); knowing Industry (up to +9)",
    ),
    "who cannot rise": ([("industry", "Toys", 9.0)], ""),
}
"""Reasons of one person, and what is suggested."""


@pytest.fixture(scope="module")
def told():
    built = build_scores(people={name: reasons for name, (reasons, _) in CASES.items()}, points=POINTS)
    return dict(built.execute("SELECT subject_id, lift_text FROM scored.explanation").fetchall())


@pytest.mark.parametrize("name", CASES)
def test_what_would_lift_the_score_most(told, name):
    assert told[name] == CASES[name][1]


def test_the_reasoning_ends_with_it():
    built = build_scores(
        people={"00QA": KNOWN}, points=POINTS, lead=[{"lead_id": "00QA", "last_name": "Lee"}]
    )

    assert built.execute("SELECT reasoning FROM scored.person").fetchall() == [
        (
            "Warm, score 49, 81 % sure. 48 % chance of a win; usual is 50 %.\n"
            "For: Employees: 80\n"
            "Against: Industry: Coal\n"
            "Would lift it most: Demo request once lately (+11)",
        )
    ]


def test_across_the_middle_a_gain_counts_by_the_slope_of_each_side():
    """A log-odds is ten points below 50 and five above it."""
    built = build_scores(
        people={
            "cold": [*KNOWN, ("events", 9, -2.0)],
            "crosses": [("industry", "Coal", -1.0), ("employees", 80, 0.4)],
            "warm": [*KNOWN, ("events", 9, 0.5)],
        },
        points=POINTS,
    )
    built.execute("UPDATE icp.model SET hot_edge = 3.4")
    build_scored(built)

    assert built.execute(
        "SELECT subject_id, score, lift_text FROM scored.score JOIN scored.explanation USING (subject_id)"
    ).fetchall() == [
        ("cold", 29, "Demo request once lately (+11)"),
        ("crosses", 44, "Demo request once lately (+9)"),
        ("warm", 52, "Demo request once lately (+6)"),
    ]


def test_nothing_would_lift_it_where_no_bin_is_known():
    assert build_scores(people={"p": KNOWN}).execute(
        "SELECT lift_text FROM scored.explanation"
    ).fetchall() == [("",)]
