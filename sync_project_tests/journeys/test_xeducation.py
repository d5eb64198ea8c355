"""A public set of leads with a real signal: imported, scored and written back in one run, and not again.

The outcome is a field of the lead, as in an org that marks its best leads by hand.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from sync_project.sandbox.loading import load_folder
from sync_project.sandbox.org import SandboxOrg
from sync_project_tests.journeys.homes import (
    PUBLIC_DATA,
    Outcome,
    Row,
    TestHome,
    custom_field,
    score_fields,
    write_csv,
)

LEADS = PUBLIC_DATA / "xeducation" / "leads.csv"
NOW = "2026-06-01T10:00:00Z"
COUNT = 7392
NUMBERS = ("TotalVisits", "Total Time Spent on Website", "Page Views Per Visit")
NO_SIGNALS = re.compile(
    # Who it is, the outcome, and what was filled in when the outcome was known.
    r"Prospect ID|Lead Number|Converted|Tags|Lead Quality|Lead Profile|Asymmetrique.*|Last .*Activity|"
    r"Unnamed.*"
)

pytestmark = pytest.mark.skipif(
    not LEADS.exists(), reason="the public X Education leads are not beside this checkout"
)


@dataclass(frozen=True, kw_only=True)
class Journey:
    home: TestHome
    first: Outcome
    second: Outcome


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    with LEADS.open(encoding="utf-8") as file:
        leads = sorted(csv.DictReader(file), key=lambda row: int(row["Lead Number"]))
    signals = [name for name in leads[0] if not NO_SIGNALS.fullmatch(name)]
    folder = tmp_path_factory.mktemp("xeducation_csv")
    write_csv(folder / "CustomField.csv", [*score_fields(), *map(declare, [*signals, "Converted"])])
    write_csv(folder / "Lead.csv", [lead(row, signals, number) for number, row in enumerate(leads)])
    home = TestHome(folder=tmp_path_factory.mktemp("xeducation"), now=NOW, settings=settings(signals))
    with SandboxOrg.open(home.surroundings().home.sandbox, clock=home.surroundings().clock) as org:
        load_folder(org, folder)
    yield Journey(home=home, first=home.run(), second=home.run())


def test_every_lead_is_imported_scored_and_written_back(journey):
    first = journey.first
    assert first.value("SELECT count(*) FROM staged.lead") == COUNT
    assert first.value("SELECT count(*) FROM scored.person") == COUNT
    assert first.written == (0, COUNT, 0)
    assert first.value("SELECT count(*) FROM outbound.activity_log WHERE operation = 'update'") == COUNT


def test_scores_rank_outcomes_that_they_have_not_seen(journey):
    [(auc, log_loss, base, lift, verdict)] = journey.first.query(
        """SELECT auc, log_loss, base_log_loss, top_decile_lift, verdict FROM icp.model
        WHERE subject = 'person'"""
    )
    print(
        f"X Education: AUC {auc:.3f}, log-loss {log_loss:.3f} (base rate {base:.3f}), "
        f"top-decile lift {lift:.2f}, runs {journey.first.seconds:.1f} and {journey.second.seconds:.1f} s"
    )
    assert verdict == "signal"
    assert auc >= 0.86
    assert log_loss < 0.75 * base
    assert lift > 1.8


def test_levels_mean_what_they_say(journey):
    rates = journey.first.query(
        """SELECT level, avg(CASE WHEN outcome.is_won THEN 1.0 ELSE 0.0 END)
        FROM scored.person AS person INNER JOIN icp.field_outcome AS outcome
        ON person.person_id = outcome.lead_id GROUP BY level ORDER BY min(score) DESC"""
    )
    assert [level for level, _ in rates] == ["hot", "warm", "cold"]
    assert all(better > 1.5 * worse for (_, better), (_, worse) in pairwise(rates))


def test_the_org_holds_what_was_scored(journey):
    scored = journey.first.query(
        "SELECT person_id, score, level, confidence_pct, top_signals, reasoning FROM scored.person"
    )
    with SandboxOrg.open(journey.home.surroundings().home.sandbox) as org:
        held = org.connection.execute(
            "SELECT Id, Score__c, Score_Level__c, Confidence__c, Top_Signals__c, Reasoning__c FROM Lead"
        ).fetchall()
    assert sorted(held) == sorted(scored)


def test_a_second_run_writes_nothing_and_says_so(journey):
    assert journey.second.written == (0, 0, 0)
    assert journey.second.pushed["api_calls"] == 0
    assert "nothing was written to the org" in journey.second.summary["Written"][0]


def declare(name: str) -> Row:
    if name in NUMBERS:
        return custom_field(f"Lead.{api_name(name)}", "Number", Label=name[:40], Precision=10, Scale=2)
    return custom_field(f"Lead.{api_name(name)}", "Text", Label=name[:40], Length=255)


def lead(row: dict[str, str], signals: list[str], number: int) -> Row:
    """In the order of their numbers, an hour apart, the last one an hour before now."""
    created = datetime.fromisoformat(NOW) - timedelta(hours=COUNT - number)
    return {
        "Id": f"00Q{number + 1:012}",
        "LastName": row["Prospect ID"],
        "Company": "unknown",
        "CreatedDate": f"{created:%Y-%m-%dT%H:%M:%SZ}",
        "Converted__c": row["Converted"],
        **{api_name(name): row[name] for name in signals},
    }


def settings(signals: list[str]) -> dict[str, object]:
    mapped = [
        {"name": api_name(name).removesuffix("__c").lower(), "label": name, "lead": api_name(name)}
        for name in signals
    ]
    return {
        "signals": {"fields": mapped, "profile": []},
        "icp": {"outcome": {"source": "lead_field", "field": "Converted__c"}},
        "writeback": {
            "target_policy": "contact_then_lead",
            "contact": {"update": False},
            "account": {"update": False},
        },
    }


def api_name(name: str) -> str:
    """At most 40 characters, as Salesforce wants it.

    >>> api_name("What is your current occupation")
    'What_is_your_current_occupation__c'
    """
    return re.sub(r"\W+", "_", name).strip("_")[:40].strip("_") + "__c"
