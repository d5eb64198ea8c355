import pytest

from sync_project.salesforce.errors import QueryRefusedError
from sync_project.salesforce.query_records import read_query_records
from sync_project.salesforce.soql import read_query
from sync_project_tests.salesforce.conftest import create_leads, make_lead


def read(org, soql, *, bulk_above_rows=10_000):
    calls_before = org.calls_used
    found = read_query_records(org, read_query(soql), bulk_above_rows=bulk_above_rows)
    return found, org.calls_used - calls_before


def test_what_one_page_holds_costs_one_call_and_is_shown_as_selected(org):
    ids = create_leads(org, (make_lead(number, Title=None) for number in range(3)))
    soql = "SELECT Name, Title, Owner.Alias, (SELECT Id FROM Tasks) FROM Lead ORDER BY Key__c DESC LIMIT 2"
    found, calls = read(org, soql)
    assert (found.record_ids, found.total_size, calls) == ((ids[2], ids[1]), 2, 1)
    first = {"Id": ids[2], "Name": "Lead 2", "Title": None, "Owner.Alias": "integ", "Tasks": None}
    assert found.first_rows[0] == first


@pytest.mark.parametrize(("bulk_above_rows", "fewest", "most"), [(10_000, 3, 3), (2_000, 5, 20)])
def test_more_are_read_by_their_ids_alone(org, bulk_above_rows, fewest, most):
    ids = create_leads(org, (make_lead(number) for number in range(2_100)))
    found, calls = read(org, "SELECT LastName FROM Lead", bulk_above_rows=bulk_above_rows)
    assert sorted(found.record_ids) == sorted(ids)
    assert (found.total_size, len(found.first_rows)) == (2_100, 2_000)
    assert fewest <= calls <= most


def test_a_query_too_long_for_an_address_goes_by_bulk(org):
    (lead,) = create_leads(org, [make_lead(1)])
    names = ", ".join(f"'Lead {number}'" for number in range(1_000))
    found, _ = read(org, f"SELECT LastName FROM Lead WHERE LastName IN ({names})")
    assert (found.record_ids, found.total_size, found.first_rows) == ((lead,), 1, ())


def test_rows_to_be_skipped_are_skipped_however_many_there_are(org):
    ids = create_leads(org, (make_lead(number) for number in range(2_100)))
    found, _ = read(org, "SELECT LastName FROM Lead ORDER BY Id OFFSET 50", bulk_above_rows=1)
    assert found.record_ids == tuple(sorted(ids)[50:])


def test_a_wrong_query_is_refused_in_salesforces_words_with_a_remedy(org):
    with pytest.raises(QueryRefusedError, match=r"(?s)MALFORMED_QUERY.*unexpected token.*Correct the query"):
        read(org, "SELECT Name FROM Lead WHERE WHERE Name = 'a'")
