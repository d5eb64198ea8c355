"""The admin surface of records under ``/sandbox``: no part of Salesforce's API, open without a session."""

from dataclasses import asdict
from datetime import timedelta

from sync_project.sandbox.admin import Admin
from sync_project.sandbox.errors import ApiError, RecordError
from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.records.conversion import Conversion
from sync_project.sandbox.wire.web import Call, Reply

Body = dict[str, object]


def convert(call: Call) -> Reply:
    """``POST /sandbox/convert-lead``; the answer is SOAP's LeadConvertResult."""
    body = call.read_object()
    done = Admin(call.org).convert_lead(
        Conversion(
            lead_id=_text(body, "leadId"),
            converted_status=_text(body, "convertedStatus"),
            account_id=_optional(body, "accountId"),
            contact_id=_optional(body, "contactId"),
            owner_id=_optional(body, "ownerId"),
            opportunity_name=_optional(body, "opportunityName"),
            creates_opportunity=body.get("createOpportunity", True) is not False,
        )
    )
    ids = {f"{name.removesuffix('_id')}Id": value for name, value in asdict(done).items()}
    return Reply(body=ids | {"success": True, "errors": []})


def merge(call: Call) -> Reply:
    """``POST /sandbox/merge``: ``sobject``, ``masterId``, ``mergeIds``, perhaps the master's ``fields``."""
    body = call.read_object()
    fields = body.get("fields")
    merged = _texts(body, "mergeIds")
    master = Admin(call.org).merge(
        _text(body, "sobject"),
        master_id=_text(body, "masterId"),
        merge_ids=merged,
        values=fields if isinstance(fields, dict) else None,
    )
    return Reply(body={"id": master, "mergedRecordIds": merged, "success": True, "errors": []})


def undelete(call: Call) -> Reply:
    """``POST /sandbox/undelete``: one result for each of ``ids``."""
    return Reply(body=[_undelete(call, each) for each in _texts(call.read_object(), "ids")])


def empty_bin(call: Call) -> Reply:
    """``POST /sandbox/empty-recycle-bin``: all, or by ``ids``, or by ``olderThanDays``."""
    body = call.read_object() if call.body else {}
    days = body.get("olderThanDays")
    count = Admin(call.org).empty_recycle_bin(
        ids=_texts(body, "ids") if "ids" in body else None,
        older_than=timedelta(days=float(days)) if isinstance(days, int | float) else None,
    )
    return Reply(body={"emptied": count})


def lock(call: Call) -> Reply:
    """``POST /sandbox/lock`` and ``/sandbox/unlock``: the records of ``ids``."""
    for each in _texts(call.read_object(), "ids"):
        Admin(call.org).set_lock(each, is_locked=call.path["word"].lower() == "lock")
    return Reply(status=204)


def rules(call: Call) -> Reply:
    """``GET /sandbox/{kind}-rules``."""
    return Reply(body=Admin(call.org).list_rules(call.path["kind"].lower()))


def remove_rule(call: Call) -> Reply:
    """``DELETE /sandbox/{kind}-rules/{id}``."""
    number = call.path["rule_id"]
    Admin(call.org).remove_rule(call.path["kind"].lower(), int(number) if number.isdecimal() else 0)
    return Reply(status=204)


def add_rule(call: Call) -> Reply:
    """``POST /sandbox/{kind}-rules``: the keys are those of Admin's method of that kind."""
    body, admin = call.read_object(), Admin(call.org)
    sobject = _text(body, "sobject")
    match call.path["kind"].lower():
        case "validation":
            added: int | str = admin.add_validation_rule(
                sobject,
                condition=_text(body, "condition"),
                message=_text(body, "message"),
                field=_optional(body, "field"),
            )
        case "duplicate":
            added = admin.add_duplicate_rule(
                sobject,
                fields=_methods(body),
                name=_optional(body, "name"),
                action=_optional(body, "action") or "alert",
                match_sobject=_optional(body, "matchSobject"),
                message=_optional(body, "message"),
            )
        case "assignment":
            added = admin.add_assignment_rule(
                sobject, entries=_entries(body), name=_optional(body, "name") or "Standard"
            )
        case _:
            added = admin.track_field(
                sobject, _text(body, "field"), is_tracked=body.get("tracked", True) is not False
            )
    return Reply(status=201, body={"id": added, "success": True, "errors": []})


def remove_objects(call: Call) -> Reply:
    """``PUT /sandbox/removed-objects``: the names of ``sobjects`` vanish, all others are there again."""
    Admin(call.org).remove_objects(*_texts(call.read_object(), "sobjects"))
    return Reply(status=204)


def load(call: Call) -> Reply:
    """``POST /sandbox/rows``: rows of ``sobject`` stored as they are, read-only fields too."""
    body = call.read_object()
    rows = body.get("rows")
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise ApiError("JSON_PARSER_ERROR", "The request body needs a list of objects named rows")
    return Reply(status=201, body={"loaded": load_rows(call.org, _text(body, "sobject"), rows)})


def _undelete(call: Call, record_id: str) -> Body:
    try:
        Admin(call.org).undelete(record_id)
    except RecordError as error:
        return {"id": record_id, "success": False, "errors": [error.as_row_error()]}
    return {"id": record_id, "success": True, "errors": []}


def _text(body: Body, name: str) -> str:
    value = _optional(body, name)
    if value is None:
        raise ApiError("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{name}]", fields=[name])
    return value


def _optional(body: Body, name: str) -> str | None:
    value = body.get(name)
    return str(value) if value else None


def _texts(body: Body, name: str) -> list[str]:
    value = body.get(name)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ApiError("JSON_PARSER_ERROR", f"The request body needs a list of texts named {name}")
    return value


def _methods(body: Body) -> dict[str, str]:
    """``{"Email": "exact"}``, or a list of names that are compared exactly."""
    fields = body.get("fields")
    if isinstance(fields, dict):
        return {str(name): str(method) for name, method in fields.items()}
    return dict.fromkeys(_texts(body, "fields"), "exact")


def _entries(body: Body) -> list[dict[str, str]]:
    entries = body.get("entries")
    if not isinstance(entries, list) or not all(isinstance(e, dict) and e.get("ownerId") for e in entries):
        raise ApiError("JSON_PARSER_ERROR", "The request body needs a list named entries, each with ownerId")
    return [{"condition": str(e.get("condition") or ""), "ownerId": str(e["ownerId"])} for e in entries]
