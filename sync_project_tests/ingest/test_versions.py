"""History: every version of every row, so that a table can be read as of any moment."""

from datetime import datetime, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.ingest.versions import VersionedTable, close_rows, fit_history, merge_rows

TABLE = VersionedTable(name="raw.thing", stamp="SystemModstamp")
BEGIN = datetime(2026, 3, 1)
COLUMNS = ("Id", "Name", "Size", "IsDeleted", "SystemModstamp")


def moment(minutes):
    return BEGIN + timedelta(minutes=minutes)


@pytest.fixture
def connection():
    with make_table() as made:
        yield made


def make_table():
    made = duckdb.connect()
    made.execute(
        """CREATE SCHEMA raw;
        CREATE TABLE raw.thing (Id VARCHAR, Name VARCHAR, Size BIGINT, IsDeleted BOOLEAN,
            SystemModstamp TIMESTAMP, valid_from TIMESTAMP, seen_at TIMESTAMP)"""
    )
    fit_history(TABLE, connection=made)
    return made


def merge(connection, *rows, seen, **switches):
    """Rows are (Id, Name, Size, IsDeleted, minutes of the stamp)."""
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE arrived
        (Id VARCHAR, Name VARCHAR, Size BIGINT, IsDeleted BOOLEAN, SystemModstamp TIMESTAMP)"""
    )
    for *values, stamp in rows:
        connection.execute("INSERT INTO arrived VALUES (?, ?, ?, ?, ?)", [*values, moment(stamp)])
    return merge_rows(TABLE, "arrived", columns=COLUMNS, now=moment(seen), connection=connection, **switches)


def versions(connection, columns="Id, Name, valid_from, valid_to, seen_at"):
    return connection.execute(f"SELECT {columns} FROM history.thing ORDER BY Id, valid_from").fetchall()


def as_of(connection, minutes):
    rows = connection.execute(
        """SELECT Id, Name, Size FROM history.thing
        WHERE valid_from <= $t AND (valid_to > $t OR valid_to IS NULL) ORDER BY Id""",
        {"t": moment(minutes)},
    ).fetchall()
    return {record: (name, size) for record, name, size in rows}


def test_a_new_row_is_valid_from_its_stamp_and_a_changed_one_ends_the_version_before(connection):
    merge(connection, ("a", "Ada", 1, False, 0), seen=5)
    counts = merge(connection, ("a", "Ada L.", 1, False, 10), seen=15)

    assert (counts.new, counts.changed, counts.deleted) == (0, 1, 0)
    assert versions(connection) == [
        ("a", "Ada", moment(0), moment(10), moment(5)),
        ("a", "Ada L.", moment(10), None, moment(15)),
    ]


def test_what_the_org_changes_without_a_stamp_is_valid_from_when_it_was_seen(connection):
    merge(connection, ("a", "Ada", 1, False, 0), seen=5)
    merge(connection, ("a", "Ada", 2, False, 0), seen=15)

    assert versions(connection, "Size, valid_from, valid_to") == [
        (1, moment(0), moment(15)),
        (2, moment(15), None),
    ]


def test_reading_the_same_rows_again_makes_no_version(connection):
    merge(connection, ("a", "Ada", 1, False, 0), seen=5)
    before = versions(connection)

    counts = merge(connection, ("a", "Ada", 1, False, 0), seen=15)

    assert (counts.new, counts.changed) == (0, 0)
    assert versions(connection) == before


def test_an_older_row_than_the_one_that_is_here_is_ignored(connection):
    merge(connection, ("a", "new", 1, False, 10), seen=15)
    merge(connection, ("a", "old", 1, False, 5), seen=20)

    assert as_of(connection, 20) == {"a": ("new", 1)}


def test_a_column_that_is_new_is_filled_without_a_new_version(connection):
    merge(connection, ("a", "Ada", None, False, 0), seen=5)
    merge(connection, ("a", "Ada", 7, False, 0), seen=15, added=["Size"])

    assert versions(connection, "Size, valid_from, valid_to, seen_at") == [(7, moment(0), None, moment(5))]


def test_without_create_nothing_new_and_without_update_nothing_but_deletions_comes_in(connection):
    merge(connection, ("a", "Ada", 1, False, 0), ("b", "Bob", 1, False, 0), seen=5)
    merge(connection, ("a", "Ada L.", 1, False, 6), ("c", "Cid", 1, False, 6), seen=10, create=False)
    merge(connection, ("a", "Ada", 9, False, 11), ("b", "Bob", 1, True, 11), seen=15, update=False)

    rows = connection.execute("SELECT Id, Name, Size, IsDeleted FROM raw.thing ORDER BY Id").fetchall()
    assert rows == [("a", "Ada L.", 1, False), ("b", "Bob", 1, True)]


def test_a_deletion_is_counted_and_is_a_version(connection):
    merge(connection, ("a", "Ada", 1, False, 0), seen=5)

    assert merge(connection, ("a", "Ada", 1, True, 10), seen=15).deleted == 1
    assert versions(connection, "IsDeleted, valid_from, valid_to") == [
        (False, moment(0), moment(10)),
        (True, moment(10), None),
    ]


def test_rows_that_are_closed_live_on_in_the_history(connection):
    merge(connection, ("a", "Ada", 1, False, 0), ("b", "Bob", 1, False, 0), seen=5)
    connection.execute("CREATE TEMP TABLE gone AS SELECT 'a' AS Id")

    assert close_rows(TABLE, "gone", now=moment(15), connection=connection) == 1

    assert as_of(connection, 14) == {"a": ("Ada", 1), "b": ("Bob", 1)}
    assert as_of(connection, 15) == {"b": ("Bob", 1)}


CHANGES = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from([None, "x", "y"]), st.integers(0, 2), st.booleans()),
    min_size=1,
    max_size=15,
)
"""Which record changed, to which name and size, and whether the org stamped it."""


@settings(max_examples=60, deadline=None)
@given(changes=CHANGES)
def test_as_of_any_moment_the_history_shows_the_rows_as_they_were(changes):
    """Each change is read a minute after it was made; one without a stamp counts from when it was read."""
    known, stamps, snapshots = {}, {}, {}
    with make_table() as connection:
        for number, (record, name, size, is_stamped) in enumerate(changes):
            made_at, seen_at = number * 10, number * 10 + 1
            is_new = record not in known
            if is_stamped or is_new:
                stamps[record] = made_at
            was = dict(known)
            known[record] = (name, size)
            snapshots[seen_at] = dict(known)
            snapshots[made_at] = dict(known) if is_stamped or is_new else was
            merge(connection, (record, name, size, False, stamps[record]), seen=seen_at)

        for minutes, rows in snapshots.items():
            assert as_of(connection, minutes) == rows
