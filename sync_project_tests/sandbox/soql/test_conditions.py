import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_project_tests.sandbox.soql.soql_org import ACME, ADA, ask, build_org, names_of

ALL = ["Acme", "beta 100%", "ACME", None, "Zürich Straße"]


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("Name = 'ACME'", ["Acme", "ACME"]),
        ("Name = 'ZÜRICH STRASSE'", ["Zürich Straße"]),
        ("Name != 'acme'", ["beta 100%", None, "Zürich Straße"]),
        ("Name <> 'acme'", ["beta 100%", None, "Zürich Straße"]),
        ("Name = null", [None]),
        ("Name = ''", [None]),
        ("Name != NULL", ["Acme", "beta 100%", "ACME", "Zürich Straße"]),
        ("Name > 'B'", ["beta 100%", "Zürich Straße"]),
        ("Name > ''", ["Acme", "beta 100%", "ACME", "Zürich Straße"]),
        ("Name IN ('acme', 'x')", ["Acme", "ACME"]),
        ("Name IN ('acme', null)", ["Acme", "ACME", None]),
        ("Name NOT IN ('acme')", ["beta 100%", None, "Zürich Straße"]),
        ("Name NOT IN ('acme', null)", ["beta 100%", "Zürich Straße"]),
        ("name not  in('acme')", ["beta 100%", None, "Zürich Straße"]),
    ],
)
def test_text_is_compared_without_letter_case(where, names):
    assert names_of(f"SELECT Name FROM Account WHERE {where}") == names


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("ac%", ["Acme", "ACME"]),
        ("%ÜRICH%", ["Zürich Straße"]),
        ("_cme", ["Acme", "ACME"]),
        ("acm", []),
        (r"%100\%", ["beta 100%"]),
        (r"%\%", ["beta 100%"]),
        (r"ac\_e", []),
        (r"%\\%", []),
        ("%", ["Acme", "beta 100%", "ACME", "Zürich Straße"]),
    ],
)
def test_like_knows_its_wildcards_and_their_escapes(pattern, names):
    assert names_of(f"SELECT Name FROM Account WHERE Name LIKE '{pattern}'") == names


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("AnnualRevenue = 1000", ["Acme"]),
        ("AnnualRevenue = 2500.50", ["beta 100%"]),
        ("AnnualRevenue < 0", ["Zürich Straße"]),
        ("AnnualRevenue <= -1.0", ["Zürich Straße"]),
        ("AnnualRevenue >= +1000.", ["Acme", "beta 100%"]),
        ("AnnualRevenue != 1000", ["beta 100%", "ACME", None, "Zürich Straße"]),
        ("AnnualRevenue = null", ["ACME", None]),
        ("NumberOfEmployees IN (10, 99)", ["Acme", "ACME"]),
        ("NumberOfEmployees > 10", ["beta 100%"]),
        ("NumberOfEmployees > 10.5", ["beta 100%"]),
        ("Active__c = true", ["Acme", "ACME"]),
        ("Active__c != TRUE", ["beta 100%", None, "Zürich Straße"]),
        ("Active__c = null", ["beta 100%", None, "Zürich Straße"]),
        ("Parent.Active__c = false", ["Acme", "ACME", None, "Zürich Straße"]),
    ],
)
def test_numbers_and_booleans(where, names):
    assert names_of(f"SELECT Name FROM Account WHERE {where}") == names


