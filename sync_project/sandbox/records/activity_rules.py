"""What tasks and events derive and forbid."""

import sqlite3
from datetime import datetime, timedelta

from sync_project.sandbox.database import quote
from sync_project.sandbox.errors import RecordError, fields_missing
from sync_project.sandbox.records.change import Change, Row
from sync_project.sandbox.values import StoredValue, format_datetime

_STARTS = ("StartDateTime", "ActivityDateTime")


def derive_task(change: Change) -> dict[str, StoredValue]:
    """Whether it is done, and whose account it belongs to."""
    row = change.row
    is_closed = int(row["Status"] == "Completed")
    completed_at = (change.before or {}).get("CompletedDateTime") or format_datetime(change.now)
    return {
        "IsClosed": is_closed,
        "CompletedDateTime": completed_at if is_closed else None,
        "IsHighPriority": int(row["Priority"] == "High"),
        "AccountId": _account_of(change.connection, row),
    }


def derive_event(change: Change) -> dict[str, StoredValue]:
    """Start, end and duration from those that are given; an all-day event has dates only [K]."""
    row = change.row
    derived: dict[str, StoredValue] = {"AccountId": _account_of(change.connection, row)}
    start = next((row[name] for name in _STARTS if name in change.given), row["StartDateTime"])
    if row["IsAllDayEvent"] or start is None:
        return derived | {"EndDate": row["ActivityDate"]}
    begun = datetime.fromisoformat(str(start))
    minutes = row["DurationInMinutes"]
    if "EndDateTime" in change.given and row["EndDateTime"] is not None:
        minutes = (datetime.fromisoformat(str(row["EndDateTime"])) - begun) // timedelta(minutes=1)
    end = None if minutes is None else _end_of(begun, int(minutes))
    derived |= {"ActivityDateTime": start, "StartDateTime": start, "ActivityDate": str(start)[:10]}
    return derived | {"DurationInMinutes": minutes, "EndDateTime": end, "EndDate": str(end or start)[:10]}


def _end_of(begun: datetime, minutes: int) -> str:
    try:
        return format_datetime(begun + timedelta(minutes=minutes))
    except OverflowError as error:
        text = f"Duration: value outside of valid range on numeric field: {minutes}"
        raise RecordError("NUMBER_OUTSIDE_VALID_RANGE", text, fields=["DurationInMinutes"]) from error


def check_event(change: Change) -> None:
    """An event has a start and a length [K: the fields that are named]."""
    row = change.row
    wanted = ("ActivityDate",) if row["IsAllDayEvent"] else ("DurationInMinutes", "ActivityDateTime")
    missing = [name for name in wanted if row[name] is None]
    if missing:
        raise fields_missing(missing)
    check_activity(change)


def check_activity(change: Change) -> None:
    """A lead's activity is related to nothing else."""
    if str(change.row["WhoId"] or "").startswith("00Q") and change.row["WhatId"]:
        raise RecordError(
            "FIELD_INTEGRITY_EXCEPTION",
            "Related To ID: Leads cannot be related to other records.",
            fields=["WhatId"],
        )


def _account_of(connection: sqlite3.Connection, row: Row) -> StoredValue:
    for reference in (row["WhatId"], row["WhoId"]):
        prefix = str(reference or "")[:3]
        if prefix == "001":
            return reference
        table = {"006": "Opportunity", "003": "Contact"}.get(prefix)
        if table is not None:
            found = connection.execute(
                f"SELECT AccountId FROM {quote(table)} WHERE Id = ?", (reference,)
            ).fetchone()
            if found is not None and found[0] is not None:
                account_id: str = found[0]
                return account_id
    return None
