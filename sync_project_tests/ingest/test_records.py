from sync_project.ingest.records import import_records
from sync_project.sandbox.loading import load_rows
from sync_project_tests.ingest.leads import lead_id


def test_records_of_a_wide_object_come_by_id_with_all_their_columns(sandbox, importer):
    """The names of its fields leave no room in an address for as many ids as there are."""
    names = [f"A_field_with_a_name_as_long_as_may_be_{number:03}__c" for number in range(160)]
    with sandbox.transaction():
        for name in names:
            sandbox.add_custom_field("Lead", name=name, type="string", length=20)
    importer.objects["Lead"] = {"fields": names}
    importer.describe()
    importer.read("Lead")
    values = {"LastName": "Lead", "Company": "Acme", names[0]: "first", names[-1]: "last"}
    load_rows(sandbox, "Lead", [{"Id": lead_id(number)} | values for number in range(210)])

    wanted = [lead_id(number) for number in range(1, 220)]
    found = import_records(
        "Lead", wanted, org=importer.sign_in(), warehouse=importer.warehouse, now=importer.clock.now
    )

    assert len(found) == 209
    assert importer.rows(
        f"SELECT {names[0]}, {names[-1]}, LastName IS NULL, count(*) FROM raw.lead GROUP BY ALL"
    ) == [("first", "last", False, 209)]
