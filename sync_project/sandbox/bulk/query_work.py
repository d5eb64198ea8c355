"""A query job: its query is judged when the job is made, and answered when its work is due.

The work reads over a connection of its own, so that it needs no lock: it sees the org as it was at
its beginning.
"""

import time
from contextlib import closing
from dataclasses import replace

from sync_project.sandbox import database
from sync_project.sandbox.bulk.jobs import Job, JobState, find_job, job_folder, save_job
from sync_project.sandbox.bulk.result_rows import ROWS, write_rows
from sync_project.sandbox.bulk.usage import QUERY_STORAGE_MB, count_use
from sync_project.sandbox.errors import ApiError, query_timeout
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.records.asking import ask, query_context
from sync_project.sandbox.records.write_context import WriteContext
from sync_project.sandbox.records.write_options import WriteOptions
from sync_project.sandbox.soql.errors import SoqlError
from sync_project.sandbox.soql.flat import prepare_flat

_MEGABYTE = 1_000_000


def check_query(context: WriteContext, soql: str, *, include_deleted: bool) -> str:
    """The object that a query reads; an ApiError for a query that Bulk does not answer."""
    asked = query_context(context, include_deleted=include_deleted)
    return ask(prepare_flat, soql, context=asked).entity


def run_query_job(org: SandboxOrg, job: Job) -> None:
    """Write the job's rows to its folder and save how it ended."""
    started = time.monotonic()
    try:
        count, size = _write_answer(org, job)
        if org.faults.takes_too_long(count):
            raise query_timeout()
        ended = replace(job, state=JobState.COMPLETE, records_processed=count)
    except (SoqlError, ApiError) as error:
        size = 0
        ended = replace(job, state=JobState.FAILED, error_message=f"{error.code}: {error.message}")
    with org.transaction() as connection:
        count_use(connection, QUERY_STORAGE_MB, size // _MEGABYTE, now=org.now)
        current = find_job(org, "query", job.id)
        if current is not None and not current.has_ended:
            save_job(org, replace(ended, processing_ms=int(1000 * (time.monotonic() - started))))


def _write_answer(org: SandboxOrg, job: Job) -> tuple[int, int]:
    """Write the rows; their number and their bytes."""
    folder = job_folder(org, job)
    with closing(database.connect(org.folder / "org.db")) as connection:
        context = query_context(
            org.write_context(job.created_by_id, WriteOptions(version=job.version)),
            include_deleted=job.operation == "queryAll",
            connection=connection,
        )
        answer = prepare_flat(job.query, context=context)
        count = write_rows(
            folder,
            answer.columns,
            answer.rows(),
            delimiter=job.column_delimiter,
            line_ending=job.line_ending,
        )
    return count, (folder / ROWS).stat().st_size
