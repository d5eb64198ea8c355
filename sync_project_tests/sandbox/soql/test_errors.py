from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project.sandbox.soql.errors import SoqlError, point_at
from sync_project_tests.sandbox.soql.soql_org import ask, build_org

COLUMN_HINT = (
    "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)
RELATIONSHIP_HINT = (
    "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom "
    "relationship name. Please reference your WSDL or the describe call for the appropriate names."
)
OBJECT_HINT = (
    "If you are attempting to use a custom object, be sure to append the '__c' after the entity name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)


def refusal_of(soql: str) -> SoqlError:
    with pytest.raises(SoqlError) as caught:
        ask(soql)
    return caught.value


def test_an_unknown_field_is_told_with_the_excerpt_and_a_caret():
    error = refusal_of("SELECT Id, Foo FROM Account")

    assert error.code == "INVALID_FIELD"
    assert error.message == (
        "\nSELECT Id, Foo FROM Account\n           ^\nERROR at Row:1:Column:12\n"
        f"No such column 'Foo' on entity 'Account'. {COLUMN_HINT}"
    )


def test_a_broken_query_is_told_with_the_excerpt_and_a_caret():
    error = refusal_of("SELECT Id, FROM Account")

    assert error.code == "MALFORMED_QUERY"
    assert error.message == (
        "\nSELECT Id, FROM Account\n           ^\nERROR at Row:1:Column:12\nunexpected token: 'FROM'"
    )


@pytest.mark.parametrize(
    ("soql", "token"),
    [
        ("", "<EOF>"),
        ("SELECT", "<EOF>"),
        ("SELECT Id FROM", "<EOF>"),
        ("SELECT Id FROM Account WHERE", "<EOF>"),
        ("SELEC Id FROM Account", "SELEC"),
        ('SELECT Id FROM Account WHERE Name = "x"', '"'),
        ("SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'", "OR"),
        ("SELECT Id FROM Account WHERE Name = 'a' OR Name = 'b' AND Name = 'c'", "AND"),
        ("SELECT Id FROM Account WHERE Name == 'a'", "="),
        ("SELECT Id FROM Account WHERE Name = 'a", ""),
        ("SELECT Id FROM Account WHERE AnnualRevenue = 1e+22", "1e"),
        ("SELECT Id FROM Account WHERE AnnualRevenue = nan", "nan"),
        ("SELECT Id FROM Account WHERE AnnualRevenue > null", "null"),
        ("SELECT Id FROM Account WHERE Name LIKE null", "null"),
        ("SELECT Id FROM Account WHERE Name IN ()", ")"),
        ("SELECT Id FROM Account WHERE CreatedDate = SOMEDAY", "SOMEDAY"),
        ("SELECT Id FROM Account WHERE CreatedDate > 2026-01-02 10:00:00", "10"),
        ("SELECT Id FROM Account LIMIT 10 LIMIT 10", "LIMIT"),
        ("SELECT Id FROM Account LIMIT 1 ORDER BY Id", "ORDER"),
        ("SELECT Id FROM Account LIMIT -1", "-"),
        ("SELECT Id FROM Account LIMIT 99999999999", "99999999999"),
        ("SELECT * FROM Account", "*"),
        ("SELECT Id FROM Account; DROP TABLE Account", ";"),
        ("SELECT Id FROM Account UPDATE Name", "Name"),
        ("SELECT LEN(Name) FROM Account", "("),
        ("DELETE FROM Account", "DELETE"),
    ],
)
def test_what_breaks_the_grammar_names_the_token(soql, token):
    error = refusal_of(soql)

    assert error.code == "MALFORMED_QUERY"
    assert error.message.endswith(f"\nunexpected token: '{token}'")


@pytest.mark.parametrize(
    ("soql", "code", "reason"),
    [
        ("SELECT Id FROM Foo", "INVALID_TYPE", f"sObject type 'Foo' is not supported. {OBJECT_HINT}"),
        (
            "SELECT Id, (SELECT Id FROM Foos) FROM Account",
            "INVALID_TYPE",
            f"Didn't understand relationship 'Foos' in FROM part of query call. {RELATIONSHIP_HINT}",
        ),
        (
            "SELECT Foo.Name FROM Account",
            "INVALID_FIELD",
            f"Didn't understand relationship 'Foo' in field path. {RELATIONSHIP_HINT}",
        ),
        (
            "SELECT Id FROM Account WHERE Parent.Foo = 1",
            "INVALID_FIELD",
            f"No such column 'Foo' on entity 'Account'. {COLUMN_HINT}",
        ),
        (
            "SELECT Who.Account.Name FROM Task",
            "INVALID_FIELD",
            f"Didn't understand relationship 'Account' in field path. {RELATIONSHIP_HINT}",
        ),
        (
            "SELECT What.Amount FROM Task",
            "INVALID_FIELD",
            f"No such column 'Amount' on entity 'Name'. {COLUMN_HINT}",
        ),
        (
            "SELECT Secret__c FROM Account",
            "INVALID_FIELD",
            f"No such column 'Secret__c' on entity 'Account'. {COLUMN_HINT}",
        ),
        ("SELECT Id, Name, ID FROM Account", "INVALID_FIELD", "duplicate field selected: Id"),
        (
            "SELECT Owner.Name, owner.name FROM Account",
            "INVALID_FIELD",
            "duplicate field selected: Owner.Name",
        ),
        ("SELECT Name n FROM Account", "MALFORMED_QUERY", "only aggregate expressions use field aliasing"),
    ],
)
def test_unknown_or_repeated_names(soql, code, reason):
    error = refusal_of(soql)

    assert error.code == code
    assert error.message.splitlines()[-1] == reason


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        (
            "CreatedDate > '2026-01-01T00:00:00Z'",
            "value of filter criterion for field 'CreatedDate' must be of type dateTime "
            "and should not be enclosed in quotes",
        ),
        (
            "CreatedDate > 2026-01-01",
            "value of filter criterion for field 'CreatedDate' must be of type dateTime "
            "and should not be enclosed in quotes",
        ),
        (
            "LastActivityDate = 2026-01-01T00:00:00Z",
            "value of filter criterion for field 'LastActivityDate' must be of type date "
            "and should not be enclosed in quotes",
        ),
        (
            "AnnualRevenue = '5'",
            "value of filter criterion for field 'AnnualRevenue' must be of type double "
            "and should not be enclosed in quotes",
        ),
        (
            "Active__c = 'true'",
            "value of filter criterion for field 'Active__c' must be of type boolean "
            "and should not be enclosed in quotes",
        ),
        (
            "NumberOfEmployees = true",
            "value of filter criterion for field 'NumberOfEmployees' must be of type int "
            "and should not be enclosed in quotes",
        ),
        (
            "Name = 5",
            "value of filter criterion for field 'Name' must be of type string "
            "and should be enclosed in quotes",
        ),
        (
            "Name = TODAY",
            "value of filter criterion for field 'Name' must be of type string "
            "and should be enclosed in quotes",
        ),
        ("Description = 'x'", "field 'Description' can not be filtered in a query call"),
        ("BillingAddress = 'x'", "field 'BillingAddress' can not be filtered in a query call"),
    ],
)
def test_values_that_do_not_suit_the_field(where, reason):
    error = refusal_of(f"SELECT Id FROM Account WHERE {where}")

    assert error.code == "INVALID_FIELD"
    assert error.message.splitlines()[-1] == reason


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        ("Id = 'abc'", "invalid ID field: abc"),
        ("Id LIKE '001%'", "invalid operator on id field"),
        ("CreatedDate LIKE '2026%'", "invalid operator on dateTime field"),
        ("Active__c > true", "invalid operator on boolean field"),
        ("Name INCLUDES ('a')", "invalid operator on string field"),
        ("Tags__c LIKE 'H%'", "invalid operator on multipicklist field"),
    ],
)
def test_operators_that_do_not_suit_the_field(where, reason):
    error = refusal_of(f"SELECT Id FROM Account WHERE {where}")

    assert error.code == "INVALID_QUERY_FILTER_OPERATOR"
    assert error.message.splitlines()[-1] == reason


