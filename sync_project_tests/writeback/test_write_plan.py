"""What is decided about every field, and why: ``outbound/write_plan.sql``."""

from typing import Any

import pytest

from sync_project_tests.writeback.plan_tables import (
    ACME,
    ADA,
    EXTERNAL_ID,
    LEAD,
    Row,
    build_plan,
    insert,
    make_account,
    make_field,
    make_person,
    make_settings,
    make_visitor,
    make_warehouse,
    map_contact,
    read,
    standard_fields,
)

SCORE = {"source": "score", "field": "Score__c"}
STAMP = {"source": "evaluated_at", "field": "Scored_At__c"}
NEW_CONTACT = [{"source": "last_name", "field": "LastName"}, {"source": "email", "field": "Email"}]
CONTACT_FIELDS = [
    *standard_fields()["Contact"],
    make_field("Title", length=10),
    make_field("Level__c"),
    make_field("Scored_At__c", "datetime"),
]


def plan_contact(
    mapping: Row, *, present: object, acknowledged: str | None = None, **person: object
) -> tuple[Any, ...]:
    """Before, after, decision and reason of one field of one contact."""
    connection = make_warehouse(
        fields={"Contact": CONTACT_FIELDS},
        people=[make_person(**person)],
        Contact=[{"Id": ADA, str(mapping["field"]): present}],
    )
    build_plan(connection, map_contact(mapping))
    if acknowledged is not None:
        known = {"record_type": "Contact", "record_id": ADA, "field": mapping["field"], "value": acknowledged}
        insert(connection, "outbound.acknowledged_value", [known])
        build_plan(connection, map_contact(mapping))
    ((*row,),) = read(
        connection, "SELECT value_before, value_after, decision, reason FROM outbound.write_plan"
    )
    return tuple(row)


FILL = "the field is filled, and the rule is fill_if_empty"
EMPTY = "the field is empty"


@pytest.mark.parametrize(
    ("rule", "present", "wanted", "decision", "reason"),
    [
        ("fill_if_empty", None, "CEO", "write", EMPTY),
        ("fill_if_empty", "", "CEO", "write", EMPTY),
        ("fill_if_empty", "   ", "CEO", "write", EMPTY),
        ("fill_if_empty", "CTO", "CEO", "already_filled", FILL),
        ("fill_if_empty", "CEO", "CEO", "unchanged", "Salesforce has this value already"),
        ("overwrite", None, "CEO", "write", EMPTY),
        ("overwrite", "CTO", "CEO", "write", "the field holds another value, and the rule is overwrite"),
        ("overwrite", "CEO", "CEO", "unchanged", "Salesforce has this value already"),
        ("overwrite", "ceo", "CEO", "write", "the field holds another value, and the rule is overwrite"),
        ("overwrite", "CTO", None, "no_value", "we have no value, and a field is never cleared"),
        ("overwrite", "CTO", "", "no_value", "we have no value, and a field is never cleared"),
        ("overwrite", None, " \t\n", "no_value", "we have no value, and a field is never cleared"),
        (
            "overwrite",
            "CTO",
            "Chief of everything",
            "not_allowed",
            "our value has 19 characters, the field holds 10",
        ),
    ],
)
def test_the_rule_decides(
    rule: str, present: str | None, wanted: str | None, decision: str, reason: str
) -> None:
    mapping = {"source": "title", "field": "Title", "rule": rule}

    assert plan_contact(mapping, present=present, title=wanted)[2:] == (decision, reason)


