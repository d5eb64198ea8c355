import json
from pathlib import Path

import duckdb
import pytest

from sync_project.salesforce.bulk_job import Polling
from sync_project.salesforce.bulk_query import read_by_bulk
from sync_project.salesforce.errors import (
    BulkJobError,
    FieldMissingError,
    OrgUnreachableError,
    QueryTimeoutError,
)
from sync_project.salesforce.org import connect
from sync_project.salesforce.reading import ExtractKind, is_too_long_for_url, read_records
from sync_project_tests.salesforce.conftest import create_leads, make_lead
from sync_project_tests.salesforce.scripted_server import HANG_UP, Answer

SOQL = (
    "SELECT Id, Key__c, Title, AnnualRevenue, IsConverted, CreatedDate, Owner.Name FROM Lead ORDER BY Key__c"
)
COLUMNS = {
    "Id": "VARCHAR",
    "Key__c": "VARCHAR",
    "Title": "VARCHAR",
    "AnnualRevenue": "DECIMAL(18, 2)",
    "IsConverted": "BOOLEAN",
    "CreatedDate": "TIMESTAMPTZ",
    "Owner.Name": "VARCHAR",
}
AWKWARD_TITLES = [
    'say "hi"',
    "a,b",
    "line\nbreak",
    "cr\r\nlf",
    "Zoë 🚀",
    "a\u2028b",
    "#N/A",
    "null",
    "NULL",
    None,
]


PAGE = "Id\n001\n002\n"
PAGE_HEADERS = {"Sforce-NumberOfRecords": "2", "Sforce-Locator": "null"}


def read_with_duckdb(extract):
    """Every row, typed, as the importer would read it."""
    files = [str(file) for file in extract.files]
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        if extract.kind is ExtractKind.JSON:
            relation = connection.read_json(files, columns=COLUMNS, format="array")
        else:
            relation = connection.read_csv(files, columns=COLUMNS, header=True, all_varchar=False)
        return relation.order("Key__c").fetchall()


@pytest.fixture
def filled_org(org):
    leads = [
        make_lead(number, Title=title, AnnualRevenue=number / 4)
        for number, title in enumerate(AWKWARD_TITLES)
    ]
    create_leads(org, leads)
    return org


def test_few_rows_come_by_rest_in_one_call(filled_org, tmp_path):
    extract = read_records(filled_org, soql=SOQL, folder=tmp_path / "new" / "folder")

    assert (extract.kind, extract.total_size, extract.row_count, extract.calls) == (
        ExtractKind.JSON,
        10,
        10,
        1,
    )
    assert [file.name for file in extract.files] == ["page-00001.json"]
    rows = json.loads(extract.files[0].read_text(encoding="utf-8"))
    assert [row["Title"] for row in rows] == AWKWARD_TITLES
    assert list(rows[0]) == [
        "Id",
        "Key__c",
        "Title",
        "AnnualRevenue",
        "IsConverted",
        "CreatedDate",
        "Owner.Name",
    ]


def test_pages_become_files_of_two_thousand_rows(org, tmp_path):
    create_leads(org, (make_lead(number) for number in range(2_001)))

    extract = read_records(org, soql="SELECT Id FROM Lead", folder=tmp_path)

    assert [len(json.loads(file.read_bytes())) for file in extract.files] == [2_000, 1]
    assert (extract.total_size, extract.row_count, extract.calls) == (2_001, 2_001, 2)


def test_bulk_above_the_limit_equals_rest_below_it_row_for_row(filled_org, tmp_path):
    by_rest = read_records(filled_org, soql=SOQL, folder=tmp_path / "rest", bulk_above_rows=10)
    by_bulk = read_records(filled_org, soql=SOQL, folder=tmp_path / "bulk", bulk_above_rows=9)

    assert (by_rest.kind, by_bulk.kind) == (ExtractKind.JSON, ExtractKind.CSV)
    assert (by_bulk.total_size, by_bulk.row_count) == (10, 10)
    rows = read_with_duckdb(by_bulk)
    assert rows == read_with_duckdb(by_rest)
    assert [row[2] for row in rows] == AWKWARD_TITLES


def test_a_bulk_answer_in_pages_is_the_same_answer(filled_org, tmp_path):
    def read(rows_per_file):
        folder = tmp_path / str(rows_per_file)
        folder.mkdir()
        return read_by_bulk(
            filled_org,
            soql=SOQL,
            folder=folder,
            include_deleted=False,
            polling=Polling(),
            rows_per_file=rows_per_file,
        )

    (whole,), row_count = read(1_000)
    parts, part_count = read(4)

    assert (row_count, part_count, len(parts)) == (10, 10, 3)
    header, _, body = whole.read_bytes().partition(b"\n")
    assert [file.read_bytes().partition(b"\n")[0] for file in parts] == [header] * 3
    assert b"".join(file.read_bytes().partition(b"\n")[2] for file in parts) == body


@pytest.mark.parametrize("bulk_above_rows", [0, 100], ids=["bulk", "rest"])
def test_deleted_records_come_when_asked_for(filled_org, tmp_path, bulk_above_rows):
    [page] = filled_org.query("SELECT Id FROM Lead LIMIT 1")
    filled_org.call("DELETE", f"sobjects/Lead/{page.records[0]['Id']}")

    def count(*, include_deleted):
        return read_records(
            filled_org,
            soql="SELECT Id FROM Lead",
            folder=tmp_path / str(include_deleted),
            include_deleted=include_deleted,
            bulk_above_rows=bulk_above_rows,
        ).row_count

    assert (count(include_deleted=True), count(include_deleted=False)) == (10, 9)


