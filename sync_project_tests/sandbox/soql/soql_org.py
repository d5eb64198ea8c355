"""A small org for the SOQL tests: a schema written by hand, and its rows in SQLite in memory.

Six accounts, four contacts, two leads, three opportunities, four tasks; what is null, deleted, or
differs only in letter case is there on purpose.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sync_project.sandbox.schema import (
    ChildRelationship,
    Field,
    PicklistValue,
    Schema,
    SObject,
    fields_by_name,
)
from sync_project.sandbox.soql.column_metadata import describe_columns
from sync_project.sandbox.soql.context import QueryContext
from sync_project.sandbox.soql.execute import run_query
from sync_project.sandbox.soql.result import QueryResult

NOW = datetime(2026, 5, 20, 10, 30, tzinfo=UTC)
"""A Wednesday."""

ADA, BOB = "005000000000001AAA", "005000000000002AAA"
ACME, BETA, GAMMA, EMPTY, GONE, ZURICH = (f"00100000000000{n}AAA" for n in range(1, 7))
ANN, BEN, CY, DEL = (f"00300000000000{n}AAA" for n in range(1, 5))
LEA, LEO = (f"00Q00000000000{n}AAA" for n in range(1, 3))
DEAL, LOST, OPEN = (f"00600000000000{n}AAA" for n in range(1, 4))
CALL, MAIL, NOTE, OLD = (f"00T00000000000{n}AAA" for n in range(1, 5))

_USABLE = {"filterable": True, "sortable": True, "groupable": True, "aggregatable": True}


def _field(name: str, kind: str = "string", **flags: Any) -> Field:
    return Field(name=name, type=kind, label=name, custom=name.endswith("__c"), **(_USABLE | flags))


def _reference(name: str, *targets: str) -> Field:
    return _field(name, "reference", reference_to=targets, relationship_name=name.removesuffix("Id"))


def _picklist(name: str, *values: str) -> Field:
    entries = tuple(PicklistValue(value=each, label=f"{each}!") for each in values)
    return _field(name, "picklist", picklist=entries)


def _object(name: str, prefix: str, *fields: Field) -> SObject:
    own = [_field("Id", "id"), _field("Name", name_field=True), *fields]
    return SObject(
        name=name, label=name, label_plural=f"{name}s", key_prefix=prefix, fields=fields_by_name(own)
    )


_DELETED = _field("IsDeleted", "boolean", aggregatable=False)
_ADDRESS = {"compound_field_name": "BillingAddress"}

SCHEMA = Schema(
    objects={
        each.name.lower(): each
        for each in (
            _object(
                "User",
                "005",
                _field("Email", "email"),
                _field("IsActive", "boolean"),
                _reference("ManagerId", "User"),
            ),
            _object(
                "Account",
                "001",
                _DELETED,
                _picklist("Industry", "Technology", "Banking"),
                _field("AnnualRevenue", "currency"),
                _field("NumberOfEmployees", "int"),
                _field("Description", "textarea", filterable=False, sortable=False, groupable=False),
                _field("BillingStreet", "textarea", **_ADDRESS),
                _field("BillingCity", **_ADDRESS),
                _field("BillingLatitude", "double", **_ADDRESS),
                _field("BillingLongitude", "double", **_ADDRESS),
                _field("BillingAddress", "address", sortable=False, groupable=False, aggregatable=False),
                _field("CreatedDate", "datetime"),
                _field("LastActivityDate", "date"),
                _reference("OwnerId", "User"),
                _reference("ParentId", "Account"),
                _field("Tags__c", "multipicklist", sortable=False, groupable=False),
                _field("Active__c", "boolean"),
                _field("Opens__c", "time"),
                _field("Secret__c", is_visible=False),
            ),
            _object(
                "Contact",
                "003",
                _DELETED,
                _field("Email", "email"),
                _reference("AccountId", "Account"),
                _reference("ReportsToId", "Contact"),
                _reference("OwnerId", "User"),
            ),
            _object(
                "Lead",
                "00Q",
                _DELETED,
                _field("Email", "email"),
                _field("Company"),
                _reference("OwnerId", "Group", "User"),
            ),
            _object(
                "Opportunity",
                "006",
                _DELETED,
                _picklist("StageName", "Open", "Closed Won", "Closed Lost"),
                _field("Amount", "currency"),
                _field("CloseDate", "date"),
                _reference("AccountId", "Account"),
            ),
            _object(
                "Task",
                "00T",
                _DELETED,
                _field("IsArchived", "boolean"),
                _reference("WhoId", "Contact", "Lead"),
                _reference("WhatId", "Account", "Opportunity"),
            ),
        )
    },
    children=(
        ChildRelationship(parent="Account", name="Contacts", child="Contact", child_field="AccountId"),
        ChildRelationship(
            parent="Account", name="Opportunities", child="Opportunity", child_field="AccountId"
        ),
        ChildRelationship(parent="Account", name="ChildAccounts", child="Account", child_field="ParentId"),
    ),
)

_COLUMN_TYPES = {"boolean": "INTEGER", "int": "INTEGER", "double": "REAL", "currency": "REAL"}

_Row = dict[str, str | int | float]

ROWS: dict[str, list[_Row]] = {
    "User": [
        {"Id": ADA, "Name": "Ada", "Email": "ada@x.io", "IsActive": 1},
        {"Id": BOB, "Name": "Bob", "Email": "bob@x.io", "IsActive": 0, "ManagerId": ADA},
    ],
    "Account": [
        {
            "Id": ACME,
            "Name": "Acme",
            "Industry": "Technology",
            "AnnualRevenue": 1000.0,
            "NumberOfEmployees": 10,
            "Description": "Makes all",
            "BillingStreet": "1 Way",
            "BillingCity": "Bern",
            "BillingLatitude": 46.9,
            "BillingLongitude": 7.4,
            "CreatedDate": "2026-01-02T10:00:00.000+0000",
            "LastActivityDate": "2026-05-20",
            "OwnerId": ADA,
            "Tags__c": "Hot;New",
            "Active__c": 1,
            "Opens__c": "08:30:00.000Z",
            "Secret__c": "s",
        },
        {
            "Id": BETA,
            "Name": "beta 100%",
            "Industry": "Banking",
            "AnnualRevenue": 2500.5,
            "NumberOfEmployees": 200,
            "CreatedDate": "2026-05-19T23:59:59.000+0000",
            "LastActivityDate": "2026-05-19",
            "OwnerId": BOB,
            "ParentId": ACME,
            "Tags__c": "Hot",
            "Active__c": 0,
        },
        {
            "Id": GAMMA,
            "Name": "ACME",
            "Industry": "Mining",
            "NumberOfEmployees": 10,
            "CreatedDate": "2026-05-20T00:00:00.000+0000",
            "LastActivityDate": "2026-05-17",
            "OwnerId": BOB,
            "ParentId": BETA,
            "Active__c": 1,
        },
        {"Id": EMPTY, "CreatedDate": "2025-05-20T12:00:00.000+0000", "OwnerId": ADA, "Active__c": 0},
        {
            "Id": GONE,
            "Name": "Gone",
            "CreatedDate": "2026-05-20T09:00:00.000+0000",
            "OwnerId": ADA,
            "IsDeleted": 1,
            "Active__c": 0,
        },
        {
            "Id": ZURICH,
            "Name": "Zürich Straße",
            "Industry": "Banking",
            "AnnualRevenue": -1.0,
            "CreatedDate": "2026-04-30T08:00:00.000+0000",
            "LastActivityDate": "2026-04-01",
            "OwnerId": BOB,
            "Tags__c": "New;Cold",
            "Active__c": 0,
        },
    ],
    "Contact": [
        {"Id": ANN, "Name": "Ann", "Email": "ann@acme.com", "AccountId": ACME, "OwnerId": ADA},
        {"Id": BEN, "Name": "Ben", "AccountId": ACME, "OwnerId": BOB, "ReportsToId": ANN},
        {"Id": CY, "Name": "Cy", "Email": "cy@free.com", "OwnerId": BOB},
        {"Id": DEL, "Name": "Del", "AccountId": ACME, "OwnerId": BOB, "IsDeleted": 1},
    ],
    "Lead": [
        {"Id": LEA, "Name": "Lea", "Email": "lea@beta.com", "Company": "Beta", "OwnerId": ADA},
        {"Id": LEO, "Name": "Leo", "Company": "O'Neill & Söhne", "OwnerId": "00G000000000001AAA"},
    ],
    "Opportunity": [
        {
            "Id": DEAL,
            "Name": "Deal",
            "StageName": "Closed Won",
            "Amount": 100.0,
            "CloseDate": "2026-03-31",
            "AccountId": ACME,
        },
        {
            "Id": LOST,
            "Name": "Lost",
            "StageName": "Closed Lost",
            "Amount": 50.0,
            "CloseDate": "2026-05-20",
            "AccountId": ACME,
        },
        {"Id": OPEN, "Name": "Open", "StageName": "Open", "CloseDate": "2026-06-30", "AccountId": BETA},
    ],
    "Task": [
        {"Id": CALL, "Name": "Call", "WhoId": ANN, "WhatId": ACME, "IsArchived": 0},
        {"Id": MAIL, "Name": "Mail", "WhoId": LEA, "IsArchived": 0},
        {"Id": NOTE, "Name": "Note", "WhatId": DEAL, "IsArchived": 0},
        {"Id": OLD, "Name": "Old", "WhoId": ANN, "IsArchived": 1},
    ],
}


def build_org(
    rows: Mapping[str, Sequence[_Row]] = ROWS, *, factory: type[sqlite3.Connection] = sqlite3.Connection
) -> sqlite3.Connection:
    """The database of ``SCHEMA`` with these rows; a row that says nothing of IsDeleted is not deleted."""
    connection = sqlite3.connect(":memory:", factory=factory)
    for entity in SCHEMA.objects.values():
        _create_table(connection, entity)
        for row in rows.get(entity.name, ()):
            _insert(connection, entity, row)
    return connection


def _create_table(connection: sqlite3.Connection, entity: SObject) -> None:
    columns = (
        f'"{each.name}" {_COLUMN_TYPES.get(each.type, "TEXT")}'
        for each in entity.fields.values()
        if each.is_stored
    )
    connection.execute(f'CREATE TABLE "{entity.name}" ({", ".join(columns)})')


def _insert(connection: sqlite3.Connection, entity: SObject, row: _Row) -> None:
    filled = ({"IsDeleted": 0} if "isdeleted" in entity.fields else {}) | row
    names = ", ".join(f'"{each}"' for each in filled)
    marks = ", ".join("?" * len(filled))
    connection.execute(f'INSERT INTO "{entity.name}" ({names}) VALUES ({marks})', tuple(filled.values()))


def make_context(
    *, connection: sqlite3.Connection | None = None, include_deleted: bool = False, version: str = "59.0"
) -> QueryContext:
    """The small org as Ada sees it at ``NOW``."""
    return QueryContext(
        schema=SCHEMA,
        connection=connection or build_org(),
        sees_deleted=include_deleted,
        user_id=ADA,
        now=NOW,
        version=version,
    )


def ask(
    soql: str,
    *,
    connection: sqlite3.Connection | None = None,
    include_deleted: bool = False,
    version: str = "59.0",
) -> QueryResult:
    """The answer of the small org, to Ada, at ``NOW``."""
    context = make_context(connection=connection, include_deleted=include_deleted, version=version)
    return run_query(soql, context=context)


def columns_of(soql: str) -> list[object]:
    """The columns that the query selects, as ``columns=true`` names them."""
    columns = describe_columns(soql, context=make_context())["columnMetadata"]
    assert isinstance(columns, list)
    return [each["columnName"] for each in columns]


def names_of(soql: str, *, include_deleted: bool = False) -> list[object]:
    """The Name of each record in the answer."""
    return [record["Name"] for record in ask(soql, include_deleted=include_deleted).records]


def without_attributes(value: object) -> object:
    """A record, or a list of them, without the ``attributes`` at any depth."""
    if isinstance(value, dict):
        return {key: without_attributes(each) for key, each in value.items() if key != "attributes"}
    return [without_attributes(each) for each in value] if isinstance(value, list) else value
