from sync_project.sandbox.traffic.faults import Faults, SlowJobs
from sync_project_tests.sandbox.wire.bulk_jobs import rows_of, run_ingest


def test_a_job_has_one_end(client):
    job_id, _ = run_ingest(client, "LastName,Company\nA,C\n")
    late = client.send("PUT", f"/jobs/ingest/{job_id}/batches", data=b"LastName,Company\n")
    assert (late.status_code, late.json()[0]["errorCode"]) == (400, "INVALIDJOBSTATE")
    assert client.patch(f"/jobs/ingest/{job_id}", {"state": "Aborted"}).status_code == 400
    assert client.send("DELETE", f"/jobs/ingest/{job_id}").status_code == 204
    assert client.get(f"/jobs/ingest/{job_id}").status_code == 404


def test_a_job_is_described_with_salesforces_keys_in_their_order(org, client):
    org.add_custom_field("Lead", name="Ext__c", type="Text", length=40, external_id=True)
    made = client.post(
        "/jobs/ingest", {"object": "Lead", "operation": "upsert", "externalIdFieldName": "Ext__c"}
    ).json()
    assert list(made) == [
        "id",
        "operation",
        "object",
        "createdById",
        "createdDate",
        "systemModstamp",
        "state",
        "externalIdFieldName",
        "concurrencyMode",
        "contentType",
        "apiVersion",
        "contentUrl",
        "lineEnding",
        "columnDelimiter",
    ]
    assert made["contentUrl"] == f"services/data/v66.0/jobs/ingest/{made['id']}/batches"
    _, job = run_ingest(client, "LastName,Company\nA,C\n")
    assert list(job) == [
        "id",
        "operation",
        "object",
        "createdById",
        "createdDate",
        "systemModstamp",
        "state",
        "concurrencyMode",
        "contentType",
        "apiVersion",
        "jobType",
        "lineEnding",
        "columnDelimiter",
        "numberRecordsProcessed",
        "numberRecordsFailed",
        "retries",
        "totalProcessingTime",
        "apiActiveProcessingTime",
        "apexProcessingTime",
    ]


def test_a_hard_delete_needs_a_permission(client):
    assert client.send("PUT", "/sandbox/bulk", json={"hardDeletes": False}).status_code == 400
    assert client.get("/sandbox/bulk").json() == {"hardDelete": True}
    assert client.send("PUT", "/sandbox/bulk", json={"hardDelete": False}).json() == {"hardDelete": False}
    refused = client.post("/jobs/ingest", {"object": "Lead", "operation": "hardDelete"})
    assert (refused.status_code, refused.json()) == (
        400,
        [
            {
                "message": "FeatureNotEnabled : hardDelete operation requires special user profile "
                "permission, please contact your system administrator",
                "errorCode": "FEATURENOTENABLED",
            }
        ],
    )


def test_a_slow_job_is_in_progress_until_the_clock_says_so(org, client, clock):
    org.faults.set(Faults(faults=(SlowJobs(kind="slow_jobs", seconds=60),)))
    job_id, job = run_ingest(client, "LastName,Company\nA,C\n")
    assert job["state"] == "InProgress"
    assert client.query("SELECT Id FROM Lead") == []
    assert client.send("DELETE", f"/jobs/ingest/{job_id}").status_code == 400
    clock.advance(seconds=61)
    assert client.get(f"/jobs/ingest/{job_id}").json()["state"] == "JobComplete"
    assert len(client.query("SELECT Id FROM Lead")) == 1


def test_a_stuck_job_can_be_aborted(org, client, clock):
    org.faults.set(Faults(faults=(SlowJobs(kind="slow_jobs"),)))
    job_id, _ = run_ingest(client, "LastName,Company\nA,C\n")
    clock.advance(days=300)
    assert client.get(f"/jobs/ingest/{job_id}").json()["state"] == "InProgress"
    assert client.patch(f"/jobs/ingest/{job_id}", {"state": "Aborted"}).json()["state"] == "Aborted"
    assert rows_of(client, job_id, "unprocessedrecords") == [{"LastName": "A", "Company": "C"}]


def test_jobs_of_both_kinds_are_listed_by_type(client):
    job_id, _ = run_ingest(client, "LastName,Company\nA,C\n")
    query = client.post("/jobs/query", {"operation": "query", "query": "SELECT Id FROM Lead"}).json()
    listed = client.get("/jobs/ingest").json()
    assert list(listed) == ["done", "records", "nextRecordsUrl"]
    assert [each["id"] for each in listed["records"]] == [job_id, query["id"]]
    assert (listed["done"], listed["nextRecordsUrl"]) == (True, None)
    for job_type, ids in (("V2Ingest", [job_id]), ("V2Query", [query["id"]]), ("Classic", [])):
        found = client.get("/jobs/query", params={"jobType": job_type}).json()
        assert [each["id"] for each in found["records"]] == ids


def test_batches_and_query_jobs_are_counted_as_limits(client):
    run_ingest(client, "LastName,Company\nA,C\n")
    client.post("/jobs/query", {"operation": "query", "query": "SELECT Id FROM Lead"})
    limits = client.get("/limits").json()
    assert limits["DailyBulkApiBatches"] == {"Max": 15_000, "Remaining": 14_999}
    assert limits["DailyBulkV2QueryJobs"] == {"Max": 10_000, "Remaining": 9_999}
