"""One Bulk 2.0 ingest job's work: its CSV rows become writes, each with a result row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sync_project.sandbox.bulk.csv_format import BadCsvError
from sync_project.sandbox.database import savepoint
from sync_project.sandbox.errors import ApiError, RecordError
from sync_project.sandbox.records import writes
from sync_project.sandbox.records.reading import read_csv_record
from sync_project.sandbox.records.write_context import WriteContext, find_key
from sync_project.sandbox.records.writes import Written
from sync_project.sandbox.schema import Field, SObject


@dataclass(frozen=True, kw_only=True)
class IngestResult:
    """The rows of the result files, ``sf__`` columns first."""

    header: list[str]
    successful: list[list[str]] = field(default_factory=list)
    failed: list[list[str]] = field(default_factory=list)


def run_ingest(
    context: WriteContext, sobject: SObject, rows: Sequence[Sequence[str]], *, operation: str, key: Field
) -> IngestResult:
    """Write every row after the header. Raises BadCsvError when the header does not fit the object."""
    if not rows:
        return IngestResult(header=[])
    header, *body = rows
    _check_header(sobject, header, operation=operation)
    result = IngestResult(header=list(header))
    for row in body:
        cells = dict(zip(header, row, strict=False))
        record_id = next((cell for name, cell in cells.items() if name.lower() == "id"), "")
        try:
            _check_width(row, header)
            with savepoint(context.connection):
                write = _WRITES[operation]
                written = write(context, sobject, cells, record_id, key)
        except RecordError as error:
            result.failed.append([record_id, error.as_csv_error(), *row])
        else:
            result.successful.append([written.record_id, str(written.is_created).lower(), *row])
    return result


def check_job(sobject: SObject, *, operation: str, key_name: str) -> None:
    """Raise ApiError for a job that could never run."""
    if operation not in _WRITES:
        raise ApiError("INVALIDJOB", f"InvalidJob : unknown operation {operation}")
    if operation == "upsert" and not key_name:
        raise ApiError("INVALIDJOB", "InvalidJob : An upsert job requires externalIdFieldName")
    find_job_key(sobject, key_name)


def find_job_key(sobject: SObject, key_name: str) -> Field:
    """The field that an upsert job goes by; Id when none is named."""
    return sobject.fields["id"] if key_name.lower() in {"", "id"} else find_key(sobject, key_name)


def _check_header(sobject: SObject, header: Sequence[str], *, operation: str) -> None:
    for name in header:
        relationship, _, key = name.partition(".")
        known = sobject.find_relationship(relationship) if key else sobject.find_field(name)
        if known is None or known.is_compound:
            raise BadCsvError(f"InvalidBatch : Field name not found : {name}")
    if operation in {"update", "delete", "hardDelete"} and "id" not in {name.lower() for name in header}:
        raise BadCsvError("InvalidBatch : Field name not found : Id")


def _check_width(row: Sequence[str], header: Sequence[str]) -> None:
    if len(row) != len(header):
        raise RecordError("CLIENT_INPUT_ERROR", f"{len(row)} columns where the header has {len(header)}")


_Write = Callable[[WriteContext, SObject, Mapping[str, str], str, Field], Written]
"""From context, object, cells, record id and key."""


def _insert(context: WriteContext, sobject: SObject, cells: Mapping[str, str], _: str, __: Field) -> Written:
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


_WRITES: dict[str, _Write] = {
    "insert": _insert,
    "update": _update,
    "upsert": _upsert,
    "delete": _delete,
    "hardDelete": _delete,
}
