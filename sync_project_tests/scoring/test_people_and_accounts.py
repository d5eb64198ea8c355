from datetime import datetime

import pytest

from sync_project_tests.scoring.small_scores import build_scores

ACCOUNT = {"account_id": "001A", "name": "Acme", "website": "www.acme.com", "owner_id": "005A"}
CONTACT = {
    "contact_id": "003A",
    "account_id": "001A",
    "first_name": "Ann",
    "last_name": "Lee",
    "email": "Ann@Acme.com",
    "title": "CEO",
}
OWNER = {"user_id": "005A", "is_active": True}


def people(built, columns):
    return built.execute(f"SELECT {columns} FROM scored.person ORDER BY person_id").fetchall()


def reasoning(*reasons, **changes):
    built = build_scores(people={"003A": reasons}, account=[ACCOUNT], contact=[CONTACT], **changes)
    return people(built, "reasoning")[0][0]


def test_the_reasoning_of_a_hot_person():
    assert reasoning(
        ("demo_request_count", 2, 1.2),
        ("industry", "Toys", 1.0),
        ("employees", None, -0.4),
        base_rate=0.186,
    ) == (
        "Hot, score 68, 81 % sure. 86 % chance of a win; usual is 19 %.\n"
        "For: Demo request 2 times lately; Industry: Toys\n"
        "Against: Employees unknown"
    )


def test_the_reasoning_of_a_cold_person():
    assert reasoning(("events", 0, -5.2), ("demo_request_count", 0, -0.8), base_rate=0.004) == (
        "Cold, score 0, 81 % sure. Under 1 % chance of a win; usual is under 1 %.\n"
        "Against: No activity lately"
    )


def test_the_reasoning_without_any_strong_signal():
    assert reasoning(("industry", "Toys", 0.01)) == (
        "Warm, score 50, 81 % sure. 50 % chance of a win; usual is 50 %. No single signal stands out."
    )


@pytest.mark.parametrize(
    ("stage", "words"), [("icp_only", ", ICP only"), ("little_data", ", little data"), ("learnt", "")]
)
def test_the_reasoning_says_what_the_score_stands_on(stage, words):
    assert reasoning(stage=stage).startswith(f"Warm, score 50, 81 % sure{words}. 50 % chance of a win;")


def test_certainty_is_never_claimed():
    assert ". Over 99 % chance of a win;" in reasoning(("industry", "Toys", 9.0))


def test_a_person_carries_what_may_be_mapped():
    built = build_scores(
        people={"003A": [("industry", "Toys", 0.5)]},
        accounts={"001A": [("industry", "Toys", 2.0)]},
        account=[ACCOUNT],
        contact=[CONTACT],
        user=[OWNER],
    )

    assert people(
        built,
        """record_type, first_name, last_name, email, title, company, account_id, account_owner_id,
        propensity, level, evaluated_at""",
    ) == [
        (
            "Contact",
            "Ann",
            "Lee",
            "ann@acme.com",
            "CEO",
            "Acme",
            "001A",
            "005A",
            "high",
            "warm",
            datetime(2026, 3, 1, 12),
        )
    ]


def test_a_person_carries_account_and_owners_with_their_names():
    built = build_scores(
        people={"003A": []},
        account=[ACCOUNT],
        contact=[CONTACT | {"owner_id": "005B", "country": "DE", "lead_source": "Web"}],
        user=[
            OWNER | {"name": "Ann Seller", "email": "ann@ours.com"},
            {"user_id": "005B", "name": "Cat Seller", "email": "cat@ours.com"},
        ],
    )

    assert people(built, "account_name, account_website, country, lead_source") == [
        ("Acme", "www.acme.com", "DE", "Web")
    ]
    assert people(built, "account_owner_id, account_owner_name, account_owner_email") == [
        ("005A", "Ann Seller", "ann@ours.com")
    ]
    assert people(built, "assigned_owner_id, assigned_owner_name, assigned_owner_email") == [
        ("005B", "Cat Seller", "cat@ours.com")
    ]


def test_an_inactive_owner_is_nobody_to_route_to():
    built = build_scores(
        people={"003A": []}, account=[ACCOUNT], contact=[CONTACT], user=[OWNER | {"is_active": False}]
    )

    assert people(built, "account_id, account_owner_id") == [("001A", None)]


def test_people_without_an_account_or_an_unscored_one_have_no_propensity():
    built = build_scores(
        people={"003A": [], "003B": []},
        account=[ACCOUNT],
        contact=[CONTACT, {"contact_id": "003B", "last_name": "Loner"}],
    )

    assert people(built, "person_id, account_id, propensity") == [
        ("003A", "001A", None),
        ("003B", None, None),
    ]


def test_everybody_has_one_row_whoever_shares_account_email_and_website():
    contacts = [CONTACT | {"contact_id": f"003{letter}"} for letter in "ABC"]
    built = build_scores(
        people={each["contact_id"]: [("industry", "Toys", 0.5)] for each in contacts},
        accounts={"001A": [], "001B": []},
        account=[ACCOUNT, ACCOUNT | {"account_id": "001B"}],
        contact=contacts,
        user=[OWNER],
    )

    assert people(built, "person_id") == [("003A",), ("003B",), ("003C",)]
    assert built.execute("SELECT account_id FROM scored.account_propensity ORDER BY ALL").fetchall() == [
        ("001A",),
        ("001B",),
    ]


def test_a_score_of_somebody_who_is_gone_is_not_shown():
    built = build_scores(people={"003X": []}, accounts={"001X": []})

    assert people(built, "person_id") == []
    assert built.execute("FROM scored.account_propensity").fetchall() == []


def test_the_propensity_of_accounts_follows_the_same_edges():
    names = {"001A": 1.7, "001B": 1.6999, "001C": -1.6999, "001D": -1.7}
    built = build_scores(
        accounts=dict.fromkeys(names, ()),
        log_odds=names,
        account=[{"account_id": each, "name": each, "website": "https://acme.com/de"} for each in names],
    )

    assert built.execute(
        """SELECT account_id, propensity_score, propensity, domain FROM scored.account_propensity
        ORDER BY account_id"""
    ).fetchall() == [
        ("001A", 67, "high", "acme.com"),
        ("001B", 66, "medium", "acme.com"),
        ("001C", 34, "medium", "acme.com"),
        ("001D", 33, "low", "acme.com"),
    ]


def test_an_account_reads_like_a_person():
    built = build_scores(
        accounts={"001A": [("account_events", 3, 2.0), ("industry", "Toys", -0.3)]}, account=[ACCOUNT]
    )

    assert built.execute(
        "SELECT fit_points, engagement_points, top_signals, reasoning FROM scored.account_propensity"
    ).fetchall() == [
        (
            -3,
            20,
            "Company: 3 events lately (+20); Industry: Toys (-3)",
            "High propensity, score 67, 81 % sure. 85 % chance of a win; usual is 50 %.\n"
            "For: Company: 3 events lately\n"
            "Against: Industry: Toys",
        )
    ]


def test_fit_and_engagement_are_points_of_the_score():
    built = build_scores(
        people={"003A": [("industry", "Toys", 0.84), ("employees", 7, -0.2), ("events", 2, -0.31)]},
        contact=[CONTACT],
    )

    assert people(built, "score, fit_points, engagement_points") == [(53, 6, -3)]
