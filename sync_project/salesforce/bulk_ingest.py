"""Changing many records by Bulk 2.0 ingest jobs: updates by Id and upserts by external id.

The CSV is written here: None and "" become ``#N/A`` (clear), a key that a record leaves out becomes an
empty cell, which Salesforce ignores, and every other value is quoted. Results come in no promised order, so
they are joined on the Id or the external id, never on position. A finished job is not deleted: until
Salesforce drops it after seven days, ``read_results`` can tell what became of it, also after a crash here.
"""

import csv
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync_project.salesforce.bulk_job import JobState, Polling, download, wait_for_job
from sync_project.salesforce.errors import SalesforceError, UnexpectedAnswerError
from sync_project.salesforce.org import Org
from sync_project.salesforce.results import UNPROCESSED, RecordResult, not_sent, read_bulk_error
from sync_project.salesforce.values import FieldValue, Record, UnsendableValueError, to_cell

BYTES_PER_JOB = 100_000_000
"""Salesforce takes 150 MB after its own base64 coding."""

RESULTS_PER_BATCH = 10_000

_READ_LATER = (
    "It goes on in the org: see Setup, Bulk Data Load Jobs. Its results can be fetched later by its id."
)


@dataclass(frozen=True, kw_only=True)
class Ingest:
    """What to change and how records are known: by ``external_id_field``, or by Id where it is None."""

    sobject: str
    external_id_field: str | None = None

    @property
    def operation(self) -> str:
        """Salesforce's word."""
        return "upsert" if self.external_id_field else "update"


@dataclass(frozen=True, kw_only=True)
class CsvFile:
    """One job's worth of records."""

    path: Path
    row_count: int


