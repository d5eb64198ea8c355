"""``kill -9`` at any step of an import of events: the next one ends as if nothing had happened."""

import os
import signal
import subprocess
import sys
import time

import pytest

from sync_project.settings.ingest import EventSource
from sync_project_tests.ingest.events.event_home import HEADER, EventHome

PROGRAM = """
import os, signal, sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from sync_project.warehouse.connection import Warehouse
from sync_project_tests.ingest.events.event_home import EventHome
from sync_project_tests.ingest.events.test_interruption import SOURCES


@dataclass(frozen=True, kw_only=True)
class FatalWarehouse(Warehouse):
    remaining: list[int]

    @contextmanager
    def transaction(self):
        with super().transaction() as connection:
            yield connection
            self.remaining.pop()
            if not self.remaining:
                os.kill(os.getpid(), signal.SIGKILL)


home = EventHome(path=Path(sys.argv[1]), sources=dict(SOURCES))
home.warehouse = FatalWarehouse(path=home.warehouse.path, remaining=[0] * int(sys.argv[2]))
home.read()
"""
"""Kills itself at the end of a transaction, before it is committed."""

SOURCES = {"folder": EventSource(backfill=True), "site": EventSource(kind="page_view")}
NEVER = 100
READING = 0


def with_files(path):
    made = EventHome(path=path, sources=dict(SOURCES))
    for name in "ab":
        rows = (f"{name}{n},2026-0{n % 2 + 2}-01,a@b.co,,page_view," for n in range(4_000))
        os.utime(made.write(f"{name}.csv", "\n".join([HEADER, *rows, "bad"])), (1, 1))
    return made


def kill(home, moment):
    """While a file is read, or before the commit of one of the transactions."""
    arguments = [sys.executable, "-c", PROGRAM, str(home.path), str(moment or NEVER)]
    with subprocess.Popen(arguments) as process:
        while moment == READING and process.poll() is None:
            if any(home.path.glob(".*/inbox.duckdb")):
                process.kill()
            time.sleep(0.002)
        assert process.wait(timeout=60) == -signal.SIGKILL


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    home = with_files(tmp_path_factory.mktemp("undisturbed"))
    home.read()
    return [home.tables(), home.staged("*")]


@pytest.mark.parametrize("moment", [READING, 2, 3])
def test_an_import_that_was_killed_ends_the_next_time_as_if_nothing_had_happened(
    tmp_path, undisturbed, moment
):
    home = with_files(tmp_path)
    kill(home, moment)

    home.read()

    assert [home.tables(), home.staged("*")] == undisturbed
