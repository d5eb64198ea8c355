"""One row of a Bulk 2.0 upload becomes a write; which jobs and headers can never be written."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence

from sync_project.sandbox.bulk.csv_format import BadCsvError, UploadedRow
from sync_project.sandbox.database import read_setting, savepoint, write_setting
from sync_project.sandbox.errors import ApiError, RecordError
from sync_project.sandbox.records import writes
from sync_project.sandbox.records.reading import find_parents, read_csv_record
from sync_project.sandbox.records.write_context import WriteContext
from sync_project.sandbox.records.writes import Written
from sync_project.sandbox.schema import Field, Schema, SObject

_HARD_DELETE = "bulk_hard_delete"


def find_bulk_object(schema: Schema, name: str) -> SObject:
    """The object that a job writes; INVALIDJOB when there is none."""
    found = schema.find_object(name)
    if found is None:
        raise ApiError("INVALIDJOB", f"InvalidJob : Unable to find object: {name}")
    return found


def invalid_value(name: str, value: str) -> ApiError:
    """A property of a new job holds none of the words that it may hold."""
    return ApiError("API_ERROR", f"Invalid value: '{value}' supplied for property: '{name}'")


def check_job(sobject: SObject, *, operation: str, key_name: str | None) -> None:
    """Raise ApiError for a job that could never run [K: the text for an upsert that names no key]."""
    if operation not in _WRITES:
        raise invalid_value("operation", operation)
    if operation == "upsert" and key_name is None:
        raise ApiError(
            "INVALIDJOB",
            f"InvalidJob : External ID was blank for {sobject.name}. "
            "An External ID must be specified for upsert.",
        )
    find_job_key(sobject, key_name)


def find_job_key(sobject: SObject, key_name: str | None) -> Field:
    """The field that an upsert job goes by; Id when none is named."""
    found = sobject.find_field("Id" if key_name is None else key_name)
    if found is None or not (found.name == "Id" or found.id_lookup or found.external_id):
        text = (
            f"InvalidJob : Field name provided, {key_name} does not match an External ID for {sobject.name}"
        )
        raise ApiError("INVALIDJOB", text)
    return found


def check_permission(connection: sqlite3.Connection, operation: str) -> None:
    """Raise ApiError for a hard delete where the user may not; a new org allows it [K: real ones do not]."""
    if operation == "hardDelete" and not allows_hard_delete(connection):
        raise ApiError(
            "FEATURENOTENABLED",
            "FeatureNotEnabled : hardDelete operation requires special user profile permission, "
            "please contact your system administrator",
        )


def allows_hard_delete(connection: sqlite3.Connection) -> bool:
    """Whether the permission Bulk API Hard Delete is given."""
    return read_setting(connection, _HARD_DELETE) != "false"


def allow_hard_delete(connection: sqlite3.Connection, *, is_allowed: bool) -> None:
    """Give or take that permission; call inside a transaction."""
    write_setting(connection, _HARD_DELETE, str(is_allowed).lower())


def check_header(schema: Schema, sobject: SObject, header: Sequence[str], *, operation: str) -> None:
    """Raise BadCsvError when the header does not fit the object [K: the words for a column given twice]."""
    seen: set[str] = set()
    for name in header:
        if not _is_column(schema, sobject, name):
            raise BadCsvError(f"InvalidBatch : Field name not found : {name}")
        if name.lower() in seen:
            raise BadCsvError(f"InvalidBatch : Field name found more than once : {name}")
        seen.add(name.lower())
    if operation in {"update", "delete", "hardDelete"} and "id" not in {name.lower() for name in header}:
        raise BadCsvError("InvalidBatch : Field name not found : Id")


def _is_column(schema: Schema, sobject: SObject, name: str) -> bool:
    """Whether it is a field, or a parent's key such as ``Account.Ext__c`` or ``User:Owner.Username``."""
    relationship, _, key = name.partition(".")
    if not key:
        found = sobject.find_field(name)
        return found is not None and not found.is_compound
    keys = (target.find_field(key) for target in find_parents(schema, sobject, relationship)[1])
    return any(each is not None and (each.external_id or each.id_lookup) for each in keys)


class RowWriter:
    """Writes the rows of one job."""

    def __init__(
        self, context: WriteContext, sobject: SObject, header: Sequence[str], *, operation: str, key: Field
    ) -> None:
        self._context = context
        self._sobject = sobject
        self._header = header
        self._write = _WRITES[operation]
        self._key = key
        self._id_place = next((i for i, name in enumerate(header) if name.lower() == "id"), None)

    def write(self, row: UploadedRow) -> Written:
        """Write one row, all of it or nothing; RecordError when it is refused."""
        if row.error is not None:
            raise row.error
        if len(row.cells) != len(self._header):
            text = f"{len(row.cells)} columns where the header has {len(self._header)}"
            raise RecordError("CLIENT_INPUT_ERROR", text)
        cells = dict(zip(self._header, row.cells, strict=True))
        with savepoint(self._context.connection):
            return self._write(self._context, self._sobject, cells, self.record_id(row), self._key)

    def record_id(self, row: UploadedRow) -> str:
        """What the row says under Id."""
        at = self._id_place
        return "" if at is None or at >= len(row.cells) else row.cells[at]


_Write = Callable[[WriteContext, SObject, Mapping[str, str], str, Field], Written]


def _insert(
    context: WriteContext, sobject: SObject, cells: Mapping[str, str], record_id: str, _: Field
) -> Written:
    if record_id:
        text = "cannot specify Id in an insert call"
        raise RecordError("INVALID_FIELD_FOR_INSERT_UPDATE", text, fields=["Id"])
    return writes.create(context, sobject, read_csv_record(context, sobject, cells))


def _update(
    context: WriteContext, sobject: SObject, cells: Mapping[str, str], record_id: str, _: Field
) -> Written:
    return writes.update(context, sobject, record_id, read_csv_record(context, sobject, cells))


def _upsert(
    context: WriteContext, sobject: SObject, cells: Mapping[str, str], record_id: str, key: Field
) -> Written:
    values = read_csv_record(context, sobject, cells)
    return writes.upsert(context, sobject, key=key, record_id=record_id, values=values)


def _delete(
    context: WriteContext, sobject: SObject, _: Mapping[str, str], record_id: str, __: Field
) -> Written:
    return writes.delete(context, sobject, record_id)


def _hard_delete(
    context: WriteContext, sobject: SObject, _: Mapping[str, str], record_id: str, __: Field
) -> Written:
    return writes.hard_delete(context, sobject, record_id)


_WRITES: dict[str, _Write] = {
    "insert": _insert,
    "update": _update,
    "upsert": _upsert,
    "delete": _delete,
    "hardDelete": _hard_delete,
}
