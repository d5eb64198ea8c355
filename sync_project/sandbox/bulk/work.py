"""Who does the work of a job: the first that asks for it once it is due, and nobody beside.

The worker holds a lock file in the job's folder, which ends with its process: work that a killed
process left behind is taken up by the next that asks.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace

from sync_project.sandbox.bulk.ingest_work import run_ingest_job
from sync_project.sandbox.bulk.jobs import Job, JobState, Kind, find_job, job_folder, save_job
from sync_project.sandbox.bulk.query_work import run_query_job
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.values import format_datetime

_WORK: Mapping[Kind, Callable[[SandboxOrg, Job], None]] = {"query": run_query_job, "ingest": run_ingest_job}


def is_due(org: SandboxOrg, job: Job) -> bool:
    """Whether the job's work may be done now."""
    is_waiting = job.state in {JobState.UPLOADED, JobState.RUNNING}
    return is_waiting and job.due_at <= format_datetime(org.now)


def work_on(org: SandboxOrg, job: Job) -> None:
    """Do the job's work, unless it is in other hands or done."""
    with _hold(org, job) as is_ours:
        current = find_job(org, job.kind, job.id)
        if is_ours and current is not None and not current.has_ended:
            _WORK[job.kind](org, save_job(org, replace(current, state=JobState.RUNNING)))


@contextmanager
def _hold(org: SandboxOrg, job: Job) -> Iterator[bool]:
    """Hold the job's lock; False while another does. SQLite locks files the same way on every system."""
    path = job_folder(org, job) / "work.lock"
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            yield False
            return
        yield True
