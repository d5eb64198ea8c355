"""Runs in trouble: what can go on goes on, what cannot is told in words that say what to do.

Ctrl-C at any moment: a clear line, nothing half-written; the next run ends as if nothing had happened.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from sync_project.defs.run import open_instance
from sync_project.sandbox.org import SandboxOrg
from sync_project.warehouse.connection import WarehouseLockedError
from sync_project_tests.journeys.homes import TestHome
from sync_project_tests.journeys.small_org import LEADS, NOW, SETTINGS, held_scores, settle

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


NOBODY = (
    "email and domain are empty; "
    "one of them, or a salesforce_lead_id or salesforce_contact_id, says who it was"
)
PROGRAM = "from sync_project.cli import main; main()"
MOMENTS = ("raw.lead", "outbound.write_plan")
"""The tables after which Ctrl-C is pressed, one run after the other in one home."""


@dataclass(frozen=True, kw_only=True)
class Stopped:
    code: int
    errors: str
    statuses: list[str]
    """Of all runs that Dagster knows then."""
    tables: set[str]
    """Tables of the warehouse that have rows then."""


@dataclass(frozen=True, kw_only=True)
class Interrupted:
    home: TestHome
    stopped: dict[str, Stopped]


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Interrupted:
    home = TestHome(folder=tmp_path_factory.mktemp("interrupted"), now=NOW, settings=SETTINGS)
    settle(home)
    return Interrupted(home=home, stopped={table: run_until(table, home) for table in MOMENTS})


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


@pytest.mark.parametrize("moment", MOMENTS)
def test_ctrl_c_ends_a_run_with_its_own_code_and_one_line(interrupted, moment):
    stopped = interrupted.stopped[moment]
    assert stopped.code == 130
    assert stopped.errors == "Interrupted. Every table is whole; the next run goes on from here.\n"


@pytest.mark.parametrize("moment", MOMENTS)
def test_dagster_does_not_take_an_interrupted_run_for_a_running_one(interrupted, moment):
    assert set(interrupted.stopped[moment].statuses) == {"FAILURE"}


def test_what_was_done_before_stays(interrupted):
    assert [moment for moment in MOMENTS if moment not in interrupted.stopped[moment].tables] == []


def test_the_next_run_ends_in_the_same_state_as_one_that_was_never_interrupted(interrupted, trouble):
    after = interrupted.home.run()
    scored = "SELECT * EXCLUDE (evaluated_at) FROM scored.person ORDER BY person_id"
    assert after.result.succeeded
    assert after.query(scored) == trouble.troubled.query(scored)
    with SandboxOrg.open(interrupted.home.surroundings().home.sandbox) as org:
        assert held_scores(org) == trouble.held
    assert None not in {score for _, score, *_ in trouble.held}


def test_kill_while_the_demo_is_made_leaves_an_empty_org(tmp_path):
    with start(TestHome(folder=tmp_path, now=NOW), "run") as process:
        wait_for(tmp_path / "events")
        process.kill()
    with SandboxOrg.open(tmp_path / "sandbox") as org:
        assert org.is_empty


def run_until(table: str, home: TestHome) -> Stopped:
    """A run on the command line, and Ctrl-C as soon as it tells of that table."""
    with start(home, "run") as process:
        for line in process.stdout:
            if f"  {table} " in line:
                process.send_signal(signal.SIGINT)
                break
        _, errors = process.communicate(timeout=60)
    paths = home.surroundings().home
    with sqlite3.connect(home.folder / "dagster" / "history" / "runs.db") as runs:
        statuses = [status for (status,) in runs.execute("SELECT status FROM runs")]
    with duckdb.connect(paths.warehouse, read_only=True) as connection:
        tables = connection.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE estimated_size > 0"
        ).fetchall()
    return Stopped(
        code=process.returncode, errors=errors, statuses=statuses, tables={name for (name,) in tables}
    )


def start(home: TestHome, *arguments: str) -> "subprocess.Popen[str]":
    variables = home.surroundings().variables or {}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(path: Path) -> None:
    """Until it exists; the demo's events are written just before its records."""
    for _ in range(1200):
        if path.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} did not appear")
