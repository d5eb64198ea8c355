"""The wire: one request in, one answer out, with sessions, call counting and Salesforce's error bodies.

Which path leads to which handler is in ``routes``; what a handler does is in the ``serve_*`` files.
Handlers are plain functions that run one at a time under the org's lock.
"""

import gzip
import json
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route as CatchAll

from sync_project.sandbox.bulk.stored_bytes import StoredBytes
from sync_project.sandbox.errors import ApiError, not_found, request_limit_exceeded
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.records.write_context import WriteContext
from sync_project.sandbox.records.write_options import WriteOptions
from sync_project.sandbox.sign_in.sessions import Session, use_session
from sync_project.sandbox.traffic.usage import count_records
from sync_project.sandbox.wire.passage import note_rows_read, pass_through

_METHODS = ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE")
_OLDEST_VERSION = 31
_NEWEST_VERSION = 68
_LONGEST_HEAD = 16_384
"""Bytes that path and headers may take together."""
_SMALLEST_GZIP = 1_000


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request that has been read and, where the path demands it, authenticated."""

    org: SandboxOrg
    session: Session | None
    """None on the paths that need none."""
    method: str
    host: str
    path: Mapping[str, str]
    """The named parts of the path, percent-decoded."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    scheme: str = "http"

    @property
    def base_url(self) -> str:
        """The instance as this client reached it."""
        return f"{self.scheme}://{self.host}"

    @property
    def version(self) -> str:
        """The API version of the path, such as ``66.0``."""
        return self.path["version"]

    @property
    def user_id(self) -> str:
        """Who works: the session's user."""
        return self.org.user_id if self.session is None else self.session.user_id

    def write_context(self) -> WriteContext:
        """What a write of this call depends on."""
        options = WriteOptions.from_headers(self.headers, version=self.path.get("version", "66.0"))
        return self.org.write_context(self.user_id, options)

    def read_form(self) -> dict[str, str]:
        """The body as a form, the last of several values of one name."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def read_json(self) -> object:
        """The body; a JSON_PARSER_ERROR when it is none."""
        try:
            return json.loads(self.body, parse_constant=_refuse_constant)
        except ValueError as error:
            raise ApiError("JSON_PARSER_ERROR", f"The HTTP entity body is not valid JSON: {error}") from error

    def read_object(self) -> dict[str, object]:
        """The body as a JSON object."""
        body = self.read_json()
        if not isinstance(body, dict):
            raise ApiError("JSON_PARSER_ERROR", "The HTTP entity body must be a JSON object")
        return body


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer; ``body`` is JSON unless it is bytes already, None for an empty one."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    rows_read: Mapping[str, int] | None = None
    """Records in it by object, for the meter; None has them counted in the body."""
    finish: "Callable[[], Reply] | None" = None
    """Long work that is done without the org's lock, and gives the answer instead of this one."""


Handler = Callable[[Call], Reply]


@dataclass(frozen=True, kw_only=True)
class Route:
    """One resource: its path in any letter case, with or without a trailing slash, and its methods."""

    pattern: re.Pattern[str]
    handlers: Mapping[str, Handler]
    is_open: bool
    """Whether it needs no session and costs no API call."""


def route(path: str, *, is_open: bool = False, **handlers: Handler) -> Route:
    """A route such as ``route("/v{version}/limits", GET=limits)``; ``{name:path}`` takes slashes too."""
    pattern = re.sub(r"\{(\w+):path\}", r"(?P<\1>.+?)", path)
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
    return Route(pattern=re.compile(pattern + "/?", re.IGNORECASE), handlers=handlers, is_open=is_open)


def make_app(org: SandboxOrg, routes: Sequence[Route]) -> Starlette:
    """The ASGI application."""

    async def answer(request: Request) -> Response:
        body = await request.body()
        return await pass_through(org, request, body, answer=lambda: _answer(org, routes, request, body))

    return Starlette(routes=[CatchAll("/{path:path}", answer, methods=list(_METHODS))])


