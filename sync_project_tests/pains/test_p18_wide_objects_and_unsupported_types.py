"""P18: wide objects cannot be queried at all, and one field of an unsupported type fails the whole read.

The names of some hundred fields are longer than an address may be; Bulk refuses compound fields, and binary
ones come as links. airbyte#20703, #16086, #8206; simple-salesforce#182; jsforce#380;
heroku/salesforce-bulk#96.
"""

import pytest

from sync_project.sandbox.catalog import make_custom_field
from sync_project.sandbox.schema import Field
from sync_project_tests.ingest.conftest import at
from sync_project_tests.pains.records import load_leads, record_id

FIELDS = [f"A_name_as_long_as_admins_make_them_{number:03}__c" for number in range(300)]
LEADS = 30


def value_of(field, number):
    """Of a lead; every third one is empty."""
    place = FIELDS.index(field)
    return None if (place + number) % 3 == 0 else f"{place} of {number}"


@pytest.fixture
def wide_org(sandbox, importer):
    """Leads with 300 custom fields and a scan, all named by the settings."""
    lead = sandbox.find_object("Lead")
    with sandbox.transaction() as connection:
        for name in FIELDS:
            sandbox.keep_field(connection, lead, make_custom_field(name=name, type="Text", length=40))
        sandbox.keep_field(connection, lead, Field(name="Scan__c", type="base64", label="Scan"))
    load_leads(
        sandbox,
        range(LEADS),
        each=lambda number: {name: value_of(name, number) for name in FIELDS},
        SystemModstamp=at(1, 1),
    )
    importer.objects["Lead"] = {"fields": [*FIELDS, "Scan__c"]}
    importer.describe()
    return sandbox


@pytest.mark.parametrize("bulk_above_rows", [10_000, 10], ids=["rest", "bulk"])
def test_every_value_of_every_field_is_here(wide_org, importer, bulk_above_rows):
    counts = importer.read("Lead", bulk_above_rows=bulk_above_rows)

    assert (counts.row_count, counts.org_count, counts.table_count) == (LEADS, LEADS, LEADS)
    rows = importer.rows(f"SELECT {', '.join(FIELDS)} FROM raw.lead ORDER BY Id")
    assert rows == [tuple(value_of(name, number) for name in FIELDS) for number in range(LEADS)]


def test_a_record_that_changes_between_two_halves_of_its_fields_is_never_half_old(
    wide_org, importer, clock, sign_in
):
    org, changer, changed = sign_in(), sign_in(), []

    def change_meanwhile(response, **_):
        """As soon as the first half has been read."""
        if "LastName" in response.request.url and not changed:
            values = {FIELDS[0]: "new", FIELDS[-1]: "new"}
            changed.append(changer.call("PATCH", f"sobjects/Lead/{record_id('00Q', 0)}", json=values))

    org.session.hooks["response"].append(change_meanwhile)
    importer.read("Lead", org=org)

    found = f"SELECT {FIELDS[0]}, {FIELDS[-1]} FROM raw.lead WHERE LastName = 'Lead 0'"
    assert changed
    assert importer.rows(found) in ([], [("new", "new")])
    clock.now = at(1, 13)
    importer.read("Lead")
    assert importer.rows(found) == [("new", "new")]


def test_what_cannot_be_read_is_left_out_and_said(wide_org, importer):
    importer.read("Lead")

    assert importer.rows(
        """SELECT field_name, reason FROM raw.left_out
        WHERE object_name = 'Lead' AND reason NOT LIKE 'named in the settings%'"""
    ) == [
        ("Address", "compound field; its parts are imported"),
        ("Scan__c", "binary data"),
    ]
