"""Runs in trouble: what can go on goes on, what cannot is told in words that say what to do."""

import os
import subprocess
import sys

import dagster as dg
import pytest

from sync_project.defs.run import open_instance
from sync_project.warehouse.connection import WarehouseLockedError
from sync_project_tests.journeys.small_org import LEADS

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


NOBODY = (
    "email and domain are empty; "
    "one of them, or a salesforce_lead_id or salesforce_contact_id, says who it was"
)


def test_a_session_that_ends_is_opened_again(trouble):
    assert trouble.troubled.failures == []
    assert trouble.troubled.written == (0, LEADS, 0)


def test_one_run_reads_every_day_since_the_first(trouble):
    with open_instance(trouble.home.surroundings()) as instance:
        days = instance.get_materialized_partitions(dg.AssetKey(["raw", "lead"]))
        runs = [run.run_id for run in instance.get_runs()]
    assert days == {"2026-05-30", "2026-05-31", "2026-06-01"}
    assert runs == [trouble.impossible.result.run_id, trouble.troubled.result.run_id]


def test_good_events_of_a_broken_file_are_kept(trouble):
    assert trouble.troubled.query("SELECT event_id FROM raw.engagement_event ORDER BY event_id") == [
        ("e1",),
        ("e5",),
    ]


def test_bad_events_are_listed_with_file_line_and_reason(trouble):
    assert trouble.troubled.query("SELECT file, line, reason FROM raw.rejected_event ORDER BY line") == [
        ("site.csv", 3, "occurred_at is 'yesterday'; expected a time such as 2026-01-02T10:00:00Z"),
        ("site.csv", 4, NOBODY),
        ("site.csv", 5, "3 values where the header has 6"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        "Lead.Skore__c (from score): the org lacks this field or hides it from the integration user",
        "Lead.Score_Level__c (from level): the integration user may not change it; grant edit access",
        "Lead.Company: required on new records and not mapped",
    ],
)
def test_mappings_that_cannot_work_are_all_named_before_anything_is_written(trouble, said):
    [told] = trouble.impossible.failures
    assert said in told
    assert not trouble.impossible.result.succeeded
    assert "outbound.activity_log" not in trouble.impossible.result.metadata


def test_a_warehouse_that_another_program_holds_is_told_with_the_program(trouble):
    path = trouble.home.surroundings().home.warehouse
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, os.fspath(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(WarehouseLockedError, match=rf"held by process {holder.pid} .*published.duckdb"):
            trouble.home.run()
        holder.stdin.close()
