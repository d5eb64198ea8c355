import pytest

from sync_project.sandbox.soql.errors import ErrorCode, SoqlError
from sync_project.sandbox.soql.flat import FlatQuery, prepare_flat
from sync_project_tests.sandbox.soql.soql_org import ACME, BETA, make_context


def prepare(soql: str) -> FlatQuery:
    return prepare_flat(soql, context=make_context())


def test_cells_are_as_bulk_csv_has_them():
    flat = prepare("SELECT Id, Parent.Name, Active__c, AnnualRevenue, CreatedDate FROM Account LIMIT 2")

    assert (flat.entity, flat.columns) == (
        "Account",
        ("Id", "Parent.Name", "Active__c", "AnnualRevenue", "CreatedDate"),
    )
    assert list(flat.rows()) == [
        (ACME, "", "true", 1000.0, "2026-01-02T10:00:00.000Z"),
        (BETA, "Acme", "false", 2500.5, "2026-05-19T23:59:59.000Z"),
    ]


def test_a_boolean_of_a_missing_parent_is_empty_and_a_missing_boolean_is_false():
    flat = prepare("SELECT Name, Parent.Active__c, Parent.IsDeleted FROM Account WHERE Name IN ('acme', 'x')")

    assert list(flat.rows()) == [("Acme", "", ""), ("ACME", "false", "false")]


def test_labels_stand_in_for_values():
    flat = prepare("SELECT toLabel(Industry) FROM Account WHERE Industry != null ORDER BY Name LIMIT 2")

    assert list(flat.rows()) == [("Technology!",), ("Mining",)]


def test_deleted_rows_show_with_all_rows():
    assert len(list(prepare("SELECT Id FROM Account").rows())) == 5
    assert len(list(prepare("SELECT Id FROM Account ALL ROWS").rows())) == 6


@pytest.mark.parametrize(
    ("soql", "reason"),
    [
        (
            "SELECT COUNT(Id) FROM Account",
            "Aggregate Relationships not supported in Bulk V2 Query with CSV content type",
        ),
        (
            "SELECT COUNT() FROM Account",
            "Aggregate Relationships not supported in Bulk V2 Query with CSV content type",
        ),
        (
            "SELECT Id, (SELECT Id FROM Contacts) FROM Account",
            "Aggregate Relationships not supported in Bulk V2 Query with CSV content type",
        ),
        ("SELECT BillingAddress FROM Account", "Selecting compound data not supported in Bulk Query"),
        ("SELECT TYPEOF Who WHEN Contact THEN Id END FROM Task", "TYPEOF not supported in Bulk Query"),
        ("SELECT Id FROM Account OFFSET 1", "OFFSET not supported in Bulk Query"),
    ],
)
def test_what_has_no_flat_form_is_refused(soql, reason):
    with pytest.raises(SoqlError) as caught:
        prepare(soql)

    assert (caught.value.code, caught.value.message) == (ErrorCode.API_ERROR, reason)


def test_a_query_beyond_sqlites_limits_is_refused_before_it_runs():
    with pytest.raises(SoqlError) as caught:
        prepare("SELECT Id FROM Account WHERE " + "(NOT(Name = 'a' AND " * 90 + "Name = 'b'" + "))" * 90)

    assert caught.value.code == ErrorCode.QUERY_TOO_COMPLICATED
