"""The session of one org: every request carries its token, and an ended session is signed in again, once.

simple-salesforce is given this session and a placeholder for a token, so it never holds the token and
never meets a 401 that can be mended: its own mending loses the caller's headers and may recurse for ever.
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from sync_project.salesforce.errors import read_complaint
from sync_project.salesforce.sign_in import Grant
from sync_project.salesforce.transport import Patience, TransportSession, rewind

_USAGE = re.compile(r"(?:^|[;,\s])api-usage=(\d+)/(\d+)")


@dataclass(frozen=True, kw_only=True)
class ApiUsage:
    """The org's calls of the last 24 hours, by everybody, and its allowance."""

    used: int
    limit: int


class OrgSession(TransportSession):
    """A ``requests.Session`` signed in to one org; ``grant_session`` signs in, now and whenever needed."""

    def __init__(
        self,
        grant_session: Callable[[], Grant],
        *,
        patience: Patience | None = None,
        call_allowance: int | None = None,
    ) -> None:
        super().__init__(patience, call_allowance=call_allowance)
        self._grant_session = grant_session
        self.grant = grant_session()
        self.origin = self.trust(self.grant.instance_url)
        self.sign_ins = 1
        self._renewal = threading.Lock()
        self.api_usage: ApiUsage | None = None
        """As the last answer told it; None before the first one that did."""

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send with the token; after 401 INVALID_SESSION_ID sign in and send the same request once more.

        A second 401 is the caller's: the org refuses more than the session's age.
        """
        grant = self.grant
        response = self._send_as(grant, request, kwargs)
        if not _is_session_ended(response):
            return response
        response.close()
        rewind(request)
        return self._send_as(self._renew(grant), request, kwargs)

    def _send_as(
        self, grant: Grant, request: requests.PreparedRequest, kwargs: dict[str, Any]
    ) -> requests.Response:
        request.headers.pop("Authorization", None)
        if self._is_ours(request):
            request.headers["Authorization"] = f"Bearer {grant.access_token}"
        # simple-salesforce asks for indented answers; nobody reads them.
        request.headers.pop("X-PrettyPrint", None)
        response = super().send(request, **kwargs)
        self.api_usage = read_api_usage(response.headers.get("Sforce-Limit-Info", "")) or self.api_usage
        return response

    def _is_ours(self, request: requests.PreparedRequest) -> bool:
        """Whether it goes to the org itself: a redirect to another host gets no token."""
        return urlsplit(request.url or "").netloc == urlsplit(self.origin).netloc

    def _renew(self, ended: Grant) -> Grant:
        with self._renewal:
            # Another thread may have signed in while this one waited.
            if self.grant is ended:
                self.grant = self._grant_session()
                self.sign_ins += 1
            return self.grant


def read_api_usage(header: str) -> ApiUsage | None:
    """Read ``Sforce-Limit-Info``; None when it does not tell the org's usage.

    >>> read_api_usage("api-usage=18/15000; per-app-api-usage=17/250(appName=sync)")
    ApiUsage(used=18, limit=15000)
    """
    found = _USAGE.search(header)
    return ApiUsage(used=int(found[1]), limit=int(found[2])) if found else None


def _is_session_ended(response: requests.Response) -> bool:
    return (
        response.status_code == requests.codes.unauthorized
        and read_complaint(response.content).code == "INVALID_SESSION_ID"
    )
