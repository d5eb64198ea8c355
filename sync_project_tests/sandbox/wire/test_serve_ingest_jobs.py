import pytest

from sync_project_tests.sandbox.wire.bulk_jobs import rows_of, run_ingest


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
        ("LastName,Owner.Title\nA,1\n", "InvalidBatch : Field name not found : Owner.Title"),
        (
            "LastName,Group:Owner.Username\nA,1\n",
            "InvalidBatch : Field name not found : Group:Owner.Username",
        ),
        ("LastName,lastname\nA,B\n", "InvalidBatch : Field name found more than once : lastname"),
        (
            "LastName,Company\r\nA,C\r\n",
            "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF",
        ),
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


def test_a_job_takes_one_upload(client):
    job_id = client.post("/jobs/ingest", {"object": "Lead", "operation": "insert"}).json()["id"]
    path = f"/jobs/ingest/{job_id}/batches"
    assert client.send("PUT", path, data=b"LastName,Company\nA,C\n").status_code == 201
    refused = client.send("PUT", path, data=b"LastName,Company\nB,C\n")
    assert (refused.status_code, refused.json()) == (
        400,
        [
            {
                "errorCode": "BULK_API_ERROR",
                "message": f"Found multipe contents for job: <{job_id[:15]}>, please 'Close' / 'Abort' / "
                "'Delete' the current Job then create a new Job and make sure you only do 'PUT' once on a "
                "given Job.",
            }
        ],
    )
    client.patch(f"/jobs/ingest/{job_id}", {"state": "UploadComplete"})
    assert client.query("SELECT LastName FROM Lead") == [{"LastName": "A"}]


def test_one_multipart_request_makes_and_starts_a_job(client):
    body = (
        b'--BOUNDARY\r\nContent-Type: application/json\r\nContent-Disposition: form-data; name="job"\r\n\r\n'
        b'{"object":"Lead","contentType":"CSV","operation":"insert","lineEnding":"LF"}\r\n'
        b"--BOUNDARY\r\nContent-Type: text/csv\r\n"
        b'Content-Disposition: form-data; name="content"; filename="content"\r\n\r\n'
        b'LastName,Company\n"Zo\xc3\xab",C\nB,D\n\r\n--BOUNDARY--\r\n'
    )
    made = client.send(
        "POST",
        "/jobs/ingest",
        data=body,
        headers={"Content-Type": 'multipart/form-data; boundary="BOUNDARY"'},
    )
    assert (made.status_code, made.json()["state"]) == (200, "UploadComplete")
    job = client.get(f"/jobs/ingest/{made.json()['id']}").json()
    assert (job["state"], job["numberRecordsProcessed"], job["numberRecordsFailed"]) == ("JobComplete", 2, 0)
    assert client.query("SELECT LastName FROM Lead ORDER BY Company") == [
        {"LastName": "Zoë"},
        {"LastName": "B"},
    ]


def test_a_row_with_faulty_quoting_or_width_fails_alone(client):
    text = 'LastName,Company\nA, "C"\nB,"C"x\nC," ""C"" "\nD\nE,"C" \nF,C\n'
    job_id, job = run_ingest(client, text)
    assert (job["state"], job["numberRecordsFailed"]) == ("JobComplete", 4)
    assert client.query("SELECT LastName, Company FROM Lead ORDER BY LastName") == [
        {"LastName": "C", "Company": ' "C"'},
        {"LastName": "F", "Company": "C"},
    ]
    errors = [each["sf__Error"] for each in rows_of(client, job_id, "failedResults")]
    assert [each.partition(":")[0] for each in errors] == ["CLIENT_INPUT_ERROR"] * 4


def test_values_are_not_trimmed_on_the_left_and_a_byte_order_mark_is_no_value(client):
    run_ingest(client, "\ufeffLastName,Company\n  A,C\n")
    assert client.query("SELECT LastName FROM Lead") == [{"LastName": "  A"}]


def test_an_upload_that_is_not_utf_8_fails_the_job(client):
    job_id = client.post("/jobs/ingest", {"object": "Lead", "operation": "insert"}).json()["id"]
    client.send("PUT", f"/jobs/ingest/{job_id}/batches", data=b"LastName,Company\nZo\xeb,C\n")
    client.patch(f"/jobs/ingest/{job_id}", {"state": "UploadComplete"})
    job = client.get(f"/jobs/ingest/{job_id}").json()
    assert job["state"] == "Failed"
    assert job["errorMessage"].startswith("ClientInputError : the upload is not UTF-8")


