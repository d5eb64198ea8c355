import pytest

from sync_project.sandbox.soql.errors import SoqlError
from sync_project_tests.sandbox.soql.soql_org import ask, names_of, without_attributes


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("CALENDAR_YEAR(CreatedDate) = 2025", [None]),
        ("CALENDAR_MONTH(CreatedDate) = 4", ["Zürich Straße"]),
        ("CALENDAR_QUARTER(CreatedDate) IN (1, 3)", ["Acme"]),
        ("FISCAL_YEAR(CreatedDate) < 2026", [None]),
        (
            "FISCAL_QUARTER(LastActivityDate) = 2 AND DAY_IN_MONTH(LastActivityDate) > 18",
            ["Acme", "beta 100%"],
        ),
        ("FISCAL_MONTH(CreatedDate) = 1", ["Acme"]),
        ("DAY_IN_WEEK(LastActivityDate) = 1", ["ACME"]),
        ("DAY_IN_YEAR(CreatedDate) = 2", ["Acme"]),
        ("WEEK_IN_MONTH(CreatedDate) = 5", ["Zürich Straße"]),
        ("WEEK_IN_YEAR(CreatedDate) = 1", ["Acme"]),
        ("HOUR_IN_DAY(CreatedDate) = 23", ["beta 100%"]),
        ("DAY_ONLY(CreatedDate) = YESTERDAY", ["beta 100%"]),
        ("DAY_ONLY(convertTimezone(CreatedDate)) = 2026-05-20", ["ACME"]),
        ("DAY_IN_WEEK(LastActivityDate) = null", [None]),
        ("toLabel(Industry) = 'banking!'", ["beta 100%", "Zürich Straße"]),
        ("toLabel(Industry) LIKE 'min%'", ["ACME"]),
        ("toLabel(Parent.Industry) = 'Technology!'", ["beta 100%"]),
        ("DISTANCE(BillingAddress, GEOLOCATION(46.9, 7.5), 'km') < 10", ["Acme"]),
        ("DISTANCE(BillingAddress, GEOLOCATION(46.9, 7.5), 'mi') > 10", []),
        ("DISTANCE(Parent.BillingAddress, GEOLOCATION(0, 0), 'km') > 100", ["beta 100%"]),
    ],
)
def test_a_function_filters(condition, names):
    assert names_of(f"SELECT Name FROM Account WHERE {condition}") == names


def test_formats_labels_and_currencies_take_their_fields_key_or_an_alias():
    record = ask(
        "SELECT FORMAT(AnnualRevenue), convertCurrency(AnnualRevenue) c, "
        "FORMAT(convertCurrency(AnnualRevenue)) f, FORMAT(CreatedDate) made, "
        "FORMAT(NumberOfEmployees), toLabel(Parent.Industry), toLabel(Industry) i "
        "FROM Account WHERE Name = 'beta 100%'"
    ).records[0]

    assert without_attributes(record) == {
        "AnnualRevenue": "$2,500",
        "c": 2500.5,
        "f": "$2,500",
        "made": "5/19/2026, 11:59 PM",
        "NumberOfEmployees": "200",
        "Parent": {"Industry": "Technology!"},
        "i": "Banking!",
    }


def test_a_distance_is_selected_and_sorted_by():
    soql = (
        "SELECT Name, DISTANCE(BillingAddress, GEOLOCATION(46.9, 7.4), 'km') far FROM Account "
        "ORDER BY DISTANCE(BillingAddress, GEOLOCATION(46.9, 7.4), 'km') NULLS LAST LIMIT 2"
    )

    assert without_attributes(ask(soql).records) == [
        {"Name": "Acme", "far": 0.0},
        {"Name": "beta 100%", "far": None},
    ]


@pytest.mark.parametrize(
    ("soql", "code", "reason"),
    [
        (
            "SELECT Id FROM Account WHERE HOUR_IN_DAY(LastActivityDate) = 1",
            "INVALID_FIELD",
            "field LastActivityDate does not support aggregate operator HOUR_IN_DAY",
        ),
        (
            "SELECT Id FROM Account WHERE CALENDAR_YEAR(Name) = 1",
            "INVALID_FIELD",
            "field Name does not support aggregate operator CALENDAR_YEAR",
        ),
        (
            "SELECT toLabel(NumberOfEmployees) FROM Account",
            "INVALID_FIELD",
            "field NumberOfEmployees does not support aggregate operator TOLABEL",
        ),
        (
            "SELECT convertCurrency(NumberOfEmployees) FROM Account",
            "INVALID_FIELD",
            "field NumberOfEmployees does not support aggregate operator CONVERTCURRENCY",
        ),
        (
            "SELECT Id FROM Account WHERE DISTANCE(Name, GEOLOCATION(1, 1), 'mi') < 1",
            "INVALID_FIELD",
            "field Name does not support aggregate operator DISTANCE",
        ),
        (
            "SELECT Id FROM Account WHERE DISTANCE(BillingAddress, GEOLOCATION(1, 1), 'mi') = 1",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid operator on distance field",
        ),
        (
            "SELECT Id FROM Account WHERE FORMAT(AnnualRevenue) = '1'",
            "MALFORMED_QUERY",
            "unexpected token: '('",
        ),
        (
            "SELECT Name, CALENDAR_YEAR(CreatedDate) FROM Account",
            "MALFORMED_QUERY",
            "Field must be grouped or aggregated: Name",
        ),
        (
            "SELECT FORMAT(AnnualRevenue), AnnualRevenue FROM Account",
            "INVALID_FIELD",
            "duplicate field selected: AnnualRevenue",
        ),
        (
            "SELECT Id FROM Account WHERE AnnualRevenue > EUR5",
            "MALFORMED_QUERY",
            "Invalid currency iso code: EUR",
        ),
    ],
)
def test_functions_that_do_not_suit_are_refused(soql, code, reason):
    with pytest.raises(SoqlError) as caught:
        ask(soql)

    assert (caught.value.code, caught.value.message.splitlines()[-1]) == (code, reason)


def test_a_currency_literal_is_an_amount():
    assert names_of("SELECT Name FROM Account WHERE AnnualRevenue > USD1000") == ["beta 100%"]
