import json
import re
import sqlite3
from typing import ClassVar

import pytest

from sync_project.sandbox.soql.errors import SoqlError
from sync_project_tests.sandbox.soql.soql_org import (
    ACME,
    ADA,
    ANN,
    BEN,
    BETA,
    ask,
    build_org,
    columns_of,
    names_of,
    without_attributes,
)


def test_a_record_is_shaped_as_the_rest_api_shows_it():
    result = ask(
        "SELECT Id, Name, AnnualRevenue, NumberOfEmployees, Active__c, CreatedDate FROM Account LIMIT 1"
    )

    assert result.entity == "Account"
    assert result.total_size == 1
    assert result.records == [
        {
            "attributes": {"type": "Account", "url": f"/services/data/v59.0/sobjects/Account/{ACME}"},
            "Id": ACME,
            "Name": "Acme",
            "AnnualRevenue": 1000.0,
            "NumberOfEmployees": 10,
            "Active__c": True,
            "CreatedDate": "2026-01-02T10:00:00.000+0000",
        }
    ]


def test_numbers_keep_their_kind_in_json():
    record = ask("SELECT AnnualRevenue, NumberOfEmployees FROM Account LIMIT 1").records[0]

    assert json.dumps(without_attributes(record)) == '{"AnnualRevenue": 1000.0, "NumberOfEmployees": 10}'


def test_parents_nest_and_a_missing_parent_is_null():
    result = ask(
        "SELECT Name, Parent.Name, Parent.Parent.Owner.Name FROM Account WHERE Name IN ('acme', 'beta 100%')"
    )

    assert without_attributes(result.records) == [
        {"Name": "Acme", "Parent": None},
        {"Name": "beta 100%", "Parent": {"Name": "Acme", "Parent": None}},
        {"Name": "ACME", "Parent": {"Name": "beta 100%", "Parent": {"Owner": {"Name": "Ada"}}}},
    ]


def test_a_parent_carries_its_own_attributes():
    record = ask(f"SELECT Account.Owner.Id FROM Contact WHERE Id = '{ANN}'").records[0]

    assert record == {
        "attributes": {"type": "Contact", "url": f"/services/data/v59.0/sobjects/Contact/{ANN}"},
        "Account": {
            "attributes": {"type": "Account", "url": f"/services/data/v59.0/sobjects/Account/{ACME}"},
            "Owner": {
                "attributes": {"type": "User", "url": f"/services/data/v59.0/sobjects/User/{ADA}"},
                "Id": ADA,
            },
        },
    }


def test_keys_are_in_the_schemas_spelling():
    assert without_attributes(
        ask("select NAME, owner.name from ACCOUNT where ID = '" + BETA + "'").records
    ) == [{"Name": "beta 100%", "Owner": {"Name": "Bob"}}]


def test_children_come_as_a_result_of_their_own_and_none_as_null():
    result = ask("SELECT Name, (SELECT Id, Owner.Name FROM Contacts ORDER BY Name DESC) FROM Account LIMIT 2")

    assert without_attributes(result.records) == [
        {
            "Name": "Acme",
            "Contacts": {
                "totalSize": 2,
                "done": True,
                "records": [{"Id": BEN, "Owner": {"Name": "Bob"}}, {"Id": ANN, "Owner": {"Name": "Ada"}}],
            },
        },
        {"Name": "beta 100%", "Contacts": None},
    ]


def test_the_limit_of_a_sub_query_holds_for_each_parent():
    result = ask(
        "SELECT Name, (SELECT Name FROM Opportunities ORDER BY CloseDate LIMIT 1) FROM Account "
        "WHERE Id IN (SELECT AccountId FROM Opportunity)"
    )

    assert without_attributes(result.records) == [
        {"Name": "Acme", "Opportunities": {"totalSize": 1, "done": True, "records": [{"Name": "Deal"}]}},
        {"Name": "beta 100%", "Opportunities": {"totalSize": 1, "done": True, "records": [{"Name": "Open"}]}},
    ]


def test_sub_queries_nest():
    result = ask(
        "SELECT (SELECT Name, (SELECT Name FROM ChildAccounts) FROM ChildAccounts) FROM Account LIMIT 1"
    )

    assert without_attributes(result.records) == [
        {
            "ChildAccounts": {
                "totalSize": 1,
                "done": True,
                "records": [
                    {
                        "Name": "beta 100%",
                        "ChildAccounts": {"totalSize": 1, "done": True, "records": [{"Name": "ACME"}]},
                    }
                ],
            }
        }
    ]


def test_deleted_rows_and_children_show_only_when_asked_for():
    children = "SELECT (SELECT Name FROM Contacts) FROM Account LIMIT 1"

    assert "Gone" not in names_of("SELECT Name FROM Account")
    assert "Gone" in names_of("SELECT Name FROM Account", include_deleted=True)
    assert "Gone" in names_of("SELECT Name FROM Account ALL ROWS")
    assert ask(children).records[0]["Contacts"]["totalSize"] == 2
    assert ask(children, include_deleted=True).records[0]["Contacts"]["totalSize"] == 3


