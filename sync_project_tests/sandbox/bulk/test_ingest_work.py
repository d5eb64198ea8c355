import os
import threading

import pytest

from sync_project.sandbox.bulk import ingest_work
from sync_project.sandbox.bulk.jobs import find_job, job_folder, start_job
from sync_project.sandbox.bulk.work import work_on


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the upload is a pipe here")
def test_between_batches_the_org_is_free_and_the_job_may_be_aborted(org, client, monkeypatch):
    monkeypatch.setattr(ingest_work, "ROWS_PER_BATCH", 2)
    job_id = client.post("/jobs/ingest", {"object": "Lead", "operation": "insert"}).json()["id"]
    job = find_job(org, "ingest", job_id)
    os.mkfifo(job_folder(org, job) / ingest_work.UPLOAD)
    work = threading.Thread(target=work_on, args=(org, start_job(org, job)))
    work.start()
    with (job_folder(org, job) / ingest_work.UPLOAD).open("w", encoding="utf-8") as upload:
        upload.write("LastName,Company\nA,C\nB,C\n")
        upload.flush()
        while client.get(f"/jobs/ingest/{job_id}").json()["numberRecordsProcessed"] < 2:
            pass
        assert client.patch(f"/jobs/ingest/{job_id}", {"state": "Aborted"}).status_code == 200
        upload.write("C,C\nD,C\nE,C\n")
    work.join()
    ended = client.get(f"/jobs/ingest/{job_id}").json()
    assert (ended["state"], ended["numberRecordsProcessed"]) == ("Aborted", 2)
    names = [each["LastName"] for each in client.query("SELECT LastName FROM Lead ORDER BY LastName")]
    assert names == ["A", "B"]
    unprocessed = client.get(f"/jobs/ingest/{job_id}/unprocessedrecords").text
    assert unprocessed == '"LastName","Company"\n"C","C"\n"D","C"\n"E","C"\n'


def test_each_batch_counts_as_one(org, client, monkeypatch):
    monkeypatch.setattr(ingest_work, "ROWS_PER_BATCH", 2)
    job_id = client.post("/jobs/ingest", {"object": "Lead", "operation": "insert"}).json()["id"]
    client.send("PUT", f"/jobs/ingest/{job_id}/batches", data=b"LastName,Company\nA,C\nB,C\n,C\n")
    client.patch(f"/jobs/ingest/{job_id}", {"state": "UploadComplete"})
    job = client.get(f"/jobs/ingest/{job_id}").json()
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (3, 1)
    assert client.get("/limits").json()["DailyBulkApiBatches"]["Remaining"] == 14_998
