from datetime import UTC, datetime, timedelta

import pytest

from sync_project.ingest.call_budget import calls_allowed, calls_free_again_at, log_calls
from sync_project.settings.load import build_settings
from sync_project.warehouse.connection import Warehouse

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def warehouse(tmp_path):
    made = Warehouse(path=tmp_path / "warehouse.duckdb")
    for hours, run_id, count in ((25, "old", 500), (20, "earlier", 30), (1, "this", 7)):
        log_calls(count, purpose="raw.lead", run_id=run_id, warehouse=made, now=NOON - timedelta(hours=hours))
    return made


@pytest.mark.parametrize(
    ("per_run", "per_day", "allowed"),
    [(None, None, None), (10, None, 3), (None, 100, 63), (10, 38, 1), (5, None, 0)],
)
def test_what_this_run_and_the_last_24_hours_spent_is_taken_off(warehouse, per_run, per_day, allowed):
    settings = build_settings(
        {"salesforce": {"calls_per_run": per_run, "calls_per_day": per_day}}, origin="a test"
    ).salesforce

    assert calls_allowed(settings, run_id="this", warehouse=warehouse, now=NOON) == allowed


def test_calls_are_free_again_when_the_oldest_of_them_is_a_day_old(warehouse):
    assert calls_free_again_at(warehouse=warehouse, now=NOON) == NOON + timedelta(hours=4)


def test_where_we_made_no_call_others_did_and_it_takes_a_day_at_most(tmp_path):
    empty = Warehouse(path=tmp_path / "warehouse.duckdb")

    assert calls_free_again_at(warehouse=empty, now=NOON) == NOON + timedelta(days=1)
