import csv
import itertools
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync_project.salesforce.bulk_ingest import Ingest, ingest_records, read_results, write_csv_files
from sync_project.salesforce.bulk_job import Polling
from sync_project.salesforce.errors import BulkJobError, OrgUnreachableError, UnexpectedAnswerError
from sync_project.salesforce.org import connect
from sync_project.salesforce.results import RecordResult
from sync_project_tests.salesforce.conftest import create_leads, make_lead, read_lead
from sync_project_tests.salesforce.scripted_server import HANG_UP, Answer

UPSERT = Ingest(sobject="Lead", external_id_field="Key__c")
UPDATE = Ingest(sobject="Lead")


def ingest(org, ingest, records, folder, **options):
    """All results of all jobs."""
    batches = ingest_records(
        org, ingest=ingest, records=records, folder=folder, **({"on_job": lambda job_id: None} | options)
    )
    return list(itertools.chain.from_iterable(batches))


def test_an_upsert_creates_and_then_updates(org, tmp_path):
    first = ingest(org, UPSERT, [make_lead(1), make_lead(2)], tmp_path)
    second = ingest(org, UPSERT, [make_lead(2, Title="CTO"), make_lead(3)], tmp_path)

    assert sorted((each.external_id, each.is_success, each.is_created) for each in first + second) == [
        ("key-1", True, True),
        ("key-2", True, False),
        ("key-2", True, True),
        ("key-3", True, True),
    ]
    known = {each.external_id: each.record_id for each in first}
    assert read_lead(org, known["key-2"], "Title") == {"Title": "CTO"}


def test_errors_find_their_records_by_id(org, tmp_path):
    ids = create_leads(org, [make_lead(number) for number in range(3)])
    changes = [{"Id": ids[0], "Title": "a"}, {"Id": ids[1], "Title": "b" * 129}, {"Id": ids[2], "Title": "c"}]

    results = {each.record_id: each for each in ingest(org, UPDATE, changes, tmp_path)}

    assert results[ids[0]] == RecordResult(record_id=ids[0], is_success=True)
    assert results[ids[2]] == RecordResult(record_id=ids[2], is_success=True)
    bad = results[ids[1]]
    assert (bad.is_success, bad.error_code, bad.fields) == (False, "STRING_TOO_LONG", ("Title",))


def test_errors_find_their_records_by_external_id(org, tmp_path):
    records = [make_lead(1), {"Key__c": "key-2", "Company": "Acme"}, make_lead(3)]

    results = {each.external_id: each for each in ingest(org, UPSERT, records, tmp_path)}

    assert results["key-2"].error_code == "REQUIRED_FIELD_MISSING"
    assert results["key-2"].record_id is None
    assert [results[key].is_success for key in ("key-1", "key-3")] == [True, True]


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_value_clears_and_a_key_left_out_is_left_alone(org, tmp_path, empty):
    ids = create_leads(org, [make_lead(number, Title="CTO", City="Ulm") for number in (1, 2)])

    results = ingest(org, UPDATE, [{"Id": ids[0], "Title": empty}, {"Id": ids[1], "City": "Bonn"}], tmp_path)

    assert all(each.is_success for each in results)
    assert read_lead(org, ids[0], "Title,City") == {"Title": None, "City": "Ulm"}
    assert read_lead(org, ids[1], "Title,City") == {"Title": "CTO", "City": "Bonn"}


def test_a_value_that_cannot_be_expressed_is_held_back(org, tmp_path):
    records = [make_lead(1), make_lead(2, Title="#N/A"), make_lead(3, AnnualRevenue=float("inf"))]

    results = {each.external_id: each.error_code for each in ingest(org, UPSERT, records, tmp_path)}

    assert results == {"key-1": "", "key-2": "NOT_SENT", "key-3": "NOT_SENT"}


def test_too_many_bytes_become_several_jobs_each_journalled_before_its_upload(org, tmp_path):
    journal = []

    def note(job_id):
        journal.append((job_id, org.call("GET", f"jobs/ingest/{job_id}").json()["state"]))

    results = ingest(
        org, UPSERT, [make_lead(number) for number in range(10)], tmp_path, on_job=note, bytes_per_job=150
    )

    assert sorted(each.external_id for each in results) == [f"key-{number}" for number in range(10)]
    assert len(journal) > 1
    assert {state for _, state in journal} == {"Open"}


def test_the_results_of_a_job_can_be_read_again_by_its_id(org, tmp_path):
    journal = []
    results = ingest(org, UPSERT, [make_lead(1), make_lead(2)], tmp_path, on_job=journal.append)

    again = read_results(org, job_id=journal[0], folder=tmp_path)

    assert list(itertools.chain.from_iterable(again)) == results


# Salesforce trims the ends of a text and stores no control characters but tab and line breaks.
TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\r\t\"',;#\u2028\u0085"), max_size=60
).map(str.strip)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=8))
def test_any_text_arrives_as_it_was_sent(org, tmp_path, texts):
    leads = [make_lead(number, Description=text) for number, text in enumerate(texts)]

    results = {each.external_id: each for each in ingest(org, UPSERT, leads, tmp_path)}

    stored = [
        read_lead(org, results[f"key-{number}"].record_id, "Description")["Description"]
        for number in range(len(texts))
    ]
    assert stored == [text or None for text in texts]


