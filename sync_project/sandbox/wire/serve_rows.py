"""Single records over HTTP: create, read, update, delete, upsert."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sync_project.sandbox.errors import ApiError, RecordError, not_found
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.records.reading import read_key, read_record
from sync_project.sandbox.records.recycle_bin import delete_record
from sync_project.sandbox.records.row_shape import choose_fields, shape_row
from sync_project.sandbox.records.store import create_record, update_record
from sync_project.sandbox.records.write_context import (
    Values,
    WriteContext,
    find_by_external_id,
    find_key,
    find_object,
    load_row,
)
from sync_project.sandbox.schema import Field, SObject
from sync_project.sandbox.wire.preconditions import State, check_preconditions, make_etag
from sync_project.sandbox.wire.web import Call, Reply

_FIRST_VERSION_WITH_UPSERT_BODY = 46
_NEVER = datetime.min.replace(tzinfo=UTC)


def create(call: Call) -> Reply:
    """``POST /sobjects/X``."""
    sobject = find_object(call.schema, call.path["sobject"])
    body = call.read_object()
    if any(name.lower() == "id" for name in body):
        raise RecordError(
            "INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", fields=["Id"]
        )
    with call.org.transaction():
        context = call.write_context()
        record_id = create_record(context, sobject, read_record(context, sobject, body))
    body = {"id": record_id, "success": True, "errors": []}
    return Reply(status=201, body=body, headers=_location(call, sobject, record_id))


def read(call: Call) -> Reply:
    """``GET /sobjects/X/{id}?fields=``."""
    sobject = find_object(call.schema, call.path["sobject"])
    record_id = existing_id(call, sobject)
    return select_one(call, sobject, record_id)


def update(call: Call) -> Reply:
    """``PATCH /sobjects/X/{id}``."""
    sobject = find_object(call.schema, call.path["sobject"])
    body = call.read_object()
    if any(name.lower() == "id" for name in body):
        raise ApiError("INVALID_FIELD", "The Id field should not be specified in the sobject data.")
    with call.org.transaction():
        context = call.write_context()
        record_id = existing_id(call, sobject)
        unmet = check_preconditions(call, _state(sobject, load_row(context.connection, sobject, record_id)))
        if unmet is not None:
            return unmet
        update_record(context, sobject, record_id, read_record(context, sobject, body))
    return Reply(status=204)


def delete(call: Call) -> Reply:
    """``DELETE /sobjects/X/{id}``."""
    sobject = find_object(call.schema, call.path["sobject"])
    return _delete(call, sobject, existing_id(call, sobject))


def _delete(call: Call, sobject: SObject, record_id: str) -> Reply:
    with call.org.transaction():
        delete_record(call.write_context(), sobject, record_id)
    return Reply(status=204)


def read_by_key(call: Call) -> Reply:
    """``GET /sobjects/X/{field}/{value}``."""
    return _act_on_keyed(call, select_one)


def delete_by_key(call: Call) -> Reply:
    """``DELETE /sobjects/X/{field}/{value}``."""
    return _act_on_keyed(call, _delete)


def _act_on_keyed(call: Call, act: Callable[[Call, SObject, str], Reply]) -> Reply:
    sobject, key, found = _find_keyed(call)
    if len(found) > 1:
        return _ambiguous(call, sobject, found)
    if not found:
        raise _no_such_key(key, call.path["value"])
    return act(call, sobject, found[0])


def upsert(call: Call) -> Reply:
    """``PATCH /sobjects/X/{field}/{value}``: 201 created, 200 updated, 300 when several records match."""
    with call.org.transaction():
        sobject, key, found = _find_keyed(call)
        if len(found) > 1:
            return _ambiguous(call, sobject, found)
        context = call.write_context()
        values = _read_upsert(call, context, sobject, key)
        if not found and call.query.get("updateOnly", "").lower() == "true":
            raise _no_such_key(key, call.path["value"])
        if not found:
            values[key.name] = read_key(key, call.path["value"])
            return _upserted(call, sobject, create_record(context, sobject, values), is_created=True)
        update_record(context, sobject, found[0], values)
        return _upserted(call, sobject, found[0], is_created=False)


def _read_upsert(call: Call, context: WriteContext, sobject: SObject, key: Field) -> Values:
    body = call.read_object()
    if any(name.lower() == key.name.lower() for name in body):
        raise ApiError("INVALID_FIELD", f"The {key.name} field should not be specified in the sobject data.")
    return read_record(context, sobject, body)


def _location(call: Call, sobject: SObject, record_id: str) -> dict[str, str]:
    return {"Location": f"/services/data/v{call.version}/sobjects/{sobject.name}/{record_id}"}


def _upserted(call: Call, sobject: SObject, record_id: str, *, is_created: bool) -> Reply:
    body = {"id": record_id, "success": True, "errors": [], "created": is_created}
    if is_created:
        return Reply(status=201, body=body, headers=_location(call, sobject, record_id))
    has_body = float(call.version) >= _FIRST_VERSION_WITH_UPSERT_BODY
    return Reply(status=200, body=body) if has_body else Reply(status=204)


def _find_keyed(call: Call) -> tuple[SObject, Field, list[str]]:
    sobject = find_object(call.schema, call.path["sobject"])
    key = find_key(sobject, call.path["field"])
    value = read_key(key, call.path["value"])
    return sobject, key, find_by_external_id(call.write_context(), sobject, key, value)


def _ambiguous(call: Call, sobject: SObject, found: Sequence[str]) -> Reply:
    base = f"/services/data/v{call.version}/sobjects/{sobject.name}"
    return Reply(status=300, body=[f"{base}/{record_id}" for record_id in found])


def _no_such_key(key: Field, value: str) -> ApiError:
    return not_found(f"The requested resource does not exist: {key.name} {value}")


def existing_id(call: Call, sobject: SObject) -> str:
    """The 18-character id of the path's record; 404 when it never was or is deleted."""
    record_id = normalise_id(call.path["record_id"])
    if record_id is None or record_id[:3] != sobject.key_prefix:
        raise not_found(
            "Provided external ID field does not exist or is not accessible: " + call.path["record_id"]
        )
    try:
        load_row(call.org.connection, sobject, record_id)
    except RecordError as error:
        if error.code == "ENTITY_IS_DELETED":
            raise
        if call.method == "DELETE":
            # django-salesforce counts on it: that record is gone already.
            raise RecordError(
                "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", status=404
            ) from error
        raise not_found() from error
    return record_id


def select_one(call: Call, sobject: SObject, record_id: str) -> Reply:
    """The record, with the fields that are asked for; 304 where the client has it."""
    row = load_row(call.org.connection, sobject, record_id)
    fields = choose_fields(sobject, call.read_names("fields"))
    state = _state(sobject, row)
    headers = {} if state.etag is None else state.headers
    body = shape_row(sobject, row, fields=fields, version=call.version)
    return check_preconditions(call, state) or Reply(body=body, headers=headers)


def _state(sobject: SObject, row: Values) -> State:
    """Only accounts have an entity tag, and tell of it."""
    stamp = row.get("LastModifiedDate") or row.get("SystemModstamp") or row.get("CreatedDate")
    etag = make_etag(row) if sobject.name == "Account" else None
    return State(changed_at=datetime.fromisoformat(str(stamp)) if stamp else _NEVER, etag=etag)
