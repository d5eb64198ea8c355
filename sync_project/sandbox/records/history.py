"""History rows: OpportunityHistory, and one row per changed field that the org tracks."""

from collections.abc import Iterator

from sync_project.sandbox.database import new_id, quote
from sync_project.sandbox.records.write_context import Values, WriteContext, insert_row
from sync_project.sandbox.schema import Field, SObject
from sync_project.sandbox.values import StoredValue, format_datetime

HISTORY_OBJECTS = {
    "Account": "AccountHistory",
    "Case": "CaseHistory",
    "Contact": "ContactHistory",
    "Lead": "LeadHistory",
    "Opportunity": "OpportunityFieldHistory",
}
_FIRST_TRACKED = {
    "Account": ("Name", "OwnerId"),
    "Case": ("OwnerId", "Status"),
    "Contact": ("AccountId", "Email", "OwnerId"),
    "Lead": ("Email", "OwnerId", "Status"),
    "Opportunity": ("Amount", "CloseDate", "OwnerId", "StageName"),
}
"""What an org tracks until its admin says otherwise [K]."""
_STEPS = ("StageName", "Amount", "Probability", "CloseDate", "ForecastCategory")
"""A change of one of these is a row of OpportunityHistory."""
_DATA_TYPES = {
    "date": "DateOnly",
    "datetime": "DateTime",
    "int": "Integer",
    "multipicklist": "MultiEnum",
    "picklist": "EnumOrId",
    "reference": "EntityId",
    "string": "Text",
    "textarea": "TextArea",
}
"""Where it is not describe's word with a capital."""


def write_history(context: WriteContext, sobject: SObject, row: Values, *, before: Values | None) -> None:
    """What the history objects keep of one write."""
    if context.schema.find_object(HISTORY_OBJECTS.get(sobject.name, "")) is None:
        return
    if sobject.name == "Opportunity" and "opportunityhistory" in context.schema.objects:
        _write_step(context, row, before=before)
    if before is None:
        _write_row(context, sobject, row, {"Field": "created", "DataType": "Text"})
        return
    for name in tracked_fields(context, sobject):
        if before[name] != row[name]:
            for values in _changes(context, sobject.fields[name.lower()], before[name], row[name]):
                _write_row(context, sobject, row, values)


def write_event(context: WriteContext, sobject: SObject, row: Values, event: str) -> None:
    """A row of field history that is no change of a field, such as ``leadConverted``."""
    if context.schema.find_object(HISTORY_OBJECTS[sobject.name]) is not None:
        _write_row(context, sobject, row, {"Field": event, "DataType": "Text"})


def tracked_fields(context: WriteContext, sobject: SObject) -> list[str]:
    """The API names of the fields whose changes are kept."""
    chosen = dict.fromkeys(_FIRST_TRACKED.get(sobject.name, ()), True)
    for rule in context.rules.find("history", sobject.name):
        chosen[str(rule["field"])] = bool(rule["tracked"])
    return [name for name, is_tracked in chosen.items() if is_tracked and name.lower() in sobject.fields]


def list_tracked(context: WriteContext) -> frozenset[tuple[str, str]]:
    """Every field whose changes are kept, by (object name, field name)."""
    return frozenset(
        (name, field)
        for name in HISTORY_OBJECTS
        if (sobject := context.schema.find_object(name)) is not None
        for field in tracked_fields(context, sobject)
    )


def _write_step(context: WriteContext, row: Values, *, before: Values | None) -> None:
    if before is not None and all(before[name] == row[name] for name in _STEPS):
        return
    history = context.schema.objects["opportunityhistory"]
    moment = format_datetime(context.now)
    step: Values = {
        "Id": new_id(context.connection, history),
        "OpportunityId": row["Id"],
        "CreatedById": context.user_id,
        "CreatedDate": moment,
        "SystemModstamp": moment,
        "ExpectedRevenue": row["ExpectedRevenue"],
        "PrevAmount": None if before is None else before["Amount"],
        "PrevCloseDate": None if before is None else before["CloseDate"],
    }
    insert_row(context.connection, history, step | {name: row[name] for name in _STEPS})
    for name in ("Amount", "CloseDate"):
        if before is not None and before[name] != row[name]:
            context.connection.execute(
                f'UPDATE "Opportunity" SET "Last{name}ChangedHistoryId" = ? WHERE Id = ?',
                (step["Id"], row["Id"]),
            )


def _changes(
    context: WriteContext, field: Field, old: StoredValue, new: StoredValue
) -> Iterator[dict[str, StoredValue]]:
    """One row; for a reference one with the names before the one with the ids [K: their order]."""
    if field.type == "reference":
        names = {"OldValue": _name_of(context, old), "NewValue": _name_of(context, new)}
        yield {"Field": _shown_name(field), "DataType": "Text", **names}
    data_type = _DATA_TYPES.get(field.type, field.type.capitalize())
    yield {"Field": _shown_name(field), "DataType": data_type, "OldValue": old, "NewValue": new}


def _shown_name(field: Field) -> str:
    """History calls a standard reference by its relationship: Owner, Account."""
    is_reference = field.type == "reference" and not field.custom
    return field.name.removesuffix("Id") if is_reference else field.name


def _name_of(context: WriteContext, record_id: StoredValue) -> StoredValue:
    for each in context.schema.objects.values():
        if record_id is not None and each.key_prefix == str(record_id)[:3] and "name" in each.fields:
            found = context.connection.execute(
                f"SELECT Name FROM {quote(each.name)} WHERE Id = ?", (record_id,)
            ).fetchone()
            return None if found is None else str(found[0])
    return None


def _write_row(context: WriteContext, sobject: SObject, row: Values, values: Values) -> None:
    history = context.schema.objects[HISTORY_OBJECTS[sobject.name].lower()]
    kept: Values = {
        "Id": new_id(context.connection, history),
        f"{sobject.name}Id": row["Id"],
        "CreatedById": context.user_id,
        "CreatedDate": format_datetime(context.now),
    }
    insert_row(context.connection, history, kept | values)
