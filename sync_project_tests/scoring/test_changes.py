"""What changed since the score that Salesforce holds."""

from datetime import UTC, datetime

import pytest

from sync_project.scoring.last_written import hash_values
from sync_project_tests.scoring.small_scores import NOW, WORDINGS, build_scored, build_scores, keep_written

THEN = [
    ("industry", None, -0.2),
    ("employees", 20, 0.1),
    ("demo_request_count", 0, -0.3),
    ("events", 0, -0.1),
]
CASES = {
    "nothing": (THEN, ""),
    "an event, told by its kind": (
        [*THEN[:2], ("demo_request_count", 2, 0.5), ("events", 2, 0.0), ("days_since_event", 0, 0.1)],
        "Demo request lately: none -> twice (+10)",
    ),
    "the largest first": (
        [("industry", "Toys", 0.2), ("employees", 1_500, -0.8), *THEN[2:]],
        "Employees: 20 -> 1,500 (-9); Industry: unknown -> Toys (+4)",
    ),
    "what became unknown": ([THEN[0], ("employees", None, -0.2), *THEN[2:]], "Employees: 20 -> unknown (-3)"),
    "three at most": (
        [
            ("industry", "Toys", 0.2),
            ("employees", 7, 0.6),
            ("demo_request_count", 3, 0.4),
            ("events", 3, -0.1),
            ("account_events", 1, 0.3),
        ],
        "Demo request lately: none -> 3 times (+7); Employees: 20 -> 7 (+5); Industry: unknown -> Toys (+4)",
    ),
    "another value that says the same": ([THEN[0], ("employees", 21, 0.1), *THEN[2:]], ""),
    "less than a point": ([THEN[0], ("employees", 21, 0.13), *THEN[2:]], ""),
    "rules met now, which read as words and never as log-odds": (
        [*THEN, ("ideal_profile", 1.38629436112, 1.3)],
        "Ideal customer profile: says nothing -> matches (+13)",
    ),
    "what breaks lines is no value": ([("industry", "\u2028\n", -0.2), *THEN[1:]], ""),
    "many small ones": (
        [
            ("industry", "Toys", -0.16),
            ("employees", 21, 0.14),
            *THEN[2:],
            ("account_events", 1, 0.04),
            ("ideal_profile", 1.5, 0.04),
        ],
        "small changes (+2)",
    ),
}
"""Reasons of today, and what is told of them beside those of then."""


def changes(built):
    return dict(built.execute("SELECT subject_id, text FROM scored.change").fetchall())


@pytest.fixture(scope="module")
def told():
    return changes(
        build_scores(
            people={name: reasons for name, (reasons, _) in CASES.items()},
            written=[{"subject_id": name, "score": 45, "level": "warm", "reasons": THEN} for name in CASES],
        )
    )


@pytest.mark.parametrize("name", CASES)
def test_what_changed_since_the_written_score(told, name):
    text = CASES[name][1]
    assert told.get(name) == (f"12 Nov 2025 (score 45): {text}" if text else None)


def test_the_reasoning_says_when_and_from_which_level():
    built = build_scores(
        people={"00QA": [("industry", "Toys", 2.0)]},
        lead=[{"lead_id": "00QA", "last_name": "Lee"}],
        written=[
            {
                "subject_id": "00QA",
                "score": 64,
                "level": "warm",
                "written_at": datetime(2026, 2, 3, tzinfo=UTC),
                "reasons": [("industry", "Games", 1.4)],
            }
        ],
    )

    assert built.execute("SELECT reasoning FROM scored.person").fetchall() == [
        (
            "Hot, score 70, 81 % sure. 88 % chance of a win; usual is 50 %.\n"
            "For: Industry: Toys\n"
            "Changed since 3 Feb (score 64, warm): Industry: Games -> Toys (+6)",
        )
    ]


def test_a_model_that_learnt_anew_is_told_with_what_it_made_of_the_score():
    before = [("industry", "Toys", 0.4), ("employees", 20, 0.1)]
    now = [("industry", "Toys", 0.9), ("employees", 40, 0.3)]
    row = {"score": 55, "level": "warm", "model_id": "older", "reasons": before}
    built = build_scores(
        people={"p": now, "same": before, "clipped": [("industry", "Toys", 9.0), before[1]]},
        written=[row | {"subject_id": each} for each in ("p", "same")]
        + [row | {"subject_id": "clipped", "score": 68, "level": "hot"}],
    )

    assert changes(built) == {
        "p": "12 Nov 2025 (score 55): Employees: 20 -> 40 (+2); the model learnt anew (+5)"
    }


HELD = {
    "held then as now": (63, [("industry", "Toys", 1.3)], ""),
    "moved by the model where nobody sees it": (67, [("industry", "Toys", 1.7)], ""),
    "moved by a value and back by the model": (
        63,
        [("industry", "Coal", 0.8)],
        "Industry: Coal -> Toys (+5); the model learnt anew (-5)",
    ),
}
"""The exact score of what was written as 67, of what it was made, and what is told of today, 67 again."""


@pytest.fixture(scope="module")
def held():
    row = {"score": 67, "level": "hot", "model_id": "older"}
    return changes(
        build_scores(
            people=dict.fromkeys(HELD, (("industry", "Toys", 1.3),)),
            chances={name: {"cold_pct": 1, "warm_pct": 54, "hot_pct": 45} for name in HELD},
            written=[
                row | {"subject_id": name, "exact_score": exact_score, "reasons": reasons}
                for name, (exact_score, reasons, _) in HELD.items()
            ],
        )
    )


