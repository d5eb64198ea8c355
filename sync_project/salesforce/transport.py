"""How one HTTP request reaches an org: time limits, encryption, and which requests are repeated when.

No sign-in and nothing of Salesforce's data here. ``trust_env`` stays on, since a company's proxy and
certificate bundle are usually set by environment variables; but ``.netrc`` is never read, and a program on
this machine is never called through a proxy.
"""

import ipaddress
import itertools
import json
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import rewind_body
from urllib3.exceptions import NewConnectionError

from sync_project.salesforce.errors import (
    CallAllowanceSpentError,
    InsecureOrgError,
    OrgUnreachableError,
    SalesforceError,
)

_BUSY_STATUSES = frozenset({420, 429})
_SERVER_ERROR = 500
_REPEATABLE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PATCH", "DELETE"})
# Signing in or running a report twice, or leaving a bulk job that holds no data, changes nothing in the org.
_REPEATABLE_POST = re.compile(r"/services/oauth2/token$|/jobs/(query|ingest)/?$|/analytics/reports/\w+$")
_COMPOSITE = re.compile(r"/composite/?$")


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long one request may take, how often it is repeated, and how the pauses between are spent."""

    connect_seconds: float = 10.0
    read_seconds: float = 150.0
    """Silence allowed on the line; Salesforce itself gives a query two minutes."""
    attempts: int = 5
    first_pause_seconds: float = 0.5
    longest_pause_seconds: float = 20.0
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[float, float], float] = random.uniform

    def wait(self, attempt: int) -> None:
        """Pause after a failed attempt, numbered from 1: doubling, and at random half to all of it."""
        longest = min(self.first_pause_seconds * 2 ** (attempt - 1), self.longest_pause_seconds)
        self.sleep(self.jitter(longest / 2, longest))


class TransportSession(requests.Session):
    """A ``requests.Session`` that holds the policies; raises this room's errors, never those of requests."""

    def __init__(self, patience: Patience | None = None, *, call_allowance: int | None = None) -> None:
        super().__init__()
        self.patience = patience or Patience()
        self.call_allowance = call_allowance
        """Attempts that may be made, repeated ones too; None for as many as the org takes."""
        self._lock = threading.Lock()
        self._requests_sent = 0
        self.mount("http://", _RefusingAdapter())
        # Any auth keeps requests from looking into .netrc, whose password would replace the token.
        self.auth = _leave_alone

    @property
    def requests_sent(self) -> int:
        """Every attempt, repeated ones too: each costs the org a call."""
        return self._requests_sent

    def trust(self, url: str) -> str:
        """The https origin under which the session calls an org; plain http only to this machine.

        simple-salesforce knows only https, so a program on this machine is called under an https name
        too, and the adapter mounted here drops the encryption.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise InsecureOrgError(f"{url!r} is no web address; it should begin with https://.")
        if parts.scheme == "http":
            _require_loopback(url)
            self.mount(f"https://{parts.netloc}/", _LoopbackAdapter())
        return f"https://{parts.netloc}"

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send, and repeat where that is safe; the last answer or error is the caller's.

        CallAllowanceSpentError instead of one call more than allowed.
        """
        kwargs["timeout"] = kwargs.get("timeout") or (
            self.patience.connect_seconds,
            self.patience.read_seconds,
        )
        for attempt in itertools.count(1):
            outcome = self._attempt(request, kwargs)
            if attempt >= self.patience.attempts or not may_repeat(request, outcome):
                break
            self.patience.wait(attempt)
            rewind(request)
        if isinstance(outcome, SalesforceError):
            raise outcome
        return outcome

    def _attempt(
        self, request: requests.PreparedRequest, kwargs: Mapping[str, Any]
    ) -> requests.Response | SalesforceError:
        self._spend_call()
        try:
            return super().send(request, **kwargs)
        except requests.exceptions.SSLError as error:
            return _chained(_untrusted(request), error)
        except requests.exceptions.RequestException as error:
            return _chained(_unreachable(request, error), error)

    def _spend_call(self) -> None:
        with self._lock:
            if self.call_allowance is not None and self._requests_sent >= self.call_allowance:
                raise CallAllowanceSpentError(self.call_allowance)
            self._requests_sent += 1


