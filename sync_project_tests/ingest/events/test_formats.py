"""Whatever stands in a row becomes the same event, or is rejected for the same reason, in every format."""

import csv
import json

import duckdb
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.ingest.events.files import read_event_file
from sync_project.ingest.events.inbox import open_inbox
from sync_project.ingest.events.listing import list_event_files
from sync_project.ingest.events.rows import COLUMNS, EventShape
from sync_project_tests.ingest.events.event_home import NOW

FIRST, LAST = "(", ")"
"""Around each text, since spaces around a value are dropped."""

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
enclosed = words.map(lambda word: f"{FIRST}{word}{LAST}")
texts = st.one_of(st.none(), enclosed, st.sampled_from(["NA", "null", " "]))
times = st.sampled_from(["2026-02-01", "1899-12-31T23:59:59+02:00", "tomorrow", "infinity", None])
properties = st.one_of(st.none(), st.dictionaries(words, st.one_of(words, st.integers(-9, 9), st.booleans())))
rows = st.lists(st.tuples(texts, times, texts, texts, texts, properties), min_size=1, max_size=8)


def write(folder, given_rows):
    written = [(*row, json.dumps(said) if said is not None else None) for *row, said in given_rows]
    with (folder / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *written])
    lines = (json.dumps(dict(zip(COLUMNS, row, strict=True))) for row in given_rows)
    (folder / "b.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with duckdb.connect() as connection:
        connection.register("frame", pd.DataFrame(written, columns=COLUMNS, dtype=object))
        casts = ", ".join(f"CAST({column} AS VARCHAR) AS {column}" for column in COLUMNS)
        connection.execute(f"COPY (SELECT {casts} FROM frame) TO '{folder / 'c.parquet'}'")


@settings(max_examples=25, deadline=None)
@given(given_rows=rows)
def test_every_format_brings_the_same_events(tmp_path_factory, given_rows):
    folder = tmp_path_factory.mktemp("formats")
    write(folder, given_rows)
    with open_inbox(folder / "warehouse.duckdb", now=NOW) as inbox:
        for file in list_event_files(str(folder), inbox=inbox):
            read_event_file(file, shape=EventShape(), inbox=inbox)
        found = inbox.connection.execute(
            """SELECT file, event_id, occurred_at, email, domain, kind, reason, properties FROM arrived_event
            ORDER BY file, line"""
        ).fetchall()
    brought = {
        name: [
            (*row[1:-1], json.loads(row[-1]) if row[-2] is None and row[-1] else None)
            for row in found
            if row[0] == name
        ]
        for name in ("a.csv", "b.jsonl", "c.parquet")
    }

    assert len(brought["a.csv"]) == len(given_rows)
    assert brought["a.csv"] == brought["b.jsonl"] == brought["c.parquet"]


def test_record_ids_of_columns_of_their_own_join_the_properties_in_every_format(tmp_path):
    columns = ["event_id", "occurred_at", "kind", "salesforce_contact_id", "salesforce_lead_id", "properties"]
    start = ("2026-02-01", "page_view")
    given_rows = [
        ("e1", *start, "003A", None, '{"page": "/"}'),
        ("e2", *start, "003A", "00QA", None),
        ("e3", *start, None, None, '{"salesforce_lead_id": "00QB"}'),
        ("e4", *start, "003A", None, "no JSON"),
    ]
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *given_rows])
    lines = (json.dumps(dict(zip(columns, row, strict=True))) for row in given_rows)
    (tmp_path / "b.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with duckdb.connect() as connection:
        connection.register("given", pd.DataFrame(given_rows, columns=columns, dtype=object))
        connection.execute(f"COPY given TO '{tmp_path / 'c.parquet'}'")

    with open_inbox(tmp_path / "warehouse.duckdb", now=NOW) as inbox:
        for file in list_event_files(str(tmp_path), inbox=inbox):
            read_event_file(file, shape=EventShape(), inbox=inbox)
        found = inbox.connection.execute(
            "SELECT file, event_id, reason IS NULL, properties FROM arrived_event ORDER BY file, line"
        ).fetchall()

    expected = [
        ("e1", {"page": "/", "salesforce_contact_id": "003A"}),
        ("e2", {"salesforce_contact_id": "003A", "salesforce_lead_id": "00QA"}),
        ("e3", {"salesforce_lead_id": "00QB"}),
        ("e4", None),
    ]
    assert [(file, name, json.loads(said) if is_good else None) for file, name, is_good, said in found] == [
        (file, name, said) for file in ("a.csv", "b.jsonl", "c.parquet") for name, said in expected
    ]
