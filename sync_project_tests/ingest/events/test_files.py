import gzip
import json

import duckdb
import pandas as pd
import pytest

from sync_project.ingest.events.files import read_event_file
from sync_project.ingest.events.inbox import ReadCounts, open_inbox
from sync_project.ingest.events.rows import EventShape, EventSourceError
from sync_project.settings.ingest import EventSource
from sync_project_tests.ingest.events.event_home import CSV, HEADER, NOW, EventHome, list_files, write_parquet

FIELDS = {"event_id": "id", "occurred_at": "when", "email": "Who?", "kind": "what"}
MAPPED = [("e1", "a@b.co", "click", '{"page": "/é", "seconds": 5}')]
HOSTILE = [
    "Zoë 🦆 \N{RIGHT-TO-LEFT OVERRIDE}אב \N{REPLACEMENT CHARACTER}\N{ZERO WIDTH SPACE}",
    "one\ntwo\r\nthree\rfour",
    '"\'`\\" , ; \t|',
    '=HYPERLINK("http://x")',
    "NA",
    "null",
    "'); DROP TABLE raw.engagement_event; --",
    "x" * 131_072,
]
TIMES = {
    "2026-02-01T10:00:00+05:30": "2026-02-01 04:30:00",
    "2026-02-01 10:00:00": "2026-02-01 10:00:00",
    "2026-02-01 10:00:00 America/New_York": "2026-02-01 15:00:00",
    "1899-12-31T23:59:59Z": "1899-12-31 23:59:59",
    "0042-03-15": "0042-03-15 00:00:00",
    "2026-02-01T10:00:00.123456789Z": "2026-02-01 10:00:00.123456",
}
BROKEN_FILES = {
    "a.csv": (
        b"id,when\n1,2\n",
        "there is no column event_id, occurred_at, kind, email or domain; found id,",
    ),
    "b.csv": (b"", "there is no column event_id, "),
    "c.csv.gz": (gzip.compress(CSV.encode())[:60], "the compressed file is broken: "),
    "d.csv.gz": (CSV.encode(), "the compressed file is broken: "),
    "a.parquet": (b"no parquet", "no readable Parquet file: "),
    "b.parquet": (b"", "no readable Parquet file: "),
}
ODD_ROWS = {
    "a.csv": (b"e1,2026-02-01,m\xfcller@b.com,,page_view,", "holds characters that are no UTF-8 text; "),
    "b.csv": (b"e1,2026-02-01,a\0@b.com,,page_view,", "holds a character that no text may hold (U+0000)"),
    "c.csv": (b"e1,infinity,a@b.co,,page_view,", "occurred_at is 'infinity'; expected a time"),
    "d.csv": (b"e1,2026-03-03,a@b.co,,page_view,", "occurred_at is '2026-03-03', which lies in the future"),
    "e.csv": (b" ,2026-02-01,a@b.co,,page_view,", "event_id is empty; "),
    "f.csv": ("\N{NO-BREAK SPACE},2026-02-01,a@b.co,,page_view,".encode(), "event_id is empty; "),
    "g.csv": (b'e1,2026-02-01,a@b.co,,page_view,"[1]"', "properties is '[1]'; expected a JSON object"),
    "h.csv": (b"e1,2026-02-01,a@b.co,,page_view," + b"x" * 140_000, "properties is 'xxx"),
    "a.jsonl": (b'{"event_id": "\\ud800"}', "no valid JSON"),
    "b.jsonl": (b'{"event_id": "e1", "email": "m\xfcller"}', "holds characters that are no UTF-8 text; "),
    "c.jsonl": (b'{"event_id": "e1", "email": "a\\u0000b"}', "holds a character that no text may hold"),
    "d.jsonl": (b'{"event_id": "e1", "email": ["a"]}', "email is no text"),
    "e.jsonl": (b"[" * 200_000, "no valid JSON"),
}


NOBODY = (
    "email and domain are empty; one of them, or a salesforce_lead_id or salesforce_contact_id, "
    "says who it was"
)


@pytest.fixture
def home(tmp_path):
    return EventHome(path=tmp_path)