@pytest.mark.parametrize(
    ("rule", "present", "acknowledged", "decision", "reason"),
    [
        ("overwrite", 50, "50.0", "write", "our value changed"),
        (
            "overwrite",
            99,
            "50.0",
            "write",
            "somebody changed our value in Salesforce, and the rule is overwrite",
        ),
        (
            "overwrite",
            99,
            "87.0",
            "write",
            "somebody changed our value in Salesforce, and the rule is overwrite",
        ),
        (
            "overwrite",
            None,
            "50.0",
            "write",
            "somebody emptied the field in Salesforce, and the rule is overwrite",
        ),
        (
            "fill_if_empty",
            None,
            "50.0",
            "write",
            "somebody emptied the field in Salesforce, and the rule is fill_if_empty",
        ),
        ("fill_if_empty", 99, "50.0", "already_filled", FILL),
        ("overwrite", 87, "50.0", "unchanged", "Salesforce has this value already"),
    ],
)
def test_a_reps_own_change_is_told_from_ours(
    rule: str, present: int | None, acknowledged: str, decision: str, reason: str
) -> None:
    before, after, *judged = plan_contact(SCORE | {"rule": rule}, present=present, acknowledged=acknowledged)

    assert (before, after) == (None if present is None else f"{present}.0", "87.0")
    assert judged == [decision, reason]


def test_a_row_says_everything_about_the_change() -> None:
    connection = make_warehouse(people=[make_person()], Contact=[{"Id": ADA, "Score__c": 42}])
    build_plan(connection, map_contact(SCORE))

    cursor = connection.execute("SELECT * EXCLUDE (planned_at) FROM outbound.write_plan")
    names = [column[0] for column in cursor.description]
    assert [dict(zip(names, row, strict=True)) for row in cursor.fetchall()] == [
        {
            "record_type": "Contact",
            "record_id": ADA,
            "external_id": None,
            "subject_id": ADA,
            "operation": "update",
            "score": 87,
            "field": "Score__c",
            "source": "score",
            "rule": "overwrite",
            "kind": "number",
            "value_before": "42.0",
            "value_after": "87.0",
            "decision": "write",
            "reason": "the field holds another value, and the rule is overwrite",
        }
    ]


@pytest.mark.parametrize(
    ("present_score", "present_stamp", "expected"),
    [
        (42, "2026-01-01", ("write", "the field holds another value, and the rule is overwrite")),
        (87, "2026-01-01", ("unchanged", "nothing else of the record changes")),
        (87, None, ("unchanged", "nothing else of the record changes")),
        (42, "2026-03-02 09:30:15", ("unchanged", "Salesforce has this value already")),
    ],
)
def test_a_stamp_is_written_with_another_field_only(
    present_score: int, present_stamp: str | None, expected: tuple[str, str]
) -> None:
    connection = make_warehouse(
        fields={"Contact": CONTACT_FIELDS},
        people=[make_person()],
        Contact=[{"Id": ADA, "Score__c": present_score, "Scored_At__c": present_stamp}],
    )
    build_plan(connection, map_contact(SCORE, STAMP))

    assert read(
        connection, "SELECT decision, reason FROM outbound.write_plan WHERE field = 'Scored_At__c'"
    ) == [expected]


def plan_visitor(*mappings: Row, records: tuple[Row, ...] = (), **person: Any) -> list[tuple[Any, ...]]:
    connection = make_warehouse(
        fields={"Contact": CONTACT_FIELDS}, people=[make_visitor(**person)], Contact=records
    )
    build_plan(connection, map_contact(*mappings, create=True))
    return read(
        connection,
        "SELECT operation, field, value_after, decision, reason FROM outbound.write_plan ORDER BY field",
    )


def test_a_new_record_gets_every_mapped_field_whatever_its_rule() -> None:
    title = {"source": "title", "field": "Title", "rule": "fill_if_empty"}

    assert plan_visitor(*NEW_CONTACT, SCORE, STAMP, title, title="CEO") == [
        ("create", "Email", "new@example.com", "write", "new record"),
        ("create", "LastName", "Lovelace", "write", "new record"),
        ("create", "Score__c", "87.0", "write", "new record"),
        ("create", "Scored_At__c", "2026-03-02T09:30:15Z", "write", "new record"),
        ("create", "Title", "CEO", "write", "new record"),
    ]


