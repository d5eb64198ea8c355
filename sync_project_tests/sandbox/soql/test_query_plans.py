import pytest

from sync_project.sandbox.soql.errors import SoqlError
from sync_project.sandbox.soql.query_plans import explain_query
from sync_project_tests.sandbox.soql.soql_org import ACME, make_context


def plans_of(soql: str, *, include_deleted: bool = False) -> list[dict[str, object]]:
    return explain_query(soql, context=make_context(include_deleted=include_deleted))["plans"]


def test_a_query_without_filter_scans_the_table():
    assert plans_of("SELECT Name FROM Account") == [
        {
            "cardinality": 5,
            "fields": [],
            "leadingOperationType": "TableScan",
            "notes": [
                {
                    "description": "Not considering filter for optimization because unindexed",
                    "fields": ["IsDeleted"],
                    "tableEnumOrId": "Account",
                }
            ],
            "relativeCost": 1.833,
            "sobjectCardinality": 6,
            "sobjectType": "Account",
        }
    ]


def test_a_filter_on_an_index_leads_while_it_is_selective():
    plans = plans_of(f"SELECT Id FROM Account WHERE Id = '{ACME}' AND Industry = 'Technology'")

    assert [(each["leadingOperationType"], each["fields"], each["cardinality"]) for each in plans] == [
        ("Index", ["Id"], 1),
        ("TableScan", [], 1),
    ]
    assert [note["fields"] for note in plans[0]["notes"]] == [["Industry"], ["IsDeleted"]]


def test_a_filter_that_most_rows_pass_is_no_help():
    plans = plans_of("SELECT Id FROM Account WHERE CreatedDate > 2000-01-01T00:00:00Z")

    assert [each["leadingOperationType"] for each in plans] == ["TableScan", "Index"]


def test_deleted_rows_are_not_filtered_out_where_they_are_asked_for():
    assert plans_of("SELECT Id FROM Account", include_deleted=True)[0]["notes"] == []


def test_a_query_that_would_be_refused_has_no_plan():
    with pytest.raises(SoqlError):
        plans_of("SELECT Foo FROM Account")