@pytest.mark.parametrize(
    ("soql", "code", "reason"),
    [
        (
            "SELECT Id FROM Account ORDER BY Description",
            "INVALID_FIELD",
            "field 'Description' can not be sorted in a query call",
        ),
        (
            "SELECT Description FROM Account GROUP BY Description",
            "INVALID_FIELD",
            "field 'Description' can not be grouped in a query call",
        ),
        (
            "SELECT Name, COUNT(Id) FROM Account",
            "MALFORMED_QUERY",
            "Field must be grouped or aggregated: Name",
        ),
        (
            "SELECT COUNT(Id) FROM Account GROUP BY Name ORDER BY Industry",
            "MALFORMED_QUERY",
            "Field must be grouped or aggregated: Industry",
        ),
        (
            "SELECT Owner.Name, Parent.Name FROM Account GROUP BY Owner.Name, Parent.Name",
            "MALFORMED_QUERY",
            "duplicate alias: Name",
        ),
        (
            "SELECT SUM(Name) FROM Account",
            "INVALID_FIELD",
            "field Name does not support aggregate operator SUM",
        ),
        (
            "SELECT COUNT(IsDeleted) FROM Account",
            "INVALID_FIELD",
            "field IsDeleted does not support aggregate operator COUNT",
        ),
        (
            "SELECT COUNT(Id) FROM Account LIMIT 1",
            "MALFORMED_QUERY",
            "Non-grouped query that uses overall aggregate functions cannot also use LIMIT",
        ),
        (
            "SELECT Id FROM Account OFFSET 2001",
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Maximum SOQL offset allowed is 2000",
        ),
        (
            "SELECT FIELDS(ALL) FROM Account",
            "MALFORMED_QUERY",
            "The SOQL FIELDS function must have a LIMIT of at most 200",
        ),
        (
            "SELECT FIELDS(CUSTOM) FROM Account LIMIT 201",
            "MALFORMED_QUERY",
            "The SOQL FIELDS function must have a LIMIT of at most 200",
        ),
        (
            r"SELECT Id FROM Account WHERE Name = 'a\d'",
            "MALFORMED_QUERY",
            r"Invalid string literal 'a\d'. Illegal character sequence '\d' in string literal.",
        ),
        (
            r"SELECT Id FROM Account WHERE Name = 'a\ud800'",
            "MALFORMED_QUERY",
            "Invalid string literal: half a character",
        ),
        (
            "SELECT Id FROM Account WHERE LastActivityDate = 2026-02-30",
            "MALFORMED_QUERY",
            "Invalid date: 2026-02-30",
        ),
        (
            "SELECT Id FROM Account WHERE CreatedDate = 2026-01-02T25:00:00Z",
            "MALFORMED_QUERY",
            "Invalid dateTime: 2026-01-02T25:00:00Z",
        ),
        (
            "SELECT Id FROM Account WHERE CreatedDate = LAST_N_DAYS:999999999",
            "MALFORMED_QUERY",
            "Invalid date: LAST_N_DAYS:999999999",
        ),
        (
            "SELECT Id FROM Contact WHERE AccountId IN (SELECT OwnerId FROM Account)",
            "MALFORMED_QUERY",
            "The selected field 'OwnerId' in the subquery and the left operand field in the where expression "
            "in the outer query 'AccountId' should point to the same object type",
        ),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE AccountId IN "
            "(SELECT Id FROM Account))",
            "MALFORMED_QUERY",
            "Nesting of semi join sub-selects is not supported",
        ),
        (
            "SELECT Id FROM Account WHERE " + " AND ".join(["Id IN (SELECT AccountId FROM Contact)"] * 3),
            "MALFORMED_QUERY",
            "Maximum 2 semi join sub-selects are allowed",
        ),
        (
            "SELECT Id FROM Account WITH DATA CATEGORY Geography__c AT (france__c, usa__c) AND "
            "Product__c ABOVE dsl__c",
            "MALFORMED_QUERY",
            "WITH DATA CATEGORY is not supported on entity 'Account'",
        ),
        (
            "SELECT Id FROM Account WHERE Name = :name",
            "MALFORMED_QUERY",
            "Bind variables only allowed in Apex code",
        ),
        ("SELECT Id FROM Account WITH NOTHING", "MALFORMED_QUERY", "unexpected token: 'NOTHING'"),
        (
            "SELECT "
            + "(SELECT (SELECT " * 2
            + "(SELECT Id FROM ChildAccounts)"
            + " FROM ChildAccounts) FROM ChildAccounts)" * 2
            + " FROM Account",
            "MALFORMED_QUERY",
            "Nesting of subqueries is limited to 4 levels",
        ),
        (
            "SELECT Id FROM Contact c, c.Foo f",
            "INVALID_FIELD",
            f"Didn't understand relationship 'Foo' in field path. {RELATIONSHIP_HINT}",
        ),
        (
            "SELECT Id FROM Account USING SCOPE delegated",
            "MALFORMED_QUERY",
            "Invalid scope 'delegated' for entity 'Account'",
        ),
        ("SELECT Id FROM Task USING SCOPE mine", "MALFORMED_QUERY", "Invalid scope 'mine' for entity 'Task'"),
        (
            "SELECT Id FROM Account WHERE Name = 'x' OR Id IN (SELECT AccountId FROM Contact)",
            "MALFORMED_QUERY",
            "Semi join sub-selects are only allowed at the top level WHERE expressions "
            "and not in nested WHERE expressions.",
        ),
    ],
)
def test_clauses_that_salesforce_refuses(soql, code, reason):
    error = refusal_of(soql)

    assert error.code == code
    assert error.message.splitlines()[-1] == reason