def test_a_new_record_does_without_a_field_that_is_not_required() -> None:
    title = {"source": "title", "field": "Title"}

    assert plan_visitor(*NEW_CONTACT, title, title="Chief of everything")[2] == (
        "create",
        "Title",
        "Chief of everything",
        "not_allowed",
        "our value has 19 characters, the field holds 10",
    )


@pytest.mark.parametrize(
    ("last_name", "decision", "reason"),
    [
        (None, "no_value", "we have no value, and a field is never cleared"),
        ("x" * 81, "not_allowed", "our value has 81 characters, the field holds 80"),
    ],
)
def test_without_a_required_field_the_whole_record_waits(
    last_name: str | None, decision: str, reason: str
) -> None:
    assert plan_visitor(*NEW_CONTACT, SCORE, last_name=last_name) == [
        ("create", "Email", "new@example.com", "not_allowed", "the required field LastName cannot be filled"),
        ("create", "LastName", last_name, decision, reason),
        ("create", "Score__c", "87.0", "not_allowed", "the required field LastName cannot be filled"),
    ]


def test_an_update_does_not_wait_for_a_required_field() -> None:
    connection = make_warehouse(people=[make_person(last_name=None)], Contact=[{"Id": ADA}])
    build_plan(connection, map_contact(*NEW_CONTACT, SCORE))

    assert read(
        connection, "SELECT field FROM outbound.write_plan WHERE decision = 'write' ORDER BY field"
    ) == [
        ("Email",),
        ("Score__c",),
    ]


def test_a_record_that_we_created_is_not_overwritten_after_its_email_changed() -> None:
    created = {
        "Id": ADA,
        EXTERNAL_ID: "sync-project-b681d72feaf8bf6a93d9a8ab86679ec3",
        "Email": "newer@example.com",
    }

    assert [row[3:] for row in plan_visitor(*NEW_CONTACT, records=(created,))] == 2 * [
        ("not_allowed", f"record {ADA} was created for this email before and has another one now")
    ]


def test_a_record_that_we_created_and_somebody_deleted_stands_in_no_ones_way() -> None:
    deleted = {"Id": ADA, EXTERNAL_ID: "sync-project-b681d72feaf8bf6a93d9a8ab86679ec3", "IsDeleted": True}

    assert {row[3] for row in plan_visitor(*NEW_CONTACT, records=(deleted,))} == {"write"}


def test_every_record_and_field_has_one_row_with_a_reason() -> None:
    connection = make_warehouse(
        people=[
            make_person(ADA),
            make_person(LEAD, record_type="Lead", level="cold"),
            make_visitor(),
        ],
        accounts=[make_account()],
        Contact=[{"Id": ADA}],
    )
    off = {"source": "propensity", "field": "Propensity__c", "rule": "off"}
    settings = make_settings(
        contact={"fields": [*NEW_CONTACT, SCORE]}, lead={"update_levels": ["hot"]}, account={"fields": [off]}
    )
    build_plan(connection, settings)

    assert read(
        connection, "SELECT subject_id, field, decision, reason FROM outbound.write_plan ORDER BY ALL"
    ) == [
        (ACME, None, "left_alone", "nothing is mapped to Account, or every rule is off"),
        (ADA, "Email", "write", EMPTY),
        (ADA, "LastName", "write", EMPTY),
        (ADA, "Score__c", "write", EMPTY),
        (LEAD, None, "left_alone", "level cold is not among the levels that update"),
        ("visitor:new@example.com", None, "left_alone", "creating Contacts is switched off"),
    ]


def test_an_account_gets_its_propensity() -> None:
    connection = make_warehouse(
        accounts=[make_account()], Account=[{"Id": ACME, "Propensity__c": "low_propensity"}]
    )
    build_plan(connection, make_settings())

    assert read(
        connection, "SELECT record_id, field, value_before, value_after, decision FROM outbound.write_plan"
    ) == [(ACME, "Propensity__c", "low_propensity", "high_propensity", "write")]
