"""The assets of audiences, run with the objects they are made of."""

from datetime import datetime

import dagster as dg
import pytest
import yaml

from sync_project.defs.partitions import partition_range_tags
from sync_project.defs.project import make_definitions
from sync_project.defs.run import QUIET
from sync_project.defs.surroundings import Surroundings
from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.org import SandboxOrg
from sync_project_tests.journeys.homes import dagster_warnings_ignored

NOW = "2026-06-01T10:00:00Z"
AUDIENCES = {
    "acme": {"object": "Lead", "soql": "SELECT Name, Company FROM Lead"},
    "bad": {"object": "Lead", "list_view": "Gone"},
}
NEEDED = dg.AssetSelection.assets("raw/field", "raw/import_price", "raw/lead", "raw/audience")


@pytest.fixture
def run(tmp_path):
    def run(audiences, **salesforce):
        settings = tmp_path / "sync.yaml"
        chosen = {"ingest": {"audiences": audiences}, "salesforce": salesforce}
        settings.write_text(yaml.safe_dump(chosen), encoding="utf-8")
        surroundings = Surroundings(
            variables={"SYNC_PROJECT_HOME": str(tmp_path / "home"), "SYNC_PROJECT_SETTINGS": str(settings)},
            now=NOW,
        )
        day = datetime.fromisoformat(NOW).date()
        with SandboxOrg.open(surroundings.home.sandbox, clock=surroundings.clock) as sandbox:
            load_rows(
                sandbox, "Lead", [{"Id": "00Q000000000001", "LastName": "<b>Ada</b>\x1b", "Company": "Acme"}]
            )
        definitions = make_definitions(surroundings)
        needed = NEEDED.required_multi_asset_neighbors().resolve(definitions.resolve_asset_graph())
        with dagster_warnings_ignored(), dg.DagsterInstance.ephemeral() as instance:
            return definitions.resolve_implicit_global_asset_job_def().execute_in_process(
                asset_selection=list(needed),
                tags=partition_range_tags(day, day),
                instance=instance,
                run_config=QUIET,
            )

    return run


def metadata(result, table):
    (event,) = [
        each for each in result.get_asset_materialization_events() if each.asset_key.to_user_string() == table
    ]
    return event.materialization.metadata


def test_the_metadata_show_count_fault_and_first_rows_and_the_check_warns(run):
    result = run(AUDIENCES)
    assert result.success
    shown = metadata(result, "raw/audience")
    acme, bad = (each.data for each in shown["audiences"].records)
    assert acme == {
        "audience": "acme", "object": "Lead", "rows_in_org": 1, "records": 1, "records_brought": 0,
        "is_cut": False, "fault": "",
    }  # fmt: skip
    assert bad["fault"].startswith("Audience 'bad' (list view 'Gone' of Lead): Lead has no list view 'Gone'")
    (row,) = shown["first_rows_of_acme"].records
    assert row.data == {"1. Id": "00Q000000000001EAA", "2. Name": "<b>Ada</b>␛", "3. Company": "Acme"}
    assert metadata(result, "raw/audience_member")["dagster/row_count"].value == 1
    [check] = [
        each
        for each in result.get_asset_check_evaluations()
        if each.check_name == "every_audience_came_whole"
    ]
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert [each.data["name"] for each in check.metadata["first"].records] == ["bad"]


def test_what_reads_an_object_waits_for_the_members_records(tmp_path):
    settings = tmp_path / "sync.yaml"
    settings.write_text(yaml.safe_dump({"ingest": {"audiences": AUDIENCES}}), encoding="utf-8")
    variables = {"SYNC_PROJECT_HOME": str(tmp_path), "SYNC_PROJECT_SETTINGS": str(settings)}
    graph = make_definitions(Surroundings(variables=variables, now=NOW)).resolve_asset_graph()
    audience = dg.AssetKey(["raw", "audience"])
    for reader in (["staged", "lead"], ["icp", "field_outcome"], ["icp", "person_now"]):
        assert audience in graph.get(dg.AssetKey(reader)).parent_keys
    assert audience not in graph.get(dg.AssetKey(["staged", "contact"])).parent_keys
    assert dg.AssetKey(["raw", "lead"]) in graph.get(audience).parent_keys
