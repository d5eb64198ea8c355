"""matched.duplicate_log over several runs."""

from datetime import UTC, datetime

from sync_project.matching.duplicate_log import log_duplicates
from sync_project_tests.matching.small_org import rows_of
from sync_project_tests.matching.small_people import add_people, build_duplicates, find_duplicates

FIRST, SECOND, THIRD = (datetime(2026, 6, day) for day in (1, 2, 3))
LOG = """
    SELECT record_id, primary_record_id, certainty, rule, detected_at, resolved_at FROM matched.duplicate_log
"""
VARIANT = "jane+x@acme.com"


def person(person_id, email="jane@acme.com"):
    return {"person_id": person_id, "email": email}


def first_run(*people):
    connection = find_duplicates(*people)
    log_duplicates(connection, now=FIRST.replace(tzinfo=UTC))
    return connection


def run_later(connection, *changes, at):
    for change in changes:
        connection.execute(change)
    build_duplicates(connection, now=at.replace(tzinfo=UTC))
    log_duplicates(connection, now=at.replace(tzinfo=UTC))


def test_each_duplicate_is_a_detection_with_its_primary_and_visitors_are_none():
    connection = find_duplicates(
        person("003A"), person("00Q1"), person("00Q2", VARIANT), person("visitor:x", "jane+y@acme.com")
    )
    account = "('001B', '001A', 'certain', 'name_and_domain', 'b', NULL)"
    connection.execute(f"INSERT INTO matched.account_duplicate VALUES {account}")
    log_duplicates(connection, now=FIRST.replace(tzinfo=UTC))
    assert rows_of(connection, "FROM matched.duplicate_log") == [
        ("001B", "Account", "001A", "Account", "certain", "name_and_domain", "b", FIRST, None),
        ("00Q1", "Lead", "003A", "Contact", "certain", "email", "jane@acme.com", FIRST, None),
        ("00Q2", "Lead", "003A", "Contact", "suspected", "email_variant", "jane@acme.com", FIRST, None),
    ]


def test_a_detection_is_logged_once_and_stands_until_it_is_gone():
    connection = first_run(person("00Q1"), person("00Q2"))
    run_later(connection, at=SECOND)
    assert rows_of(connection, LOG) == [("00Q2", "00Q1", "certain", "email", FIRST, None)]

    run_later(connection, "DELETE FROM matched.person WHERE person_id = '00Q2'", at=THIRD)
    assert rows_of(connection, LOG) == [("00Q2", "00Q1", "certain", "email", FIRST, THIRD)]


def test_what_comes_back_is_another_detection():
    connection = first_run(person("00Q1"), person("00Q2"))
    run_later(connection, "DELETE FROM matched.person WHERE person_id = '00Q2'", at=SECOND)
    add_people(connection, person("00Q2"))
    run_later(connection, at=THIRD)
    assert rows_of(connection, LOG) == [
        ("00Q2", "00Q1", "certain", "email", FIRST, SECOND),
        ("00Q2", "00Q1", "certain", "email", THIRD, None),
    ]


def test_another_primary_or_certainty_is_another_detection():
    connection = first_run(person("00Q1"), person("00Q2"), person("00Q3", VARIANT))
    run_later(
        connection,
        "DELETE FROM matched.person WHERE person_id = '00Q1'",
        "UPDATE matched.person SET email_normalized = 'jane@acme.com'",
        at=SECOND,
    )
    assert rows_of(connection, LOG) == [
        ("00Q2", "00Q1", "certain", "email", FIRST, SECOND),
        ("00Q3", "00Q1", "suspected", "email_variant", FIRST, SECOND),
        ("00Q3", "00Q2", "certain", "email", SECOND, None),
    ]
