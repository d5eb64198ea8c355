import os
from datetime import UTC, datetime, timedelta

import pytest

from sync_project.ingest.events.inbox import ReadCounts
from sync_project.ingest.windows import Window
from sync_project.settings.ingest import EventSource
from sync_project_tests.ingest.events.event_home import CSV, HEADER, NOW, EventHome

BEFORE = "2026-02-01T10:00:00Z"
AFTER = "2026-03-01T13:00:00Z"
LATER = NOW + timedelta(days=5)


@pytest.fixture
def home(tmp_path):
    return EventHome(path=tmp_path)


def event(event_id="e1", *, at=BEFORE, kind="page_view"):
    return f"{event_id},{at},ann@acme.com,,{kind},\n"


def csv(*rows):
    return f"{HEADER}\n{''.join(rows)}"


def test_csv_rows_arrive_with_utc_times_and_their_line(home):
    home.write("a.csv", CSV)

    outcome = home.read_one()

    assert outcome.counts == ReadCounts(reads=1, events=2, too_old=0, rejected=0)
    assert home.rows("SELECT * EXCLUDE (fingerprint) FROM raw.engagement_event ORDER BY event_id") == [
        (
            "folder",
            "e1",
            datetime(2026, 2, 1, 10),
            "ann@acme.com",
            None,
            "page_view",
            '{"path": "/"}',
            "a.csv",
            2,
        ),
        ("folder", "e2", datetime(2026, 2, 2, 10), None, "acme.com", "demo_request", None, "a.csv", 3),
    ]


def test_an_unchanged_file_is_not_read_again(home):
    home.write("a.csv", CSV)
    home.read()

    assert home.read_one().counts == ReadCounts(reads=0, events=0, too_old=0, rejected=0)
    assert home.ids() == ["e1", "e2"]


def test_a_changed_file_replaces_what_it_brought(home):
    home.write("a.csv", CSV + "bad\n")
    home.read()
    os.utime(home.write("a.csv", CSV.replace("e2", "e3")), (1, 1))

    home.read()

    assert home.ids() == ["e1", "e3"]
    assert home.rows("FROM raw.rejected_event") == []


def test_a_file_that_is_gone_leaves_its_events(home):
    path = home.write("a.csv", CSV)
    home.read()
    path.unlink()

    home.read()

    assert home.ids() == ["e1", "e2"]


def test_a_file_is_read_again_when_the_settings_that_it_was_read_by_change(home):
    home.write("a.csv", csv(event(kind="")))
    home.read()
    assert home.ids() == []
    home.sources["folder"] = EventSource(backfill=True, kind="page_view")

    home.read()

    assert home.ids() == ["e1"]
    assert home.rows("FROM raw.rejected_event") == []


def test_one_event_id_is_one_event_however_often_it_arrives(home):
    home.write("a.csv", csv(event(kind="first"), event(kind="second")))
    home.write("b.csv", csv(event(kind="third"), event(kind="fourth")))
    home.write("c.csv", csv(event("e2")))

    assert home.read_one().counts.events == 5
    assert home.staged("event_id, kind") == [("folder:e1", "fourth"), ("folder:e2", "page_view")]


def test_the_fingerprint_of_an_event_is_another_only_where_the_event_is(home):
    home.write("a.csv", csv(event()))
    home.read()
    [first] = home.staged("fingerprint")
    home.write("b.csv", csv(event()))
    home.read()
    [again] = home.staged("fingerprint")
    home.write("b.csv", csv(event(kind="form_submit")))
    home.read()
    [changed] = home.staged("fingerprint")

    assert first == again != changed


def test_an_event_that_leaves_one_file_is_still_in_the_other(home):
    home.write("a.csv", CSV)
    home.write("b.csv", CSV)
    home.read()
    home.write("b.csv", HEADER)

    home.read()

    assert home.rows("SELECT DISTINCT file FROM raw.engagement_event") == [("a.csv",)]
    assert home.staged() == [("folder:e1",), ("folder:e2",)]


def test_a_past_partition_that_is_run_again_reads_its_files_again(home):
    os.utime(home.write("a.csv", CSV), (datetime(2026, 2, 3, 5, tzinfo=UTC).timestamp(),) * 2)
    home.read()
    past = Window(start=datetime(2026, 2, 3, tzinfo=UTC), end=datetime(2026, 2, 4, tzinfo=UTC))
    before = home.tables()

    assert home.read_one(window=past).counts.reads == 1
    assert home.read_one().counts.reads == 0
    assert home.tables() == before


def test_the_folder_of_the_home_need_not_be_there(home):
    home.folder.rmdir()

    assert home.read_one().fault is None


def test_two_sources_may_call_different_events_alike(home):
    home.sources["site"] = EventSource(files=str(home.path / "site" / "*.csv"), backfill=True)
    home.write("a.csv", csv(event(kind="page_view")))
    home.write("../site/a.csv", csv(event(kind="form_submit")))

    home.read()

    assert home.staged("event_id, source, kind") == [
        ("folder:e1", "folder", "page_view"),
        ("site:e1", "site", "form_submit"),
    ]


def test_events_are_staged_in_the_order_of_time_even_when_a_late_file_brings_older_ones(home):
    home.write("b.csv", csv(event("e3", at="2026-02-03"), event("e1", at="2026-02-03")))
    home.read()
    home.write("a.csv", csv(event("e2", at="2026-02-02T23:00:00Z"), event("e9", at="2026-02-01")))
    home.read()

    assert home.staged() == [("folder:e9",), ("folder:e2",), ("folder:e1",), ("folder:e3",)]


