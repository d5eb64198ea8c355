"""``kill -9`` during each step: the next import ends as if nothing had happened, nothing is left behind."""

import multiprocessing
import random
import signal

import pytest

from sync_project_tests.ingest.disturbed.whole_import import Moments, WholeImport, contents

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([WholeImport.__module__])

TELLING = [
    "describe: INSERT INTO raw.field_change",
    "Contact: answer to GET query/ID-2000",
    "Contact: INSERT INTO history.contact_past",
    "Lead: answer to POST jobs/query",
    "Lead: answer to GET jobs/query/ID/results",
    "Lead: DELETE FROM raw.lead",
    "audiences: after commit 5",
    "events: DELETE FROM raw.engagement_event",
    "refresh: INSERT INTO history.opportunity_past",
    "sweep: INSERT INTO raw.gone_record",
]
"""In the middle of each step: of reading, of writing, and between transactions that belong together."""


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def test_an_import_killed_in_every_step_one_after_the_other_ends_as_an_undisturbed_one(lived, home):
    disturbed = lived.import_into(home)
    for moment in TELLING:
        kill_at(moment, disturbed)

    assert_it_ends_well(disturbed, lived)


@pytest.mark.exhaustive
def test_an_import_killed_at_any_moment_ends_as_an_undisturbed_one(lived, home):
    for number, moment in enumerate(dict.fromkeys(lived.moments)):
        disturbed = lived.import_into(home / str(number))
        kill_at(moment, disturbed)
        assert_it_ends_well(disturbed, lived)


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(40))
def test_an_import_killed_at_any_time_ends_as_an_undisturbed_one(lived, home, seed):
    disturbed = lived.import_into(home)
    dice = random.Random(seed)
    for _ in range(3):
        process = start(disturbed)
        process.join(dice.uniform(0, 2))
        process.kill()
        process.join()

    assert_it_ends_well(disturbed, lived)


def start(whole_import, **moments):
    process = PROCESSES.Process(target=whole_import.run, args=(Moments(**moments),))
    process.start()
    return process


def kill_at(moment, whole_import):
    process = start(whole_import, fatal=moment)
    process.join()
    assert process.exitcode == -signal.SIGKILL, f"{moment} was not passed"


def assert_it_ends_well(disturbed, lived):
    disturbed.run()
    assert contents(disturbed.warehouse) == lived.expected
    assert sorted(each.name for each in disturbed.home.iterdir()) == ["events", "warehouse.duckdb"]
