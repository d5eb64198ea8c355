import pytest

from sync_project.sandbox.soql.column_metadata import describe_columns
from sync_project.sandbox.soql.errors import SoqlError
from sync_project_tests.sandbox.soql.soql_org import make_context

PLAIN = {
    "aggregate": False,
    "apexType": None,
    "booleanType": False,
    "custom": False,
    "foreignKeyName": None,
    "insertable": False,
    "joinColumns": [],
    "numberType": False,
    "textType": False,
    "updatable": False,
}


def column(name: str, **facts: object) -> dict[str, object]:
    return PLAIN | {"columnName": name, "displayName": name} | facts


NAME = column("Name", apexType="String", textType=True)


@pytest.mark.parametrize(
    ("soql", "columns"),
    [
        (
            "SELECT Id, AnnualRevenue, NumberOfEmployees, Active__c, CreatedDate, BillingAddress "
            "FROM Account",
            [
                column("Id", apexType="Id"),
                column("AnnualRevenue", apexType="Double", numberType=True),
                column("NumberOfEmployees", apexType="Integer", numberType=True),
                column("Active__c", apexType="Boolean", booleanType=True, custom=True),
                column("CreatedDate", apexType="Datetime"),
                column("BillingAddress", apexType="Address"),
            ],
        ),
        (
            "SELECT Owner.Name, Parent.Owner.Name, Owner.IsActive FROM Account",
            [
                column(
                    "Owner",
                    foreignKeyName="OwnerId",
                    joinColumns=[NAME, column("IsActive", apexType="Boolean", booleanType=True)],
                ),
                column(
                    "Parent",
                    foreignKeyName="ParentId",
                    joinColumns=[column("Owner", foreignKeyName="OwnerId", joinColumns=[NAME])],
                ),
            ],
        ),
        (
            "SELECT Name, (SELECT Account.Name FROM Contacts) FROM Account",
            [
                NAME,
                column(
                    "Contacts",
                    aggregate=True,
                    joinColumns=[column("Account", foreignKeyName="AccountId", joinColumns=[NAME])],
                ),
            ],
        ),
        (
            "SELECT Industry, SUM(AnnualRevenue), COUNT(Id) n, CALENDAR_YEAR(CreatedDate) FROM Account "
            "GROUP BY Industry, CALENDAR_YEAR(CreatedDate)",
            [
                column("Industry", apexType="String", textType=True),
                column("expr0", displayName="sum(AnnualRevenue)", aggregate=True, numberType=True),
                column("n", displayName="count(Id)", aggregate=True, numberType=True),
                column("expr1", displayName="calendar_year(CreatedDate)", aggregate=True, numberType=True),
            ],
        ),
        ("SELECT toLabel(Industry) i FROM Account", [column("i", apexType="String", textType=True)]),
        (
            "SELECT TYPEOF What WHEN Account THEN Name ELSE Id END FROM Task",
            [column("What", foreignKeyName="WhatId", joinColumns=[NAME, column("Id", apexType="Id")])],
        ),
        ("SELECT COUNT() FROM Account", []),
    ],
)
def test_columns_nest_as_records_do(soql, columns):
    assert describe_columns(soql, context=make_context())["columnMetadata"] == columns


@pytest.mark.parametrize(
    ("soql", "facts"),
    [
        (
            "SELECT Id FROM Account",
            {"entityName": "Account", "groupBy": False, "idSelected": True, "keyPrefix": "001"},
        ),
        (
            "SELECT Name FROM Contact GROUP BY Name",
            {"entityName": "Contact", "groupBy": True, "idSelected": False, "keyPrefix": "003"},
        ),
    ],
)
def test_the_object_and_whether_it_is_grouped_are_told(soql, facts):
    answer = describe_columns(soql, context=make_context())
    del answer["columnMetadata"]
    assert answer == facts


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT Foo FROM Account",
        "SELECT Id FROM Account WHERE Foo = 1",
        "SELECT (SELECT Foo FROM Contacts) FROM Account",
    ],
)
def test_a_query_that_would_be_refused_has_no_columns(soql):
    with pytest.raises(SoqlError) as caught:
        describe_columns(soql, context=make_context())

    assert caught.value.code == "INVALID_FIELD"
