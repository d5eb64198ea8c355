import pytest

from sync_project_tests.sandbox.soql.soql_org import ask, names_of


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-02T10:00:00Z",
        "2026-01-02t10:00:00z",
        "2026-01-02T10:00:00.000Z",
        "2026-01-02T10:00:00.000+0000",
        "2026-01-02T10:00:00.000+00:00",
        "2026-01-02T10:00:00.0004Z",
        "2026-01-02T12:00:00+02:00",
        "2026-01-02T04:30:00-0530",
    ],
)
def test_a_datetime_is_the_same_moment_however_it_is_written(written):
    assert names_of(f"SELECT Name FROM Account WHERE CreatedDate = {written}") == ["Acme"]


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("CreatedDate > 2026-05-19T23:59:59Z", ["ACME"]),
        ("CreatedDate >= 2026-05-19T23:59:59Z", ["beta 100%", "ACME"]),
        ("CreatedDate < 2026-01-01T00:00:00Z", [None]),
        ("CreatedDate IN (2026-01-02T10:00:00Z, LAST_YEAR)", ["Acme", None]),
        ("LastActivityDate = 2026-05-20", ["Acme"]),
        ("LastActivityDate < 2026-05-17", ["Zürich Straße"]),
        ("LastActivityDate != 2026-05-20", ["beta 100%", "ACME", None, "Zürich Straße"]),
        ("LastActivityDate IN (2026-05-20, YESTERDAY)", ["Acme", "beta 100%"]),
        ("LastActivityDate = TODAY", ["Acme"]),
        ("CreatedDate = today", ["ACME"]),
        ("CreatedDate = YESTERDAY", ["beta 100%"]),
        ("CreatedDate != THIS_YEAR", [None]),
        ("CreatedDate < THIS_MONTH", ["Acme", None, "Zürich Straße"]),
        ("CreatedDate <= LAST_MONTH", ["Acme", None, "Zürich Straße"]),
        ("CreatedDate > LAST_MONTH", ["beta 100%", "ACME"]),
        ("CreatedDate >= LAST_MONTH", ["beta 100%", "ACME", "Zürich Straße"]),
        ("LastActivityDate = THIS_WEEK", ["Acme", "beta 100%", "ACME"]),
        ("LastActivityDate = LAST_N_DAYS:1", ["Acme", "beta 100%"]),
    ],
)
def test_dates_and_date_literals(where, names):
    assert names_of(f"SELECT Name FROM Account WHERE {where}") == names


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        (r"O\'Neill & S\u00f6hne", "O'Neill & Söhne"),
        (r"O\'NEILL & SÖHNE", "O'Neill & Söhne"),
        ("Beta", "Beta"),
        (r"\u0042\u0065ta", "Beta"),
    ],
)
def test_escapes_in_texts(literal, text):
    result = ask(f"SELECT Company FROM Lead WHERE Company = '{literal}'")

    assert [record["Company"] for record in result.records] == [text]
