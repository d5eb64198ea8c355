"""The two orgs of this room's tests: a scripted one that misbehaves to order, and the sandbox org."""

from collections.abc import Iterator

import pytest

from sync_project.salesforce.sign_in import Credentials
from sync_project.salesforce.transport import Patience
from sync_project_tests.salesforce.scripted_server import ScriptedServer, serving

SECRET = "s3cr3t-that-must-not-be-seen"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving() as scripted:
        yield scripted


@pytest.fixture
def pauses() -> list[float]:
    """Every pause that was made, in seconds."""
    return []


@pytest.fixture
def patience(pauses: list[float]) -> Patience:
    """Pauses are noted, not spent, and always as long as they may be."""
    return Patience(
        connect_seconds=5, read_seconds=5, sleep=pauses.append, jitter=lambda shortest, longest: longest
    )


@pytest.fixture
def credentials(server: ScriptedServer) -> Credentials:
    return Credentials(login_url=server.url, client_id="3MVG9", client_secret=SECRET)