def may_repeat(request: requests.PreparedRequest, outcome: requests.Response | SalesforceError) -> bool:
    """Whether a request may be sent once more after this outcome.

    An org that is busy, or was never reached, has done nothing, so anything may be repeated. Otherwise the
    outcome is unknown, and only a request that leads to the same state when it runs twice is repeated:
    reads, deletes, and every PATCH, because in Salesforce's REST API a PATCH sets given values (an update)
    or finds its record by external id (an upsert). A flow or trigger may fire twice. A composite request is
    repeated when all its parts read. A POST that creates records and the PUT of a bulk upload are never
    repeated here.
    """
    if isinstance(outcome, requests.Response):
        is_busy = outcome.status_code in _BUSY_STATUSES
        return is_busy or (outcome.status_code >= _SERVER_ERROR and _is_repeatable(request))
    if not isinstance(outcome, OrgUnreachableError):
        return False
    return _was_never_sent(outcome.__cause__) or _is_repeatable(request)


def rewind(request: requests.PreparedRequest) -> None:
    """Make a body that is read from a file ready to be sent again."""
    if request.body is not None and not isinstance(request.body, bytes | str):
        rewind_body(request)


def is_loopback(host: str | None) -> bool:
    """Whether a host name means this machine.

    >>> [is_loopback(host) for host in ("localhost", "127.0.0.1", "::1", "localhost.example.com", "10.0.0.1")]
    [True, True, True, False, False]
    """
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _leave_alone(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class _LoopbackAdapter(HTTPAdapter):
    """Speaks plain http to this machine, past any proxy."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        request.url = re.sub(r"^https:", "http:", request.url or "")
        return super().send(request, *args, **(kwargs | {"proxies": {}}))


class _RefusingAdapter(_LoopbackAdapter):
    """Stands for plain http in general, so that a redirect cannot lead a token out of the encryption."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        _require_loopback(request.url or "")
        return super().send(request, *args, **kwargs)


def _require_loopback(url: str) -> None:
    if not is_loopback(urlsplit(url).hostname):
        raise InsecureOrgError(
            f"{url} is not encrypted, so credentials and data could be read on the way. "
            "Use https://; plain http is allowed only to this machine (localhost)."
        )


def _is_repeatable(request: requests.PreparedRequest) -> bool:
    if request.method == "POST":
        path = urlsplit(request.url or "").path
        return bool(_REPEATABLE_POST.search(path) or (_COMPOSITE.search(path) and _only_reads(request.body)))
    return request.method in _REPEATABLE_METHODS


def _only_reads(composite: object) -> bool:
    """Whether every part of a composite request reads."""
    return isinstance(composite, bytes | str) and all(
        part["method"] == "GET" for part in json.loads(composite)["compositeRequest"]
    )


def _was_never_sent(error: BaseException | None) -> bool:
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error and error.args else None
    return isinstance(reason, NewConnectionError)


def _unreachable(request: requests.PreparedRequest, error: Exception) -> OrgUnreachableError:
    return OrgUnreachableError(
        f"{_origin(request)} does not answer ({type(error).__name__}). "
        "Check the address and the network, or status.salesforce.com, and run again."
    )


def _untrusted(request: requests.PreparedRequest) -> InsecureOrgError:
    return InsecureOrgError(
        f"{_origin(request)} shows a certificate that does not hold. If a proxy of yours signs it, "
        "point REQUESTS_CA_BUNDLE to its certificate."
    )


def _chained(error: SalesforceError, cause: Exception) -> SalesforceError:
    error.__cause__ = cause
    return error


def _origin(request: requests.PreparedRequest) -> str:
    parts = urlsplit(request.url or "")
    return f"{parts.scheme}://{parts.netloc}"
