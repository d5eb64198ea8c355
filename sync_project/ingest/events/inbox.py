"""Rows of engagement events that have been read and judged, and are not yet in the warehouse.

They lie in a DuckDB file of their own, so that nobody waits for the warehouse while a file or a database
is read, and what goes wrong then leaves the warehouse alone.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from pathlib import Path

import duckdb
import pandas as pd

from sync_project.ingest.events.rows import COLUMNS, ROW_COLUMNS, EventShape, Relation, Row
from sync_project.warehouse.connection import as_timestamp, fetch_row
from sync_project.warehouse.scratch import scratch_folder

CHUNK_ROWS = 50_000
GIVEN_ROWS = "given_row"
CLOCK_SKEW = timedelta(days=1)
"""How far ahead of ours a source's clock may be."""
BLANK = r"[\s\v\x1c-\x1f\x{85}\p{Z}]+"
"""What may stand around a value without being part of it: all that Python's strip drops."""

TABLES = f"""
CREATE TABLE arrived_file (file VARCHAR, size_bytes BIGINT, changed_at TIMESTAMP);
CREATE TABLE arrived_event (
    file VARCHAR, line BIGINT, occurred_at TIMESTAMP, reason VARCHAR, text VARCHAR,
    {", ".join(f"{name} VARCHAR" for name in COLUMNS if name != "occurred_at")}
)"""

FINISHED = """(
    FROM inbox.arrived_event AS event SEMI JOIN inbox.arrived_file AS finished
        ON event.file IS NOT DISTINCT FROM finished.file
)"""
"""Without the rows of what could not be read to its end."""

DELIVERY = (
    f"""DELETE FROM raw.engagement_event WHERE source = $source AND (
        file IN (SELECT file FROM inbox.arrived_file)
        OR (file IS NULL AND event_id IN (SELECT event_id FROM {FINISHED} WHERE file IS NULL))
    )""",
    """DELETE FROM raw.rejected_event AS known USING inbox.arrived_file AS arrived
    WHERE known.source = $source AND known.file IS NOT DISTINCT FROM arrived.file""",
    """DELETE FROM raw.event_file AS known USING inbox.arrived_file AS arrived
    WHERE known.source = $source AND known.file IS NOT DISTINCT FROM arrived.file""",
    f"""INSERT INTO raw.engagement_event BY NAME
    SELECT $source AS source, * EXCLUDE (reason, text),
        CAST(hash(occurred_at, email, domain, kind, properties) >> 1 AS BIGINT) AS fingerprint
    FROM {FINISHED}
    WHERE reason IS NULL AND coalesce(occurred_at >= $counts_from, TRUE)
    ORDER BY occurred_at, event_id, file, line""",
    f"""INSERT INTO raw.rejected_event BY NAME
    SELECT $source AS source, file, line, reason, text FROM {FINISHED} WHERE reason IS NOT NULL
    ORDER BY file, line""",
    """INSERT INTO raw.event_file BY NAME
    SELECT $source AS source, finished.*, $now AS read_at, $read_as AS read_as,
        count_if(event_id IS NOT NULL AND reason IS NULL AND coalesce(occurred_at >= $counts_from, TRUE))
            AS event_count,
        count_if(reason IS NULL AND occurred_at < $counts_from) AS too_old_count,
        count(reason) AS rejected_count
    FROM inbox.arrived_file AS finished LEFT JOIN inbox.arrived_event AS event
        ON event.file IS NOT DISTINCT FROM finished.file
    GROUP BY ALL ORDER BY finished.file""",
)
"""From the inbox into the warehouse, by source, counts_from (None for all), read_as and now."""

REASON = """CASE
    WHEN fault IS NOT NULL THEN fault
    WHEN contains(concat(event_id, email, domain, kind, properties), chr(0))
        THEN 'holds a character that no text may hold (U+0000); save the file as UTF-8'
    WHEN event_id IS NULL THEN 'event_id is empty; every event needs an id of its own'
    WHEN NOT coalesce(isfinite(moment), FALSE)
        THEN 'occurred_at is ' || coalesce(chr(39) || occurred_at || chr(39), 'empty')
            || '; expected a time such as 2026-01-02T10:00:00Z'
    WHEN CAST(moment AS TIMESTAMP) > $latest
        THEN 'occurred_at is ' || chr(39) || occurred_at || chr(39) || ', which lies in the future'
    WHEN email IS NULL AND domain IS NULL
        AND NOT coalesce(regexp_matches(properties, '"salesforce_(lead|contact)_id" *: *"[0-9A-Za-z]'), FALSE)
        THEN 'email and domain are empty; one of them, or a salesforce_lead_id or salesforce_contact_id, '
            || 'says who it was'
    WHEN kind IS NULL THEN 'kind is empty; expected a word such as page_view'
    WHEN NOT coalesce(CASE WHEN json_valid(properties) THEN json_type(properties) = 'OBJECT' ELSE FALSE END,
        properties IS NULL)
        THEN 'properties is ' || chr(39) || left(properties, 60) || chr(39) || '; expected a JSON object'
END"""


