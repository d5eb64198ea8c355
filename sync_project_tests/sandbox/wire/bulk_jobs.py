"""Ingest jobs as a client runs them, for tests."""

import csv
import io


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
