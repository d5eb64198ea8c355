import pytest

from sync_project.ingest.upkeep.refresh import refresh_object
from sync_project.sandbox.loading import load_rows
from sync_project_tests.ingest.conftest import at
from sync_project_tests.ingest.leads import load_leads, make_lead


@pytest.fixture
def refresh(importer):
    """Refresh an object as its schedule does."""

    def refreshed(object_name):
        return refresh_object(
            object_name,
            org=importer.sign_in(),
            warehouse=importer.warehouse,
            settings=importer.settings(),
            now=importer.clock.now,
        )

    return refreshed


@pytest.fixture
def formula(sandbox, importer):
    """Contact.Sector__c follows the industry of the account, without a new stamp; of two, one has one."""
    sandbox.add_custom_field("Contact", name="Sector__c", type="string", formula="Account.Industry")
    load_rows(sandbox, "Account", [{"Id": "001000000000001AAA", "Name": "Acme", "Industry": "Toys"}])
    people = [
        {"Id": f"00300000000000{n}AAA", "LastName": "A", "AccountId": account, "SystemModstamp": at(1, 1)}
        for n, account in enumerate(["001000000000001AAA", None])
    ]
    load_rows(sandbox, "Contact", people)
    importer.objects["Contact"] = {"fields": ["Sector__c"]}
    importer.describe()


@pytest.mark.usefixtures("formula")
def test_a_formula_that_changed_without_a_stamp_is_brought_up_to_date(importer, refresh, sign_in, clock):
    importer.read("Contact")
    clock.now = at(2)
    sign_in().call("PATCH", "sobjects/Account/001000000000001AAA", json={"Industry": "Games"})
    importer.read("Contact")
    assert importer.rows("SELECT Sector__c FROM raw.contact ORDER BY Id") == [("Toys",), (None,)]
    clock.now = at(3)

    counts = refresh("Contact")

    assert (counts.field_names, counts.row_count, counts.drifted_count) == (("Sector__c",), 2, 1)
    assert importer.rows("SELECT Sector__c FROM raw.contact ORDER BY Id") == [("Games",), (None,)]
    assert importer.rows(
        "SELECT Sector__c, valid_from, valid_to FROM history.contact WHERE AccountId IS NOT NULL ORDER BY ALL"
    ) == [
        ("Games", at(3).replace(tzinfo=None), None),
        ("Toys", at(1, 1).replace(tzinfo=None), at(3).replace(tzinfo=None)),
    ]
    assert importer.rows("SELECT * EXCLUDE refreshed_at FROM raw.formula_drift") == [
        ("Contact", "Sector__c", 2, 1)
    ]


@pytest.mark.usefixtures("formula")
def test_a_record_that_changed_since_the_last_import_is_left_to_the_next_one(
    importer, refresh, sign_in, clock
):
    importer.read("Contact")
    clock.now = at(2)
    org = sign_in()
    org.call("PATCH", "sobjects/Account/001000000000001AAA", json={"Industry": "Games"})
    org.call("PATCH", "sobjects/Contact/003000000000000AAA", json={"LastName": "B"})

    assert refresh("Contact").drifted_count == 0
    importer.read("Contact")
    assert importer.rows("SELECT LastName, Sector__c FROM raw.contact ORDER BY Id LIMIT 1") == [
        ("B", "Games")
    ]


@pytest.mark.usefixtures("formula")
def test_a_refresh_does_not_count_as_a_read_of_a_window(importer, refresh, clock):
    importer.read("Contact")
    clock.now = at(2)
    refresh("Contact")
    clock.now = at(3)

    assert importer.read("Contact").read_from == at(1, 11, 50)


def test_fields_named_for_refresh_are_read_again_too(sandbox, importer, refresh):
    load_leads(sandbox, make_lead(1, Title="CEO"))
    importer.read("Lead")
    sandbox.connection.execute("UPDATE Lead SET Title = 'CTO'")
    importer.objects["Lead"] = {"refresh": ["title"]}

    assert refresh("Lead").drifted_count == 1
    assert importer.rows("SELECT Title FROM raw.lead") == [("CTO",)]


@pytest.mark.usefixtures("formula")
def test_an_object_without_such_fields_or_not_imported_yet_costs_no_call(sandbox, importer, refresh):
    load_leads(sandbox, make_lead(1))
    importer.read("Lead")

    assert refresh("Lead").call_count == 0
    assert refresh("Contact").call_count == 0


@pytest.mark.usefixtures("formula")
def test_an_object_whose_update_is_off_stays_as_it_came(importer, refresh):
    importer.read("Contact")
    importer.objects["Contact"] |= {"update": False}

    assert refresh("Contact").call_count == 0
