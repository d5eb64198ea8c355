"""``If-Modified-Since`` and its like: whether a request is to be carried out, by the state of what it names.

Resolution is a second. Entity tags exist for accounts and describes only.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime as format_http_date
from email.utils import parsedate_to_datetime

from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.wire.web import Call, Reply

_READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, kw_only=True)
class State:
    """How a resource is now."""

    changed_at: datetime
    etag: str | None = None
    """With its quotes."""

    @property
    def headers(self) -> dict[str, str]:
        """What a reply tells of it."""
        changed_at = self.changed_at.astimezone(UTC).replace(microsecond=0)
        modified = {"Last-Modified": format_http_date(changed_at, usegmt=True)}
        return modified if self.etag is None else {"ETag": self.etag} | modified


def make_etag(content: Mapping[str, object]) -> str:
    """A hash of the content."""
    digest = hashlib.sha1(json.dumps(content, sort_keys=True).encode(), usedforsecurity=False).digest()
    return f'"{base64.b64encode(digest).decode()}"'


def check_preconditions(call: Call, state: State) -> Reply | None:
    """None to go on, a 304; a 412 is raised, as is a 400 for a write with an unreadable date [K: bodies]."""
    since = _read_date(call, "if-modified-since")
    until = _read_date(call, "if-unmodified-since")
    changed_at = state.changed_at.replace(microsecond=0)
    if until is not None and changed_at > until:
        raise _failed("If-Unmodified-Since")
    wanted, unwanted = (_read_etags(call, name) for name in ("if-match", "if-none-match"))
    if state.etag is not None and wanted and not wanted & {state.etag, "*"}:
        raise _failed("If-Match")
    is_known = state.etag is not None and bool(unwanted & {state.etag, "*"})
    if is_known and call.method not in _READS:
        raise _failed("If-None-Match")
    is_unchanged = since is not None and changed_at <= since
    return Reply(status=304, headers=state.headers) if is_known or is_unchanged else None


def _read_date(call: Call, header: str) -> datetime | None:
    value = call.headers.get(header)
    if value is None:
        return None
    try:
        return parsedate_to_datetime(value).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        if call.method in _READS:
            return None
        raise ApiError("INVALID_HTTP_HEADER", f"Invalid value for header {header}: {value}") from error


def _read_etags(call: Call, header: str) -> set[str]:
    """The tags without the mark of gzipped content."""
    tags = (each.strip().removeprefix("W/") for each in call.headers.get(header, "").split(","))
    return {each.replace('-gzip"', '"') for each in tags if each}


def _failed(header: str) -> ApiError:
    text = f"The precondition of the header {header} is not met by the resource."
    return ApiError("PRECONDITION_FAILED", text, status=412)
