"""The plan carried out against the sandbox org, and what is remembered of it: ``push.py``."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from sync_project.salesforce.errors import SalesforceError
from sync_project.sandbox.database import read_setting, write_setting
from sync_project.sandbox.records.admin_rules import remove_rule
from sync_project.scoring.last_written import hash_values
from sync_project.writeback.push import FieldChange, PushCounts
from sync_project_tests.writeback.conftest import Loop
from sync_project_tests.writeback.plan_tables import (
    ACME,
    ADA,
    EXTERNAL_ID,
    LEAD,
    make_account,
    make_person,
    make_settings,
    make_visitor,
    map_contact,
)

BOB, CAT = "003000000000002AAA", "003000000000003AAA"
SCORE = {"source": "score", "field": "Score__c"}
NEW_CONTACT = [{"source": "last_name", "field": "LastName"}, {"source": "email", "field": "Email"}, SCORE]
LOG = "SELECT operation, record_type, record_id, error_code FROM outbound.activity_log ORDER BY ALL"

AUDIT = {"LastModifiedDate", "SystemModstamp", "LastViewedDate", "LastReferencedDate"}


def contact(record_id: str = ADA, **changes: object) -> Mapping[str, object]:
    return {"Id": record_id, "LastName": "Lovelace", **changes}


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Field to value before and after, audit fields left out."""
    return {
        name: (before[name], after[name])
        for name in before
        if name not in AUDIT and before[name] != after[name]
    }


def test_a_record_gets_what_is_mapped_and_keeps_everything_else(loop: Loop) -> None:
    loop.load("Account", {"Id": ACME, "Name": "Acme"})
    loop.load("Contact", contact(Title="Countess", Email="ada@example.com", AccountId=ACME, Phone="1"))
    loop.load("Lead", {"Id": LEAD, "LastName": "Hopper", "Company": "Navy", "Title": "Admiral"})
    before = {each: loop.record(each) for each in (ADA, LEAD, ACME)}

    counts = loop.run(
        make_settings(),
        people=[make_person(title="Nobody"), make_person(LEAD, record_type="Lead", score=12)],
        accounts=[make_account()],
    )

    assert counts == PushCounts(updated=3, call_count=3)
    assert {each: differing(before[each], loop.record(each)) for each in before} == {
        ADA: {"Score__c": (None, 87)},
        LEAD: {"Score__c": (None, 12)},
        ACME: {"Propensity__c": (None, "high_propensity")},
    }


def test_what_was_acknowledged_is_kept(loop: Loop) -> None:
    loop.load("Contact", contact(Score__c=42))

    loop.run(map_contact(SCORE), people=[make_person()])

    assert loop.read("SELECT * FROM outbound.activity_log") == [
        (
            datetime(2026, 3, 2, 9, 30, 16),
            "run-1",
            "update",
            "Contact",
            ADA,
            ADA,
            '{"Score__c": ["42.0", "87.0"]}',
            None,
            None,
            None,
        )
    ]
    assert loop.read("SELECT * FROM outbound.acknowledged_value") == [
        ("Contact", ADA, "Score__c", "87.0", datetime(2026, 3, 2, 9, 30, 16))
    ]


def test_what_a_written_score_was_made_of_is_kept(loop: Loop) -> None:
    loop.load("Account", {"Id": ACME, "Name": "Acme"})
    loop.load("Contact", contact(), contact(BOB))
    settings = make_settings(contact={"fields": [SCORE, {"source": "title", "field": "Title"}]})

    loop.run(settings, people=[make_person(BOB, score=None, title="Boss")], accounts=[make_account()])
    assert loop.read("SELECT subject_id FROM outbound.written_score") == [(ACME,)]
    loop.run(settings, people=[make_person(), make_person(BOB, score=40, level="warm")])

    written = datetime(2026, 3, 2, 9, 31, 17)
    of_person, of_account = ("person-model", "person-basis"), ("account-model", "account-basis")
    made_of = ('{"industry":0.5,"employees":-0.25}', '{"industry":"Toys","employees":null}', "since then")
    assert loop.read("SELECT * EXCLUDE (values_hash) FROM outbound.written_score ORDER BY ALL") == [
        ("account", ACME, *of_account, 90, 86.5, 3, "high", datetime(2026, 3, 2, 9, 30, 16), *made_of),
        ("person", ADA, *of_person, 87, 86.5, 3, "hot", written, *made_of),
        ("person", BOB, *of_person, 40, 86.5, 2, "warm", written, *made_of),
    ]
    today = hash_values(["industry", "employees"], of="now")
    assert loop.read(
        f"SELECT count(*) FROM outbound.written_score, icp.person_now AS now WHERE values_hash = {today}"
    ) == [(6,)]


