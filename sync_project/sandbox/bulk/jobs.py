"""Bulk 2.0 jobs as the org keeps them: a row each in its SQLite file, a folder each for their data.

A job starts when its data is complete. Its work is then due at once, or after the time that the fault
dial says; who does it is in ``work``.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Literal

from sync_project.sandbox.database import next_serial
from sync_project.sandbox.ids import make_id, normalise_id
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.values import format_datetime

Kind = Literal["query", "ingest"]

_JOB_PREFIX = "750"
_NEVER = "9999"
_KEPT = timedelta(days=7)


class JobState(StrEnum):
    """Salesforce's words."""

    OPEN = "Open"
    UPLOADED = "UploadComplete"
    RUNNING = "InProgress"
    COMPLETE = "JobComplete"
    FAILED = "Failed"
    ABORTED = "Aborted"


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job; the names follow Salesforce's keys."""

    id: str
    kind: Kind
    operation: str
    object: str
    created_by_id: str
    created_date: str
    system_modstamp: str
    state: JobState
    version: str
    """The API version it was made with, such as ``66.0``."""
    line_ending: str
    column_delimiter: str
    query: str = ""
    external_id_field_name: str | None = None
    assignment_rule_id: str = ""
    due_at: str = ""
    records_processed: int = 0
    records_failed: int = 0
    result_bytes: tuple[int, ...] = ()
    """Of each result file, up to the last whole batch."""
    processing_ms: int = 0
    error_message: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether it stays in its state."""
        return self.state in {JobState.COMPLETE, JobState.FAILED, JobState.ABORTED}


def new_job_id(org: SandboxOrg) -> str:
    """The next free id of a job; jobs that are too old are forgotten on the way."""
    oldest = format_datetime(org.now - _KEPT)
    with org.transaction() as connection:
        for (text,) in connection.execute(
            "DELETE FROM _job WHERE json_extract(job, '$.created_date') < ? RETURNING job", (oldest,)
        ).fetchall():
            shutil.rmtree(job_folder(org, _from_json(text)), ignore_errors=True)
        return make_id(_JOB_PREFIX, next_serial(connection, _JOB_PREFIX))


def save_job(org: SandboxOrg, job: Job) -> Job:
    """Keep a job as it is now; returns it with its new SystemModstamp."""
    job = replace(job, system_modstamp=format_datetime(org.now))
    with org.transaction() as connection:
        connection.execute(
            "INSERT INTO _job (id, kind, job) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET job = excluded.job",
            (job.id, job.kind, json.dumps(asdict(job))),
        )
    return job


def find_job(org: SandboxOrg, kind: Kind, job_id: str) -> Job | None:
    """The job of that id, of 15 or 18 characters."""
    with org.lock:
        row = org.connection.execute(
            "SELECT job FROM _job WHERE id = ? AND kind = ?", (normalise_id(job_id), kind)
        ).fetchone()
    return None if row is None else _from_json(row[0])


def list_jobs(org: SandboxOrg, kinds: Sequence[Kind], *, start: int, count: int) -> list[Job]:
    """Jobs in the order they were made, from the ``start``-th one."""
    marks = ", ".join("?" for _ in kinds)
    rows = org.connection.execute(
        f"SELECT job FROM _job WHERE kind IN ({marks}) ORDER BY rowid LIMIT ? OFFSET ?",
        (*kinds, count, start),
    ).fetchall()
    return [_from_json(job) for (job,) in rows]


def delete_job(org: SandboxOrg, job: Job) -> None:
    """Forget a job and its data."""
    with org.transaction() as connection:
        connection.execute("DELETE FROM _job WHERE id = ?", (job.id,))
    shutil.rmtree(job_folder(org, job), ignore_errors=True)


def job_folder(org: SandboxOrg, job: Job) -> Path:
    """Where a job's data lies."""
    folder = org.bulk_folder / job.id
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def start_job(org: SandboxOrg, job: Job) -> Job:
    """Mark a job's data as complete; its work is due after the fault dial's delay."""
    seconds = org.faults.job_seconds(job.kind)
    due_at = _NEVER if seconds is None else format_datetime(org.now + timedelta(seconds=seconds))
    return save_job(org, replace(job, state=JobState.UPLOADED, due_at=due_at))


def _from_json(text: str) -> Job:
    values = json.loads(text)
    read = {"state": JobState(values["state"]), "result_bytes": tuple(values["result_bytes"])}
    return Job(**values | read)