def test_archived_tasks_show_only_beside_deleted_rows():
    assert names_of("SELECT Name FROM Task") == ["Call", "Mail", "Note"]
    assert names_of("SELECT Name FROM Task ALL ROWS") == ["Call", "Mail", "Note", "Old"]


def test_an_own_name_in_front_of_a_field_does_not_nest():
    assert columns_of("SELECT Account.Id, a.Name FROM Account a") == ["Id", "Name"]


def test_the_connection_may_have_rows_of_its_own_kind_and_a_statement_half_read():
    connection = build_org()
    connection.row_factory = sqlite3.Row
    ask("SELECT Id FROM Account", connection=connection)
    half_read = connection.execute("SELECT Id FROM Account")
    half_read.fetchone()

    assert ask("SELECT COUNT() FROM Account", connection=connection).total_size == 5


def test_deleted_parents_are_null_unless_deleted_rows_are_asked_for():
    rows = {
        "Account": [{"Id": ACME, "Name": "Acme", "IsDeleted": 1}],
        "Contact": [{"Id": ANN, "AccountId": ACME}],
    }
    soql = "SELECT Account.Name FROM Contact"

    assert ask(soql, connection=build_org(rows)).records[0]["Account"] is None
    assert without_attributes(ask(f"{soql} ALL ROWS", connection=build_org(rows)).records) == [
        {"Account": {"Name": "Acme"}}
    ]


def test_more_groups_than_one_page_are_refused():
    accounts = [{"Id": f"0010000000{number:05}AAA", "Name": str(number)} for number in range(2_001)]

    with pytest.raises(SoqlError) as caught:
        ask("SELECT Name FROM Account GROUP BY Name", connection=build_org({"Account": accounts}))

    assert caught.value.code == "EXCEEDED_ID_LIMIT"


def test_parents_may_have_names_of_their_own():
    soql = "SELECT c.Name, o.Name FROM Contact c, c.Account a, a.Owner o WHERE a.Industry = 'Technology'"

    assert without_attributes(ask(soql).records) == [
        {"Name": "Ann", "Account": {"Owner": {"Name": "Ada"}}},
        {"Name": "Ben", "Account": {"Owner": {"Name": "Ada"}}},
    ]


def test_a_sub_query_may_be_from_the_alias():
    soql = "SELECT (SELECT c.Name FROM a.Contacts c) FROM Account a LIMIT 1"

    assert [each["Name"] for each in ask(soql).records[0]["Contacts"]["records"]] == ["Ann", "Ben"]


def test_sub_queries_nest_since_version_58():
    soql = "SELECT (SELECT (SELECT Id FROM ChildAccounts) FROM ChildAccounts) FROM Account"

    assert ask(soql, version="58.0").total_size == 5
    with pytest.raises(SoqlError) as caught:
        ask(soql, version="57.0")
    assert caught.value.message.endswith("Nesting of subqueries is limited to 1 levels")


def test_a_semi_join_may_go_through_parents_and_references():
    inner = "(SELECT OwnerId FROM Account WHERE Name = 'beta 100%')"

    assert names_of(f"SELECT Name FROM Contact WHERE Account.OwnerId IN {inner}") == []
    assert names_of(f"SELECT Name FROM Contact WHERE Account.OwnerId NOT IN {inner}") == ["Ann", "Ben", "Cy"]


def test_no_text_of_a_query_reaches_sqlite():
    """Identifiers are the schema's own, values are bound."""

    class Recorder(sqlite3.Cursor):
        statements: ClassVar[list[str]] = []

        def execute(self, sql, parameters=()):
            self.statements.append(sql)
            return super().execute(sql, parameters)

    class Recorded(sqlite3.Connection):
        def cursor(self, factory=Recorder):
            return super().cursor(factory)

    connection = build_org(factory=Recorded)
    ask(
        "SELECT zqAlias.nAmE, (SELECT iD FROM cOntacts zqChild WHERE eMail = 'zq1' LIMIT 4711), "
        "DISTANCE(BillingAddress, GEOLOCATION(47.11, 47.12), 'km') zqFar FROM aCcount zqAlias "
        "WHERE nAme LIKE '%zq\\_2' AND (aNnualRevenue > 4713 OR Industry IN ('zq3', 'zq4')) "
        "AND tOlabel(Industry) != 'zq5' AND CreatedDate < 1947-11-01T00:00:00Z AND Tags__c INCLUDES ('zq6') "
        "AND Id NOT IN (SELECT aCcountId FROM oPportunity WHERE cLoseDate > 1947-12-01) "
        "AND CALENDAR_YEAR(CreatedDate) > 4714 LIMIT 4715 OFFSET 1947",
        connection=connection,
    )
    ask(
        "SELECT COUNT(Id) zqCount, iNdustry zqGroup FROM Account WHERE Name = 'zq7' "
        "GROUP BY ROLLUP(iNdustry) HAVING COUNT(Id) > 4716 LIMIT 4717",
        connection=connection,
    )

    assert len(Recorder.statements) == 3
    for statement in Recorder.statements:
        assert not re.search("zq|47|aCcount|cOntacts|nAme|iN", statement), statement
