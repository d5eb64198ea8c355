"""A table that cannot be trusted to be whole fails its check; what is downstream of it stays as it was."""

import dagster as dg
import pytest

from sync_project.defs.run import open_instance
from sync_project.ingest.descriptions import OBJECT_MISSING
from sync_project_tests.journeys.homes import TestHome
from sync_project_tests.journeys.small_org import NOW, SETTINGS, settle

EXPECTING = {"ingest": {"objects": {"Campaign": {"expect_rows": True}, "Campain": {}}}}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = TestHome(
        folder=tmp_path_factory.mktemp("unreconciled"), now=NOW, settings={**SETTINGS, **EXPECTING}
    )
    settle(made)
    return made


@pytest.fixture(scope="module")
def refused(home):
    return home.run()


def test_the_run_fails_and_says_what_to_do(refused):
    [told] = refused.failures
    assert told.startswith("Campaign: not one record arrived, though ingest.objects says expect_rows.")
    assert not refused.result.succeeded


def test_nothing_downstream_of_the_table_changed_while_others_came_in(refused):
    written = refused.result.metadata.keys()
    assert {"raw.lead", "staged.lead"} <= written
    assert not {"raw.campaign", "staged.campaign", "published"} & written


def test_the_check_is_red_in_the_ui_with_the_same_words(refused, home):
    key = dg.AssetCheckKey(dg.AssetKey(["raw", "campaign"]), "reconciled")
    with open_instance(home.surroundings()) as instance:
        [record] = instance.event_log_storage.get_asset_check_execution_history(key, limit=1)
    evaluation = record.event.dagster_event.asset_check_evaluation_data
    assert (evaluation.passed, evaluation.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert evaluation.description == refused.failures[0]


def test_an_object_that_is_misspelt_in_the_settings_is_told_by_a_check(refused, home):
    key = dg.AssetCheckKey(dg.AssetKey(["raw", "left_out"]), "nothing_named_is_missing")
    with open_instance(home.surroundings()) as instance:
        [record] = instance.event_log_storage.get_asset_check_execution_history(key, limit=1)
    evaluation = record.event.dagster_event.asset_check_evaluation_data
    told = {each.data["object_name"]: each.data["reason"] for each in evaluation.metadata["first"].records}
    assert told["Campain"] == OBJECT_MISSING
