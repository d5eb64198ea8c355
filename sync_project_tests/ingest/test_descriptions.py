import pytest

from sync_project.ingest.descriptions import describe_objects
from sync_project.ingest.errors import NothingVisibleError, OtherOrgError
from sync_project.salesforce.org import connect
from sync_project.salesforce.sign_in import Credentials
from sync_project.warehouse.models import table_exists
from sync_project_tests.ingest.conftest import at
from sync_project_tests.salesforce.scripted_server import refused, serving


def test_every_field_is_listed_with_what_later_rooms_ask_of_it(sandbox, importer):
    sandbox.add_custom_field("Lead", name="Score__c", label="Score", type="double", precision=18, scale=1)
    importer.describe()

    assert importer.rows(
        """SELECT object_name, label, type, scale, is_nillable, is_createable, is_updateable, is_calculated,
            left_out_because
        FROM raw.field WHERE field_name = 'Score__c'"""
    ) == [("Lead", "Score", "double", 1, True, True, True, False, None)]


def test_compound_fields_are_listed_with_the_reason_why_they_stay_out(importer):
    assert importer.rows(
        """SELECT field_name, left_out_because FROM raw.field
        WHERE object_name = 'Account' AND left_out_because IS NOT NULL ORDER BY field_name"""
    ) == [
        ("BillingAddress", "compound field; its parts are imported"),
        ("ShippingAddress", "compound field; its parts are imported"),
    ]


def test_a_hidden_field_is_not_listed_and_describing_again_replaces_the_list(sandbox, importer):
    before = importer.describe()
    sandbox.hide_field("Contact", "Birthdate")

    assert importer.describe() == before | {"Contact": before["Contact"] - 1}
    assert importer.rows("FROM raw.field WHERE field_name = 'Birthdate'") == []


def test_an_org_that_shows_nothing_is_an_error_and_not_an_empty_import(warehouse):
    with serving() as server:
        server.script(refused(404, "NOT_FOUND", "The requested resource does not exist"))
        with (
            connect(Credentials(login_url=server.url, client_id="a", client_secret="b")) as org,
            pytest.raises(NothingVisibleError, match=r"none of Account, .*permission set with read access"),
        ):
            describe_objects(org, warehouse=warehouse, now=at(1, 12))

    with warehouse.transaction() as connection:
        assert not table_exists("raw.field", connection=connection)


def test_another_org_is_refused_and_the_first_ones_data_stay(sandbox, importer):
    fields = sum(importer.describe().values())
    known = sandbox.organization_id
    sandbox.reset()

    with pytest.raises(OtherOrgError, match=r"a home of its own by SYNC_PROJECT_HOME") as refused:
        importer.describe()

    assert (refused.value.known, refused.value.found) == (known, sandbox.organization_id)
    assert len(importer.rows("FROM raw.field")) == fields
