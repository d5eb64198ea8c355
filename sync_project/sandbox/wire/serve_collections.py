"""sObject Collections: up to 200 records a request, one API call, each record with its own result."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import groupby

from sync_project.sandbox.database import savepoint
from sync_project.sandbox.errors import ApiError, RecordError
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.records import writes
from sync_project.sandbox.records.reading import read_record
from sync_project.sandbox.records.row_shape import choose_fields, shape_row
from sync_project.sandbox.records.write_context import WriteContext, find_key, find_object, find_rows
from sync_project.sandbox.records.writes import Written
from sync_project.sandbox.schema import Field, Schema, SObject
from sync_project.sandbox.wire.web import Call, Reply, read_list, read_texts

_MOST_RECORDS = 200
_MOST_CHUNKS = 10
_MOST_RETRIEVED = 2_000

Result = dict[str, object]
Record = Mapping[str, object]
Write = Callable[[], Written]
"""One record's write, already read from the JSON; raises RecordError."""
Prepare = Callable[[WriteContext, Record], Write]


def create(call: Call) -> Reply:
    """``POST /composite/sobjects``."""
    return _write_all(call, _prepare_create)


def update(call: Call) -> Reply:
    """``PATCH /composite/sobjects``."""
    return _write_all(call, _prepare_update)


def upsert(call: Call) -> Reply:
    """``PATCH /composite/sobjects/X/{field}``."""
    sobject = find_object(call.schema, call.path["sobject"])
    is_by_id = call.path["field"].lower() == "id"
    key = sobject.fields["id"] if is_by_id else find_key(sobject, call.path["field"])
    return _write_all(call, partial(_prepare_upsert, sobject, key), is_upsert=True)


def delete(call: Call) -> Reply:
    """``DELETE /composite/sobjects?ids=&allOrNone=``."""
    ids = call.read_names("ids")
    _check_count(ids)
    is_all_or_none = call.query.get("allOrNone", "false").lower() == "true"
    with call.org.transaction():
        context = call.write_context()
        prepared = [_prepare_delete(context, each) for each in ids]
        return Reply(body=_run(context, prepared, is_all_or_none=is_all_or_none))


def retrieve(call: Call) -> Reply:
    """``POST /composite/sobjects/X``: records in the order of the ids, null for each that is missing."""
    body = call.read_object()
    return _retrieve(call, read_texts(body, "ids"), read_texts(body, "fields"))


def retrieve_by_url(call: Call) -> Reply:
    """``GET /composite/sobjects/X?ids=&fields=``."""
    return _retrieve(call, call.read_names("ids"), call.read_names("fields"))


def _retrieve(call: Call, ids: Sequence[str], names: Sequence[str]) -> Reply:
    sobject = find_object(call.schema, call.path["sobject"])
    if len(ids) > _MOST_RETRIEVED:
        text = f"record limit reached. cannot submit more than {_MOST_RETRIEVED} records into this call"
        raise ApiError("EXCEEDED_ID_LIMIT", text)
    fields = choose_fields(sobject, names)
    wanted = [normalise_id(each) for each in ids]
    marks = ", ".join("?" for _ in wanted)
    condition = f"r.Id IN ({marks}) AND {sobject.living_sql}"
    rows = find_rows(call.org.connection, sobject, condition, wanted)
    shaped = {row["Id"]: shape_row(sobject, row, fields=fields, version=call.version) for row in rows}
    return Reply(body=[shaped.get(each) for each in wanted])


def _prepare_create(context: WriteContext, record: Record) -> Write:
    sobject = _object_of(context.schema, record)
    if _given_id(record):
        raise RecordError(
            "INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", fields=["Id"]
        )
    return partial(writes.create, context, sobject, read_record(context, sobject, record))


def _prepare_update(context: WriteContext, record: Record) -> Write:
    sobject = _object_of(context.schema, record)
    return partial(writes.update, context, sobject, _given_id(record), read_record(context, sobject, record))


def _prepare_upsert(sobject: SObject, key: Field, context: WriteContext, record: Record) -> Write:
    if _object_of(context.schema, record) != sobject:
        raise RecordError("INVALID_INPUT", f"every record must be of type {sobject.name}")
    values = read_record(context, sobject, record)
    return partial(writes.upsert, context, sobject, key=key, record_id=_given_id(record), values=values)


