import csv
import io

import pytest

from sync_project.sandbox.loading import load_rows


def run_ingest(client, text, **job):
    """Run a job to its end; its id and its last state."""
    job_id = client.post("/jobs/ingest", {"object": "Lead", "operation": "insert"} | job).json()["id"]
    sent = client.send(
        "PUT", f"/jobs/ingest/{job_id}/batches", data=text.encode(), headers={"Content-Type": "text/csv"}
    )
    assert sent.status_code == 201
    started = client.patch(f"/jobs/ingest/{job_id}", {"state": "UploadComplete"})
    assert started.json()["state"] == "UploadComplete"
    return job_id, client.get(f"/jobs/ingest/{job_id}").json()


def rows_of(client, job_id, kind):
    text = client.get(f"/jobs/ingest/{job_id}/{kind}").content.decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_an_ingest_job_reports_every_row(client):
    text = 'LastName,Company,NumberOfEmployees\nAda,"Engine, Ltd\nLondon",5\n,C,5\nBob,C,many\n'
    job_id, job = run_ingest(client, text)
    assert (job["state"], job["numberRecordsProcessed"], job["numberRecordsFailed"]) == ("JobComplete", 3, 2)
    assert (job["jobType"], job["apiVersion"]) == ("V2Ingest", 66.0)
    [lead] = client.query("SELECT Id, Company FROM Lead")
    assert lead["Company"] == "Engine, Ltd\nLondon"
    assert rows_of(client, job_id, "successfulResults") == [
        {
            "sf__Id": lead["Id"],
            "sf__Created": "true",
            "LastName": "Ada",
            "Company": "Engine, Ltd\nLondon",
            "NumberOfEmployees": "5",
        }
    ]
    assert [(each["sf__Id"], each["sf__Error"]) for each in rows_of(client, job_id, "failedResults")] == [
        ("", "REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --"),
        (
            "",
            "INVALID_TYPE_ON_FIELD_IN_RECORD:Employees: value not of required type: many:"
            "NumberOfEmployees --",
        ),
    ]
    for spelling in ("unprocessedrecords", "unprocessedRecords/"):
        assert rows_of(client, job_id, spelling) == []


def test_an_empty_cell_is_ignored_and_na_is_null(client):
    lead = client.create("Lead", LastName="A", Company="C", Title="CEO", Phone="1")
    job_id, job = run_ingest(client, f"Id,Title,Phone\n{lead},#N/A,\n", operation="update")
    assert job["numberRecordsFailed"] == 0
    record = client.read("Lead", lead)
    assert (record["Title"], record["Phone"]) == (None, "1")
    assert rows_of(client, job_id, "successfulResults")[0]["sf__Created"] == "false"


def test_rows_are_upserted_and_deleted(org, client):
    org.add_custom_field("Lead", name="Ext__c", type="Text", length=40, external_id=True, unique=True)
    text = "LastName,Company,Ext__c\nA,C,e-1\nB,C,e-1\n"
    job_id, _ = run_ingest(client, text, operation="upsert", externalIdFieldName="Ext__c")
    assert [each["sf__Created"] for each in rows_of(client, job_id, "successfulResults")] == ["true", "false"]
    [lead] = client.query("SELECT Id, LastName FROM Lead")
    assert lead["LastName"] == "B"
    _, job = run_ingest(client, f"Id\n{lead['Id']}\n{lead['Id']}\n", operation="delete")
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (2, 1)
    assert client.query("SELECT Id FROM Lead") == []


def test_a_parent_is_named_by_external_id(org, client):
    org.add_custom_field("Account", name="Key__c", type="Text", length=20, external_id=True, unique=True)
    account = client.create("Account", Name="Acme", Key__c="K-1")
    run_ingest(client, "LastName,Account.Key__c\nDoe,K-1\n", object="Contact")
    assert client.query("SELECT AccountId FROM Contact") == [{"AccountId": account}]


