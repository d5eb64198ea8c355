"""matched.record_redirect, matched.person and matched.event."""

from functools import partial

from sync_project_tests.matching import small_org
from sync_project_tests.matching.small_org import rows_of

build_matched = partial(small_org.build_matched, tables=["matched.event", "matched.person"])


def test_redirects_are_followed_to_their_end_and_circles_have_none():
    connection = build_matched(
        redirect=[
            {"record_id": "a", "target_id": "b"},
            {"record_id": "b", "target_id": "c"},
            {"record_id": "c", "target_id": "d"},
            {"record_id": "x", "target_id": "y"},
            {"record_id": "y", "target_id": "x"},
            {"record_id": "z", "target_id": "z"},
        ]
    )
    assert rows_of(connection, "SELECT * FROM matched.record_redirect") == [
        ("a", "d"),
        ("b", "d"),
        ("c", "d"),
    ]


def test_a_contact_carries_the_name_of_its_account_and_a_lead_what_was_typed():
    connection = build_matched(
        account=[{"account_id": "001B", "name": "Acme Inc."}],
        redirect=[{"record_id": "001A", "target_id": "001B"}],
        contact=[{"contact_id": "003A", "account_id": "001A", "email": "Jane@acme.com"}],
        lead=[
            {"lead_id": "00QA", "company": "acme", "email": "joe@gmail.com", "website": "www.acme.de"},
            {"lead_id": "00QB", "company": "gone", "is_converted": True},
        ],
    )
    query = """
        SELECT person_id, record_type, company, email_normalized, email_kind, company_domain, website_domain
        FROM matched.person
    """
    assert rows_of(connection, query) == [
        ("003A", "Contact", "Acme Inc.", "jane@acme.com", "corporate", "acme.com", None),
        ("00QA", "Lead", "acme", "joe@gmail.com", "free", None, "acme.de"),
    ]


def test_a_visitor_is_an_email_that_no_record_has_named_by_the_newest_form():
    connection = build_matched(
        contact=[{"contact_id": "003A", "email": "KNOWN@acme.com"}],
        lead=[{"lead_id": "00QA", "email": "converted@acme.com", "is_converted": True}],
        engagement_event=[
            _event("1", "2026-01-03", "new@acme.com", kind="form_submit", properties='{"first_name": "Ann"}'),
            _event(
                "2", "2026-01-04", "New@Acme.com", kind="form_submit", properties='{"last_name": " Lee "}'
            ),
            _event("3", "2026-01-02", "new@acme.com", kind="page_view", properties='{"first_name": "No"}'),
            _event("4", "2026-01-01", "known@acme.com"),
            _event("5", "2026-01-01", "converted@acme.com"),
            _event("6", "2026-01-01", "test@test.com"),
            _event("7", "2026-01-01", "joe@mailinator.com"),
            _event("8", "2026-01-01", "not an address"),
            _event("9", "2026-01-01", None),
        ],
    )
    query = """
        SELECT person_id, first_name, last_name, CAST(created_at AS VARCHAR)
        FROM matched.person WHERE record_type = 'Visitor'
    """
    assert rows_of(connection, query) == [("visitor:new@acme.com", None, "Lee", "2026-01-02 00:00:00")]


def test_neither_a_deleted_person_nor_a_colleague_becomes_a_visitor():
    connection = build_matched(
        own_domains=["ours.com"],
        former_email=[{"record_id": "003A", "email": "gone@acme.com", "reason": "deleted"}],
        engagement_event=[
            _event("1", "2026-01-01", "Gone@acme.com"),
            _event("2", "2026-01-01", "colleague@ours.com"),
            _event("3", "2026-01-01", "joe@gmail.com"),
        ],
    )

    assert rows_of(connection, "SELECT person_id FROM matched.person") == [("visitor:joe@gmail.com",)]


def test_an_event_counts_for_the_account_of_its_person_or_of_its_domain():
    connection = build_matched(
        account=[
            {"account_id": "001A", "name": "Acme", "website": "acme.com"},
            {"account_id": "001B", "name": "Beta", "website": "beta.com"},
        ],
        contact=[{"contact_id": "003A", "account_id": "001B", "email": "jane@acme.com"}],
        lead=[
            {
                "lead_id": "00QA",
                "email": "old@gmail.com",
                "is_converted": True,
                "converted_account_id": "001B",
            }
        ],
        engagement_event=[
            _event("1", "2026-01-01", "Jane@acme.com"),
            _event("2", "2026-01-01", "someone@acme.com"),
            _event("3", "2026-01-01", "noemail@acme.com"),
            _event("4", "2026-01-01", None, domain="https://www.acme.com/pricing"),
            _event("5", "2026-01-01", "old@gmail.com"),
            _event("6", "2026-01-01", "joe@gmail.com", domain="gmail.com"),
            _event("7", "2026-01-01", None),
        ],
    )
    assert rows_of(connection, "SELECT event_id, identity, company_id FROM matched.event") == [
        ("1", "jane@acme.com", "001B"),
        ("2", "someone@acme.com", "001A"),
        ("3", None, None),
        ("4", None, "001A"),
        ("5", "old@gmail.com", "001B"),
        ("6", "joe@gmail.com", None),
        ("7", None, None),
    ]


def _event(event_id, day, email, *, domain=None, kind="page_view", properties="{}"):
    return {
        "event_id": event_id,
        "occurred_at": f"{day} 00:00:00",
        "email": email,
        "domain": domain,
        "kind": kind,
        "properties": properties,
    }


def test_events_of_an_address_that_went_with_a_merge_are_those_of_the_survivor():
    connection = build_matched(
        contact=[
            {"contact_id": "003A", "account_id": "001A", "email": "ann@acme.com"},
            {"contact_id": "003C", "email": "kept@acme.com"},
        ],
        account=[{"account_id": "001A", "name": "Acme"}],
        former_email=[
            {"record_id": "003B", "email": "ann.old@acme.com"},
            {"record_id": "003D", "email": "kept@acme.com"},
        ],
        redirect=[
            {"record_id": "003B", "target_id": "003A", "reason": "merged"},
            {"record_id": "003D", "target_id": "003A", "reason": "merged"},
        ],
        engagement_event=[
            {"event_id": "e1", "email": "Ann.Old@acme.com", "kind": "page_view"},
            {"event_id": "e2", "email": "kept@acme.com", "kind": "page_view"},
        ],
    )

    assert rows_of(connection, "SELECT event_id, identity FROM matched.event") == [
        ("e1", "ann@acme.com"),
        ("e2", "kept@acme.com"),
    ]
