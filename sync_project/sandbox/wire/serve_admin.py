"""The admin surface of records under ``/sandbox``: no part of Salesforce's API, open without a session."""

from dataclasses import asdict
from datetime import timedelta

from sync_project.sandbox.catalog import standard_schema
from sync_project.sandbox.database import set_removed_objects
from sync_project.sandbox.errors import ApiError, RecordError, SandboxError
from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.records.admin_rules import list_rules, remove_rule, set_lock
from sync_project.sandbox.records.conversion import Conversion, convert_lead
from sync_project.sandbox.records.merging import merge_records
from sync_project.sandbox.records.reading import read_record
from sync_project.sandbox.records.recycle_bin import empty_recycle_bin, undelete_record
from sync_project.sandbox.records.rule_setup import set_up_rule
from sync_project.sandbox.records.write_context import find_object
from sync_project.sandbox.values import read_count
from sync_project.sandbox.wire.web import Call, Reply, read_list, read_texts

_MOST_DAYS = 3650

Body = dict[str, object]


def convert(call: Call) -> Reply:
    """``POST /sandbox/convert-lead``; the answer is SOAP's LeadConvertResult."""
    body = call.read_object()
    wanted = Conversion(
        lead_id=str(body.get("leadId", "")),
        converted_status=str(body.get("convertedStatus", "")),
        account_id=_optional(body, "accountId"),
        contact_id=_optional(body, "contactId"),
        owner_id=_optional(body, "ownerId"),
        opportunity_name=_optional(body, "opportunityName"),
        creates_opportunity=body.get("createOpportunity", True) is not False,
    )
    with call.org.writing() as context:
        done = asdict(convert_lead(context, wanted))
    ids = {f"{name.removesuffix('_id')}Id": value for name, value in done.items()}
    return Reply(body=ids | {"success": True, "errors": []})


def merge(call: Call) -> Reply:
    """``POST /sandbox/merge``: ``sobject``, ``masterId``, ``mergeIds``, perhaps the master's ``fields``."""
    body = call.read_object()
    fields = body.get("fields")
    loser_ids = read_texts(body, "mergeIds")
    with call.org.writing() as context:
        sobject = find_object(context.schema, str(body.get("sobject", "")))
        values = read_record(context, sobject, fields if isinstance(fields, dict) else {})
        master_id = str(body.get("masterId", ""))
        merged = merge_records(context, sobject, master_id=master_id, loser_ids=loser_ids, values=values)
    return Reply(body={"id": merged, "mergedRecordIds": loser_ids, "success": True, "errors": []})


def undelete(call: Call) -> Reply:
    """``POST /sandbox/undelete``: one result for each of ``ids``."""
    return Reply(body=[_undelete(call, each) for each in read_texts(call.read_object(), "ids")])


def empty_bin(call: Call) -> Reply:
    """``POST /sandbox/empty-recycle-bin``: all, or by ``ids``, or by ``olderThanDays``."""
    body = call.read_object() if call.body else {}
    days = body.get("olderThanDays")
    with call.org.writing() as context:
        emptied = empty_recycle_bin(
            context,
            ids=read_texts(body, "ids") if "ids" in body else None,
            deleted_before=None if days is None else context.now - _days(days),
        )
    return Reply(body={"emptied": emptied})


def lock(call: Call) -> Reply:
    """``POST /sandbox/lock`` and ``/sandbox/unlock``: the records of ``ids``."""
    with call.org.transaction() as connection:
        for each in read_texts(call.read_object(), "ids"):
            set_lock(connection, each, is_locked=call.path["word"].lower() == "lock")
    return Reply(status=204)


def rules(call: Call) -> Reply:
    """``GET /sandbox/{kind}-rules``."""
    return Reply(body=list_rules(call.org.connection, call.path["kind"].lower()))


def add_rule(call: Call) -> Reply:
    """``POST /sandbox/{kind}-rules``: the keys are in ``records.rule_setup``."""
    with call.org.writing() as context:
        number = set_up_rule(context, call.path["kind"].lower(), call.read_object())
    return Reply(status=201, body={"id": number, "success": True, "errors": []})


def drop_rule(call: Call) -> Reply:
    """``DELETE /sandbox/{kind}-rules/{id}``."""
    number = read_count(call.path["rule_id"]) or 0
    with call.org.transaction() as connection:
        remove_rule(connection, call.path["kind"].lower(), number)
    return Reply(status=204)


def remove_objects(call: Call) -> Reply:
    """``PUT /sandbox/removed-objects``: the names of ``sobjects`` vanish, all others are there again."""
    known = standard_schema()
    names = [find_object(known, each).name for each in read_texts(call.read_object(), "sobjects")]
    with call.org.transaction() as connection:
        set_removed_objects(connection, names)
    return Reply(status=204)


def load(call: Call) -> Reply:
    """``POST /sandbox/rows``: rows of ``sobject`` stored as they are, read-only fields too."""
    body = call.read_object()
    rows = read_list(body, "rows")
    try:
        return Reply(status=201, body={"loaded": load_rows(call.org, str(body.get("sobject", "")), rows)})
    except SandboxError as error:
        raise ApiError("INVALID_INPUT", str(error)) from error


def _undelete(call: Call, record_id: str) -> Body:
    try:
        with call.org.writing() as context:
            undelete_record(context, record_id)
    except RecordError as error:
        return {"id": record_id, "success": False, "errors": [error.as_row_error()]}
    return {"id": record_id, "success": True, "errors": []}


def _days(days: object) -> timedelta:
    if not isinstance(days, int | float) or not 0 <= days <= _MOST_DAYS:
        raise ApiError("INVALID_INPUT", f"olderThanDays is a number from 0 to {_MOST_DAYS}")
    return timedelta(days=days)


def _optional(body: Body, name: str) -> str | None:
    value = body.get(name)
    return str(value) if value else None
