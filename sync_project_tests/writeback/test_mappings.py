"""Mappings that work, and every way in which one cannot: ``mappings.py`` and ``mapping_faults.py``."""

from collections.abc import Sequence
from typing import Any

import pytest

from sync_project.settings.writeback import AccountSource, PersonSource, WritebackSettings, WriteRule
from sync_project.warehouse.models import load_models
from sync_project.writeback.mappings import MappingError, read_mappings
from sync_project_tests.writeback.plan_tables import (
    EXTERNAL_ID,
    Row,
    make_field,
    make_settings,
    make_warehouse,
    map_contact,
    standard_fields,
)

NAMED = [{"source": "last_name", "field": "LastName"}, {"source": "email", "field": "Email"}]
SCORE = {"source": "score", "field": "Score__c"}


def faults_of(settings: WritebackSettings, **fields: Sequence[Row]) -> list[str]:
    """The lines of the error, without the first."""
    with pytest.raises(MappingError) as caught:
        read_mappings(settings, connection=make_warehouse(fields=fields))
    first, *faults = str(caught.value).splitlines()
    assert first == "Nothing was written, because mappings cannot work:"
    return [fault.removeprefix("  ") for fault in faults]


def contact_fields(*changed: Row, without: str | None = None) -> list[Row]:
    """The contact's standard fields, some replaced or added, one left out."""
    names = {each["field_name"] for each in changed} | {without}
    return [each for each in standard_fields()["Contact"] if each["field_name"] not in names] + list(changed)


def test_fields_are_found_in_any_letter_case() -> None:
    (mapping,) = read_mappings(
        map_contact({"source": "score", "field": "SCORE__C"}), connection=make_warehouse()
    )

    assert [(each.source, each.field.name, each.rule) for each in mapping.fields] == [
        ("score", "Score__c", WriteRule.OVERWRITE)
    ]


def test_a_mapping_that_is_off_may_name_what_the_org_lacks() -> None:
    off = {"source": "title", "field": "Nonsense__c", "rule": "off"}

    (mapping,) = read_mappings(map_contact(SCORE, off), connection=make_warehouse())

    assert [each.field.name for each in mapping.fields] == ["Score__c"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["Contact", "Lead", "Account"]),
        ({"target_policy": "contact_only"}, ["Contact", "Account"]),
        ({"lead": {"update": False}}, ["Contact", "Account"]),
        ({"contact": {"update": False}, "account": {"update": False}}, ["Lead"]),
        ({"contact": {"update": False, "create": True, "fields": NAMED}}, ["Contact", "Lead", "Account"]),
        ({"contact": {"update": False, "create": True}, "create_as": "lead"}, ["Lead", "Account"]),
        (
            {"target_policy": "contact_only", "create_as": "lead", "lead": {"create": True}},
            ["Contact", "Account"],
        ),
    ],
)
def test_only_record_types_in_use_are_checked(changes: dict[str, Any], expected: list[str]) -> None:
    unused = {name: [] for name in ("Contact", "Lead", "Account") if name not in expected}

    found = read_mappings(make_settings(**changes), connection=make_warehouse(fields=unused))

    assert [each.record_type for each in found] == expected


def test_the_external_id_counts_only_where_records_are_created() -> None:
    settings = make_settings(contact={"create": True, "fields": NAMED})

    found = read_mappings(settings, connection=make_warehouse())

    assert [(each.record_type, each.external_id_field) for each in found] == [
        ("Contact", EXTERNAL_ID),
        ("Lead", None),
        ("Account", None),
    ]


@pytest.mark.parametrize(
    ("source", "field", "expected"),
    [
        (
            "score",
            None,
            "the org lacks this field or hides it from the integration user; create it, grant access to it "
            "by a permission set, or take the mapping out",
        ),
        (
            "score",
            make_field("X__c", "double", is_updateable=False),
            "the integration user may not change it; grant edit access, or set the rule to off",
        ),
        (
            "score",
            make_field("X__c", "double", is_updateable=False, is_createable=False, is_calculated=True),
            "it is a formula, which nobody can write; map another field, or set the rule to off",
        ),
        (
            "score",
            make_field("X__c", "boolean"),
            "a boolean field cannot hold a number; map it to a field of type combobox, currency, double, "
            "email, int, multipicklist, percent, phone, picklist, string, textarea, url",
        ),
        (
            "level",
            make_field("X__c", "double"),
            "a double field cannot hold a text; map it to a field of type combobox, email, multipicklist, "
            "phone, picklist, string, textarea, url",
        ),
        (
            "evaluated_at",
            make_field("X__c", "double"),
            "a double field cannot hold a time; map it to a field of type combobox, date, datetime, email, "
            "multipicklist, phone, picklist, string, textarea, url",
        ),
        (
            "account_id",
            make_field("X__c", "date"),
            "a date field cannot hold a record id; map it to a field of type combobox, email, multipicklist, "
            "phone, picklist, reference, string, textarea, url",
        ),
    ],
)
def test_a_field_that_cannot_take_its_source_is_named_with_the_remedy(
    source: str, field: Row | None, expected: str
) -> None:
    fields = contact_fields(*([field] if field else []))

    assert faults_of(map_contact({"source": source, "field": "X__c"}), Contact=fields) == [
        f"Contact.X__c (from {source}): {expected}"
    ]