def _prepare_delete(context: WriteContext, record_id: str) -> Write:
    objects = context.schema.objects.values()
    sobject = next((each for each in objects if each.key_prefix == record_id[:3]), None)
    if sobject is None:
        return partial(_fail, RecordError("MALFORMED_ID", f"malformed id {record_id}"))
    return partial(writes.delete, context, sobject, record_id)


def _write_all(call: Call, prepare: Prepare, *, is_upsert: bool = False) -> Reply:
    body = call.read_object()
    records = read_list(body, "records")
    _check_count(records)
    _check_chunks(records)
    with call.org.transaction():
        context = call.write_context()
        prepared = [_prepare(prepare, context, each) for each in records]
        is_all_or_none = body.get("allOrNone") is True
        return Reply(body=_run(context, prepared, is_all_or_none=is_all_or_none, is_upsert=is_upsert))


def _prepare(prepare: Prepare, context: WriteContext, record: Record) -> Write:
    """A RecordError of reading is that record's own failure; any other ApiError fails the request."""
    try:
        return prepare(context, record)
    except RecordError as error:
        return partial(_fail, error)


def _run(
    context: WriteContext,
    prepared: Sequence[Write],
    *,
    is_all_or_none: bool,
    is_upsert: bool = False,
) -> list[Result]:
    """Run each write in a savepoint of its own; with all-or-none one failure undoes the rest."""
    context.connection.execute("SAVEPOINT collection")
    outcomes = [_try(context, write) for write in prepared]
    if is_all_or_none and any(isinstance(each, RecordError) for each in outcomes):
        context.connection.execute("ROLLBACK TO collection")
        outcomes = [each if isinstance(each, RecordError) else _rolled_back() for each in outcomes]
    context.connection.execute("RELEASE collection")
    return [_result(each, is_upsert=is_upsert) for each in outcomes]


def _try(context: WriteContext, write: Write) -> Written | RecordError:
    try:
        with savepoint(context.connection):
            return write()
    except RecordError as error:
        return error


def _fail(error: RecordError) -> Written:
    raise error


def _result(outcome: Written | RecordError, *, is_upsert: bool) -> Result:
    """One record's result; an upsert's failed rows say ``created: true`` [R jsforce's suite]."""
    if isinstance(outcome, RecordError):
        failed: Result = {"success": False, "errors": [outcome.as_row_error()]}
        return failed | {"created": True} if is_upsert else failed
    written: Result = {"id": outcome.record_id, "success": True, "errors": []}
    return written | {"created": outcome.is_created} if is_upsert else written


def _rolled_back() -> RecordError:
    return RecordError(
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "Record rolled back because not all records were valid and the request was using AllOrNone header",
    )


def _object_of(schema: Schema, record: Record) -> SObject:
    found = schema.find_object(_type_name(record))
    if found is None:
        raise ApiError("INVALID_TYPE", f"sObject type '{_type_name(record)}' is not supported.")
    return found


def _type_name(record: Record) -> str:
    """The record's ``attributes.type``; empty without one."""
    attributes = record.get("attributes")
    return str(attributes.get("type", "")) if isinstance(attributes, dict) else ""


def _given_id(record: Record) -> str:
    """The record's own id, ``Id`` or ``id``; empty when there is none."""
    value = next((value for name, value in record.items() if name.lower() == "id"), None)
    return str(value) if value else ""


def _check_count(records: Sequence[object]) -> None:
    if len(records) > _MOST_RECORDS:
        text = f"record limit reached. cannot submit more than {_MOST_RECORDS} records into this call"
        raise ApiError("EXCEEDED_ID_LIMIT", text)


def _check_chunks(records: Sequence[Record]) -> None:
    """Neighbours of one type are a chunk [K: the code]."""
    chunks = sum(1 for _ in groupby(records, key=_type_name))
    if chunks > _MOST_CHUNKS:
        text = f"Cannot have more than {_MOST_CHUNKS} chunks in a single operation."
        raise ApiError("INVALID_INPUT", f"{text} Please rearrange the data to reduce chunking.")
