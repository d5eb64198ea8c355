"""What Bulk jobs used up of the org's daily limits, by the limits' own names."""

import sqlite3
from datetime import datetime, timedelta

from sync_project.sandbox.values import format_datetime

BATCHES = "DailyBulkApiBatches"
QUERY_JOBS = "DailyBulkV2QueryJobs"
QUERY_STORAGE_MB = "DailyBulkV2QueryFileStorageMB"
_WINDOW = timedelta(hours=24)


def count_use(connection: sqlite3.Connection, limit: str, amount: int, *, now: datetime) -> None:
    """Book some use; call inside a transaction."""
    hour = format_datetime(now.replace(minute=0, second=0))
    connection.execute(
        "INSERT INTO _bulk_use VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET amount = amount + excluded.amount",
        (hour, limit, amount),
    )


def read_use(connection: sqlite3.Connection, *, now: datetime) -> dict[str, int]:
    """What was used in the last 24 hours, by limit."""
    since = format_datetime(now - _WINDOW)
    rows = connection.execute(
        "SELECT name, sum(amount) FROM _bulk_use WHERE hour > ? GROUP BY name", (since,)
    ).fetchall()
    return dict(rows)
