"""Bulk API 2.0 over HTTP: query jobs and ingest jobs.

A job's work is done at once, while the answer to the request that starts it still shows the state
``UploadComplete``; the next poll sees how it ended.
"""

import base64
import binascii
import json
from dataclasses import asdict

from sync_project.sandbox.bulk.csv_format import DELIMITERS, LINE_ENDINGS, BadCsvError, read_csv, write_csv
from sync_project.sandbox.bulk.ingest import IngestResult, check_job, find_job_key, run_ingest
from sync_project.sandbox.database import next_serial, savepoint
from sync_project.sandbox.errors import ApiError, not_found
from sync_project.sandbox.ids import make_id, normalise_id
from sync_project.sandbox.records.write_context import find_object
from sync_project.sandbox.soql.errors import SoqlError
from sync_project.sandbox.values import format_datetime
from sync_project.sandbox.wire.serve_query import keep_result, recall_result, run
from sync_project.sandbox.wire.web import Call, Reply

_JOB_PREFIX = "750"
_DEFAULT_MAX_RECORDS = 50_000
_CSV_HEADERS = {"Content-Type": "text/csv; charset=UTF-8"}

Job = dict[str, object]


def create_query_job(call: Call) -> Reply:
    """``POST /jobs/query``; a query that cannot run is refused here [K: or its job fails later]."""
    body = call.read_object()
    operation, soql = str(body.get("operation", "")), str(body.get("query", ""))
    if operation not in {"query", "queryAll"}:
        raise ApiError("INVALIDJOB", f"InvalidJob : unknown operation {operation}")
    result = run(call.org, soql, include_deleted=operation == "queryAll", version=call.version)
    try:
        result.flat_rows()
    except SoqlError as error:
        raise ApiError(str(error.code), error.message) from error
    job = _new_job(call, body, kind="query") | {
        "object": result.entity,
        "query": soql,
        "numberRecordsProcessed": len(result.records),
    }
    keep_result(call.org, str(job["id"]), result)
    _save_job(call, "query", job | {"state": "JobComplete"})
    shown = ("id", "operation", "object", "createdById", "createdDate", "systemModstamp", "state")
    settings = ("concurrencyMode", "contentType", "apiVersion", "lineEnding", "columnDelimiter")
    return Reply(body={name: job[name] for name in (*shown, *settings)})


def query_results(call: Call) -> Reply:
    """``GET /jobs/query/{id}/results?maxRecords=&locator=``; the last page's locator is ``null``."""
    job = _load_job(call, "query")
    if job["state"] != "JobComplete":
        raise ApiError("INVALIDJOBSTATE", f"The job is {job['state']}", status=409)
    result = recall_result(
        call.org,
        str(job["id"]),
        str(job["query"]),
        include_deleted=job["operation"] == "queryAll",
        version=call.version,
    )
    start = _read_locator(call.query.get("locator", ""))
    end = start + _read_max_records(call.query.get("maxRecords", ""))
    rows = list(result.flat_rows())
    page = rows[start:end]
    headers = {
        "Sforce-NumberOfRecords": str(len(page)),
        "Sforce-Locator": _write_locator(end) if end < len(rows) else "null",
    }
    if end >= len(rows):
        call.org.query_results.pop(str(job["id"]), None)
    body = write_csv(
        result.columns,
        page,
        delimiter=str(job["columnDelimiter"]),
        line_ending=str(job["lineEnding"]),
    )
    return Reply(body=body, headers=_CSV_HEADERS | headers, rows_read={result.entity: len(page)})


def create_ingest_job(call: Call) -> Reply:
    """``POST /jobs/ingest``."""
    body = call.read_object()
    sobject = find_object(call.org.schema, str(body.get("object", "")))
    key_name = str(body.get("externalIdFieldName") or "")
    check_job(sobject, operation=str(body.get("operation", "")), key_name=key_name)
    job = _new_job(call, body, kind="ingest") | {"object": sobject.name, "state": "Open"}
    job |= {"contentUrl": f"services/data/v{call.version}/jobs/ingest/{job['id']}/batches"}
    if key_name:
        job["externalIdFieldName"] = key_name
    _save_job(call, "ingest", job)
    return Reply(body=job)


