"""P15: a field that the integration user may not see becomes a column of nulls, without an error.

It is absent from describe, so the sync takes it for one that does not exist; and once access is granted, old
rows stay empty, since they have not changed. ingestr#1011; bruin#2429; Salesforce-Inspector#779.
"""

from datetime import timedelta

import pytest

from sync_project.defs.checks import nothing_named_is_missing
from sync_project.defs.surroundings import Surroundings
from sync_project.sandbox.demo.custom_fields import declare_custom_fields
from sync_project_tests.ingest.conftest import at
from sync_project_tests.pains.records import load_leads, naive


@pytest.fixture
def hiding_org(sandbox, importer):
    """Leads with a field that the settings name, and that a permission set has forgotten."""
    for name, fields in declare_custom_fields().items():
        for each in fields:
            sandbox.add_custom_field(name, **each)
    sandbox.add_custom_field("Lead", name="Budget__c", type="Currency", precision=18)
    sandbox.hide_field("Lead", "Budget__c")
    sandbox.make_read_only("Lead", "Title")
    importer.objects["Lead"] = {"fields": ["budget__c"]}
    importer.describe()
    return sandbox


def check(importer):
    home = {"SYNC_PROJECT_HOME": str(importer.warehouse.path.parent)}
    return nothing_named_is_missing(Surroundings(variables=home))


def permissions(importer):
    return importer.rows(
        """SELECT field_name, named_by, is_readable, is_createable, is_updateable FROM raw.field_permission
        WHERE object_name = 'Lead' AND field_name IN ('Budget__c', 'budget__c', 'Title')"""
    )


def test_a_field_that_settings_name_and_the_org_hides_is_told_until_it_is_shown(hiding_org, importer):
    missing = importer.rows("SELECT object_name, field_name FROM raw.left_out WHERE reason LIKE 'named in %'")
    assert missing == [("Lead", "budget__c")]
    found = check(importer)
    [told] = found.metadata["first"].records
    assert (found.passed, told.data["field_name"]) == (False, "budget__c")
    assert "grant read access to it by a permission set" in told.data["reason"]

    hiding_org.show_field("Lead", "Budget__c")
    importer.describe()

    assert check(importer).passed


def test_what_may_be_done_with_each_named_field_is_a_table(hiding_org, importer):
    title = ("Title", "writeback.lead.fields.title", True, False, False)
    assert permissions(importer) == [title, ("budget__c", "ingest.objects.Lead.fields", False, False, False)]

    hiding_org.show_field("Lead", "Budget__c")
    importer.describe()

    assert permissions(importer) == [("Budget__c", "ingest.objects.Lead.fields", True, True, True), title]


def test_access_granted_later_fills_the_rows_that_came_before(hiding_org, importer, clock):
    load_leads(hiding_org, range(3), Budget__c=5, SystemModstamp=at(1, 1))
    importer.read("Lead")
    clock.now = at(2)
    hiding_org.show_field("Lead", "Budget__c")
    importer.describe()
    load_leads(hiding_org, [3], Budget__c=7, SystemModstamp=clock.now - timedelta(hours=1))

    importer.read("Lead")

    assert importer.rows("SELECT LastName, Budget__c FROM raw.lead ORDER BY ALL") == [
        ("Lead 0", 5.0),
        ("Lead 1", 5.0),
        ("Lead 2", 5.0),
        ("Lead 3", 7.0),
    ]
    # To see it later is no change of the record.
    assert importer.rows("SELECT DISTINCT valid_from, valid_to FROM history.lead WHERE Budget__c = 5") == [
        (naive(at(1, 1)), None)
    ]
