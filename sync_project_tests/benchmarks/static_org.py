"""An org of one object that serves files: just enough Salesforce to be read fast by REST and by Bulk 2.0.

It computes nothing, so that what is measured is the client. Bodies go from disk to the socket by
``os.sendfile``. The folder holds ``describe.json``, ``page-*.csv`` (the bulk answer) and ``rest-*.json`` (the
first pages of the REST answer). Run it as ``python -m ...static_org FOLDER``; it prints its address.
"""

import json
import os
import re
import sys
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

ORG_ID = "00D000000000001EAA"
USER_ID = "005000000000001EAA"
PAGES_PER_REPLY = 5
JSON = "application/json"
_JOB = "750000000000001EAA"
_UNCHANGED = re.compile(r"SystemModstamp\s*>=")
"""A query of what changed since: nothing has."""


class Page(NamedTuple):
    """One file of the bulk answer."""

    path: Path
    rows: int


class StaticOrg(ThreadingHTTPServer):
    """Serves one folder."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.folder = folder

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @cached_property
    def description(self) -> dict[str, object]:
        return json.loads((self.folder / "describe.json").read_text(encoding="utf-8"))

    @cached_property
    def select(self) -> str:
        """The beginning of the only query that a bulk job takes: its answer is there already."""
        return "SELECT " + ", ".join(each["name"] for each in self.description["fields"])

    @cached_property
    def pages(self) -> list[Page]:
        counts = json.loads((self.folder / "rows.json").read_text(encoding="utf-8"))
        return [Page(self.folder / name, rows) for name, rows in counts.items()]


class _Request(BaseHTTPRequestHandler):
    server: StaticOrg
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        path, query = self._target(self.path)
        if path.endswith("/describe"):
            self._send_json(self._describe(path))
        elif path in {"query", "queryAll"}:
            self._send_answer(query["q"])
        elif path.startswith("query/"):
            self._send_file(self.server.folder / f"rest-{path.rpartition('-')[2]}.json", JSON)
        elif path.endswith("/resultPages"):
            self._send_page_list(int(query.get("locator", 0)))
        elif path.endswith("/results"):
            self._send_page(int(query.get("locator", 0)))
        else:
            self._send_json(self._job("JobComplete"))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        path, _ = self._target(self.path)
        if path == "token":
            who = f"{self.server.url}/id/{ORG_ID}/{USER_ID}"
            self._send_json({"access_token": "static", "instance_url": self.server.url, "id": who})
        elif path == "composite":
            parts = json.loads(body)["compositeRequest"]
            self._send_json({"compositeResponse": [self._answer_part(each) for each in parts]})
        elif json.loads(body)["query"].partition(" FROM ")[0] == self.server.select:
            self._send_json(self._job("UploadComplete"))
        else:
            self._send_head(400, {"Content-Length": "0"})

    def do_DELETE(self) -> None:
        self._send_head(204, {})

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def _target(self, url: str) -> tuple[str, dict[str, str]]:
        """What follows ``/services/data/vNN.N/`` or ``/services/oauth2/``, and the query's first values."""
        parts = urlsplit(url)
        path = re.sub(r"^/services/(?:data/v[\d.]+|oauth2)/", "", parts.path).rstrip("/")
        return path, {name: values[0] for name, values in parse_qs(parts.query).items()}

    def _describe(self, path: str) -> dict[str, object] | None:
        """None for an object that the org has not."""
        return self.server.description if f"/{self.server.description['name']}/" in path else None

    def _count(self, soql: str = "") -> dict[str, object]:
        rows = 0 if _UNCHANGED.search(soql) else sum(page.rows for page in self.server.pages)
        return {"totalSize": rows, "done": True, "records": []}

    def _answer_part(self, part: dict[str, str]) -> dict[str, object]:
        """A describe or a count, the parts that a client asks for."""
        path, query = self._target(part["url"])
        body = self._describe(path) if path.endswith("/describe") else self._count(query["q"])
        missing = [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
        return {
            "referenceId": part["referenceId"],
            "httpStatusCode": 404 if body is None else 200,
            "httpHeaders": {},
            "body": missing if body is None else body,
        }

    def _job(self, state: str) -> dict[str, object]:
        rows = self._count()["totalSize"]
        return {"id": _JOB, "state": state, "operation": "queryAll", "numberRecordsProcessed": rows}

    def _send_answer(self, soql: str) -> None:
        """The first page of a query; nothing changed since any moment that it names."""
        if _UNCHANGED.search(soql) or "COUNT()" in soql:
            self._send_json(self._count(soql))
        else:
            self._send_file(self.server.folder / "rest-0.json", JSON)

    def _send_page_list(self, start: int) -> None:
        path = self.path.partition("?")[0].removesuffix("/resultPages")
        stop = start + PAGES_PER_REPLY
        numbers = range(len(self.server.pages))[start:stop]
        done = stop >= len(self.server.pages)
        self._send_json(
            {
                "resultPages": [{"resultUrl": f"{path}/results?locator={each}"} for each in numbers],
                "nextRecordsUrl": None if done else f"{path}/resultPages?locator={stop}",
                "done": done,
            }
        )

    def _send_page(self, number: int) -> None:
        page = self.server.pages[number]
        following = str(number + 1) if number + 1 < len(self.server.pages) else "null"
        headers = {"Sforce-Locator": following, "Sforce-NumberOfRecords": str(page.rows)}
        self._send_file(page.path, "text/csv", headers)

    def _send_json(self, body: object) -> None:
        text = json.dumps(body).encode()
        self._send_head(200, {"Content-Type": JSON, "Content-Length": str(len(text))})
        self.wfile.write(text)

    def _send_file(self, path: Path, content_type: str, headers: dict[str, str] | None = None) -> None:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            sizes = {"Content-Type": content_type, "Content-Length": str(size)}
            self._send_head(200, sizes | (headers or {}))
            sent = 0
            while sent < size:
                sent += os.sendfile(self.connection.fileno(), file.fileno(), sent, size - sent)

    def _send_head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


if __name__ == "__main__":
    with StaticOrg(Path(sys.argv[1])) as org:
        print(org.url, flush=True)
        org.serve_forever()
