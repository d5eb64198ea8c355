from datetime import UTC, date, datetime, timedelta

import pytest

from sync_project.ingest.windows import (
    Window,
    covered_from_beginning,
    day_window,
    days_to_import,
    reading_start,
)

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
OVERLAP = timedelta(minutes=10)


def day(number: int) -> datetime:
    return datetime(2026, 3, number, tzinfo=UTC)


def test_the_first_partition_is_open_to_the_past_and_the_others_are_half_open_days():
    first = date(2026, 3, 1)

    assert day_window(first, first, first_day=first) == Window(start=None, end=day(2))
    assert day_window(date(2026, 3, 3), date(2026, 3, 4), first_day=first) == Window(start=day(3), end=day(5))


@pytest.mark.parametrize(
    ("window", "covered_until", "start"),
    [
        pytest.param(Window(start=None, end=day(6)), None, None, id="first read of all"),
        pytest.param(Window(start=day(5), end=day(6)), None, day(5) - OVERLAP, id="first read of a day"),
        pytest.param(
            Window(start=None, end=day(6)),
            datetime(2026, 3, 5, 11, tzinfo=UTC),
            datetime(2026, 3, 5, 10, 50, tzinfo=UTC),
            id="an open window goes on where it stopped",
        ),
        pytest.param(
            Window(start=day(5), end=day(6)), day(3), day(3) - OVERLAP, id="it fills the gap before its start"
        ),
        pytest.param(
            Window(start=day(3), end=day(4)),
            day(4),
            day(3) - OVERLAP,
            id="an ended window is read whole again",
        ),
        pytest.param(Window(start=None, end=day(4)), day(4), None, id="so is the first one"),
    ],
)
def test_a_read_begins_where_no_row_can_be_missed(window, covered_until, start):
    assert reading_start(window, covered_until=covered_until, overlap=OVERLAP, now=NOON) == start


@pytest.mark.parametrize(
    ("covered_until", "first"),
    [
        (None, date(2026, 3, 1)),
        (datetime(2026, 3, 5, 9, tzinfo=UTC), date(2026, 3, 5)),
        (datetime(2026, 3, 3, 9, tzinfo=UTC), date(2026, 3, 3)),
        (datetime(2026, 2, 1, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 6, tzinfo=UTC), date(2026, 3, 5)),
    ],
)
def test_catching_up_repeats_the_day_on_which_the_last_read_stopped(covered_until, first):
    days = days_to_import(first_day=date(2026, 3, 1), covered_until=covered_until, today=date(2026, 3, 5))

    assert days == (first, date(2026, 3, 5))


@pytest.mark.parametrize(
    ("reads", "covered"),
    [
        pytest.param([], None, id="nothing read"),
        pytest.param([(day(1), day(2))], None, id="never from the beginning"),
        pytest.param([(None, day(2)), (None, day(4)), (None, day(3))], day(4), id="the widest read of all"),
        pytest.param([(day(2) - OVERLAP, day(3)), (None, day(2))], day(3), id="joined with the overlap"),
        pytest.param([(None, day(2)), (day(2), day(3))], day(2), id="joined without it"),
        pytest.param(
            [(None, day(2)), (day(3), day(4)), (day(1), day(4))], day(4), id="a gap that was filled later"
        ),
    ],
)
def test_what_has_been_seen_ends_at_the_first_gap(reads, covered):
    assert covered_from_beginning(reads, overlap=OVERLAP) == covered