@pytest.mark.parametrize(
    ("where", "names"),
    [
        (f"Id = '{ACME}'", ["Acme"]),
        (f"Id = '{ACME[:15]}'", ["Acme"]),
        (f"ParentId = '{ACME[:15]}'", ["beta 100%"]),
        (f"ParentId != '{ACME}'", ["Acme", "ACME", None, "Zürich Straße"]),
        (f"Id NOT IN ('{ACME}')", ["beta 100%", "ACME", None, "Zürich Straße"]),
        (f"Id > '{ACME}'", ["beta 100%", "ACME", None, "Zürich Straße"]),
        ("Id > ''", ALL),
        (f"OwnerId = '{ADA}'", ["Acme", None]),
        ("ParentId = null", ["Acme", None, "Zürich Straße"]),
    ],
)
def test_ids_are_the_same_with_15_and_18_characters(where, names):
    assert names_of(f"SELECT Name FROM Account WHERE {where}") == names


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("Owner.Name = 'ada'", ["Acme", None]),
        ("Owner.Manager.Name = 'Ada'", ["beta 100%", "ACME", "Zürich Straße"]),
        ("Parent.Parent.Name = 'Acme'", ["ACME"]),
        ("Parent.Name = null", ["Acme", None, "Zürich Straße"]),
        ("Account.Parent.Name = 'acme'", ["beta 100%"]),
    ],
)
def test_conditions_reach_through_parents(where, names):
    assert names_of(f"SELECT Name FROM Account WHERE {where}") == names


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("Tags__c INCLUDES ('hot')", ["Acme", "beta 100%"]),
        ("Tags__c INCLUDES ('Hot;New')", ["Acme"]),
        ("Tags__c INCLUDES ('Hot;New', 'Cold')", ["Acme", "Zürich Straße"]),
        ("Tags__c EXCLUDES ('New')", ["beta 100%", "ACME", None]),
        ("Tags__c = 'Hot;New'", ["Acme"]),
        ("Tags__c = 'Hot'", ["beta 100%"]),
    ],
)
def test_multipicklists_hold_several_values(where, names):
    assert names_of(f"SELECT Name FROM Account WHERE {where}") == names


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("Industry = 'Banking' AND AnnualRevenue > 0", ["beta 100%"]),
        ("(Industry = 'Banking' AND AnnualRevenue > 0) OR Name = 'acme'", ["Acme", "beta 100%", "ACME"]),
        ("Industry = 'Banking' AND (AnnualRevenue > 0 OR Name LIKE 'z%')", ["beta 100%", "Zürich Straße"]),
        ("NOT Name = 'acme'", ["beta 100%", None, "Zürich Straße"]),
        ("NOT (AnnualRevenue > 0)", ["ACME", None, "Zürich Straße"]),
        ("NOT NOT AnnualRevenue > 0", ["Acme", "beta 100%"]),
        ("(NOT Name LIKE 'a%') AND (NOT Name LIKE 'b%')", [None, "Zürich Straße"]),
        ("((((Name = 'acme'))))", ["Acme", "ACME"]),
    ],
)
def test_and_or_not_and_parentheses(where, names):
    assert names_of(f"SELECT Name FROM Account WHERE {where}") == names


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("Id IN (SELECT AccountId FROM Contact)", ["Acme"]),
        ("Id IN (SELECT AccountId FROM Contact WHERE Account.Owner.Name = 'Bob')", []),
        ("Id NOT IN (SELECT AccountId FROM Contact)", ["beta 100%", "ACME", None, "Zürich Straße"]),
        ("ParentId NOT IN (SELECT AccountId FROM Contact)", ["Acme", "ACME", None, "Zürich Straße"]),
        ("Name = 'x' AND Id IN (SELECT AccountId FROM Contact)", []),
    ],
)
def test_semi_joins(where, names):
    assert names_of(f"SELECT Name FROM Account WHERE {where}") == names


def test_a_semi_join_sees_deleted_rows_only_where_the_query_does():
    soql = "SELECT Name FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Name = 'Del')"

    assert names_of(soql) == []
    assert names_of(f"{soql} ALL ROWS") == ["Acme"]


def test_scope_mine_is_what_the_user_owns():
    assert names_of("SELECT Name FROM Account USING SCOPE mine") == ["Acme", None]
    assert names_of("SELECT Name FROM Account USING SCOPE everything") == ALL
    assert names_of("SELECT Name FROM Account USING SCOPE scopingRule") == ALL
    assert names_of("SELECT Name FROM Account USING SCOPE team") == ALL
    assert names_of("SELECT Name FROM Lead USING SCOPE user_owned") == ["Lea"]
    assert names_of("SELECT Name FROM Lead USING SCOPE queue_owned") == ["Leo"]


