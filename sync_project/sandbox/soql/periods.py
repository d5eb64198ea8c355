"""The days that a date literal covers, such as ``THIS_WEEK`` or ``LAST_N_DAYS:30``.

Fiscal years are calendar years, weeks begin on Sunday, and days are UTC: the sandbox user's locale and
time zone. The bounds follow Salesforce's table of date formats and literals.
"""

import re
from collections.abc import Callable
from datetime import MAXYEAR, MINYEAR, date, timedelta

from sync_project.sandbox.soql.syntax import Period

Days = tuple[date, date]
"""From the first day, up to but without the second."""

_UNIT = r"(DAY|WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)"
_NAMED_DAYS = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}
_SINGLE = re.compile(rf"(LAST|THIS|NEXT)_{_UNIT.replace('DAY|', '', 1)}")
_COUNTED = re.compile(rf"(?:(LAST|NEXT)_N_{_UNIT}S|N_{_UNIT}S_(AGO))")
_NINETY_DAYS = {"LAST_90_DAYS": "LAST_N_DAYS", "NEXT_90_DAYS": "NEXT_N_DAYS"}


def find_days(period: Period, *, today: date) -> Days | None:
    """The days of a date literal; None when there is none of that name.

    OverflowError where the days leave the calendar.

    >>> find_days(Period(name="LAST_MONTH", count=None), today=date(2026, 1, 31))
    (datetime.date(2025, 12, 1), datetime.date(2026, 1, 1))
    """
    if period.name in _NINETY_DAYS and period.count is None:
        period = Period(name=_NINETY_DAYS[period.name], count=90)
    if period.count is not None:
        return _find_counted(period.name, period.count, today=today)
    if period.name in _NAMED_DAYS:
        return _days_from(today, "DAY", first=_NAMED_DAYS[period.name])
    found = _SINGLE.fullmatch(period.name)
    if found is None:
        return None
    return _days_from(today, found[2], first={"LAST": -1, "THIS": 0, "NEXT": 1}[found[1]])


def _find_counted(name: str, count: int, *, today: date) -> Days | None:
    found = _COUNTED.fullmatch(name)
    if found is None:
        return None
    unit, direction = found[2] or found[3], found[1] or found[4]
    if direction == "AGO":
        return _days_from(today, unit, first=-count)
    if direction == "NEXT":
        return _days_from(today, unit, first=1, length=count)
    # The last n days include today; the last n weeks, months ... end before the current one.
    return _days_from(today, unit, first=-count, length=count + (unit == "DAY"))


def _days_from(today: date, unit: str, *, first: int, length: int = 1) -> Days:
    """A run of whole units, counted from the one that today is in."""
    start, shift = _CALENDAR[unit.removeprefix("FISCAL_")]
    beginning = start(today)
    return shift(beginning, first), shift(beginning, first + length)


def _shift_days(day: date, count: int) -> date:
    return day + timedelta(days=count)


def _shift_weeks(day: date, count: int) -> date:
    return day + timedelta(weeks=count)


def _shift_months(day: date, count: int) -> date:
    years, month = divmod(day.month - 1 + count, 12)
    if not MINYEAR <= day.year + years <= MAXYEAR:
        raise OverflowError("date out of range")
    return date(day.year + years, month + 1, 1)


_CALENDAR: dict[str, tuple[Callable[[date], date], Callable[[date, int], date]]] = {
    "DAY": (lambda day: day, _shift_days),
    "WEEK": (lambda day: day - timedelta(days=day.isoweekday() % 7), _shift_weeks),
    "MONTH": (lambda day: day.replace(day=1), _shift_months),
    "QUARTER": (
        lambda day: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        lambda day, count: _shift_months(day, 3 * count),
    ),
    "YEAR": (
        lambda day: day.replace(month=1, day=1),
        lambda day, count: _shift_months(day, 12 * count),
    ),
}
