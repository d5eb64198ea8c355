"""What the org received: the latest requests and how each was answered, without any secret.

Kept in memory; the oldest requests make room for new ones.
"""

import re
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

_MOST_REQUESTS = 1_000
LONGEST_BODY = 10_000
"""Bytes; the rest of a body is left out by who notes it."""
_SECRET_HEADERS = frozenset({"authorization", "cookie", "x-sfdc-session"})
_SECRET_PATHS = re.compile(r"/+(services/+(oauth2|soap)|id)/.*|.*/password/*", re.IGNORECASE)
_TELLING = "newpassword"
"""What a body holds that sets a password, also inside a composite one."""
_HIDDEN = "(secret)"


@dataclass(frozen=True, kw_only=True)
class LoggedRequest:
    """One request and its answer."""

    number: int = 0
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

    def add(self, request: LoggedRequest) -> None:
        """Note one more request; its number and what must stay secret are seen to here."""
        is_secret = _SECRET_PATHS.fullmatch(request.path) or _TELLING in request.body.lower()
        headers = {
            name: _HIDDEN if name.lower() in _SECRET_HEADERS else value
            for name, value in request.headers.items()
        }
        query, body = (_HIDDEN if is_secret and each else each for each in (request.query, request.body))
        with self._lock:
            self._last += 1
            shown = replace(request, number=self._last, headers=headers, query=query, body=body)
            self._requests.append(shown)

    def since(self, number: int = 0) -> list[LoggedRequest]:
        """The requests after that one, oldest first."""
        with self._lock:
            return [each for each in self._requests if each.number > number]

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._requests.clear()
