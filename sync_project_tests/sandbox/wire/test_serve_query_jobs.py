import pytest

from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.traffic.faults import Faults, SlowJobs
from sync_project.sandbox.wire import serve_query_jobs


def test_a_query_job_is_read_page_by_page(org, client):
    load_rows(
        org, "Account", ({"Name": f'A{n} "x"', "CreatedDate": "2026-01-02T10:00:00Z"} for n in range(5))
    )
    made = client.post(
        "/jobs/query",
        {"operation": "query", "query": "SELECT Name, Owner.Name, CreatedDate FROM Account ORDER BY Name"},
    ).json()
    assert made["state"] == "UploadComplete"
    job = client.get(f"/jobs/query/{made['id']}").json()
    assert (job["state"], job["numberRecordsProcessed"]) == ("JobComplete", 5)
    first = client.get(f"/jobs/query/{made['id']}/results", params={"maxRecords": 3})
    assert first.headers["Sforce-NumberOfRecords"] == "3"
    assert first.content.decode().splitlines()[:2] == [
        '"Name","Owner.Name","CreatedDate"',
        '"A0 ""x""","Integration User","2026-01-02T10:00:00.000Z"',
    ]
    rest = {"maxRecords": 3, "locator": first.headers["Sforce-Locator"]}
    last = client.get(f"/jobs/query/{made['id']}/results", params=rest)
    assert (last.headers["Sforce-NumberOfRecords"], last.headers["Sforce-Locator"]) == ("2", "null")
    assert client.send("DELETE", f"/jobs/query/{made['id']}").status_code == 204


@pytest.mark.parametrize(
    ("soql", "message"),
    [
        (
            "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
            "Aggregate Relationships not supported in Bulk V2 Query with CSV content type",
        ),
        ("SELECT BillingAddress FROM Account", "Selecting compound data not supported in Bulk Query"),
    ],
)
def test_what_bulk_cannot_answer_is_refused(client, soql, message):
    reply = client.post("/jobs/query", {"operation": "query", "query": soql})
    assert (reply.status_code, reply.json()) == (400, [{"message": message, "errorCode": "API_ERROR"}])


def run_query(client, soql, **job):
    made = client.post("/jobs/query", {"operation": "query", "query": soql} | job)
    assert made.status_code == 200, made.text
    return made.json()["id"]


def test_a_job_is_described_with_salesforces_keys_in_their_order(client):
    made = client.post("/jobs/query", {"operation": "query", "query": "SELECT Id FROM Account"}).json()
    keys = ["id", "operation", "object", "createdById", "createdDate", "systemModstamp", "state"]
    keys += ["concurrencyMode", "contentType", "apiVersion"]
    assert list(made) == [*keys, "lineEnding", "columnDelimiter"]
    job = client.get(f"/jobs/query/{made['id']}").json()
    assert list(job) == [
        *keys,
        "jobType",
        "lineEnding",
        "columnDelimiter",
        "numberRecordsProcessed",
        "retries",
        "totalProcessingTime",
        "isPkChunkingSupported",
    ]


def test_an_empty_result_is_its_header(client):
    job_id = run_query(client, "SELECT Id, Name FROM Account")
    reply = client.get(f"/jobs/query/{job_id}/results")
    assert (reply.text, reply.headers["Sforce-Locator"]) == ('"Id","Name"\n', "null")
    assert reply.headers["Sforce-NumberOfRecords"] == "0"
    assert reply.headers["Content-Type"] == "text/csv"


def test_a_result_has_the_jobs_delimiter_and_line_ending(client):
    client.create("Account", Name="A", Description="x\ny")
    job_id = run_query(
        client, "SELECT Name, Description FROM Account", columnDelimiter="CARET", lineEnding="CRLF"
    )
    text = client.get(f"/jobs/query/{job_id}/results").content.decode()
    assert text == '"Name"^"Description"\r\n"A"^"x\ny"\r\n'