def test_an_empty_upload_completes_with_empty_results(client):
    job_id, job = run_ingest(client, "")
    assert (job["state"], job["numberRecordsProcessed"]) == ("JobComplete", 0)
    for kind in ("successfulResults", "failedResults", "unprocessedrecords"):
        assert rows_of(client, job_id, kind) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("LastName,Foo__c\nA,1\n", "InvalidBatch : Field name not found : Foo__c"),
        (
            "LastName,Company\r\nA,C\r\n",
            "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF",
        ),
        ('LastName,Company\nA, "C" x\n"', "ClientInputError : unexpected end of data"),
    ],
)
def test_an_upload_that_cannot_be_read_fails_the_job(client, text, message):
    job_id, job = run_ingest(client, text)
    assert (job["state"], job["errorMessage"]) == ("Failed", message)
    assert client.query("SELECT Id FROM Lead") == []
    assert client.get(f"/jobs/ingest/{job_id}/unprocessedrecords").content.decode() == text


def test_other_delimiters_and_line_endings_are_kept(client):
    text = "LastName;Company\r\nA;C\r\n"
    job_id, job = run_ingest(client, text, columnDelimiter="SEMICOLON", lineEnding="CRLF")
    assert job["numberRecordsFailed"] == 0
    reply = client.get(f"/jobs/ingest/{job_id}/successfulResults")
    assert reply.content.startswith(b'"sf__Id";"sf__Created";"LastName";"Company"\r\n')


def test_a_job_has_one_upload_and_one_end(client):
    job_id, _ = run_ingest(client, "LastName,Company\nA,C\n")
    again = client.send("PUT", f"/jobs/ingest/{job_id}/batches", data=b"LastName,Company\n")
    assert (again.status_code, again.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")
    assert client.patch(f"/jobs/ingest/{job_id}", {"state": "Aborted"}).status_code == 400
    assert client.send("DELETE", f"/jobs/ingest/{job_id}").status_code == 204
    assert client.get(f"/jobs/ingest/{job_id}").status_code == 404


def test_an_aborted_job_writes_nothing(client):
    job_id = client.post("/jobs/ingest", {"object": "Lead", "operation": "insert"}).json()["id"]
    client.send("PUT", f"/jobs/ingest/{job_id}/batches", data=b"LastName,Company\nA,C\n")
    assert client.patch(f"/jobs/ingest/{job_id}", {"state": "Aborted"}).json()["state"] == "Aborted"
    assert rows_of(client, job_id, "unprocessedrecords") == [{"LastName": "A", "Company": "C"}]
    assert client.query("SELECT Id FROM Lead") == []


@pytest.mark.parametrize(
    "job",
    [
        {"object": "Lead", "operation": "merge"},
        {"object": "Lead", "operation": "upsert"},
        {"object": "Lead", "operation": "insert", "columnDelimiter": "DASH"},
    ],
)
def test_a_job_that_could_never_run_is_refused(client, job):
    reply = client.post("/jobs/ingest", job)
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "INVALIDJOB")


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
    "soql", ["SELECT COUNT(Id) FROM Account", "SELECT Id, (SELECT Id FROM Contacts) FROM Account"]
)
def test_what_bulk_cannot_answer_is_refused(client, soql):
    assert client.post("/jobs/query", {"operation": "query", "query": soql}).status_code == 400


def test_simple_salesforce_writes_in_bulk(org, salesforce, client):
    org.add_custom_field("Lead", name="Ext__c", type="Text", length=40, external_id=True, unique=True)
    records = [{"LastName": f"L{n}", "Company": "C", "Ext__c": f"e-{n}"} for n in range(30)]
    [summary] = salesforce.bulk2.Lead.upsert(records=records, external_id_field="Ext__c", wait=0)
    assert (summary["numberRecordsProcessed"], summary["numberRecordsFailed"]) == (30, 0)
    assert len(client.query("SELECT Id FROM Lead")) == 30
