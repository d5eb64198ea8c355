"""``raw.event_source``: which sources of engagement events are on, since when, how their last read ended."""

from collections.abc import Mapping
from datetime import datetime

import duckdb

from sync_project.settings.ingest import EventSource
from sync_project.warehouse.connection import as_timestamp

COUNTS = ("event_count", "too_old_count", "rejected_count")


def switch_sources(
    sources: Mapping[str, EventSource], *, connection: duckdb.DuckDBPyConnection, now: datetime
) -> dict[str, datetime | None]:
    """Note which are on; returns for each of those from when its events count, None for all of them.

    A source counts from the moment when it was first found on. A backfill lifts that for good.
    """
    connection.execute(
        "UPDATE raw.event_source SET is_enabled = list_contains($on, source)",
        {"on": [name for name, source in sources.items() if source.enabled]},
    )
    known = {name for (name,) in connection.execute("SELECT source FROM raw.event_source").fetchall()}
    for name, source in sources.items():
        if source.enabled and name not in known:
            connection.execute(
                """INSERT INTO raw.event_source (source, is_enabled, switched_on_at, counts_from)
                VALUES ($source, TRUE, $now, $now)""",
                {"source": name, "now": as_timestamp(now)},
            )
        if source.enabled and source.backfill:
            connection.execute(
                "UPDATE raw.event_source SET counts_from = NULL WHERE source = $source", {"source": name}
            )
    rows = connection.execute("SELECT source, counts_from FROM raw.event_source WHERE is_enabled").fetchall()
    return dict(rows)


def note_read(name: str, *, fault: str | None, connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """How the read of a source ended, and what its files and answers came to."""
    sums = ", ".join(f"{each} = coalesce(found.{each}, 0)" for each in COUNTS)
    connection.execute(
        f"""UPDATE raw.event_source SET fault = $fault,
            read_at = CASE WHEN $fault IS NULL THEN $now ELSE read_at END, {sums}
        FROM (
            SELECT {", ".join(f"sum({each}) AS {each}" for each in COUNTS)}
            FROM raw.event_file WHERE source = $source
        ) AS found
        WHERE event_source.source = $source""",
        {"source": name, "fault": fault, "now": as_timestamp(now)},
    )