@dataclass(frozen=True, kw_only=True)
class ReadCounts:
    """What one source brought this time."""

    reads: int = 0
    """Files, or answers of a database."""
    events: int = 0
    """Good rows in them that count."""
    too_old: int = 0
    """Good rows left out, for they happened before the source was switched on."""
    rejected: int = 0
    """Bad rows in them."""


class Inbox:
    """The rows that one source brings; most imports find nothing new and make no file."""

    def __init__(self, path: Path, *, now: datetime) -> None:
        self.path = path
        self.now = now

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """For whoever reads; what fails here fails alone."""
        connection = duckdb.connect(self.path)
        # What a time without an offset means.
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(TABLES)
        return connection

    def close(self) -> None:
        """Nothing can be taken any more."""
        if self.path.exists():
            self.connection.close()

    def take(
        self,
        rows: Iterable[Row],
        *,
        file: str | None,
        shape: EventShape,
        relation: Relation | None = None,
    ) -> None:
        """Judge rows that Python read; ``file`` is None for a database.

        ``relation`` makes them out of GIVEN_ROWS, where Python only read what they stand in.
        """
        remaining = iter(rows)
        while chunk := list(islice(remaining, CHUNK_ROWS)):
            frame = pd.DataFrame(chunk, columns=list(ROW_COLUMNS), dtype=object)
            self.connection.register(GIVEN_ROWS, frame)
            self.take_relation(relation or Relation(query=GIVEN_ROWS), file=file, shape=shape)
            self.connection.unregister(GIVEN_ROWS)

    def take_relation(self, relation: Relation, *, file: str | None, shape: EventShape) -> None:
        """Judge rows that DuckDB reads."""
        stripped = "nullif(regexp_replace(CAST({0} AS VARCHAR), '^{1}|{1}$', '', 'g'), '') AS {0}"
        values = ", ".join(stripped.format(name, BLANK) for name in COLUMNS)
        ours = ", ".join(f"{name}: {name}" for name in COLUMNS)
        self.connection.execute(
            f"""INSERT INTO arrived_event BY NAME
            WITH given AS (SELECT {values}, line, CAST(text AS VARCHAR) AS text, fault FROM {relation.query}),
            shaped AS (
                SELECT * REPLACE (coalesce(kind, $kind) AS kind),
                    TRY_CAST(occurred_at AS TIMESTAMPTZ) AS moment
                FROM given
            ),
            judged AS (SELECT *, {REASON} AS reason FROM shaped)
            SELECT $file AS file, line, event_id, CAST(moment AS TIMESTAMP) AS occurred_at,
                email, domain, kind, properties, reason,
                CASE WHEN reason IS NOT NULL
                    THEN coalesce(text, CAST(to_json({{{ours}}}) AS VARCHAR)) END AS text
            FROM judged""",
            {
                **relation.parameters,
                "kind": shape.kind,
                "latest": as_timestamp(self.now + CLOCK_SKEW),
                "file": file,
            },
        )

    def finish(self, file: str | None, *, size_bytes: int | None, changed_at: datetime | None) -> None:
        """Note that a file, or the answer of a database, has been read to its end."""
        self.connection.execute(
            "INSERT INTO arrived_file VALUES ($file, $size_bytes, $changed_at)",
            {"file": file, "size_bytes": size_bytes, "changed_at": changed_at and as_timestamp(changed_at)},
        )

    def deliver(
        self,
        source: str,
        *,
        counts_from: datetime | None,
        read_as: str,
        connection: duckdb.DuckDBPyConnection,
    ) -> ReadCounts:
        """Move what was read to its end into the warehouse, and close.

        It replaces what the same files brought before, and the events of a database that it brings again.
        """
        if not self.path.exists():
            return ReadCounts()
        self.close()
        path = str(self.path).replace("'", "''")
        connection.execute(f"ATTACH '{path}' AS inbox (READ_ONLY)")
        given = {
            "source": source,
            "counts_from": counts_from,
            "read_as": read_as,
            "now": as_timestamp(self.now),
        }
        for statement in DELIVERY:
            taken = {name: value for name, value in given.items() if f"${name}" in statement}
            connection.execute(statement, taken)
        row = fetch_row(
            connection,
            """SELECT count(*), coalesce(sum(event_count), 0), coalesce(sum(too_old_count), 0),
                coalesce(sum(rejected_count), 0)
            FROM raw.event_file AS known SEMI JOIN inbox.arrived_file AS arrived
                ON known.source = $source AND known.file IS NOT DISTINCT FROM arrived.file""",
            {"source": source},
        )
        reads, events, too_old, rejected = map(int, row or (0, 0, 0, 0))
        return ReadCounts(reads=reads, events=events, too_old=too_old, rejected=rejected)


@contextmanager
def open_inbox(beside: Path, *, now: datetime) -> Iterator[Inbox]:
    """An empty one in a folder of its own, which goes when it is closed."""
    with scratch_folder(beside) as folder, closing(Inbox(folder / "inbox.duckdb", now=now)) as inbox:
        yield inbox
