"""Ctrl-C at any moment: a clear line, nothing half-written; the next run ends as if nothing had happened."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from sync_project.sandbox.org import SandboxOrg
from sync_project_tests.journeys.homes import TestHome
from sync_project_tests.journeys.small_org import NOW, SETTINGS, held_scores, settle

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
