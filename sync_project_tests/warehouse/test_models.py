import re
from datetime import datetime

import duckdb
import pytest
import sqlglot

from sync_project.warehouse.models import (
    ModelError,
    build_table,
    count_rows,
    ensure_table,
    insert_row,
    load_models,
    parse_model,
    table_exists,
)

QUERY = """-- People with a level.
-- One row per person.
--
-- person_id | Salesforce Id,
-- 18 characters.
-- level     | hot or cold.
SELECT
    p.person_id,
    CASE WHEN s.score > $threshold THEN 'hot' ELSE 'cold' END AS level
FROM matched.person AS p
INNER JOIN scored.score AS s ON p.person_id = s.person_id
"""


@pytest.fixture
def connection():
    with duckdb.connect() as opened:
        opened.execute("CREATE SCHEMA matched")
        opened.execute("CREATE SCHEMA scored")
        opened.execute("CREATE TABLE matched.person AS SELECT * FROM (VALUES ('a'), ('b')) AS v (person_id)")
        opened.execute("CREATE TABLE scored.score AS SELECT 'a' AS person_id, 80 AS score")
        yield opened


def test_the_header_documents_the_table_and_its_columns():
    model = parse_model(QUERY, schema="scored", table="person")

    assert model.name == "scored.person"
    assert model.description == "People with a level. One row per person."
    assert model.columns == {"person_id": "Salesforce Id, 18 characters.", "level": "hot or cold."}


def test_dependencies_columns_and_parameters_are_read_from_the_query():
    model = parse_model(QUERY, schema="scored", table="person")

    assert model.is_query
    assert model.reads == {"matched.person", "scored.score"}
    assert model.columns_read == {
        ("matched.person", "person_id"),
        ("scored.score", "person_id"),
        ("scored.score", "score"),
    }
    assert model.parameters == {"threshold"}


def test_an_unqualified_column_belongs_to_the_only_table():
    model = parse_model("-- One.\nSELECT Id AS account_id FROM raw.account", schema="staged", table="account")

    assert model.columns_read == {("raw.account", "Id")}


def test_building_replaces_the_table_and_comments_it(connection):
    model = parse_model(QUERY, schema="scored", table="person")

    for threshold, level in ((50, "hot"), (90, "cold")):
        built = build_table(model, connection=connection, parameters={"threshold": threshold, "unused": 1})
        assert built == 1
        assert connection.execute("FROM scored.person").fetchall() == [("a", level)]

    comments = connection.execute(
        "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'person' AND comment != ''"
    ).fetchall()
    assert comments == [("person_id", "Salesforce Id, 18 characters."), ("level", "hot or cold.")]


def test_a_row_goes_in_by_its_columns_and_moments_in_utc(connection):
    connection.execute("CREATE TABLE seen (name VARCHAR, seen_at TIMESTAMP, note VARCHAR)")
    noon_in_cairo = datetime.fromisoformat("2026-03-01T12:00:00+02:00")
    insert_row("seen", {"seen_at": noon_in_cairo, "name": "Ann"}, connection=connection)
    assert connection.execute("FROM seen").fetchall() == [("Ann", datetime(2026, 3, 1, 10), None)]


def test_a_table_that_python_fills_keeps_its_rows_when_it_is_there(connection):
    model = parse_model("-- A log.\nCREATE TABLE raw.log (line VARCHAR)", schema="raw", table="log")

    ensure_table(model, connection=connection)
    connection.execute("INSERT INTO raw.log VALUES ('kept')")
    ensure_table(model, connection=connection)

    assert count_rows("raw.log", connection=connection) == 1
    assert not model.is_query


def test_a_table_of_an_earlier_release_gets_the_columns_that_came_since(connection):
    log = "-- A log.\n--\n-- line | What was said.\n{}CREATE TABLE raw.log ({}line VARCHAR)"
    earlier = parse_model(log.format("", ""), schema="raw", table="log")
    since = parse_model(log.format("-- said_at | When.\n", "said_at TIMESTAMP, "), schema="raw", table="log")

    ensure_table(earlier, connection=connection)
    connection.execute("INSERT INTO raw.log VALUES ('kept')")
    for _ in range(2):
        ensure_table(since, connection=connection)

    assert connection.execute("SELECT said_at, line FROM raw.log").fetchall() == [(None, "kept")]
    assert not table_exists("raw.log_before", connection=connection)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT 1", "scored.x: the file has no header comment"),
        ("-- Bad.\nDELETE FROM a.b", "scored.x: expected a query or CREATE TABLE, found DELETE"),
    ],
)
def test_a_file_that_breaks_the_convention_is_refused_by_name(text, message):
    with pytest.raises(ModelError, match=re.escape(message)):
        parse_model(text, schema="scored", table="x")


@pytest.mark.parametrize("dialect", ["spark", "databricks", "snowflake", "bigquery"])
@pytest.mark.parametrize("model", load_models().values(), ids=lambda model: model.name)
def test_every_file_speaks_the_portable_core(model, dialect):
    (translated,) = sqlglot.transpile(
        model.statement, read="duckdb", write=dialect, unsupported_level=sqlglot.ErrorLevel.RAISE
    )

    assert sqlglot.parse_one(translated, dialect=dialect)


@pytest.mark.parametrize("model", load_models().values(), ids=lambda model: model.name)
def test_every_file_documents_each_of_its_columns_and_no_other(model):
    parsed = sqlglot.parse_one(model.statement, dialect="duckdb")
    columns = parsed.named_selects if model.is_query else [each.name for each in parsed.this.expressions]

    assert list(model.columns) == columns


def test_every_table_that_a_query_reads_is_known():
    models = load_models()
    of_the_org = re.compile(r"raw\.[a-z_]+")

    unknown = {
        (model.name, table)
        for model in models.values()
        for table in model.reads
        if table not in models and not of_the_org.fullmatch(table)
    }
    assert not unknown
