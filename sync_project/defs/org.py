"""The org of a run: a real one where credentials are set, the embedded sandbox org otherwise."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from sync_project.defs.surroundings import Surroundings
from sync_project.ingest.call_budget import calls_allowed, calls_free_again_at, log_calls
from sync_project.salesforce.errors import CallsSpentError
from sync_project.salesforce.org import Org, connect
from sync_project.salesforce.sign_in import Credentials
from sync_project.sandbox.demo.seed import seed_demo
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.server import serve
from sync_project.sandbox.traffic.faults import load_faults


class ConnectedOrg(dg.ConfigurableResource["ConnectedOrg"]):
    """Signed in once per run; the sandbox org is served while the run lasts."""

    surroundings: dg.ResourceDependency[Surroundings]
    _org: Org | None = PrivateAttr(default=None)

    @property
    def org(self) -> Org:
        """The signed-in org."""
        if self._org is None:
            raise RuntimeError("The org is open only while a run lasts.")
        return self._org

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["ConnectedOrg"]:
        """Sign in, and close at the run's end."""
        run_id = context.run.run_id if context.run else ""
        tell = context.log.info if context.log else lambda _: None
        with open_org(self.surroundings, run_id=run_id, tell=tell) as org:
            self._org = org
            yield self

    @contextmanager
    def counting(self, purpose: str, *, run_id: str) -> Iterator[Org]:
        """The org for one step, whose calls are logged whatever becomes of it."""
        with counting_calls(self.org, purpose, run_id=run_id, surroundings=self.surroundings):
            yield self.org

    def tell_spent(self, error: CallsSpentError, *, context: dg.AssetExecutionContext) -> None:
        """Say when to come back. Not a failure: what came in stays, what waits for the rest is skipped."""
        again_at = calls_free_again_at(warehouse=self.surroundings.warehouse, now=self.surroundings.clock())
        context.log.warning(
            f"{error} Ended early; calls are free again from about {again_at:%Y-%m-%d %H:%M} UTC."
        )


@contextmanager
def open_org(surroundings: Surroundings, *, run_id: str, tell: Callable[[str], None]) -> Iterator[Org]:
    """The signed-in org, with as many calls as the settings leave to that run."""
    settings = surroundings.settings.salesforce
    allowance = calls_allowed(
        settings, run_id=run_id, warehouse=surroundings.warehouse, now=surroundings.clock()
    )
    with (
        open_credentials(surroundings, tell=tell) as credentials,
        connect(credentials, api_version=settings.api_version, call_allowance=allowance) as org,
    ):
        yield org


@contextmanager
def counting_calls(org: Org, purpose: str, *, run_id: str, surroundings: Surroundings) -> Iterator[None]:
    """Logs the calls made meanwhile, whatever becomes of them; a look into an org leaves a new home new."""
    before = org.calls_used
    try:
        yield
    finally:
        if surroundings.warehouse.path.exists():
            log_calls(
                org.calls_used - before,
                purpose=purpose,
                run_id=run_id,
                warehouse=surroundings.warehouse,
                now=surroundings.clock(),
            )


@contextmanager
def open_credentials(surroundings: Surroundings, *, tell: Callable[[str], None]) -> Iterator[Credentials]:
    """Those of the environment, or else those of the sandbox org, which is served meanwhile."""
    given = surroundings.environment.credentials
    if given is not None:
        yield Credentials(
            login_url=given.login_url, client_id=given.client_id, client_secret=given.client_secret
        )
        return
    with SandboxOrg.open(surroundings.home.sandbox, clock=surroundings.clock) as sandbox:
        if seed_when_empty(sandbox, surroundings=surroundings):
            tell(f"Seeded the demo org in {sandbox.folder}")
        dial_faults(sandbox, surroundings.settings.sandbox.faults)
        with serve(sandbox) as url:
            yield Credentials(login_url=url, client_id=sandbox.client_id, client_secret=sandbox.client_secret)


def dial_faults(sandbox: SandboxOrg, path: Path | None) -> None:
    """Let go wrong in the sandbox org what the file says; nothing without one."""
    if path is not None:
        sandbox.faults.set(load_faults(path))


def seed_when_empty(sandbox: SandboxOrg, *, surroundings: Surroundings) -> bool:
    """Fill a new sandbox org with the demo; whether it was new."""
    if not sandbox.is_empty:
        return False
    seed_demo(
        sandbox,
        seed=surroundings.settings.sandbox.seed,
        as_of=surroundings.clock(),
        events_folder=surroundings.home.events,
    )
    return True