def upload(call: Call) -> Reply:
    """``PUT /jobs/ingest/{id}/batches``, once."""
    job = _load_job(call, "ingest")
    with call.org.transaction() as connection:
        taken = connection.execute(
            "UPDATE _bulk_job SET upload = ? WHERE id = ? AND upload IS NULL", (call.body, job["id"])
        ).rowcount
    if job["state"] != "Open" or not taken:
        raise ApiError("INVALIDJOBSTATE", "Found multiple contents for job: one upload is allowed")
    return Reply(status=201)


def change_ingest_job(call: Call) -> Reply:
    """``PATCH /jobs/ingest/{id}``: UploadComplete starts the work, Aborted gives the job up."""
    job = _load_job(call, "ingest")
    wanted = call.read_object().get("state")
    if job["state"] != "Open" or wanted not in {"UploadComplete", "Aborted"}:
        raise ApiError("INVALIDJOBSTATE", f"Job {job['id']} is {job['state']} and cannot become {wanted}")
    job["state"] = wanted
    if wanted == "Aborted":
        _save_job(call, "ingest", job)
    else:
        _process(call, job)
    return Reply(body=job)


def change_query_job(call: Call) -> Reply:
    """``PATCH /jobs/query/{id}``: only Aborted, and only in time."""
    job = _load_job(call, "query")
    raise ApiError("INVALIDJOBSTATE", f"Aborting already {job['state']} Job not allowed")


def ingest_job(call: Call) -> Reply:
    """``GET /jobs/ingest/{id}``."""
    return Reply(body=_load_job(call, "ingest"))


def query_job(call: Call) -> Reply:
    """``GET /jobs/query/{id}``."""
    return Reply(body={name: value for name, value in _load_job(call, "query").items() if name != "query"})


def delete_ingest_job(call: Call) -> Reply:
    """``DELETE /jobs/ingest/{id}``."""
    return _delete_job(call, "ingest")


def delete_query_job(call: Call) -> Reply:
    """``DELETE /jobs/query/{id}``."""
    return _delete_job(call, "query")


def successful_results(call: Call) -> Reply:
    """``GET /jobs/ingest/{id}/successfulResults``."""
    result = _load_result(call)
    return _csv_reply(call, ["sf__Id", "sf__Created", *result.header], result.successful)


def failed_results(call: Call) -> Reply:
    """``GET /jobs/ingest/{id}/failedResults``."""
    result = _load_result(call)
    return _csv_reply(call, ["sf__Id", "sf__Error", *result.header], result.failed)


def unprocessed_records(call: Call) -> Reply:
    """``GET /jobs/ingest/{id}/unprocessedrecords``: all of a job that was aborted or failed as a whole."""
    job = _load_job(call, "ingest")
    result = _load_result(call)
    if job["state"] == "JobComplete":
        return _csv_reply(call, result.header, [])
    return Reply(body=_load_upload(call, job), headers=_CSV_HEADERS)


def _process(call: Call, job: Job) -> None:
    """Do the work of a job and save how it ended."""
    sobject = find_object(call.org.schema, str(job["object"]))
    result = IngestResult(header=[])
    with call.org.transaction() as connection:
        try:
            rows = read_csv(
                _decode(_load_upload(call, job)),
                delimiter=str(job["columnDelimiter"]),
                line_ending=str(job["lineEnding"]),
            )
            with savepoint(connection, name="job"):
                result = run_ingest(
                    call.write_context(),
                    sobject,
                    rows,
                    operation=str(job["operation"]),
                    key=find_job_key(sobject, str(job.get("externalIdFieldName", ""))),
                )
            ended = job | {"state": "JobComplete"}
        except BadCsvError as error:
            ended = job | {"state": "Failed", "errorMessage": str(error)}
        ended |= {
            "numberRecordsProcessed": len(result.successful) + len(result.failed),
            "numberRecordsFailed": len(result.failed),
        }
        connection.execute(
            "UPDATE _bulk_job SET job = ?, results = ? WHERE id = ?",
            (json.dumps(ended), json.dumps(asdict(result)), job["id"]),
        )


