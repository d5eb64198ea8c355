"""Whom filters let through, and filters that cannot be used: ``routing.py``."""

from typing import Any

import pytest

from sync_project.warehouse.conditions import ConditionError
from sync_project_tests.writeback.plan_tables import (
    ACME,
    ADA,
    LEAD,
    build_plan,
    make_account,
    make_person,
    make_settings,
    make_visitor,
    make_warehouse,
    read,
)

OWNED = "account_owner_email IS NOT NULL AND country = 'DE'"
TARGETS = "SELECT subject_id, left_alone_because FROM outbound.target ORDER BY ALL"


def targets_of(condition: str | None, *people: Any, record_type: str = "contact", **account: Any) -> Any:
    accounts = [make_account(**account)] if account else []
    connection = make_warehouse(people=people, accounts=accounts)
    build_plan(connection, make_settings(**{record_type: {"filter": condition}}))
    return read(connection, TARGETS)


def fault_of(condition: str, *, record_type: str = "contact", **person: Any) -> str:
    with pytest.raises(ConditionError) as caught:
        targets_of(condition, make_person(**person), record_type=record_type)
    return str(caught.value)


def test_only_who_meets_the_filter_is_written() -> None:
    meets = {"account_owner_email": "ann@ours.com", "country": "DE"}
    people = (
        make_person("003A", **meets),
        make_person("003B", **meets | {"country": "FR"}),
        make_person("003C", country="DE"),
        make_person("003D", account_owner_email="ann@ours.com"),
        make_person(LEAD, record_type="Lead"),
    )
    because = f"the filter {OWNED} is not met"

    assert targets_of(OWNED, *people) == [
        ("003A", None),
        ("003B", because),
        ("003C", because),
        ("003D", because),
        (LEAD, None),
    ]


@pytest.mark.parametrize(
    "condition",
    [
        "score >= 87",
        "level IN ('hot', 'warm') -- not the cold ones",
        "lower(lead_source) = 'web' OR starts_with(title, 'C')",
        "account_name IS NULL AND account_website IS NULL AND assigned_owner_id IS NULL",
        "LEVEL = 'hot'",
        "TRUE",
        "account_owner_email ~ '.*@ours.com'",
    ],
)
def test_a_filter_is_any_condition_over_the_columns(condition: str) -> None:
    ada = make_person(ADA, lead_source="Web", account_owner_email="ann@ours.com")

    assert targets_of(condition, ada) == [(ADA, None)]


def test_a_visitor_meets_the_filter_of_what_it_would_become() -> None:
    connection = make_warehouse(people=[make_visitor("a@x.com", country="DE"), make_visitor("b@x.com")])
    build_plan(
        connection,
        make_settings(create_as="lead", contact={"filter": "FALSE"}, lead={"filter": "country = 'DE'"}),
    )

    assert read(connection, TARGETS) == [
        ("visitor:a@x.com", "creating Leads is switched off"),
        ("visitor:b@x.com", "creating Leads is switched off"),
    ]
    assert read(connection, "SELECT record_type, subject_id FROM outbound.routed") == [
        ("Lead", "visitor:a@x.com")
    ]


@pytest.mark.parametrize(
    ("condition", "because"),
    [
        ("propensity_score >= 90 AND name LIKE 'Acme%'", None),
        ("account_owner_email IS NOT NULL", "the filter account_owner_email IS NOT NULL is not met"),
    ],
)
def test_accounts_have_a_filter_of_their_own(condition: str, because: str | None) -> None:
    assert targets_of(condition, record_type="account", name="Acme Inc.") == [(ACME, because)]


@pytest.mark.parametrize(
    ("condition", "fault"),
    [
        ("land = 'DE'", "there is no column land"),
        ('country = "DE"', "there is no column DE"),
        ("person.country = 'DE'", "there is no column person.country"),
        ("country = 'DE' AND", "it cannot be read: "),
        ("country = 'DE') OR (TRUE", "it cannot be read: "),
        ("", "it is no single condition"),
        ("SELECT country", "it is no single condition"),
        ("country = 'DE'; DROP TABLE scored.person", "it is no single condition"),
        ("country = 'DE' AS x", "it is no single condition"),
        ("country IN (SELECT country FROM scored.person)", "it holds a query or a parameter"),
        ("country = $land", "it holds a query or a parameter"),
        ("country = ?", "it holds a query or a parameter"),
        ("country", "it gives a VARCHAR, not yes or no"),
        ("score", "it gives a BIGINT, not yes or no"),
        ("foreign(country) = 'DE'", "DuckDB refuses it: "),
        ("count(*) > 1", "DuckDB refuses it: "),
        ("CAST(email AS BIGINT) = 1", "DuckDB fails on it: "),
    ],
)
def test_a_filter_that_cannot_be_used_is_named_with_the_columns_there_are(condition: str, fault: str) -> None:
    message = fault_of(condition)

    assert message.startswith(f"writeback.contact.filter is {condition!r}, and {fault}")
    assert "over the columns person_id, record_type, score, level, " in message
    assert message.endswith("; or null for no filter.")


def test_the_error_names_the_filter_that_is_wrong() -> None:
    message = fault_of("score > 50", record_type="account")

    assert message.startswith("writeback.account.filter is 'score > 50', and there is no column score. ")
    assert "propensity_score" in message