def test_the_longest_text_arrives_whole(org, tmp_path):
    text = 'Zoë "🚀"\r\n' * 3_000
    [result] = ingest(org, UPSERT, [make_lead(1, Description=text.strip())], tmp_path)

    assert result.is_success
    assert read_lead(org, result.record_id, "Description")["Description"] == text.strip()


def test_columns_come_in_the_order_of_their_first_record_and_empty_cells_mean_left_alone(tmp_path):
    records = [{"Id": "1", "B": None}, {"Id": "2", "A": 'say "hi"', "B": True}]

    [file], held_back = write_csv_files(records, ingest=UPDATE, folder=tmp_path)

    assert held_back == ()
    assert file.row_count == 2
    assert file.path.read_bytes() == b'Id,B,A\n"1","#N/A",\n"2","true","say ""hi"""\n'


def test_files_are_cut_between_records(tmp_path):
    records = [{"Id": str(number), "Title": "x" * number} for number in range(10)]

    files, _ = write_csv_files(records, ingest=UPDATE, folder=tmp_path, bytes_per_file=40)

    rows = [list(csv.DictReader(file.path.read_text(encoding="utf-8").splitlines())) for file in files]
    assert [row["Id"] for row in itertools.chain.from_iterable(rows)] == [str(number) for number in range(10)]
    assert [file.row_count for file in files] == [len(each) for each in rows]
    assert all(file.path.stat().st_size <= 40 for file in files)


def test_nothing_to_send_makes_no_job(org, tmp_path):
    calls_before = org.calls_used

    assert ingest(org, UPDATE, [], tmp_path) == []
    assert org.calls_used == calls_before


class TestAgainstAnOrgThatMisbehaves:
    OPEN = Answer(body={"id": "750x", "state": "Open"})

    @pytest.fixture
    def scripted_org(self, credentials, patience):
        with connect(credentials, patience=patience) as org:
            yield org

    def calls(self, server):
        return [
            f"{each.method} {each.path.removeprefix('/services/data/v66.0/jobs/ingest')}"
            for each in server.received
        ]

    def test_an_upload_that_fails_aborts_the_job_before_it_changes_anything(
        self, server, scripted_org, tmp_path
    ):
        server.script(self.OPEN, HANG_UP, Answer())

        with pytest.raises(OrgUnreachableError):
            ingest(scripted_org, UPDATE, [{"Id": "00Q1"}], tmp_path)

        assert self.calls(server) == ["POST ", "PUT /750x/batches", "PATCH /750x"]
        assert json.loads(server.received[-1].body) == {"state": "Aborted"}

    def test_what_a_failed_job_did_not_come_to_is_unprocessed(self, server, scripted_org, tmp_path):
        failed = Answer(body={"id": "750x", "state": "Failed", "errorMessage": "InternalServerError"})
        server.script(
            self.OPEN,
            Answer(status=201),
            Answer(),
            failed,
            Answer(body='"sf__Id","sf__Created","Id"\n"00Q3","false","00Q3"\n'),
            Answer(body='"sf__Id","sf__Error","Id"\n"","STRING_TOO_LONG:Title: too long:Title --","00Q1"\n'),
            Answer(body='"Id"\n"00Q2"\n'),
        )

        results = ingest(scripted_org, UPDATE, [{"Id": f"00Q{number}"} for number in (1, 2, 3)], tmp_path)

        assert [(each.record_id, each.is_success, each.error_code, each.message) for each in results] == [
            ("00Q3", True, "", ""),
            ("00Q1", False, "STRING_TOO_LONG", "Title: too long"),
            ("00Q2", False, "UNPROCESSED", "InternalServerError"),
        ]

    def test_records_without_a_result_are_noticed(self, server, scripted_org, tmp_path):
        complete = Answer(body={"id": "750x", "state": "JobComplete"})
        server.script(
            self.OPEN,
            Answer(status=201),
            Answer(),
            complete,
            Answer(body='"sf__Id","sf__Created","Id"\n"00Q1","false","00Q1"\n'),
            Answer(body='"sf__Id","sf__Error","Id"\n'),
            Answer(body='"Id"\n'),
        )

        with pytest.raises(UnexpectedAnswerError, match="took 2 records and tells the fate of 1"):
            ingest(scripted_org, UPDATE, [{"Id": "00Q1"}, {"Id": "00Q2"}], tmp_path)

    def test_a_job_that_takes_too_long_goes_on_and_is_not_aborted(self, server, scripted_org, tmp_path):
        server.script(
            self.OPEN, Answer(status=201), Answer(), Answer(body={"id": "750x", "state": "InProgress"})
        )

        with pytest.raises(BulkJobError, match="goes on in the org") as caught:
            ingest(scripted_org, UPDATE, [{"Id": "00Q1"}], tmp_path, polling=Polling(give_up_seconds=1))

        assert caught.value.job_id == "750x"
        assert self.calls(server)[-1] == "GET /750x"
