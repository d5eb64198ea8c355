"""A real HTTP server on loopback that answers what a test tells it to, and remembers what it was asked.

For what no healthy org does: 5xx, dropped connections, sessions refused for ever.
"""

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer; ``body`` is sent as JSON unless it is text."""

    status: int = 200
    body: object = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


HANG_UP = Answer(status=0)
"""Close the connection without a word."""

TOKEN = "00Dsecret!token"


def answer_parts(status: int, bodies: list[object]) -> Answer:
    """A composite answer of parts with that status."""
    parts = [
        {"referenceId": f"part{number}", "httpStatusCode": status, "body": body}
        for number, body in enumerate(bodies)
    ]
    return Answer(body={"compositeResponse": parts})


def refused(status: int, code: str, message: str) -> Answer:
    """Salesforce's error body."""
    return Answer(status=status, body=[{"errorCode": code, "message": message}])


SESSION_ENDED = refused(401, "INVALID_SESSION_ID", "Session expired or invalid")


@dataclass(frozen=True, kw_only=True)
class Received:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class ScriptedServer:
    """Gives the answers in turn, the last one for ever; signs in whoever asks, unless told otherwise.

    A path that has answers of its own, for requests whose turn nobody knows, gives those in turn instead.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: deque[Answer] = deque([Answer()])
        self.answers_at: dict[str, deque[Answer]] = {}
        self.sign_in_answer: Answer | None = None
        self.ended_tokens: set[str] = set()
        self.received: list[Received] = []
        self.sign_ins: list[Received] = []

    def script(self, *answers: Answer) -> None:
        self.answers = deque(answers)

    def script_at(self, path: str, *answers: Answer) -> None:
        self.answers_at[path] = deque(answers)

    def answer(self, received: Received) -> Answer:
        if received.path == "/services/oauth2/token":
            self.sign_ins.append(received)
            return self.sign_in_answer or self._grant()
        self.received.append(received)
        if received.headers.get("Authorization", "").removeprefix("Bearer ") in self.ended_tokens:
            return SESSION_ENDED
        answers = self.answers_at.get(received.path, self.answers)
        return answers.popleft() if len(answers) > 1 else answers[0]

    def _grant(self) -> Answer:
        return Answer(
            body={
                "access_token": f"{TOKEN}{len(self.sign_ins)}",
                "instance_url": self.url,
                "id": f"{self.url}/id/00D000000000001AAA/005000000000001AAA",
            }
        )


@contextmanager
def serving() -> Iterator[ScriptedServer]:
    """A scripted server until the end of the block."""
    http = _HttpServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield http.scripted
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


class _HttpServer(ThreadingHTTPServer):
    def server_activate(self) -> None:
        super().server_activate()
        self.scripted = ScriptedServer(f"http://127.0.0.1:{self.server_port}")


class _Handler(BaseHTTPRequestHandler):
    server: _HttpServer

    def serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        answer = self.server.scripted.answer(
            Received(
                method=self.command,
                path=self.path,
                headers=dict(self.headers),
                body=self.rfile.read(length),
            )
        )
        if answer is not HANG_UP:
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in ({"Content-Length": str(len(answer.content))} | dict(answer.headers)).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_: object) -> None:
        """Quiet."""


for _method in ("GET", "POST", "PATCH", "PUT", "DELETE"):
    setattr(_Handler, f"do_{_method}", _Handler.serve)
