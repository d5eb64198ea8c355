import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote_plus

import pytest

from sync_project.salesforce.bulk_query import LONGEST_BULK_QUERY
from sync_project.salesforce.errors import (
    FieldMissingError,
)
from sync_project.salesforce.object_query import ObjectQuery
from sync_project.salesforce.org import LONGEST_URL_QUERY
from sync_project.salesforce.reading import ExtractKind, read_object
from sync_project_tests.salesforce.conftest import create_leads, load_leads, make_lead
from sync_project_tests.salesforce.lead_extracts import (
    FIELDS,
    LEADS,
    MIDNIGHT,
    only_slice,
    read_keys,
    read_rows,
)

AWKWARD_TITLES = [
    'say "hi"',
    "a,b",
    "line\nbreak",
    "cr\r\nlf",
    "Zoë 🚀",
    "a\u2028b",
    "#N/A",
    "null",
    "NULL",
    None,
]


@pytest.fixture
def filled_org(org):
    leads = [
        make_lead(number, Title=title, AnnualRevenue=number / 4)
        for number, title in enumerate(AWKWARD_TITLES)
    ]
    create_leads(org, leads)
    return org


def test_few_rows_come_by_rest_in_one_call(filled_org, tmp_path):
    extract = read_object(filled_org, LEADS, folder=tmp_path / "new" / "folder")

    assert (extract.total_size, extract.row_count, extract.calls) == (10, 10, 1)
    part = only_slice(extract)
    assert (part.kind, part.fields) == (ExtractKind.JSON, FIELDS)
    [file] = part.files
    assert [row["Title"] for row in json.loads(file.read_text(encoding="utf-8"))] == AWKWARD_TITLES


def test_an_unchanged_object_costs_one_call(org, tmp_path):
    extract = read_object(org, LEADS, folder=tmp_path)

    assert (extract.total_size, extract.row_count, extract.calls) == (0, 0, 1)
    assert read_rows(only_slice(extract)) == []


def test_bulk_above_the_limit_equals_rest_below_it_row_for_row(filled_org, tmp_path):
    by_rest = read_object(filled_org, LEADS, folder=tmp_path, bulk_above_rows=10)
    by_bulk = read_object(filled_org, LEADS, folder=tmp_path, bulk_above_rows=9)

    assert (only_slice(by_rest).kind, only_slice(by_bulk).kind) == (ExtractKind.JSON, ExtractKind.CSV)
    assert (by_bulk.total_size, by_bulk.row_count) == (10, 10)
    rows = read_rows(only_slice(by_bulk))
    assert rows == read_rows(only_slice(by_rest))
    assert [row[3] for row in rows] == AWKWARD_TITLES


@pytest.mark.parametrize("bulk_above_rows", [0, 100], ids=["bulk", "rest"])
def test_the_window_is_half_open_and_the_condition_holds(org, sandbox, tmp_path, bulk_above_rows):
    stamps = [MIDNIGHT + timedelta(seconds=second) for second in (-1, 0, 1, 59, 60)]
    load_leads(sandbox, *stamps)
    query = replace(
        LEADS, start=MIDNIGHT, end=MIDNIGHT + timedelta(minutes=1), condition="Key__c != 'key-2' OR Id = null"
    )

    extract = read_object(org, query, folder=tmp_path, bulk_above_rows=bulk_above_rows)

    assert read_keys(extract) == ["key-1", "key-3"]


@pytest.mark.parametrize("bulk_above_rows", [0, 100], ids=["bulk", "rest"])
def test_deleted_records_come_unless_they_are_not_wanted(filled_org, tmp_path, bulk_above_rows):
    [page] = filled_org.query("SELECT Id FROM Lead LIMIT 1")
    filled_org.call("DELETE", f"sobjects/Lead/{page.records[0]['Id']}")

    def count(**wanted):
        return read_object(
            filled_org, LEADS, folder=tmp_path, bulk_above_rows=bulk_above_rows, **wanted
        ).row_count

    assert (count(), count(include_deleted=False)) == (10, 9)


