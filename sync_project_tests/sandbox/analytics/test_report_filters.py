import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync_project.sandbox.analytics.report_metadata import ReportMetadata
from sync_project_tests.sandbox.analytics.report_org import add_deals, labels, make_report, run


@pytest.fixture
def report_id(org, client):
    add_deals(client)
    return make_report(org, detailColumns=["OPPORTUNITY_NAME"], sortBy=[{"sortColumn": "OPPORTUNITY_NAME"}])


def names(client, report_id, **metadata):
    return [row[0] for row in labels(run(client, report_id, **metadata))]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (("OPPORTUNITY_NAME", "equals", "large"), ["Large"]),
        (("OPPORTUNITY_NAME", "equals", "Large, Vague"), ["Large", "Vague"]),
        (("OPPORTUNITY_NAME", "equals", '"Large, Vague"'), []),
        (("OPPORTUNITY_NAME", "notEqual", "Large,Vague"), ["Larger", "Small"]),
        (("OPPORTUNITY_NAME", "contains", "arge,mal"), ["Large", "Larger", "Small"]),
        (("OPPORTUNITY_NAME", "contains", "%"), []),
        (("OPPORTUNITY_NAME", "notContain", "arge,mal"), ["Vague"]),
        (("OPPORTUNITY_NAME", "startsWith", "lar"), ["Large", "Larger"]),
        (("OPPORTUNITY_NAME", "greaterThan", ""), ["Large", "Larger", "Small", "Vague"]),
        (("OPPORTUNITY_NAME", "greaterThan", "Larger"), ["Small", "Vague"]),
        (("TYPE", "equals", ""), ["Large", "Vague"]),
        (("TYPE", "notEqual", ""), ["Larger", "Small"]),
        (("TYPE", "notEqual", "New Business,Other"), ["Large", "Vague"]),
        (("TYPE", "notContain", "business"), ["Large", "Vague"]),
        (("AMOUNT", "greaterThan", '"20,000"'), ["Larger"]),
        (("AMOUNT", "greaterOrEqual", "$20000"), ["Large", "Larger"]),
        (("AMOUNT", "lessThan", "1000.51"), ["Small"]),
        (("AMOUNT", "equals", "20000,30000"), ["Large", "Larger"]),
        (("Opportunity.IsWon", "equals", "True"), ["Large", "Larger"]),
        (("Opportunity.IsWon", "equals", "0"), ["Small", "Vague"]),
        (("CLOSE_DATE", "equals", "2026-01-15"), ["Small"]),
        (("CLOSE_DATE", "lessOrEqual", "1/15/2026"), ["Larger", "Small"]),
        (("CLOSE_DATE", "greaterThan", "2026-01-15T00:00:00"), ["Large", "Vague"]),
        (("CLOSE_DATE", "equals", "THIS_MONTH"), ["Large"]),
        (("CLOSE_DATE", "equals", "last_n_days:30"), ["Vague"]),
        (("CREATED_DATE", "equals", "2026-03-02"), ["Large", "Larger", "Small", "Vague"]),
        (("CREATED_DATE", "notEqual", "2026-03-02"), []),
        (("CREATED_DATE", "greaterThan", "2026-03-02"), []),
        (("CREATED_DATE", "greaterOrEqual", "2026-03-02"), ["Large", "Larger", "Small", "Vague"]),
        (("CREATED_DATE", "lessOrEqual", "3/2/2026"), ["Large", "Larger", "Small", "Vague"]),
        (("CREATED_DATE", "lessThan", "2026-03-02"), []),
        (("CREATED_DATE", "greaterThan", "9999-12-31"), []),
        (("CREATED_DATE", "lessThan", "2026-03-02T10:30:00+01:00"), []),
        (("Account.Name", "equals", "acme"), ["Large", "Larger", "Small", "Vague"]),
        (("ACCOUNT_NAME", "equals", "Nobody's"), []),
    ],
)
def test_a_filter_keeps_the_records_it_is_true_for(client, report_id, condition, expected):
    column, operator, value = condition
    filters = [{"column": column, "operator": operator, "value": value}]
    assert names(client, report_id, reportFilters=filters) == expected


def test_members_of_a_multiple_choice_are_included_or_excluded(org, client):
    org.add_custom_field("Opportunity", name="Parts__c", type="multipicklist", picklist=["a", "b", "c"])
    common = {"StageName": "Prospecting", "CloseDate": "2026-01-01"}
    client.create("Opportunity", Name="One", Parts__c="a;b", **common)
    client.create("Opportunity", Name="Two", Parts__c="c", **common)
    report_id = make_report(org, detailColumns=["OPPORTUNITY_NAME"])
    includes = [{"column": "Opportunity.Parts__c", "operator": "includes", "value": "b,x"}]
    assert names(client, report_id, reportFilters=includes) == ["One"]
    assert names(client, report_id, reportFilters=[includes[0] | {"operator": "excludes"}]) == ["Two"]


def test_a_filter_logic_joins_the_filters_and_is_shown_with_blanks(client, report_id):
    filters = [
        {"column": "OPPORTUNITY_NAME", "operator": "equals", "value": "Vague"},
        {"column": "AMOUNT", "operator": "greaterThan", "value": "25000"},
        {"column": "STAGE_NAME", "operator": "equals", "value": "Closed Won"},
    ]
    result = run(client, report_id, reportFilters=filters, reportBooleanFilter="(1or2)AND not 3")
    assert [row[0] for row in labels(result)] == ["Vague"]
    assert result["reportMetadata"]["reportBooleanFilter"] == "(1 OR 2) AND NOT 3"
    assert result["reportMetadata"]["reportFilters"][0] == {
        "column": "OPPORTUNITY_NAME",
        "filterType": "fieldValue",
        "isRunPageEditable": True,
        "operator": "equals",
        "value": "Vague",
    }