def test_nothing_found_is_one_empty_file(org, tmp_path):
    extract = read_records(org, soql=SOQL, folder=tmp_path)

    assert (extract.total_size, extract.row_count, extract.calls) == (0, 0, 1)
    assert read_with_duckdb(extract) == []


def test_a_query_too_long_for_an_address_goes_to_bulk_at_once(filled_org, tmp_path):
    soql = f"SELECT Id FROM Lead WHERE Key__c IN ('key-1', '{'x' * 12_000}')"
    assert is_too_long_for_url(soql)

    extract = read_records(filled_org, soql=soql, folder=tmp_path)

    assert (extract.kind, extract.row_count) == (ExtractKind.CSV, 1)


@pytest.mark.parametrize("padding", ["", f" AND Key__c != '{'x' * 12_000}'"], ids=["rest", "bulk"])
def test_a_hidden_field_is_named(filled_org, sandbox, tmp_path, padding):
    sandbox.hide_field("Lead", "Title")

    with pytest.raises(FieldMissingError, match=r"Lead\.Title"):
        read_records(filled_org, soql=f"SELECT Title FROM Lead WHERE Key__c != ''{padding}", folder=tmp_path)


class TestAgainstAnOrgThatMisbehaves:
    @pytest.fixture
    def scripted_org(self, credentials, patience):
        with connect(credentials, patience=patience) as org:
            yield org

    def read(self, org, folder: Path, **polling: float):
        return read_by_bulk(
            org,
            soql="SELECT Id FROM Account",
            folder=folder,
            include_deleted=False,
            polling=Polling(**polling),
        )

    def job(self, state, **more):
        return Answer(body={"id": "750x", "state": state, **more})

    def calls(self, server):
        return [
            f"{each.method} {each.path.removeprefix('/services/data/v66.0/jobs/query')}"
            for each in server.received
        ]

    def test_a_job_is_polled_fast_then_slower(self, server, scripted_org, tmp_path, pauses):
        complete = self.job("JobComplete", numberRecordsProcessed=2)
        page = Answer(body=PAGE, headers=PAGE_HEADERS)
        server.script(self.job("UploadComplete"), *[self.job("InProgress")] * 3, complete, page, Answer())

        files, row_count = self.read(scripted_org, tmp_path)

        assert files[0].read_text(encoding="utf-8") == PAGE
        assert row_count == 2
        assert pauses == pytest.approx([0.2, 0.3, 0.45])
        assert self.calls(server)[-2:] == ["GET /750x/results?maxRecords=250000", "DELETE /750x"]

    def test_a_failed_job_says_why_and_is_deleted(self, server, scripted_org, tmp_path):
        server.script(
            self.job("UploadComplete"), self.job("Failed", errorMessage="too complicated"), Answer()
        )

        with pytest.raises(BulkJobError, match=r"job 750x ended as Failed: too complicated") as caught:
            self.read(scripted_org, tmp_path)

        assert caught.value.job_id == "750x"
        assert self.calls(server)[-1] == "DELETE /750x"

    def test_a_job_that_took_too_long_says_to_read_less(self, server, scripted_org, tmp_path):
        reason = "InvalidBatch : Failed to process query: QUERY_TIMEOUT: Your query was running for too long."
        server.script(self.job("UploadComplete"), self.job("Failed", errorMessage=reason), Answer())

        with pytest.raises(
            QueryTimeoutError, match=r"job 750x ended as Failed: .* read fewer rows"
        ) as caught:
            self.read(scripted_org, tmp_path)

        assert caught.value.code == "QUERY_TIMEOUT"

    def test_a_job_that_does_not_end_is_stopped_and_deleted(self, server, scripted_org, tmp_path):
        server.script(self.job("InProgress"))

        with pytest.raises(BulkJobError, match="has not ended after 1 s"):
            self.read(scripted_org, tmp_path, give_up_seconds=1)

        assert self.calls(server)[-2:] == ["PATCH /750x", "DELETE /750x"]

    def test_missing_rows_are_noticed(self, server, scripted_org, tmp_path):
        page = Answer(body=PAGE, headers=PAGE_HEADERS)
        server.script(
            self.job("UploadComplete"), self.job("JobComplete", numberRecordsProcessed=3), page, Answer()
        )

        with pytest.raises(BulkJobError, match="found 3 rows, 2 arrived"):
            self.read(scripted_org, tmp_path)

    def test_a_page_that_breaks_off_is_fetched_again(self, server, scripted_org, tmp_path):
        broken = Answer(body=PAGE[:5], headers=PAGE_HEADERS | {"Content-Length": "11"})
        page = Answer(body=PAGE, headers=PAGE_HEADERS)
        complete = self.job("JobComplete", numberRecordsProcessed=2)
        server.script(self.job("UploadComplete"), complete, broken, HANG_UP, page, Answer())

        files, _ = self.read(scripted_org, tmp_path)

        assert files[0].read_text(encoding="utf-8") == PAGE

    def test_a_page_that_breaks_off_for_ever_ends_the_job(self, server, scripted_org, tmp_path):
        broken = Answer(body=PAGE[:5], headers=PAGE_HEADERS | {"Content-Length": "11"})
        complete = self.job("JobComplete", numberRecordsProcessed=2)
        server.script(self.job("UploadComplete"), complete, *[broken] * 5, Answer())

        with pytest.raises(OrgUnreachableError, match="broke off 5 times"):
            self.read(scripted_org, tmp_path)
        assert self.calls(server)[-1] == "DELETE /750x"