def test_every_source_is_a_column_of_the_scores() -> None:
    models = load_models()

    assert set(PersonSource) <= set(models["scored.person"].columns)
    assert set(AccountSource) <= set(models["scored.account_propensity"].columns)


def test_our_own_key_cannot_be_mapped() -> None:
    assert faults_of(map_contact({"source": "level", "field": EXTERNAL_ID})) == [
        f"Contact.{EXTERNAL_ID} (from level): this field holds our own id of the record; map another field"
    ]


def test_one_field_takes_one_source() -> None:
    again = {"source": "confidence_pct", "field": "score__C"}

    assert faults_of(map_contact(SCORE, again)) == [
        "Contact.Score__c: mapped from score and from confidence_pct; "
        "keep one of them, or give each a field of its own"
    ]


def test_an_object_that_the_org_hides_is_one_fault() -> None:
    assert faults_of(map_contact(*NAMED), Contact=[]) == [
        "Contact: the org lacks this object or hides it from the integration user; "
        "grant access to it, or switch update and create off"
    ]


@pytest.mark.parametrize(
    ("field", "remedy"),
    [
        (
            None,
            "and the org lacks it or hides it; create it as a unique external id of type Text(45) or longer, "
            "grant access to it, or switch create off",
        ),
        (
            make_field(EXTERNAL_ID),
            "and it is no external id; mark it as a unique external id, or switch create off",
        ),
        (
            make_field(EXTERNAL_ID, length=44, is_external_id=True),
            "and it cannot hold a text of 45 characters; create it as a unique external id of type Text(45) "
            "or longer, or switch create off",
        ),
        (
            make_field(EXTERNAL_ID, "double", is_external_id=True),
            "and it cannot hold a text of 45 characters; create it as a unique external id of type Text(45) "
            "or longer, or switch create off",
        ),
        (
            make_field(EXTERNAL_ID, is_external_id=True, is_createable=False),
            "and the integration user may not set it; grant edit access, or switch create off",
        ),
    ],
)
def test_creates_need_an_external_id(field: Row | None, remedy: str) -> None:
    fields = contact_fields(*([field] if field else []), without=EXTERNAL_ID)

    assert faults_of(map_contact(*NAMED, create=True), Contact=fields) == [
        f"Contact.{EXTERNAL_ID}: new records are created by upsert on this field, {remedy}"
    ]


def test_updates_need_no_external_id() -> None:
    connection = make_warehouse(fields={"Contact": contact_fields(without=EXTERNAL_ID)})

    assert len(read_mappings(map_contact(*NAMED), connection=connection)) == 1


def test_creates_need_every_required_field_mapped_and_not_off() -> None:
    off = {"source": "last_name", "field": "LastName", "rule": "off"}

    assert faults_of(map_contact(off, NAMED[1], create=True)) == [
        "Contact.LastName: required on new records and not mapped; map a source to it, or switch create off"
    ]


def test_what_salesforce_fills_itself_is_not_required() -> None:
    owner = make_field("OwnerId", "reference", is_nillable=False, is_defaulted=True)
    number = make_field("Number__c", is_nillable=False, is_createable=False, is_updateable=False)
    connection = make_warehouse(fields={"Contact": contact_fields(owner, number)})

    assert len(read_mappings(map_contact(*NAMED, create=True), connection=connection)) == 1


@pytest.mark.parametrize("source", [None, "title"])
def test_creates_need_the_email(source: str | None) -> None:
    mappings = [NAMED[0], *([{"source": source, "field": "Email"}] if source else [])]

    assert faults_of(map_contact(*mappings, create=True)) == [
        "Contact.Email: a new record without its email would be planned anew by every run; "
        "map email to it, or switch create off"
    ]


def test_a_new_account_needs_name_domain_and_external_id() -> None:
    account = [
        make_field("Name", is_nillable=False),
        make_field("Website", "url"),
        make_field("Propensity__c", length=20),
    ]
    propensity = {"source": "propensity", "field": "Propensity__c"}
    settings = make_settings(account={"create": True, "fields": [propensity]})

    assert faults_of(settings, Account=account) == [
        "Account.Name: required on new records and not mapped; map a source to it, or switch create off",
        "Account.Website: a new record without its domain would be planned anew by every run; "
        "map domain to it, or switch create off",
        f"Account.{EXTERNAL_ID}: new records are created by upsert on this field, and the org lacks it or "
        "hides it; create it as a unique external id of type Text(45) or longer, grant access to it, or "
        "switch create off",
    ]


def test_new_records_need_fields_that_may_be_set() -> None:
    locked = make_field("Score__c", "double", is_createable=False)

    assert faults_of(map_contact(*NAMED, SCORE, create=True), Contact=contact_fields(locked)) == [
        "Contact.Score__c (from score): the integration user may not set it on new records; "
        "grant edit access, or set the rule to off"
    ]


def test_all_faults_of_all_objects_come_at_once() -> None:
    settings = make_settings(
        contact={"fields": [{"source": "score", "field": "A__c"}, {"source": "level", "field": "Score__c"}]},
        account={"fields": [{"source": "domain", "field": "B__c"}]},
    )

    assert [fault.partition(":")[0] for fault in faults_of(settings)] == [
        "Contact.A__c (from score)",
        "Contact.Score__c (from level)",
        "Account.B__c (from domain)",
    ]
