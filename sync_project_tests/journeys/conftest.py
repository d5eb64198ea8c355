"""Days that several tests look at, lived once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import duckdb
import pytest

from sync_project.defs.run import Progress
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.server import serve
from sync_project_tests.journeys.homes import Outcome, TestHome
from sync_project_tests.journeys.small_org import NOW, SETTINGS, held_scores, settle

NAMELESS = "zoe@unheard-of.de"
CREATING = {
    "writeback": {
        "contact": {"create": True, "create_levels": ["hot", "warm", "cold"], "sync_threshold": 0},
        "account": {"sync_threshold": 0},
    }
}
"""Nobody waits: neither for a score of its own nor for that of its organisation."""


@dataclass(frozen=True, kw_only=True)
class DemoDays:
    home: TestHome
    first: Outcome
    interested: str
    """The contact, of no company, who asked for a demo after the first run."""
    creating: Outcome
    """The second run, with the creation of contacts switched on."""
    read_meanwhile: int
    """The people whom somebody read from the published file while that run went on."""
    last: Outcome


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoDays]:
    folder = tmp_path_factory.mktemp("demo")
    home = TestHome(folder=folder, now=NOW, is_quick=False)
    creating = TestHome(folder=folder, now=NOW, settings=CREATING)
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

    [(interested, email)] = first.query(
        """SELECT person_id, email FROM scored.person
        WHERE record_type = 'Contact' AND account_id IS NULL AND organisation_id IS NULL AND level <> 'hot'
        ORDER BY person_id LIMIT 1"""
    )
    (events / "demos.csv").write_text(
        "event_id,occurred_at,email,domain,kind,properties\n"
        f"demo-1,2026-06-01T09:00:00Z,{email},,demo_request,\n",
        encoding="utf-8",
    )
    yield DemoDays(
        home=creating,
        first=first,
        interested=interested,
        creating=creating.run(read_published),
        read_meanwhile=found[0],
        last=creating.run(),
    )


IMPOSSIBLE = {
    "target_policy": "contact_then_lead",
    "create_as": "lead",
    "lead": {
        "create": True,
        "fields": [
            {"source": "score", "field": "Skore__c"},
            {"source": "level", "field": "Score_Level__c"},
            {"source": "last_name", "field": "LastName"},
        ],
    },
    "contact": {"update": False},
    "account": {"update": False},
}


@dataclass(frozen=True, kw_only=True)
class Trouble:
    home: TestHome
    held: list[tuple[object, ...]]
    """What the org's leads carry after the first run."""
    troubled: Outcome
    """Every session of the org ends after each table, and a file of events is broken."""
    impossible: Outcome
    """The mappings cannot work."""


@pytest.fixture(scope="session")
def trouble(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trouble]:
    home = TestHome(folder=tmp_path_factory.mktemp("trouble"), now=NOW, settings=SETTINGS)
    settle(home)
    home.surroundings().home.keep_first_day(date(2026, 5, 30))
    clock = home.surroundings().clock
    with SandboxOrg.open(home.surroundings().home.sandbox, clock=clock) as org, serve(org) as url:
        variables = {
            "SALESFORCE_LOGIN_URL": url,
            "SALESFORCE_CLIENT_ID": org.client_id,
            "SALESFORCE_CLIENT_SECRET": org.client_secret,
        }
        served = replace(home, variables=variables)
        troubled = served.run(lambda progress: org.expire_sessions())
        held = held_scores(org)
        org.make_read_only("Lead", "Score_Level__c")
        impossible = replace(served, settings={**SETTINGS, "writeback": IMPOSSIBLE}).run()
        yield Trouble(home=served, held=held, troubled=troubled, impossible=impossible)
