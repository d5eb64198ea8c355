import pytest

from sync_project.sandbox.soql.errors import SoqlError
from sync_project_tests.sandbox.soql.soql_org import ADA, BOB, ask, build_org, without_attributes


@pytest.mark.parametrize(
    ("soql", "total"),
    [
        ("SELECT COUNT() FROM Account", 5),
        ("select count() from Account", 5),
        ("SELECT COUNT() FROM Account WHERE Name LIKE 'a%'", 2),
        ("SELECT COUNT() FROM Account LIMIT 3", 3),
        ("SELECT COUNT() FROM Account ALL ROWS", 6),
        ("SELECT COUNT() FROM Contact WHERE Account.Owner.Name = 'Ada'", 2),
    ],
)
def test_count_gives_a_total_and_no_records(soql, total):
    result = ask(soql)

    assert (result.total_size, result.records) == (total, [])


@pytest.mark.parametrize(
    ("soql", "records"),
    [
        ("SELECT COUNT(Id) FROM Account", [{"expr0": 5}]),
        ("SELECT COUNT(Id) x_sf_count FROM Account", [{"x_sf_count": 5}]),
        ("SELECT COUNT(AnnualRevenue), COUNT_DISTINCT(Name) n FROM Account", [{"expr0": 3, "n": 3}]),
        (
            "SELECT SUM(AnnualRevenue), AVG(NumberOfEmployees) a, MAX(NumberOfEmployees) FROM Account",
            [{"expr0": 3499.5, "a": 220 / 3, "expr1": 200}],
        ),
        (
            "SELECT MIN(Name), MAX(Name) m FROM Account WHERE Name != 'acme'",
            [{"expr0": "beta 100%", "m": "Zürich Straße"}],
        ),
        ("SELECT MAX(CreatedDate) FROM Account", [{"expr0": "2026-05-20T00:00:00.000+0000"}]),
        ("SELECT MIN(LastActivityDate) FROM Account", [{"expr0": "2026-04-01"}]),
        ("SELECT SUM(AnnualRevenue) FROM Account WHERE Name = 'nobody'", [{"expr0": None}]),
    ],
)
def test_aggregates_without_groups_are_one_record(soql, records):
    assert without_attributes(ask(soql).records) == records


@pytest.mark.parametrize(
    ("soql", "records"),
    [
        (
            "SELECT Industry, COUNT(Id) n FROM Account "
            "GROUP BY Industry ORDER BY COUNT(Id) DESC, Industry NULLS LAST",
            [
                {"Industry": "Banking", "n": 2},
                {"Industry": "Technology", "n": 1},
                {"Industry": "Mining", "n": 1},
                {"Industry": None, "n": 1},
            ],
        ),
        ("SELECT Name FROM Account GROUP BY Name HAVING COUNT(Id) > 1", [{"Name": "ACME"}]),
        (
            "SELECT Owner.Name, COUNT(Id) FROM Account GROUP BY Owner.Name",
            [{"Name": "Ada", "expr0": 2}, {"Name": "Bob", "expr0": 3}],
        ),
        (
            "SELECT Owner.Name who, Active__c FROM Account GROUP BY Owner.Name, Active__c",
            [
                {"who": "Ada", "Active__c": False},
                {"who": "Ada", "Active__c": True},
                {"who": "Bob", "Active__c": False},
                {"who": "Bob", "Active__c": True},
            ],
        ),
        (
            "SELECT Industry FROM Account "
            "GROUP BY Industry HAVING Industry LIKE 'b%' AND SUM(AnnualRevenue) > 1",
            [{"Industry": "Banking"}],
        ),
        (
            "SELECT Industry FROM Account "
            "GROUP BY Industry ORDER BY Industry DESC NULLS LAST LIMIT 1 OFFSET 1",
            [{"Industry": "Banking"}],
        ),
    ],
)
def test_groups(soql, records):
    assert without_attributes(ask(soql).records) == records


