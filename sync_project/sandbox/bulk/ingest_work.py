"""An ingest job's work: its rows are written in batches of 10,000, each a transaction of its own.

Between two batches the org is free for others, and the job may be aborted; whole batches stay. Work that
was cut short goes on after the last whole batch.
"""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from sync_project.sandbox.bulk.csv_format import BadCsvError, Upload, UploadedRow, make_writer, open_upload
from sync_project.sandbox.bulk.ingest import RowWriter, check_header, find_bulk_object, find_job_key
from sync_project.sandbox.bulk.jobs import Job, JobState, find_job, job_folder, save_job
from sync_project.sandbox.bulk.usage import BATCHES, count_use
from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.records.write_options import WriteOptions

if TYPE_CHECKING:
    from _csv import Writer

ROWS_PER_BATCH = 10_000
UPLOAD = "upload.csv"
SUCCESSFUL, FAILED, UNPROCESSED = "successful.csv", "failed.csv", "unprocessed.csv"


@dataclass(frozen=True, kw_only=True)
class _ResultFiles:
    successful: "Writer"
    failed: "Writer"
    unprocessed: "Writer"
    files: Sequence[TextIO]

    def count_bytes(self) -> tuple[int, ...]:
        """How long each file is, all that was written included."""
        for each in self.files:
            each.flush()
        return tuple(Path(each.name).stat().st_size for each in self.files)


def run_ingest_job(org: SandboxOrg, job: Job) -> None:
    """Write the job's upload to the org, its result files, and how it ended."""
    started = time.monotonic()
    state, message = JobState.COMPLETE, ""
    try:
        with open_upload(
            job_folder(org, job) / UPLOAD, delimiter=job.column_delimiter, line_ending=job.line_ending
        ) as upload:
            _write_upload(org, job, upload)
    except (BadCsvError, ApiError) as error:
        state, message = JobState.FAILED, str(error)
    with org.transaction():
        current = find_job(org, "ingest", job.id)
        if current is not None:
            spent = int(1000 * (time.monotonic() - started))
            ended = current if current.has_ended else replace(current, state=state, error_message=message)
            save_job(org, replace(ended, processing_ms=spent))


def _write_upload(org: SandboxOrg, job: Job, upload: Upload) -> None:
    schema = org.schema_of(job.created_by_id)
    sobject = find_bulk_object(schema, job.object)
    check_header(schema, sobject, upload.header, operation=job.operation)
    with _open_results(org, job, upload.header) as files:
        deque(islice(upload.rows, job.records_processed), maxlen=0)
        while batch := list(islice(upload.rows, ROWS_PER_BATCH)):
            with org.transaction() as connection:
                current = find_job(org, "ingest", job.id)
                if current is None or current.has_ended:
                    files.unprocessed.writerows(row.cells for row in chain(batch, upload.rows))
                    return
                writer = RowWriter(
                    org.write_context(
                        job.created_by_id,
                        WriteOptions(assignment_rule=normalise_id(job.assignment_rule_id)),
                    ),
                    sobject,
                    upload.header,
                    operation=job.operation,
                    key=find_job_key(sobject, job.external_id_field_name),
                )
                failures = _write_batch(writer, batch, files)
                count_use(connection, BATCHES, 1, now=org.now)
                save_job(
                    org,
                    replace(
                        current,
                        records_processed=current.records_processed + len(batch),
                        records_failed=current.records_failed + failures,
                        result_bytes=files.count_bytes(),
                    ),
                )


def _write_batch(writer: RowWriter, batch: Sequence[UploadedRow], files: _ResultFiles) -> int:
    """Write the rows and their results; the number of those that failed."""
    failures = 0
    for row in batch:
        try:
            written = writer.write(row)
        except ApiError as error:
            failures += 1
            files.failed.writerow([writer.record_id(row), error.as_csv_error(), *row.cells])
        else:
            created = "true" if written.is_created else "false"
            files.successful.writerow([written.record_id, created, *row.cells])
    return failures


@contextmanager
def _open_results(org: SandboxOrg, job: Job, header: Sequence[str]) -> Iterator[_ResultFiles]:
    """The three files: new with their headers, or as they were after the last whole batch."""
    folder = job_folder(org, job)
    columns = {
        SUCCESSFUL: ["sf__Id", "sf__Created", *header],
        FAILED: ["sf__Id", "sf__Error", *header],
        UNPROCESSED: header,
    }
    lengths = dict(zip(columns, job.result_bytes or (0, 0, 0), strict=True))
    with ExitStack() as stack:
        files = [
            stack.enter_context((folder / name).open("a", encoding="utf-8", newline="")) for name in columns
        ]
        writers = [
            make_writer(each, delimiter=job.column_delimiter, line_ending=job.line_ending) for each in files
        ]
        for file, writer, (name, length) in zip(files, writers, lengths.items(), strict=True):
            file.truncate(length)
            if not length:
                writer.writerow(columns[name])
        successful, failed, unprocessed = writers
        yield _ResultFiles(successful=successful, failed=failed, unprocessed=unprocessed, files=files)
