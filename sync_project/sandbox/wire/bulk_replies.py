"""What query and ingest jobs have in common on the wire: how they are made, listed, shown and deleted."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sync_project.sandbox.bulk.csv_format import DELIMITERS, LINE_ENDINGS
from sync_project.sandbox.bulk.ingest import invalid_value
from sync_project.sandbox.bulk.jobs import (
    Job,
    JobState,
    Kind,
    delete_job,
    find_job,
    list_jobs,
    new_job_id,
    save_job,
    start_job,
)
from sync_project.sandbox.bulk.work import is_due, work_on
from sync_project.sandbox.errors import ApiError, not_found
from sync_project.sandbox.values import format_datetime
from sync_project.sandbox.wire.web import Call, Reply

_JOBS_PER_LIST = 1_000
_LARGEST_PLACE = 2**53
_OLDEST_VERSION: Mapping[Kind, float] = {"query": 47.0, "ingest": 41.0}
_KINDS_BY_TYPE: Mapping[str, tuple[Kind, ...]] = {
    "V2Query": ("query",),
    "V2Ingest": ("ingest",),
    "Classic": (),
}
_FORMATS = {
    "contentType": ["CSV"],
    "columnDelimiter": ["COMMA", *DELIMITERS],
    "lineEnding": list(LINE_ENDINGS),
}


def make_job(call: Call, kind: Kind, body: Mapping[str, object], *, sobject: str) -> Job:
    """A new job, open and not yet kept."""
    check_version(call, kind)
    chosen = {name: _choose(body, name, words) for name, words in _FORMATS.items()}
    moment = format_datetime(call.org.now)
    return Job(
        id=new_job_id(call.org),
        kind=kind,
        operation=str(body.get("operation")),
        object=sobject,
        created_by_id=call.user_id,
        created_date=moment,
        system_modstamp=moment,
        state=JobState.OPEN,
        version=call.version,
        line_ending=chosen["lineEnding"],
        column_delimiter=chosen["columnDelimiter"],
    )


def _choose(body: Mapping[str, object], name: str, words: Sequence[str]) -> str:
    """The word of a property of a new job; the first one where the body says nothing."""
    value = body.get(name)
    word = words[0] if value is None else str(value)
    if word not in words:
        raise invalid_value(name, word)
    return word


def load_job(call: Call, kind: Kind) -> Job:
    """The job that the path names."""
    check_version(call, kind)
    job = find_job(call.org, kind, call.path["job_id"])
    if job is None:
        raise not_found()
    return job


def check_version(call: Call, kind: Kind, *, oldest: float = 0) -> None:
    """Job resources are not found in versions older than themselves."""
    if float(call.version) < max(oldest, _OLDEST_VERSION[kind]):
        raise not_found()


def reply_and_start(call: Call, job: Job, show: Callable[[Job], dict[str, object]]) -> Reply:
    """Answer with a job whose data is complete, still as UploadComplete, and have its work done."""
    started = start_job(call.org, job)
    reply = Reply(body=show(started))
    if not is_due(call.org, started):
        return reply

    def finish() -> Reply:
        work_on(call.org, started)
        return reply

    return Reply(finish=finish)


def reply_when_due(call: Call, job: Job, show: Callable[[Job], dict[str, object]]) -> Reply:
    """Answer with a job as it is, after its work has been done if it was due."""
    with call.org.transaction():
        job = find_job(call.org, job.kind, job.id) or job
        if job.state == JobState.UPLOADED:
            job = save_job(call.org, replace(job, state=JobState.RUNNING))
    if not is_due(call.org, job):
        return Reply(body=show(job))

    def finish() -> Reply:
        work_on(call.org, job)
        return Reply(body=show(find_job(call.org, job.kind, job.id) or job))

    return Reply(finish=finish)


def list_of_jobs(call: Call, kind: Kind) -> Reply:
    """``GET /jobs/query`` and ``GET /jobs/ingest``: all jobs of both kinds, or those of a ``jobType``."""
    check_version(call, kind)
    kinds = _KINDS_BY_TYPE.get(call.query.get("jobType", ""), ("query", "ingest"))
    if call.query.get("isPkChunkingEnabled", "").lower() == "true":
        kinds = ()
    start = read_locator(call.query.get("queryLocator", ""))
    jobs = list_jobs(call.org, kinds, start=start, count=_JOBS_PER_LIST + 1)
    done = len(jobs) <= _JOBS_PER_LIST
    path = f"/services/data/v{call.version}/jobs/{kind}?queryLocator={write_locator(start + _JOBS_PER_LIST)}"
    records = [show_summary(each) for each in jobs[:_JOBS_PER_LIST]]
    return Reply(body={"done": done, "records": records, "nextRecordsUrl": None if done else path})


def remove_job(call: Call, kind: Kind) -> Reply:
    """``DELETE``: not while data is awaited or the job works [K: text]."""
    job = load_job(call, kind)
    if job.state in {JobState.OPEN, JobState.RUNNING}:
        raise ApiError("INVALIDJOBSTATE", f"Deleting not allowed for {job.state} Job")
    delete_job(call.org, job)
    return Reply(status=204)


def show_head(job: Job) -> dict[str, object]:
    """The keys that every reply about a job begins with."""
    shown: dict[str, object] = {
        "id": job.id,
        "operation": job.operation,
        "object": job.object,
        "createdById": job.created_by_id,
        "createdDate": job.created_date,
        "systemModstamp": job.system_modstamp,
        "state": job.state,
    }
    if job.external_id_field_name:
        shown["externalIdFieldName"] = job.external_id_field_name
    if job.assignment_rule_id:
        shown["assignmentRuleId"] = job.assignment_rule_id
    return shown | {"concurrencyMode": "Parallel", "contentType": "CSV", "apiVersion": float(job.version)}


def show_format(job: Job) -> dict[str, object]:
    """How the job's CSV is written."""
    return {"lineEnding": job.line_ending, "columnDelimiter": job.column_delimiter}


def show_summary(job: Job) -> dict[str, object]:
    """A job in a list, and the beginning of its details."""
    job_type = "V2Query" if job.kind == "query" else "V2Ingest"
    return show_head(job) | {"jobType": job_type} | show_format(job)


def show_error(job: Job) -> dict[str, object]:
    """Why a job failed."""
    return {"errorMessage": job.error_message} if job.error_message else {}


def write_locator(offset: int) -> str:
    """A place in a result or a list, as an opaque text."""
    return base64.urlsafe_b64encode(str(offset).encode()).decode().rstrip("=")


def read_locator(locator: str) -> int:
    """The place behind a locator; 0 for an empty one."""
    if not locator:
        return 0
    try:
        place = int(base64.b64decode(locator + "=" * (-len(locator) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        place = -1
    if not 0 <= place < _LARGEST_PLACE:
        raise ApiError("INVALID_QUERY_LOCATOR", f"invalid locator {locator}")
    return place