def test_a_written_score_is_remembered_with_the_answer_whatever_becomes_of_the_push(loop: Loop) -> None:
    loop.load("Account", {"Id": ACME, "Name": "Acme"})
    loop.load("Contact", contact())
    settings = make_settings(contact={"fields": [SCORE]})
    loop.plan(settings, people=[make_person()], accounts=[make_account()])
    remembered = []

    def look() -> datetime:
        """After each answer, before it is kept: what a push that is killed now would have left."""
        logged = loop.read("SELECT subject_id FROM outbound.activity_log")
        remembered.append((logged, loop.read("SELECT subject_id FROM outbound.written_score")))
        return loop.clock()

    loop.push(clock=look)

    assert remembered == [([], []), ([(ACME,)], [(ACME,)])]


def test_the_score_of_a_new_record_is_remembered_as_the_records_own(loop: Loop) -> None:
    loop.run(map_contact(*NEW_CONTACT, create=True), people=[make_visitor()])

    [created] = loop.query("SELECT Id FROM Contact")
    assert loop.read("SELECT subject, subject_id, score FROM outbound.written_score") == [
        ("person", created["Id"], 87)
    ]


def test_a_rejected_score_is_not_remembered_as_written(loop: Loop) -> None:
    loop.load("Contact", contact())

    loop.run(map_contact(SCORE), people=[make_person(score=870_000)])
    loop.load("Contact", contact(BOB))
    loop.run(map_contact(SCORE), people=[make_person(BOB)])

    assert loop.read("SELECT operation, record_id FROM outbound.activity_log ORDER BY ALL") == [
        ("error", ADA),
        ("update", BOB),
    ]
    assert loop.read("SELECT subject_id FROM outbound.written_score") == [(BOB,)]


def test_a_second_run_writes_nothing(loop: Loop) -> None:
    loop.load("Contact", contact())
    loop.run(map_contact(SCORE), people=[make_person()])
    before = loop.record(ADA)

    assert loop.run(map_contact(SCORE), people=[make_person()]) == PushCounts()
    assert loop.record(ADA) == before
    assert len(loop.read(LOG)) == 1


@pytest.mark.parametrize("settings", [map_contact(SCORE), map_contact(*NEW_CONTACT, create=True)])
def test_pushing_the_same_plan_again_writes_nothing(loop: Loop, settings: Any) -> None:
    loop.load("Contact", contact())
    loop.run(settings, people=[make_person(), make_visitor()])

    assert loop.push() == PushCounts()


def test_a_later_value_replaces_what_was_acknowledged(loop: Loop) -> None:
    loop.load("Contact", contact())
    loop.run(map_contact(SCORE), people=[make_person(score=50)])

    assert loop.run(map_contact(SCORE), people=[make_person(score=87)]).updated == 1

    assert loop.read("SELECT value FROM outbound.acknowledged_value") == [("87.0",)]
    assert loop.read("SELECT reason FROM outbound.write_plan") == [("our value changed",)]


def test_a_reps_change_is_overwritten_visibly(loop: Loop) -> None:
    loop.load("Contact", contact())
    loop.run(map_contact(SCORE), people=[make_person()])
    loop.org.call("PATCH", f"sobjects/Contact/{ADA}", json={"Score__c": 3})

    assert loop.run(map_contact(SCORE), people=[make_person()]).updated == 1

    assert loop.record(ADA)["Score__c"] == 87
    assert loop.read("SELECT value_before, reason FROM outbound.write_plan") == [
        ("3.0", "somebody changed our value in Salesforce, and the rule is overwrite")
    ]


