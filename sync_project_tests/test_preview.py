"""``sync-project preview``: what a person sees of an audience before it is imported."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from click.testing import Result

from sync_project.ingest.call_budget import log_calls
from sync_project.sandbox.analytics.reports import create_report
from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.server import serve
from sync_project.warehouse.connection import Warehouse
from sync_project_tests.test_cli import call, credentials

SETTINGS = {
    "ingest": {
        "audiences": {
            "acme": {"object": "Lead", "soql": "SELECT Name, Company, Title FROM Lead ORDER BY Name"},
            "gone": {"object": "Lead", "list_view": "Gone"},
        }
    }
}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A home that knows the audiences, and an org of three leads, one of them hostile."""

    home: Path
    sandbox: SandboxOrg
    url: str

    def preview(self, *arguments: str) -> Result:
        settings = self.home.parent / "sync.yaml"
        settings.write_text(yaml.safe_dump(SETTINGS), encoding="utf-8")
        given = credentials(
            self.url, client_id=self.sandbox.client_id, client_secret=self.sandbox.client_secret
        )
        variables = given | {"SYNC_PROJECT_SETTINGS": str(settings), "COLUMNS": "80"}
        return call(self.home, "preview", *arguments, **variables)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("preview")
    leads = [
        {"Id": "00Q000000000001", "LastName": "Ada", "Company": "Acme", "Title": None},
        {
            "Id": "00Q000000000002",
            "LastName": "Bob\x1b]0;pwned\x07",
            "Company": "Line\nbreak",
            "Title": "\u202eCEO",
        },
        {"Id": "00Q000000000003", "LastName": "張三", "Company": "A" * 200, "Title": "x"},
    ]
    with SandboxOrg.open(folder / "org") as sandbox, serve(sandbox) as url:
        load_rows(sandbox, "Lead", leads)
        with sandbox.transaction():
            metadata = {"name": "Leads", "reportType": {"type": "LeadList"}, "detailColumns": ["LAST_NAME"]}
            create_report(sandbox.write_context(), metadata)
        yield Place(home=folder / "home", sandbox=sandbox, url=url)


def test_an_audience_of_the_settings_is_shown_harmless_and_aligned_and_nothing_is_written(place):
    result = place.preview("acme", "--rows", "3")
    assert result.stdout.splitlines() == [
        "Source     Audience 'acme' (query of Lead)",
        "Asks for   SELECT Id FROM Lead",
        "Records    3",
        "Here       none, Lead has not come in yet",
        "API calls  1 at the next import: 1 for the list, 0 for records",
        "",
        "Id                  Name           Company                                 Title",
        "------------------  -------------  --------------------------------------  -----",
        "00Q000000000001EAA  Ada            Acme",
        "00Q000000000002EAA  Bob␛]0;pwned␇  Line␊break                              �CEO",
        f"00Q000000000003EAA  張三           {'A' * 37}…  x",
    ]
    assert (result.exit_code, place.home.exists()) == (0, False)


def test_its_calls_count_against_the_budget_of_a_home_that_is_in_use(tmp_path, place):
    home = replace(place, home=tmp_path / "home")
    warehouse = Warehouse(path=home.home / "warehouse.duckdb")
    log_calls(5, purpose="raw.lead", run_id="a run", warehouse=warehouse, now=datetime.now(UTC))

    assert home.preview("acme").exit_code == 0

    with warehouse.transaction() as connection:
        logged = connection.execute("SELECT purpose, call_count FROM raw.api_call ORDER BY ALL").fetchall()
    assert logged == [("preview", 1), ("raw.lead", 5)]


def test_no_more_rows_are_shown_than_asked_for(place):
    assert place.preview("acme", "--rows", "1").stdout.splitlines()[-1] == "(2 more rows)"
    assert place.preview("acme", "--rows", "0").stdout.splitlines()[-1].startswith("API calls")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (("--list-view", "All Open Leads"), "List view 'All Open Leads' of Lead"),
        (("--report", "Leads"), "Report 'Leads' of Lead"),
        (("--soql", "SELECT Name FROM Lead WHERE Company = 'Acme'"), "Query of Lead"),
    ],
)
def test_any_source_can_be_shown_and_the_object_may_be_spelt_in_small_letters(place, source, said):
    result = place.preview("--object", "lead", *source)
    assert (result.exit_code, said in result.stdout, "Ada" in result.stdout) == (0, True, True)


def test_without_a_source_the_list_views_and_reports_are_shown(place):
    result = place.preview("--object", "Lead")
    assert "AllOpenLeads         All Open Leads" in result.stdout
    assert "Leads                  Public Reports  00O" in result.stdout


def test_without_anything_the_audiences_of_the_settings_are_shown(place):
    result = place.preview()
    assert result.stdout.splitlines()[:4] == [
        "Audience  Object  Kind       Source",
        "--------  ------  ---------  ---------------------------------------------------",
        "acme      Lead    soql       SELECT Name, Company, Title FROM Lead ORDER BY Name",
        "gone      Lead    list view  Gone",
    ]


def test_without_audiences_it_says_where_to_add_one(tmp_path):
    result = call(tmp_path, "preview")
    assert "The settings name no audience: add one below ingest.audiences" in result.stdout
    assert result.exit_code == 0


def test_what_salesforce_refuses_ends_with_1_and_its_remedy(place):
    result = place.preview("gone")
    assert result.exit_code == 1
    assert result.stderr.startswith(
        "Error: Audience 'gone' (list view 'Gone' of Lead): Lead has no list view 'Gone'"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nobody",), "The settings name no audience 'nobody'. It names acme, gone."),
        (("acme", "--object", "Lead"), "Give either the name of an audience, or --object with a source."),
        (("--report", "Leads"), "Give --object too"),
        (
            ("--object", "Lead", "--report", "a", "--soql", "b"),
            "Give one of --list-view, --report and --soql.",
        ),
        (("--object", "no name", "--report", "a"), "--object 'no name' is no API name"),
        (("acme", "--rows", "-1"), "-1 is not in the range"),
    ],
)
def test_wrong_usage_ends_with_2(place, arguments, said):
    result = place.preview(*arguments)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
