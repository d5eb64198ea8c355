"""What every object demands of a record: writable and required fields, living parents, unique keys, rules.

Each check raises a RecordError.
"""

from sync_project.sandbox.database import quote
from sync_project.sandbox.errors import RecordError
from sync_project.sandbox.records.write_context import Values, WriteContext, find_by_external_id
from sync_project.sandbox.schema import Field, SObject
from sync_project.sandbox.values import StoredValue, write_json


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
        for each in sobject.fields.values()
        if (before is None or each.name in given)
        and each.createable
        and not each.nillable
        and row.get(each.name) is None
    ]
    if missing:
        raise RecordError(
            "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(missing)}]", fields=missing
        )


def check_reference(context: WriteContext, reference: Field, value: StoredValue) -> None:
    """A reference leads to a living record of the object that its key prefix names."""
    if reference.type != "reference" or value is None:
        return
    for target in map(context.schema.find_object, reference.reference_to):
        if target is None or target.key_prefix != str(value)[:3]:
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
    """The admin's own rules, on the record as it will be stored."""
    rules = context.validation_rules.get(sobject.name, ())
    if not rules:
        return
    shown = {name: write_json(sobject.fields[name.lower()], value) for name, value in row.items()}
    for rule in rules:
        if rule.when(shown):
            raise RecordError(
                "FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, fields=[rule.field] if rule.field else []
            )
