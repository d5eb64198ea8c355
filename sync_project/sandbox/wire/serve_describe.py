"""describe and limits over HTTP."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sync_project.sandbox.bulk.usage import read_use
from sync_project.sandbox.database import quote, read_setting, write_setting
from sync_project.sandbox.describe import (
    RecordTypeInfo,
    describe_global,
    describe_object,
    summarise_object,
)
from sync_project.sandbox.records.write_context import find_object
from sync_project.sandbox.values import format_datetime
from sync_project.sandbox.wire.preconditions import State, check_preconditions, make_etag
from sync_project.sandbox.wire.recent_items import find_recent
from sync_project.sandbox.wire.web import Call, Reply

_OTHER_LIMITS = {
    "ConcurrentAsyncGetReportInstances": 200,
    "ConcurrentSyncReportRuns": 20,
    "DailyAsyncApexExecutions": 250_000,
    "DailyBulkApiBatches": 15_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DailyBulkV2QueryJobs": 10_000,
    "DailyGenericStreamingApiEvents": 10_000,
    "DailyStreamingApiEvents": 10_000,
    "DailyWorkflowEmails": 0,
    "DataStorageMB": 1_024,
    "DurableStreamingApiConcurrentClients": 20,
    "FileStorageMB": 1_024,
    "HourlyAsyncReportRuns": 1_200,
    "HourlyDashboardRefreshes": 200,
    "HourlyDashboardResults": 5_000,
    "HourlyDashboardStatuses": 999_999_999,
    "HourlyODataCallout": 1_000,
    "HourlySyncReportRuns": 500,
    "HourlyTimeBasedWorkflow": 50,
    "MassEmail": 10,
    "SingleEmail": 15,
    "StreamingApiConcurrentClients": 20,
}
"""What a Developer Edition is granted [K: the numbers that no client checks]."""


def all_objects(call: Call) -> Reply:
    """``GET /sobjects``."""
    return _answer(call, "", describe_global(call.schema, call.version))


def one_object(call: Call) -> Reply:
    """``GET /sobjects/X/describe``."""
    body = describe(call)
    return _answer(call, str(body["name"]), body)


def object_summary(call: Call) -> Reply:
    """``GET /sobjects/X``: the object's flags and what was seen of it last."""
    sobject = find_object(call.schema, call.path["sobject"])
    return Reply(
        body={
            "objectDescribe": summarise_object(sobject, call.version),
            "recentItems": find_recent(call, sobject),
        }
    )


def recent_items(call: Call) -> Reply:
    """``GET /recent?limit=``."""
    return Reply(body=find_recent(call, *call.schema.objects.values()))


def limits(call: Call) -> Reply:
    """``GET /limits``; API calls and Bulk jobs are counted, the other budgets stay untouched."""
    remaining = max(call.org.api_limit - call.org.api_calls_used, 0)
    used = read_use(call.org.connection, now=call.org.now)
    body = {
        name: {"Max": most, "Remaining": max(most - used.get(name, 0), 0)}
        for name, most in _OTHER_LIMITS.items()
    }
    return Reply(body=body | {"DailyApiRequests": {"Max": call.org.api_limit, "Remaining": remaining}})


def record_count(call: Call) -> Reply:
    """``GET /limits/recordCount?sObjects=``; like a real org it leaves out empty objects."""
    wanted = call.read_names("sObjects")
    found = [call.schema.find_object(each) for each in wanted] or list(call.schema.objects.values())
    counts = []
    for sobject in found:
        if sobject is None:
            continue
        (number,) = call.org.connection.execute(
            f"SELECT count(*) FROM {quote(sobject.name)} WHERE {sobject.living_sql}"
        ).fetchone()
        if number:
            counts.append({"count": number, "name": sobject.name})
    return Reply(body={"sObjects": counts})


def describe(call: Call) -> dict[str, object]:
    """The object of the path, with the active record types that an admin has made."""
    sobject = find_object(call.schema, call.path["sobject"])
    rows = call.org.connection.execute(
        'SELECT Id, DeveloperName, Name FROM "RecordType" WHERE SobjectType = ? AND IsActive ORDER BY Name',
        (sobject.name,),
    ).fetchall()
    types = [RecordTypeInfo(record_type_id=each[0], developer_name=each[1], name=each[2]) for each in rows]
    return describe_object(call.schema, sobject, call.version, base_url=call.base_url, record_types=types)


def _answer(call: Call, name: str, body: Mapping[str, object]) -> Reply:
    """The body unless the client has it; it changed when it was first seen to be another one."""
    key, etag = f"described {call.user_id} {call.version} {name}", make_etag(body)
    known, _, stamp = (read_setting(call.org.connection, key) or "").partition(" ")
    changed_at = call.org.now.replace(microsecond=0)
    if known == etag:
        changed_at = datetime.fromisoformat(stamp)
    else:
        if known:
            changed_at = max(changed_at, datetime.fromisoformat(stamp) + timedelta(seconds=1))
        with call.org.transaction() as connection:
            write_setting(connection, key, f"{etag} {format_datetime(changed_at)}")
    state = State(changed_at=changed_at, etag=etag)
    return check_preconditions(call, state) or Reply(body=body, headers=state.headers)
