from dataclasses import asdict

import pytest

from sync_project.icp.features.signals import SignalTableError
from sync_project.icp.features.wording import word_field
from sync_project.scoring.explaining import explain
from sync_project.warehouse.models import insert_row
from sync_project_tests.scoring.small_scores import build_scores


def texts_of(*reasons):
    built = build_scores(people={"p": reasons})
    return built.execute("SELECT top_signals, for_text, against_text FROM scored.explanation").fetchone()


WORDS = [
    ("industry", "Toys & Games; retail", "Industry: Toys & Games; retail"),
    ("industry", None, "Industry unknown"),
    ("employees", 0, "Employees: 0"),
    ("employees", 1, "Employees: 1"),
    ("employees", 1_200, "Employees: 1,200"),
    ("industry", "{value}", "Industry: {value}"),
    ("demo_request_count", 0, "No demo request lately"),
    ("demo_request_count", 1, "Demo request once lately"),
    ("demo_request_count", 12, "Demo request 12 times lately"),
    ("account_demo_request_count", 0, "Company: no demo request lately"),
    ("account_demo_request_count", 2, "Company: demo request 2 times lately"),
    ("events", 0, "No activity lately"),
    ("events", 1, "1 event lately"),
    ("events", 1_043, "1,043 events lately"),
    ("days_since_event", None, "No activity lately"),
    ("days_since_event", 0, "Last activity today"),
    ("days_since_event", 1, "Last activity yesterday"),
    ("days_since_event", 14, "Last activity 14 days ago"),
    ("ideal_profile", 0.693147180560, "Ideal customer profile: matches"),
    ("ideal_profile", -0.693147180560, "Ideal customer profile: does not match"),
    ("employees", -2, "Employees: -2"),
]
"""A signal, its value, and how it reads."""


@pytest.fixture(scope="module")
def told():
    """The texts of one person per case, since building the tables takes longer than a test."""
    people = {str(place): [(signal, value, 0.7)] for place, (signal, value, _) in enumerate(WORDS)}
    rows = build_scores(people=people).execute(
        "SELECT subject_id, top_signals, for_text, against_text FROM scored.explanation"
    )
    return {subject_id: texts for subject_id, *texts in rows.fetchall()}


@pytest.mark.parametrize(("place", "text"), [(place, text) for place, (_, _, text) in enumerate(WORDS)])
def test_a_signal_reads_like_words(told, place, text):
    assert told[str(place)] == [f"{text} (+7)", text, ""]


def test_the_three_strongest_come_first_and_each_side_has_its_own():
    assert texts_of(
        ("industry", "Toys", 0.3),
        ("employees", 20, -0.9),
        ("days_since_event", 2, 1.2),
        ("account_events", 4, -0.2),
        ("demo_request_count", 2, 0.4),
        ("page_view_count", 7, 0.35),
    ) == (
        "Last activity 2 days ago (+12); Employees: 20 (-9); Demo request 2 times lately (+4)",
        "Last activity 2 days ago; Demo request 2 times lately; Page view 7 times lately",
        "Employees: 20; Company: 4 events lately",
    )


def test_silence_is_one_reason_and_not_five():
    assert texts_of(
        ("events", 0, -0.4),
        ("days_since_event", None, -0.3),
        ("page_view_count", 0, -0.5),
        ("demo_request_count", 0, 0.1),
        ("account_events", 3, 0.0),
        ("account_demo_request_count", 0, -0.6),
    ) == (
        "No activity lately (-11); Company: no demo request lately (-6)",
        "",
        "No activity lately; Company: no demo request lately",
    )


def test_what_is_not_worth_a_point_is_no_reason():
    assert texts_of(("industry", "Toys", 0.04), ("employees", 7, -0.06)) == (
        "Employees: 7 (-1)",
        "",
        "Employees: 7",
    )


def test_equally_strong_signals_stand_in_the_order_of_their_names():
    assert (
        texts_of(("industry", "Toys", 0.5), ("employees", 7, 0.5))[0]
        == "Employees: 7 (+5); Industry: Toys (+5)"
    )


def test_a_person_without_any_strong_signal_has_no_reasons():
    assert texts_of(("industry", "Toys", 0.01)) == ("", "", "")


def test_near_duplicates_are_one_reason_told_by_the_strongest():
    built = build_scores(
        people={
            "up": [("industry", "Toys", 0.4), ("employees", 12, 0.5), ("events", 3, 0.6)],
            "down": [("industry", "Toys", 0.4), ("employees", 12, -0.9)],
            "even": [("industry", "Toys", 0.4), ("employees", 12, -0.4)],
        },
        families={"employees": "industry"},
    )

    assert built.execute(
        "SELECT subject_id, top_signals FROM scored.explanation ORDER BY subject_id"
    ).fetchall() == [
        ("down", "Employees: 12 (-5)"),
        ("even", ""),
        ("up", "Employees: 12 (+9); 3 events lately (+6)"),
    ]


def test_who_is_silent_does_not_speak_for_a_family():
    built = build_scores(
        people={"p": [("events", 0, -0.5), ("page_view_count", 0, -0.4), ("industry", "Toys", 0.7)]},
        families={"page_view_count": "industry"},
    )

    assert built.execute("SELECT top_signals FROM scored.explanation").fetchall() == [
        ("No activity lately (-9); Industry: Toys (+7)",)
    ]


def test_texts_of_the_org_stay_on_their_line_and_short():
    assert texts_of(("industry", " Toys\n\tand  games ", 0.5))[1] == "Industry: Toys and games"
    assert texts_of(("industry", "x" * 90, 0.5))[1] == f"Industry: {'x' * 79}…"
    assert texts_of(("industry", "A\u2028Against: B\x0bC\x00\u200b", 0.5))[1] == "Industry: A Against: B C"


@pytest.mark.parametrize("blank", ["", " ", "\n", "\u2028", "\u00a0\x0b\u200b"], ids=repr)
def test_what_shows_nothing_is_unknown(blank):
    assert texts_of(("industry", blank, 0.5))[1] == "Industry unknown"


def test_values_that_were_built_for_other_signals_are_named():
    built = build_scores(people={"p": []})
    built.execute("ALTER TABLE icp.person_now DROP COLUMN industry")

    with pytest.raises(SignalTableError, match=r"^icp.person_now has no column 'industry'"):
        explain(connection=built)


TRUTH = {"true": "Customer: yes", "false": "Customer: no", None: "Customer unknown"}


def test_truth_values_are_yes_and_no():
    signal = {"subject": "person", "signal": "is_customer", "label": "Customer", "family": "is_customer"}
    built = build_scores(people={str(value): [] for value in TRUTH})
    insert_row("icp.signal", signal | asdict(word_field("Customer")), connection=built)
    built.execute("ALTER TABLE icp.person_now ADD COLUMN is_customer BOOLEAN")
    built.execute("UPDATE icp.person_now SET is_customer = try_cast(subject_id AS BOOLEAN)")
    built.execute("ALTER TABLE icp.person_contribution ADD COLUMN is_customer DOUBLE DEFAULT 0.2")

    explain(connection=built)

    rows = built.execute("SELECT subject_id, for_text FROM scored.explanation").fetchall()
    assert dict(rows) == {str(value): text for value, text in TRUTH.items()}
