"""How many API calls may be spent, what they were spent on, and when there are some again."""

from datetime import datetime, timedelta

from sync_project.settings.model import SalesforceSettings
from sync_project.warehouse.connection import Warehouse, as_moment, as_timestamp, fetch_row
from sync_project.warehouse.models import ensure_table, insert_row, load_models

CALL_TABLE = "raw.api_call"
DAY = timedelta(hours=24)
"""Salesforce counts the calls of the last 24 hours, not those of a calendar day."""


def log_calls(call_count: int, *, purpose: str, run_id: str, warehouse: Warehouse, now: datetime) -> None:
    """Add what a step spent; nothing where it spent nothing."""
    if call_count == 0:
        return
    with warehouse.transaction() as connection:
        ensure_table(load_models()[CALL_TABLE], connection=connection)
        row = {"called_at": now, "run_id": run_id, "purpose": purpose, "call_count": call_count}
        insert_row(CALL_TABLE, row, connection=connection)


def calls_allowed(
    settings: SalesforceSettings, *, run_id: str, warehouse: Warehouse, now: datetime
) -> int | None:
    """How many calls the rest of a run may make; None where no setting bounds them."""
    if settings.calls_per_run is None and settings.calls_per_day is None:
        return None
    with warehouse.transaction() as connection:
        ensure_table(load_models()[CALL_TABLE], connection=connection)
        spent_by_run, spent_in_day = fetch_row(
            connection,
            f"""SELECT coalesce(sum(call_count) FILTER (WHERE run_id = $run_id), 0),
                coalesce(sum(call_count) FILTER (WHERE called_at > $since), 0) FROM {CALL_TABLE}""",
            {"run_id": run_id, "since": as_timestamp(now - DAY)},
        ) or (0, 0)
    left = [
        allowed - spent
        for allowed, spent in ((settings.calls_per_run, spent_by_run), (settings.calls_per_day, spent_in_day))
        if allowed is not None
    ]
    return max(0, int(min(left)))


def calls_free_again_at(*, warehouse: Warehouse, now: datetime) -> datetime:
    """When the oldest of our own calls of the last 24 hours drops out; a day from now where we made none."""
    with warehouse.transaction() as connection:
        ensure_table(load_models()[CALL_TABLE], connection=connection)
        row = fetch_row(
            connection,
            f"SELECT min(called_at) FROM {CALL_TABLE} WHERE called_at > $since",
            {"since": as_timestamp(now - DAY)},
        )
    oldest = as_moment(row[0]) if row and row[0] else now
    return oldest + DAY