def test_a_rejected_record_is_told_apart_and_planned_again(loop: Loop) -> None:
    """P1 and P10: its own row of the log, nothing acknowledged, sent again by the next run."""
    loop.load("Contact", contact(ADA), contact(BOB, Title="Do not touch"), contact(CAT))
    people = [make_person(each) for each in (ADA, BOB, CAT)]
    rule = loop.sandbox.add_validation_rule(
        "Contact", condition="Title = 'Do not touch'", message="Ask first", field="Title"
    )

    counts = loop.run(map_contact(SCORE), people=people)

    assert counts == PushCounts(updated=2, rejected=1, call_count=1)
    assert loop.read(
        """SELECT record_id, subject_id, operation, error_code, error_message, remedy, field_changes
        FROM outbound.activity_log ORDER BY record_id"""
    ) == [
        (ADA, ADA, "update", None, None, None, '{"Score__c": [null, "87.0"]}'),
        (
            BOB,
            BOB,
            "error",
            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "Ask first",
            "A validation rule refuses it: supply what its message asks for.",
            '{"Score__c": [null, "87.0"]}',
        ),
        (CAT, CAT, "update", None, None, None, '{"Score__c": [null, "87.0"]}'),
    ]
    assert loop.read("SELECT record_id FROM outbound.acknowledged_value ORDER BY ALL") == [(ADA,), (CAT,)]

    with loop.sandbox.transaction() as connection:
        remove_rule(connection, "validation", rule)
    assert loop.run(map_contact(SCORE), people=people) == PushCounts(updated=1, call_count=1)
    assert loop.read("SELECT record_id FROM outbound.write_plan WHERE decision = 'write'") == [(BOB,)]
    assert loop.record(BOB)["Score__c"] == 87


def test_a_rejected_create_is_a_row_without_record(loop: Loop) -> None:
    loop.sandbox.add_validation_rule("Contact", condition="Id != null", message="No newcomers")

    counts = loop.run(map_contact(*NEW_CONTACT, create=True), people=[make_visitor()])

    assert counts == PushCounts(rejected=1, call_count=1)
    assert loop.read("SELECT operation, record_id, subject_id, error_message FROM outbound.activity_log") == [
        ("error", None, "visitor:new@example.com", "No newcomers")
    ]
    assert loop.read("SELECT * FROM outbound.acknowledged_value") == []


def test_a_visitor_becomes_one_record_with_all_that_is_mapped(loop: Loop) -> None:
    counts = loop.run(map_contact(*NEW_CONTACT, create=True), people=[make_visitor()])

    assert counts == PushCounts(created=1, call_count=1)
    (made,) = loop.query(f"SELECT Id, LastName, Email, Score__c, {EXTERNAL_ID} FROM Contact")
    record_id = made.pop("Id")
    assert made == {
        "LastName": "Lovelace",
        "Email": "new@example.com",
        "Score__c": 87,
        EXTERNAL_ID: "sync-project-b681d72feaf8bf6a93d9a8ab86679ec3",
    }
    assert loop.read(LOG) == [("create", "Contact", record_id, None)]
    assert loop.read("SELECT record_id, field, value FROM outbound.acknowledged_value ORDER BY field") == [
        (record_id, "Email", "new@example.com"),
        (record_id, "LastName", "Lovelace"),
        (record_id, "Score__c", "87.0"),
    ]


def test_a_visitor_becomes_a_lead_where_leads_are_chosen(loop: Loop) -> None:
    settings = make_settings(
        create_as="lead",
        lead={"create": True, "fields": [*NEW_CONTACT, {"source": "company", "field": "Company"}]},
    )

    assert loop.run(settings, people=[make_visitor(company="Acme")]).created == 1
    assert loop.query("SELECT LastName, Company, Email FROM Lead") == [
        {"LastName": "Lovelace", "Company": "Acme", "Email": "new@example.com"}
    ]


class AnswerLostError(Exception):
    """The process ended between Salesforce's answer and our keeping it."""


def test_a_create_whose_answer_was_lost_does_not_double(loop: Loop) -> None:
    """P11: the same upsert again finds the record that the first one made."""

    def die() -> datetime:
        raise AnswerLostError

    settings = map_contact(*NEW_CONTACT, create=True)
    loop.plan(settings, people=[make_visitor()])
    with pytest.raises(AnswerLostError):
        loop.push(clock=die)
    assert loop.read(LOG) == []

    assert loop.push() == PushCounts(updated=1, call_count=1)
    ((record_id,),) = loop.read("SELECT record_id FROM outbound.activity_log")
    assert loop.query("SELECT Id FROM Contact") == [{"Id": record_id}]


def test_an_interrupted_push_keeps_what_was_acknowledged_and_the_next_run_completes(loop: Loop) -> None:
    """The session ends after the first call of 200 records, and cannot be renewed."""
    ids = [f"003000000000{number:03}AAA" for number in range(1, 203)]
    people = [make_person(each, score=index % 100) for index, each in enumerate(ids)]
    loop.load("Contact", *map(contact, ids))
    secret = str(read_setting(loop.sandbox.connection, "client_secret"))

    def set_secret(value: str) -> None:
        with loop.sandbox.transaction() as connection:
            write_setting(connection, "client_secret", value)

    def end_session() -> datetime:
        set_secret("another")
        loop.sandbox.expire_sessions()
        return loop.clock()

    loop.plan(map_contact(SCORE), people=people)
    with pytest.raises(SalesforceError):
        loop.push(clock=end_session)
    set_secret(secret)

    assert loop.read("SELECT operation, count(*) FROM outbound.activity_log GROUP BY ALL") == [
        ("update", 200)
    ]
    assert loop.read("SELECT count(*) FROM outbound.acknowledged_value") == [(200,)]
    assert loop.run(map_contact(SCORE), people=people) == PushCounts(updated=2, call_count=1)
    assert {each["Score__c"] for each in loop.query("SELECT Score__c FROM Contact")} == set(
        map(float, range(100))
    )
    assert loop.run(map_contact(SCORE), people=people) == PushCounts()


