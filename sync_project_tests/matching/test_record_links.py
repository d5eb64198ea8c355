"""matched.person_order, record_link and person_standing."""

from datetime import UTC, datetime

import duckdb
import pytest

from sync_project_tests.matching.small_org import build_matched, build_models, rows_of, stage

FIRST, SECOND, THIRD = (datetime(2026, 6, day) for day in (1, 2, 3))
LINKS = "SELECT email_normalized, record_id, linked_at, previous_record_ids FROM matched.record_link"
STANDING = "SELECT standing, person_id, is_linked FROM matched.person_standing"
ACME = {"account_id": "001A", "name": "Acme", "website": "acme.com"}


def contact(contact_id, **changes):
    return {"contact_id": contact_id, "email": "jane@acme.com", "account_id": "001A"} | changes


def lead(lead_id, **changes):
    return {"lead_id": lead_id, "email": "jane@acme.com"} | changes


def run_later(connection, *changes, day):
    for change in changes:
        connection.execute(change)
    build_models(connection, now=datetime(2026, 6, day, tzinfo=UTC))


def test_the_first_is_a_contact_then_who_has_an_account_then_the_oldest_then_the_smallest_id():
    connection = build_matched(
        account=[ACME],
        contact=[
            {"contact_id": "003C", "email": "c@gmail.com", "created_at": "2026-01-01"},
            contact("003B", email="b@gmail.com", created_at="2026-01-03"),
            contact("003A", email="a@gmail.com", created_at="2026-01-03"),
            contact("003D", email="d@gmail.com", created_at="2026-01-02"),
            contact("003E", email="e@gmail.com"),
        ],
        lead=[lead("00Q1", created_at="2025-01-01")],
        engagement_event=[{"event_id": "1", "occurred_at": "2024-01-01", "email": "new@acme.com"}],
    )
    assert rows_of(connection, "SELECT place, person_id, has_account FROM matched.person_order") == [
        (1, "003D", True),
        (2, "003A", True),
        (3, "003B", True),
        (4, "003E", True),
        (5, "003C", False),
        (6, "00Q1", True),
        (7, "visitor:new@acme.com", True),
    ]


def test_each_address_of_a_record_is_linked_to_the_first_that_has_it():
    connection = build_matched(
        account=[ACME],
        contact=[contact("003A"), contact("003B", email="Jane@Acme.com ")],
        lead=[lead("00Q1"), lead("00Q2", email="joe@acme.com"), lead("00Q3", email="info@acme.com")],
        engagement_event=[{"event_id": "1", "occurred_at": "2026-01-01", "email": "new@acme.com"}],
    )
    assert rows_of(connection, LINKS) == [
        ("info@acme.com", "00Q3", FIRST, []),
        ("jane@acme.com", "003A", FIRST, []),
        ("joe@acme.com", "00Q2", FIRST, []),
    ]
    assert rows_of(connection, STANDING) == [
        (1, "003A", True),
        (2, "00Q2", True),
        (3, "00Q3", True),
        (4, "003B", False),
        (5, "00Q1", False),
        (6, "visitor:new@acme.com", False),
    ]


@pytest.mark.parametrize("email", ["none@none.com", "nonsense", "", None])
def test_what_is_nobody_s_address_is_linked_to_nobody(email):
    connection = build_matched(lead=[lead("00Q1", email=email)])
    assert rows_of(connection, LINKS) == []
    assert rows_of(connection, STANDING) == [(1, "00Q1", False)]


def test_a_link_stays_with_its_record_until_that_is_gone():
    connection = build_matched(lead=[lead("00Q1")])
    run_later(
        connection,
        "INSERT INTO staged.account (account_id, name) VALUES ('001A', 'Acme')",
        "INSERT INTO staged.contact (contact_id, account_id, email) VALUES ('003B', '001A', 'jane@acme.com')",
        day=2,
    )
    assert rows_of(connection, LINKS) == [("jane@acme.com", "00Q1", FIRST, [])]
    assert rows_of(connection, STANDING) == [(1, "00Q1", True), (2, "003B", False)]
    assert rows_of(connection, "SELECT DISTINCT primary_person_id FROM matched.duplicate") == [("00Q1",)]

    run_later(connection, "DELETE FROM staged.lead", day=3)
    assert rows_of(connection, LINKS) == [("jane@acme.com", "003B", THIRD, ["00Q1"])]
    assert rows_of(connection, STANDING) == [(1, "003B", True)]


