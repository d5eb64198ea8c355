"""What every object demands of a record: writable and required fields, living parents, unique keys, rules.

Each check raises a RecordError.
"""

from sync_project.sandbox.database import quote
from sync_project.sandbox.describe import NEVER_DELETED
from sync_project.sandbox.errors import RecordError, fields_missing
from sync_project.sandbox.records.campaign_rules import check_model
from sync_project.sandbox.records.conditions import holds
from sync_project.sandbox.records.write_context import Values, WriteContext, find_by_external_id, find_object
from sync_project.sandbox.schema import ChildRelationship, Field, SObject
from sync_project.sandbox.values import StoredValue


def check_writable(sobject: SObject, values: Values, *, flag: str) -> None:
    """Every given field may be written: by its own flag and by field-level security."""
    fields = [sobject.fields[name.lower()] for name in values]
    refused = [each.name for each in fields if not (getattr(each, flag) and each.is_editable)]
    if refused:
        raise RecordError(
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            f"Unable to create/update fields: {', '.join(refused)}. Please check the security settings "
            "of this field and verify that it is read/write for your profile or permission set.",
            fields=refused,
        )


def check_required(sobject: SObject, row: Values, *, before: Values | None, given: Values) -> None:
    """No record is created without its required fields, and no update empties one.

    A loaded record that lacks one can still be updated.
    """
    missing = [
        each.name
        for each in sobject.required_fields
        if (before is None or each.name in given) and row.get(each.name) is None
    ]
    if missing:
        raise fields_missing(missing)


def check_approval(context: WriteContext, record_id: str) -> None:
    """A record in an approval is not written [K: text]."""
    if context.rules.is_locked(record_id):
        raise RecordError("ENTITY_IS_LOCKED", "the entity is locked for editing")


def check_deletable(context: WriteContext, sobject: SObject, row: Values) -> None:
    """The object may be deleted through the API, and no child forbids it."""
    is_made_by_callers = any(each.createable for each in sobject.fields.values())
    if not is_made_by_callers or sobject.name in NEVER_DELETED:
        raise RecordError("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
    if sobject.name == "CampaignInfluence":
        check_model(context.connection, row["ModelId"])
    for child in context.schema.children:
        if child.parent == sobject.name and child.restricted_delete:
            _check_no_child(context, row, child)


def _check_no_child(context: WriteContext, row: Values, child: ChildRelationship) -> None:
    holder = find_object(context.schema, child.child)
    name = next((each.name for each in holder.fields.values() if each.name_field), "Id")
    found = context.connection.execute(
        f"SELECT {quote(name)} FROM {quote(holder.name)} WHERE {quote(child.child_field)} = ? "
        "AND NOT IsDeleted ORDER BY Id LIMIT 5",
        (row["Id"],),
    ).fetchall()
    if found:
        names = ", ".join(each for (each,) in found)
        raise RecordError(
            "DELETE_FAILED",
            f"Your attempt to delete {row['Name']} could not be completed because it is associated with "
            f"the following {holder.label_plural.lower()}.: {names}\n",
        )


def check_reference(context: WriteContext, reference: Field, value: StoredValue) -> None:
    """A reference leads to a living record of the object that its key prefix names."""
    if reference.type != "reference" or value is None:
        return
    for target in map(context.schema.find_object, reference.reference_to):
        if target is None or target.key_prefix != str(value)[:3]:
            continue
        is_deleted, is_converted = (
            name if name.lower() in target.fields else "0" for name in ("IsDeleted", "IsConverted")
        )
        found = context.connection.execute(
            f"SELECT {is_deleted}, {is_converted} FROM {quote(target.name)} WHERE Id = ?", (value,)
        ).fetchone()
        if found is None:
            break
        if found[0]:
            raise RecordError("ENTITY_IS_DELETED", "entity is deleted", fields=[reference.name])
        if found[1]:
            raise RecordError("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
        return
    raise RecordError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", fields=[reference.name])


def check_unique(context: WriteContext, sobject: SObject, row: Values, *, given: Values) -> None:
    """No other record holds a given unique value, letter case ignored."""
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


def check_lock(context: WriteContext, sobject: SObject, row: Values) -> None:
    """Nobody else holds the record or one that it refers to; only the fault dial says that somebody does."""
    references = (each.name for each in sobject.fields.values() if each.type in {"id", "reference"})
    held = context.faults.find_locked(str(row[name]) for name in references)
    if held is not None:
        text = f"unable to obtain exclusive access to this record or 1 records: {held}"
        raise RecordError("UNABLE_TO_LOCK_ROW", text)


def apply_validation_rules(context: WriteContext, sobject: SObject, row: Values) -> None:
    """The admin's own rules, on the record as it is stored."""
    for rule in context.rules.find("validation", sobject.name):
        if holds(context, sobject, str(row["Id"]), str(rule["condition"])):
            fields = [str(rule["field"])] if rule.get("field") else []
            raise RecordError("FIELD_CUSTOM_VALIDATION_EXCEPTION", str(rule["message"]), fields=fields)