def test_an_import_keeps_its_events_in_the_order_of_time(home):
    home.write("a.csv", csv(event("e1", at="2026-02-03"), event("e2", at="2026-02-01")))
    home.write("b.csv", csv(event("e3", at="2026-02-02")))

    home.read()

    assert home.rows("SELECT event_id FROM raw.engagement_event") == [("e2",), ("e3",), ("e1",)]


def test_only_what_happens_after_a_source_was_switched_on_counts_and_the_rest_is_told(home):
    home.sources = {"folder": EventSource()}
    home.write("a.csv", csv(event("old", at=BEFORE), event("new", at=AFTER), event("bad", at="never")))

    assert home.read_one().counts == ReadCounts(reads=1, events=1, too_old=1, rejected=1)
    assert home.ids() == ["new"]
    now = NOW.replace(tzinfo=None)
    assert home.rows("FROM raw.event_source") == [("folder", True, now, now, now, 1, 1, 1, None)]


def test_a_later_backfill_brings_the_older_events_in_for_good(home):
    home.sources = {"folder": EventSource()}
    home.write("a.csv", csv(event("old", at=BEFORE), event("new", at=AFTER)))
    home.read()

    home.sources = {"folder": EventSource(backfill=True)}
    assert home.read_one(now=LATER).counts == ReadCounts(reads=1, events=2, too_old=0, rejected=0)
    home.sources = {"folder": EventSource()}
    home.write("b.csv", csv(event("older", at=BEFORE)))
    home.read(now=LATER)

    assert home.ids() == ["new", "old", "older"]
    assert home.rows("SELECT counts_from, too_old_count FROM raw.event_source") == [(None, 0)]


def test_a_source_that_is_off_is_not_read_and_goes_on_where_it_stopped(home):
    on, off = EventSource(), EventSource(enabled=False)
    home.sources = {"folder": on}
    home.write("a.csv", csv(event("before", at=AFTER)))
    home.read()

    home.sources = {"folder": off}
    home.write("b.csv", csv(event("meanwhile", at="2026-03-02")))
    assert home.read(now=LATER) == []
    assert home.ids() == ["before"]
    assert home.rows("SELECT source, is_enabled FROM raw.event_source") == [("folder", False)]

    home.sources = {"folder": on}
    home.read(now=LATER)
    assert home.ids() == ["before", "meanwhile"]
    assert home.rows("SELECT is_enabled, switched_on_at FROM raw.event_source") == [
        (True, NOW.replace(tzinfo=None))
    ]


def test_a_source_that_was_never_on_is_unknown(home):
    home.sources = {"folder": EventSource(enabled=False)}
    home.read()
    home.sources = {"folder": EventSource()}
    home.read(now=LATER)

    assert home.rows("SELECT switched_on_at FROM raw.event_source") == [(LATER.replace(tzinfo=None),)]


def test_a_source_that_the_settings_name_no_more_keeps_its_events(home):
    home.write("a.csv", CSV)
    home.read()
    home.sources = {}

    assert home.read() == []
    assert home.ids() == ["e1", "e2"]
    assert home.rows("SELECT source, is_enabled FROM raw.event_source") == [("folder", False)]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            EventSource(files="/nowhere/*.csv"),
            "lost.files is '/nowhere/*.csv', and no file there ends in .csv, ",
        ),
        (EventSource(files="/nowhere"), "lost.files is '/nowhere', and no file there ends in .csv, "),
        (
            EventSource(database="LOST_URL", query="SELECT 1"),
            "lost.database is LOST_URL, and no such environment variable is set. Set it to the database",
        ),
    ],
)
def test_a_source_that_cannot_be_read_is_told_and_stops_no_other(home, settings, told):
    home.sources = {"lost": settings, **home.sources}
    home.write("a.csv", CSV)

    lost, folder = home.read()

    assert lost.fault.startswith(f"ingest.event_sources.{told}")
    assert folder.counts.events == 2
    assert home.rows("SELECT source, fault FROM raw.event_source WHERE fault IS NOT NULL") == [
        ("lost", lost.fault)
    ]


def test_a_fault_is_forgotten_once_the_source_can_be_read(home):
    home.sources = {"site": EventSource(files=str(home.path / "site"), backfill=True)}
    assert home.read_one().fault is not None
    home.write("../site/a.csv", CSV)

    assert home.read_one().fault is None
    assert home.rows("SELECT fault, event_count FROM raw.event_source") == [(None, 2)]


def test_the_order_in_which_files_come_changes_nothing(home, tmp_path):
    files = {f"{name}.csv": csv(event(kind=name), event(f"e{name}"), "bad\n") for name in "abc"}
    other = EventHome(path=tmp_path / "other")
    for name, text in files.items():
        home.write(name, text)
        home.read()
    for name, text in reversed(files.items()):
        other.write(name, text)
        other.read()

    assert home.staged("*") == other.staged("*")
    assert home.rows("FROM raw.rejected_event ORDER BY ALL") == other.rows(
        "FROM raw.rejected_event ORDER BY ALL"
    )


def test_an_import_leaves_nothing_beside_the_warehouse(home):
    home.write("a.csv", CSV)
    home.read()

    assert sorted(each.name for each in home.path.iterdir()) == ["events", "warehouse.duckdb"]
