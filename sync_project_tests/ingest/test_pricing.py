import pytest

from sync_project.ingest.errors import OverBudgetError, PullFilterError
from sync_project.ingest.pricing import ImportPrice, price_import
from sync_project.salesforce.org import connect
from sync_project.salesforce.sign_in import Credentials
from sync_project_tests.ingest.conftest import at, days
from sync_project_tests.ingest.leads import load_leads, make_lead

OBJECTS = ("Lead", "Contact", "Invoice__c")


def price(importer, org=None, objects=OBJECTS, **settings):
    importer.objects["Invoice__c"] = {}
    return price_import(
        objects,
        org=org or importer.sign_in(),
        warehouse=importer.warehouse,
        window=days(1, importer.clock.now.day),
        settings=importer.settings(**settings),
        now=importer.clock.now,
    )


def test_every_object_is_counted_before_it_is_read_in_one_call_for_five(sandbox, importer, sign_in):
    load_leads(sandbox, *(make_lead(n, SystemModstamp=at(1, 1)) for n in range(3)))
    org = sign_in()

    prices = price(importer, org)

    assert prices == [
        ImportPrice(object_name="Lead", read_from=None, row_count=3, way="rest", call_count=2),
        ImportPrice(object_name="Contact", read_from=None, row_count=0, way="rest", call_count=1),
    ]
    assert org.calls_used == 1
    assert importer.rows("SELECT object_name, row_count, way, call_count FROM raw.import_price") == [
        ("Lead", 3, "rest", 2),
        ("Contact", 0, "rest", 1),
    ]


@pytest.mark.parametrize("bulk_above_rows", [10, 1])
def test_the_price_of_a_read_is_not_exceeded(sandbox, importer, sign_in, bulk_above_rows):
    load_leads(sandbox, *(make_lead(n, SystemModstamp=at(1, 1)) for n in range(3)))
    [each] = price(importer, objects=["Lead"], bulk_above_rows=bulk_above_rows)

    counts = importer.read("Lead", bulk_above_rows=bulk_above_rows)

    assert (counts.row_count, counts.way) == (each.row_count, each.way)
    assert counts.call_count <= each.call_count


def test_an_import_that_would_take_too_many_calls_is_refused_before_it_begins(sandbox, importer, served_org):
    load_leads(sandbox, make_lead(1))
    credentials = Credentials(
        login_url=served_org.url, client_id=sandbox.client_id, client_secret=sandbox.client_secret
    )
    with connect(credentials, call_allowance=3) as org:
        with pytest.raises(OverBudgetError, match=r"about 3 API calls, and 2 are left .*calls_per_run"):
            price(importer, org)
        assert org.calls_used == 1


def test_what_will_not_be_read_has_no_price(sandbox, importer):
    load_leads(sandbox, make_lead(1, Title="CEO"))
    importer.read("Lead")
    sandbox.hide_field("Lead", "Title")
    importer.describe()

    assert [each.object_name for each in price(importer)] == ["Contact"]


def test_a_filter_that_the_org_refuses_is_found_before_anything_is_read(importer):
    importer.objects["Lead"] = {"filter": "WHERE Country = 'DE'"}

    with pytest.raises(PullFilterError, match=r"(?s)ingest\.objects\.Lead\.filter .* without WHERE"):
        price(importer)
