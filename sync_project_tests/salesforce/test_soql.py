import pytest

from sync_project.salesforce.errors import QueryRefusedError
from sync_project.salesforce.soql import read_query


@pytest.mark.parametrize(
    ("soql", "expected"),
    [
        ("SELECT Name FROM Account", "SELECT Id FROM Account"),
        ("select name from account", "SELECT Id from account"),
        (
            "SELECT Name, toLabel(Type), Owner.Alias FROM Account USING SCOPE mine WHERE Type != null "
            "ORDER BY Name ASC NULLS FIRST, Id ASC NULLS FIRST",
            "SELECT Id FROM Account USING SCOPE mine WHERE Type != null",
        ),
        (
            "SELECT Name FROM Contact ORDER BY CreatedDate DESC LIMIT 50 OFFSET 5",
            "SELECT Id FROM Contact ORDER BY CreatedDate DESC LIMIT 50 OFFSET 5",
        ),
        (
            "SELECT (SELECT Id FROM Contacts WHERE Name = ')' LIMIT 1), Name FROM Account a, a.Owner o",
            "SELECT Id FROM Account a, a.Owner o",
        ),
        (
            "SELECT From__c, A.From__c FROM Contact WHERE Name = 'it\\'s FROM x ORDER BY y (' AND Id != ''",
            "SELECT Id FROM Contact WHERE Name = 'it\\'s FROM x ORDER BY y (' AND Id != ''",
        ),
        (
            "SELECT Id FROM Account WHERE (Name = 'a') AND Id IN (SELECT AccountId FROM Contact LIMIT 5)",
            "SELECT Id FROM Account WHERE (Name = 'a') AND Id IN (SELECT AccountId FROM Contact LIMIT 5)",
        ),
        (
            "SELECT TYPEOF What WHEN Account THEN Phone ELSE Name END FROM Task WHERE (What.Type = 'Order')",
            "SELECT Id FROM Task WHERE (What.Type = 'Order')",
        ),
        ("SELECT Id FROM Order ORDER BY Status LIMIT 3", "SELECT Id FROM Order ORDER BY Status LIMIT 3"),
        ("SELECT Name FROM Group FOR VIEW", "SELECT Id FROM Group"),
        ("SELECT Id FROM Lead WHERE WHERE Name = 'a'", "SELECT Id FROM Lead WHERE WHERE Name = 'a'"),
        (
            "SELECT Title FROM FAQ__kav WHERE Language = 'de' WITH DATA CATEGORY Geo__c AT usa__c "
            "LIMIT 9 UPDATE VIEWSTAT",
            "SELECT Id FROM FAQ__kav WHERE Language = 'de' WITH DATA CATEGORY Geo__c AT usa__c LIMIT 9",
        ),
        (
            "SELECT Id,\n  Name\nFROM Lead\nWHERE City = 'Köln\n'\nLIMIT 5\nALL ROWS",
            "SELECT Id FROM Lead WHERE City = 'Köln\n' LIMIT 5 ALL ROWS",
        ),
    ],
)
def test_the_same_set_is_asked_for_by_its_ids_alone(soql, expected):
    assert read_query(soql).of_ids().text == expected


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT COUNT() FROM Lead",
        "SELECT Company, count(Id) n FROM Lead GROUP BY Company",
        "SELECT Company FROM Lead GROUP BY Company",
        "SELECT FORMAT(MIN(CloseDate)) first FROM Opportunity",
    ],
)
def test_a_query_of_groups_or_counts_is_told_from_one_of_records(soql):
    assert read_query(soql).is_aggregate


def test_a_field_that_is_named_like_an_aggregate_is_none():
    assert not read_query(
        "SELECT Count__c, Max, toLabel(Sum__c) FROM Lead WHERE Name = 'COUNT()'"
    ).is_aggregate


@pytest.mark.parametrize("soql", ["", "FROM Lead", "SELECT Id", "SELECT Id FROM", "DELETE FROM Lead", "Lead"])
def test_what_is_no_query_is_refused_with_the_form_of_one(soql):
    with pytest.raises(QueryRefusedError, match=r"is no query. Write SELECT Id FROM"):
        read_query(soql)


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT Name, Id FROM Lead",
        "SELECT lead.id FROM Lead",
        "SELECT l.Id, Name FROM Lead l, l.Owner o",
        "SELECT FIELDS(STANDARD) FROM Lead LIMIT 5",
    ],
)
def test_a_query_that_shows_the_id_stays_as_it_is(soql):
    assert read_query(soql).with_id().text == soql


@pytest.mark.parametrize(
    "selected",
    ["Name", "Owner.Id, Name", "TYPEOF What WHEN Account THEN Name, Id, Phone END", "(SELECT Id FROM A)"],
)
def test_a_query_that_does_not_is_given_it(selected):
    assert read_query(f"SELECT {selected} FROM Task").with_id().selected == f"Id, {selected}"