def _new_job(call: Call, body: Job, *, kind: str) -> Job:
    delimiter = str(body.get("columnDelimiter") or "COMMA")
    line_ending = str(body.get("lineEnding") or "LF")
    if delimiter not in DELIMITERS or line_ending not in LINE_ENDINGS:
        raise ApiError("INVALIDJOB", f"InvalidJob : unknown format {delimiter}, {line_ending}")
    with call.org.transaction() as connection:
        job_id = make_id(_JOB_PREFIX, next_serial(connection, _JOB_PREFIX))
    moment = format_datetime(call.org.now)
    return {
        "id": job_id,
        "operation": body["operation"],
        "createdById": call.org.user_id,
        "createdDate": moment,
        "systemModstamp": moment,
        "state": "UploadComplete",
        "concurrencyMode": "Parallel",
        "contentType": "CSV",
        "apiVersion": float(call.version),
        "jobType": "V2Query" if kind == "query" else "V2Ingest",
        "lineEnding": line_ending,
        "columnDelimiter": delimiter,
        "retries": 0,
        "totalProcessingTime": 0,
        "apiActiveProcessingTime": 0,
        "apexProcessingTime": 0,
        "numberRecordsProcessed": 0,
        "numberRecordsFailed": 0,
    }


def _save_job(call: Call, kind: str, job: Job) -> None:
    with call.org.transaction() as connection:
        connection.execute(
            "INSERT INTO _bulk_job (id, kind, job) VALUES (?, ?, ?) "
            "ON CONFLICT DO UPDATE SET job = excluded.job",
            (job["id"], kind, json.dumps(job)),
        )


def _load_job(call: Call, kind: str) -> Job:
    row = call.org.connection.execute(
        "SELECT job FROM _bulk_job WHERE id = ? AND kind = ?", (normalise_id(call.path["job_id"]), kind)
    ).fetchone()
    if row is None:
        raise not_found()
    job: Job = json.loads(row[0])
    return job


def _load_upload(call: Call, job: Job) -> bytes:
    row = call.org.connection.execute("SELECT upload FROM _bulk_job WHERE id = ?", (job["id"],)).fetchone()
    return bytes(row[0] or b"")


def _decode(upload: bytes) -> str:
    try:
        return upload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadCsvError(f"ClientInputError : the upload is not UTF-8: {error}") from error


def _load_result(call: Call) -> IngestResult:
    job = _load_job(call, "ingest")
    row = call.org.connection.execute("SELECT results FROM _bulk_job WHERE id = ?", (job["id"],)).fetchone()
    return IngestResult(header=[]) if row[0] is None else IngestResult(**json.loads(row[0]))


def _delete_job(call: Call, kind: str) -> Reply:
    job = _load_job(call, kind)
    with call.org.transaction() as connection:
        connection.execute("DELETE FROM _bulk_job WHERE id = ?", (job["id"],))
    return Reply(status=204)


def _csv_reply(call: Call, header: list[str], rows: list[list[str]]) -> Reply:
    job = _load_job(call, "ingest")
    body = write_csv(header, rows, delimiter=str(job["columnDelimiter"]), line_ending=str(job["lineEnding"]))
    return Reply(body=body, headers=_CSV_HEADERS)


def _read_max_records(text: str) -> int:
    if text and not (text.isdecimal() and int(text)):
        raise ApiError("INVALIDJOB", f"InvalidJob : maxRecords must be a positive number, not {text}")
    return int(text or _DEFAULT_MAX_RECORDS)


def _write_locator(offset: int) -> str:
    return base64.urlsafe_b64encode(str(offset).encode()).decode().rstrip("=")


def _read_locator(locator: str) -> int:
    if not locator:
        return 0
    try:
        return int(base64.urlsafe_b64decode(locator + "=" * (-len(locator) % 4)))
    except (binascii.Error, ValueError) as error:
        raise ApiError("INVALID_QUERY_LOCATOR", f"invalid locator {locator}") from error
