"""Organisations of our own and what they wait for: ``scored/organisation.sql``."""

import pytest

from sync_project_tests.scoring.small_scores import build_scores

LEAD = {"lead_id": "00QA", "email": "ann@new.com", "company": "New AG"}
NEW = "organisation:new.com"


def organisations(columns, **changes):
    built = build_scores(**changes)
    return built.execute(f"SELECT {columns} FROM scored.organisation ORDER BY domain").fetchall()


@pytest.mark.parametrize(
    ("log_odds", "expected"),
    [
        (1.7, (67, "high", True, None)),
        (1.6999, (66, "medium", False, "a score of 67; it has 66")),
        (-1.7, (33, "low", False, "a score of 67; it has 33")),
    ],
)
def test_an_organisation_waits_for_the_threshold(log_odds, expected):
    rows = organisations(
        "propensity_score, propensity, is_ready, waits_for",
        accounts={NEW: []},
        log_odds={NEW: log_odds},
        lead=[LEAD],
    )

    assert rows == [expected]


def test_an_organisation_shows_its_name_people_and_reasons():
    rows = organisations(
        "organisation_id, domain, name, person_count, top_signals, sync_threshold",
        accounts={NEW: [("account_events", "3", 1.2)]},
        lead=[LEAD],
    )

    assert rows == [(NEW, "new.com", "New AG", 1, "Company: 3 events in 90 days (+12)", 67)]


def test_without_scores_of_accounts_nothing_waits():
    rows = organisations("propensity_score, is_ready, waits_for", lead=[LEAD])

    assert rows == [
        (None, False, "a score: the gate found no signal for accounts, so its visitors do not wait for it")
    ]


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({}, None),
        (
            {
                "account": [{"account_id": "001A", "name": "Acme"}],
                "contact": [{"contact_id": "003A", "account_id": "001A", "email": "bob@new.com"}],
            },
            "account 001A has people with mail of its domain",
        ),
        (
            {"account": [{"account_id": "001A", "website": "new.com"}], "account_rules": ["stored_id"]},
            "account 001A has its domain",
        ),
        (
            {"overrides": [{"kind": "domain", "key": "new.com", "decision": "is"}]},
            "a correction says that its domain belongs to no account",
        ),
    ],
    ids=["nothing known", "colleagues", "the domain", "a correction"],
)
def test_a_company_that_may_have_an_account_becomes_no_other(changes, because):
    assert organisations("not_created_because", lead=[LEAD], **changes) == [(because,)]


def test_an_organisation_is_no_account_and_its_people_know_it():
    built = build_scores(people={"00QA": []}, accounts={NEW: []}, lead=[LEAD])

    assert built.execute("FROM scored.account_propensity").fetchall() == []
    assert built.execute("SELECT account_id, organisation_id, propensity FROM scored.person").fetchall() == [
        (None, NEW, None)
    ]