def test_a_link_leaves_a_record_whose_address_changed():
    connection = build_matched(contact=[contact("003A"), contact("003B")])
    run_later(connection, "UPDATE staged.contact SET email = 'j@acme.com' WHERE contact_id = '003A'", day=2)
    assert rows_of(connection, LINKS) == [
        ("j@acme.com", "003A", SECOND, []),
        ("jane@acme.com", "003B", SECOND, ["003A"]),
    ]


def test_an_address_that_no_record_has_any_more_is_linked_to_nobody():
    connection = build_matched(contact=[contact("003A")])
    run_later(connection, "DELETE FROM staged.contact", day=2)
    assert rows_of(connection, LINKS) == []


def test_a_merge_hands_the_link_to_the_survivor_and_not_to_a_better_record():
    connection = build_matched(
        contact=[contact("003A"), contact("003B", account_id=None), contact("003C", account_id=None)]
    )
    run_later(
        connection,
        "DELETE FROM staged.contact WHERE contact_id = '003A'",
        "INSERT INTO staged.redirect VALUES ('003A', '003X', 'merged'), ('003X', '003C', 'merged')",
        day=2,
    )
    assert rows_of(connection, LINKS) == [("jane@acme.com", "003C", SECOND, ["003A"])]

    run_later(
        connection,
        "DELETE FROM staged.contact WHERE contact_id = '003C'",
        "INSERT INTO staged.redirect VALUES ('003C', '003Z', 'merged')",
        day=3,
    )
    assert rows_of(connection, LINKS) == [("jane@acme.com", "003B", THIRD, ["003A", "003C"])]


def test_a_conversion_hands_the_link_to_the_contact():
    connection = build_matched(lead=[lead("00Q1")])
    run_later(
        connection,
        "UPDATE staged.lead SET is_converted = TRUE",
        "INSERT INTO staged.redirect VALUES ('00Q1', '003B', 'converted')",
        "INSERT INTO staged.contact (contact_id, email) VALUES ('003A', 'jane@acme.com')",
        "INSERT INTO staged.contact (contact_id, email) VALUES ('003B', 'jane@acme.com')",
        day=2,
    )
    assert rows_of(connection, LINKS) == [("jane@acme.com", "003B", SECOND, ["00Q1"])]


def test_a_correction_wins_over_the_link_for_a_record_that_has_the_address():
    connection = build_matched(contact=[contact("003A"), contact("003B")])
    whose = {"kind": "email", "key": "jane@acme.com", "decision": "is"}
    build_models(connection, overrides=[whose | {"target_id": "003B"}], now=SECOND.replace(tzinfo=UTC))
    assert rows_of(connection, LINKS) == [("jane@acme.com", "003B", SECOND, ["003A"])]
    build_models(connection, overrides=[whose | {"target_id": "003Z"}], now=THIRD.replace(tzinfo=UTC))
    assert rows_of(connection, LINKS) == [("jane@acme.com", "003B", SECOND, ["003A"])]


def test_links_are_the_same_for_any_order_of_rows_and_number_of_threads():
    leads = [lead(f"00Q{at:02}", email=f"p{at % 7}@acme.com", created_at="2026-01-01") for at in range(20)]
    found = []
    for threads, rows in ((1, leads), (4, leads[::-1])):
        connection = duckdb.connect(config={"threads": threads})
        stage(connection, lead=rows)
        build_models(connection)
        run_later(connection, "DELETE FROM staged.lead WHERE lead_id < '00Q03'", day=2)
        found.append(connection.execute("FROM matched.record_link").fetchall())
    assert found[0] == found[1]
    assert found[0][0] == ("p0@acme.com", "00Q07", SECOND, ["00Q00"])
