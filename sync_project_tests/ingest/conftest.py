"""The sandbox org over real HTTP, under a clock that a test moves, and an empty warehouse beside it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from sync_project.ingest.descriptions import describe_objects
from sync_project.ingest.field_choice import choose_fields
from sync_project.ingest.importer import ImportCounts, import_object
from sync_project.ingest.windows import Window, day_window
from sync_project.salesforce.org import Org, connect
from sync_project.salesforce.sign_in import Credentials
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.server import serve
from sync_project.settings.load import build_settings
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import Warehouse

FIRST_DAY = date(2026, 3, 1)


def at(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A moment of March 2026."""
    return datetime(2026, 3, day, hour, minute, second, tzinfo=UTC)


def days(first: int, last: int) -> Window:
    """The window of some daily partitions of March 2026."""
    return day_window(date(2026, 3, first), date(2026, 3, last), first_day=FIRST_DAY)


@dataclass(kw_only=True)
class Clock:
    """Stands still until a test moves it."""

    now: datetime = field(default_factory=lambda: at(1, 12))

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, kw_only=True)
class ServedOrg:
    """The sandbox org, its clock, and where it answers."""

    sandbox: SandboxOrg
    clock: Clock
    url: str


@pytest.fixture(scope="module")
def served_org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedOrg]:
    """One server a file, since stopping one takes longer than a test."""
    clock = Clock()
    folder = tmp_path_factory.mktemp("org")
    with SandboxOrg.open(folder, clock=clock) as sandbox, serve(sandbox) as url:
        yield ServedOrg(sandbox=sandbox, clock=clock, url=url)


@pytest.fixture
def clock(served_org: ServedOrg) -> Clock:
    served_org.clock.now = Clock().now
    return served_org.clock


@pytest.fixture
def sandbox(served_org: ServedOrg, clock: Clock) -> SandboxOrg:
    """An org without records."""
    served_org.sandbox.reset()
    return served_org.sandbox


@pytest.fixture
def sign_in(sandbox: SandboxOrg, served_org: ServedOrg) -> Iterator[Callable[[], Org]]:
    """A new connection, which describes the org anew, as each run does."""
    with ExitStack() as stack:

        def connected() -> Org:
            credentials = Credentials(
                login_url=served_org.url, client_id=sandbox.client_id, client_secret=sandbox.client_secret
            )
            return stack.enter_context(connect(credentials))

        yield connected


@pytest.fixture
def warehouse(tmp_path) -> Warehouse:
    return Warehouse(path=tmp_path / "warehouse.duckdb")


@dataclass(frozen=True, kw_only=True)
class Importer:
    """Imports as a run does, at the org's own time; by default all days until today."""

    sign_in: Callable[[], Org]
    warehouse: Warehouse
    clock: Clock
    objects: dict[str, dict[str, object]] = field(default_factory=dict)
    """Settings of objects that hold for the whole test."""

    def settings(self, *, bulk_above_rows: int = 10_000, **objects: dict[str, object]) -> Settings:
        named = {
            name: self.objects.get(name, {}) | objects.get(name, {}) for name in {**self.objects, **objects}
        }
        changes = {
            "salesforce": {"bulk_above_rows": bulk_above_rows},
            "ingest": {"overlap_minutes": 5, "hold_back_minutes": 5, "objects": named},
        }
        return build_settings(changes, origin="a test")

    def describe(self) -> dict[str, int]:
        return describe_objects(
            self.sign_in(),
            choices=choose_fields(self.settings()),
            warehouse=self.warehouse,
            now=self.clock.now,
        )

    def read(
        self,
        object_name: str,
        *,
        window: Window | None = None,
        org: Org | None = None,
        bulk_above_rows: int = 10_000,
        **chosen: object,
    ) -> ImportCounts:
        """``chosen`` are settings of the object."""
        return import_object(
            object_name,
            org=org or self.sign_in(),
            warehouse=self.warehouse,
            window=window or days(1, self.clock.now.day),
            settings=self.settings(bulk_above_rows=bulk_above_rows, **{object_name: chosen}),
            now=self.clock.now,
        )

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.warehouse.transaction() as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def importer(sign_in: Callable[[], Org], warehouse: Warehouse, clock: Clock) -> Importer:
    """Has described the org."""
    made = Importer(sign_in=sign_in, warehouse=warehouse, clock=clock)
    made.describe()
    return made