def _answer(org: SandboxOrg, routes: Sequence[Route], request: Request, body: bytes) -> Response:
    head = (
        len(request.url.path) + len(request.url.query) + sum(len(n) + len(v) for n, v in request.headers.raw)
    )
    if head > _LONGEST_HEAD:
        text = "<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>"
        return Response(text, status_code=414, media_type="text/html")
    with org.lock:
        try:
            reply = _dispatch(org, routes, request, body)
            note_rows_read(org, count_records(reply.body) if reply.rows_read is None else reply.rows_read)
        except ApiError as error:
            reply = Reply(status=error.status, body=[error.as_body()])
        usage = f"api-usage={org.api_calls_used}/{org.api_limit}"
    if reply.finish is not None:
        reply = reply.finish()
    is_data = request.url.path.startswith("/services/data/")
    return _respond(reply, request, {"Sforce-Limit-Info": usage} if is_data else {})


def _dispatch(org: SandboxOrg, routes: Sequence[Route], request: Request, body: bytes) -> Reply:
    raw_path = request.scope["raw_path"].decode("latin-1")
    found, parts = _find_route(routes, raw_path)
    method = "GET" if request.method == "HEAD" else request.method
    handler = found.handlers.get(method)
    if handler is None:
        allowed = ",".join(found.handlers)
        raise ApiError(
            "METHOD_NOT_ALLOWED", f"HTTP Method '{method}' not allowed. Allowed are {allowed}", status=405
        )
    header = request.headers.get("authorization", "")
    call = Call(
        org=org,
        session=None if found.is_open else _authenticate(org, header),
        method=method,
        host=request.headers.get("host", "127.0.0.1"),
        path=parts,
        query=dict(request.query_params),
        headers=dict(request.headers),
        body=_decompress(body, request.headers.get("content-encoding", "")),
        scheme=request.url.scheme,
    )
    return handler(call)


def _find_route(routes: Sequence[Route], raw_path: str) -> tuple[Route, dict[str, str]]:
    for each in routes:
        match = each.pattern.fullmatch(raw_path)
        if match is not None:
            parts = {name: unquote(part) for name, part in match.groupdict().items()}
            _check_version(parts.get("version"))
            return each, parts
    raise not_found()


def _check_version(version: str | None) -> None:
    if version is None:
        return
    number, _, rest = version.partition(".")
    if not (number.isdecimal() and rest == "0" and _OLDEST_VERSION <= int(number) <= _NEWEST_VERSION):
        raise not_found()


def supported_versions() -> list[str]:
    """Every API version that the org speaks, oldest first."""
    return [f"{number}.0" for number in range(_OLDEST_VERSION, _NEWEST_VERSION + 1)]


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


def _decompress(body: bytes, coding: str) -> bytes:
    if coding.lower() != "gzip":
        return body
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error) as error:
        raise ApiError("UNKNOWN_EXCEPTION", "The HTTP entity body is not valid gzip") from error


def _respond(reply: Reply, request: Request, headers: Mapping[str, str]) -> Response:
    if reply.body is None:
        return Response(status_code=reply.status, headers={**headers, **reply.headers})
    if isinstance(reply.body, StoredBytes):
        return _stream(reply, reply.body, request, headers)
    body = reply.body
    content = (
        body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    )
    out = {
        "Content-Type": "application/json;charset=UTF-8",
        "Vary": "Accept-Encoding",
        **headers,
        **reply.headers,
    }
    if "gzip" in request.headers.get("accept-encoding", "") and len(content) > _SMALLEST_GZIP:
        content = gzip.compress(content, compresslevel=1)
        out["Content-Encoding"] = "gzip"
    return Response(content, status_code=reply.status, headers=out)


def _stream(reply: Reply, body: StoredBytes, request: Request, headers: Mapping[str, str]) -> Response:
    out = {"Vary": "Accept-Encoding", **headers, **reply.headers}
    if "gzip" in request.headers.get("accept-encoding", "") and body.size > _SMALLEST_GZIP:
        pieces, out["Content-Encoding"] = body.read_gzip(), "gzip"
    else:
        pieces, out["Content-Length"] = body.read(), str(body.size)
    return StreamingResponse(pieces, status_code=reply.status, headers=out)


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
