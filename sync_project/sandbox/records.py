"""One record: read what a caller sent, judge it, store it.

Everything runs inside a transaction of the caller. A RecordError leaves nothing behind as long as
the caller wraps each record in a savepoint.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sync_project.sandbox.database import new_id, quote
from sync_project.sandbox.effects import settle_record
from sync_project.sandbox.errors import ApiError, RecordError, not_found
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.rules import Change, check_change, derived_values
from sync_project.sandbox.schema import Field, Schema, SObject
from sync_project.sandbox.values import (
    StoredValue,
    UnreadableValueError,
    check_value,
    format_datetime,
    read_value,
    write_json,
)

Values = dict[str, StoredValue]
"""API name to stored value."""


@dataclass(frozen=True, kw_only=True)
class ValidationRule:
    """An admin's rule: a record for which ``when`` holds is refused with the message."""

    when: Callable[[Mapping[str, object]], bool]
    message: str
    field: str | None = None


@dataclass(frozen=True, kw_only=True)
class WriteContext:
    """All that a write depends on."""

    connection: sqlite3.Connection
    schema: Schema
    user_id: str
    now: datetime
    validation_rules: Mapping[str, Sequence[ValidationRule]] = field(default_factory=dict)


def find_object(schema: Schema, name: str) -> SObject:
    """The object of that name; a 404 when there is none."""
    found = schema.find_object(name)
    if found is None:
        raise not_found()
    return found


def read_record(context: WriteContext, sobject: SObject, body: Mapping[str, object]) -> Values:
    """The values of a JSON record by API name, ``attributes`` and ``Id`` left out.

    Unknown fields and values of the wrong type fail the whole request: Salesforce reads the JSON
    into records before it looks at any of them [K for collections].
    """
    values: Values = {}
    for name, value in body.items():
        if name.lower() in {"attributes", "id"}:
            continue
        if isinstance(value, Mapping):
            reference, target_id = _resolve_relationship(context, sobject, name, value)
            values[reference.name] = target_id
            continue
        found = sobject.find_field(name)
        if found is None or not found.is_stored:
            raise ApiError("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject.name}")
        values[found.name] = _read_json(found, value)
    return values


def read_csv_record(context: WriteContext, sobject: SObject, cells: Mapping[str, str]) -> Values:
    """The values of a Bulk row: an empty cell is left out, ``#N/A`` is null.

    ``Account.Ext__c`` names a parent. The header must have been checked. Raises RecordError.
    """
    values: Values = {}
    for name, cell in cells.items():
        if not cell or name.lower() == "id":
            continue
        value = None if cell == "#N/A" else cell
        relationship, _, key = name.partition(".")
        if key:
            reference, target_id = _resolve_relationship(context, sobject, relationship, {key: cell})
            values[reference.name] = target_id
            continue
        found = sobject.fields[name.lower()]
        try:
            values[found.name] = read_value(found, value)
        except UnreadableValueError as error:
            text = f"{found.label}: value not of required type: {cell}"
            raise RecordError("INVALID_TYPE_ON_FIELD_IN_RECORD", text, fields=[found.name]) from error
    return values


def create_record(context: WriteContext, sobject: SObject, values: Values) -> str:
    """Store a new record and return its id."""
    if not any(each.createable for each in sobject.fields.values()):
        raise RecordError("INVALID_TYPE_FOR_OPERATION", f"entity type {sobject.name} does not support create")
    _check_writable(sobject, values, flag="createable")
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
    _check_writable(sobject, values, flag="updateable")
    stamps = _stamps(context, sobject, names=("LastModifiedDate", "SystemModstamp"))
    _store(context, sobject, before | stamps | values, before=before, given=values)


