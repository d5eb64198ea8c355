"""Which stretch of SystemModstamp a read covers.

A window is half-open, in UTC; the first partition's window is open to the past. A window that has not
ended yet is read from where what has been seen stops, be that before its start, less an overlap; so a
partition that was skipped leaves no gap behind. One that has ended is read whole, so that re-running any
partition gives the same rows. What changed in the last minutes comes in, but does not count as seen:
Salesforce shows some rows only seconds after the time they are stamped with.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta


@dataclass(frozen=True, kw_only=True)
class Window:
    """What is wanted: rows changed at or after ``start`` and before ``end``."""

    start: datetime | None
    """None is open to the past."""
    end: datetime


def day_window(first: date, last: date, *, first_day: date) -> Window:
    """The window of the daily partitions ``first`` to ``last``; the very first is open to the past.

    >>> day_window(date(2026, 1, 2), date(2026, 1, 2), first_day=date(2026, 1, 1)).end.isoformat()
    '2026-01-03T00:00:00+00:00'
    """
    start = None if first <= first_day else datetime.combine(first, time(), tzinfo=UTC)
    return Window(start=start, end=datetime.combine(last + timedelta(days=1), time(), tzinfo=UTC))


def reading_start(
    window: Window, *, covered_until: datetime | None, overlap: timedelta, now: datetime
) -> datetime | None:
    """Where the read of a window begins; None reads from the beginning of time.

    ``covered_until`` is the moment up to which everything has been read already; None where nothing has.
    ``now`` is the moment up to which everything that changed can be seen.
    """
    has_ended = window.end <= now
    if covered_until is None or has_ended:
        return None if window.start is None else window.start - overlap
    return covered_until - overlap


def covered_moment(end: datetime | None, *, now: datetime, hold_back: timedelta) -> datetime:
    """Up to when a read at ``now`` has surely seen everything: what is younger may become visible late.

    ``end`` is where the read ends; None: nowhere. In whole seconds, as SOQL compares them.
    """
    seen = (now - hold_back).replace(microsecond=0)
    return seen if end is None else min(end, seen)


def covered_from_beginning(
    reads: Iterable[tuple[datetime | None, datetime]], *, overlap: timedelta
) -> datetime | None:
    """Up to when everything has been seen, from what each read covered; None without a read of all.

    A read joins on only where it reaches back by the overlap: rows that became visible late would
    be lost between the two otherwise.

    >>> noon, one, two = (datetime(2026, 1, 1, hour, tzinfo=UTC) for hour in (12, 13, 14))
    >>> covered_from_beginning([(None, noon), (one, two)], overlap=timedelta(0)) == noon
    True
    """
    covered: datetime | None = None
    for start, end in sorted(reads, key=lambda read: (read[0] is not None, read[0] or read[1])):
        if start is None:
            covered = max(covered or end, end)
        elif covered is not None and start <= covered - overlap:
            covered = max(covered, end)
    return covered


def days_to_import(*, first_day: date, covered_until: datetime | None, today: date) -> tuple[date, date]:
    """The first and the last daily partition of a run that catches up; both included.

    The day on which the last read stopped is read again: it had not ended then.
    """
    if covered_until is None:
        return first_day, today
    return max(first_day, min(covered_until.date(), today)), today