@pytest.mark.parametrize(
    "soql",
    [
        "SELECT Id FROM Account ORDER BY DISTANCE(Name, Id)",
        "SELECT Id FROM Account WITH DATA",
        "SELECT Id, (SELECT COUNT(Id) FROM Contacts) FROM Account",
        "SELECT Id, (SELECT Id FROM Contacts OFFSET 1) FROM Account",
        "SELECT COUNT(), Name FROM Account GROUP BY Name",
        "SELECT Id FROM Account WHERE Parent.Parent.Parent.Parent.Parent.Parent.Name = 'x'",
        "SELECT Id FROM Account WHERE Id IN (SELECT Name FROM Contact)",
        "SELECT Id FROM Account WHERE Name IN (SELECT AccountId FROM Contact)",
        "SELECT TYPEOF Owner WHEN User THEN Id END FROM Account",
        "SELECT Who.Name, TYPEOF Who WHEN Contact THEN Id END FROM Task",
        "SELECT TYPEOF Who WHEN Contact THEN Id END, Who.Name FROM Task",
        "SELECT Id FROM Account WHERE " + "(NOT(Name = 'a' AND " * 200 + "Name = 'b'" + "))" * 200,
        "SELECT Id FROM Account WHERE " + "(NOT(Name = 'a' AND " * 40 + "Name = 'b'" + "))" * 40,
        "SELECT Id FROM Account WHERE Name = '" + "x" * 100_000 + "'",
    ],
)
def test_what_the_org_does_not_answer_is_refused(soql):
    assert refusal_of(soql).code in ("MALFORMED_QUERY", "INVALID_FIELD", "QUERY_TOO_COMPLICATED")


