"""Several requests in one: composite and graph, whose parts build on one another, and batch.

What a part may refer to is in ``references``. Codes and texts of requests that are not well made are [K].
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.wire.references import fill_in
from sync_project.sandbox.wire.subrequests import Subrequest, run_subrequest
from sync_project.sandbox.wire.web import Call, Reply, read_list, refusal

_MOST_PARTS = 25
_MOST_QUERIES = 5
_MOST_GRAPHS = 75
_MOST_NODES = 500
_FIRST_ERROR = 400
_REFERENCE_ID = re.compile(r"[A-Za-z0-9]\w*", re.ASCII)
_QUERY_URL = re.compile(
    r"/services/data/v[^/]+/+(query|queryAll|composite/+sobjects)\b.*", re.IGNORECASE | re.DOTALL
)
_METHOD_URL_NAMES = ("method", "url")

Part = Mapping[str, object]
Result = dict[str, object]


class _HaltedError(Exception):
    """One part failed where all or none shall be done."""


def resources(call: Call) -> Reply:
    """``GET /composite``."""
    base = f"/services/data/v{call.version}/composite"
    return Reply(body={each: f"{base}/{each}" for each in ("tree", "batch", "sobjects", "graph")})


def composite(call: Call) -> Reply:
    """``POST /composite``: up to 25 requests, one after another, each with its own status."""
    body = call.read_object()
    parts = _read_parts(body, "compositeRequest")
    queries = sum(1 for each in parts if _QUERY_URL.fullmatch(str(each["url"])))
    _check_most(len(parts), _MOST_PARTS, "Subrequests in the Composite request")
    _check_most(queries, _MOST_QUERIES, "Query and Collection operations in the Composite request")
    results, _ = _run_parts(call, parts, is_all_or_none=body.get("allOrNone") is True)
    return Reply(body={"compositeResponse": results})


def graph(call: Call) -> Reply:
    """``POST /composite/graph``: several composite requests, each all or nothing."""
    graphs = read_list(call.read_object(), "graphs")
    _check_most(len(graphs), _MOST_GRAPHS, "Graphs in the request")
    return Reply(body={"graphs": [_run_graph(call, each) for each in graphs]})


def batch(call: Call) -> Reply:
    """``POST /composite/batch``: up to 25 requests that know nothing of one another, each an API call."""
    body = call.read_object()
    parts = read_list(body, "batchRequests")
    for each in parts:
        _check_texts(each, _METHOD_URL_NAMES)
    _check_most(len(parts), _MOST_PARTS, "Subrequests in the Batch request")
    call.org.count_api_calls(max(len(parts) - 1, 0))
    results: list[Result] = []
    has_errors = False
    for each in parts:
        if has_errors and body.get("haltOnError") is True:
            text = "Batch processing halted per request directive"
            reply = refusal(ApiError("BATCH_PROCESSING_HALTED", text, status=412))
        else:
            reply = run_subrequest(call, _read_batch_part(each))
        has_errors = has_errors or reply.status >= _FIRST_ERROR
        results.append({"statusCode": reply.status, "result": reply.body})
    return Reply(body={"hasErrors": has_errors, "results": results})


def _run_graph(call: Call, body: Part) -> Result:
    graph_id = body.get("graphId")
    parts = _read_parts(body, "compositeRequest")
    try:
        _check_most(len(parts), _MOST_NODES, "Nodes in the Graph")
        results, is_successful = _run_parts(call, parts, is_all_or_none=True)
    except ApiError as error:
        results, is_successful = [_result(refusal(error), None)], False
    return {
        "graphId": graph_id,
        "graphResponse": {"compositeResponse": results},
        "isSuccessful": is_successful,
    }


def _run_parts(call: Call, parts: Sequence[Part], *, is_all_or_none: bool) -> tuple[list[Result], bool]:
    """The results in order, and whether every part succeeded."""
    replies: list[Reply] = []
    try:
        with call.org.transaction():
            for reply in _replies(call, parts):
                replies.append(reply)
                if is_all_or_none and _has_failed(reply):
                    raise _HaltedError
    except _HaltedError:
        halted = "The transaction was rolled back since another operation in the same transaction failed."
        others = refusal(ApiError("PROCESSING_HALTED", halted))
        failed = len(replies) - 1
        replies = [replies[failed] if at == failed else others for at in range(len(parts))]
    results = [_result(each, part["referenceId"]) for each, part in zip(replies, parts, strict=True)]
    return results, not any(map(_has_failed, replies))


def _has_failed(reply: Reply) -> bool:
    """Also a collection of which one record failed, although its own status is 200 [R docs]."""
    rows = reply.body if isinstance(reply.body, list) else []
    return reply.status >= _FIRST_ERROR or any(
        isinstance(each, dict) and each.get("success") is False for each in rows
    )


def _replies(call: Call, parts: Sequence[Part]) -> Iterator[Reply]:
    answers: dict[str, object] = {}
    for part in parts:
        try:
            filled = {
                name: fill_in(part.get(name), answers, version=call.version) for name in ("url", "body")
            }
        except ApiError as error:
            yield refusal(error)
            continue
        headers = part.get("httpHeaders")
        reply = run_subrequest(
            call,
            Subrequest(
                method=str(part["method"]),
                url=str(filled["url"]),
                body=filled["body"],
                headers={name: str(each) for name, each in headers.items()}
                if isinstance(headers, dict)
                else {},
            ),
        )
        if reply.status < _FIRST_ERROR:
            answers[str(part["referenceId"])] = reply.body
        yield reply


def _result(reply: Reply, reference_id: object) -> Result:
    return {
        "body": reply.body,
        "httpHeaders": dict(reply.headers),
        "httpStatusCode": reply.status,
        "referenceId": reference_id,
    }


def _read_batch_part(part: Part) -> Subrequest:
    """Its address begins with the version, or with a slash and ``services``."""
    url = str(part["url"])
    return Subrequest(
        method=str(part["method"]),
        url=url if url.startswith("/services/") else f"/services/data/{url.lstrip('/')}",
        body=part.get("richInput"),
    )


def _read_parts(body: Part, name: str) -> list[dict[str, object]]:
    parts = read_list(body, name)
    seen: set[str] = set()
    for each in parts:
        _check_texts(each, (*_METHOD_URL_NAMES, "referenceId"))
        reference_id = str(each["referenceId"])
        if not _REFERENCE_ID.fullmatch(reference_id):
            raise ApiError(
                "INVALID_INPUT",
                f"Provided referenceId ('{reference_id}') must start with a letter or a number, and it can "
                "contain only letters, numbers and underscores ('_').",
            )
        if reference_id in seen:
            raise ApiError("INVALID_INPUT", f"Duplicate referenceId provided in the request: {reference_id}")
        seen.add(reference_id)
    return parts


def _check_texts(part: Part, names: Sequence[str]) -> None:
    for name in names:
        if not isinstance(part.get(name), str):
            raise ApiError("INVALID_INPUT", f"Missing required field {name} in the subrequest")


def _check_most(number: int, most: int, things: str) -> None:
    if number > most:
        raise ApiError("LIMIT_EXCEEDED", f"Limit of {most} reached for number of {things}")
