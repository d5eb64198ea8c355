"""matched.organisation."""

from datetime import datetime

import pytest

from sync_project_tests.matching.small_org import build_matched, rows_of

ACME = {"account_id": "001A", "name": "Acme Inc.", "website": "www.acme.com"}
ORGANISATIONS = "SELECT domain FROM matched.organisation"


def event(name, day, email=None, *, domain=None, kind="page_view", properties="{}"):
    return {
        "event_id": name,
        "occurred_at": f"{day} 00:00:00",
        "email": email,
        "domain": domain,
        "kind": kind,
        "properties": properties,
    }


def test_people_and_visits_of_one_domain_are_one_organisation():
    connection = build_matched(
        lead=[
            {"lead_id": "00QA", "email": "a@new.com", "company": "New AG", "created_at": "2026-01-03"},
            {"lead_id": "00QB", "website": "new.com", "company": "N.A.", "created_at": "2026-01-05"},
        ],
        contact=[{"contact_id": "003A", "email": "b@new.com", "created_at": "2026-01-04"}],
        engagement_event=[
            event("e1", "2026-01-06", "c@new.com"),
            event("e2", "2026-01-02", domain="https://new.com/prices"),
            event("e3", "2026-01-08", "a@new.com"),
            event("e4", "2026-01-01", domain="www.newer.com"),
        ],
    )

    assert rows_of(connection, "SELECT * FROM matched.organisation") == [
        (
            "organisation:new.com", "new.com", "New AG", 4, 2, 1, None,
            datetime(2026, 1, 2), datetime(2026, 1, 8),
        ),
        (
            "organisation:newer.com", "newer.com", None, 0, 0, 0, None,
            datetime(2026, 1, 1), datetime(2026, 1, 1),
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("companies", "name"),
    [
        (["New", "Newer", "New"], "New"),
        (["New", "Newer"], "Newer"),
        (["unknown", "unknown", "New"], "New"),
        (["unknown", None, ""], None),
    ],
    ids=["the most frequent", "then the newest", "never one that says nothing", "none"],
)
def test_an_organisation_has_the_name_that_its_people_give(companies, name):
    leads = [
        {
            "lead_id": f"00Q{place}",
            "email": f"{place}@new.com",
            "company": company,
            "created_at": f"2026-01-0{place + 1}",
        }
        for place, company in enumerate(companies)
    ]

    assert rows_of(build_matched(lead=leads), "SELECT name FROM matched.organisation") == [(name,)]


def test_the_form_of_a_visitor_names_the_organisation():
    form = event("e1", "2026-01-01", "c@new.com", kind="form_submit", properties='{"company": " New AG "}')

    assert rows_of(
        build_matched(engagement_event=[form]), "SELECT name, visitor_count FROM matched.organisation"
    ) == [("New AG", 1)]


@pytest.mark.parametrize(
    "visit",
    [
        pytest.param({"domain": "acme.com"}, id="an account has the domain"),
        pytest.param({"email": "jo@acme.com"}, id="an account has the domain of the mail"),
        pytest.param({"email": "ann@labs.com"}, id="an account has the person"),
        pytest.param(
            {"email": "ann@labs.com", "domain": "hotel.com"}, id="an account has the visiting person"
        ),
        pytest.param({"email": "won@other.com", "domain": "hotel.com"}, id="a converted lead"),
        pytest.param({"email": "Gone@old.com", "domain": "old.com"}, id="a deleted person"),
        pytest.param({"domain": "labs.com"}, id="people of an account have mail of the domain"),
        pytest.param({"domain": "gmail.com"}, id="free mail"),
        pytest.param({"email": "jo@gmail.com"}, id="a free mailbox"),
        pytest.param({"domain": "linkedin.com/company/new"}, id="a social page"),
        pytest.param({"domain": "example.com"}, id="a placeholder"),
        pytest.param({"domain": "ours.com"}, id="our own domain"),
        pytest.param({"email": "me@ours.com"}, id="our own mail"),
        pytest.param({}, id="nothing"),
    ],
)
def test_what_brings_no_organisation(visit):
    connection = build_matched(
        own_domains=["ours.com"],
        account=[ACME],
        contact=[{"contact_id": "003A", "account_id": "001A", "email": "ann@labs.com"}],
        lead=[{"lead_id": "00QA", "email": "won@other.com", "is_converted": True}],
        former_email=[{"record_id": "003B", "email": "gone@old.com", "reason": "deleted"}],
        engagement_event=[event("e1", "2026-01-01", **visit)],
    )

    assert rows_of(connection, ORGANISATIONS) == []


def test_a_visit_counts_for_the_company_of_its_person_before_that_of_its_network():
    connection = build_matched(
        lead=[{"lead_id": "00QA", "email": "jo@gmail.com"}, {"lead_id": "00QB", "email": "kim@new.com"}],
        engagement_event=[
            event("e1", "2026-01-01", "jo@gmail.com", domain="office.com"),
            event("e2", "2026-01-01", "kim@new.com", domain="hotel.com"),
        ],
    )

    assert rows_of(connection, ORGANISATIONS) == [("new.com",), ("office.com",)]


def test_an_organisation_says_which_account_its_colleagues_belong_to():
    connection = build_matched(
        account=[ACME, {"account_id": "001B", "name": "Beta"}],
        contact=[
            {"contact_id": "003A", "account_id": "001A", "email": "a@labs.com"},
            {"contact_id": "003B", "account_id": "001B", "email": "b@labs.com"},
            {"contact_id": "003C", "account_id": "001B", "email": "c@labs.com"},
            {"contact_id": "003D", "account_id": "001A", "email": "d@gmail.com"},
        ],
        lead=[{"lead_id": "00QA", "email": "e@labs.com"}, {"lead_id": "00QB", "email": "f@new.com"}],
    )

    assert rows_of(
        connection, "SELECT domain, person_count, colleague_account_id FROM matched.organisation"
    ) == [
        ("labs.com", 1, "001B"),
        ("new.com", 1, None),
    ]
