import os
from datetime import UTC, datetime

import duckdb
import pytest

from sync_project.ingest.events import EventCounts, import_events
from sync_project.ingest.windows import Window
from sync_project.warehouse.connection import Warehouse
from sync_project.warehouse.models import build_table, load_models

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = Window(start=datetime(2026, 3, 1, tzinfo=UTC), end=datetime(2026, 3, 2, tzinfo=UTC))

CSV = """event_id,occurred_at,email,domain,kind,properties
e1,2026-02-01T10:00:00Z,ann@acme.com,,page_view,"{""path"": ""/""}"
e2,2026-02-02T12:00:00+02:00,,acme.com,demo_request,
"""


@pytest.fixture
def warehouse(tmp_path):
    return Warehouse(path=tmp_path / "warehouse.duckdb")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "events"
    made.mkdir()
    return made


def rows(warehouse, query):
    with warehouse.transaction() as connection:
        return connection.execute(query).fetchall()


def run(folder, warehouse, *, window=TODAY):
    return import_events(folder, warehouse=warehouse, window=window, now=NOW)


def test_csv_rows_arrive_with_utc_times_and_their_line(folder, warehouse):
    (folder / "a.csv").write_text(CSV, encoding="utf-8")

    counts = run(folder, warehouse)

    assert counts == EventCounts(file_count=1, event_count=2, rejected_count=0, table_count=2)
    assert rows(warehouse, "FROM raw.engagement_event ORDER BY event_id") == [
        ("e1", datetime(2026, 2, 1, 10), "ann@acme.com", None, "page_view", '{"path": "/"}', "a.csv", 2),
        ("e2", datetime(2026, 2, 2, 10), None, "acme.com", "demo_request", None, "a.csv", 3),
    ]


def test_json_lines_and_parquet_bring_the_same_rows(folder, warehouse):
    (folder / "a.jsonl").write_text(
        '{"event_id": "e1", "occurred_at": "2026-02-01T10:00:00Z", "email": "a@b.co", "kind": "page_view", '
        '"properties": {"path": "/é"}}\n\n',
        encoding="utf-8",
    )
    duckdb.sql(
        """SELECT 'e2' AS event_id, TIMESTAMP '2026-02-01 10:00:00' AS occurred_at, 'b.co' AS domain,
        'page_view' AS kind"""
    ).write_parquet(os.fspath(folder / "b.parquet"))

    run(folder, warehouse)

    assert rows(warehouse, "FROM raw.engagement_event ORDER BY event_id") == [
        ("e1", datetime(2026, 2, 1, 10), "a@b.co", None, "page_view", '{"path": "/é"}', "a.jsonl", 1),
        ("e2", datetime(2026, 2, 1, 10), None, "b.co", "page_view", None, "b.parquet", 1),
    ]


def test_bad_rows_are_listed_with_file_and_line_and_the_good_ones_kept(folder, warehouse):
    (folder / "a.csv").write_text(
        "event_id,occurred_at,email,domain,kind,properties\n"
        "e1,2026-02-01T10:00:00Z,a@b.co,,page_view,\n"
        'e2,yesterday,a@b.co,,page_view,"two\nlines"\n'
        "e3,2026-02-01T10:00:00Z,,,page_view,\n"
        "e4,2026-02-01T10:00:00Z,a@b.co\n"
        ",2026-02-01T10:00:00Z,a@b.co,,page_view,\n"
        "e6,2026-02-01T10:00:00Z,a@b.co,,,\n"
        "e7,2026-02-01T10:00:00Z,a@b.co,,page_view,path=/\n",
        encoding="utf-8",
    )
    (folder / "b.jsonl").write_text('{"event_id": \n[1]\n', encoding="utf-8")

    counts = run(folder, warehouse)

    assert (counts.event_count, counts.rejected_count) == (1, 8)
    assert rows(warehouse, "SELECT file, line, reason FROM raw.rejected_event ORDER BY file, line") == [
        ("a.csv", 3, "occurred_at is 'yesterday'; expected a time such as 2026-01-02T10:00:00Z"),
        ("a.csv", 5, "email and domain are empty; one of them says who it was"),
        ("a.csv", 6, "3 values where the header has 6"),
        ("a.csv", 7, "event_id is empty; every event needs an id of its own"),
        ("a.csv", 8, "kind is empty; expected a word such as page_view"),
        ("a.csv", 9, "properties is 'path=/'; expected a JSON object"),
        ("b.jsonl", 1, "no valid JSON: Expecting value at character 13"),
        ("b.jsonl", 2, "expected one JSON object on each line"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        (
            "a.csv",
            "id,when\n1,2\n",
            "the file lacks the column event_id, occurred_at, kind, email or domain; ",
        ),
        ("a.parquet", "no parquet", "no readable Parquet file: "),
    ],
)
def test_a_file_that_cannot_be_read_is_listed_as_a_whole(folder, warehouse, name, text, reason):
    (folder / name).write_text(text, encoding="utf-8")
    (folder / "good.csv").write_text(CSV, encoding="utf-8")

    assert run(folder, warehouse).event_count == 2
    ((listed,),) = rows(warehouse, "SELECT reason FROM raw.rejected_event")
    assert listed.startswith(reason)


