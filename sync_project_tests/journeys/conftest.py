"""The demo org's days, lived once for all journeys."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pytest

from sync_project.defs.run import Progress
from sync_project_tests.journeys.homes import Outcome, TestHome

NOW = "2026-06-01T10:00:00Z"
NAMELESS = "zoe@unheard-of.de"
CREATING = {
    "writeback": {
        "contact": {"create": True, "create_levels": ["hot", "warm", "cold"], "sync_threshold": 0},
    }
}


@dataclass(frozen=True, kw_only=True)
class DemoDays:
    home: TestHome
    first: Outcome
    creating: Outcome
    """The second run, with the creation of contacts switched on."""
    read_meanwhile: int
    """The people whom somebody read from the published file while that run went on."""
    last: Outcome


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoDays]:
    folder = tmp_path_factory.mktemp("demo")
    home, creating = (TestHome(folder=folder, now=NOW, settings=each) for each in ({}, CREATING))
    events = folder / "events"
    events.mkdir()
    (events / "shop.csv").write_text(
        "event_id,occurred_at,email,domain,kind,properties\n"
        f'shop-1,2026-05-31T08:00:00Z,{NAMELESS},,form_submit,"{{""first_name"": ""Zoe""}}"\n',
        encoding="utf-8",
    )
    first = home.run()
    found: list[int] = []

    def read_published(progress: Progress) -> None:
        if progress.name == "matched.person":
            with duckdb.connect(folder / "published.duckdb", read_only=True) as connection:
                found.extend(connection.execute("SELECT count(*) FROM scored.person").fetchall()[0])

    second = creating.run(read_published)
    yield DemoDays(home=creating, first=first, creating=second, read_meanwhile=found[0], last=creating.run())