def test_result_pages_lead_to_all_rows(org, client, monkeypatch):
    monkeypatch.setattr(serve_query_jobs, "_ROWS_PER_PAGE", 2)
    load_rows(org, "Account", ({"Name": f"A{n:02}"} for n in range(13)))
    job_id = run_query(client, "SELECT Name FROM Account ORDER BY Name")
    replies = [client.get(f"/jobs/query/{job_id}/resultPages").json()]
    assert list(replies[0]) == ["resultPages", "nextRecordsUrl", "done"]
    while not replies[-1]["done"]:
        replies.append(client.get(replies[-1]["nextRecordsUrl"]).json())
    assert [len(each["resultPages"]) for each in replies] == [5, 2]
    assert replies[-1]["nextRecordsUrl"] is None
    urls = [page["resultUrl"] for reply in replies for page in reply["resultPages"]]
    names = [line for url in urls for line in client.get(url).text.splitlines()[1:]]
    assert names == [f'"A{n:02}"' for n in range(13)]


def test_results_are_read_with_the_jobs_api_version(client):
    job_id = run_query(client, "SELECT Name FROM Account")
    for resource in ("results", "resultPages"):
        assert client.get(f"/services/data/v65.0/jobs/query/{job_id}/{resource}").status_code == 409
    assert client.get(f"/services/data/v57.0/jobs/query/{job_id}/resultPages").status_code == 404


def test_a_large_page_is_packed_when_the_client_asks(org, client):
    load_rows(org, "Account", ({"Name": f"A{n}"} for n in range(300)))
    job_id = run_query(client, "SELECT Name FROM Account")
    packed = client.get(f"/jobs/query/{job_id}/results", headers={"Accept-Encoding": "gzip"})
    plain = client.get(f"/jobs/query/{job_id}/results", headers={"Accept-Encoding": "identity"})
    assert (packed.headers["Content-Encoding"], "Content-Encoding" in plain.headers) == ("gzip", False)
    assert packed.content == plain.content
    assert int(plain.headers["Content-Length"]) == len(plain.content)


def test_a_slow_query_has_no_results_yet_and_can_be_aborted(org, client, clock):
    org.faults.set(Faults(faults=(SlowJobs(kind="slow_jobs", seconds=60),)))
    job_id = run_query(client, "SELECT Name FROM Account")
    assert client.get(f"/jobs/query/{job_id}").json()["state"] == "InProgress"
    early = client.get(f"/jobs/query/{job_id}/results")
    assert (early.status_code, early.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")
    assert client.patch(f"/jobs/query/{job_id}", {"state": "Aborted"}).json()["state"] == "Aborted"
    clock.advance(seconds=61)
    assert client.get(f"/jobs/query/{job_id}").json()["state"] == "Aborted"
    assert client.send("DELETE", f"/jobs/query/{job_id}").status_code == 204


def test_a_finished_query_cannot_be_aborted(client):
    job_id = run_query(client, "SELECT Name FROM Account")
    reply = client.patch(f"/jobs/query/{job_id}", {"state": "Aborted"})
    assert reply.json() == [
        {"message": "Aborting already JobComplete Job not allowed", "errorCode": "INVALIDJOBSTATE"}
    ]


@pytest.mark.parametrize(
    "query", [{"locator": "????"}, {"locator": "OTk"}, {"locator": "LTE"}, {"maxRecords": "0"}]
)
def test_a_page_that_does_not_exist_is_refused(client, query):
    job_id = run_query(client, "SELECT Name FROM Account")
    assert client.get(f"/jobs/query/{job_id}/results", params=query).status_code == 400


def test_query_all_sees_deleted_records(client):
    kept, deleted = client.create("Account", Name="A"), client.create("Account", Name="B")
    client.send("DELETE", f"/sobjects/Account/{deleted}")
    soql = "SELECT Id, IsDeleted FROM Account ORDER BY Name"
    living = client.get(f"/jobs/query/{run_query(client, soql)}/results").text
    assert living == f'"Id","IsDeleted"\n"{kept}","false"\n'
    everything = client.get(f"/jobs/query/{run_query(client, soql, operation='queryAll')}/results").text
    assert everything == f'"Id","IsDeleted"\n"{kept}","false"\n"{deleted}","true"\n'


def test_jobs_and_results_are_kept_for_seven_days(org, client, clock):
    job_id = run_query(client, "SELECT Id FROM Account")
    clock.advance(days=7, seconds=-1)
    later = run_query(client, "SELECT Id FROM Account")
    assert client.get(f"/jobs/query/{job_id}/results").status_code == 200
    clock.advance(seconds=2)
    client.session.headers["Authorization"] = f"Bearer {org.open_session()}"
    last = run_query(client, "SELECT Id FROM Account")
    assert client.get(f"/jobs/query/{job_id}").status_code == 404
    assert sorted(each.name for each in org.bulk_folder.iterdir()) == [later, last]
