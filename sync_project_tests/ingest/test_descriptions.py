import pytest

from sync_project.ingest.descriptions import MISSING, describe_objects
from sync_project.ingest.errors import NothingVisibleError, OtherOrgError
from sync_project.ingest.field_choice import choose_fields
from sync_project.salesforce.org import connect
from sync_project.salesforce.sign_in import Credentials
from sync_project.sandbox.records.rule_setup import set_up_rule
from sync_project.settings.load import build_settings
from sync_project.warehouse.models import table_exists
from sync_project_tests.ingest.conftest import at
from sync_project_tests.salesforce.scripted_server import answer_parts, serving

NOT_FOUND = [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]


def test_every_field_is_listed_with_what_later_rooms_ask_of_it(sandbox, importer):
    sandbox.add_custom_field("Lead", name="Score__c", label="Score", type="double", precision=18, scale=1)
    sandbox.add_custom_field("Lead", name="Whim__c", type="string", length=20)
    importer.describe()

    assert importer.rows(
        """SELECT field_name, label, type, scale, is_nillable, is_createable, is_updateable, is_calculated,
            is_imported
        FROM raw.field WHERE object_name = 'Lead' AND field_name IN ('Score__c', 'Whim__c') ORDER BY ALL"""
    ) == [
        ("Score__c", "Score", "double", 1, True, True, True, False, True),
        ("Whim__c", "Whim", "string", 0, True, True, True, False, False),
    ]


def test_a_field_is_listed_with_whether_the_org_keeps_its_history(sandbox, importer):
    with sandbox.writing() as context:
        set_up_rule(context, "history", {"sobject": "Lead", "field": "Industry"})
    importer.describe()

    listed = """SELECT object_name, field_name, is_history_tracked FROM raw.field
        WHERE (object_name, field_name) IN (('Lead', 'Industry'), ('Lead', 'Title'), ('Task', 'OwnerId'))
        ORDER BY ALL"""
    assert importer.rows(listed) == [
        ("Lead", "Industry", True),
        ("Lead", "Title", False),
        ("Task", "OwnerId", None),
    ]
    assert importer.rows("SELECT field_name, after[-15:] FROM raw.field_change") == [
        ("Industry", "history tracked")
    ]


def test_what_stays_out_is_listed_with_the_reason(sandbox, importer):
    sandbox.add_custom_field("Account", name="Whim__c", type="string", length=20)
    importer.objects["Account"] = {"left_out": ["Fax"], "fields": ["Region__c"]}
    importer.objects["Task"] = {"direction": "out"}
    importer.objects["Invoice__c"] = {}
    importer.describe()

    listed = importer.rows(
        "FROM raw.left_out WHERE object_name IN ('Account', 'Task', 'Invoice__c') ORDER BY ALL"
    )
    assert listed[:4] == [
        ("Account", "BillingAddress", "compound field; its parts are imported"),
        ("Account", "Fax", "left out by the settings"),
        ("Account", "Propensity__c", MISSING),
        ("Account", "Region__c", MISSING),
    ]  # fmt: skip
    assert listed[4:] == [
        ("Account", "ShippingAddress", "compound field; its parts are imported"),
        ("Account", "Whim__c", "custom field that no signal, mapping or object setting names"),
        ("Invoice__c", None, "the org has no such object, or hides it from the integration user"),
        ("Task", None, "nothing of the object comes in: its direction is out"),
    ]


def test_a_hidden_field_is_not_listed_and_describing_again_replaces_the_list(sandbox, importer):
    before = importer.describe()
    sandbox.hide_field("Contact", "Birthdate")

    assert importer.describe() == before | {"Contact": before["Contact"] - 1}
    assert importer.rows("FROM raw.field WHERE field_name = 'Birthdate'") == []


def test_an_org_that_shows_nothing_is_an_error_and_not_an_empty_import(warehouse):
    with serving() as server:
        server.script(answer_parts(404, [NOT_FOUND] * 16))
        with (
            connect(Credentials(login_url=server.url, client_id="a", client_secret="b")) as org,
            pytest.raises(NothingVisibleError, match=r"none of Account, .*permission set with read access"),
        ):
            choices = choose_fields(build_settings({}, origin="a test"))
            describe_objects(org, choices=choices, warehouse=warehouse, now=at(1, 12))

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
