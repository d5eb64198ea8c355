"""matched.merge_pair and matched.to_merge."""

import pytest

from sync_project_tests.matching.small_org import build_matched, build_models, rows_of

PAIRS = "SELECT record_id, action, keep_record_id, certainty, rule, is_indirect, step FROM matched.merge_pair"
JANE = {"first_name": "Jane", "last_name": "Doe"}


def contact(contact_id, email="jane@acme.com", **changes):
    return {"contact_id": contact_id, "email": email} | changes


def lead(lead_id, email="jane@acme.com", **changes):
    return {"lead_id": lead_id, "email": email} | changes


def test_contacts_and_leads_are_merged_among_themselves_and_a_lead_is_converted_into_a_contact():
    connection = build_matched(
        contact=[contact("003A"), contact("003B")],
        lead=[lead("00Q1"), lead("00Q2", "joe@acme.com"), lead("00Q3", "joe@acme.com")],
    )
    assert rows_of(connection, PAIRS) == [
        ("003B", "merge contacts", "003A", "certain", "email", False, 1),
        ("00Q1", "convert lead into contact", "003A", "certain", "email", False, 1),
        ("00Q3", "merge leads", "00Q2", "certain", "email", False, 1),
    ]


def test_two_go_into_a_third_at_a_time_and_leads_are_converted_one_by_one():
    connection = build_matched(
        contact=[contact(f"003{letter}") for letter in "ABCD"], lead=[lead("00Q1"), lead("00Q2")]
    )
    assert rows_of(connection, "SELECT record_id, step FROM matched.merge_pair") == [
        ("003B", 1),
        ("003C", 1),
        ("003D", 2),
        ("00Q1", 1),
        ("00Q2", 2),
    ]


def test_a_contact_that_came_after_the_linked_lead_is_kept_all_the_same():
    connection = build_matched(lead=[lead("00Q1")])
    connection.execute("INSERT INTO staged.contact (contact_id, email) VALUES ('003A', 'jane@acme.com')")
    build_models(connection)
    assert rows_of(connection, "SELECT DISTINCT primary_person_id FROM matched.duplicate") == [("00Q1",)]
    assert rows_of(connection, PAIRS) == [
        ("00Q1", "convert lead into contact", "003A", "certain", "email", False, 1)
    ]


def test_a_record_goes_once_by_what_is_certain_and_the_rest_of_the_group_by_suspicion():
    connection = build_matched(
        contact=[contact("003A", "jd@acme.com", **JANE)],
        lead=[
            lead("00Q1", **JANE),
            lead("00Q2"),
            lead("00Q3", "jane+x@acme.com"),
        ],
    )
    assert rows_of(connection, PAIRS) == [
        ("00Q1", "convert lead into contact", "003A", "suspected", "name_and_domain", False, 1),
        ("00Q2", "merge leads", "00Q1", "certain", "email", False, 1),
        ("00Q3", "convert lead into contact", "003A", "suspected", "email_variant", True, 2),
    ]


def test_visitors_are_no_records():
    event = {"event_id": "1", "occurred_at": "2026-01-01", "email": "jane+x@acme.com", "kind": "page_view"}
    connection = build_matched(contact=[contact("003A")], engagement_event=[event])
    assert rows_of(connection, "SELECT count(*) FROM matched.duplicate") == [(2,)]
    assert rows_of(connection, PAIRS) == []


def test_a_person_reads_why_and_what_to_mind():
    connection = build_matched(
        user=[{"user_id": "005A", "name": "Olga"}, {"user_id": "005B", "name": "Gone", "is_active": False}],
        account=[
            {"account_id": "001A", "name": "Acme", "website": "acme.com", "owner_id": "005A"},
            {"account_id": "001B", "name": "Acme", "website": "www.acme.com", "owner_id": "005B"},
        ],
        contact=[
            contact("003A", account_id="001A", owner_id="005A", **JANE),
            contact("003B", account_id="001B", owner_id="005B", first_name="Joe", last_name="Roe"),
        ],
    )
    assert connection.execute("FROM matched.to_merge").fetchall() == [
        (
            "001B",
            "Account",
            "merge accounts",
            "001A",
            "certain",
            1,
            "The name and the company's domain are the same: acme acme.com.",
            None,
            "Acme",
            "Acme",
            "www.acme.com",
            "acme.com",
            None,
            None,
            None,
            "Olga",
            "name_and_domain",
            "acme acme.com",
        ),
        (
            "003B",
            "Contact",
            "merge contacts",
            "003A",
            "certain",
            1,
            "The address is the same: jane@acme.com.",
            "The names differ. They belong to different accounts; the merge keeps one.",
            "Joe Roe",
            "Jane Doe",
            "jane@acme.com",
            "jane@acme.com",
            "Acme",
            "Acme",
            None,
            "Olga",
            "email",
            "jane@acme.com",
        ),
    ]


@pytest.mark.parametrize(
    ("first", "second", "caution"),
    [
        (JANE, {"first_name": "J.", "last_name": "DOE"}, None),
        (JANE, {"last_name": "Doe"}, None),
        (
            {"first_name": "Jörg", "last_name": "Lloyd-Groß"},
            {"first_name": "joerg", "last_name": "Lloyd Groß"},
            None,
        ),
        (JANE, {"first_name": "Jane", "last_name": "Roe"}, "The names differ."),
        (JANE, {"first_name": "Joe", "last_name": "Doe"}, "The names differ."),
    ],
)
def test_a_name_spelled_otherwise_is_no_other_name(first, second, caution):
    connection = build_matched(lead=[lead("00Q1", **first), lead("00Q2", **second)])
    assert rows_of(connection, "SELECT caution FROM matched.to_merge") == [(caution,)]


def test_leads_of_different_companies_are_a_caution():
    connection = build_matched(
        account=[{"account_id": "001A", "name": "Acme"}, {"account_id": "001B", "name": "Beta"}],
        contact=[contact("003A", "joe@gmail.com", account_id="001A")],
        lead=[
            lead("00Q1", "jane@gmail.com", company="Acme"),
            lead("00Q2", "jane@gmail.com", company="Beta"),
            lead("00Q3", "j.oe@gmail.com", company="Beta"),
        ],
    )
    assert rows_of(connection, "SELECT record_id, reason, caution FROM matched.to_merge") == [
        (
            "00Q2",
            "The address is the same: jane@gmail.com.",
            "They are matched to different accounts.",
        ),
        (
            "00Q3",
            "The addresses differ only by plus tags or Gmail's dots: joe@gmail.com.",
            "The lead is matched to another account than the contact has.",
        ),
    ]


def test_who_is_linked_through_others_reads_so():
    connection = build_matched(
        lead=[
            lead("00Q1", "jane+x@acme.com"),
            lead("00Q2", "jane+y@acme.com", **JANE),
            lead("00Q3", "jd@acme.com", **JANE),
        ]
    )
    assert rows_of(connection, "SELECT record_id, reason FROM matched.to_merge") == [
        ("00Q2", "The addresses differ only by plus tags or Gmail's dots: jane@acme.com."),
        (
            "00Q3",
            "Like another record of the same group. "
            "The name and the company's domain are the same: jane doe acme.com.",
        ),
    ]