@pytest.mark.parametrize("mode", ["SECURITY_ENFORCED", "user_mode", "SYSTEM_MODE"])
def test_security_modes_change_no_answer(mode):
    assert names_of(f"SELECT Name FROM Account WHERE Name = 'acme' WITH {mode} LIMIT 5") == ["Acme", "ACME"]


def test_thousands_of_alternatives_are_one_query():
    alternatives = " OR ".join(f"Name = 'Nobody {number}'" for number in range(3_000))

    assert names_of(f"SELECT Name FROM Account WHERE {alternatives} OR Name = 'beta 100%'") == ["beta 100%"]


def quote(text: str) -> str:
    """A literal as simple-salesforce and others write it."""
    for plain, escaped in (("\\", "\\\\"), ("'", "\\'"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(plain, escaped)
    return f"'{text}'"


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)


@settings(max_examples=100, deadline=None)
@given(texts)
def test_any_text_survives_as_a_quoted_literal(text):
    connection = build_org({"Account": [{"Id": ACME, "Name": text}]})

    result = ask(f"SELECT Name FROM Account WHERE Name = {quote(text)}", connection=connection)

    assert [record["Name"] for record in result.records] == [text]


@settings(max_examples=100, deadline=None)
@given(texts, texts)
def test_a_text_finds_itself_by_like_and_another_only_if_it_is_the_same(text, other):
    connection = build_org({"Account": [{"Id": ACME, "Name": text}]})
    escaped = quote(other).replace("%", r"\%").replace("_", r"\_")

    result = ask(f"SELECT Name FROM Account WHERE Name LIKE {escaped}", connection=connection)

    assert bool(result.records) == (text.casefold() == other.casefold())


_ROWS = [
    {"Name": name, "NumberOfEmployees": size, "Active__c": active}
    for name in ("a", "B", None)
    for size in (1, 2, None)
    for active in (0, 1)
]
_LEAVES = {
    "Name = 'A'": lambda row: row["Name"] == "a",
    "Name != 'b'": lambda row: row["Name"] != "B",
    "Name LIKE '%B'": lambda row: row["Name"] == "B",
    "Name IN ('a', null)": lambda row: row["Name"] in ("a", None),
    "NumberOfEmployees > 1": lambda row: row["NumberOfEmployees"] == 2,
    "NumberOfEmployees = null": lambda row: row["NumberOfEmployees"] is None,
    "NumberOfEmployees NOT IN (1)": lambda row: row["NumberOfEmployees"] != 1,
    "Active__c = true": lambda row: row["Active__c"] == 1,
}


def negate(tree):
    return f"(NOT {tree[0]})", lambda row: not tree[1](row)


def connect(word, judge):
    def build(trees):
        return f"({f' {word} '.join(text for text, _ in trees)})", lambda row: judge(
            each(row) for _, each in trees
        )

    return build


trees = st.recursive(
    st.sampled_from(sorted(_LEAVES)).map(lambda text: (text, _LEAVES[text])),
    lambda inner: st.one_of(
        inner.map(negate),
        st.lists(inner, min_size=2, max_size=3).map(connect("AND", all)),
        st.lists(inner, min_size=2, max_size=3).map(connect("OR", any)),
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(trees)
def test_a_condition_holds_for_exactly_the_rows_that_python_picks(tree):
    text, judge = tree
    rows = [
        {key: value for key, value in row.items() if value is not None}
        | {"Id": f"0010000000000{place:02}AAA"}
        for place, row in enumerate(_ROWS)
    ]

    found = ask(f"SELECT Id FROM Account WHERE {text}", connection=build_org({"Account": rows}))

    assert [record["Id"] for record in found.records] == [
        row["Id"] for row, whole in zip(rows, _ROWS, strict=True) if judge(whole)
    ]


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("Opens__c = 08:30:00Z", ["Acme"]),
        ("Opens__c > 08:29:59.999Z", ["Acme"]),
        ("Opens__c < 08:30:00.000Z", []),
        ("Opens__c = null AND Industry = 'Mining'", ["ACME"]),
    ],
)
def test_times_of_day(where, names):
    assert names_of(f"SELECT Name FROM Account WHERE {where}") == names
