"""One home's outbound half beside the real sandbox org over HTTP, under a clock that a test moves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync_project.ingest.descriptions import describe_objects
from sync_project.ingest.field_choice import choose_fields
from sync_project.ingest.importer import import_object
from sync_project.ingest.windows import Window
from sync_project.salesforce.org import Org, connect
from sync_project.salesforce.sign_in import Credentials
from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.server import serve
from sync_project.settings.load import build_settings
from sync_project.settings.writeback import WritebackSettings
from sync_project.warehouse.connection import Warehouse
from sync_project.writeback.push import PushCounts, push_plan
from sync_project_tests.writeback.plan_tables import EXTERNAL_ID, NOW, Row, build_plan, fill_scores, read


@dataclass(kw_only=True)
class Clock:
    """Stands still until a test moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@dataclass(frozen=True, kw_only=True)
class ServedOrg:
    """The sandbox org, its clock, and where it answers."""

    sandbox: SandboxOrg
    clock: Clock
    url: str


@dataclass(kw_only=True)
class Loop:
    """Import, plan and push of one home."""

    sandbox: SandboxOrg
    org: Org
    warehouse: Warehouse
    clock: Clock
    run_count: int = field(default=0)

    def load(self, sobject: str, *rows: Mapping[str, object]) -> None:
        """Put records into the org as they are."""
        load_rows(self.sandbox, sobject, rows)

    def plan(
        self,
        settings: WritebackSettings,
        *,
        people: Sequence[Row] = (),
        accounts: Sequence[Row] = (),
        organisations: Sequence[Row] = (),
    ) -> None:
        """Import what the settings use of the org, and plan for these scores."""
        rules = build_settings({"matching": {"account_rules": ["create"]}}, origin="test")
        whole = rules.model_copy(update={"writeback": settings})
        if not self.warehouse.path.exists():
            describe_objects(self.org, choices=choose_fields(whole), warehouse=self.warehouse, now=NOW)
        window = Window(start=None, end=datetime(2027, 1, 1, tzinfo=UTC))
        for sobject in _objects_in_use(settings):
            import_object(
                sobject,
                org=self.org,
                warehouse=self.warehouse,
                window=window,
                settings=whole,
                now=self.clock(),
            )
        with self.warehouse.transaction() as connection:
            fill_scores(connection, people=people, accounts=accounts, organisations=organisations)
            connection.execute("CREATE SCHEMA IF NOT EXISTS outbound")
            build_plan(connection, settings, now=self.clock())

    def push(self, **changes: Any) -> PushCounts:
        """Carry the plan out, a second later."""
        self.clock.advance(seconds=1)
        self.run_count += 1
        given: dict[str, Any] = {
            "org": self.org,
            "warehouse": self.warehouse,
            "external_id_field": EXTERNAL_ID,
            "run_id": f"run-{self.run_count}",
            "clock": self.clock,
        }
        counts = push_plan(**(given | changes))
        self.clock.advance(minutes=1)
        return counts

    def run(self, settings: WritebackSettings, **scores: Sequence[Row]) -> PushCounts:
        """All of it."""
        self.plan(settings, **scores)
        return self.push()

    def read(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the warehouse."""
        with self.warehouse.transaction() as connection:
            return read(connection, query)

    def record(self, record_id: str) -> dict[str, Any]:
        """Every field of one record in the org."""
        sobject = {"001": "Account", "003": "Contact", "00Q": "Lead"}[record_id[:3]]
        answer: dict[str, Any] = self.org.call_json("GET", f"sobjects/{sobject}/{record_id}")
        del answer["attributes"]
        return answer

    def query(self, soql: str) -> list[dict[str, Any]]:
        """Records of the org by SOQL."""
        return [
            {name: value for name, value in each.items() if name != "attributes"}
            for page in self.org.query(soql)
            for each in page.records
        ]


def _objects_in_use(settings: WritebackSettings) -> list[str]:
    uses = {
        "Account": settings.account.update or settings.account.create,
        "Contact": settings.contact.update or settings.contact.create,
        "Lead": settings.lead.update or settings.lead.create,
    }
    return [name for name, is_used in uses.items() if is_used]


@pytest.fixture(scope="module")
def served_org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedOrg]:
    """One server a file, since stopping one takes longer than a test."""
    clock = Clock()
    folder = tmp_path_factory.mktemp("org")
    with SandboxOrg.open(folder, clock=clock) as sandbox, serve(sandbox) as url:
        yield ServedOrg(sandbox=sandbox, clock=clock, url=url)


@pytest.fixture
def sandbox(served_org: ServedOrg) -> SandboxOrg:
    """An org without records, with our fields on contacts, leads and accounts."""
    served_org.clock.now = NOW
    sandbox = served_org.sandbox
    sandbox.reset()
    for sobject in ("Contact", "Lead", "Account"):
        sandbox.add_custom_field(
            sobject, name=EXTERNAL_ID, type="Text", length=64, external_id=True, unique=True
        )
    for sobject in ("Contact", "Lead"):
        sandbox.add_custom_field(sobject, name="Score__c", type="Number", precision=3)
    sandbox.add_custom_field("Account", name="Propensity__c", type="Text", length=20)
    return sandbox


@pytest.fixture
def loop(sandbox: SandboxOrg, served_org: ServedOrg, tmp_path: Path) -> Iterator[Loop]:
    """An empty home, signed in to the org."""
    credentials = Credentials(
        login_url=served_org.url, client_id=sandbox.client_id, client_secret=sandbox.client_secret
    )
    with connect(credentials) as org:
        yield Loop(
            sandbox=sandbox,
            org=org,
            warehouse=Warehouse(path=tmp_path / "warehouse.duckdb"),
            clock=served_org.clock,
        )
