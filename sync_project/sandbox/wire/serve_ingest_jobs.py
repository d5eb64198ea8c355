"""Ingest jobs of Bulk API 2.0 over HTTP."""

from collections.abc import Mapping
from dataclasses import replace
from email.parser import BytesParser

from sync_project.sandbox.bulk.csv_format import make_writer
from sync_project.sandbox.bulk.ingest import (
    allow_hard_delete,
    allows_hard_delete,
    check_job,
    check_permission,
    find_bulk_object,
)
from sync_project.sandbox.bulk.ingest_work import FAILED, SUCCESSFUL, UNPROCESSED, UPLOAD
from sync_project.sandbox.bulk.jobs import Job, JobState, job_folder, save_job
from sync_project.sandbox.bulk.stored_bytes import StoredBytes
from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.wire import bulk_replies
from sync_project.sandbox.wire.json_text import parse_object
from sync_project.sandbox.wire.web import Call, Reply

_LARGEST_UPLOAD = 150_000_000
"""Bytes after base64 coding, which makes four of three."""
_LARGEST_PART = 100_000
"""Characters of CSV in a multipart request."""
_CSV_HEADERS = {"Content-Type": "text/csv"}
"""Without a charset, so that clients who guess one see what they would see of a real org."""


def create(call: Call) -> Reply:
    """``POST /jobs/ingest``: JSON, or a multipart request that brings the CSV along and starts the job."""
    if call.headers.get("content-type", "").lower().startswith("multipart/"):
        body, content = _read_multipart(call)
        job = _make_job(call, body)
        (job_folder(call.org, job) / UPLOAD).write_bytes(content)
        return bulk_replies.reply_and_start(call, job, _show_new)
    return Reply(body=_show_new(save_job(call.org, _make_job(call, call.read_object()))))


def upload(call: Call) -> Reply:
    """``PUT /jobs/ingest/{id}/batches``, once."""
    job = bulk_replies.load_job(call, "ingest")
    path = job_folder(call.org, job) / UPLOAD
    if job.state != JobState.OPEN:
        raise ApiError("INVALIDJOBSTATE", f"Job {job.id} is {job.state} and takes no data")
    if path.exists():
        text = (
            f"Found multipe contents for job: <{job.id[:15]}>, please 'Close' / 'Abort' / 'Delete' the "
            "current Job then create a new Job and make sure you only do 'PUT' once on a given Job."
        )
        raise ApiError("BULK_API_ERROR", text)
    if len(call.body) * 4 / 3 > _LARGEST_UPLOAD:
        text = "InvalidBatch : The upload exceeds the limit of 150 MB after base64 coding"
        raise ApiError("INVALIDBATCH", text)
    path.write_bytes(call.body)
    return Reply(status=201)


def change(call: Call) -> Reply:
    """``PATCH /jobs/ingest/{id}``: UploadComplete starts the work, Aborted gives the job up."""
    job = bulk_replies.load_job(call, "ingest")
    wanted = call.read_object().get("state")
    if wanted == JobState.ABORTED and not job.has_ended:
        return Reply(body=bulk_replies.show_head(save_job(call.org, replace(job, state=JobState.ABORTED))))
    if wanted != JobState.UPLOADED or job.state != JobState.OPEN:
        raise ApiError("INVALIDJOBSTATE", f"Job {job.id} is {job.state} and cannot become {wanted}")
    (job_folder(call.org, job) / UPLOAD).touch()
    return bulk_replies.reply_and_start(call, job, bulk_replies.show_head)


def read(call: Call) -> Reply:
    """``GET /jobs/ingest/{id}``."""
    return bulk_replies.reply_when_due(call, bulk_replies.load_job(call, "ingest"), _show)


def read_all(call: Call) -> Reply:
    """``GET /jobs/ingest``."""
    return bulk_replies.list_of_jobs(call, "ingest")


def delete(call: Call) -> Reply:
    """``DELETE /jobs/ingest/{id}``."""
    return bulk_replies.remove_job(call, "ingest")


def successful_results(call: Call) -> Reply:
    """``GET /jobs/ingest/{id}/successfulResults``."""
    return _result_file(call, SUCCESSFUL, "sf__Id", "sf__Created")