def delete_record(context: WriteContext, sobject: SObject, record_id: str) -> None:
    """Move a record and its cascading children to the recycle bin."""
    load_row(context.connection, sobject, record_id)
    if sobject.find_field("IsDeleted") is None:
        raise RecordError("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
    stamps = _stamps(context, sobject, names=("LastModifiedDate", "SystemModstamp")) | {"IsDeleted": 1}
    _update_columns(context.connection, sobject, record_id, stamps)
    for child in context.schema.children:
        if child.parent == sobject.name and child.cascade_delete:
            child_object = find_object(context.schema, child.child)
            for child_id in _children_of(context.connection, child.child, child.child_field, record_id):
                delete_record(context, child_object, child_id)
    settle_record(context.connection, sobject, record_id)


def find_by_external_id(context: WriteContext, sobject: SObject, key: Field, value: StoredValue) -> list[str]:
    """The ids of the records with that value, letter case ignored as Salesforce does."""
    living = " AND NOT IsDeleted" if sobject.find_field("IsDeleted") else ""
    rows = context.connection.execute(
        f"SELECT Id FROM {quote(sobject.name)} "
        f"WHERE {quote(key.name)} = ? COLLATE NOCASE{living} ORDER BY Id",
        (value,),
    ).fetchall()
    return [record_id for (record_id,) in rows]


def find_key(sobject: SObject, name: str) -> Field:
    """The field that an upsert may name as its key."""
    found = sobject.find_field(name)
    if found is None or not (found.id_lookup or found.external_id):
        raise not_found(f"Provided external ID field does not exist or is not accessible: {name}")
    return found


def read_key(key: Field, value: object) -> StoredValue:
    """The value of an upsert's key as it is stored."""
    return _read_json(key, value)


def load_row(connection: sqlite3.Connection, sobject: SObject, record_id: str) -> Values:
    """Every stored column of a living record."""
    if normalise_id(record_id) is None:
        raise RecordError("MALFORMED_ID", f"malformed id {record_id}", fields=["Id"])
    cursor = connection.execute(
        f"SELECT * FROM {quote(sobject.name)} WHERE Id = ?", (normalise_id(record_id),)
    )
    row = cursor.fetchone()
    if row is None:
        raise RecordError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    values: Values = dict(zip((column[0] for column in cursor.description), row, strict=True))
    if values.get("IsDeleted"):
        raise RecordError("ENTITY_IS_DELETED", "entity is deleted", status=404)
    return values


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
    _check_required(sobject, row)
    for name in given:
        field_ = sobject.fields[name.lower()]
        check_value(field_, row[name], schema=context.schema)
        _check_reference(context, field_, row[name])
    change = Change(
        connection=context.connection, now=context.now, row=row, before=before, given=frozenset(given)
    )
    row = row | derived_values(sobject.name, change)
    check_change(sobject.name, Change(**(vars(change) | {"row": row})))
    _check_unique(context, sobject, row, given=given)
    _apply_validation_rules(context, sobject, row)
    if before is None:
        insert_row(context.connection, sobject, row)
    else:
        changed = {name: value for name, value in row.items() if value != before[name]}
        _update_columns(context.connection, sobject, str(row["Id"]), changed)
    settle_record(context.connection, sobject, str(row["Id"]))


def _read_json(found: Field, value: object) -> StoredValue:
    try:
        return read_value(found, value)
    except UnreadableValueError as error:
        raise ApiError(
            "JSON_PARSER_ERROR",
            f"Cannot deserialize instance of {found.type} from {_token_name(value)} value {value} "
            "or request may be missing a required field at [line:1, column:1]",
        ) from error


def _token_name(value: object) -> str:
    """Jackson's name of a JSON token, which Salesforce's message shows."""
    if isinstance(value, bool):
        return "VALUE_TRUE" if value else "VALUE_FALSE"
    if isinstance(value, int):
        return "VALUE_NUMBER_INT"
    if isinstance(value, float):
        return "VALUE_NUMBER_FLOAT"
    return "VALUE_STRING" if isinstance(value, str) else "START_ARRAY"


def _resolve_relationship(
    context: WriteContext, sobject: SObject, name: str, value: Mapping[str, object]
) -> tuple[Field, str]:
    """A nested ``{"Account": {"Ext__c": "a-1"}}`` names its parent by external id."""
    reference = sobject.find_relationship(name)
    keys = [each for each in value if each.lower() != "attributes"]
    if reference is None or len(keys) != 1:
        raise ApiError("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject.name}")
    for target in (find_object(context.schema, each) for each in reference.reference_to):
        key = target.find_field(keys[0])
        if key is None or not (key.external_id or key.id_lookup):
            continue
        found = find_by_external_id(context, target, key, read_key(key, value[keys[0]]))
        if len(found) == 1:
            return reference, found[0]
    raise RecordError(
        "INVALID_FIELD",
        f"Foreign key external ID: {value[keys[0]]} not found for field {keys[0]} "
        f"in entity {reference.reference_to[0]}",
    )


def _check_writable(sobject: SObject, values: Values, *, flag: str) -> None:
    fields = [sobject.fields[name.lower()] for name in values]
    refused = [each.name for each in fields if not (getattr(each, flag) and each.is_editable)]
    if refused:
        raise RecordError(
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            f"Unable to create/update fields: {', '.join(refused)}. Please check the security settings "
            "of this field and verify that it is read/write for your profile or permission set.",
            fields=refused,
        )


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
        values["ProfileId"] = _only_profile(context.connection)
    return values


def _only_profile(connection: sqlite3.Connection) -> StoredValue:
    row = connection.execute('SELECT Id FROM "Profile" ORDER BY Id LIMIT 1').fetchone()
    return None if row is None else row[0]


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


def _check_required(sobject: SObject, row: Values) -> None:
    missing = [
        each.name
        for each in sobject.fields.values()
        if each.createable and not each.nillable and row.get(each.name) is None and not _is_filled_later(each)
    ]
    if missing:
        raise RecordError(
            "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(missing)}]", fields=missing
        )


def _is_filled_later(each: Field) -> bool:
    return each.defaulted_on_create and each.name in {"CommunityNickname"}


def _check_reference(context: WriteContext, reference: Field, value: StoredValue) -> None:
    if reference.type != "reference" or value is None:
        return
    for target in (find_object(context.schema, each) for each in reference.reference_to):
        if target.key_prefix != str(value)[:3]:
            continue
        living = ", IsDeleted" if "isdeleted" in target.fields else ", 0"
        found = context.connection.execute(
            f"SELECT Id{living} FROM {quote(target.name)} WHERE Id = ?", (value,)
        ).fetchone()
        if found is not None and not found[1]:
            return
        if found is not None:
            raise RecordError("ENTITY_IS_DELETED", "entity is deleted", fields=[reference.name])
    raise RecordError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", fields=[reference.name])


def _check_unique(context: WriteContext, sobject: SObject, row: Values, *, given: Values) -> None:
    for name in given:
        key = sobject.fields[name.lower()]
        if not key.unique or row[name] is None:
            continue
        others = [each for each in find_by_external_id(context, sobject, key, row[name]) if each != row["Id"]]
        if others:
            raise RecordError(
                "DUPLICATE_VALUE",
                f"duplicate value found: {name} duplicates value on record with id: {others[0]}",
            )


def _apply_validation_rules(context: WriteContext, sobject: SObject, row: Values) -> None:
    rules = context.validation_rules.get(sobject.name, ())
    if not rules:
        return
    shown = {name: write_json(sobject.fields[name.lower()], value) for name, value in row.items()}
    for rule in rules:
        if rule.when(shown):
            raise RecordError(
                "FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, fields=[rule.field] if rule.field else []
            )


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
