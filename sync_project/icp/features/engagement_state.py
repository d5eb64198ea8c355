"""Engagement as of now, from a state that is kept: only the days since the last run are added to it.

The state has sums for each way of naming somebody in events, so that a new match of people or accounts
changes nothing in it. New days are rows beside the others, because to change a row here and there takes as
long as to write them all; now and then the rows of one name are put together. Days that are over for
OPEN_DAYS are in it, later events are added at each run, because sources deliver a day late. Events that come
later still, change or go are noticed by the sum of their fingerprints; then, and where settings changed, all
is counted again.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import duckdb

from sync_project.icp.features.decay import COUNTED_HALVINGS, MANTISSA_BITS, count_halvings
from sync_project.icp.features.engagement_sums import EngagementSums
from sync_project.settings.icp import EngagementSignals
from sync_project.warehouse.connection import as_timestamp, fetch_row
from sync_project.warehouse.models import count_rows, ensure_table, insert_row, load_models

OPEN_DAYS = 2
MOST_ROWS = 1.5
"""Of the state, for each that there was when rows of one name were last put together."""
COVERAGE = "icp.engagement_coverage"
STATE = "icp.engagement_state"
NAMED = ("lead_id", "contact_id", "email", "domain")
"""What events name somebody by."""
OWNERS = {"icp.person_engagement": "identity", "icp.account_engagement": "company_id"}
"""The tables that signals read, and what their rows are about."""


class Rebuilt(StrEnum):
    """Why the state was built from all events."""

    FIRST = "first time"
    SETTINGS = "other settings"
    EARLIER = "an earlier day"
    PAUSE = "a long pause"
    CHANGED = "events changed"


@dataclass(frozen=True, kw_only=True)
class Digest:
    """How many events there are in some days, and the sum of their fingerprints."""

    event_count: int
    digest: int

    def __add__(self, other: "Digest") -> "Digest":
        return Digest(event_count=self.event_count + other.event_count, digest=self.digest + other.digest)

    def __sub__(self, other: "Digest") -> "Digest":
        return Digest(event_count=self.event_count - other.event_count, digest=self.digest - other.digest)


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The row of ``icp.engagement_coverage``."""

    as_of_date: date
    counts_from: date
    counts_until: date
    counted_by: str
    event_count: int
    digest: int
    packed_rows: int
    rebuilt_at: datetime
    rebuilt_because: str

    @property
    def digested(self) -> Digest:
        """Of the events that it covers."""
        return Digest(event_count=self.event_count, digest=self.digest)


def update_engagement(
    *, connection: duckdb.DuckDBPyConnection, settings: EngagementSignals, now: datetime
) -> None:
    """Keep the state up to ``now``, and read from it what counts for each person and company."""
    keep_state(connection=connection, settings=settings, now=now)
    read_state(connection=connection, settings=settings, now=now)


def keep_state(*, connection: duckdb.DuckDBPyConnection, settings: EngagementSignals, now: datetime) -> None:
    """Bring ``icp.engagement_state`` and its coverage up to the day of ``now``."""
    ensure_table(load_models()[COVERAGE], connection=connection)
    sums = EngagementSums.of(settings)
    known = _read_coverage(connection)
    today = as_timestamp(now).date()
    reason = _find_reason(known, sums, today=today, connection=connection)
    until = today - timedelta(days=OPEN_DAYS)
    first = min(sums.decay.first_day(each, of=today) for each in sums.decay.half_lives)
    if known is None or reason is not None:
        _rebuild(sums, today=today, since=first, until=until, connection=connection)
        packed_rows = count_rows(STATE, connection=connection)
        digest = _digest(first, until, connection=connection)
    else:
        packed_rows = _pack(known, sums, today=today, connection=connection)
        _add_days(known.counts_until, until, sums, today=today, connection=connection)
        further = _digest(known.counts_until, until, connection=connection)
        digest = known.digested + further - _digest(known.counts_from, first, connection=connection)
    coverage = Coverage(
        as_of_date=today,
        counts_from=first,
        counts_until=until,
        counted_by=_spell(sums),
        event_count=digest.event_count,
        digest=digest.digest,
        packed_rows=packed_rows,
        rebuilt_at=known.rebuilt_at if known and not reason else as_timestamp(now),
        rebuilt_because=known.rebuilt_because if known and not reason else reason or Rebuilt.FIRST,
    )
    connection.execute(f"DELETE FROM {COVERAGE}")
    insert_row(COVERAGE, asdict(coverage), connection=connection)


