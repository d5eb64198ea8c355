"""Duplicates in the activity log: each detection once, beside what is pushed."""

import json
from collections.abc import Mapping
from datetime import datetime

from sync_project.warehouse.models import ensure_table, insert_row, load_models
from sync_project.writeback.push import PushCounts
from sync_project_tests.writeback.conftest import Loop
from sync_project_tests.writeback.plan_tables import ACME, ADA, LEAD, make_person, map_contact

BOB, CAT = "003000000000002AAA", "003000000000003AAA"
SCORE = map_contact({"source": "score", "field": "Score__c"})
TOLD = """SELECT record_type, record_id, subject_id, field_changes, remedy FROM outbound.activity_log
    WHERE operation = 'duplicate' ORDER BY ALL"""
MERGE = "Merge or convert them in Salesforce as matched.to_merge says."
LOOK = "Look in matched.to_merge whether they are one, and merge or convert them in Salesforce."


def detect(loop: Loop, *detections: Mapping[str, object]) -> None:
    """Put them into the log, as found now."""
    given = {
        "record_type": "Contact",
        "primary_record_id": ADA,
        "primary_record_type": "Contact",
        "certainty": "certain",
        "rule": "email",
        "key": "ada@example.com",
        "detected_at": loop.clock(),
    }
    with loop.warehouse.transaction() as connection:
        ensure_table(load_models()["matched.duplicate_log"], connection=connection)
        for each in detections:
            insert_row("matched.duplicate_log", given | each, connection=connection)


def test_a_record_with_duplicates_is_told_with_their_ids_and_what_to_do(loop: Loop) -> None:
    loop.plan(SCORE)
    detect(
        loop,
        {"record_id": LEAD, "record_type": "Lead"},
        {"record_id": BOB},
        {"record_id": CAT, "certainty": "suspected"},
        {"record_id": "001B", "primary_record_id": ACME, "primary_record_type": "Account"},
        {"record_id": "003D", "resolved_at": datetime(2026, 3, 2)},
    )

    assert loop.push() == PushCounts(duplicates=3)
    assert [(*row[:3], json.loads(row[3]), row[4]) for row in loop.read(TOLD)] == [
        ("Account", ACME, ACME, {"certain": ["001B"]}, MERGE),
        ("Contact", ADA, ADA, {"certain": [BOB, LEAD]}, MERGE),
        ("Contact", ADA, ADA, {"suspected": [CAT]}, LOOK),
    ]


def test_each_detection_is_told_once_and_a_later_one_by_itself(loop: Loop) -> None:
    loop.plan(SCORE)
    detect(loop, {"record_id": BOB})
    assert loop.push().duplicates == 1
    assert loop.push() == PushCounts()

    detect(loop, {"record_id": CAT})
    assert loop.push().duplicates == 1
    assert [json.loads(row[3]) for row in loop.read(TOLD)] == [{"certain": [BOB]}, {"certain": [CAT]}]


def test_a_record_that_was_told_of_duplicates_gets_its_score_all_the_same(loop: Loop) -> None:
    loop.load("Contact", {"Id": ADA, "LastName": "Lovelace"})
    loop.plan(SCORE, people=[make_person()])
    detect(loop, {"record_id": BOB})

    assert loop.push() == PushCounts(updated=1, duplicates=1, call_count=1)
    assert loop.push() == PushCounts()
    assert loop.read("SELECT operation, record_id FROM outbound.activity_log ORDER BY ALL") == [
        ("duplicate", ADA),
        ("update", ADA),
    ]


def test_a_row_about_duplicates_does_not_stand_for_a_write_that_is_still_to_be_done(loop: Loop) -> None:
    loop.load("Contact", {"Id": ADA, "LastName": "Lovelace"})
    loop.plan(SCORE, people=[make_person()])
    loop.clock.advance(seconds=1)
    detect(loop, {"record_id": BOB})
    with loop.warehouse.transaction() as connection:
        connection.execute("CREATE TABLE whole_plan AS FROM outbound.write_plan")
        connection.execute("DELETE FROM outbound.write_plan")
    assert loop.push().duplicates == 1

    with loop.warehouse.transaction() as connection:
        connection.execute("INSERT INTO outbound.write_plan FROM whole_plan")
    assert loop.push() == PushCounts(updated=1, call_count=1)
