"""Reading by a Bulk 2.0 query job: the answer is streamed to CSV files, several pages at once.

For what is too large, or whose SOQL is too long, for REST; ``reading.py`` chooses.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sync_project.salesforce.bulk_job import JobState, Polling, download, wait_for_job
from sync_project.salesforce.errors import (
    BulkJobError,
    QueryTimeoutError,
    ResourceMissingError,
    RetryableError,
    SalesforceError,
)
from sync_project.salesforce.org import Org
from sync_project.salesforce.remedies import remedy_for

LONGEST_BULK_QUERY = 100_000
"""Characters of SOQL."""

ROWS_PER_FILE = 250_000
"""Where pages are read in turn; in parallel, Salesforce decides."""

DOWNLOADS_AT_ONCE = 5
"""As many as Salesforce names at a time."""

_LAST_PAGE = "null"
_TIMEOUT = "QUERY_TIMEOUT"


def read_by_bulk(
    org: Org, *, soql: str, folder: Path, include_deleted: bool, polling: Polling
) -> tuple[tuple[Path, ...], int]:
    """The CSV files, each with a header line, and the number of their rows.

    QueryTimeoutError when the query takes the org too long. BulkJobError when its job fails otherwise, does
    not end in time, or its pages do not add up to what it says it found.
    """
    with _query_job(org, soql, include_deleted=include_deleted) as path:
        job = wait_for_job(
            org,
            path,
            polling=polling,
            remedy="It was stopped and deleted. Run again later, or read less at a time.",
        )
        if job["state"] != JobState.COMPLETE:
            raise _error_of(job, soql)
        pages = download_pages(org, path, folder=folder)
    row_count = sum(rows for _, rows in pages)
    if row_count != job["numberRecordsProcessed"]:
        raise BulkJobError(
            f"The bulk query job {job['id']} found {job['numberRecordsProcessed']} rows, "
            f"{row_count} arrived. Run again.",
            job_id=job["id"],
        )
    return tuple(file for file, _ in pages), row_count


def download_pages(
    org: Org, path: str, *, folder: Path, rows_per_file: int = ROWS_PER_FILE
) -> list[tuple[Path, int]]:
    """The files of a job and the rows of each, in the answer's order; ``path`` is ``jobs/query/ID``.

    In parallel where the org can name the pages beforehand, from API version 58 on; else one after another.
    """
    try:
        answer = org.call_json("GET", f"{path}/resultPages")
    except ResourceMissingError:
        return list(_download_in_turn(org, path, folder=folder, rows_per_file=rows_per_file))
    pool = ThreadPoolExecutor(DOWNLOADS_AT_ONCE)
    try:
        pages = [
            pool.submit(_download_page, org, url, target=folder / f"page-{number:05}.csv")
            for number, url in enumerate(_result_urls(org, answer), start=1)
        ]
        return [each.result() for each in pages]
    finally:
        # After an error what has not begun shall not begin.
        pool.shutdown(cancel_futures=True)


def _result_urls(org: Org, answer: Mapping[str, Any]) -> Iterator[str]:
    while True:
        yield from (each["resultUrl"] for each in answer["resultPages"])
        if answer["done"]:
            return
        answer = org.call_json("GET", answer["nextRecordsUrl"])


def _download_page(org: Org, url: str, *, target: Path) -> tuple[Path, int]:
    return target, int(download(org, url, target=target)["Sforce-NumberOfRecords"])


def _download_in_turn(org: Org, path: str, *, folder: Path, rows_per_file: int) -> Iterator[tuple[Path, int]]:
    params: dict[str, str | int] = {"maxRecords": rows_per_file}
    number = 1
    while True:
        target = folder / f"page-{number:05}.csv"
        headers = download(org, f"{path}/results", target=target, params=params)
        yield target, int(headers["Sforce-NumberOfRecords"])
        locator = headers.get("Sforce-Locator", _LAST_PAGE)
        if locator == _LAST_PAGE:
            return
        params["locator"] = locator
        number += 1


def _error_of(job: Mapping[str, Any], soql: str) -> RetryableError:
    reason = job.get("errorMessage") or "without a reason."
    text = f"The bulk query job {job['id']} ended as {job['state']}: {reason}"
    query = f"The query was: {soql[:500]}"
    # Salesforce writes the code into a sentence, such as "Failed to process query: QUERY_TIMEOUT: ..." [K].
    if _TIMEOUT in reason:
        return QueryTimeoutError(f"{text} {remedy_for(_TIMEOUT)} {query}", code=_TIMEOUT)
    return BulkJobError(f"{text} {query}", job_id=job["id"])


@contextmanager
def _query_job(org: Org, soql: str, *, include_deleted: bool) -> Iterator[str]:
    """The path of a new job, which is stopped and deleted at the end, also after an exception."""
    job = org.call_json(
        "POST",
        "jobs/query",
        json={"operation": "queryAll" if include_deleted else "query", "query": soql, "lineEnding": "LF"},
    )
    path = f"jobs/query/{job['id']}"
    try:
        yield path
    except BaseException:
        # A job that still runs cannot be deleted. One that has ended refuses to be aborted.
        with suppress(SalesforceError):
            org.call("PATCH", path, json={"state": JobState.ABORTED})
        raise
    finally:
        # A job left behind costs nothing but storage of the org, for seven days.
        with suppress(SalesforceError):
            org.call("DELETE", path)
