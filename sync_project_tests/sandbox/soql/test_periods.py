from datetime import date

import pytest

from sync_project.sandbox.soql.periods import find_days
from sync_project.sandbox.soql.syntax import Period

WEDNESDAY = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("literal", "first", "after"),
    [
        ("YESTERDAY", "2026-05-19", "2026-05-20"),
        ("TODAY", "2026-05-20", "2026-05-21"),
        ("TOMORROW", "2026-05-21", "2026-05-22"),
        ("LAST_WEEK", "2026-05-10", "2026-05-17"),
        ("THIS_WEEK", "2026-05-17", "2026-05-24"),
        ("NEXT_WEEK", "2026-05-24", "2026-05-31"),
        ("LAST_MONTH", "2026-04-01", "2026-05-01"),
        ("THIS_MONTH", "2026-05-01", "2026-06-01"),
        ("NEXT_MONTH", "2026-06-01", "2026-07-01"),
        ("LAST_90_DAYS", "2026-02-19", "2026-05-21"),
        ("NEXT_90_DAYS", "2026-05-21", "2026-08-19"),
        ("LAST_N_DAYS:0", "2026-05-20", "2026-05-21"),
        ("LAST_N_DAYS:30", "2026-04-20", "2026-05-21"),
        ("NEXT_N_DAYS:2", "2026-05-21", "2026-05-23"),
        ("N_DAYS_AGO:2", "2026-05-18", "2026-05-19"),
        ("LAST_N_WEEKS:2", "2026-05-03", "2026-05-17"),
        ("NEXT_N_WEEKS:2", "2026-05-24", "2026-06-07"),
        ("N_WEEKS_AGO:2", "2026-05-03", "2026-05-10"),
        ("LAST_N_MONTHS:6", "2025-11-01", "2026-05-01"),
        ("NEXT_N_MONTHS:8", "2026-06-01", "2027-02-01"),
        ("N_MONTHS_AGO:5", "2025-12-01", "2026-01-01"),
        ("THIS_QUARTER", "2026-04-01", "2026-07-01"),
        ("LAST_QUARTER", "2026-01-01", "2026-04-01"),
        ("NEXT_QUARTER", "2026-07-01", "2026-10-01"),
        ("LAST_N_QUARTERS:3", "2025-07-01", "2026-04-01"),
        ("THIS_YEAR", "2026-01-01", "2027-01-01"),
        ("LAST_YEAR", "2025-01-01", "2026-01-01"),
        ("NEXT_N_YEARS:2", "2027-01-01", "2029-01-01"),
        ("N_YEARS_AGO:1", "2025-01-01", "2026-01-01"),
        ("THIS_FISCAL_QUARTER", "2026-04-01", "2026-07-01"),
        ("LAST_FISCAL_YEAR", "2025-01-01", "2026-01-01"),
        ("LAST_N_FISCAL_QUARTERS:1", "2026-01-01", "2026-04-01"),
        ("N_FISCAL_YEARS_AGO:1", "2025-01-01", "2026-01-01"),
    ],
)
def test_the_days_of_each_date_literal(literal, first, after):
    name, _, count = literal.partition(":")
    days = find_days(Period(name=name, count=int(count) if count else None), today=WEDNESDAY)

    assert days == (date.fromisoformat(first), date.fromisoformat(after))


@pytest.mark.parametrize("day", ["2026-05-17", "2026-05-20", "2026-05-23"])
def test_weeks_begin_on_sunday(day):
    days = find_days(Period(name="THIS_WEEK", count=None), today=date.fromisoformat(day))

    assert days == (date(2026, 5, 17), date(2026, 5, 24))


@pytest.mark.parametrize("name", ["SOMEDAY", "THIS_DAY", "LAST_N_DAYS", "TODAY_AGO"])
def test_other_words_are_no_date_literals(name):
    assert find_days(Period(name=name, count=None), today=WEDNESDAY) is None


def test_a_count_belongs_to_counted_literals_only():
    assert find_days(Period(name="TODAY", count=1), today=WEDNESDAY) is None
