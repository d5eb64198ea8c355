import pytest

from sync_project.salesforce.bulk_job import Polling
from sync_project.salesforce.bulk_query import download_pages, read_by_bulk
from sync_project.salesforce.errors import (
    BulkJobError,
    CallAllowanceSpentError,
    OrgUnreachableError,
    QueryTimeoutError,
)
from sync_project.salesforce.org import connect
from sync_project_tests.salesforce.conftest import create_leads, make_lead
from sync_project_tests.salesforce.scripted_server import HANG_UP, SESSION_ENDED, TOKEN, Answer

BASE = "/services/data/v66.0/jobs/query/750x"
PAGE = "Id\n001\n002\n"
HEADERS = {"Sforce-NumberOfRecords": "2", "Sforce-Locator": "null"}
WHOLE_PAGE = Answer(body=PAGE, headers=HEADERS)
BROKEN_PAGE = Answer(body=PAGE[:5], headers=HEADERS | {"Content-Length": "11"})


def read(org, folder, *, soql="SELECT Id FROM Account", **polling):
    return read_by_bulk(org, soql=soql, folder=folder, include_deleted=False, polling=Polling(**polling))


def job(state, **more):
    return Answer(body={"id": "750x", "state": state, **more})


def result_pages(*names, further=None):
    urls = [{"resultUrl": f"{BASE}/results?locator={name}"} for name in names]
    body = {"resultPages": urls, "nextRecordsUrl": further, "done": further is None}
    return Answer(body=body)


def calls(server):
    return [
        f"{each.method} {each.path.removeprefix('/services/data/v66.0/jobs/query')}"
        for each in server.received
    ]


@pytest.fixture
def scripted_org(credentials, patience):
    with connect(credentials, patience=patience) as org:
        yield org


@pytest.fixture
def complete_job(server):
    """A job of one page; the page's answers are the test's."""
    server.script(job("UploadComplete"))
    server.script_at(BASE, job("JobComplete", numberRecordsProcessed=2))
    server.script_at(f"{BASE}/resultPages", result_pages("A"))
    return f"{BASE}/results?locator=A"


def test_the_pages_of_several_replies_come_in_the_answers_order(server, scripted_org, tmp_path):
    names = "ABCDEFG"
    further = f"{BASE}/resultPages?locator=F"
    server.script(job("UploadComplete"))
    server.script_at(BASE, job("JobComplete", numberRecordsProcessed=14))
    server.script_at(f"{BASE}/resultPages", result_pages(*names[:5], further=further))
    server.script_at(further, result_pages(*names[5:]))
    for name in names:
        page = Answer(body=f"Id\n{name}1\n{name}2\n", headers=HEADERS)
        server.script_at(f"{BASE}/results?locator={name}", page)

    files, row_count = read(scripted_org, tmp_path)

    assert [file.read_text(encoding="utf-8") for file in files] == [f"Id\n{n}1\n{n}2\n" for n in names]
    assert row_count == 14
    assert calls(server)[-1] == "DELETE /750x"


def test_where_pages_cannot_be_named_beforehand_they_come_in_turn(org, tmp_path):
    create_leads(org, (make_lead(number) for number in range(10)))
    older = type(org)(org.session, api_version="57.0")
    body = {"operation": "query", "query": "SELECT Key__c FROM Lead ORDER BY Key__c", "lineEnding": "LF"}
    path = f"jobs/query/{older.call_json('POST', 'jobs/query', json=body)['id']}"

    pages = download_pages(older, path, folder=tmp_path, rows_per_file=4)

    assert [rows for _, rows in pages] == [4, 4, 2]
    lines = [file.read_text(encoding="utf-8").splitlines() for file, _ in pages]
    assert {header for header, *_ in lines} == {'"Key__c"'}
    assert [row for _, *rows in lines for row in rows] == [f'"key-{number}"' for number in range(10)]


def test_a_job_is_polled_fast_then_slower(server, scripted_org, complete_job, tmp_path, pauses):
    server.script_at(complete_job, WHOLE_PAGE)
    complete = job("JobComplete", numberRecordsProcessed=2)
    server.script_at(BASE, *[job("InProgress")] * 3, complete)

    files, row_count = read(scripted_org, tmp_path)

    assert files[0].read_text(encoding="utf-8") == PAGE
    assert row_count == 2
    assert pauses == pytest.approx([0.2, 0.3, 0.45])


