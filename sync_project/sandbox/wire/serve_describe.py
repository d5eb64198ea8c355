"""describe and limits over HTTP."""

from sync_project.sandbox.bulk.usage import read_use
from sync_project.sandbox.describe import describe_global, describe_object, summarise_object
from sync_project.sandbox.records.write_context import find_object
from sync_project.sandbox.wire.web import Call, Reply

_OTHER_LIMITS = {
    "DailyBulkApiBatches": 15_000,
    "DailyBulkV2QueryJobs": 10_000,
    "DailyBulkV2QueryFileStorageMB": 976_562,
    "DataStorageMB": 1_024,
    "FileStorageMB": 1_024,
    "HourlyTimeBasedWorkflow": 1_000,
    "SingleEmail": 15,
}


def all_objects(call: Call) -> Reply:
    """``GET /sobjects``."""
    return Reply(body=describe_global(call.org.schema, call.version))


def one_object(call: Call) -> Reply:
    """``GET /sobjects/X/describe``."""
    schema = call.org.schema
    return Reply(body=describe_object(schema, find_object(schema, call.path["sobject"]), call.version))


def object_summary(call: Call) -> Reply:
    """``GET /sobjects/X``: the object's flags, and no recent items."""
    sobject = find_object(call.org.schema, call.path["sobject"])
    return Reply(body={"objectDescribe": summarise_object(sobject, call.version), "recentItems": []})


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
    wanted = [each.strip() for each in call.query.get("sObjects", "").split(",") if each.strip()]
    found = [call.org.schema.find_object(each) for each in wanted] or list(call.org.schema.objects.values())
    counts = []
    for sobject in found:
        if sobject is None:
            continue
        living = " WHERE NOT IsDeleted" if "isdeleted" in sobject.fields else ""
        number = call.org.connection.execute(f'SELECT count(*) FROM "{sobject.name}"{living}').fetchone()[0]
        if number:
            counts.append({"count": number, "name": sobject.name})
    return Reply(body={"sObjects": counts})
