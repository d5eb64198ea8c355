"""sObject Collections: up to 200 records a request, one API call, each record with its own result."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from sync_project.sandbox.database import quote, savepoint
from sync_project.sandbox.errors import ApiError, RecordError
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.records import (
    Values,
    WriteContext,
    create_record,
    delete_record,
    find_by_external_id,
    find_key,
    find_object,
    read_record,
    update_record,
)
from sync_project.sandbox.row_shape import choose_fields, shape_row
from sync_project.sandbox.schema import Field, Schema, SObject
from sync_project.sandbox.web import Call, Reply

_MOST_RECORDS = 200
_MOST_CHUNKS = 10
_MOST_RETRIEVED = 2_000

Result = dict[str, object]
Write = Callable[[], Result]
"""One record's write, already read from the JSON; raises RecordError."""


def create(call: Call) -> Reply:
    """``POST /composite/sobjects``."""

    def prepare(context: WriteContext, record: Mapping[str, object]) -> Write:
        sobject = _object_of(context.schema, record)
        if _given_id(record):
            raise RecordError(
                "INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", fields=["Id"]
            )
        values = read_record(context, sobject, record)
        return lambda: _success(create_record(context, sobject, values))

    return _write_all(call, prepare)


def update(call: Call) -> Reply:
    """``PATCH /composite/sobjects``."""

    def prepare(context: WriteContext, record: Mapping[str, object]) -> Write:
        sobject = _object_of(context.schema, record)
        values = read_record(context, sobject, record)
        record_id = _given_id(record)
        if not record_id:
            raise RecordError("MISSING_ARGUMENT", "Id not specified in an update call", fields=["Id"])
        return lambda: _update(context, sobject, record_id, values)

    return _write_all(call, prepare)


def upsert(call: Call) -> Reply:
    """``PATCH /composite/sobjects/X/{field}``."""
    sobject = find_object(call.org.schema, call.path["sobject"])
    is_by_id = call.path["field"].lower() == "id"
    key = sobject.fields["id"] if is_by_id else find_key(sobject, call.path["field"])

    def prepare(context: WriteContext, record: Mapping[str, object]) -> Write:
        if _object_of(context.schema, record) != sobject:
            raise RecordError("INVALID_INPUT", f"Every record must be of type {sobject.name}")
        values = read_record(context, sobject, record)
        if is_by_id:
            record_id = _given_id(record)
            return lambda: upsert_by_id(context, sobject, record_id, values)
        return lambda: upsert_by_key(context, sobject, key, values)

    return _write_all(call, prepare, created_on_error=True)


def delete(call: Call) -> Reply:
    """``DELETE /composite/sobjects?ids=&allOrNone=``."""
    ids = [each.strip() for each in call.query.get("ids", "").split(",") if each.strip()]
    _check_count(ids)
    with call.org.transaction():
        context = call.org.write_context()
        writes = [_prepare_delete(context, each) for each in ids]
        is_all_or_none = call.query.get("allOrNone", "false").lower() == "true"
        return Reply(body=run_writes(context, writes, is_all_or_none=is_all_or_none))


def retrieve(call: Call) -> Reply:
    """``POST /composite/sobjects/X``: the records in the order of the ids, null for each that is missing."""
    sobject = find_object(call.org.schema, call.path["sobject"])
    body = call.read_object()
    ids, names = _text_list(body, "ids"), _text_list(body, "fields")
    if len(ids) > _MOST_RETRIEVED:
        raise ApiError(
            "EXCEEDED_ID_LIMIT", f"record limit reached. cannot submit more than {_MOST_RETRIEVED} ids"
        )
    fields = choose_fields(sobject, names)
    wanted = [normalise_id(each) or each for each in ids]
    marks = ", ".join("?" for _ in wanted)
    living = " AND NOT IsDeleted" if "isdeleted" in sobject.fields else ""
    cursor = call.org.connection.execute(
        f"SELECT * FROM {quote(sobject.name)} WHERE Id IN ({marks}){living}", wanted
    )
    columns = [each[0] for each in cursor.description]
    rows = (dict(zip(columns, row, strict=True)) for row in cursor.fetchall())
    shaped = {row["Id"]: shape_row(sobject, row, fields=fields, version=call.version) for row in rows}
    return Reply(body=[shaped.get(each) for each in wanted])


def run_writes(context: WriteContext, writes: Sequence[Write], *, is_all_or_none: bool) -> list[Result]:
    """Run each write in a savepoint of its own; with all-or-none one failure undoes the rest."""
    results: list[Result] = []
    failed = False
    context.connection.execute("SAVEPOINT collection")
    for write in writes:
        try:
            with savepoint(context.connection):
                results.append(write())
        except RecordError as error:
            failed = True
            results.append({"success": False, "errors": [error.as_row_error()]})
    if failed and is_all_or_none:
        context.connection.execute("ROLLBACK TO collection")
        results = [_rolled_back() if each["success"] else each for each in results]
    context.connection.execute("RELEASE collection")
    return results


