from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sync_project.salesforce.object_query import ObjectQuery

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LEADS = ObjectQuery(object_name="Lead", fields=("Id", "Email", "SystemModstamp"), stamp="SystemModstamp")
DAY = replace(
    LEADS,
    start=datetime(2026, 3, 1, 1, tzinfo=UTC),
    end=datetime(2026, 3, 1, 23, 0, 0, 999_999, tzinfo=UTC),
    condition="Email = 'a@b.c' OR Email = null",
)
DAY_IN_SOQL = (
    "FROM Lead WHERE SystemModstamp >= 2026-03-01T01:00:00Z AND SystemModstamp < 2026-03-01T23:00:00Z"
    " AND (Email = 'a@b.c' OR Email = null)"
)
RECORD = {"Id": "00Q000000000001AAA", "SystemModstamp": "2026-03-01T12:00:00.000+0000"}


@pytest.mark.parametrize(
    ("soql", "expected"),
    [
        (LEADS.soql(), "SELECT Id, Email, SystemModstamp FROM Lead"),
        (DAY.soql(), f"SELECT Id, Email, SystemModstamp {DAY_IN_SOQL}"),
        (DAY.soql(("Id", "Name")), f"SELECT Id, Name {DAY_IN_SOQL}"),
        (LEADS.count_soql(), "SELECT COUNT() FROM Lead"),
        (DAY.count_soql(), f"SELECT COUNT() {DAY_IN_SOQL}"),
        (DAY.ordered_soql(("Id",)), f"SELECT Id {DAY_IN_SOQL} ORDER BY SystemModstamp, Id"),
        (replace(LEADS, stamp=None).ordered_soql(("Id",)), "SELECT Id FROM Lead ORDER BY Id"),
        (
            DAY.ordered_soql(("Id",), after=RECORD),
            f"SELECT Id {DAY_IN_SOQL} AND ((SystemModstamp = 2026-03-01T12:00:00.000Z"
            " AND Id > '00Q000000000001AAA') OR SystemModstamp > 2026-03-01T12:00:00.000Z)"
            " ORDER BY SystemModstamp, Id",
        ),
        (
            replace(LEADS, stamp=None).ordered_soql(("Id",), after=RECORD),
            "SELECT Id FROM Lead WHERE Id > '00Q000000000001AAA' ORDER BY Id",
        ),
    ],
)
def test_what_the_query_becomes(soql, expected):
    assert soql == expected


def test_halves_meet_at_a_whole_second_and_lose_no_end():
    day = replace(LEADS, start=NOW - timedelta(seconds=121), end=NOW)
    early, late = day.halves(now=NOW)

    assert (early.start, late.end) == (day.start, day.end)
    assert early.end == late.start == datetime(2026, 3, 1, 23, 58, 59, tzinfo=UTC)


def test_an_open_window_is_halved_between_2000_and_now_and_its_halves_stay_open():
    early, late = LEADS.halves(now=NOW)

    assert (early.start, late.end) == (None, None)
    assert early.end == late.start == datetime(2013, 1, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "changes",
    [
        {"start": NOW - timedelta(minutes=1), "end": NOW},
        {"end": datetime(1999, 1, 1, tzinfo=UTC)},
        {"stamp": None},
    ],
    ids=["one minute", "before 2000", "no stamp"],
)
def test_what_cannot_be_halved(changes):
    assert replace(LEADS, **changes).halves(now=NOW) is None


def test_halving_comes_to_an_end():
    window, halvings = LEADS, 0
    while halves := window.halves(now=NOW):
        window, halvings = halves[1], halvings + 1

    assert halvings == 24


class TestColumnGroups:
    query = ObjectQuery(
        object_name="Lead",
        fields=("Id", "A", "BB", "SystemModstamp", "CCC", "D"),
        stamp="SystemModstamp",
        condition="A = null",
    )

    def test_one_group_when_all_fit(self):
        longest = len(self.query.ordered_soql(self.query.fields))

        assert self.query.column_groups(longest=longest) == (("Id", "SystemModstamp", "A", "BB", "CCC", "D"),)
        assert len(self.query.column_groups(longest=longest - 1)) == 2

    def test_each_group_has_the_key_and_keeps_the_length(self):
        longest = len(self.query.ordered_soql(("Id", "SystemModstamp", "CCC")))

        groups = self.query.column_groups(longest=longest)

        assert groups == (
            ("Id", "SystemModstamp", "A"),
            ("Id", "SystemModstamp", "BB"),
            ("Id", "SystemModstamp", "CCC"),
            ("Id", "SystemModstamp", "D"),
        )
        assert max(len(self.query.ordered_soql(each)) for each in groups) == longest

    def test_a_field_longer_than_the_room_stands_alone(self):
        longest = len(self.query.ordered_soql(("Id", "SystemModstamp")))

        assert [group[2:] for group in self.query.column_groups(longest=longest)] == [
            ("A",),
            ("BB",),
            ("CCC",),
            ("D",),
        ]

    def test_no_group_when_the_rest_is_too_long(self):
        longest = len(self.query.ordered_soql(("Id", "SystemModstamp")))

        assert self.query.column_groups(longest=longest - 1) == ()

    def test_nothing_but_the_key_is_one_group(self):
        assert LEADS.column_groups(longest=1_000) == (("Id", "SystemModstamp", "Email"),)
        key = replace(LEADS, fields=("Id",), stamp=None)
        assert key.column_groups(longest=1_000) == (("Id",),)
