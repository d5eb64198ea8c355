"""matched.former_address, address_owner, person_match: whose an event is."""

from datetime import timedelta

from sync_project_tests.matching.small_org import NOW, build_matched, build_models, rows_of

TABLES = ["matched.event", "matched.address_owner"]
MATCHES = "SELECT person_id, match_rule, match_key FROM matched.person_match"
LEAD, CONTACT, OTHER = "00Q000000000001AAA", "003000000000001AAA", "003000000000002AAA"


def event(number, **who):
    return {"event_id": str(number), "kind": "page_view", **who}


def test_a_lead_id_comes_before_a_contact_id_before_an_email():
    connection = build_matched(
        tables=TABLES,
        lead=[{"lead_id": LEAD, "email": "lead@acme.com"}],
        contact=[{"contact_id": CONTACT, "email": "contact@acme.com"}],
        engagement_event=[
            event(1, lead_id=LEAD, contact_id=CONTACT, email="new@acme.com"),
            event(2, contact_id=CONTACT, email="lead@acme.com"),
            event(3, email="Lead@acme.com"),
            event(4, lead_id="00Q00000000000XAAA", email="contact@acme.com"),
        ],
    )
    assert rows_of(connection, MATCHES) == [
        (CONTACT, "email", "contact@acme.com"),
        (CONTACT, "stored_contact_id", CONTACT),
        (LEAD, "email", "lead@acme.com"),
        (LEAD, "stored_lead_id", LEAD),
    ]
    assert rows_of(connection, "SELECT event_id, person_id, identity FROM matched.event") == [
        ("1", LEAD, "lead@acme.com"),
        ("2", CONTACT, "contact@acme.com"),
        ("3", LEAD, "lead@acme.com"),
        ("4", CONTACT, "contact@acme.com"),
    ]


def test_an_id_of_fifteen_characters_is_the_same_record_in_its_own_case():
    connection = build_matched(
        tables=TABLES,
        contact=[{"contact_id": "003000000000abcAAA"}, {"contact_id": "003000000000ABCAAA"}],
        engagement_event=[
            event(1, contact_id="003000000000abc"),
            event(2, contact_id="003000000000ABC"),
            event(3, contact_id="003000000000Abc"),
        ],
    )
    assert rows_of(connection, "SELECT event_id, person_id FROM matched.event") == [
        ("1", "003000000000abcAAA"),
        ("2", "003000000000ABCAAA"),
        ("3", None),
    ]


def test_merges_and_conversions_are_followed():
    connection = build_matched(
        tables=TABLES,
        lead=[{"lead_id": LEAD, "email": "old@acme.com", "is_converted": True}],
        contact=[{"contact_id": OTHER}],
        redirect=[
            {"record_id": LEAD, "target_id": CONTACT, "reason": "converted"},
            {"record_id": CONTACT, "target_id": OTHER, "reason": "merged"},
        ],
        engagement_event=[
            event(1, lead_id=LEAD),
            event(2, email="old@acme.com"),
            event(3, contact_id=CONTACT),
        ],
    )
    assert rows_of(connection, MATCHES) == [
        (OTHER, "former_email", "old@acme.com"),
        (OTHER, "stored_contact_id", CONTACT),
        (OTHER, "stored_lead_id", LEAD),
    ]
    assert rows_of(connection, "SELECT DISTINCT identity FROM matched.event") == [(OTHER,)]


def test_who_has_an_address_now_comes_before_who_had_it():
    connection = build_matched(
        tables=TABLES,
        contact=[{"contact_id": CONTACT, "email": "new@acme.com"}],
        lead=[{"lead_id": LEAD, "email": "old@acme.com"}],
        former_email=[{"record_id": CONTACT, "email": "Old@acme.com", "reason": "changed"}],
    )
    assert rows_of(
        connection, "SELECT email_normalized, person_id, match_rule FROM matched.address_owner"
    ) == [
        ("new@acme.com", CONTACT, "email"),
        ("old@acme.com", LEAD, "email"),
    ]


def test_several_people_of_one_address_are_put_in_order_and_the_order_is_told():
    connection = build_matched(
        tables=TABLES,
        contact=[
            {"contact_id": "003B", "email": "a@acme.com", "created_at": "2026-01-02"},
            {"contact_id": "003A", "email": "a@acme.com", "created_at": "2026-01-01"},
            {"contact_id": "003D", "email": "b@acme.com", "created_at": "2026-01-01"},
        ],
        lead=[{"lead_id": "00QA", "email": "b@acme.com", "created_at": "2025-01-01"}],
    )
    told = """SELECT email_normalized, person_id, runner_up_person_id, candidate_count, tie_break
    FROM matched.address_owner"""
    assert rows_of(connection, told) == [
        ("a@acme.com", "003A", "003B", 2, "oldest"),
        ("b@acme.com", "003D", "00QA", 2, "record_type"),
    ]

    # The record that was linked first stays, although an older one turns up.
    connection.execute(
        """INSERT INTO staged.contact (contact_id, email, created_at)
        VALUES ('0030', 'a@acme.com', '2020-01-01')"""
    )
    build_models(connection, tables=TABLES, now=NOW + timedelta(days=1))
    assert rows_of(connection, told)[0] == ("a@acme.com", "003A", "0030", 3, "linked")


def test_a_correction_says_whose_an_address_is_and_makes_no_visitor():
    connection = build_matched(
        tables=TABLES,
        overrides=[{"kind": "email", "key": "private@gmail.com", "decision": "is", "target_id": CONTACT}],
        contact=[{"contact_id": CONTACT, "email": "jane@acme.com"}],
        engagement_event=[event(1, email="private@gmail.com")],
    )
    assert rows_of(connection, MATCHES) == [(CONTACT, "override", "private@gmail.com")]
    assert rows_of(connection, "SELECT person_id FROM matched.person") == [(CONTACT,)]
    assert rows_of(connection, "SELECT identity FROM matched.event") == [("jane@acme.com",)]


def test_a_placeholder_is_nobody_s():
    connection = build_matched(
        tables=TABLES,
        contact=[
            {"contact_id": CONTACT, "email": "test@test.com"},
            {"contact_id": OTHER, "email": "test@test.com"},
        ],
        engagement_event=[event(1, email="test@test.com"), event(2, contact_id=OTHER)],
    )
    assert rows_of(connection, "SELECT event_id, person_id, identity FROM matched.event") == [
        ("1", None, None),
        ("2", OTHER, OTHER),
    ]