def upsert_by_key(context: WriteContext, sobject: SObject, key: Field, values: Values) -> Result:
    """Create or update by external id; the key's value is one of the values."""
    value = values.get(key.name)
    if value is None:
        raise RecordError("MISSING_ARGUMENT", f"{key.name} not specified", fields=[key.name])
    found = find_by_external_id(context, sobject, key, value)
    if len(found) > 1:
        raise RecordError(
            "DUPLICATE_EXTERNAL_ID", f"{key.name}: more than one record found for external id field: {found}"
        )
    if not found:
        return _success(create_record(context, sobject, values)) | {"created": True}
    return _update(context, sobject, found[0], _without(values, key.name)) | {"created": False}


def upsert_by_id(context: WriteContext, sobject: SObject, record_id: str, values: Values) -> Result:
    """Update the record of that id, create one when the id is empty."""
    if not record_id:
        return _success(create_record(context, sobject, values)) | {"created": True}
    return _update(context, sobject, record_id, values) | {"created": False}


def _write_all(
    call: Call,
    prepare: Callable[[WriteContext, Mapping[str, object]], Write],
    *,
    created_on_error: bool = False,
) -> Reply:
    body = call.read_object()
    records = body.get("records")
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise ApiError("JSON_PARSER_ERROR", "The request body needs a list named records")
    _check_count(records)
    _check_chunks(records)
    with call.org.transaction():
        context = call.org.write_context()
        writes = [_catch_while_preparing(prepare, context, each) for each in records]
        results = run_writes(context, writes, is_all_or_none=body.get("allOrNone") is True)
    if created_on_error:
        # An upsert's failed rows say created: true [R jsforce's suite].
        results = [each if each["success"] else each | {"created": True} for each in results]
    return Reply(body=results)


def _catch_while_preparing(
    prepare: Callable[[WriteContext, Mapping[str, object]], Write],
    context: WriteContext,
    record: Mapping[str, object],
) -> Write:
    """A RecordError of reading is that record's own failure; any other ApiError fails the request."""
    try:
        return prepare(context, record)
    except RecordError as error:
        return _failing(error)


def _failing(error: RecordError) -> Write:
    def fail() -> Result:
        raise error

    return fail


def _prepare_delete(context: WriteContext, record_id: str) -> Write:
    sobject = next(
        (each for each in context.schema.objects.values() if each.key_prefix == record_id[:3]), None
    )
    if sobject is None or normalise_id(record_id) is None:
        return _failing(RecordError("MALFORMED_ID", f"malformed id {record_id}"))

    def write() -> Result:
        full_id = normalise_id(record_id) or record_id
        delete_record(context, sobject, full_id)
        return _success(full_id)

    return write


def _update(context: WriteContext, sobject: SObject, record_id: str, values: Values) -> Result:
    if record_id[:3] != sobject.key_prefix:
        raise RecordError(
            "MALFORMED_ID", f"{sobject.label} ID: id value of incorrect type: {record_id}", fields=["Id"]
        )
    full_id = normalise_id(record_id) or record_id
    update_record(context, sobject, full_id, values)
    return _success(full_id)


def _object_of(schema: Schema, record: Mapping[str, object]) -> SObject:
    attributes = record.get("attributes")
    name = attributes.get("type") if isinstance(attributes, dict) else None
    found = schema.find_object(name) if isinstance(name, str) else None
    if found is None:
        raise ApiError("INVALID_TYPE", f"sObject type '{name}' is not supported.")
    return found


def _given_id(record: Mapping[str, object]) -> str:
    """The record's own id, ``Id`` or ``id``; empty when there is none."""
    value = next((value for name, value in record.items() if name.lower() == "id"), None)
    return str(value) if value else ""


def _check_count(records: Sequence[object]) -> None:
    if len(records) > _MOST_RECORDS:
        text = f"record limit reached. cannot submit more than {_MOST_RECORDS} records into this call"
        raise ApiError("EXCEEDED_ID_LIMIT", text)


def _check_chunks(records: Sequence[Mapping[str, object]]) -> None:
    """Neighbours of one type are a chunk [K: the code]."""
    chunks = sum(1 for _ in groupby(records, key=lambda each: str(each.get("attributes"))))
    if chunks > _MOST_CHUNKS:
        text = (
            f"Cannot have more than {_MOST_CHUNKS} chunks in a single operation. "
            "Please rearrange the data to reduce chunking."
        )
        raise ApiError("INVALID_INPUT", text)


def _text_list(body: Mapping[str, object], name: str) -> list[str]:
    value = body.get(name)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ApiError("JSON_PARSER_ERROR", f"The request body needs a list of texts named {name}")
    return value


def _without(values: Values, name: str) -> Values:
    return {each: value for each, value in values.items() if each != name}


def _success(record_id: str) -> Result:
    return {"id": record_id, "success": True, "errors": []}


def _rolled_back() -> Result:
    error = {
        "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "message": "Record rolled back because not all records were valid "
        "and the request was using AllOrNone header",
        "fields": [],
    }
    return {"success": False, "errors": [error]}
