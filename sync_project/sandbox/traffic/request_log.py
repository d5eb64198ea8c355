"""What the org received: the latest requests and how each was answered, without any secret.

Kept in memory; the oldest requests make room for new ones.
"""

import re
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

_MOST_REQUESTS = 1_000
_LONGEST_BODY = 10_000
"""Bytes; the rest of a body is left out."""
_SECRET_HEADERS = frozenset({"authorization", "cookie", "x-sfdc-session"})
_SECRET_PATHS = re.compile(r"/services/(oauth2|soap)/.*|.*/password/?", re.IGNORECASE)
_HIDDEN = "(secret)"


@dataclass(frozen=True, kw_only=True)
class LoggedRequest:
    """One request and its answer."""

    number: int
    """Grows by one with each request, also when the log is emptied."""
    at: datetime
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str
    status: int | None
    """None when the connection was cut instead."""
    seconds: float
    """By the org's clock."""
    api_calls: int
    faults: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """For the admin's view."""
        return asdict(self) | {"at": self.at.isoformat()}


class RequestLog:
    """Safe to share between threads."""

    def __init__(self) -> None:
        self._requests: deque[LoggedRequest] = deque(maxlen=_MOST_REQUESTS)
        self._last = 0
        self._lock = threading.Lock()

    def add(
        self,
        *,
        at: datetime,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes,
        status: int | None,
        seconds: float,
        api_calls: int,
        faults: tuple[str, ...],
    ) -> None:
        """Note one more request."""
        is_secret = _SECRET_PATHS.fullmatch(path) is not None
        shown = {
            name: _HIDDEN if name.lower() in _SECRET_HEADERS else value for name, value in headers.items()
        }
        with self._lock:
            self._last += 1
            self._requests.append(
                LoggedRequest(
                    number=self._last,
                    at=at,
                    method=method,
                    path=path,
                    query=_HIDDEN if is_secret and query else query,
                    headers=shown,
                    body=_HIDDEN if is_secret and body else body[:_LONGEST_BODY].decode("utf-8", "replace"),
                    status=status,
                    seconds=seconds,
                    api_calls=api_calls,
                    faults=faults,
                )
            )

    def since(self, number: int = 0) -> list[LoggedRequest]:
        """The requests after that one, oldest first."""
        with self._lock:
            return [each for each in self._requests if each.number > number]

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._requests.clear()
