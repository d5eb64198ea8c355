"""What Bulk 2.0 query and ingest jobs share: waiting for their end, and streaming result files to disk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import requests

from sync_project.salesforce.errors import BulkJobError, OrgUnreachableError
from sync_project.salesforce.org import Org

_CHUNK_BYTES = 1 << 20


class JobState(StrEnum):
    """Salesforce's words for the states in which a job stays."""

    COMPLETE = "JobComplete"
    FAILED = "Failed"
    ABORTED = "Aborted"


@dataclass(frozen=True, kw_only=True)
class Polling:
    """When a job is asked for its state: often at first, since most are short; each question is a call."""

    first_seconds: float = 0.2
    growth: float = 1.5
    longest_seconds: float = 15.0
    give_up_seconds: float = 3600.0

    def pauses(self) -> Iterator[float]:
        """The pauses between questions; they end when their sum passes the give-up time."""
        spent = 0.0
        pause = self.first_seconds
        while spent < self.give_up_seconds:
            yield pause
            spent += pause
            pause = min(pause * self.growth, self.longest_seconds)


def wait_for_job(org: Org, path: str, *, polling: Polling, remedy: str) -> Mapping[str, Any]:
    """The job as it is once it stays in a state; ``path`` is ``jobs/query/ID`` or ``jobs/ingest/ID``.

    BulkJobError, which ends with the ``remedy``, when it takes longer than the polling allows.
    """
    for pause in polling.pauses():
        job: Mapping[str, Any] = org.call_json("GET", path)
        if job["state"] in set(JobState):
            return job
        org.session.patience.sleep(pause)
    job_id = path.rpartition("/")[2]
    raise BulkJobError(
        f"Bulk job {job_id} has not ended after {polling.give_up_seconds:g} s. {remedy}", job_id=job_id
    )


def download(
    org: Org, path: str, *, target: Path, params: Mapping[str, str | int] | None = None
) -> Mapping[str, str]:
    """Stream one answer into a file and return its headers; a broken stream starts again, a few times.

    Safe to run in several threads at once.
    """
    patience = org.session.patience
    attempt = 1
    while True:
        try:
            return _download_once(org, path, target=target, params=params)
        except requests.exceptions.RequestException as error:
            if attempt >= patience.attempts:
                raise OrgUnreachableError(
                    f"The download of {path} broke off {attempt} times ({type(error).__name__}). "
                    "Check the network and run again."
                ) from error
        patience.wait(attempt)
        attempt += 1


def _download_once(
    org: Org, path: str, *, target: Path, params: Mapping[str, str | int] | None
) -> Mapping[str, str]:
    with (
        org.call("GET", path, params=params, stream=True) as response,
        target.open("wb") as file,
    ):
        for chunk in response.iter_content(_CHUNK_BYTES):
            file.write(chunk)
        return response.headers
