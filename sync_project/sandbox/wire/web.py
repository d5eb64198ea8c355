"""What a handler is given and gives back: a call, a reply, and the route that led to it.

Which path leads to which handler is in ``routes``; what a handler does is in the ``serve_*`` files; how
bytes become calls and replies become bytes is in ``app``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote

from sync_project.sandbox.errors import ApiError, not_found
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.records.write_context import WriteContext
from sync_project.sandbox.records.write_options import WriteOptions
from sync_project.sandbox.schema import Schema
from sync_project.sandbox.sign_in.sessions import Session
from sync_project.sandbox.wire.json_text import parse_object

_OLDEST_VERSION = 31
_NEWEST_VERSION = 68


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request that has been read and, where the path demands it, authenticated."""

    org: SandboxOrg
    routes: "Sequence[Route]"
    """Where a request inside a composite one may lead."""
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

    @property
    def schema(self) -> Schema:
        """The org's objects as the session's user sees them."""
        return self.org.schema_of(self.user_id)

    def write_context(self) -> WriteContext:
        """What a write of this call depends on."""
        options = WriteOptions.from_headers(self.headers, version=self.path.get("version", "66.0"))
        return self.org.write_context(self.user_id, options)

    def read_form(self) -> dict[str, str]:
        """The body as a form, the last of several values of one name."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def read_object(self) -> dict[str, object]:
        """The body as a JSON object; a JSON_PARSER_ERROR when it is none, a 415 when a client says so."""
        media_type = self.headers.get("content-type", "").partition(";")[0].strip()
        if self.session is not None and media_type and "json" not in media_type.lower():
            text = f"Content-Type header specified in HTTP request is not supported: {media_type}"
            raise ApiError("UNSUPPORTED_MEDIA_TYPE", text, status=415)
        return parse_object(self.body)

    def read_names(self, parameter: str) -> list[str]:
        """What a parameter of the address lists, parted by commas."""
        return [each.strip() for each in self.query.get(parameter, "").split(",") if each.strip()]


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
    """One resource: its path in any letter case, slashes doubled or trailing or not, and its methods."""

    pattern: re.Pattern[str]
    handlers: Mapping[str, Handler]
    is_open: bool
    """Whether it needs no session and costs no API call."""

    @property
    def is_admin(self) -> bool:
        """Whether it is the admin's and no part of Salesforce's API."""
        return self.pattern.pattern.startswith("/+sandbox/+")

    def choose_handler(self, method: str) -> Handler:
        """Who answers that method; a 405 when nobody does."""
        handler = self.handlers.get("GET" if method == "HEAD" else method)
        if handler is None:
            also = {"HEAD"} if "GET" in self.handlers else set()
            allowed = ",".join(sorted(also | set(self.handlers)))
            text = f"HTTP Method '{method}' not allowed. Allowed are {allowed}"
            raise ApiError("METHOD_NOT_ALLOWED", text, status=405, headers={"Allow": allowed})
        return handler


def route(path: str, *, is_open: bool = False, **handlers: Handler) -> Route:
    """A route such as ``route("/v{version}/limits", GET=limits)``.

    ``{name:path}`` takes slashes too, ``{name:id}`` only what looks like a record's id.
    """
    pattern = path.replace("/", "/+")
    pattern = re.sub(r"\{(\w+):path\}", r"(?P<\1>.+?)", pattern)
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
    pattern = re.sub(r"\{(\w+):id\}", r"(?P<\1>[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?)", pattern)
    return Route(pattern=re.compile(pattern + "/*", re.IGNORECASE), handlers=handlers, is_open=is_open)


def find_route(routes: Sequence[Route], raw_path: str) -> tuple[Route, dict[str, str]]:
    """The route of a percent-encoded path and the path's named parts, decoded; a 404 without one."""
    for each in routes:
        match = each.pattern.fullmatch(raw_path)
        if match is not None:
            parts = {name: unquote(part) for name, part in match.groupdict().items()}
            _check_version(parts.get("version"))
            return each, parts
    raise not_found()


def read_list(body: Mapping[str, object], name: str) -> list[dict[str, object]]:
    """The objects that a body lists under that name."""
    found = body.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ApiError("JSON_PARSER_ERROR", f"The request body needs a list named {name}")
    return found


def read_texts(body: Mapping[str, object], name: str) -> list[str]:
    """The texts that a body lists under that name."""
    found = body.get(name)
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ApiError("JSON_PARSER_ERROR", f"The request body needs a list of texts named {name}")
    return found


def refusal(error: ApiError) -> Reply:
    """The reply that says what is wrong."""
    return Reply(status=error.status, body=[error.as_body()], headers=error.headers)


def supported_versions() -> list[str]:
    """Every API version that the org speaks, oldest first."""
    return [f"{number}.0" for number in range(_OLDEST_VERSION, _NEWEST_VERSION + 1)]


def _check_version(version: str | None) -> None:
    if version is not None and version not in supported_versions():
        raise not_found()