def ingest_records(
    org: Org,
    *,
    ingest: Ingest,
    records: Sequence[Record],
    folder: Path,
    on_job: Callable[[str], None],
    polling: Polling | None = None,
    bytes_per_job: int = BYTES_PER_JOB,
) -> Iterator[tuple[RecordResult, ...]]:
    """Send records and yield their results in batches, in no particular order.

    ``on_job`` gets each job's id before anything is uploaded, to be journalled. Each job begins only when the
    results before it were taken. BulkJobError when a job does not end in time: it goes on in the org, and
    ``read_results`` resumes it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files, held_back = write_csv_files(records, ingest=ingest, folder=folder, bytes_per_file=bytes_per_job)
    if held_back:
        yield held_back
    for file in files:
        job_id = start_job(org, ingest=ingest, file=file.path, on_job=on_job)
        results = read_results(org, job_id=job_id, folder=folder, polling=polling)
        yield from _check_count(results, expected=file.row_count, job_id=job_id)


def start_job(org: Org, *, ingest: Ingest, file: Path, on_job: Callable[[str], None]) -> str:
    """Create a job, upload its file and let it run; returns its id.

    Until it is told that the upload is complete, a job changes nothing: one whose upload fails is aborted.
    """
    description = {"object": ingest.sobject, "operation": ingest.operation, "lineEnding": "LF"}
    if ingest.external_id_field:
        description["externalIdFieldName"] = ingest.external_id_field
    job_id: str = org.call_json("POST", "jobs/ingest", json=description)["id"]
    path = f"jobs/ingest/{job_id}"
    try:
        on_job(job_id)
        _upload(org, f"{path}/batches", file)
    except BaseException:
        with suppress(SalesforceError):
            org.call("PATCH", path, json={"state": JobState.ABORTED})
        raise
    org.call("PATCH", path, json={"state": "UploadComplete"})
    return job_id


def read_results(
    org: Org, *, job_id: str, folder: Path, polling: Polling | None = None
) -> Iterator[tuple[RecordResult, ...]]:
    """Wait for a job, whoever started it, and yield what became of its records.

    A job that failed or was aborted has results too: what it did not come to is UNPROCESSED.
    """
    path = f"jobs/ingest/{job_id}"
    job = wait_for_job(
        org,
        path,
        polling=polling or Polling(),
        remedy=_READ_LATER,
    )
    for resource, read_row in _READERS.items():
        file = folder / f"{job_id}-{resource}.csv"
        download(org, f"{path}/{resource}", target=file)
        yield from _batched(read_row(row, job) for row in _rows(file))


def write_csv_files(
    records: Sequence[Record], *, ingest: Ingest, folder: Path, bytes_per_file: int = BYTES_PER_JOB
) -> tuple[tuple[CsvFile, ...], tuple[RecordResult, ...]]:
    """The records as upload files, and a result for each record that was held back because of a value."""
    columns = list(dict.fromkeys(itertools.chain.from_iterable(records)))
    held_back: list[RecordResult] = []
    lines = _lines(records, columns=columns, ingest=ingest, held_back=held_back)
    files: list[CsvFile] = []
    first = next(lines, None)
    while first is not None:
        path = folder / f"upload-{len(files) + 1:05}.csv"
        row_count, first = _write_file(path, columns, first, lines, bytes_per_file=bytes_per_file)
        files.append(CsvFile(path=path, row_count=row_count))
    return tuple(files), tuple(held_back)


def _lines(
    records: Iterable[Record], *, columns: Sequence[str], ingest: Ingest, held_back: list[RecordResult]
) -> Iterator[bytes]:
    for record in records:
        try:
            yield _line(record, columns)
        except UnsendableValueError as error:
            key = _text_of(record.get(ingest.external_id_field or ""))
            held_back.append(not_sent(error, record_id=_text_of(record.get("Id")), external_id=key))


def _write_file(
    path: Path, columns: Sequence[str], first: bytes, lines: Iterator[bytes], *, bytes_per_file: int
) -> tuple[int, bytes | None]:
    """Fill one file, with ``first`` at least; returns its rows and the line that did not fit any more."""
    with path.open("wb") as file:
        file.write(f"{','.join(columns)}\n".encode())
        size = file.tell() + file.write(first)
        row_count = 1
        for line in lines:
            if size + len(line) > bytes_per_file:
                return row_count, line
            size += file.write(line)
            row_count += 1
    return row_count, None


def _line(record: Record, columns: Sequence[str]) -> bytes:
    cells = (_quote(to_cell(record[name], field=name)) if name in record else "" for name in columns)
    return f"{','.join(cells)}\n".encode()


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _upload(org: Org, path: str, file: Path) -> None:
    with file.open("rb") as body:
        org.call("PUT", path, data=body, headers={"Content-Type": "text/csv; charset=UTF-8"})


def _rows(file: Path) -> Iterator[dict[str, str]]:
    # Without newline="" Python would turn the line breaks inside values into its own.
    with file.open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def _read_success(row: Mapping[str, str], job: Mapping[str, Any]) -> RecordResult:
    return RecordResult(
        record_id=row["sf__Id"],
        external_id=_external_id(row, job),
        is_success=True,
        is_created=row["sf__Created"].lower() == "true",
    )


def _read_failure(row: Mapping[str, str], job: Mapping[str, Any]) -> RecordResult:
    code, message, fields = read_bulk_error(row["sf__Error"])
    return RecordResult(
        record_id=row["sf__Id"] or row.get("Id") or None,
        external_id=_external_id(row, job),
        is_success=False,
        error_code=code,
        message=message,
        fields=fields,
    )


def _read_unprocessed(row: Mapping[str, str], job: Mapping[str, Any]) -> RecordResult:
    return RecordResult(
        record_id=row.get("Id") or None,
        external_id=_external_id(row, job),
        is_success=False,
        error_code=UNPROCESSED,
        message=job.get("errorMessage") or f"The job {job['id']} ended as {job['state']} before this record.",
    )


_READERS: Mapping[str, Callable[[Mapping[str, str], Mapping[str, Any]], RecordResult]] = {
    "successfulResults": _read_success,
    "failedResults": _read_failure,
    "unprocessedrecords": _read_unprocessed,
}


def _external_id(row: Mapping[str, str], job: Mapping[str, Any]) -> str | None:
    return row.get(job.get("externalIdFieldName") or "") or None


def _batched(results: Iterable[RecordResult]) -> Iterator[tuple[RecordResult, ...]]:
    remaining = iter(results)
    while batch := tuple(itertools.islice(remaining, RESULTS_PER_BATCH)):
        yield batch


def _check_count(
    batches: Iterable[tuple[RecordResult, ...]], *, expected: int, job_id: str
) -> Iterator[tuple[RecordResult, ...]]:
    count = 0
    for batch in batches:
        count += len(batch)
        yield batch
    if count != expected:
        raise UnexpectedAnswerError(
            f"The bulk job {job_id} took {expected} records and tells the fate of {count}. "
            "Read the records back before writing them again."
        )


def _text_of(value: FieldValue) -> str | None:
    return None if value is None else str(value)