def test_the_standard_date_filter_takes_both_its_days_in(client, report_id):
    dates = {
        "column": "CLOSE_DATE",
        "durationValue": "CUSTOM",
        "startDate": "2026-01-15",
        "endDate": "2026-02-01",
    }
    assert names(client, report_id, standardDateFilter=dates) == ["Small", "Vague"]
    assert names(client, report_id, standardDateFilter=dates | {"startDate": None}) == [
        "Larger",
        "Small",
        "Vague",
    ]
    created = {"column": "CREATED_DATE", "startDate": "2026-03-02T00:00:00", "endDate": "2026-03-02"}
    assert len(names(client, report_id, standardDateFilter=created)) == 4


def test_a_named_duration_is_filled_with_its_days(client, report_id):
    dates = {"column": "CLOSE_DATE", "durationValue": "THIS_FISCAL_QUARTER"}
    result = run(client, report_id, standardDateFilter=dates)
    assert len(labels(result)) == 4
    assert result["reportMetadata"]["standardDateFilter"] == {
        "column": "CLOSE_DATE",
        "durationValue": "THIS_FISCAL_QUARTER",
        "endDate": "2026-03-31",
        "startDate": "2026-01-01",
    }


@pytest.mark.parametrize(
    "metadata",
    [
        {"reportFilters": [{"column": "NONSENSE", "operator": "equals", "value": "1"}]},
        {"reportFilters": [{"column": "AMOUNT", "operator": "near", "value": "1"}]},
        {"reportFilters": [{"column": "AMOUNT", "operator": "equals", "value": "many"}]},
        {"reportFilters": [{"column": "AMOUNT", "operator": "equals", "value": "NaN"}]},
        {"reportFilters": [{"column": "AMOUNT", "operator": "equals", "value": "1e999999"}]},
        {"reportFilters": [{"column": "CLOSE_DATE", "operator": "equals", "value": "2026-02-31"}]},
        {"reportFilters": [{"column": "CREATED_DATE", "operator": "equals", "value": "LAST_N_YEARS:9999"}]},
        {"reportFilters": [{"column": "CLOSE_DATE", "operator": "equals", "value": "SOMEDAY"}]},
        {"reportFilters": [{"column": "AMOUNT", "operator": "contains", "value": "1"}]},
        {"reportFilters": [{"operator": "equals", "value": "1"}]},
        {"reportFilters": [{"column": "AMOUNT", "operator": "equals", "value": 5, "filterType": 1}] * 21},
        {"reportFilters": "all"},
        {"reportFilters": ["all"]},
        {"reportBooleanFilter": "1 AND 2"},
        {"reportBooleanFilter": "1) OR IsDeleted = true"},
        {"standardDateFilter": {"column": "AMOUNT", "startDate": "2026-01-01"}},
        {"standardDateFilter": {"column": "CLOSE_DATE", "durationValue": "SOMETIMES"}},
        {"standardDateFilter": {"column": "CLOSE_DATE", "startDate": "someday"}},
        {"standardDateFilter": {"column": "CLOSE_DATE", "durationValue": "LAST_N_YEARS:9999"}},
        {"standardDateFilter": "always"},
        {"detailColumns": ["OPPORTUNITY_NAME", "NONSENSE"]},
        {"detailColumns": "OPPORTUNITY_NAME"},
        {"detailColumns": ["TYPE"], "groupingsDown": [{"name": "TYPE"}]},
        {"groupingsDown": [{"name": "CLOSE_DATE", "dateGranularity": "Century"}]},
        {"groupingsDown": [{"sortOrder": "Asc"}]},
        {"groupingsDown": [{"name": "TYPE", "sortAggregate": "s!AMOUNT"}]},
        {"groupingsAcross": [{"name": "TYPE"}]},
        {"aggregates": ["s!STAGE_NAME"]},
        {"aggregates": ["FORMULA1"]},
        {"aggregates": 7},
        {"sortBy": [{"sortColumn": "NONSENSE"}]},
        {"sortBy": ["AMOUNT"]},
        {"reportType": {"type": "Nonsense"}},
        {"reportType": 5},
    ],
)
def test_what_cannot_be_run_is_refused(client, report_id, metadata):
    reply = client.post(f"/analytics/reports/{report_id}", {"reportMetadata": metadata})
    assert reply.status_code == 400, reply.text
    assert {"errorCode", "message"} <= set(reply.json()[0])


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner, max_size=2),
    max_leaves=4,
)
_COLUMNS = [
    "OPPORTUNITY_NAME",
    "AMOUNT",
    "CLOSE_DATE",
    "CREATED_DATE",
    "TYPE",
    "Opportunity.IsWon",
    "Opportunity.Id",
]
_OPERATORS = [
    "equals",
    "notEqual",
    "lessThan",
    "greaterOrEqual",
    "contains",
    "notContain",
    "startsWith",
    "includes",
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_request_for_a_report_is_an_error_of_the_server(client, report_id, data):
    column, operator = data.draw(st.sampled_from(_COLUMNS)), data.draw(st.sampled_from(_OPERATORS))
    value = data.draw(
        st.text(max_size=12) | st.sampled_from(["1,2", "2026-01-01", "TODAY", '"a,b"', "%_\\'"])
    )
    metadata = {"reportFilters": [{"column": column, "operator": operator, "value": value}]}
    metadata |= data.draw(
        st.dictionaries(
            st.sampled_from(sorted(ReportMetadata.model_json_schema()["properties"])), _JSON, max_size=2
        )
    )
    reply = client.post(f"/analytics/reports/{report_id}", {"reportMetadata": metadata})
    assert reply.status_code in {200, 400}, reply.text