def test_a_failed_job_says_why_and_is_deleted(server, scripted_org, tmp_path):
    server.script(job("UploadComplete"), job("Failed", errorMessage="too complicated"), Answer())

    with pytest.raises(BulkJobError, match="job 750x ended as Failed: too complicated") as caught:
        read(scripted_org, tmp_path)

    assert caught.value.job_id == "750x"
    assert calls(server)[-1] == "DELETE /750x"


def test_a_job_that_took_too_long_says_to_read_less(server, scripted_org, tmp_path):
    reason = "InvalidBatch : Failed to process query: QUERY_TIMEOUT: Your query was running for too long."
    server.script(job("UploadComplete"), job("Failed", errorMessage=reason), Answer())

    with pytest.raises(QueryTimeoutError, match=r"job 750x ended as Failed: .* read fewer rows") as caught:
        read(scripted_org, tmp_path)

    assert caught.value.code == "QUERY_TIMEOUT"


def test_a_job_that_does_not_end_is_stopped_and_deleted(server, scripted_org, tmp_path):
    server.script(job("InProgress"))

    with pytest.raises(BulkJobError, match=r"job 750x has not ended after 1 s\. .* read less at a time"):
        read(scripted_org, tmp_path, give_up_seconds=1)

    assert calls(server)[-2:] == ["PATCH /750x", "DELETE /750x"]


def test_a_stuck_job_of_the_sandbox_is_stopped_and_deleted(org, sandbox, tmp_path):
    stuck = {"kind": "slow_jobs", "operation": "query"}

    with sandbox.faults.on(stuck), pytest.raises(BulkJobError, match="has not ended after 5 s") as caught:
        read(org, tmp_path, soql="SELECT Id FROM Lead", give_up_seconds=5)

    assert caught.value.job_id in str(caught.value)
    jobs = org.call_json("GET", "jobs/query")["records"]
    assert caught.value.job_id not in {each["id"] for each in jobs}


def test_missing_rows_are_noticed(server, scripted_org, complete_job, tmp_path):
    server.script_at(complete_job, WHOLE_PAGE)
    server.script_at(BASE, job("JobComplete", numberRecordsProcessed=3))

    with pytest.raises(BulkJobError, match="found 3 rows, 2 arrived"):
        read(scripted_org, tmp_path)


def test_a_page_that_breaks_off_is_fetched_again(server, scripted_org, complete_job, tmp_path):
    server.script_at(complete_job, BROKEN_PAGE, HANG_UP, WHOLE_PAGE)

    files, _ = read(scripted_org, tmp_path)

    assert files[0].read_text(encoding="utf-8") == PAGE


def test_a_page_that_breaks_off_for_ever_ends_the_job(server, scripted_org, complete_job, tmp_path):
    server.script_at(complete_job, BROKEN_PAGE)

    with pytest.raises(OrgUnreachableError, match="broke off 5 times"):
        read(scripted_org, tmp_path)
    assert calls(server)[-1] == "DELETE /750x"


def test_a_session_that_ends_within_a_download_is_signed_in_again(
    server, scripted_org, complete_job, tmp_path
):
    server.script_at(complete_job, BROKEN_PAGE, SESSION_ENDED, WHOLE_PAGE)

    files, _ = read(scripted_org, tmp_path)

    assert files[0].read_text(encoding="utf-8") == PAGE
    assert len(server.sign_ins) == 2
    fetched = [each.headers["Authorization"] for each in server.received if each.path == complete_job]
    assert fetched == [f"Bearer {TOKEN}1", f"Bearer {TOKEN}1", f"Bearer {TOKEN}2"]


def test_a_job_needs_no_more_calls_than_allowed(server, credentials, patience, tmp_path):
    server.script(job("InProgress"))

    with (
        connect(credentials, patience=patience, call_allowance=4) as org,
        pytest.raises(CallAllowanceSpentError),
    ):
        read(org, tmp_path)
    assert len(server.received) == 4
