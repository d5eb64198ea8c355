"""A sandbox org of a few hundred leads, whose pages viewed tell whether they buy; for runs that go wrong."""

from datetime import datetime, timedelta
from pathlib import Path

from sync_project.sandbox.loading import load_folder
from sync_project.sandbox.org import SandboxOrg
from sync_project_tests.journeys.homes import TestHome, custom_field, score_fields, write_csv

NOW = "2026-06-01T10:00:00Z"
LEADS = 400
SETTINGS: dict[str, object] = {
    "signals": {"fields": [{"name": "pages", "label": "Pages", "lead": "Pages__c"}], "profile": []},
    "icp": {"outcome": {"source": "lead_field", "field": "Bought__c"}},
    "writeback": {
        "target_policy": "contact_then_lead",
        "contact": {"update": False},
        "account": {"update": False},
    },
}

EVENTS = """event_id,occurred_at,email,domain,kind,properties
e1,2026-05-30T08:00:00Z,ann@acme.de,,page_view,
e2,yesterday,ann@acme.de,,page_view,
e3,2026-05-30T09:00:00Z,,,page_view,
e4,2026-05-30T10:00:00Z,bob@acme.de
e5,2026-05-30T11:00:00Z,ann@acme.de,,demo_request,
"""
"""Of somebody who is no lead; three of the five lines are broken."""


def write_small_org(folder: Path) -> Path:
    """The folder of CSV files; who saw more than ten pages buys, four times out of five."""
    folder.mkdir(parents=True, exist_ok=True)
    newest = datetime.fromisoformat(NOW)
    write_csv(
        folder / "CustomField.csv",
        [
            *score_fields(),
            custom_field("Lead.Pages__c", "Number", Precision=5, Scale=0),
            custom_field("Lead.Bought__c", "Checkbox"),
        ],
    )
    write_csv(
        folder / "Lead.csv",
        [
            {
                "Id": f"00Q{number + 1:012}",
                "LastName": f"Lead {number}",
                "Company": "unknown",
                "CreatedDate": f"{newest - timedelta(hours=LEADS - number):%Y-%m-%dT%H:%M:%SZ}",
                "Pages__c": number * 7 % 20,
                # An exception in five; were it told by the pages too, the model would know all: a leak.
                "Bought__c": "true" if (number * 7 % 20 > 10) is (number // 20 % 5 != 0) else "false",
            }
            for number in range(LEADS)
        ],
    )
    return folder


def settle(home: TestHome) -> None:
    """The org in the home's own sandbox, the events beside it."""
    places = home.surroundings().home
    places.events.mkdir()
    (places.events / "site.csv").write_text(EVENTS, encoding="utf-8")
    with SandboxOrg.open(places.sandbox, clock=home.surroundings().clock) as org:
        load_folder(org, write_small_org(home.folder / "csv"))


def held_scores(org: SandboxOrg) -> list[tuple[object, ...]]:
    """What the leads of an org carry from us, without the time of it."""
    return org.connection.execute(
        """SELECT Id, Score__c, Score_Level__c, Confidence__c, Top_Signals__c, Reasoning__c
        FROM Lead ORDER BY Id"""
    ).fetchall()
