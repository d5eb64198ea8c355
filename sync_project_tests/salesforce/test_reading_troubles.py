from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sync_project.salesforce.errors import (
    CallAllowanceSpentError,
    QueryTimeoutError,
    RequestRefusedError,
)
from sync_project.salesforce.object_query import ObjectQuery
from sync_project.salesforce.org import connect
from sync_project.salesforce.reading import ExtractKind, read_object
from sync_project_tests.salesforce.conftest import load_leads, sandbox_credentials
from sync_project_tests.salesforce.lead_extracts import LEADS, MIDNIGHT, only_slice, read_rows
from sync_project_tests.salesforce.scripted_server import Answer, refused


class TestWhenTheOrgHasNoTime:
    """Forty leads of one day, of which the org reads ten at most."""

    DAY = replace(LEADS, start=MIDNIGHT, end=MIDNIGHT + timedelta(days=1))

    @pytest.fixture
    def ids(self, sandbox):
        return load_leads(sandbox, *(MIDNIGHT + timedelta(minutes=30 * number) for number in range(40)))

    def read_ids(self, extract):
        """By batch."""
        return [
            [row[0] for row in read_rows(part, order="Id")]
            for batch in extract.batches
            for part in batch.slices
        ]

    def test_the_window_is_halved_until_each_part_is_read(self, org, sandbox, ids, tmp_path):
        with sandbox.faults.on({"kind": "query_timeout", "rows": 10}):
            extract = read_object(org, self.DAY, folder=tmp_path)

        # Six hours hold twelve leads, three hours six.
        assert [len(batch) for batch in self.read_ids(extract)] == [6, 6, 6, 6, 6, 6, 4]
        assert [each for batch in self.read_ids(extract) for each in batch] == ids
        assert (extract.total_size, extract.row_count) == (40, 40)
        # Three refusals of twelve hours and more, three of six.
        assert extract.calls == 7 + 3 + 3
        assert len(list(tmp_path.iterdir())) == 7

    def test_an_open_window_is_halved_from_2000_until_now_and_keeps_its_ends(self, org, sandbox, tmp_path):
        now = MIDNIGHT + timedelta(hours=12)
        old, late = datetime(1999, 1, 1, tzinfo=UTC), now + timedelta(days=1)
        ids = load_leads(sandbox, old, *[MIDNIGHT] * 10, *[now - timedelta(minutes=1)] * 9, late)

        with sandbox.faults.on({"kind": "query_timeout", "rows": 10}):
            extract = read_object(org, LEADS, folder=tmp_path, now=now)

        came = self.read_ids(extract)
        assert came[0] == ids[:1]
        assert came[-1] == ids[11:]
        assert [each for batch in came for each in batch] == ids

    def test_the_halves_of_a_failed_bulk_job_come_each_by_what_suits_its_size(
        self, org, sandbox, ids, tmp_path
    ):
        job_of_all = {"kind": "query_timeout", "rows": 39, "after": 1, "first": 1}

        with sandbox.faults.on(job_of_all):
            extract = read_object(org, self.DAY, folder=tmp_path, bulk_above_rows=20)

        assert [len(batch) for batch in self.read_ids(extract)] == [24, 16]
        kinds = [part.kind for batch in extract.batches for part in batch.slices]
        assert kinds == [ExtractKind.CSV, ExtractKind.JSON]
        assert (extract.total_size, extract.row_count) == (40, 40)

    def test_a_minute_that_takes_too_long_is_an_error_that_says_what_to_do(self, org, sandbox, tmp_path):
        load_leads(sandbox, *[MIDNIGHT] * 11)

        with (
            sandbox.faults.on({"kind": "query_timeout", "rows": 10}),
            pytest.raises(QueryTimeoutError, match=r"Lead cannot be read in smaller parts.*Leave fields"),
        ):
            read_object(org, self.DAY, folder=tmp_path)

    def test_without_a_stamp_nothing_can_be_halved(self, org, sandbox, ids, tmp_path):
        query = ObjectQuery(object_name="Lead", fields=("Id",), stamp=None)

        with (
            sandbox.faults.on({"kind": "query_timeout", "rows": 10}),
            pytest.raises(QueryTimeoutError, match="Lead cannot be read in smaller parts"),
        ):
            read_object(org, query, folder=tmp_path)


