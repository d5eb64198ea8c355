"""The ASGI application: one request in, one answer out, with sessions, call counting and error bodies.

Handlers are plain functions that run one at a time under the org's lock.
"""

import gzip
import re
import zlib
from collections.abc import Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as CatchAll

from sync_project.sandbox.errors import ApiError, request_limit_exceeded
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.sign_in.sessions import Session, use_session
from sync_project.sandbox.traffic.usage import count_records
from sync_project.sandbox.wire.http_response import make_response, spell_headers
from sync_project.sandbox.wire.passage import note_rows_read, pass_through
from sync_project.sandbox.wire.web import Call, Reply, Route, find_route, refusal

_METHODS = ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "TRACE")
_LONGEST_HEAD = 16_384
"""Bytes that path and headers may take together."""
_OWN_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?", re.IGNORECASE)
_UNPACK: Mapping[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "deflate": zlib.decompress}


def make_app(org: SandboxOrg, routes: Sequence[Route]) -> Starlette:
    """The ASGI application."""

    async def answer(request: Request) -> Response:
        body = await request.body()
        response = await pass_through(org, request, body, answer=lambda: _answer(org, routes, request, body))
        return spell_headers(response)

    return Starlette(routes=[CatchAll("/{path:path}", answer, methods=list(_METHODS))])


def _answer(org: SandboxOrg, routes: Sequence[Route], request: Request, body: bytes) -> Response:
    too_long = _refuse_long_head(request)
    if too_long is not None:
        return too_long
    with org.lock:
        try:
            reply = _dispatch(org, routes, request, body)
            note_rows_read(org, count_records(reply.body) if reply.rows_read is None else reply.rows_read)
        except ApiError as error:
            reply = refusal(error)
        usage = f"api-usage={org.api_calls_used}/{org.api_limit}"
    if reply.finish is not None:
        reply = reply.finish()
    is_data = request.url.path.lower().startswith("/services/data/")
    return make_response(reply, request.headers, {"Sforce-Limit-Info": usage} if is_data else {})


def _dispatch(org: SandboxOrg, routes: Sequence[Route], request: Request, body: bytes) -> Reply:
    found, parts = find_route(routes, request.scope["raw_path"].decode("latin-1"))
    query = dict(request.query_params)
    method = query.get("_HttpMethod", request.method) if request.method == "POST" else request.method
    handler = found.choose_handler(method.upper())
    if found.is_admin:
        _refuse_web_pages(request.headers)
    call = Call(
        org=org,
        routes=routes,
        session=None if found.is_open else _authenticate(org, request.headers.get("authorization", "")),
        method=method.upper(),
        host=request.headers.get("host", "127.0.0.1"),
        path=parts,
        query=query,
        headers=dict(request.headers),
        body=_decompress(body, request.headers.get("content-encoding", "")),
        scheme=request.url.scheme,
    )
    if call.session is not None:
        _check_accept(call.headers)
    return handler(call)


def _refuse_web_pages(headers: Mapping[str, str]) -> None:
    """A page in a browser on this machine must not play admin.

    A browser tells its origin, and where the page's own host name was made to lead here, that name.
    """
    host = headers.get("host", "127.0.0.1")
    if headers.get("origin", f"http://{host}").partition("://")[2] != host or not _OWN_HOST.fullmatch(host):
        text = "/sandbox answers programs on this machine, no web page and no other host name"
        raise ApiError("INSUFFICIENT_ACCESS", text, status=403)


def _authenticate(org: SandboxOrg, header: str) -> Session:
    scheme, _, token = header.partition(" ")
    if header and scheme.lower() not in {"bearer", "oauth"}:
        raise ApiError("INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE", status=401)
    session = org.find_session(token.strip())
    if session is None:
        raise ApiError("INVALID_SESSION_ID", "Session expired or invalid", status=401)
    if org.api_calls_used >= org.api_limit:
        raise request_limit_exceeded()
    with org.transaction() as connection:
        org.count_api_calls()
        use_session(connection, session.token, now=org.now)
    return session


def _check_accept(headers: Mapping[str, str]) -> None:
    """XML, which Salesforce can answer with, is refused as a format that a resource lacks [K: the words]."""
    accepted = headers.get("accept", "").lower()
    if "xml" in accepted and "json" not in accepted and "*/*" not in accepted:
        raise ApiError(
            "NOT_ACCEPTABLE", f"The format of the Accept header is not supported: {accepted}", status=406
        )


def _decompress(body: bytes, coding: str) -> bytes:
    unpack = _UNPACK.get(coding.lower())
    if unpack is None:
        return body
    try:
        return unpack(body)
    except (OSError, EOFError, zlib.error) as error:
        raise ApiError("UNKNOWN_EXCEPTION", f"The HTTP entity body is not valid {coding}") from error


def _refuse_long_head(request: Request) -> Response | None:
    """The page of Salesforce's web server where path and headers are too long, None otherwise.

    The longer of the two is blamed [K].
    """
    path = len(request.url.path) + len(request.url.query)
    headers = sum(len(name) + len(value) for name, value in request.headers.raw)
    if path + headers <= _LONGEST_HEAD:
        return None
    status, reason = (414, "URI Too Long") if path >= headers else (431, "Request Header Fields Too Large")
    text = f"<h1>Bad Message {status}</h1><pre>reason: {reason}</pre>"
    return Response(text, status_code=status, media_type="text/html")
