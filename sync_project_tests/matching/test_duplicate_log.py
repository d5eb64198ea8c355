"""matched.duplicate_log over several runs."""

from datetime import UTC, datetime

from sync_project.matching.duplicate_log import log_duplicates
from sync_project_tests.matching.small_org import build_matched, build_models, rows_of

FIRST, SECOND, THIRD = (datetime(2026, 6, day) for day in (1, 2, 3))
LOG = """
    SELECT record_id, primary_record_id, certainty, rule, detected_at, resolved_at FROM matched.duplicate_log
"""


def lead(lead_id, email="jane@acme.com", **changes):
    return {"lead_id": lead_id, "email": email} | changes


def first_run(**staged):
    connection = build_matched(**staged)
    log_duplicates(connection, now=FIRST.replace(tzinfo=UTC))
    return connection


def run_later(connection, *changes, at):
    for change in changes:
        connection.execute(change)
    build_models(connection, now=at.replace(tzinfo=UTC))
    log_duplicates(connection, now=at.replace(tzinfo=UTC))


def test_each_duplicate_is_a_detection_with_its_primary_and_visitors_are_none():
    connection = first_run(
        contact=[{"contact_id": "003A", "email": "jane@acme.com"}],
        lead=[lead("00Q1"), lead("00Q2", "jane+x@acme.com")],
        account=[
            {"account_id": "001A", "name": "Beta", "website": "beta.com"},
            {"account_id": "001B", "name": "Beta Inc", "website": "beta.com"},
        ],
        engagement_event=[{"event_id": "1", "email": "jane+y@acme.com", "kind": "page_view"}],
    )
    assert rows_of(connection, "FROM matched.duplicate_log") == [
        (
            "001B",
            "Account",
            "001A",
            "Account",
            "certain",
            "name_and_domain",
            "beta beta.com",
            FIRST,
            None,
        ),
        ("00Q1", "Lead", "003A", "Contact", "certain", "email", "jane@acme.com", FIRST, None),
        ("00Q2", "Lead", "003A", "Contact", "suspected", "email_variant", "jane@acme.com", FIRST, None),
    ]


def test_a_detection_is_logged_once_and_stands_until_it_is_gone():
    connection = first_run(lead=[lead("00Q1"), lead("00Q2")])
    run_later(connection, at=SECOND)
    assert rows_of(connection, LOG) == [("00Q2", "00Q1", "certain", "email", FIRST, None)]

    run_later(connection, "UPDATE staged.lead SET email = 'joe@acme.com' WHERE lead_id = '00Q2'", at=THIRD)
    assert rows_of(connection, LOG) == [("00Q2", "00Q1", "certain", "email", FIRST, THIRD)]


def test_what_comes_back_is_another_detection():
    connection = first_run(lead=[lead("00Q1"), lead("00Q2")])
    run_later(connection, "UPDATE staged.lead SET email = 'joe@acme.com' WHERE lead_id = '00Q2'", at=SECOND)
    run_later(connection, "UPDATE staged.lead SET email = 'jane@acme.com'", at=THIRD)
    assert rows_of(connection, LOG) == [
        ("00Q2", "00Q1", "certain", "email", FIRST, SECOND),
        ("00Q2", "00Q1", "certain", "email", THIRD, None),
    ]


def test_another_primary_or_certainty_is_another_detection():
    connection = first_run(lead=[lead("00Q1"), lead("00Q2"), lead("00Q3", "jane+x@acme.com")])
    run_later(
        connection,
        "DELETE FROM staged.lead WHERE lead_id = '00Q1'",
        "UPDATE staged.lead SET email = 'jane@acme.com'",
        at=SECOND,
    )
    assert rows_of(connection, LOG) == [
        ("00Q2", "00Q1", "certain", "email", FIRST, SECOND),
        ("00Q3", "00Q1", "suspected", "email_variant", FIRST, SECOND),
        ("00Q3", "00Q2", "certain", "email", SECOND, None),
    ]