def failed_results(call: Call) -> Reply:
    """``GET /jobs/ingest/{id}/failedResults``."""
    return _result_file(call, FAILED, "sf__Id", "sf__Error")


def unprocessed_records(call: Call) -> Reply:
    """``GET /jobs/ingest/{id}/unprocessedrecords``: what an aborted or failed job did not come to."""
    job = bulk_replies.load_job(call, "ingest")
    uploaded = job_folder(call.org, job) / UPLOAD
    if job.records_processed or job.state not in {JobState.ABORTED, JobState.FAILED} or not uploaded.exists():
        return _result_file(call, UNPROCESSED)
    return Reply(body=StoredBytes.whole(uploaded), headers=_CSV_HEADERS)


def show_settings(call: Call) -> Reply:
    """``GET /sandbox/bulk``: what the admin decides about Bulk."""
    return Reply(body={"hardDelete": allows_hard_delete(call.org.connection)})


def change_settings(call: Call) -> Reply:
    """``PUT /sandbox/bulk``: ``{"hardDelete": false}`` takes the permission Bulk API Hard Delete away."""
    is_allowed = call.read_object().get("hardDelete")
    if not isinstance(is_allowed, bool):
        raise ApiError("INVALID_INPUT", "hardDelete is true or false")
    with call.org.transaction() as connection:
        allow_hard_delete(connection, is_allowed=is_allowed)
    return show_settings(call)


def _result_file(call: Call, name: str, *columns: str) -> Reply:
    """A result file; only its header where the job wrote none."""
    job = bulk_replies.load_job(call, "ingest")
    path = job_folder(call.org, job) / name
    if not path.exists():
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = make_writer(file, delimiter=job.column_delimiter, line_ending=job.line_ending)
            writer.writerow(columns)
    return Reply(body=StoredBytes.whole(path), headers=_CSV_HEADERS)


def _make_job(call: Call, body: Mapping[str, object]) -> Job:
    sobject = find_bulk_object(call.schema, str(body.get("object", "")))
    key = body.get("externalIdFieldName")
    key_name = None if key is None else str(key)
    operation = str(body.get("operation", ""))
    check_permission(call.org.connection, operation)
    check_job(sobject, operation=operation, key_name=key_name)
    job = bulk_replies.make_job(call, "ingest", body, sobject=sobject.name)
    rule_id = str(body.get("assignmentRuleId") or "")
    return replace(job, external_id_field_name=key_name, assignment_rule_id=rule_id)


def _read_multipart(call: Call) -> tuple[dict[str, object], bytes]:
    """The job and the CSV of a multipart request."""
    head = f"Content-Type: {call.headers['content-type']}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser().parsebytes(head + call.body)
    parts = {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in message.walk()
        if not part.is_multipart()
    }
    job, content = parts.get("job"), parts.get("content")
    if not isinstance(job, bytes) or not isinstance(content, bytes):
        raise ApiError("INVALIDJOB", "InvalidJob : a multipart request has the parts job and content")
    if len(content) > _LARGEST_PART:
        raise ApiError(
            "INVALIDJOB", f"InvalidJob : a multipart request takes {_LARGEST_PART} characters of CSV"
        )
    return parse_object(job), content


def _show_new(job: Job) -> dict[str, object]:
    return bulk_replies.show_head(job) | _show_content_url(job) | bulk_replies.show_format(job)


def _show(job: Job) -> dict[str, object]:
    counters = {
        "numberRecordsProcessed": job.records_processed,
        "numberRecordsFailed": job.records_failed,
        "retries": 0,
        "totalProcessingTime": job.processing_ms,
        "apiActiveProcessingTime": job.processing_ms,
        "apexProcessingTime": 0,
    }
    summary = bulk_replies.show_head(job) | _show_content_url(job) | bulk_replies.show_summary(job)
    return summary | counters | bulk_replies.show_error(job)


def _show_content_url(job: Job) -> dict[str, object]:
    """Where the upload goes, as long as it may."""
    if job.state != JobState.OPEN:
        return {}
    return {"contentUrl": f"services/data/v{job.version}/jobs/ingest/{job.id}/batches"}