def read_state(*, connection: duckdb.DuckDBPyConnection, settings: EngagementSignals, now: datetime) -> None:
    """Replace ``icp.person_engagement`` and ``icp.account_engagement``.

    By the state, which is of the day of ``now``, and the events of the days that are not in it. Columns:
    identity or company_id, events, days_since_event, and ``<kind>_count`` for each kind of the settings.
    """
    sums = EngagementSums.of(settings)
    moment = as_timestamp(now)
    open_days = _begin(moment.date() - timedelta(days=OPEN_DAYS))
    query, given = _sum_events(sums, looked_at=moment.date(), since=open_days, until=moment)
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE owned_engagement AS
        SELECT owner.identity, owner.company_id, counted.*
        FROM (FROM {STATE} UNION ALL BY NAME {query}) AS counted
        INNER JOIN matched.sighting_match AS owner ON {_same_name("counted", "owner")}""",
        given,
    )
    for table, owner in OWNERS.items():
        values = ", ".join([owner, *sums.read(looked_at="$today")])
        connection.execute(
            f"""CREATE OR REPLACE TABLE {table} AS SELECT {values}
            FROM (
                SELECT {", ".join([owner, *sums.add_further()])}
                FROM owned_engagement WHERE {owner} IS NOT NULL GROUP BY {owner}
            )""",
            sums.reading_parameters() | {"today": moment.date()},
        )
    connection.execute("DROP TABLE owned_engagement")


def _read_coverage(connection: duckdb.DuckDBPyConnection) -> Coverage | None:
    row = fetch_row(connection, f"FROM {COVERAGE}")
    return Coverage(**dict(zip(load_models()[COVERAGE].columns, row, strict=True))) if row else None


def _find_reason(
    known: Coverage | None, sums: EngagementSums, *, today: date, connection: duckdb.DuckDBPyConnection
) -> Rebuilt | None:
    """None where new days may be added."""
    if known is None:
        return Rebuilt.FIRST
    if known.counted_by != _spell(sums):
        return Rebuilt.SETTINGS
    if today < known.as_of_date:
        return Rebuilt.EARLIER
    if max(_halvings(sums, since=known.as_of_date, until=today).values()) > COUNTED_HALVINGS:
        return Rebuilt.PAUSE
    held = _digest(known.counts_from, known.counts_until, connection=connection)
    return None if held == known.digested else Rebuilt.CHANGED


def _spell(sums: EngagementSums) -> str:
    bits = {"mantissa_bits": MANTISSA_BITS, "counted_halvings": COUNTED_HALVINGS}
    return json.dumps(asdict(sums) | bits, sort_keys=True)


def _halvings(sums: EngagementSums, *, since: date, until: date) -> dict[int, int]:
    """By half-life, how often weights are halved from one day to the other."""
    return {
        each: count_halvings(each, until=until) - count_halvings(each, until=since)
        for each in sums.decay.half_lives
    }


def _digest(since: date, until: date, *, connection: duckdb.DuckDBPyConnection) -> Digest:
    row = fetch_row(
        connection,
        """SELECT count(*), coalesce(sum(fingerprint), 0) FROM staged.engagement_event
        WHERE occurred_at >= $since AND occurred_at < $until""",
        {"since": _begin(since), "until": _begin(until)},
    )
    return Digest(event_count=row[0], digest=row[1]) if row else Digest(event_count=0, digest=0)


def _rebuild(
    sums: EngagementSums, *, today: date, since: date, until: date, connection: duckdb.DuckDBPyConnection
) -> None:
    query, given = _sum_events(sums, looked_at=today, since=_begin(since), until=_begin(until))
    connection.execute(f"CREATE OR REPLACE TABLE {STATE} AS {query}", given)


def _pack(
    known: Coverage, sums: EngagementSums, *, today: date, connection: duckdb.DuckDBPyConnection
) -> int:
    """Where a half-life begins, or there are many rows, put those of one name together.

    What counts no more is taken out, and the rest halved as often as half-lives have begun since. Returns the
    rows of the last time that this was done.
    """
    halvings = _halvings(sums, since=known.as_of_date, until=today)
    many = count_rows(STATE, connection=connection) > MOST_ROWS * known.packed_rows
    if not many and not any(halvings.values()):
        return known.packed_rows
    faded = {each: sums.decay.first_day(each, of=today) for each in halvings}
    query, given = _sum_events(
        sums,
        looked_at=known.as_of_date,
        since=_begin(known.counts_from),
        until=_begin(min(known.counts_until, max(faded.values()))),
        faded=faded,
    )
    names = ", ".join(NAMED)
    taken = ", ".join(f"-{each} AS {each}" for each in sums.weights)
    weights = [f"{each} // {1 << halvings[half_life]} AS {each}" for each, half_life in sums.weights.items()]
    times = [
        f"CASE WHEN weight_{half_life} > 0 THEN {each} END AS {each}"
        for each, half_life in sums.last_times.items()
    ]
    connection.execute(
        f"""CREATE OR REPLACE TABLE {STATE} AS
        SELECT {", ".join([names, *weights, *times])}
        FROM (
            SELECT {", ".join([names, *sums.add_further()])}
            FROM (FROM {STATE} UNION ALL BY NAME SELECT {names}, {taken} FROM ({query}))
            GROUP BY {names}
        )
        WHERE {" OR ".join(f"weight_{each} > 0" for each in sums.decay.half_lives)}""",
        given,
    )
    return count_rows(STATE, connection=connection)


def _add_days(
    since: date, until: date, sums: EngagementSums, *, today: date, connection: duckdb.DuckDBPyConnection
) -> None:
    query, given = _sum_events(sums, looked_at=today, since=_begin(since), until=_begin(until))
    connection.execute(f"INSERT INTO {STATE} BY NAME {query}", given)


def _sum_events(
    sums: EngagementSums,
    *,
    looked_at: date,
    since: datetime,
    until: datetime,
    faded: Mapping[int, date] | None = None,
) -> tuple[str, dict[str, object]]:
    """A query and its parameters: the sums of some days' events by name.

    With ``faded`` of those only that are older than the day that it gives for their half-life.
    """
    events = f"""SELECT {", ".join(NAMED)}, occurred_at, kind, $looked_at AS looked_at
        FROM staged.engagement_event WHERE occurred_at >= $since AND occurred_at < $until"""
    given = sums.adding_parameters() | {"looked_at": looked_at, "since": since, "until": until}
    condition = "TRUE"
    if faded is not None:
        condition = " OR ".join(f"half_life = {each} AND occurred_at < $faded_{each}" for each in faded)
        given |= {f"faded_{each}": _begin(day) for each, day in faded.items()}
    names = ", ".join(NAMED)
    query = f"""SELECT {", ".join([names, *sums.add_up()])}
        FROM ({sums.decay.weigh(events)}) WHERE {condition} GROUP BY {names}"""
    return query, given


def _same_name(one: str, other: str) -> str:
    return " AND ".join(f"{one}.{each} IS NOT DISTINCT FROM {other}.{each}" for each in NAMED)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min)
