"""Engagement events: 20 million staged beside a plain copy, a million read beside pandas and DuckDB alone.

Every contender runs in a process of its own, which tells wall and CPU seconds and peak memory of its work.
"""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from sync_project.warehouse.models import build_table, load_models
from sync_project_tests.benchmarks.own_process import in_own_process, measured
from sync_project_tests.ingest.events.event_home import EventHome

STAGED_ROWS = 20_000_000
READ_ROWS = 1_000_000
MEMORY_LIMIT = "2GB"

EVENTS = """SELECT
    'evt-' || lpad(CAST(hash(i) % 1000000000000 AS VARCHAR), 12, '0') AS event_id,
    TIMESTAMP '2025-01-01' + to_seconds(CAST(i * 31536000 // $rows AS BIGINT)) AS occurred_at,
    'ann' || (hash(i + 1) % 400000) || '@acme' || (hash(i + 2) % 50000) || '.com' AS email,
    CAST(NULL AS VARCHAR) AS domain,
    ['page_view', 'page_view', 'product_usage', 'email_click'][1 + CAST(hash(i + 3) % 4 AS INTEGER)] AS kind,
    '{"page": "/' || (hash(i + 4) % 500) || '", "seconds": ' || (hash(i + 5) % 300) || '}' AS properties
FROM range($rows) AS r (i)"""

COPY = """SELECT source || ':' || event_id AS event_id, source, occurred_at, email, domain, kind, properties,
    fingerprint
FROM raw.engagement_event"""
WINDOW = f"""{COPY}
QUALIFY row_number() OVER (PARTITION BY source, event_id ORDER BY file DESC, line DESC) = 1
ORDER BY occurred_at, source, event_id"""


def fill_raw(path):
    """A file a day in the order of time; one event in 200 is delivered again in a later file."""
    with duckdb.connect(path) as connection:
        connection.execute("CREATE SCHEMA raw; CREATE SCHEMA staged")
        connection.execute(load_models()["raw.engagement_event"].statement)
        connection.execute(
            f"""INSERT INTO raw.engagement_event BY NAME
            SELECT 'web' AS source, *, strftime(occurred_at, '%Y-%m-%d.csv') AS file,
            row_number() OVER () AS line, CAST(hash(event_id) >> 1 AS BIGINT) AS fingerprint
            FROM ({EVENTS})""",
            {"rows": STAGED_ROWS},
        )
        connection.execute(
            """INSERT INTO raw.engagement_event
            SELECT * REPLACE ('late-' || file AS file) FROM raw.engagement_event
            WHERE hash(event_id) % 200 = 0 ORDER BY occurred_at"""
        )


def stage(path, query):
    with duckdb.connect(path) as connection:
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'; SET TimeZone = 'UTC'")
        if query is None:
            return build_table(load_models()["staged.engagement_event"], connection=connection, parameters={})
        [(rows,)] = connection.execute(f"CREATE OR REPLACE TABLE staged.peer AS {query}").fetchall()
        return rows


def read_by_import(folder, name):
    home = EventHome(path=folder / f"home of {name}")
    (home.folder / name).hardlink_to(folder / name)
    home.read()
    [(rows,)] = home.rows("SELECT count(*) FROM raw.engagement_event")
    return rows


def read_by_pandas(folder, name):
    """What a script does: read, one row per id, sort, write."""
    readers = {".csv": pd.read_csv, ".jsonl": lambda path: pd.read_json(path, lines=True)}
    frame = readers[Path(name).suffix](folder / name)
    frame["occurred_at"] = pd.to_datetime(frame["occurred_at"])
    frame["properties"] = frame["properties"].astype(str)
    frame = frame.drop_duplicates("event_id", keep="last").sort_values("occurred_at")
    with duckdb.connect(folder / f"{name}.pandas.duckdb") as connection:
        connection.register("frame", frame)
        connection.execute("CREATE TABLE event AS FROM frame").fetchall()
    return len(frame)


def read_by_duckdb(folder, name):
    """No line numbers, no bad rows, nothing judged: the least that reading can cost."""
    with duckdb.connect(folder / f"{name}.duckdb") as connection:
        connection.execute(
            f"CREATE TABLE event AS SELECT * FROM '{folder / name}' ORDER BY occurred_at"
        ).fetchall()
        [(rows,)] = connection.execute("SELECT count(*) FROM event").fetchall()
    return rows


def write_files(folder):
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE event AS {EVENTS}", {"rows": READ_ROWS})
        connection.execute(f"COPY event TO '{folder / 'events.csv'}'")
        connection.execute(f"COPY event TO '{folder / 'events.parquet'}'")
        connection.execute(
            f"""COPY (SELECT * REPLACE (CAST(properties AS JSON) AS properties) FROM event)
            TO '{folder / "events.jsonl"}' (FORMAT json)"""
        )


def measured_rows(work, *arguments):
    rows = []
    took = measured(lambda: rows.append(work(*arguments)))
    return {"rows": rows[0]} | took


def show(capsys, title, results, *, against):
    for row in results.values():
        row[f"CPU to {against}"] = row["CPU s"] / results[against]["CPU s"]
    with capsys.disabled(), pd.option_context("display.width", 250, "display.float_format", "{:,.2f}".format):
        print(f"\n{title}\n{pd.DataFrame(results).T.to_string()}")


@pytest.mark.benchmark
def test_twenty_million_events_are_staged_beside_a_plain_copy(tmp_path, capsys):
    path = tmp_path / "warehouse.duckdb"
    in_own_process(fill_raw, path)
    contenders = {"plain copy": COPY, "staged.engagement_event": None, "a window over all rows": WINDOW}
    results = {name: in_own_process(measured_rows, stage, path, query) for name, query in contenders.items()}

    show(capsys, f"{STAGED_ROWS:,} events, memory_limit {MEMORY_LIMIT}", results, against="plain copy")
    assert results["staged.engagement_event"]["rows"] == results["a window over all rows"]["rows"]


@pytest.mark.benchmark
@pytest.mark.parametrize("name", ["events.csv", "events.jsonl", "events.parquet"])
def test_a_million_events_are_read_beside_pandas_and_duckdb_alone(tmp_path, capsys, name):
    in_own_process(write_files, tmp_path)
    contenders = {"DuckDB alone": read_by_duckdb, "import_events": read_by_import}
    if name != "events.parquet":  # pandas reads Parquet only with pyarrow
        contenders["pandas"] = read_by_pandas
    results = {each: in_own_process(measured_rows, work, tmp_path, name) for each, work in contenders.items()}

    show(capsys, f"{READ_ROWS:,} events of {name}", results, against="DuckDB alone")
    assert results["import_events"]["rows"] == READ_ROWS
