"""Whatever the fault dial does to an import, its tables and their history end as those of an undisturbed one.

The contacts come by REST in two pages, whose edge lies between rows of one second, the leads by Bulk.
"""

from contextlib import contextmanager

import pytest

from sync_project.salesforce.errors import (
    BulkJobError,
    CallsSpentError,
    OrgUnreachableError,
    RetryableError,
    SignInError,
)
from sync_project.salesforce.transport import Patience
from sync_project_tests.ingest.disturbed.whole_import import contents

NEXT_PAGE, RESULTS = "*/query/01g*", "*/jobs/query/*/results"
QUICK = Patience(sleep=lambda seconds: None)


@pytest.fixture(scope="module")
def undisturbed(lived, tmp_path_factory):
    """The tables after contacts and leads were read without a fault."""
    importing = lived.import_into(tmp_path_factory.mktemp("undisturbed") / "home")
    importing.read("Contact", "Lead")
    return contents(importing.warehouse)


@pytest.fixture
def importing(lived, tmp_path):
    return lived.import_into(tmp_path / "home")


@contextmanager
def struck_by(*faults, lived, seed=0):
    lived.sandbox.requests.clear()
    with lived.sandbox.faults.on(*faults, seed=seed):
        yield
    struck = {kind for each in lived.sandbox.requests.since() for kind in each.faults}
    # Slow jobs strike jobs, not requests.
    assert struck or faults[0]["kind"] == "slow_jobs"


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "session_ends", "path": NEXT_PAGE, "first": 1},
        {"kind": "drop", "when": "midway", "path": "*/queryAll", "first": 1},
        {"kind": "drop", "when": "midway", "path": NEXT_PAGE},
        {"kind": "session_ends", "path": RESULTS, "first": 1},
        {"kind": "drop", "when": "midway", "path": RESULTS, "first": 2},
        {"kind": "session_ends", "path": "*/jobs/query/*", "every": 2},
    ],
    ids=[
        "the token expires between two pages",
        "a page breaks off in its middle",
        "the next page, among equal timestamps, never comes",
        "the token expires before a download",
        "a download breaks off in its middle",
        "no token lives longer than a question for the state of a job",
    ],
)
def test_an_import_that_goes_on_through_a_fault_ends_as_an_undisturbed_one(
    lived, importing, undisturbed, fault
):
    with struck_by(fault, lived=lived):
        importing.read("Contact", "Lead", patience=QUICK)

    assert contents(importing.warehouse) == undisturbed


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "slow_jobs", "operation": "query", "first": 1}, BulkJobError),
        ({"kind": "request_limit", "after": 3}, CallsSpentError),
        ({"kind": "drop", "when": "before", "after": 1}, OrgUnreachableError),
        ({"kind": "drop", "when": "midway", "path": RESULTS}, OrgUnreachableError),
    ],
    ids=[
        "a bulk job is stuck",
        "the calls are used up",
        "nobody answers after the first page",
        "no download ends",
    ],
)
def test_an_import_that_a_fault_ends_is_made_up_for_by_the_next_one(
    lived, importing, undisturbed, fault, error
):
    with struck_by(fault, lived=lived), pytest.raises(error):
        importing.read("Contact", "Lead", patience=QUICK)

    importing.read("Contact", "Lead")

    assert contents(importing.warehouse) == undisturbed
    assert bulk_jobs(lived) == []


def test_all_steps_through_an_unsteady_network_end_as_undisturbed_ones(lived, importing):
    run_unsteadily(importing, lived, seed=1)


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(2, 60))
def test_all_steps_through_any_unsteady_network_end_as_undisturbed_ones(lived, importing, seed):
    run_unsteadily(importing, lived, seed=seed)


def run_unsteadily(importing, lived, *, seed):
    """Every third call suffers; runs that fail of it are repeated, in peace after the fifth."""
    faults = [
        {"kind": "drop", "when": "midway", "rate": 0.1},
        {"kind": "drop", "when": "after", "rate": 0.1},
        {"kind": "session_ends", "rate": 0.1},
        {"kind": "error_page", "rate": 0.1},
    ]
    with struck_by(*faults, lived=lived, seed=seed):
        for _ in range(5):
            try:
                importing.run(patience=QUICK)
            except (RetryableError, SignInError):
                # An org that ends a session as soon as it has begun is taken at its word.
                continue
            break
    importing.run()
    assert contents(importing.warehouse) == lived.expected


def bulk_jobs(lived):
    """Those that the org has kept."""
    return lived.sandbox.connection.execute("SELECT id FROM _job").fetchall()