def test_json_lines_and_parquet_bring_the_same_rows_as_csv(home):
    home.write(
        "a.jsonl",
        '{"event_id": "e1", "occurred_at": "2026-02-01T10:00:00Z", "email": "a@b.co", "kind": "page_view", '
        '"properties": {"path": "/é"}}\n\n',
    )
    write_parquet(
        home.folder / "b.parquet",
        """SELECT 'e2' AS event_id, TIMESTAMP '2026-02-01 10:00:00' AS occurred_at, 'b.co' AS domain,
        'page_view' AS kind, {'path': '/é'} AS properties""",
    )

    home.read()

    columns = "event_id, occurred_at::VARCHAR, email, domain, kind, properties->>'path', file, line"
    assert home.rows(f"SELECT {columns} FROM raw.engagement_event ORDER BY event_id") == [
        ("e1", "2026-02-01 10:00:00", "a@b.co", None, "page_view", "/é", "a.jsonl", 1),
        ("e2", "2026-02-01 10:00:00", None, "b.co", "page_view", "/é", "b.parquet", 1),
    ]


def test_columns_under_other_names_are_mapped_and_those_left_over_become_properties(home):
    home.sources = {"folder": EventSource(backfill=True, fields=FIELDS)}
    home.write("a.csv", "id,when,Who?,what,page,seconds,empty\ne1,2026-02-01,a@b.co,click,/é,5,\n")
    values = {"id": "e1", "when": "2026-02-01", "Who?": "a@b.co", "what": "click", "page": "/é", "seconds": 5}
    home.write("b.jsonl", json.dumps(values | {"empty": None}))
    write_parquet(
        home.folder / "c.parquet",
        """SELECT 'e1' AS id, DATE '2026-02-01' AS "when", 'a@b.co' AS "Who?", 'click' AS what, '/é' AS page,
        5 AS seconds, NULL AS empty""",
    )

    home.read()

    rows = home.rows(
        """SELECT event_id, email, kind, json(properties) FROM raw.engagement_event
        WHERE occurred_at = '2026-02-01'"""
    )
    assert {(*row[:3], json.loads(row[3])["page"], int(json.loads(row[3])["seconds"])) for row in rows} == {
        ("e1", "a@b.co", "click", "/é", 5)
    }
    assert [set(json.loads(row[3])) for row in rows] == [{"page", "seconds"}] * 3


def test_a_source_of_one_kind_needs_no_column_for_it(home):
    home.sources = {"folder": EventSource(backfill=True, kind="page_view")}
    home.write("a.csv", "event_id,occurred_at,email\ne1,2026-02-01,a@b.co\n")
    home.write(
        "b.csv", "event_id,occurred_at,email,kind\ne2,2026-02-01,a@b.co,\ne3,2026-02-01,a@b.co,click\n"
    )

    home.read()

    assert home.rows("SELECT event_id, kind FROM raw.engagement_event ORDER BY 1") == [
        ("e1", "page_view"),
        ("e2", "page_view"),
        ("e3", "click"),
    ]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_hostile_text_arrives_unchanged(home, name):
    texts = {"event_id", "email", "kind"}
    rows = [
        {"occurred_at": "2026-02-01", **dict.fromkeys(texts, text), "properties": {"text": text}}
        for text in HOSTILE
    ]
    if name == "a.jsonl":
        home.write(name, "\n".join(map(json.dumps, rows)))
    else:
        frame = pd.DataFrame(
            [row | {"properties": json.dumps(row["properties"], ensure_ascii=False)} for row in rows]
        )
        ending = "(QUOTE '\"', ESCAPE '\"')" if name == "a.csv" else "(FORMAT parquet)"
        with duckdb.connect() as connection:
            connection.register("frame", frame)
            connection.execute(f"COPY frame TO '{home.folder / name}' {ending}")

    assert home.read_one().counts == ReadCounts(reads=1, events=len(HOSTILE))
    found = home.rows("SELECT event_id, email, kind, properties FROM raw.engagement_event ORDER BY line")
    assert [row[:3] for row in found] == [(text,) * 3 for text in HOSTILE]
    assert [json.loads(str(row[3])) for row in found] == [row["properties"] for row in rows]


def test_times_arrive_in_utc(home):
    rows = (f"{written},{written},a@b.co,,page_view,\n" for written in TIMES)
    home.write("a.csv", f"{HEADER}\n{''.join(rows)}")
    home.read()

    found = home.rows("SELECT event_id, CAST(occurred_at AS VARCHAR) FROM raw.engagement_event")
    assert dict(found) == TIMES


