import subprocess
import sys

import pytest

from sync_project.sandbox.bulk import ingest_work
from sync_project.sandbox.bulk.ingest import RowWriter
from sync_project.sandbox.bulk.ingest_work import UPLOAD
from sync_project.sandbox.bulk.jobs import JobState, find_job, job_folder, save_job, start_job
from sync_project.sandbox.bulk.work import work_on


def make_job(org, client, content):
    job_id = client.post("/jobs/ingest", {"object": "Lead", "operation": "insert"}).json()["id"]
    job = find_job(org, "ingest", job_id)
    (job_folder(org, job) / UPLOAD).write_bytes(content)
    return start_job(org, job)


def last_names(client):
    return [each["LastName"] for each in client.query("SELECT LastName FROM Lead ORDER BY LastName")]


def test_work_that_was_cut_short_goes_on_after_the_last_whole_batch(org, client, monkeypatch):
    monkeypatch.setattr(ingest_work, "ROWS_PER_BATCH", 2)
    job = make_job(org, client, b"LastName,Company\nA,C\n,C\nB,C\nD,C\nE,C\n")

    write = RowWriter.write

    def write_until_the_power_fails(writer, row):
        if row.cells[0] == "D":
            raise RuntimeError("the power fails")
        return write(writer, row)

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(RowWriter, "write", write_until_the_power_fails)
        work_on(org, job)
    assert last_names(client) == ["A"]
    shown = client.get(f"/jobs/ingest/{job.id}").json()
    assert (shown["state"], shown["numberRecordsProcessed"], shown["numberRecordsFailed"]) == (
        "JobComplete",
        5,
        1,
    )
    assert last_names(client) == ["A", "B", "D", "E"]
    successful = client.get(f"/jobs/ingest/{job.id}/successfulResults").text.splitlines()
    failed = client.get(f"/jobs/ingest/{job.id}/failedResults").text.splitlines()
    assert [line.split(",")[2] for line in successful] == ['"LastName"', '"A"', '"B"', '"D"', '"E"']
    assert len(failed) == 2


def test_work_in_other_hands_is_left_to_them(org, client):
    job = make_job(org, client, b"LastName,Company\nA,C\n")
    path = job_folder(org, job) / "work.lock"
    hold = (
        "import sqlite3, sys; lock = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "lock.execute('BEGIN EXCLUSIVE'); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        assert client.get(f"/jobs/ingest/{job.id}").json()["state"] == "InProgress"
        assert last_names(client) == []
        other.kill()
    assert client.get(f"/jobs/ingest/{job.id}").json()["state"] == "JobComplete"
    assert last_names(client) == ["A"]


def test_a_query_that_was_cut_short_is_answered_anew(org, client):
    client.create("Lead", LastName="A", Company="C")
    body = {"operation": "query", "query": "SELECT LastName FROM Lead"}
    job = find_job(org, "query", client.post("/jobs/query", body).json()["id"])
    (job_folder(org, job) / "rows.csv").write_bytes(b'"LastName"\n"A')
    save_job(org, start_job(org, job))
    assert client.get(f"/jobs/query/{job.id}").json()["state"] == JobState.COMPLETE
    assert client.get(f"/jobs/query/{job.id}/results").text == '"LastName"\n"A"\n'
