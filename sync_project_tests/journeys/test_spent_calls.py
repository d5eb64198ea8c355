"""A run that may make no more calls ends early: it does not fail, and it says when to come back."""

import pytest
import yaml

from sync_project.defs.run import run_job
from sync_project.defs.upkeep import REFRESH_JOB, SWEEP_JOB
from sync_project_tests.journeys.homes import TestHome, dagster_warnings_ignored
from sync_project_tests.journeys.small_org import LEADS, NOW, SETTINGS, settle


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    made = TestHome(folder=tmp_path_factory.mktemp("spent"), now=NOW, settings=SETTINGS)
    settle(made)
    return made


def with_settings(home, **changes):
    return TestHome(folder=home.folder, now=home.now, settings=SETTINGS | changes)


def test_an_org_without_calls_left_ends_the_run_early_and_says_when_to_come_back(home, tmp_path):
    faults = tmp_path / "faults.yaml"
    faults.write_text(yaml.safe_dump({"faults": [{"kind": "request_limit", "after": 9}]}), encoding="utf-8")

    ended = with_settings(home, sandbox={"faults": str(faults)}).run()

    assert (ended.result.succeeded, ended.result.is_complete, ended.failures) == (True, False, [])
    assert {"raw.account", "raw.campaign"} <= ended.result.metadata.keys()
    assert {"staged.lead", "outbound.write_plan", "published"} & ended.result.metadata.keys() == set()
    [said] = {each.text for each in ended.told if "Ended early" in each.text}
    assert "REQUEST_LIMIT_EXCEEDED" in said
    assert "calls are free again from about 2026-06-02 10:00 UTC" in said
    assert list(ended.summary) == ["Ended"]


def test_an_org_without_calls_left_to_write_ends_the_run_early_too(home, tmp_path):
    faults = tmp_path / "faults.yaml"
    limit = {"kind": "request_limit", "path": "/services/data/*/composite/sobjects*", "after": 1}
    faults.write_text(yaml.safe_dump({"faults": [limit]}), encoding="utf-8")

    ended = with_settings(home, sandbox={"faults": str(faults)}).run()

    assert (ended.result.succeeded, ended.result.is_complete, ended.failures) == (True, False, [])
    assert "outbound.write_plan" in ended.result.metadata
    assert {"outbound.activity_log", "published"} & ended.result.metadata.keys() == set()
    assert any("Ended early; calls are free again from about" in each.text for each in ended.told)


def test_a_run_that_would_take_more_calls_than_allowed_does_not_begin(home):
    refused = with_settings(home, salesforce={"calls_per_run": 10}).run()

    assert not refused.result.succeeded
    [told] = refused.failures
    assert "Raise them" in told
    assert not any(name.startswith("raw.lead") for name in refused.result.metadata)


def test_the_next_run_goes_on_and_upkeep_changes_nothing_in_an_org_at_rest(home):
    resumed = home.run()
    assert resumed.result.is_complete
    assert resumed.pushed["updated"] == LEADS - 200
    for job in (REFRESH_JOB, SWEEP_JOB):
        with dagster_warnings_ignored():
            assert run_job(job, home.surroundings(), report=lambda progress: None).succeeded
