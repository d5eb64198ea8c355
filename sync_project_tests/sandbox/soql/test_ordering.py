import pytest

from sync_project_tests.sandbox.soql.soql_org import names_of


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("Name", [None, "Acme", "ACME", "beta 100%", "Zürich Straße"]),
        ("Name ASC", [None, "Acme", "ACME", "beta 100%", "Zürich Straße"]),
        ("name desc", [None, "Zürich Straße", "beta 100%", "Acme", "ACME"]),
        ("Name NULLS LAST", ["Acme", "ACME", "beta 100%", "Zürich Straße", None]),
        ("Name DESC NULLS LAST", ["Zürich Straße", "beta 100%", "Acme", "ACME", None]),
        ("AnnualRevenue NULLS FIRST", ["ACME", None, "Zürich Straße", "Acme", "beta 100%"]),
        ("CreatedDate", [None, "Acme", "Zürich Straße", "beta 100%", "ACME"]),
        ("Owner.Name DESC, Name", ["ACME", "beta 100%", "Zürich Straße", None, "Acme"]),
        ("Active__c DESC, Id DESC", ["ACME", "Acme", "Zürich Straße", None, "beta 100%"]),
    ],
)
def test_nulls_come_first_and_letter_case_does_not_count(order, names):
    assert names_of(f"SELECT Name FROM Account ORDER BY {order}") == names


def test_a_picklist_follows_the_order_of_its_values():
    assert names_of("SELECT Name FROM Account ORDER BY Industry, Name") == [
        None,
        "Acme",
        "beta 100%",
        "Zürich Straße",
        "ACME",
    ]


@pytest.mark.parametrize(
    ("clauses", "names"),
    [
        ("LIMIT 2", ["Acme", "beta 100%"]),
        ("LIMIT 2 OFFSET 1", ["beta 100%", "ACME"]),
        ("OFFSET 3", [None, "Zürich Straße"]),
        ("LIMIT 0", []),
        ("LIMIT 1 FOR VIEW", ["Acme"]),
        ("LIMIT 1 for reference", ["Acme"]),
    ],
)
def test_limit_and_offset(clauses, names):
    assert names_of(f"SELECT Name FROM Account {clauses}") == names
