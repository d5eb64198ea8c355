"""Reports over HTTP: the Analytics API, of which ``/sandbox/reports`` creates without a session."""

from sync_project.sandbox.analytics import reports
from sync_project.sandbox.analytics.report_metadata import ReportMetadata, read_metadata
from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.wire.web import Call, Reply


def report_list(call: Call) -> Reply:
    """``GET /analytics/reports``."""
    found = reports.list_reports(call.write_context())
    return Reply(
        body=[
            {**_urls(call, each), "id": each, "name": name, "url": _url(call, each)} for each, name in found
        ]
    )


def create(call: Call) -> Reply:
    """``POST /analytics/reports``, with ``?cloneId=`` a copy of that report."""
    with call.org.transaction():
        context = call.write_context()
        record_id = reports.create_report(context, _read_given(call), copy_of=call.query.get("cloneId"))
        return Reply(body=_describe(call, reports.read_report(context, record_id)))


def describe(call: Call) -> Reply:
    """``GET /analytics/reports/{id}/describe``."""
    return Reply(body=_describe(call, reports.read_report(call.write_context(), call.path["report"])))


def delete(call: Call) -> Reply:
    """``DELETE /analytics/reports/{id}``."""
    with call.org.transaction():
        reports.delete_report(call.write_context(), call.path["report"])
    return Reply(status=204)


def run(call: Call) -> Reply:
    """``GET`` or ``POST /analytics/reports/{id}?includeDetails=``; a POST may change it for once."""
    with call.org.transaction():
        metadata, details = _read_run(call)
        result = reports.run_now(call.write_context(), metadata, with_details=details)
    return Reply(body={"attributes": _attributes(call, metadata)} | result)


def run_later(call: Call) -> Reply:
    """``POST /analytics/reports/{id}/instances``."""
    with call.org.transaction():
        metadata, details = _read_run(call)
        info = reports.run_later(call.write_context(), metadata, with_details=details)
    return Reply(body=info | {"url": f"{_url(call, metadata.id)}/instances/{info['id']}"})


def instances(call: Call) -> Reply:
    """``GET /analytics/reports/{id}/instances``."""
    context = call.write_context()
    report = reports.read_report(context, call.path["report"])
    url = f"{_url(call, report.id)}/instances"
    found = reports.list_instances(context, report)
    return Reply(body=[each | {"url": f"{url}/{each['id']}"} for each in found])


def instance(call: Call) -> Reply:
    """``GET /analytics/reports/{id}/instances/{id}``."""
    context = call.write_context()
    metadata = reports.read_report(context, call.path["report"])
    info, result = reports.read_instance(context, metadata, call.path["instance"])
    attributes = info | {
        "reportId": metadata.id,
        "reportName": metadata.name,
        "type": "ReportInstance",
    }
    del attributes["hasDetailRows"]
    return Reply(body={"attributes": dict(sorted(attributes.items()))} | result)


def _read_given(call: Call) -> dict[str, object]:
    """``reportMetadata`` of the body; empty without a body."""
    given = (call.read_object() if call.body.strip() else {}).get("reportMetadata") or {}
    if not isinstance(given, dict):
        raise ApiError("JSON_PARSER_ERROR", "reportMetadata must be an object")
    return given


def _read_run(call: Call) -> tuple[ReportMetadata, bool]:
    """The report as it is to be run, with its own id and names, and whether with details."""
    stored = reports.read_report(call.write_context(), call.path["report"])
    given = _read_given(call)
    own_names = {"id": stored.id, "name": stored.name, "developerName": stored.developer_name}
    metadata = read_metadata(stored, given | own_names, today=call.org.now.date())
    wanted = call.query.get("includeDetails")
    return metadata, metadata.has_detail_rows if wanted is None else wanted.lower() == "true"


def _describe(call: Call, metadata: ReportMetadata) -> dict[str, object]:
    described = reports.describe_report(call.write_context(), metadata)
    return {"attributes": _attributes(call, metadata), **described}


def _attributes(call: Call, metadata: ReportMetadata) -> dict[str, object]:
    return {
        **_urls(call, metadata.id),
        "reportId": metadata.id,
        "reportName": metadata.name,
        "type": "Report",
    }


def _urls(call: Call, report_id: str | None) -> dict[str, object]:
    url = _url(call, report_id)
    return {"describeUrl": f"{url}/describe", "instancesUrl": f"{url}/instances"}


def _url(call: Call, report_id: str | None) -> str:
    return f"/services/data/v{call.path.get('version', '66.0')}/analytics/reports/{report_id}"
