"""Writes that collections and Bulk share: by id, by external id, and what one of them achieved."""

from dataclasses import dataclass

from sync_project.sandbox.errors import RecordError
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.records.recycle_bin import delete_record, empty_recycle_bin
from sync_project.sandbox.records.store import create_record, update_record
from sync_project.sandbox.records.write_context import Values, WriteContext, find_by_external_id
from sync_project.sandbox.schema import Field, SObject


@dataclass(frozen=True, kw_only=True)
class Written:
    """A write that succeeded."""

    record_id: str
    is_created: bool = False


def create(context: WriteContext, sobject: SObject, values: Values) -> Written:
    """Store a new record."""
    return Written(record_id=create_record(context, sobject, values), is_created=True)


def update(context: WriteContext, sobject: SObject, record_id: str, values: Values) -> Written:
    """Update the record of that id, of 15 or 18 characters."""
    if not record_id:
        raise RecordError("MISSING_ARGUMENT", "Id not specified in an update call", fields=["Id"])
    full_id = _check_id(sobject, record_id)
    update_record(context, sobject, full_id, values)
    return Written(record_id=full_id)


def delete(context: WriteContext, sobject: SObject, record_id: str) -> Written:
    """Delete the record of that id, of 15 or 18 characters."""
    full_id = _check_id(sobject, record_id)
    delete_record(context, sobject, full_id)
    return Written(record_id=full_id)


def hard_delete(context: WriteContext, sobject: SObject, record_id: str) -> Written:
    """Delete the record of that id for good, past the recycle bin."""
    written = delete(context, sobject, record_id)
    empty_recycle_bin(context, ids=[written.record_id])
    return written


def upsert(context: WriteContext, sobject: SObject, *, key: Field, record_id: str, values: Values) -> Written:
    """Create or update by ``key``; by Id an empty id creates."""
    if key.name == "Id":
        return update(context, sobject, record_id, values) if record_id else create(context, sobject, values)
    value = values.get(key.name)
    if value is None:
        raise RecordError("MISSING_ARGUMENT", f"{key.name} not specified", fields=[key.name])
    found = find_by_external_id(context, sobject, key, value)
    if len(found) > 1:
        raise RecordError(
            "DUPLICATE_EXTERNAL_ID", f"{key.name}: more than one record found for external id field: {found}"
        )
    if not found:
        return create(context, sobject, values)
    others = {name: each for name, each in values.items() if name != key.name}
    return update(context, sobject, found[0], others)


def _check_id(sobject: SObject, record_id: str) -> str:
    full_id = normalise_id(record_id)
    if full_id is None or full_id[:3] != sobject.key_prefix:
        raise RecordError(
            "MALFORMED_ID", f"{sobject.label} ID: id value of incorrect type: {record_id}", fields=["Id"]
        )
    return full_id