def test_the_rest_of_an_interrupted_plan_can_be_pushed_without_planning_again(loop: Loop) -> None:
    loop.load("Contact", contact(ADA), contact(BOB, Title="Do not touch"))
    rule = loop.sandbox.add_validation_rule(
        "Contact", condition="Title = 'Do not touch'", message="Ask first"
    )
    loop.run(map_contact(SCORE), people=[make_person(ADA), make_person(BOB)])
    with loop.sandbox.transaction() as connection:
        remove_rule(connection, "validation", rule)

    assert loop.push() == PushCounts(updated=1, call_count=1)
    assert loop.record(BOB)["Score__c"] == 87


def test_a_lead_converted_in_the_meantime_is_logged_and_then_left_alone(loop: Loop) -> None:
    """P12: the values follow the person to the contact, which the next import knows."""
    loop.load("Lead", {"Id": LEAD, "LastName": "Hopper", "Company": "Navy"})
    settings = make_settings(contact={"update": False}, account={"update": False})
    loop.plan(settings, people=[make_person(LEAD, record_type="Lead")])
    with loop.sandbox.transaction() as connection:
        connection.execute('UPDATE "Lead" SET IsConverted = 1')

    assert loop.push() == PushCounts(rejected=1, call_count=1)
    assert loop.read("SELECT record_id, error_code, remedy FROM outbound.activity_log") == [
        (
            LEAD,
            "CANNOT_UPDATE_CONVERTED_LEAD",
            "The lead was converted: its contact takes the values at the next run.",
        )
    ]
    assert loop.read("SELECT * FROM outbound.acknowledged_value") == []


def test_a_record_deleted_in_the_meantime_is_logged_with_its_id(loop: Loop) -> None:
    loop.load("Contact", contact(ADA), contact(BOB))
    loop.plan(map_contact(SCORE), people=[make_person(ADA), make_person(BOB)])
    loop.org.call("DELETE", f"sobjects/Contact/{ADA}")

    assert loop.push() == PushCounts(updated=1, rejected=1, call_count=1)
    assert loop.read(LOG) == [
        ("error", "Contact", ADA, "ENTITY_IS_DELETED"),
        ("update", "Contact", BOB, None),
    ]


def test_accounts_go_first_then_the_best_people(loop: Loop) -> None:
    loop.load("Account", {"Id": ACME, "Name": "Acme"})
    loop.load("Contact", *map(contact, (ADA, BOB, CAT)))

    loop.run(
        map_contact(SCORE).model_copy(update={"account": make_settings().account}),
        people=[make_person(ADA, score=40), make_person(BOB, score=90), make_person(CAT, score=60)],
        accounts=[make_account(propensity_score=1)],
    )

    assert loop.read("SELECT record_id FROM outbound.activity_log ORDER BY rowid") == [
        (ACME,),
        (BOB,),
        (CAT,),
        (ADA,),
    ]


@pytest.mark.parametrize(
    ("kind", "after", "sent"),
    [
        ("number", "87.0", 87),
        ("number", "0.0", 0),
        ("number", "-3.0", -3),
        ("number", "2.35", 2.35),
        ("number", "1e+20", 10**20),
        ("text", "87", "87"),
        ("text", "2026-03-02T09:30:15Z", "2026-03-02T09:30:15Z"),
    ],
)
def test_numbers_are_sent_as_numbers_and_whole_ones_without_a_fraction(
    kind: str, after: str, sent: object
) -> None:
    value = FieldChange(field="X__c", kind=kind, before=None, after=after).sent_value

    assert (value, type(value)) == (sent, type(sent))


def test_a_record_without_a_difference_is_not_touched(loop: Loop) -> None:
    """P21: no automation of the org wakes for it."""
    loop.load("Contact", contact(ADA, Score__c=87), contact(BOB, Score__c=86))
    before = loop.record(ADA)

    assert loop.run(map_contact(SCORE), people=[make_person(ADA), make_person(BOB)]).updated == 1
    assert loop.record(ADA) == before


