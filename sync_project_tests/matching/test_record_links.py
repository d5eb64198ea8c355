"""matched.person_order, record_link and person_standing."""

from datetime import UTC, datetime

import pytest

from sync_project_tests.matching.small_org import build_matched, rows_of
from sync_project_tests.matching.small_people import (
    add_people,
    build_duplicates,
    find_duplicates,
    open_people,
)

FIRST, SECOND, THIRD = (datetime(2026, 6, day) for day in (1, 2, 3))
LINKS = "SELECT email_normalized, record_id, linked_at, previous_record_ids FROM matched.record_link"
STANDING = "SELECT standing, person_id, is_linked FROM matched.person_standing"


def person(person_id, email="jane@acme.com", **changes):
    return {"person_id": person_id, "email": email} | changes


def run_later(connection, *changes, at):
    for change in changes:
        connection.execute(change)
    build_duplicates(connection, now=at.replace(tzinfo=UTC))


def test_the_first_is_a_contact_then_who_has_an_account_then_the_oldest_then_the_smallest_id():
    connection = open_people()
    connection.execute("INSERT INTO staged.account (account_id) VALUES ('001A')")
    add_people(
        connection,
        person("003C", created_at=datetime(2026, 1, 1)),
        person("003B", account_id="001A", created_at=datetime(2026, 1, 3)),
        person("003A", account_id="001A", created_at=datetime(2026, 1, 3)),
        person("003D", account_id="001A", created_at=datetime(2026, 1, 2)),
        person("003E", account_id="001A"),
        person("00Q1", account_id="001A", created_at=datetime(2025, 1, 1)),
        person("00Q2", account_id="organisation:acme.com", created_at=datetime(2024, 1, 1)),
        person("visitor:new@acme.com", "new@acme.com", account_id="001A"),
    )
    build_duplicates(connection)
    assert rows_of(connection, "SELECT place, person_id, has_account FROM matched.person_order") == [
        (1, "003D", True),
        (2, "003A", True),
        (3, "003B", True),
        (4, "003E", True),
        (5, "003C", False),
        (6, "00Q1", True),
        (7, "00Q2", False),
        (8, "visitor:new@acme.com", True),
    ]


def test_each_address_of_a_record_is_linked_to_the_first_that_has_it():
    connection = build_matched(
        tables=["matched.person_standing"],
        contact=[
            {"contact_id": "003A", "email": "jane@acme.com"},
            {"contact_id": "003B", "email": "Jane@Acme.com "},
        ],
        lead=[
            {"lead_id": "00Q1", "email": "jane@acme.com"},
            {"lead_id": "00Q2", "email": "joe@acme.com"},
            {"lead_id": "00Q3", "email": "info@acme.com"},
        ],
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
    connection = find_duplicates(person("00Q1", email))
    assert rows_of(connection, LINKS) == []
    assert rows_of(connection, STANDING) == [(1, "00Q1", False)]


def test_a_link_stays_with_its_record_until_that_is_gone():
    connection = find_duplicates(person("00Q1"))
    add_people(connection, person("003B", account_id="001A"))
    run_later(connection, at=SECOND)
    assert rows_of(connection, LINKS) == [("jane@acme.com", "00Q1", FIRST, [])]
    assert rows_of(connection, STANDING) == [(1, "00Q1", True), (2, "003B", False)]
    assert rows_of(connection, "SELECT DISTINCT primary_person_id FROM matched.duplicate") == [("00Q1",)]

    run_later(connection, "DELETE FROM matched.person WHERE person_id = '00Q1'", at=THIRD)
    assert rows_of(connection, LINKS) == [("jane@acme.com", "003B", THIRD, ["00Q1"])]
    assert rows_of(connection, STANDING) == [(1, "003B", True)]


def test_a_link_leaves_a_record_whose_address_changed():
    connection = find_duplicates(person("003A"), person("003B"))
    change = "UPDATE matched.person SET email_normalized = 'j@acme.com' WHERE person_id = '003A'"
    run_later(connection, change, at=SECOND)
    assert rows_of(connection, LINKS) == [
        ("j@acme.com", "003A", SECOND, []),
        ("jane@acme.com", "003B", SECOND, ["003A"]),
    ]


def test_an_address_that_no_record_has_any_more_is_linked_to_nobody():
    connection = find_duplicates(person("003A"))
    run_later(connection, "DELETE FROM matched.person", at=SECOND)
    assert rows_of(connection, LINKS) == []


def test_a_merge_hands_the_link_to_the_survivor_and_not_to_a_better_record():
    connection = find_duplicates(person("003A"), person("003B"), person("003C"))
    run_later(
        connection,
        "DELETE FROM matched.person WHERE person_id = '003A'",
        "INSERT INTO matched.record_redirect VALUES ('003A', '003C'), ('003X', '003C')",
        at=SECOND,
    )
    assert rows_of(connection, LINKS) == [("jane@acme.com", "003C", SECOND, ["003A"])]

    run_later(
        connection,
        "DELETE FROM matched.person WHERE person_id = '003C'",
        "INSERT INTO matched.record_redirect VALUES ('003C', '003Z')",
        at=THIRD,
    )
    assert rows_of(connection, LINKS) == [("jane@acme.com", "003B", THIRD, ["003A", "003C"])]


def test_a_conversion_hands_the_link_to_the_contact():
    connection = find_duplicates(person("00Q1"))
    add_people(connection, person("003A"), person("003B"))
    run_later(
        connection,
        "DELETE FROM matched.person WHERE person_id = '00Q1'",
        "INSERT INTO matched.record_redirect VALUES ('00Q1', '003B')",
        at=SECOND,
    )
    assert rows_of(connection, LINKS) == [("jane@acme.com", "003B", SECOND, ["00Q1"])]


def test_a_correction_wins_over_the_link_for_a_record_that_has_the_address():
    connection = find_duplicates(person("003A"), person("003B"))
    correction = "INSERT INTO matched.override VALUES ('email', 'jane@acme.com', 'is', '003B')"
    run_later(connection, correction, at=SECOND)
    assert rows_of(connection, LINKS) == [("jane@acme.com", "003B", SECOND, ["003A"])]

    run_later(connection, "UPDATE matched.override SET target_id = '003Z'", at=THIRD)
    assert rows_of(connection, LINKS) == [("jane@acme.com", "003B", SECOND, ["003A"])]


def test_links_are_the_same_for_any_order_of_rows_and_number_of_threads():
    leads = [person(f"00Q{number:02}", f"p{number % 7}@acme.com") for number in range(20)]
    found = []
    for threads, rows in ((1, leads), (4, leads[::-1])):
        connection = find_duplicates(*rows, threads=threads)
        run_later(connection, "DELETE FROM matched.person WHERE person_id < '00Q03'", at=SECOND)
        found.append(connection.execute("FROM matched.record_link").fetchall())
    assert found[0] == found[1]
    assert found[0][0] == ("p0@acme.com", "00Q07", SECOND, ["00Q00"])