@pytest.mark.parametrize("name", HELD)
def test_a_score_that_is_held_at_an_edge_did_not_move(held, name):
    text = HELD[name][2]
    assert held.get(name) == (f"12 Nov 2025 (score 67): {text}" if text else None)


def test_who_was_converted_or_merged_is_compared_with_what_was_written_before():
    was = {"score": 45, "level": "warm", "reasons": [("industry", None, -0.5)]}
    later = {"written_at": datetime(2025, 12, 1, tzinfo=UTC)}
    built = build_scores(
        people={"003C": [("industry", "Toys", 0.5)], "003D": [("industry", "Toys", 0.5)]},
        written=[
            {"subject_id": "00QA"} | was,
            {"subject_id": "00QB"} | was | later | {"score": 40},
            {"subject_id": "003D"} | was | {"basis": "another"},
            {"subject_id": "003E"} | was | later,
        ],
    )
    built.execute(
        "INSERT INTO matched.record_redirect VALUES ('00QA', '003C'), ('00QB', '003C'), ('003E', '003D')"
    )
    build_scored(built)

    assert built.execute(
        "SELECT subject_id, record_id, tier FROM scored.last_written ORDER BY subject_id"
    ).fetchall() == [
        ("003C", "00QB", 2),
        ("003D", "003D", None),
        ("003E", "003E", 2),
        ("00QA", "00QA", 2),
        ("00QB", "00QB", 2),
    ]
    assert changes(built) == {
        "003C": "1 Dec 2025 (score 40): Industry: unknown -> Toys (+10)",
        "003D": "12 Nov 2025 (score 45): Industry: unknown -> Toys (+10)",
    }


def test_other_rules_that_match_too_are_told_once():
    built = build_scores(
        people={"p": [("ideal_profile", 1.4, 1.4)]},
        written=[{"subject_id": "p", "score": 57, "level": "warm", "reasons": [("ideal_profile", 0.7, 0.7)]}],
    )

    assert changes(built) == {"p": "12 Nov 2025 (score 57): Ideal customer profile: matches (+7)"}


def test_an_account_may_have_changed_too():
    written = {"subject": "account", "subject_id": "001A", "score": 40, "level": "medium"}
    built = build_scores(accounts={"001A": [("account_events", 3, 0.5)]}, written=[written])

    assert changes(built) == {"001A": "12 Nov 2025 (score 40): Company: Events lately: none -> 3 (+5)"}


def test_a_signal_that_the_written_score_did_not_know_is_no_change():
    built = build_scores(people={"p": [("industry", "Toys", 0.5)]})
    keep_written(built, {"subject_id": "p", "score": 50, "level": "warm"} | {"contributions": "{}"})

    build_scored(built)

    assert changes(built) == {}


def test_a_change_is_told_until_the_next_one_so_that_a_second_run_writes_nothing():
    first = {"subject_id": "p", "score": 50, "level": "warm", "reasons": [("industry", None, 0.0)]}
    built = build_scores(people={"p": [("industry", "Toys", 0.5)]}, written=[first])
    text = {"p": "12 Nov 2025 (score 50): Industry: unknown -> Toys (+5)"}
    assert changes(built) == text

    write(built, [("industry", "Toys", 0.5)], changed_text=text["p"])
    build_scored(built)
    assert changes(built) == text

    built.execute("UPDATE icp.person_now SET industry = 'Coal'")
    built.execute("UPDATE icp.person_contribution SET industry = -0.4")
    build_scored(built)
    assert changes(built) == {"p": "1 Mar (score 55): Industry: Toys -> Coal (-9)"}


def test_where_every_value_is_the_same_what_it_added_then_is_not_even_read():
    built = build_scores(people={"p": [("industry", "Toys", 0.5)], "other": []})
    row = {"score": 40, "level": "warm", "changed_text": "before"}
    keep_written(built, row | {"subject_id": "p", "model_id": "older", "reasons": [("industry", "Toys", -1)]})
    keep_written(built, row | {"subject_id": "other"})
    today = hash_values(WORDINGS, of="now")
    built.execute(
        f"""UPDATE outbound.written_score AS written
        SET signal_values = CASE model_id WHEN 'older' THEN signal_values ELSE 'no JSON' END,
            values_hash = {today}
        FROM icp.person_now AS now WHERE written.subject_id = now.subject_id"""
    )

    build_scored(built)

    assert changes(built) == {
        "other": "before",
        "p": "12 Nov 2025 (score 40): the model learnt anew (+15)",
    }


def test_a_change_that_went_back_before_it_was_written_is_forgotten():
    first = {"subject_id": "p", "score": 50, "level": "warm", "reasons": [("industry", None, 0.0)]}
    built = build_scores(people={"p": [("industry", "Toys", 0.5)]}, written=[first])

    built.execute("UPDATE icp.person_now SET industry = NULL")
    built.execute("UPDATE icp.person_contribution SET industry = 0")
    build_scored(built)

    assert changes(built) == {}


def write(built, reasons, *, changed_text):
    """What the push keeps, at the very time of the run, as under a clock that stands still."""
    built.execute("DELETE FROM outbound.written_score")
    row = {"subject_id": "p", "score": 55, "level": "warm", "reasons": reasons}
    keep_written(built, row | {"written_at": NOW, "changed_text": changed_text})