def test_the_place_is_told_by_row_and_column():
    assert refusal_of("SELECT Id,\n  Foo\nFROM Account").message.startswith(
        "\n  Foo\n  ^\nERROR at Row:2:Column:3\nNo such column 'Foo'"
    )


def test_the_excerpt_of_a_long_line_begins_at_a_word_near_the_place():
    soql = f"SELECT {', '.join(f'Field{number}' for number in range(30))} FROM Account"

    message = point_at(soql, position=soql.index("Field20"), reason="wrong")

    excerpt, caret, place, _ = message.splitlines()[1:]
    assert len(excerpt) < 130
    assert excerpt[caret.index("^") :].startswith("Field20,")
    assert place == f"ERROR at Row:1:Column:{soql.index('Field20') + 1}"


_WORDS = """
    SELECT Id Name Owner.Name Who.Type COUNT() COUNT(Id) MAX(CreatedDate) FIELDS(ALL) toLabel(Industry) , ( )
    (SELECT/Id/FROM/Contacts) FROM Account Task WHERE Active__c Tags__c CreatedDate BillingAddress = != < LIKE
    IN NOT INCLUDES AND OR 'a' '\\%' 1 -2.5 2026-01-02 2026-01-02T00:00:00Z TODAY N_YEARS_AGO:9999 null true
    GROUP BY HAVING ORDER DESC NULLS LAST LIMIT OFFSET 3 FOR VIEW ALL ROWS USING SCOPE mine WITH USER_MODE
    TYPEOF Who WHEN Contact THEN ELSE END
"""
ORG = build_org()
_OPENINGS = [
    "",
    "SELECT",
    "SELECT Id FROM Account",
    "SELECT Id FROM Account WHERE",
    "SELECT Id FROM Task WHERE NOT",
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(_OPENINGS), st.lists(st.sampled_from(_WORDS.split()), max_size=8))
def test_whatever_is_sent_is_answered_or_refused_as_soql(opening, words):
    soql = " ".join([opening, *words]).replace("/", " ")

    with suppress(SoqlError):
        ask(soql, connection=ORG)