@pytest.mark.parametrize("bulk_above_rows", [0, 100], ids=["bulk", "rest"])
def test_an_object_without_a_stamp_is_read_whole(filled_org, tmp_path, bulk_above_rows):
    query = ObjectQuery(object_name="Lead", fields=("Id", "Key__c"), stamp=None)

    extract = read_object(filled_org, query, folder=tmp_path, bulk_above_rows=bulk_above_rows)

    assert [row[1] for row in read_rows(only_slice(extract))] == [f"key-{number}" for number in range(10)]


@pytest.mark.parametrize("bulk_above_rows", [0, 100], ids=["bulk", "rest"])
def test_a_hidden_field_is_named(filled_org, sandbox, tmp_path, bulk_above_rows):
    sandbox.hide_field("Lead", "Title")

    with pytest.raises(FieldMissingError, match=r"Lead\.Title"):
        read_object(filled_org, LEADS, folder=tmp_path, bulk_above_rows=bulk_above_rows)


class TestTooWide:
    """The condition leaves so little room that not all fields fit."""

    def wide(self, longest, *, encode=str):
        """A query that is thirty characters longer than it may be."""
        short = replace(LEADS, condition="Key__c != ''")
        missing = longest + 30 - len(encode(short.ordered_soql(FIELDS)))
        return replace(LEADS, condition=f"Key__c != '{'x' * missing}'")

    @pytest.fixture
    def wide_for_rest(self):
        return self.wide(LONGEST_URL_QUERY, encode=quote_plus)

    def test_few_rows_come_in_slices_by_rest(self, filled_org, wide_for_rest, tmp_path):
        extract = read_object(filled_org, wide_for_rest, folder=tmp_path)

        [batch] = extract.batches
        assert len(batch.slices) > 1
        assert {each.kind for each in batch.slices} == {ExtractKind.JSON}
        assert all(each.fields[:2] == ("Id", "SystemModstamp") for each in batch.slices)
        assert [name for each in batch.slices for name in each.fields[2:]] == list(FIELDS[2:])
        assert (extract.total_size, extract.row_count) == (10, 10)
        # One to count, one a slice.
        assert extract.calls == 1 + len(batch.slices)
        ids = [[row[0] for row in read_rows(each, order="Id")] for each in batch.slices]
        assert all(each == ids[0] for each in ids)

    def test_no_row_costs_one_call(self, org, wide_for_rest, tmp_path):
        extract = read_object(org, wide_for_rest, folder=tmp_path)

        assert (extract.total_size, extract.row_count, extract.calls) == (0, 0, 1)
        assert only_slice(extract).fields == FIELDS
        assert read_rows(only_slice(extract)) == []

    def test_many_rows_come_whole_by_bulk(self, filled_org, wide_for_rest, tmp_path):
        extract = read_object(filled_org, wide_for_rest, folder=tmp_path, bulk_above_rows=9)

        part = only_slice(extract)
        assert (part.kind, part.fields, extract.row_count) == (ExtractKind.CSV, FIELDS, 10)

    def test_a_condition_too_long_for_an_address_goes_to_bulk_at_once(self, filled_org, tmp_path):
        extract = read_object(filled_org, self.wide(LONGEST_URL_QUERY + 1_000), folder=tmp_path)

        assert (only_slice(extract).kind, extract.row_count) == (ExtractKind.CSV, 10)

    def test_what_is_too_wide_for_bulk_comes_in_slices_too(self, filled_org, tmp_path):
        extract = read_object(filled_org, self.wide(LONGEST_BULK_QUERY), folder=tmp_path)

        [batch] = extract.batches
        assert len(batch.slices) > 1
        assert {each.kind for each in batch.slices} == {ExtractKind.CSV}
        assert [name for each in batch.slices for name in each.fields[2:]] == list(FIELDS[2:])
        assert (extract.total_size, extract.row_count) == (10, 10)
