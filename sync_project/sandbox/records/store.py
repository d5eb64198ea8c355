"""One record is created, changed or deleted, its dates and derived fields kept.

Everything runs inside a transaction of the caller. A RecordError leaves nothing behind as long as
the caller wraps each record in a savepoint.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from sync_project.sandbox.database import new_id, quote
from sync_project.sandbox.errors import RecordError
from sync_project.sandbox.records.change import Change
from sync_project.sandbox.records.checks import (
    apply_validation_rules,
    check_lock,
    check_reference,
    check_required,
    check_unique,
    check_writable,
)
from sync_project.sandbox.records.effects import settle_record
from sync_project.sandbox.records.rules import check_change, derived_values
from sync_project.sandbox.records.write_context import Values, WriteContext, find_object, load_row
from sync_project.sandbox.schema import SObject
from sync_project.sandbox.traffic.usage import add_usage
from sync_project.sandbox.values import check_value, format_datetime


def create_record(context: WriteContext, sobject: SObject, values: Values) -> str:
    """Store a new record and return its id."""
    if not any(each.createable for each in sobject.fields.values()):
        raise RecordError("INVALID_TYPE_FOR_OPERATION", f"entity type {sobject.name} does not support create")
    check_writable(sobject, values, flag="createable")
    record_id = new_id(context.connection, sobject)
    row = _blank_row(sobject) | _defaults(context, sobject) | _without_nulls_of_defaults(sobject, values)
    row["Id"] = record_id
    _store(context, sobject, row, before=None, given=values)
    if sobject.name == "Campaign":
        add_default_statuses(context, record_id)
    return record_id


def update_record(context: WriteContext, sobject: SObject, record_id: str, values: Values) -> None:
    """Change a record; like Salesforce it stamps the record even when no value differs."""
    before = load_row(context.connection, sobject, record_id)
    check_writable(sobject, values, flag="updateable")
    stamps = _stamps(context, sobject, names=("LastModifiedDate", "SystemModstamp"))
    _store(context, sobject, before | stamps | values, before=before, given=values)


def delete_record(context: WriteContext, sobject: SObject, record_id: str) -> None:
    """Move a record and its cascading children to the recycle bin."""
    row = load_row(context.connection, sobject, record_id)
    if sobject.find_field("IsDeleted") is None:
        raise RecordError("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
    check_lock(context, sobject, row)
    stamps = _stamps(context, sobject, names=("LastModifiedDate", "SystemModstamp")) | {"IsDeleted": 1}
    _update_columns(context.connection, sobject, record_id, stamps)
    for child in context.schema.children:
        if child.parent == sobject.name and child.cascade_delete:
            child_object = find_object(context.schema, child.child)
            for child_id in _children_of(context.connection, child.child, child.child_field, record_id):
                delete_record(context, child_object, child_id)
    settle_record(context.connection, sobject, record_id)
    add_usage(context.connection, now=context.now, sobject=sobject.name, rows_written=1)


def add_default_statuses(context: WriteContext, campaign_id: str) -> None:
    """The two member statuses that every new campaign starts with."""
    sobject = find_object(context.schema, "CampaignMemberStatus")
    for order, (label, has_responded) in enumerate((("Sent", 0), ("Responded", 1)), start=1):
        row = _blank_row(sobject) | _defaults(context, sobject)
        row |= {
            "Id": new_id(context.connection, sobject),
            "CampaignId": campaign_id,
            "Label": label,
            "SortOrder": order,
            "IsDefault": int(order == 1),
            "HasResponded": has_responded,
        }
        insert_row(context.connection, sobject, row)


def insert_row(connection: sqlite3.Connection, sobject: SObject, row: Values) -> None:
    """Store a complete row as it is."""
    columns = ", ".join(quote(name) for name in row)
    marks = ", ".join("?" for _ in row)
    connection.execute(f"INSERT INTO {quote(sobject.name)} ({columns}) VALUES ({marks})", tuple(row.values()))


def _store(
    context: WriteContext, sobject: SObject, row: Values, *, before: Values | None, given: Values
) -> None:
    check_required(sobject, row, before=before, given=given)
    for name in given:
        found = sobject.fields[name.lower()]
        check_value(found, row[name], schema=context.schema)
        check_reference(context, found, row[name])
    change = Change(
        connection=context.connection, now=context.now, row=row, before=before, given=frozenset(given)
    )
    row = row | derived_values(sobject.name, change)
    check_change(sobject.name, replace(change, row=row))
    check_unique(context, sobject, row, given=given)
    apply_validation_rules(context, sobject, row)
    check_lock(context, sobject, row)
    if before is None:
        insert_row(context.connection, sobject, row)
    else:
        changed = {name: value for name, value in row.items() if value != before[name]}
        _update_columns(context.connection, sobject, str(row["Id"]), changed)
    settle_record(context.connection, sobject, str(row["Id"]))
    add_usage(context.connection, now=context.now, sobject=sobject.name, rows_written=1)


def _blank_row(sobject: SObject) -> Values:
    return {
        each.name: 0 if each.type == "boolean" else None for each in sobject.fields.values() if each.is_stored
    }


def _defaults(context: WriteContext, sobject: SObject) -> Values:
    """Audit fields, the owner and the default picklist values of a new record."""
    values = _stamps(context, sobject, names=("CreatedDate", "LastModifiedDate", "SystemModstamp"))
    for each in sobject.fields.values():
        if each.name == "OwnerId" and each.defaulted_on_create:
            values["OwnerId"] = context.user_id
        default = next((entry.value for entry in each.picklist if entry.is_default), None)
        if default is not None:
            values[each.name] = default
    if sobject.name == "User":
        values |= _user_defaults(context.connection)
    return values


def _user_defaults(connection: sqlite3.Connection) -> Values:
    """The org's only profile, and a nickname that nobody has."""
    profile_id, number = connection.execute(
        'SELECT (SELECT min(Id) FROM "Profile"), (SELECT count(*) FROM "User")'
    ).fetchone()
    return {"ProfileId": profile_id, "CommunityNickname": f"User{number}"}


def _without_nulls_of_defaults(sobject: SObject, values: Values) -> Values:
    """On create a null for a field with a default means the default."""
    return {
        name: value
        for name, value in values.items()
        if value is not None or not sobject.fields[name.lower()].defaulted_on_create
    }


def _stamps(context: WriteContext, sobject: SObject, *, names: Sequence[str]) -> Values:
    """The audit fields; their users follow the dates."""
    moment = format_datetime(context.now)
    values: Values = {name: moment for name in names if name.lower() in sobject.fields}
    for date_name, user_name in (("CreatedDate", "CreatedById"), ("LastModifiedDate", "LastModifiedById")):
        if date_name in values:
            values[user_name] = context.user_id
    return values


def _update_columns(connection: sqlite3.Connection, sobject: SObject, record_id: str, values: Values) -> None:
    if not values:
        return
    columns = ", ".join(f"{quote(name)} = ?" for name in values)
    connection.execute(
        f"UPDATE {quote(sobject.name)} SET {columns} WHERE Id = ?", (*values.values(), record_id)
    )


def _children_of(connection: sqlite3.Connection, child: str, child_field: str, parent_id: str) -> list[str]:
    rows = connection.execute(
        f"SELECT Id FROM {quote(child)} WHERE {quote(child_field)} = ? AND NOT IsDeleted", (parent_id,)
    ).fetchall()
    return [record_id for (record_id,) in rows]
