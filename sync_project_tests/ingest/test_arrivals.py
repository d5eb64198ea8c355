"""Files as an org sends them into a table: nothing of a value is lost, no record twice."""

import csv
import json
from datetime import UTC, datetime

import duckdb
import pytest

from sync_project.ingest.arrivals import ARRIVED, LONGEST_LINE, fill_table, load_arrivals
from sync_project.ingest.columns import RawColumn
from sync_project.ingest.errors import UnreadableValueError
from sync_project.ingest.versions import SEEN_AT, VALID_FROM, VersionedTable
from sync_project.salesforce.reading import Batch, Extract, ExtractKind, Slice

COLUMNS = (
    RawColumn(name="Id", type="VARCHAR"),
    RawColumn(name="SystemModstamp", type="TIMESTAMP"),
    RawColumn(name="Birthdate", type="DATE"),
    RawColumn(name="Description", type="VARCHAR"),
)
LONGEST_TEXT = 131_072
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STAMP = "2026-03-01T10:00:00.000Z"
ONE = ("003000000000001EAA", STAMP, "1850-01-31", "first")


def pasted(line):
    """A long text of lines that look like those of the file."""
    return ("\n" + line) * ((LONGEST_TEXT - 1) // (len(line) + 1))


def csv_page(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow([column.name for column in COLUMNS])
        writer.writerows(rows)
    return path


def json_page(path, rows):
    records = [dict(zip((column.name for column in COLUMNS), row, strict=True)) for row in rows]
    path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    return path


def extract_of(kind, *files):
    fields = tuple(column.name for column in COLUMNS)
    batch = Batch(slices=(Slice(kind=kind, fields=fields, files=files),))
    return Extract(batches=(batch,), total_size=0, row_count=0, calls=0)


@pytest.fixture
def connection():
    with duckdb.connect() as connected:
        connected.execute("SET TimeZone = 'UTC'")
        yield connected


def load(connection, extract):
    return load_arrivals("Contact", extract, COLUMNS, stamp="SystemModstamp", connection=connection)


@pytest.mark.parametrize("kind", ExtractKind)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * LONGEST_TEXT, id="131,072 characters"),
        pytest.param("語" * LONGEST_TEXT, id="131,072 characters of three bytes"),
        pytest.param('"' * LONGEST_TEXT, id="131,072 quotes"),
        "a\nb\r\nc\rd\n",
        "\r\n",
        "NULL",
        "null",
        "NA",
        "#N/A",
        "\\N",
        '"",""',
        " leading and trailing\t",
        "=1+1",
        "Zoë 🚀 \u2028 \ufeff \u200b e\u0301",
        "true",
        "0042",
    ],
)
def test_a_text_arrives_unchanged(connection, tmp_path, kind, text):
    write = csv_page if kind is ExtractKind.CSV else json_page
    page = write(tmp_path / "page", [(*ONE[:3], text), ("003000000000002EAA", STAMP, "0001-01-01", "x")])

    load(connection, extract_of(kind, page))

    rows = connection.execute(
        f"SELECT strftime(Birthdate, '%Y-%m-%d'), Description FROM {ARRIVED}"
    ).fetchall()
    assert sorted(rows) == [("0001-01-01", "x"), ("1850-01-31", text)]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(f"003,{STAMP},2000-01-01,x", id="a record"),
        pytest.param(f'"003","{STAMP}","2000-01-01","x"', id="a quoted record"),
        pytest.param(f'x"\n"003","{STAMP}","2000-01-01","', id="quotes that close"),
    ],
)
def test_pasted_records_within_texts_are_no_records(connection, tmp_path, line):
    rows = [(f"003{n:012}EAA", STAMP, "1999-01-01", f"{n}{pasted(line)}") for n in range(200)]
    page = csv_page(tmp_path / "page.csv", rows)
    assert page.stat().st_size > 2 * LONGEST_LINE

    load(connection, extract_of(ExtractKind.CSV, page))

    arrived = connection.execute(f"SELECT Id, Description FROM {ARRIVED} ORDER BY Id").fetchall()
    assert arrived == [(row[0], row[3]) for row in rows]


def test_of_a_record_that_came_twice_the_latest_counts(connection, tmp_path):
    later = (ONE[0], "2026-03-01T11:00:00.000Z", "", "second")
    pages = [csv_page(tmp_path / "1.csv", [later]), csv_page(tmp_path / "2.csv", [ONE])]

    arrivals = load(connection, extract_of(ExtractKind.CSV, *pages))

    assert arrivals.row_count == 1
    assert connection.execute(f"SELECT Birthdate, Description FROM {ARRIVED}").fetchall() == [
        (None, "second")
    ]


def test_the_first_rows_of_a_table_are_its_first_versions(connection, tmp_path):
    shape = ", ".join(f"{column.name} {column.type}" for column in COLUMNS)
    connection.execute(
        f"CREATE SCHEMA raw; CREATE TABLE raw.contact "
        f"({shape}, Later VARCHAR, {VALID_FROM} TIMESTAMP, {SEEN_AT} TIMESTAMP)"
    )
    twice = (ONE[0], "2026-03-01T09:00:00.000Z", "", "older")
    page = csv_page(tmp_path / "page.csv", [ONE, twice, ("003000000000002EAA", "", "", "no stamp")])

    arrivals = fill_table(
        "Contact",
        extract_of(ExtractKind.CSV, page),
        COLUMNS,
        table=VersionedTable(name="raw.contact", stamp="SystemModstamp"),
        now=NOW,
        connection=connection,
    )

    now = NOW.replace(tzinfo=None)
    assert (arrivals.table, arrivals.row_count) == ("raw.contact", 2)
    assert connection.execute(
        f"SELECT Description, Later, {VALID_FROM}, {SEEN_AT} FROM raw.contact ORDER BY Id"
    ).fetchall() == [("first", None, datetime(2026, 3, 1, 10), now), ("no stamp", None, now, now)]


def test_a_value_that_does_not_fit_is_named_with_its_object(connection, tmp_path):
    page = csv_page(tmp_path / "page.csv", [(ONE[0], STAMP, "soon", "")])

    with pytest.raises(UnreadableValueError, match="Contact"):
        load(connection, extract_of(ExtractKind.CSV, page))
