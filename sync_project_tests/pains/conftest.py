"""The org, the clock and the importer of the import's own tests; only that pauses are not spent."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from sync_project.salesforce.org import Org, connect
from sync_project.salesforce.sign_in import Credentials
from sync_project.salesforce.transport import Patience
from sync_project.sandbox.org import SandboxOrg
from sync_project_tests.ingest.conftest import ServedOrg, clock, importer, sandbox, served_org, warehouse

__all__ = ["clock", "importer", "sandbox", "served_org", "warehouse"]


@pytest.fixture
def sign_in(sandbox: SandboxOrg, served_org: ServedOrg) -> Iterator[Callable[[], Org]]:
    """A new connection, which describes the org anew, as each run does."""
    with ExitStack() as stack:

        def connected() -> Org:
            credentials = Credentials(
                login_url=served_org.url, client_id=sandbox.client_id, client_secret=sandbox.client_secret
            )
            patience = Patience(sleep=lambda seconds: None)
            return stack.enter_context(connect(credentials, patience=patience))

        yield connected
