"""A fresh org for each test, served over real HTTP, and clients that are signed in to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce

from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.server import serve
from sync_project.sandbox.sign_in.connected_app import ConnectedApp, write_app
from sync_project.sandbox.traffic.dial import FaultDial

VERSION = "66.0"


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 30, 15, 250_000, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@dataclass(frozen=True, kw_only=True)
class Client:
    """Raw HTTP with a session: paths are relative to ``/services/data/v66.0``."""

    base_url: str
    session: requests.Session

    def send(self, method: str, path: str, **options: object) -> requests.Response:
        absolute = path.startswith(("/services", "/id/", "/sandbox/"))
        prefix = self.base_url if absolute else f"{self.base_url}/services/data/v{VERSION}"
        return self.session.request(method, prefix + path, timeout=20, **options)

    def get(self, path: str, **options: object) -> requests.Response:
        return self.send("GET", path, **options)

    def post(self, path: str, body: object) -> requests.Response:
        return self.send("POST", path, json=body)

    def patch(self, path: str, body: object) -> requests.Response:
        return self.send("PATCH", path, json=body)

    def create(self, sobject: str, **values: object) -> str:
        reply = self.post(f"/sobjects/{sobject}", values)
        assert reply.status_code == 201, reply.text
        return reply.json()["id"]

    def read(self, sobject: str, record_id: str) -> dict[str, object]:
        reply = self.get(f"/sobjects/{sobject}/{record_id}")
        assert reply.status_code == 200, reply.text
        return reply.json()

    def query(self, soql: str) -> list[dict[str, object]]:
        reply = self.get("/query", params={"q": soql})
        assert reply.status_code == 200, reply.text
        return [{k: v for k, v in each.items() if k != "attributes"} for each in reply.json()["records"]]


@contextmanager
def sign_in(org: SandboxOrg, base_url: str) -> Iterator[Client]:
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {org.open_session()}"
        yield Client(base_url=base_url, session=session)


class PlainHttp(HTTPAdapter):
    """Sends what simple-salesforce addresses to https as plain http."""

    def send(self, request, **options):
        request.url = request.url.replace("https://", "http://", 1)
        return super().send(request, **options)


@dataclass(frozen=True, kw_only=True)
class Served:
    """The org of this test run and where it is reached."""

    org: SandboxOrg
    clock: Clock
    base_url: str


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all tests, since starting and stopping one takes longer than a test."""
    clock = Clock()
    with SandboxOrg.open(tmp_path_factory.mktemp("org"), clock=clock) as org, serve(org) as base_url:
        yield Served(org=org, clock=clock, base_url=base_url)


@pytest.fixture
def clock(served: Served) -> Clock:
    served.clock.now = Clock().now
    return served.clock


@pytest.fixture
def org(served: Served, clock: Clock) -> SandboxOrg:
    """An org as on its first day, with sessions that outlive any step of a test's clock."""
    served.org.reset()
    with served.org.transaction() as connection:
        write_app(connection, ConnectedApp(session_timeout_minutes=1_000_000))
    return served.org


@pytest.fixture
def faults(org: SandboxOrg) -> FaultDial:
    """The org's fault dial; the next test's org has a clear one."""
    return org.faults


@pytest.fixture
def base_url(served: Served) -> str:
    return served.base_url


@pytest.fixture
def client(org: SandboxOrg, base_url: str) -> Iterator[Client]:
    with sign_in(org, base_url) as signed_in:
        yield signed_in


@pytest.fixture
def salesforce(org: SandboxOrg, base_url: str) -> Iterator[Salesforce]:
    """simple-salesforce, unmodified, over a mounted adapter."""
    host = base_url.removeprefix("http://")
    with requests.Session() as session:
        session.trust_env = False
        session.mount(f"https://{host}/", PlainHttp())
        yield Salesforce(
            session_id=org.open_session(), instance_url=f"https://{host}", session=session, version=VERSION
        )