EVERY_TYPE = [
    ("score", {"type": "Number", "precision": 5, "scale": 2}, 87.0),
    ("score", {"type": "int"}, 87),
    ("score", {"type": "Percent", "precision": 5, "scale": 1}, 87.0),
    ("score", {"type": "Currency", "precision": 18, "scale": 2}, 87.0),
    ("score", {"type": "Text", "length": 3}, "87"),
    ("level", {"type": "Picklist", "picklist": ["Hot", "Warm"], "restricted": True}, "hot"),
    ("level", {"type": "MultiselectPicklist", "picklist": ["Hot", "Warm"]}, "hot"),
    ("title", {"type": "Text", "length": 80}, 'R&D "<b>" it\'s 50 %'),
    ("title", {"type": "TextArea"}, 'R&D "<b>" it\'s 50 %'),
    ("title", {"type": "LongTextArea", "length": 32_000}, 'R&D "<b>" it\'s 50 %'),
    ("title", {"type": "Html", "length": 32_000}, "R&amp;D &quot;&lt;b&gt;&quot; it&#39;s 50 %"),
    ("title", {"type": "Phone"}, 'R&D "<b>" it\'s 50 %'),
    ("title", {"type": "Url"}, 'R&D "<b>" it\'s 50 %'),
    ("reasoning", {"type": "Text", "length": 12}, "Größe: 🙂…"),
    ("reasoning", {"type": "Html", "length": 32_000}, "<p>Größe: 🙂 und mehr</p><p><b>For:</b> R&amp;D</p>"),
    ("reasoning", {"type": "LongTextArea", "length": 32_000}, "Größe: 🙂 und mehr\nFor: R&D"),
    ("reasoning", {"type": "Text", "length": 80}, "Größe: 🙂 und mehr For: R&D"),
    ("email", {"type": "Email"}, "ada@example.com"),
    ("evaluated_at", {"type": "DateTime"}, "2026-03-02T09:30:15.000+0000"),
    ("evaluated_at", {"type": "Date"}, "2026-03-02"),
    ("evaluated_at", {"type": "Text", "length": 40}, "2026-03-02T09:30:15Z"),
    ("account_id", {"type": "Lookup", "reference_to": ["Account"]}, ACME),
    ("account_id", {"type": "Text", "length": 18}, ACME),
]


def test_every_type_reads_back_as_it_was_sent(loop: Loop) -> None:
    loop.load("Account", {"Id": ACME, "Name": "Acme"})
    loop.load("Contact", contact())
    mappings = []
    for number, (source, field, _) in enumerate(EVERY_TYPE):
        loop.sandbox.add_custom_field("Contact", name=f"F{number}__c", **field)
        mappings.append({"source": source, "field": f"F{number}__c"})
    ada = make_person(
        email="ada@example.com",
        title='R&D "<b>" it\'s 50 %  ',
        reasoning=" Größe: 🙂 und mehr\nFor: R&D\n",
        account_id=ACME,
        evaluated_at=datetime(2026, 3, 2, 9, 30, 15, 250_000),
    )

    assert loop.run(map_contact(*mappings), people=[ada]) == PushCounts(updated=1, call_count=1)

    record = loop.record(ADA)
    assert [record[f"F{number}__c"] for number in range(len(EVERY_TYPE))] == [each[2] for each in EVERY_TYPE]
    assert loop.run(map_contact(*mappings), people=[ada]) == PushCounts()
    assert loop.read("SELECT DISTINCT decision FROM outbound.write_plan") == [("unchanged",)]


def test_the_log_keeps_texts_of_any_script(loop: Loop) -> None:
    loop.load("Contact", contact(Title='Zoë "Z"'))

    loop.run(map_contact({"source": "title", "field": "Title"}), people=[make_person(title="長 🙂\n2")])

    ((changes,),) = loop.read("SELECT field_changes FROM outbound.activity_log")
    assert "長 🙂" in changes
    assert json.loads(changes) == {"Title": ['Zoë "Z"', "長 🙂\n2"]}


def test_logged_times_are_utc_whatever_the_clock_says(loop: Loop) -> None:
    loop.load("Contact", contact())
    loop.plan(map_contact(SCORE), people=[make_person()])

    loop.push(clock=lambda: datetime.fromisoformat("2026-03-02T12:00:00+02:00"))

    assert loop.read("SELECT logged_at FROM outbound.activity_log") == [(datetime(2026, 3, 2, 10, 0),)]
