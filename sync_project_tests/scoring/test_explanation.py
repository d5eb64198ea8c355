import pytest

from sync_project_tests.scoring.small_scores import build_scores


def texts_of(*reasons):
    built = build_scores(people={"p": reasons})
    return built.execute("SELECT top_signals, for_text, against_text FROM scored.explanation").fetchone()


WORDS = [
    ("industry", "Toys & Games; retail", "Industry: Toys & Games; retail"),
    ("industry", None, "Industry unknown"),
    ("employees", "0", "Employees: 0"),
    ("employees", "1", "Employees: 1"),
    ("employees", "1,200", "Employees: 1,200"),
    ("industry", "{value}", "Industry: {value}"),
    ("demo_request_count", "0", "No demo request in 90 days"),
    ("demo_request_count", "1", "Demo request once in 90 days"),
    ("demo_request_count", "12", "Demo request 12 times in 90 days"),
    ("account_demo_request_count", "0", "Company: no demo request in 90 days"),
    ("account_demo_request_count", "2", "Company: demo request 2 times in 90 days"),
    ("events", "0", "No activity in 90 days"),
    ("events", "1", "1 event in 90 days"),
    ("events", "1,043", "1,043 events in 90 days"),
    ("days_since_event", None, "No activity in 90 days"),
    ("days_since_event", "0", "Last activity today"),
    ("days_since_event", "1", "Last activity yesterday"),
    ("days_since_event", "14", "Last activity 14 days ago"),
    ("ideal_profile", "0.693147180560", "Ideal customer profile: matches"),
    ("ideal_profile", "-0.693147180560", "Ideal customer profile: does not match"),
    ("employees", "-2", "Employees: -2"),
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
        ("employees", "20", -0.9),
        ("days_since_event", "2", 1.2),
        ("account_events", "4", -0.2),
        ("demo_request_count", "2", 0.4),
        ("page_view_count", "7", 0.35),
    ) == (
        "Last activity 2 days ago (+12); Employees: 20 (-9); Demo request 2 times in 90 days (+4)",
        "Last activity 2 days ago; Demo request 2 times in 90 days; Page view 7 times in 90 days",
        "Employees: 20; Company: 4 events in 90 days",
    )


def test_silence_is_one_reason_and_not_five():
    assert texts_of(
        ("events", "0", -0.4),
        ("days_since_event", None, -0.3),
        ("page_view_count", "0", -0.5),
        ("demo_request_count", "0", 0.1),
        ("account_events", "3", 0.0),
        ("account_demo_request_count", "0", -0.6),
    ) == (
        "No activity in 90 days (-11); Company: no demo request in 90 days (-6)",
        "",
        "No activity in 90 days; Company: no demo request in 90 days",
    )


def test_what_is_not_worth_a_point_is_no_reason():
    assert texts_of(("industry", "Toys", 0.04), ("employees", "7", -0.06)) == (
        "Employees: 7 (-1)",
        "",
        "Employees: 7",
    )


def test_equally_strong_signals_stand_in_the_order_of_their_names():
    assert (
        texts_of(("industry", "Toys", 0.5), ("employees", "7", 0.5))[0]
        == "Employees: 7 (+5); Industry: Toys (+5)"
    )


def test_a_person_without_any_strong_signal_has_no_explanation_but_a_score():
    built = build_scores(people={"p": [("industry", "Toys", 0.01)]})

    assert built.execute("FROM scored.explanation").fetchall() == []
    assert built.execute(
        "SELECT score, top_signals, for_text, against_text FROM scored.score"
    ).fetchall() == [(50, "", "", "")]


def test_the_reasons_of_a_prediction_add_up_to_its_contributions():
    reasons = [("events", "0", -0.4), ("page_view_count", "0", -0.5), ("industry", None, 0.8)]
    built = build_scores(people={"p": reasons, "q": reasons[:1]})

    assert built.execute(
        """SELECT subject_id, round(sum(contribution), 9), count(DISTINCT strength) = count(*)
        FROM scored.signal_rank GROUP BY ALL ORDER BY ALL"""
    ).fetchall() == [("p", -0.1, True), ("q", -0.4, True)]
