"""P16: the org's schema changes, and rows or values are lost.

New fields come a day late, a removed one stops everything or leaves old values standing as if they were
current, a field of another type takes its rows along. airbyte#77627; estuary#3493, #2735; airweave#1359.
"""

import pytest

from sync_project.ingest.errors import SchemaDriftError
from sync_project.sandbox.database import drop_field
from sync_project.sandbox.loading import load_rows
from sync_project_tests.ingest.conftest import at
from sync_project_tests.pains.records import load_leads, naive, record_id

REGION = {"name": "Region__c", "type": "Text", "length": 40}


@pytest.fixture
def org(sandbox, importer):
    """Three leads with a region, and an account, all imported on the first day."""
    sandbox.add_custom_field("Lead", **REGION)
    importer.objects["Lead"] = {"fields": ["Region__c", "Size__c"]}
    importer.describe()
    load_leads(sandbox, range(3), Region__c="EMEA", SystemModstamp=at(1, 1))
    importer.read("Lead")
    importer.read("Account")
    return sandbox


def delete_region(sandbox):
    """As an admin does, values and all."""
    with sandbox.transaction() as connection:
        drop_field(connection, "Lead", sandbox.find_object("Lead").fields["region__c"])


def test_a_new_field_is_here_after_the_next_run_for_every_row(org, importer, clock):
    org.add_custom_field("Lead", name="Size__c", type="Number", precision=6)
    with org.transaction() as connection:
        connection.execute("UPDATE Lead SET Size__c = 12")
    clock.now = at(2)
    importer.describe()

    importer.read("Lead")

    assert importer.rows("SELECT Size__c FROM raw.lead") == [(12.0,)] * 3
    assert importer.rows("SELECT field_name, change FROM raw.field_change WHERE seen_at >= '2026-03-02'") == [
        ("Size__c", "new")
    ]


def test_a_removed_field_stops_its_object_by_name_while_others_go_on_and_then_goes_on_purpose(
    org, importer, clock
):
    clock.now = at(2)
    delete_region(org)
    importer.describe()
    load_leads(org, [3], SystemModstamp=at(2))
    load_rows(org, "Account", [{"Id": record_id("001", 1), "Name": "Acme", "SystemModstamp": at(2)}])
    with pytest.raises(SchemaDriftError, match=r"Lead\.Region__c came in until now .*left_out"):
        importer.read("Lead")
    assert importer.rows("SELECT count(*), count(Region__c) FROM raw.lead") == [(3, 3)]
    assert importer.read("Account").table_count == 1
    clock.now = at(3)
    importer.objects["Lead"] = {"fields": ["Size__c"], "left_out": ["Region__c"]}
    importer.describe()

    importer.read("Lead")

    assert importer.rows("SELECT count(*) FROM raw.lead") == [(4,)]
    assert importer.rows("SELECT DISTINCT Region__c, valid_to FROM history.lead ORDER BY ALL") == [
        ("EMEA", naive(at(3))),
        (None, None),
    ]


def test_a_field_made_anew_with_another_type_loses_no_value_of_either(org, importer, clock):
    clock.now = at(2)
    delete_region(org)
    org.add_custom_field("Lead", name="Region__c", type="Number", precision=6)
    with org.transaction() as connection:
        connection.execute("UPDATE Lead SET Region__c = 7")
    importer.describe()
    with pytest.raises(SchemaDriftError, match=r"Lead\.Region__c was VARCHAR and is now DOUBLE.*left_out"):
        importer.read("Lead")
    importer.objects["Lead"]["left_out"] = ["Region__c"]
    importer.describe()
    importer.read("Lead")
    del importer.objects["Lead"]["left_out"]
    clock.now = at(3)
    importer.describe()

    importer.read("Lead")

    assert importer.rows("SELECT Region__c FROM raw.lead") == [(7.0,)] * 3
    assert importer.rows("SELECT DISTINCT Region__c, valid_to FROM history.lead ORDER BY ALL") == [
        ("7.0", None),
        ("EMEA", naive(at(2))),
    ]
