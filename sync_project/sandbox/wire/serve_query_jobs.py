"""Query jobs of Bulk API 2.0 over HTTP."""

from dataclasses import replace

from sync_project.sandbox.bulk.ingest import invalid_value
from sync_project.sandbox.bulk.jobs import Job, JobState, job_folder, save_job
from sync_project.sandbox.bulk.query_work import check_query
from sync_project.sandbox.bulk.result_rows import cut_page
from sync_project.sandbox.bulk.usage import QUERY_JOBS, count_use
from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.records.recycle_bin import forget_old
from sync_project.sandbox.values import read_count
from sync_project.sandbox.wire import bulk_replies
from sync_project.sandbox.wire.web import Call, Reply

_ROWS_PER_PAGE = 50_000
_PAGES_PER_REPLY = 5
_OLDEST_PARALLEL_VERSION = 58.0


def create(call: Call) -> Reply:
    """``POST /jobs/query``; a query that cannot run is refused here [K: or its job fails later]."""
    body = call.read_object()
    operation, soql = str(body.get("operation", "")), str(body.get("query", ""))
    if operation not in {"query", "queryAll"}:
        raise invalid_value("operation", operation)
    if operation == "queryAll":
        with call.org.writing() as context:
            forget_old(context)
    entity = check_query(call.write_context(), soql, include_deleted=operation == "queryAll")
    job = replace(bulk_replies.make_job(call, "query", body, sobject=entity), query=soql)
    with call.org.transaction() as connection:
        count_use(connection, QUERY_JOBS, 1, now=call.org.now)
    return bulk_replies.reply_and_start(call, job, _show_new)


def read(call: Call) -> Reply:
    """``GET /jobs/query/{id}``."""
    return bulk_replies.reply_when_due(call, bulk_replies.load_job(call, "query"), _show)


def read_all(call: Call) -> Reply:
    """``GET /jobs/query``."""
    return bulk_replies.list_of_jobs(call, "query")


def change(call: Call) -> Reply:
    """``PATCH /jobs/query/{id}``: only Aborted, and only in time."""
    job = bulk_replies.load_job(call, "query")
    wanted = call.read_object().get("state")
    if wanted != JobState.ABORTED or job.has_ended:
        raise ApiError("INVALIDJOBSTATE", f"Aborting already {job.state} Job not allowed")
    return Reply(body=bulk_replies.show_head(save_job(call.org, replace(job, state=JobState.ABORTED))))


def delete(call: Call) -> Reply:
    """``DELETE /jobs/query/{id}``."""
    return bulk_replies.remove_job(call, "query")


def results(call: Call) -> Reply:
    """``GET /jobs/query/{id}/results?maxRecords=&locator=``; the last page's locator is ``null``."""
    job = _load_complete(call)
    start = bulk_replies.read_locator(call.query.get("locator", ""))
    if start > job.records_processed:
        raise ApiError("INVALID_QUERY_LOCATOR", f"invalid locator {call.query['locator']}")
    end = min(start + _read_max_records(call.query.get("maxRecords", "")), job.records_processed)
    headers = {
        "Content-Type": "text/csv",
        "Sforce-NumberOfRecords": str(end - start),
        "Sforce-Locator": bulk_replies.write_locator(end) if end < job.records_processed else "null",
    }
    page = cut_page(job_folder(call.org, job), start=start, count=end - start)
    return Reply(body=page, headers=headers, rows_read={job.object: end - start})


def result_pages(call: Call) -> Reply:
    """``GET /jobs/query/{id}/resultPages?locator=``: where up to five pages are, to be read in parallel."""
    bulk_replies.check_version(call, "query", oldest=_OLDEST_PARALLEL_VERSION)
    job = _load_complete(call)
    start = bulk_replies.read_locator(call.query.get("locator", ""))
    starts = range(start, max(job.records_processed, 1), _ROWS_PER_PAGE)
    path = f"/services/data/v{job.version}/jobs/query/{job.id}"
    urls = [f"{path}/results?locator={bulk_replies.write_locator(each)}" for each in starts]
    further = None
    if len(urls) > _PAGES_PER_REPLY:
        further = f"{path}/resultPages?locator={bulk_replies.write_locator(starts[_PAGES_PER_REPLY])}"
    return Reply(
        body={
            "resultPages": [{"resultUrl": url} for url in urls[:_PAGES_PER_REPLY]],
            "nextRecordsUrl": further,
            "done": further is None,
        }
    )


def _load_complete(call: Call) -> Job:
    job = bulk_replies.load_job(call, "query")
    if job.version != call.version:
        text = f"The job was created with API version {job.version}: use the same version for its results"
        raise ApiError("INVALIDJOBSTATE", text, status=409)
    if job.state != JobState.COMPLETE:
        raise ApiError("INVALIDJOBSTATE", f"The job is {job.state}; only a JobComplete job has results")
    return job


def _read_max_records(text: str) -> int:
    number = read_count(text or str(_ROWS_PER_PAGE))
    if not number:
        raise ApiError("INVALIDJOB", f"InvalidJob : maxRecords must be a positive number, not {text}")
    return number


def _show_new(job: Job) -> dict[str, object]:
    return bulk_replies.show_head(job) | bulk_replies.show_format(job)


def _show(job: Job) -> dict[str, object]:
    counters = {
        "numberRecordsProcessed": job.records_processed,
        "retries": 0,
        "totalProcessingTime": job.processing_ms,
        "isPkChunkingSupported": True,
    }
    return bulk_replies.show_summary(job) | counters | bulk_replies.show_error(job)
