"""Organisations of our own and what they wait for: ``scored/organisation.sql``."""

import pytest

from sync_project.warehouse.models import insert_row
from sync_project_tests.scoring.small_scores import build_scored, build_scores

LEAD = {"lead_id": "00QA", "email": "ann@new.com", "company": "New AG"}
NEW = "organisation:new.com"


def organisations(columns, **changes):
    built = build_scores(**changes)
    return built.execute(f"SELECT {columns} FROM scored.organisation ORDER BY domain").fetchall()


def test_an_organisation_waits_for_the_threshold():
    log_odds = {"organisation:a.com": 1.7, "organisation:b.com": 1.6999, "organisation:c.com": -1.7}

    rows = organisations(
        "propensity_score, propensity, is_ready, waits_for",
        accounts=dict.fromkeys(log_odds, ()),
        log_odds=log_odds,
        lead=[{"lead_id": f"00Q{letter}", "email": f"x@{letter}.com"} for letter in "abc"],
    )

    assert rows == [
        (67, "high", True, None),
        (66, "medium", False, "a score of 67; it has 66"),
        (33, "low", False, "a score of 67; it has 33"),
    ]


def test_an_organisation_shows_its_name_people_and_reasons_and_is_no_account():
    built = build_scores(people={"00QA": []}, accounts={NEW: [("account_events", 3, 1.2)]}, lead=[LEAD])

    assert built.execute(
        """SELECT organisation_id, domain, name, person_count, top_signals, sync_threshold
        FROM scored.organisation"""
    ).fetchall() == [(NEW, "new.com", "New AG", 1, "Company: 3 events lately (+12)", 67)]
    assert built.execute("FROM scored.account_propensity").fetchall() == []
    assert built.execute("SELECT account_id, organisation_id, propensity FROM scored.person").fetchall() == [
        (None, NEW, None)
    ]


@pytest.fixture(scope="module")
def unscored():
    return build_scores(lead=[LEAD])


@pytest.mark.parametrize(
    ("verdict", "why"),
    [
        ("no_signal", "no signal was found for accounts"),
        ("too_little_data", "there is too little data about accounts"),
        ("leak", "a signal of accounts seems to know the outcome"),
        ("miscalibrated", "the chances given for accounts were wrong"),
    ],
)
def test_without_scores_of_accounts_nothing_waits(unscored, verdict, why):
    unscored.execute("UPDATE icp.model SET verdict = $verdict", {"verdict": verdict})
    build_scored(unscored)

    assert unscored.execute(
        "SELECT propensity_score, is_ready, waits_for, not_created_because FROM scored.organisation"
    ).fetchall() == [(None, False, f"a score: {why}, so its visitors do not wait for it", None)]


def test_an_organisation_that_a_rule_leaves_out_says_so():
    built = build_scores(lead=[LEAD])
    insert_row("icp.not_evaluated", {"subject": "account", "subject_id": NEW}, connection=built)
    build_scored(built)

    assert built.execute(
        "SELECT propensity_score, is_ready, waits_for FROM scored.organisation"
    ).fetchall() == [
        (None, False, "a score: scoring.evaluate.account leaves it out, so its visitors do not wait for it")
    ]


def test_a_company_that_may_have_an_account_becomes_no_other():
    domains = ["colleagues.com", "corrected.com", "owned.com"]
    rows = organisations(
        "domain, not_created_because",
        account_rules=["stored_id"],
        account=[{"account_id": "001A", "website": "owned.com"}],
        contact=[{"contact_id": "003A", "account_id": "001A", "email": "bob@colleagues.com"}],
        lead=[{"lead_id": f"00Q{domain}", "email": f"ann@{domain}"} for domain in domains],
        overrides=[{"kind": "domain", "key": "corrected.com", "decision": "is"}],
    )

    assert rows == [
        ("colleagues.com", "account 001A has people with mail of its domain"),
        ("corrected.com", "a correction says that its domain belongs to no account"),
        ("owned.com", "account 001A has its domain"),
    ]
