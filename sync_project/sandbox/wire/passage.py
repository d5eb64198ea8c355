"""A request on its way through the org: the faults that strike it, what it costs, the log of it.

Its answer is made in ``app``. The admin's own paths pass untouched.
"""

import asyncio
import json
from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping
from datetime import datetime
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from sync_project.sandbox.errors import request_limit_exceeded
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.sign_in.sessions import revoke
from sync_project.sandbox.traffic.dial import Incident
from sync_project.sandbox.traffic.request_log import LONGEST_BODY, LoggedRequest
from sync_project.sandbox.traffic.usage import add_usage, metered

_ADMIN_PATHS = "/sandbox/"
_ENHANCE_YOUR_CALM = 420
"""Not in the registry of statuses; Salesforce sends it now and then."""


class HungUp(Response):
    """No answer: the connection is cut."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Cut it, then wait until the server knows: it would answer 500 for a silent application."""
        scope["state"]["hang_up"](scope)
        await receive()


class CutShort(Response):
    """An answer whose connection is cut in the middle of its body, or of the body's first piece."""

    def __init__(self, whole: Response) -> None:
        super().__init__(status_code=whole.status_code)
        self.raw_headers = whole.raw_headers
        self._whole = whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the beginning and half of what comes next; all else is said to nobody."""
        pieces = 0

        async def send_half(message: Message) -> None:
            nonlocal pieces
            if message["type"] == "http.response.start":
                await send({**message, "headers": self.raw_headers})
                return
            pieces += 1
            if pieces == 1:
                body = message["body"]
                await send({**message, "body": body[: len(body) // 2], "more_body": True})
                scope["state"]["hang_up"](scope)

        await self._whole(scope, receive, send_half)
        await receive()


async def pass_through(
    org: SandboxOrg, request: Request, body: bytes, *, answer: Callable[[], Response]
) -> Response:
    """The answer, or what the fault dial makes of it."""
    if request.url.path.startswith(_ADMIN_PATHS):
        return await run_in_threadpool(answer)
    started = org.now
    incident = org.faults.meet(request.method, request.url.path)
    await asyncio.sleep(incident.delay_s)
    return await run_in_threadpool(
        _meter, org, request, body, answer=answer, incident=incident, started=started
    )


def note_rows_read(org: SandboxOrg, rows: Mapping[str, int]) -> None:
    """Book records that an answer shows, by object."""
    if not rows:
        return
    with org.transaction() as connection:
        for sobject, number in rows.items():
            add_usage(connection, now=org.now, sobject=sobject, rows_read=number)


def _meter(
    org: SandboxOrg,
    request: Request,
    body: bytes,
    *,
    answer: Callable[[], Response],
    incident: Incident,
    started: datetime,
) -> Response:
    with metered(request.url.path) as meter:
        response = _suffer(org, request, incident) or answer()
        if "after" in incident.drops:
            response = HungUp()
        sent = int(response.headers.get("content-length", 0))
        with org.transaction() as connection:
            add_usage(connection, now=org.now, requests=1, bytes_in=len(body), bytes_out=sent)
    if isinstance(response, StreamingResponse) and not sent:
        response.body_iterator = _count_bytes(org, request, response.body_iterator)
    if "midway" in incident.drops:
        response = CutShort(response)
    org.requests.add(
        LoggedRequest(
            at=started,
            method=request.method,
            path=request.url.path,
            query=request.url.query,
            headers=request.headers,
            body=body[:LONGEST_BODY].decode("utf-8", "replace"),
            status=None if isinstance(response, HungUp) else response.status_code,
            seconds=(org.now - started).total_seconds(),
            api_calls=meter.api_calls,
            faults=incident.faults,
        )
    )
    return response


async def _count_bytes(
    org: SandboxOrg, request: Request, pieces: AsyncIterable[str | bytes | memoryview]
) -> AsyncIterator[str | bytes | memoryview]:
    """The pieces of an answer whose length nobody knows before, booked when all have left."""
    sent = 0
    async for piece in pieces:
        sent += len(piece)
        yield piece
    await run_in_threadpool(_book_bytes, org, request, sent)


def _book_bytes(org: SandboxOrg, request: Request, sent: int) -> None:
    with metered(request.url.path), org.transaction() as connection:
        add_usage(connection, now=org.now, bytes_out=sent)


def _suffer(org: SandboxOrg, request: Request, incident: Incident) -> Response | None:
    """What a fault answers instead of the org; None where the org itself shall answer."""
    if "session_ends" in incident.faults:
        with org.transaction() as connection:
            revoke(connection, request.headers.get("authorization", "").partition(" ")[2].strip())
    if "before" in incident.drops:
        return HungUp()
    if incident.page_status is not None:
        return _page(incident.page_status)
    if "request_limit" in incident.faults:
        error = request_limit_exceeded()
        return Response(json.dumps([error.as_body()]), error.status, media_type="application/json")
    return None


def _page(status: int) -> Response:
    """What a load balancer says; its words differ between instances [K]."""
    phrase = "Enhance Your Calm" if status == _ENHANCE_YOUR_CALM else HTTPStatus(status).phrase
    text = f"<html><head><title>{status} {phrase}</title></head><body><h1>{phrase}</h1></body></html>"
    return Response(text, status, media_type="text/html")