class TestWhenTheConnectionSuffers:
    """Nine hundred leads, in pages of two hundred by REST and in one by Bulk."""

    @pytest.fixture
    def ids(self, sandbox):
        return load_leads(sandbox, *[MIDNIGHT] * 900)

    @contextmanager
    def struck_by(self, fault, sandbox):
        sandbox.requests.clear()
        with sandbox.faults.on(fault):
            yield
        assert any(each.faults for each in sandbox.requests.since())

    def read(self, org, folder, *, bulk_above_rows=10_000):
        extract = read_object(org, LEADS, folder=folder, bulk_above_rows=bulk_above_rows, rows_per_page=200)
        rows = read_rows(only_slice(extract), order="Id")
        assert extract.total_size == extract.row_count == len(rows)
        return [row[0] for row in rows]

    @pytest.mark.parametrize(
        "fault",
        [
            {"kind": "drop", "when": "midway", "path": "*/query/*", "every": 2},
            {"kind": "drop", "when": "midway", "path": "*/query/*", "after": 1, "first": 5},
            {"kind": "session_ends", "after": 2, "first": 1},
            {"kind": "session_ends", "path": "*/query/*", "every": 2},
            {"kind": "error_page", "rate": 0.4},
        ],
        ids=["midway now and then", "midway for long", "session ends", "sessions end", "error pages"],
    )
    def test_pages_come_as_if_nothing_were(self, org, sandbox, ids, tmp_path, fault):
        with self.struck_by(fault, sandbox):
            assert self.read(org, tmp_path) == ids

    @pytest.mark.parametrize(
        "fault",
        [
            {"kind": "drop", "when": "midway", "path": "*/results", "first": 2},
            {"kind": "session_ends", "path": "*/results", "first": 1},
            {"kind": "drop", "when": "after", "path": "*/jobs/query", "first": 1},
            {"kind": "error_page", "rate": 0.4},
        ],
        ids=["midway", "session ends", "job made twice", "error pages"],
    )
    def test_bulk_results_come_as_if_nothing_were(self, org, sandbox, ids, tmp_path, fault):
        with self.struck_by(fault, sandbox):
            assert self.read(org, tmp_path, bulk_above_rows=0) == ids

    def test_an_allowance_ends_a_read_before_the_call_beyond_it(
        self, sandbox, served_org, patience, ids, tmp_path
    ):
        credentials = sandbox_credentials(sandbox, served_org.url)

        with (
            connect(credentials, patience=patience, call_allowance=3) as org,
            pytest.raises(CallAllowanceSpentError, match="allowance of 3 API calls"),
        ):
            self.read(org, tmp_path)
        assert org.calls_used == 3


class TestAgainstAnOrgThatMisbehaves:
    @pytest.fixture
    def scripted_org(self, credentials, patience):
        with connect(credentials, patience=patience) as org:
            yield org

    def page(self, number, *, is_last):
        further = {} if is_last else {"nextRecordsUrl": "/services/data/v66.0/query/01g-1"}
        records = [{"attributes": {}, "Id": f"00{number}"}]
        return Answer(body={"totalSize": 2, "done": is_last, "records": records} | further)

    def test_an_object_that_bulk_does_not_know_comes_by_rest_however_large(
        self, server, scripted_org, tmp_path
    ):
        unknown = refused(400, "INVALIDENTITY", "Entity 'TaskStatus' is not supported by the Bulk API.")
        server.script(self.page(1, is_last=False), unknown, self.page(2, is_last=True))
        query = ObjectQuery(object_name="TaskStatus", fields=("Id",), stamp=None)

        extract = read_object(scripted_org, query, folder=tmp_path, bulk_above_rows=1)

        assert read_rows(only_slice(extract), order="Id") == [("001",), ("002",)]
        assert (extract.total_size, extract.row_count, extract.calls) == (2, 2, 3)

    def test_another_refusal_of_a_job_is_an_error(self, server, scripted_org, tmp_path):
        server.script(self.page(1, is_last=False), refused(400, "API_ERROR", "no"))

        with pytest.raises(RequestRefusedError, match="API_ERROR"):
            read_object(scripted_org, LEADS, folder=tmp_path, bulk_above_rows=1)
