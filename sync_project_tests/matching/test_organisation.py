"""matched.organisation."""

from datetime import datetime
from functools import partial

from sync_project_tests.matching import small_org
from sync_project_tests.matching.small_org import rows_of

build_matched = partial(small_org.build_matched, tables=["matched.event", "matched.organisation"])

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


def test_an_organisation_has_the_name_that_its_people_give():
    names = {
        "a-most-frequent.com": (["New", "Newer", "New"], "New"),
        "b-then-the-newest.com": (["New", "Newer"], "Newer"),
        "c-never-one-that-says-nothing.com": (["unknown", "unknown", "New"], "New"),
        "d-none.com": (["unknown", None, ""], None),
    }
    leads = [
        {
            "lead_id": f"{domain}{place}",
            "email": f"{place}@{domain}",
            "company": company,
            "created_at": f"2026-01-0{place + 1}",
        }
        for domain, (companies, _) in names.items()
        for place, company in enumerate(companies)
    ]

    assert rows_of(build_matched(lead=leads), "SELECT domain, name FROM matched.organisation") == [
        (domain, name) for domain, (_, name) in names.items()
    ]


def test_the_form_of_a_visitor_names_the_organisation():
    form = event("e1", "2026-01-01", "c@new.com", kind="form_submit", properties='{"company": " New AG "}')

    assert rows_of(
        build_matched(engagement_event=[form]), "SELECT name, visitor_count FROM matched.organisation"
    ) == [("New AG", 1)]


def test_what_brings_no_organisation():
    visits = {
        "an account has the domain": {"domain": "acme.com"},
        "an account has the domain of the mail": {"email": "jo@acme.com"},
        "an account has the person": {"email": "ann@labs.com"},
        "an account has the visiting person": {"email": "ann@labs.com", "domain": "hotel.com"},
        "a converted lead": {"email": "won@other.com", "domain": "station.com"},
        "a deleted person": {"email": "Gone@old.com", "domain": "old.com"},
        "people of an account have mail of the domain": {"domain": "labs.com"},
        "free mail": {"domain": "gmail.com"},
        "a free mailbox": {"email": "jo@gmail.com"},
        "a social page": {"domain": "linkedin.com/company/new"},
        "a placeholder": {"domain": "example.com"},
        "our own domain": {"domain": "ours.com"},
        "our own mail": {"email": "me@ours.com"},
        "nothing": {},
    }
    connection = build_matched(
        own_domains=["ours.com"],
        account=[ACME],
        contact=[{"contact_id": "003A", "account_id": "001A", "email": "ann@labs.com"}],
        lead=[{"lead_id": "00QA", "email": "won@other.com", "is_converted": True}],
        former_email=[{"record_id": "003B", "email": "gone@old.com", "reason": "deleted"}],
        engagement_event=[event(name, "2026-01-01", **visit) for name, visit in visits.items()],
    )

    assert rows_of(connection, ORGANISATIONS) == []
    # So every event is an account's or nobody's.
    assert rows_of(connection, "SELECT DISTINCT company_id FROM matched.event") == [("001A",), (None,)]


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