def test_a_group_is_an_aggregate_result():
    result = ask("SELECT COUNT(Id) FROM Account")

    assert result.entity == "Account"
    assert result.total_size == 1
    assert result.records == [{"attributes": {"type": "AggregateResult"}, "expr0": 5}]


def test_an_empty_org_has_no_groups_and_a_count_of_zero():
    connection = build_org({})

    assert ask("SELECT Name, COUNT(Id) FROM Account GROUP BY Name", connection=connection).records == []
    assert ask("SELECT COUNT() FROM Account", connection=connection).total_size == 0


@pytest.mark.parametrize(
    ("soql", "records"),
    [
        (
            "SELECT CALENDAR_YEAR(CreatedDate), COUNT(Id) n FROM Account "
            "GROUP BY CALENDAR_YEAR(CreatedDate) HAVING CALENDAR_YEAR(CreatedDate) > 2025",
            [{"expr0": 2026, "n": 4}],
        ),
        (
            "SELECT DAY_ONLY(CreatedDate) day FROM Account "
            "GROUP BY DAY_ONLY(CreatedDate) ORDER BY DAY_ONLY(CreatedDate) DESC LIMIT 2",
            [{"day": "2026-05-20"}, {"day": "2026-05-19"}],
        ),
        (
            "SELECT MIN(Industry), MAX(Industry) last FROM Account",
            [{"expr0": "Technology", "last": "Mining"}],
        ),
        (
            "SELECT FORMAT(SUM(AnnualRevenue)) total, FORMAT(MIN(LastActivityDate)) FROM Account",
            [{"total": "$3,500", "expr0": "4/1/2026"}],
        ),
    ],
)
def test_groups_by_parts_of_dates_and_picklists_in_their_own_order(soql, records):
    assert without_attributes(ask(soql).records) == records


def test_a_rollup_ends_with_its_totals():
    soql = (
        "SELECT OwnerId, Industry, COUNT(Id) n, GROUPING(OwnerId) o, GROUPING(Industry) i FROM Account "
        "WHERE Industry != null GROUP BY ROLLUP(OwnerId, Industry)"
    )

    assert [tuple(each.values()) for each in without_attributes(ask(soql).records)] == [
        (ADA, "Technology", 1, 0, 0),
        (ADA, None, 1, 0, 1),
        (BOB, "Banking", 2, 0, 0),
        (BOB, "Mining", 1, 0, 0),
        (BOB, None, 3, 0, 1),
        (None, None, 4, 1, 1),
    ]


def test_a_cube_has_every_combination():
    soql = (
        "SELECT OwnerId, Industry, SUM(AnnualRevenue) FROM Account WHERE Industry = 'Banking' "
        "GROUP BY CUBE(OwnerId, Industry) HAVING COUNT(Id) > 1 ORDER BY GROUPING(Industry) DESC"
    )

    assert [tuple(each.values()) for each in without_attributes(ask(soql).records)] == [
        (BOB, None, 2499.5),
        (None, None, 2499.5),
        (BOB, "Banking", 2499.5),
        (None, "Banking", 2499.5),
    ]


@pytest.mark.parametrize(
    ("soql", "reason"),
    [
        (
            "SELECT COUNT(Id) FROM Account GROUP BY Name, ROLLUP(Industry)",
            "ROLLUP takes one to 3 fields, alone in GROUP BY",
        ),
        (
            "SELECT COUNT(Id) FROM Account GROUP BY CUBE(Name, Industry, OwnerId, ParentId)",
            "CUBE takes one to 3 fields, alone in GROUP BY",
        ),
        (
            "SELECT GROUPING(Name), COUNT(Id) FROM Account GROUP BY Name",
            "unexpected token: '('",
        ),
    ],
)
def test_what_cannot_be_rolled_up_is_refused(soql, reason):
    with pytest.raises(SoqlError) as caught:
        ask(soql)

    assert caught.value.message.splitlines()[-1] == reason