def test_an_unchanged_file_is_not_read_again(folder, warehouse):
    (folder / "a.csv").write_text(CSV, encoding="utf-8")
    run(folder, warehouse)

    assert run(folder, warehouse) == EventCounts(file_count=0, event_count=0, rejected_count=0, table_count=2)


def test_a_changed_file_replaces_what_it_brought(folder, warehouse):
    (folder / "a.csv").write_text(CSV, encoding="utf-8")
    run(folder, warehouse)
    (folder / "a.csv").write_text(CSV.replace("e2", "e3"), encoding="utf-8")
    os.utime(folder / "a.csv", (1, 1))

    run(folder, warehouse)

    assert rows(warehouse, "SELECT event_id FROM raw.engagement_event ORDER BY 1") == [("e1",), ("e3",)]


def test_one_event_id_is_one_event_however_often_it_arrives(folder, warehouse):
    (folder / "a.csv").write_text(CSV + CSV.splitlines()[1] + "\n", encoding="utf-8")
    (folder / "b.csv").write_text(CSV, encoding="utf-8")

    counts = run(folder, warehouse)

    assert counts.event_count == 5
    with warehouse.transaction() as connection:
        staged = load_models()["staged.engagement_event"]
        assert build_table(staged, connection=connection, parameters={}) == 2


def test_an_event_that_leaves_one_file_is_still_in_the_other(folder, warehouse):
    (folder / "a.csv").write_text(CSV, encoding="utf-8")
    (folder / "b.csv").write_text(CSV, encoding="utf-8")
    run(folder, warehouse)
    (folder / "b.csv").write_text(CSV.splitlines()[0] + "\n", encoding="utf-8")

    run(folder, warehouse)

    assert rows(warehouse, "SELECT event_id, file FROM raw.engagement_event ORDER BY 1") == [
        ("e1", "a.csv"),
        ("e2", "a.csv"),
    ]


def test_a_quote_that_is_never_closed_costs_only_its_own_line(folder, warehouse):
    header, good, _ = CSV.splitlines()
    broken = '"e9,2026-02-01T10:00:00Z,a@b.co,,page_view,'
    (folder / "a.csv").write_text("\n".join([header, broken, good, ""]), encoding="utf-8")

    assert run(folder, warehouse).event_count == 1
    assert rows(warehouse, "SELECT line, reason FROM raw.rejected_event") == [
        (2, "1 values where the header has 6")
    ]


@pytest.mark.parametrize(
    ("name", "row", "reason"),
    [
        ("a.csv", b"e1,2026-02-01,m\xfcller@b.com,,page_view,", "holds characters that are no UTF-8 text; "),
        ("a.csv", b"e1,infinity,a@b.co,,page_view,", "occurred_at is 'infinity'; expected a time"),
        (
            "a.csv",
            b"e1,2026-03-03,a@b.co,,page_view,",
            "occurred_at is '2026-03-03', which lies in the future",
        ),
        ("a.csv", b" ,2026-02-01,a@b.co,,page_view,", "event_id is empty; "),
        ("a.csv", b'e1,2026-02-01,a@b.co,,page_view,"[1]"', "properties is '[1]'; expected a JSON object"),
        ("a.csv", b"e1,2026-02-01,a@b.co,,page_view," + b"x" * 140_000, "1 values where the header has 6"),
        ("a.jsonl", b'{"event_id": "\\ud800"}', "holds characters that are no UTF-8 text; "),
        ("a.jsonl", b'{"event_id": "e1", "email": ["a"]}', "email is no text"),
        ("a.jsonl", b"[" * 200_000, "no valid JSON: nested too deeply"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value)[:24],
)
def test_an_odd_row_is_listed_and_the_rows_beside_it_are_kept(folder, warehouse, name, row, reason):
    header = CSV.splitlines()[0].encode() + b"\n" if name == "a.csv" else b""
    (folder / name).write_bytes(header + row + b"\n")
    (folder / "good.csv").write_text(CSV, encoding="utf-8")
    (folder / "folder.csv").mkdir()

    assert run(folder, warehouse).event_count == 2
    ((listed,),) = rows(warehouse, "SELECT reason FROM raw.rejected_event")
    assert listed.startswith(reason)


def test_a_past_partition_that_is_run_again_reads_its_files_again(folder, warehouse):
    (folder / "a.csv").write_text(CSV, encoding="utf-8")
    os.utime(folder / "a.csv", (datetime(2026, 2, 3, 5, tzinfo=UTC).timestamp(),) * 2)
    run(folder, warehouse)
    past = Window(start=datetime(2026, 2, 3, tzinfo=UTC), end=datetime(2026, 2, 4, tzinfo=UTC))

    assert run(folder, warehouse, window=past).file_count == 1
    assert run(folder, warehouse).file_count == 0


def test_a_folder_that_is_not_there_brings_nothing(tmp_path, warehouse):
    counts = run(tmp_path / "nowhere", warehouse)

    assert counts == EventCounts(file_count=0, event_count=0, rejected_count=0, table_count=0)
