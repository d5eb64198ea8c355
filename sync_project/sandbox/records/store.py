"""One record is created or changed, its dates and derived fields kept.

Everything runs inside a transaction of the caller. A RecordError leaves nothing behind as long as
the caller wraps each record in a savepoint.
"""

import sqlite3
from dataclasses import replace

from sync_project.sandbox.database import new_id
from sync_project.sandbox.errors import RecordError
from sync_project.sandbox.records.assignment_rules import find_owner
from sync_project.sandbox.records.change import Change
from sync_project.sandbox.records.checks import (
    apply_validation_rules,
    check_approval,
    check_lock,
    check_reference,
    check_required,
    check_unique,
    check_writable,
)
from sync_project.sandbox.records.duplicate_rules import check_duplicates
from sync_project.sandbox.records.effects import settle_change
from sync_project.sandbox.records.history import write_history
from sync_project.sandbox.records.rules import check_change, derived_values
from sync_project.sandbox.records.write_context import (
    CHANGED,
    NEW,
    Values,
    WriteContext,
    find_object,
    insert_row,
    load_row,
    stamp,
    update_columns,
)
from sync_project.sandbox.schema import SObject
from sync_project.sandbox.traffic.usage import add_usage
from sync_project.sandbox.values import check_value


def create_record(context: WriteContext, sobject: SObject, values: Values, *, is_system: bool = False) -> str:
    """Store a new record and return its id; the system itself may write read-only fields."""
    if not any(each.createable for each in sobject.fields.values()):
        raise RecordError("INVALID_TYPE_FOR_OPERATION", f"entity type {sobject.name} does not support create")
    if not is_system:
        check_writable(sobject, values, flag="createable")
    record_id = new_id(context.connection, sobject)
    row = _defaults(context, sobject) | _without_nulls_of_defaults(sobject, values)
    row["Id"] = record_id
    _store(context, sobject, row, before=None, given=values)
    if sobject.name == "Campaign":
        add_default_statuses(context, record_id)
    elif sobject.name == "Opportunity" and row["ContactId"] is not None:
        role: Values = {"OpportunityId": record_id, "ContactId": row["ContactId"], "IsPrimary": 1}
        create_record(context, find_object(context.schema, "OpportunityContactRole"), role)
    return record_id


def update_record(
    context: WriteContext, sobject: SObject, record_id: str, values: Values, *, is_system: bool = False
) -> None:
    """Change a record; like Salesforce it stamps the record even when no value differs."""
    before = load_row(context.connection, sobject, record_id)
    check_approval(context, str(before["Id"]))
    if not is_system:
        check_writable(sobject, values, flag="updateable")
    stamps = stamp(context, sobject, names=CHANGED)
    _store(context, sobject, before | stamps | values, before=before, given=values)


def add_default_statuses(context: WriteContext, campaign_id: str) -> None:
    """The two member statuses that every new campaign starts with."""
    sobject = find_object(context.schema, "CampaignMemberStatus")
    for order, (label, has_responded) in enumerate((("Sent", 0), ("Responded", 1)), start=1):
        row = _defaults(context, sobject)
        row |= {
            "Id": new_id(context.connection, sobject),
            "CampaignId": campaign_id,
            "Label": label,
            "SortOrder": order,
            "IsDefault": int(order == 1),
            "HasResponded": has_responded,
        }
        insert_row(context.connection, sobject, row)


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
    check_lock(context, sobject, row)
    if before is None:
        insert_row(context.connection, sobject, row)
    else:
        changed = {name: value for name, value in row.items() if value != before[name]}
        update_columns(context.connection, sobject, str(row["Id"]), changed)
    apply_validation_rules(context, sobject, row)
    check_duplicates(context, sobject, row, before=before)
    row |= _assign(context, sobject, str(row["Id"]), is_new=before is None)
    write_history(context, sobject, row, before=before)
    settle_change(context.connection, sobject, row, before=before)
    add_usage(context.connection, now=context.now, sobject=sobject.name, rows_written=1)


def _assign(context: WriteContext, sobject: SObject, record_id: str, *, is_new: bool) -> Values:
    """The owner that an assignment rule gives the stored record, in place of any other [R header]."""
    owner = find_owner(context, sobject, record_id, is_new=is_new)
    if owner is None:
        return {}
    update_columns(context.connection, sobject, record_id, {"OwnerId": owner})
    return {"OwnerId": owner}


def _defaults(context: WriteContext, sobject: SObject) -> Values:
    """Audit fields, the owner and the default picklist values of a new record."""
    stamps = stamp(context, sobject, names=NEW)
    values: Values = {**sobject.blank_row, **stamps}
    owner = sobject.fields.get("ownerid")
    if owner is not None and owner.defaulted_on_create:
        values["OwnerId"] = context.user_id
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
