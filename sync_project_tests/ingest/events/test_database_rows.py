import json
import sqlite3

import duckdb
import pytest

from sync_project.settings.ingest import EventSource
from sync_project_tests.ingest.events.event_home import CSV, EventHome

QUERY = "SELECT id AS event_id, seen AS occurred_at, who AS email, what AS kind, page, seconds FROM visit"
VISITS = [
    ("e1", "2026-02-01 10:00:00", "ann@acme.com", "page_view", "/é\n", 5),
    ("e2", "2026-02-02 10:00:00", "NA", "null", None, None),
    ("e3", "yesterday", "ann@acme.com", "page_view", "/", 1),
    (None, "2026-02-02 10:00:00", "ann@acme.com", "page_view", "/", 1),
]


@pytest.fixture(params=["sqlite", "duckdb"])
def home(tmp_path, request):
    """One source, a database of visits."""
    path = tmp_path / "visits.db"
    made = EventHome(path=tmp_path)
    made.sources = {"visits": EventSource(database="VISITS_URL", query=QUERY, backfill=True)}
    made.variables = {"VISITS_URL": f"{request.param}:///{path}"}
    change(
        made,
        "CREATE TABLE visit (id VARCHAR, seen VARCHAR, who VARCHAR, what VARCHAR, page VARCHAR, seconds INT)",
    )
    for visit in VISITS:
        change(made, "INSERT INTO visit VALUES (?, ?, ?, ?, ?, ?)", visit)
    return made


def change(home, statement, values=()):
    kind, _, path = home.variables["VISITS_URL"].partition(":///")
    if kind == "duckdb":
        with duckdb.connect(path) as connection:
            connection.execute(statement, values)
        return
    with sqlite3.connect(path) as connection:
        connection.execute(statement, values)
    connection.close()


def test_rows_arrive_with_their_columns_left_over_as_properties(home):
    outcome = home.read_one()

    assert (outcome.counts.events, outcome.counts.rejected, outcome.fault) == (2, 2, None)
    found = home.rows(
        """SELECT source, event_id, occurred_at::VARCHAR, email, kind, file, properties
        FROM raw.engagement_event ORDER BY event_id"""
    )
    assert [row[:-1] for row in found] == [
        ("visits", "e1", "2026-02-01 10:00:00", "ann@acme.com", "page_view", None),
        ("visits", "e2", "2026-02-02 10:00:00", "NA", "null", None),
    ]
    assert [row[-1] and json.loads(row[-1]) for row in found] == [{"page": "/é\n", "seconds": 5}, None]


def test_bad_rows_are_listed_with_their_number_in_the_answer(home):
    home.sources["visits"] = home.sources["visits"].model_copy(
        update={"query": f"{QUERY} ORDER BY id NULLS LAST"}
    )
    home.read()

    assert home.rows("SELECT source, file, line, reason FROM raw.rejected_event ORDER BY line") == [
        ("visits", None, 3, "occurred_at is 'yesterday'; expected a time such as 2026-01-02T10:00:00Z"),
        ("visits", None, 4, "event_id is empty; every event needs an id of its own"),
    ]


def test_rows_that_come_again_replace_the_earlier_ones_and_the_rest_stays(home):
    home.read()
    before = home.tables()
    home.read()
    assert home.tables() == before

    change(home, "DELETE FROM visit WHERE id = 'e1'")
    change(home, "UPDATE visit SET what = 'click' WHERE id = 'e2'")
    change(home, "UPDATE visit SET seen = '2026-02-03' WHERE id = 'e3'")
    home.read()

    assert home.staged("event_id, kind") == [
        ("visits:e1", "page_view"),
        ("visits:e2", "click"),
        ("visits:e3", "page_view"),
    ]
    assert home.rows("SELECT event_count, rejected_count FROM raw.event_source") == [(2, 1)]


def test_only_new_rows_count_without_a_backfill(home):
    home.sources["visits"] = home.sources["visits"].model_copy(update={"backfill": False})
    change(home, "INSERT INTO visit VALUES ('e9', '2026-03-01 13:00:00', 'a@b.co', 'page_view', NULL, NULL)")

    assert home.read_one().counts.too_old == 2
    assert home.ids() == ["e9"]


def test_typed_values_arrive_as_text(tmp_path):
    home = EventHome(path=tmp_path)
    query = """SELECT 5 AS event_id, TIMESTAMPTZ '2026-02-01 10:00:00+02' AS occurred_at, uuid() AS domain,
    'page_view' AS kind, {'page': '/', 'at': DATE '2026-01-01', 'cost': 1.50::DECIMAL(4,2)} AS properties"""
    home.sources = {"numbers": EventSource(database="URL", query=query, backfill=True)}
    home.variables = {"URL": "duckdb:///:memory:"}

    home.read()

    [(event_id, occurred_at, properties)] = home.rows(
        "SELECT event_id, occurred_at::VARCHAR, properties FROM raw.engagement_event"
    )
    assert (event_id, occurred_at) == ("5", "2026-02-01 08:00:00")
    assert json.loads(properties) == {"page": "/", "at": "2026-01-01", "cost": "1.50"}


def test_an_answer_without_the_needed_columns_is_told(home):
    home.sources["visits"] = EventSource(database="VISITS_URL", query="SELECT id, seen FROM visit")

    assert home.read_one().fault == (
        "ingest.event_sources.visits.query: there is no column event_id, occurred_at, kind, email or domain; "
        "found id, seen. Select it, or name the column that holds it in fields."
    )


def test_a_query_that_the_database_refuses_is_told_in_its_words_and_the_tables_stay(home):
    home.read()
    home.sources["visits"] = EventSource(database="VISITS_URL", query="SELECT * FROM nothing_like_it")

    fault = home.read_one().fault

    assert fault.startswith("ingest.event_sources.visits.query: the database refuses it: ")
    assert "nothing_like_it" in fault
    assert home.ids() == ["e1", "e2"]
    assert home.rows("SELECT event_count, fault FROM raw.event_source") == [(2, fault)]


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/hunter2.db",
        "duckdb:////nowhere/hunter2.duckdb",
        "hunter2",
        "hunter2://",
        "mysql+hunter2://user:hunter2@localhost/db",
        "postgresql://user:hunter2/@localhost:hunter2/db",
        "mssql+pyodbc://user:hunter2@localhost/db",
    ],
)
def test_a_database_that_cannot_be_opened_is_told_without_its_url(tmp_path, url):
    home = EventHome(path=tmp_path)
    home.sources = {"product": EventSource(database="PRODUCT_URL", query="SELECT 1"), **home.sources}
    home.variables = {"PRODUCT_URL": url}
    home.write("a.csv", CSV)

    product, folder = home.read()

    assert product.fault.startswith("ingest.event_sources.product.database is the URL in PRODUCT_URL, ")
    assert "hunter2" not in repr(home.tables())
    assert "nowhere" not in product.fault
    assert folder.counts.events == 2
    assert not (tmp_path / "nowhere").exists()
