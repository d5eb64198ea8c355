"""A record as a caller sent it, JSON or a row of Bulk's CSV, turned into values by API name."""

from collections.abc import Mapping

from sync_project.sandbox.errors import ApiError, RecordError
from sync_project.sandbox.records.write_context import Values, WriteContext, find_by_external_id
from sync_project.sandbox.schema import Field, Schema, SObject
from sync_project.sandbox.values import StoredValue, UnreadableValueError, read_value


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
        if found is None or found.is_compound:
            raise ApiError("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject.name}")
        values[found.name] = _read_json(found, value)
    return values


def read_csv_record(context: WriteContext, sobject: SObject, cells: Mapping[str, str]) -> Values:
    """The values of a Bulk row: an empty cell is left out, ``#N/A`` is null.

    ``Account.Ext__c`` names a parent. The header must have been checked. Raises RecordError.
    """
    values: Values = {}
    for name, cell in cells.items():
        found = sobject.fields.get(name.lower())
        if not cell or (found is not None and found.name == "Id"):
            continue
        if found is None:
            relationship, _, key = name.partition(".")
            reference, target_id = _resolve_relationship(context, sobject, relationship, {key: cell})
            values[reference.name] = target_id
            continue
        try:
            values[found.name] = read_value(found, None if cell == "#N/A" else cell)
        except UnreadableValueError as error:
            text = f"{found.label}: value not of required type: {cell}"
            raise RecordError("INVALID_TYPE_ON_FIELD_IN_RECORD", text, fields=[found.name]) from error
    return values


def read_key(key: Field, value: object) -> StoredValue:
    """The value of an upsert's key as it is stored."""
    return _read_json(key, value)


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


def find_parents(schema: Schema, sobject: SObject, name: str) -> tuple[Field | None, list[SObject]]:
    """The reference behind ``Owner``, and the objects it leads to; of ``User:Owner`` only that one."""
    kind, _, relationship = name.rpartition(":")
    reference = sobject.find_relationship(relationship)
    names = () if reference is None else reference.reference_to
    targets = [schema.find_object(each) for each in names if kind.lower() in {"", each.lower()}]
    return reference, [each for each in targets if each is not None]


def _resolve_relationship(
    context: WriteContext, sobject: SObject, name: str, value: Mapping[str, object]
) -> tuple[Field, str]:
    """A nested ``{"Account": {"Ext__c": "a-1"}}`` names its parent by external id."""
    reference, targets = find_parents(context.schema, sobject, name)
    keys = [each for each in value if each.lower() != "attributes"]
    if reference is None or len(keys) != 1:
        raise ApiError("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject.name}")
    for target in targets:
        key = target.find_field(keys[0])
        found = [] if key is None else _find_by_key(context, target, key, value[keys[0]])
        if len(found) == 1:
            return reference, found[0]
    raise RecordError(
        "INVALID_FIELD",
        f"Foreign key external ID: {value[keys[0]]} not found for field {keys[0]} "
        f"in entity {reference.reference_to[0]}",
    )


def _find_by_key(context: WriteContext, sobject: SObject, key: Field, value: object) -> list[str]:
    if not (key.external_id or key.id_lookup):
        return []
    try:
        return find_by_external_id(context, sobject, key, read_value(key, value))
    except UnreadableValueError:
        return []
