"""P3: formula and roll-up fields go stale, because their changes do not move SystemModstamp.

The value follows another record, or a count of others, and no window ever brings it; some fields behave so
although nothing marks them. heroku/roadmap#319, estuary#3414, stitchdata/docs#195,
dbt_salesforce_formula_utils#115 (which cannot tell what the value was).
"""

import pytest

from sync_project.ingest.upkeep.refresh import refresh_object
from sync_project.sandbox.loading import load_rows
from sync_project_tests.ingest.conftest import at
from sync_project_tests.pains.records import naive, record_id


@pytest.fixture
def silent_org(sandbox, importer):
    """Contacts whose Sector__c follows their account, and whose Rank__c some code sets without a trace."""
    sandbox.add_custom_field("Contact", name="Sector__c", type="Text", formula="TEXT(Account.Industry)")
    sandbox.add_custom_field("Contact", name="Rank__c", type="Number", precision=3)
    load_rows(sandbox, "Account", [{"Id": record_id("001", 1), "Name": "Acme", "Industry": "Toys"}])
    person = {"AccountId": record_id("001", 1), "Rank__c": 1, "SystemModstamp": at(1, 1)}
    load_rows(
        sandbox, "Contact", [{"Id": record_id("003", n), "LastName": f"Contact {n}"} | person for n in (1, 2)]
    )
    importer.objects["Contact"] = {"fields": ["Sector__c"], "refresh": ["Rank__c"]}
    importer.describe()
    importer.read("Contact")
    return sandbox


def change_silently(sandbox):
    with sandbox.transaction() as connection:
        connection.execute("UPDATE Account SET Industry = 'Games'")
        connection.execute("UPDATE Contact SET Rank__c = 9 WHERE LastName = 'Contact 2'")


def test_a_silent_change_is_found_counted_and_remembered(silent_org, importer, clock):
    clock.now = at(2)
    change_silently(silent_org)
    importer.read("Contact")
    assert importer.rows("SELECT DISTINCT Sector__c, Rank__c FROM raw.contact") == [("Toys", 1)]
    clock.now = at(3)

    counts = refresh_object(
        "Contact",
        org=importer.sign_in(),
        warehouse=importer.warehouse,
        settings=importer.settings(),
        now=clock.now,
    )

    assert (counts.row_count, counts.drifted_count) == (2, 2)
    assert importer.rows("SELECT field_name, drifted_count FROM raw.formula_drift ORDER BY ALL") == [
        ("Rank__c", 1),
        ("Sector__c", 2),
    ]
    assert importer.rows("SELECT LastName, Sector__c, Rank__c FROM raw.contact ORDER BY ALL") == [
        ("Contact 1", "Games", 1),
        ("Contact 2", "Games", 9),
    ]
    assert importer.rows(
        "SELECT LastName, Sector__c, Rank__c, valid_from, valid_to FROM history.contact ORDER BY ALL"
    ) == [
        ("Contact 1", "Games", 1, naive(at(3)), None),
        ("Contact 1", "Toys", 1, naive(at(1, 1)), naive(at(3))),
        ("Contact 2", "Games", 9, naive(at(3)), None),
        ("Contact 2", "Toys", 1, naive(at(1, 1)), naive(at(3))),
    ]
