"""The Tooling API as far as it sets up custom fields."""

import json
from contextlib import closing

from sync_project.sandbox.catalog import tooling_schema
from sync_project.sandbox.describe import describe_global, describe_object
from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.records.asking import ask
from sync_project.sandbox.records.history import list_tracked
from sync_project.sandbox.records.write_context import find_object
from sync_project.sandbox.setup import tooling
from sync_project.sandbox.soql.context import QueryContext
from sync_project.sandbox.soql.execute import run_query
from sync_project.sandbox.soql.result import QueryResult
from sync_project.sandbox.wire.web import Call, Reply

_ALONE = {"Metadata", "FullName"}
"""Fields that a query reads of one row at most."""


def query(call: Call) -> Reply:
    """``GET /tooling/query?q=``; everything in one page."""
    result = ask_tooling(call, call.query.get("q", ""), version=_version(call))
    if len(result.records) > 1 and _ALONE & set(result.records[0]):
        text = (
            "When retrieving results with Metadata or FullName fields, the query qualifications must "
            f"specify no more than one row for retrieval. Result size: {len(result.records)}"
        )
        raise ApiError("MALFORMED_QUERY", text)
    for record in result.records:
        if isinstance(record.get("Metadata"), str):
            record["Metadata"] = json.loads(str(record["Metadata"]))
    return Reply(
        body={
            "size": len(result.records),
            "totalSize": result.total_size,
            "done": True,
            "queryLocator": None,
            "entityTypeName": result.entity,
            "records": result.records,
        }
    )


def ask_tooling(call: Call, soql: str, *, version: str) -> QueryResult:
    """The answer to a query of the objects of the Tooling API; ``version`` is for the records' addresses."""
    tracked = list_tracked(call.write_context())
    with closing(tooling.open_tooling_database(call.org.connection, call.schema, tracked=tracked)) as memory:
        context = QueryContext(
            schema=tooling_schema(),
            connection=memory,
            sees_deleted=False,
            user_id=call.user_id,
            now=call.org.now,
            version=version,
        )
        return ask(run_query, soql, context=context)


def all_objects(call: Call) -> Reply:
    """``GET /tooling/sobjects``."""
    return Reply(body=describe_global(tooling_schema(), _version(call)))


def one_object(call: Call) -> Reply:
    """``GET /tooling/sobjects/X/describe``."""
    sobject = find_object(tooling_schema(), call.path["sobject"])
    return Reply(body=describe_object(tooling_schema(), sobject, _version(call)))


def create(call: Call) -> Reply:
    """``POST /tooling/sobjects/CustomField``."""
    with call.org.transaction() as connection:
        record_id = tooling.create_custom_field(connection, call.schema, call.read_object())
    return Reply(
        status=201, body={"id": record_id, "success": True, "errors": [], "warnings": [], "infos": []}
    )


def read(call: Call) -> Reply:
    """``GET /tooling/sobjects/CustomField/{id}``."""
    found = tooling.find_custom_field(call.org.connection, call.path["record_id"])
    url = f"/services/data/v{_version(call)}/sobjects/{tooling.CUSTOM_FIELD}/{found.record_id}"
    attributes = {"type": tooling.CUSTOM_FIELD, "url": url}
    return Reply(
        body={"attributes": attributes, **tooling.custom_field_row(found), "Metadata": found.metadata}
    )


def update(call: Call) -> Reply:
    """``PATCH /tooling/sobjects/CustomField/{id}``."""
    with call.org.transaction() as connection:
        tooling.change_custom_field(connection, call.schema, call.path["record_id"], call.read_object())
    return Reply(status=204)


def delete(call: Call) -> Reply:
    """``DELETE /tooling/sobjects/CustomField/{id}``."""
    with call.org.transaction() as connection:
        tooling.delete_custom_field(connection, call.path["record_id"])
    return Reply(status=204)


def _version(call: Call) -> str:
    """What stands before ``/sobjects`` in the addresses of Tooling's records."""
    return f"{call.version}/tooling"