def test_bad_rows_are_listed_with_file_and_line_and_the_good_ones_kept(home):
    home.write(
        "a.csv",
        f"{HEADER}\n"
        "e1,2026-02-01T10:00:00Z,a@b.co,,page_view,\n"
        'e2,yesterday,a@b.co,,page_view,"two\nlines"\n'
        "e3,2026-02-01T10:00:00Z,,,page_view,\n"
        "e4,2026-02-01T10:00:00Z,a@b.co\n"
        ",2026-02-01T10:00:00Z,a@b.co,,page_view,\n"
        "e6,2026-02-01T10:00:00Z,a@b.co,,,\n"
        "e7,2026-02-01T10:00:00Z,a@b.co,,page_view,path=/\n",
    )
    home.write("b.jsonl", '{"event_id": \n[1]\n')
    write_parquet(
        home.folder / "c.parquet",
        "SELECT ' ' AS event_id, '2026-02-01' AS occurred_at, 'a@b.co' AS email, 'page_view' AS kind",
    )

    outcome = home.read_one()

    assert (outcome.counts.events, outcome.counts.rejected) == (1, 9)
    assert home.rows("SELECT file, line, reason FROM raw.rejected_event ORDER BY file, line") == [
        ("a.csv", 3, "occurred_at is 'yesterday'; expected a time such as 2026-01-02T10:00:00Z"),
        ("a.csv", 5, NOBODY),
        ("a.csv", 6, "3 values where the header has 6"),
        ("a.csv", 7, "event_id is empty; every event needs an id of its own"),
        ("a.csv", 8, "kind is empty; expected a word such as page_view"),
        ("a.csv", 9, "properties is 'path=/'; expected a JSON object"),
        ("b.jsonl", 1, "no valid JSON"),
        ("b.jsonl", 2, "expected one JSON object on each line"),
        ("c.parquet", 1, "event_id is empty; every event needs an id of its own"),
    ]
    assert home.rows(
        "SELECT text FROM raw.rejected_event WHERE line = 3 OR file = 'c.parquet' ORDER BY file"
    ) == [
        ('e2,yesterday,a@b.co,,page_view,"two\nlines"',),
        (
            '{"event_id":null,"occurred_at":"2026-02-01","email":"a@b.co","domain":null,"kind":"page_view",'
            '"properties":null}',
        ),
    ]


def test_a_file_that_cannot_be_read_is_listed_as_a_whole(home):
    for name, (content, _) in BROKEN_FILES.items():
        home.write(name, content)
    home.write("good.csv", CSV)

    assert home.read_one().counts.events == 2
    found = {name: reason for name, *reason in home.rows("SELECT file, reason, line FROM raw.rejected_event")}
    told = {name: str(found[name][0]).startswith(reason) for name, (_, reason) in BROKEN_FILES.items()}
    assert told == dict.fromkeys(BROKEN_FILES, True)
    assert {line for _, line in found.values()} == {None}


def test_compressed_files_are_read_as_what_they_hold(home):
    home.write("a.csv.gz", gzip.compress(CSV.encode()))

    assert home.read_one().counts.events == 2


def test_a_quote_that_is_never_closed_costs_only_its_own_line(home):
    header, good, _ = CSV.splitlines()
    broken = '"e9,2026-02-01T10:00:00Z,a@b.co,,page_view,'
    home.write("a.csv", "\n".join([header, broken, good, ""]))

    assert home.read_one().counts.events == 1
    assert home.rows("SELECT line, reason FROM raw.rejected_event") == [
        (2, "no valid CSV: unexpected end of data")
    ]


def test_an_odd_row_is_listed_and_the_rows_beside_it_are_kept(home):
    for name, (row, _) in ODD_ROWS.items():
        header = HEADER.encode() + b"\n" if name.endswith(".csv") else b""
        home.write(name, header + row + b"\n")
    home.write("good.csv", CSV)
    (home.folder / "folder.csv").mkdir()

    assert home.read_one().counts.events == 2
    found = dict(home.rows("SELECT file, reason FROM raw.rejected_event"))
    told = {name: str(found[name]).startswith(reason) for name, (_, reason) in ODD_ROWS.items()}
    assert told == dict.fromkeys(ODD_ROWS, True)


def test_a_file_that_vanishes_while_the_folder_is_read_is_told_and_stops_no_other(tmp_path):
    home = EventHome(path=tmp_path)
    [file] = list_files(home.write("a.csv", CSV))
    (home.folder / "a.csv").unlink()

    with (
        open_inbox(tmp_path / "w.duckdb", now=NOW) as inbox,
        pytest.raises(EventSourceError, match=r"files: .*a\.csv cannot be read: No such file"),
    ):
        read_event_file(file, shape=EventShape(), inbox=inbox)