def test_a_hard_deleted_record_is_not_in_the_recycle_bin(client):
    lead = client.create("Lead", LastName="A", Company="C")
    _, job = run_ingest(client, f"Id\n{lead}\n", operation="hardDelete")
    assert job["numberRecordsFailed"] == 0
    assert client.get("/queryAll", params={"q": "SELECT Id FROM Lead"}).json()["totalSize"] == 0


def test_a_parent_of_one_of_several_kinds_is_named_with_its_kind(org, client):
    owner = client.create(
        "User", LastName="Seller", Username="s@acme.example", Email="s@acme.example", Alias="s", IsActive=True
    )
    run_ingest(client, "LastName,Company,User:Owner.Username\nA,C,s@acme.example\n")
    assert client.query("SELECT OwnerId FROM Lead") == [{"OwnerId": owner}]


def test_a_date_may_name_a_zone(client):
    _, job = run_ingest(client, "LastName,Birthdate\nA,1940-06-07Z\nB,1940-06-07+02:00\n", object="Contact")
    assert job["numberRecordsFailed"] == 0
    dates = [each["Birthdate"] for each in client.query("SELECT Birthdate FROM Contact")]
    assert dates == ["1940-06-07", "1940-06-07"]


def test_an_aborted_job_writes_nothing(client):
    job_id = client.post("/jobs/ingest", {"object": "Lead", "operation": "insert"}).json()["id"]
    client.send("PUT", f"/jobs/ingest/{job_id}/batches", data=b"LastName,Company\nA,C\n")
    assert client.patch(f"/jobs/ingest/{job_id}", {"state": "Aborted"}).json()["state"] == "Aborted"
    assert rows_of(client, job_id, "unprocessedrecords") == [{"LastName": "A", "Company": "C"}]
    assert client.query("SELECT Id FROM Lead") == []


@pytest.mark.parametrize(
    ("job", "code", "message"),
    [
        ({"object": "Foo"}, "INVALIDJOB", "InvalidJob : Unable to find object: Foo"),
        ({"operation": "merge"}, "API_ERROR", "Invalid value: 'merge' supplied for property: 'operation'"),
        (
            {"operation": "upsert", "externalIdFieldName": "Title"},
            "INVALIDJOB",
            "InvalidJob : Field name provided, Title does not match an External ID for Lead",
        ),
        ({"contentType": ""}, "API_ERROR", "Invalid value: '' supplied for property: 'contentType'"),
        (
            {"columnDelimiter": "DASH"},
            "API_ERROR",
            "Invalid value: 'DASH' supplied for property: 'columnDelimiter'",
        ),
    ],
)
def test_a_job_that_could_never_run_is_refused(client, job, code, message):
    reply = client.post("/jobs/ingest", {"object": "Lead", "operation": "insert"} | job)
    assert (reply.status_code, reply.json()) == (400, [{"errorCode": code, "message": message}])
    assert list(reply.json()[0]) == ["errorCode", "message"]


def test_an_insert_names_no_id(client):
    lead = client.create("Lead", LastName="A", Company="C")
    job_id, _ = run_ingest(client, f"Id,LastName,Company\n{lead},A,C\n,B,C\n")
    [failed] = rows_of(client, job_id, "failedResults")
    assert failed["sf__Error"] == "INVALID_FIELD_FOR_INSERT_UPDATE:cannot specify Id in an insert call:Id --"
    assert len(rows_of(client, job_id, "successfulResults")) == 1


def test_simple_salesforce_writes_in_bulk(org, salesforce, client):
    org.add_custom_field("Lead", name="Ext__c", type="Text", length=40, external_id=True, unique=True)
    records = [{"LastName": f"L{n}", "Company": "C", "Ext__c": f"e-{n}"} for n in range(30)]
    [summary] = salesforce.bulk2.Lead.upsert(records=records, external_id_field="Ext__c", wait=0)
    assert (summary["numberRecordsProcessed"], summary["numberRecordsFailed"]) == (30, 0)
    assert len(client.query("SELECT Id FROM Lead")) == 30
