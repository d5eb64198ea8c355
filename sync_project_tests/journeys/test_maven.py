"""A public sales pipeline without any signal: all of it arrives, and nothing learnt is written."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync_project.icp.features.building import build_lessons
from sync_project.icp.features.signals import Subject
from sync_project.icp.gate import Verdict
from sync_project.icp.learning import learn
from sync_project.sandbox.loading import load_folder
from sync_project.sandbox.org import SandboxOrg
from sync_project.warehouse.models import build_table, load_models
from sync_project_tests.journeys.homes import (
    PUBLIC_DATA,
    Outcome,
    Row,
    TestHome,
    score_fields,
    write_csv,
)

MAVEN = PUBLIC_DATA / "maven_crm"
SHORTLY_AFTER = "2018-01-15T08:00:00Z"
YEARS_LATER = "2026-06-01T10:00:00Z"

pytestmark = pytest.mark.skipif(
    not MAVEN.exists(), reason="the public Maven CRM data is not beside this checkout"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("maven_csv")
    accounts, teams = read("accounts"), read("sales_teams")
    account_ids = number_ids("001", [row["account"] for row in accounts])
    managers = sorted({row["manager"] for row in teams})
    user_ids = number_ids("005", managers + [row["sales_agent"] for row in teams])
    write_csv(folder / "CustomField.csv", score_fields())
    write_csv(
        folder / "OpportunityStage.csv",
        [
            {"MasterLabel": "Prospecting", "SortOrder": 1, "IsClosed": "false", "IsWon": "false"},
            {"MasterLabel": "Engaging", "SortOrder": 2, "IsClosed": "false", "IsWon": "false"},
            {"MasterLabel": "Won", "SortOrder": 3, "IsClosed": "true", "IsWon": "true"},
            {"MasterLabel": "Lost", "SortOrder": 4, "IsClosed": "true", "IsWon": "false"},
        ],
    )
    write_csv(
        folder / "User.csv",
        [user(name, user_ids, manager=None) for name in managers]
        + [user(row["sales_agent"], user_ids, manager=row["manager"]) for row in teams],
    )
    write_csv(folder / "Account.csv", [account(row, account_ids) for row in accounts])
    write_csv(
        folder / "Opportunity.csv",
        [opportunity(row, account_ids, user_ids) for row in read("sales_pipeline")],
    )
    return folder


@pytest.fixture(scope="module")
def home(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> TestHome:
    home = TestHome(folder=tmp_path_factory.mktemp("maven"), now=SHORTLY_AFTER)
    with SandboxOrg.open(home.surroundings().home.sandbox, clock=home.surroundings().clock) as org:
        load_folder(org, folder)
    return home


@pytest.fixture(scope="module")
def outcome(home: TestHome) -> Outcome:
    return home.run()


def test_every_record_arrives(outcome):
    assert outcome.query(
        """SELECT (SELECT count(*) FROM staged.account), (SELECT count(*) FROM staged.opportunity),
            (SELECT count(*) FROM raw.user WHERE ManagerId IS NOT NULL),
            (SELECT count(DISTINCT ManagerId) FROM raw.user)"""
    ) == [(85, 8800, 35, 6)]


def test_stages_say_what_is_won(outcome):
    assert outcome.query(
        "SELECT stage, is_closed, is_won, count(*) FROM staged.opportunity GROUP BY ALL ORDER BY stage"
    ) == [
        ("Engaging", False, False, 1589),
        ("Lost", True, False, 2473),
        ("Prospecting", False, False, 500),
        ("Won", True, True, 4238),
    ]


def test_deals_of_no_known_company_keep_no_account(outcome):
    assert outcome.value("SELECT count(*) FROM staged.opportunity WHERE account_id IS NULL") == 1425


def test_no_signal_is_found_in_accounts(outcome):
    [(verdict, auc, reason, lessons)] = outcome.query(
        "SELECT verdict, auc, reason, example_count FROM icp.model WHERE subject = 'account'"
    )
    print(f"Maven accounts: {lessons} lessons, AUC {auc:.3f}, {reason} ({outcome.seconds:.1f} s)")
    assert verdict == "no_signal"
    assert reason.startswith("No signal found")
    assert 0.4 < auc < 0.6


def test_nothing_learnt_is_written(outcome):
    assert outcome.result.succeeded
    assert outcome.written == (0, 0, 0)
    assert outcome.value("SELECT count(*) FROM scored.score") == 0
    assert outcome.summary["Written"][0].endswith("Nothing changed, so nothing was written to the org.")
    assert any(text.startswith("no accounts: No signal found") for text in outcome.summary["Scored"])


def test_years_later_the_newest_matured_deals_still_teach_that_there_is_no_signal(home, outcome):
    later = replace(home, now=YEARS_LATER).surroundings()
    with later.warehouse.transaction() as connection:
        for table in ("icp.opportunity_outcome", "icp.example"):
            build_table(load_models()[table], connection=connection, parameters=later.parameters())
        lessons = build_lessons(Subject.ACCOUNT, connection=connection, settings=later.settings.signals)
        learnt = learn(connection=connection, settings=later.settings, now=later.clock())
    print(f"Maven accounts, eight years later: {lessons} lessons, {learnt[Subject.ACCOUNT].reason}")
    assert lessons > outcome.value("SELECT count(*) FROM icp.account_lesson") > 6000
    assert learnt[Subject.ACCOUNT].verdict is Verdict.NO_SIGNAL


def read(name: str) -> list[dict[str, str]]:
    with (MAVEN / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number_ids(prefix: str, names: list[str]) -> dict[str, str]:
    return {name: f"{prefix}{number:012}" for number, name in enumerate(names, start=1)}


def user(name: str, ids: dict[str, str], *, manager: str | None) -> Row:
    first, _, last = name.partition(" ")
    return {
        "Id": ids[name],
        "FirstName": first,
        "LastName": last,
        "IsActive": "true",
        "ManagerId": ids[manager] if manager else None,
    }


def account(row: dict[str, str], ids: dict[str, str]) -> Row:
    return {
        "Id": ids[row["account"]],
        "Name": row["account"],
        "Industry": row["sector"],
        "YearStarted": row["year_established"],
        "AnnualRevenue": round(float(row["revenue"]) * 1_000_000),
        "NumberOfEmployees": row["employees"],
        "BillingCountry": row["office_location"],
        "ParentId": ids.get(row["subsidiary_of"]),
        "CreatedDate": "2016-10-01T00:00:00Z",
    }


def opportunity(row: dict[str, str], accounts: dict[str, str], users: dict[str, str]) -> Row:
    """Deals that nobody has engaged in yet carry no dates; they are as old as the data's end."""
    return {
        "Name": f"{row['opportunity_id']} {row['product']}",
        "AccountId": accounts.get(row["account"]),
        "OwnerId": users[row["sales_agent"]],
        "StageName": row["deal_stage"],
        "Amount": row["close_value"],
        "CreatedDate": f"{read_date(row['engage_date']):%Y-%m-%dT09:00:00Z}",
        "CloseDate": f"{read_date(row['close_date']):%Y-%m-%d}",
    }


def read_date(text: str) -> datetime:
    return datetime.strptime(text or "31-12-17", "%d-%m-%y").replace(tzinfo=UTC)
