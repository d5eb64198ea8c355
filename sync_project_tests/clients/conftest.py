"""A fresh org whose clock runs, served on loopback, and independent clients in processes of their own.

Every test here is marked ``clients``, so that the quick suite leaves it out, and is skipped with the
reason where its client cannot be installed.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.server import serve
from sync_project_tests.clients.installed import (
    ClientMissingError,
    last_json,
    npm_packages,
    python_packages,
    run_client,
)
from sync_project_tests.clients.salesforce_hosts import SalesforceHosts, salesforce_hosts
from sync_project_tests.sandbox.conftest import Client, sign_in

SCRIPTS = Path(__file__).parent / "scripts"
collect_ignore = ["scripts"]


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("clients")


@pytest.fixture(scope="session")
def install_npm() -> Callable[..., Path]:
    """``install_npm("jsforce@3.10.16")``: the ``node_modules`` folder that holds it."""
    return _skip_where_missing(npm_packages)


@pytest.fixture(scope="session")
def install_python() -> Callable[..., Path]:
    """``install_python("cumulusci==4.10.1")``: the Python that can import it."""
    return _skip_where_missing(python_packages)


class Clock:
    """Runs with the clients' own, some time behind it; a test may move it on."""

    def __init__(self) -> None:
        self.behind = timedelta(hours=1)

    def __call__(self) -> datetime:
        return datetime.now(UTC) - self.behind

    def advance(self, **delta: float) -> None:
        self.behind -= timedelta(**delta)


@dataclass(frozen=True, kw_only=True)
class ServedOrg:
    """The org, its clock and where it answers."""

    org: SandboxOrg
    clock: Clock
    base_url: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedOrg]:
    """One server for all tests of a file."""
    clock = Clock()
    with SandboxOrg.open(tmp_path_factory.mktemp("org"), clock=clock) as org, serve(org) as base_url:
        yield ServedOrg(org=org, clock=clock, base_url=base_url)


@pytest.fixture(scope="module")
def hosts(served: ServedOrg, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SalesforceHosts]:
    """The same org over https, also under Salesforce's own names."""
    with salesforce_hosts(served.org, tmp_path_factory.mktemp("certificates")) as hosts:
        yield hosts


@pytest.fixture
def clock(served: ServedOrg) -> Clock:
    served.clock.behind = Clock().behind
    return served.clock


@pytest.fixture
def org(served: ServedOrg, clock: Clock) -> SandboxOrg:
    """An org as on its first day."""
    served.org.reset()
    return served.org


@pytest.fixture
def base_url(served: ServedOrg) -> str:
    return served.base_url


@pytest.fixture
def client(org: SandboxOrg, base_url: str) -> Iterator[Client]:
    """Raw HTTP, to see what the org holds."""
    with sign_in(org, base_url) as signed_in:
        yield signed_in


@pytest.fixture
def run_node(tmp_path: Path) -> Callable[..., object]:
    """``run_node(modules, "jsforce_crud.cjs", {...})``: a script of ``scripts`` with one JSON argument.

    Returns the JSON that it prints last.
    """

    def run(modules: Path, script: str, argument: object, **environment: str) -> object:
        command = ["node", str(SCRIPTS / script), json.dumps(argument)]
        return last_json(run_client(command, home=tmp_path, NODE_PATH=str(modules), **environment))

    return run


@pytest.fixture
def run_python(tmp_path: Path) -> Callable[..., object]:
    """``run_python(python, "extract.py", {...})``, as ``run_node``."""

    def run(python: Path, script: str, argument: object, **environment: str) -> object:
        command = [str(python), str(SCRIPTS / script), json.dumps(argument)]
        return last_json(run_client(command, home=tmp_path, **environment))

    return run


def _skip_where_missing(install: Callable[..., Path]) -> Callable[..., Path]:
    reasons: dict[tuple[str, ...], str] = {}

    def installed(*packages: str) -> Path:
        if packages not in reasons:
            try:
                return install(*packages)
            except ClientMissingError as error:
                reasons[packages] = f"{', '.join(packages)} cannot be installed here: {error}"
        pytest.skip(reasons[packages])

    return installed
