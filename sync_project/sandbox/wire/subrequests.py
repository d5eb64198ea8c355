"""A request inside another one: the same routes, the same session, no call of its own on the meter."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote

from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.wire.web import Call, Reply, find_route, refusal

_METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
_FORBIDDEN_PATH = re.compile(r"/services/data/v[^/]+/+(jobs|composite(?!/+sobjects))\b.*", re.IGNORECASE)
_DATA_PATH = re.compile(r"/services/data/v[^/]+/.*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Subrequest:
    """One request inside another one."""

    method: str
    url: str
    """From ``/services/data`` on; blanks need not be encoded."""
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


def run_subrequest(call: Call, subrequest: Subrequest) -> Reply:
    """Its reply, also where that is an error; then it has changed nothing."""
    try:
        with call.org.transaction():
            return _run(call, subrequest)
    except ApiError as error:
        return refusal(error)


def _run(call: Call, subrequest: Subrequest) -> Reply:
    path, _, query = subrequest.url.partition("?")
    if not _DATA_PATH.fullmatch(path) or _FORBIDDEN_PATH.fullmatch(path):
        raise ApiError("INVALID_INPUT", f"The url {subrequest.url} is not supported in a subrequest.")
    if subrequest.method not in _METHODS:
        raise ApiError("INVALID_INPUT", f"The method {subrequest.method} is not supported in a subrequest.")
    found, parts = find_route(call.routes, quote(path, safe="/%", errors="replace"))
    handler = found.choose_handler(subrequest.method)
    return handler(
        replace(
            call,
            method=subrequest.method,
            path=parts,
            query=dict(parse_qsl(query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in subrequest.headers.items()},
            body=b"" if subrequest.body is None else json.dumps(subrequest.body).encode(),
        )
    )
