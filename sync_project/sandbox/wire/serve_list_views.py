"""List views over HTTP, and ``/sandbox/list-views``, where a test or a script makes one."""

from pydantic import ValidationError

from sync_project.sandbox.analytics.list_views import (
    ListView,
    answer_list_view,
    create_list_view,
    describe_list_view,
    find_list_view,
    list_views_of,
)
from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.records.write_context import find_object
from sync_project.sandbox.soql.records import Record
from sync_project.sandbox.values import read_count
from sync_project.sandbox.wire.web import Call, Reply

_DEFAULT_LIMIT = 25
_LARGEST_LIMIT = 2_000


def list_views(call: Call) -> Reply:
    """``GET /sobjects/X/listviews``."""
    return _list(call, recent=False)


def recent_list_views(call: Call) -> Reply:
    """``GET /sobjects/X/listviews/recent``: those whose results were asked for."""
    return _list(call, recent=True)


def list_view(call: Call) -> Reply:
    """``GET /sobjects/X/listviews/{id or developer name}``."""
    return Reply(body=_summarise(call, _find(call)))


def describe(call: Call) -> Reply:
    """``GET /sobjects/X/listviews/{id}/describe``."""
    return Reply(body=describe_list_view(call.write_context(), _find(call)))


def results(call: Call) -> Reply:
    """``GET /sobjects/X/listviews/{id}/results?limit=&offset=``."""
    limit = _read_number(call, "limit", otherwise=_DEFAULT_LIMIT)
    if not 1 <= limit <= _LARGEST_LIMIT:
        raise ApiError("ILLEGAL_QUERY_PARAMETER_VALUE", f"limit must be between 1 and {_LARGEST_LIMIT}")
    offset = _read_number(call, "offset", otherwise=0)
    with call.org.transaction():
        return Reply(body=answer_list_view(call.write_context(), _find(call), limit=limit, offset=offset))


def create(call: Call) -> Reply:
    """``POST /sandbox/list-views``, what an admin does in the UI; the body is a ``ListView``."""
    try:
        view = ListView.model_validate(call.read_object())
    except ValidationError as error:
        raise ApiError("INVALID_INPUT", str(error)) from error
    with call.org.transaction():
        record_id = create_list_view(call.write_context(), view)
    return Reply(status=201, body={"id": record_id, "success": True, "errors": []})


def _list(call: Call, *, recent: bool) -> Reply:
    sobject = find_object(call.schema, call.path["sobject"])
    found = list_views_of(call.write_context(), sobject.name, recent=recent)
    return Reply(
        body={
            "done": True,
            "listviews": [_summarise(call, each) for each in found],
            "nextRecordsUrl": None,
            "size": len(found),
            "sobjectType": sobject.name,
        }
    )


def _find(call: Call) -> Record:
    sobject = find_object(call.schema, call.path["sobject"])
    return find_list_view(call.write_context(), sobject.name, call.path["view"])


def _summarise(call: Call, view: Record) -> Record:
    sobject = find_object(call.schema, call.path["sobject"]).name
    url = f"/services/data/v{call.version}/sobjects/{sobject}/listviews/{view['Id']}"
    return {
        "describeUrl": f"{url}/describe",
        "developerName": view["DeveloperName"],
        "id": view["Id"],
        "label": view["Name"],
        "resultsUrl": f"{url}/results",
        "soqlCompatible": True,
        "url": url,
    }


def _read_number(call: Call, name: str, *, otherwise: int) -> int:
    number = read_count(call.query.get(name, str(otherwise)))
    if number is None:
        raise ApiError("ILLEGAL_QUERY_PARAMETER_VALUE", f"{name} must be a whole number")
    return number
