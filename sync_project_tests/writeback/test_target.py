"""Which record each score goes to: ``outbound/target.sql``."""

from typing import Any

import pytest

from sync_project_tests.writeback.plan_tables import (
    ACME,
    ADA,
    EXTERNAL_ID,
    LEAD,
    Row,
    build_plan,
    make_account,
    make_field,
    make_organisation,
    make_person,
    make_settings,
    make_visitor,
    make_warehouse,
    read,
    standard_fields,
)

SAME = "ada@example.com"
CREATE_MAPPINGS = [
    {"source": "last_name", "field": "LastName"},
    {"source": "email", "field": "Email"},
    {"source": "company", "field": "Company"},
]
NEW_ACCOUNT = [{"source": "name", "field": "Name"}, {"source": "domain", "field": "Website"}]
ACCOUNT_FIELDS = {
    "Account": [
        *standard_fields()["Account"],
        make_field(EXTERNAL_ID, is_external_id=True),
        make_field("Name", is_nillable=False),
        make_field("Website", "url"),
    ]
}


def reasons(settings: Any, *people: Row, accounts: tuple[Row, ...] = ()) -> list[tuple[object, ...]]:
    connection = make_warehouse(people=people, accounts=accounts)
    build_plan(connection, settings)
    return read(
        connection,
        "SELECT record_type, operation, left_alone_because FROM outbound.target ORDER BY ALL",
    )


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("contact_only", "the target policy is contact_only"),
        ("contact_then_lead", "a Contact has the same email"),
        ("both", None),
    ],
)
def test_the_policy_decides_about_a_lead_whose_contact_exists(policy: str, expected: str | None) -> None:
    people = make_person(ADA, email=SAME), make_person(LEAD, record_type="Lead", email=SAME)

    assert reasons(make_settings(target_policy=policy), *people) == [
        ("Contact", "update", None),
        ("Lead", "update", expected),
    ]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("contact_only", "the target policy is contact_only"), ("contact_then_lead", None), ("both", None)],
)
def test_the_policy_decides_about_a_lead_without_contact(policy: str, expected: str | None) -> None:
    assert reasons(make_settings(target_policy=policy), make_person(LEAD, record_type="Lead")) == [
        ("Lead", "update", expected)
    ]


def test_people_without_email_are_nobodys_duplicate() -> None:
    people = make_person(ADA, email=None), make_person(LEAD, record_type="Lead", email=None)

    assert reasons(make_settings(target_policy="contact_then_lead"), *people) == [
        ("Contact", "update", None),
        ("Lead", "update", None),
    ]


@pytest.mark.parametrize("record_type", ["Contact", "Lead"])
@pytest.mark.parametrize(
    ("changes", "level", "expected"),
    [
        ({}, "hot", None),
        ({"update": False}, "hot", "updating {}s is switched off"),
        ({"update_levels": ["hot", "warm"]}, "cold", "level cold is not among the levels that update"),
        ({"update_levels": ["hot", "warm"]}, "warm", None),
        ({"update_levels": []}, "hot", "level hot is not among the levels that update"),
        ({"sync_threshold": 100}, "hot", None),
    ],
)
def test_switch_and_levels_of_updates(
    record_type: str, changes: dict[str, Any], level: str, expected: str | None
) -> None:
    settings = make_settings(**{record_type.lower(): changes})

    assert reasons(settings, make_person(record_type=record_type, level=level)) == [
        (record_type, "update", expected and expected.format(record_type))
    ]


@pytest.mark.parametrize("record_type", ["Contact", "Lead"])
@pytest.mark.parametrize(
    ("changes", "person", "expected"),
    [
        ({"create": False}, {}, "creating {}s is switched off"),
        ({}, {}, None),
        ({"sync_threshold": 88}, {}, "score 87 is below the sync threshold 88"),
        ({"sync_threshold": 87}, {}, None),
        ({}, {"level": "warm"}, "level warm is not among the levels that create"),
        ({"create_levels": ["warm"]}, {"level": "warm"}, None),
        ({"update": False}, {}, None),
    ],
)
def test_switch_threshold_and_levels_of_creates(
    record_type: str, changes: dict[str, Any], person: dict[str, Any], expected: str | None
) -> None:
    mappings = CREATE_MAPPINGS if record_type == "Lead" else CREATE_MAPPINGS[:2]
    settings = make_settings(
        create_as=record_type.lower(),
        **{record_type.lower(): {"create": True, "fields": mappings} | changes},
    )

    assert reasons(settings, make_visitor(**person)) == [
        (record_type, "create", expected and expected.format(record_type))
    ]


def test_a_visitor_becomes_no_lead_while_the_policy_keeps_scores_off_leads() -> None:
    settings = make_settings(
        target_policy="contact_only", create_as="lead", lead={"create": True, "fields": CREATE_MAPPINGS}
    )

    assert reasons(settings, make_visitor()) == [("Lead", "create", "the target policy is contact_only")]


def test_only_the_chosen_type_is_created() -> None:
    settings = make_settings(create_as="contact", lead={"create": True, "fields": CREATE_MAPPINGS})

    assert reasons(settings, make_visitor()) == [("Contact", "create", "creating Contacts is switched off")]


def test_a_new_record_is_named_by_an_external_id_that_follows_from_the_email() -> None:
    connection = make_warehouse(people=[make_visitor("new@example.com"), make_person()])
    build_plan(connection, make_settings())

    assert read(
        connection, "SELECT record_id, external_id, subject_id FROM outbound.target ORDER BY subject_id"
    ) == [
        (ADA, None, ADA),
        (None, "sync-project-b681d72feaf8bf6a93d9a8ab86679ec3", "visitor:new@example.com"),
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"update": False}, "updating Accounts is switched off"),
        ({"update_levels": ["medium"]}, "propensity high is not among the levels that update"),
    ],
)
def test_switch_and_levels_of_accounts(changes: dict[str, Any], expected: str | None) -> None:
    assert reasons(make_settings(account=changes), accounts=(make_account(),)) == [
        ("Account", "update", expected)
    ]


@pytest.mark.parametrize(
    ("organisation", "expected"),
    [
        ({}, None),
        ({"propensity_score": 67}, None),
        ({"propensity_score": 66}, "its organisation new.com scores 66, below the threshold 67"),
        ({"propensity_score": 66, "sync_threshold": 50}, None),
        ({"propensity_score": None, "is_ready": False}, None),
        ({"organisation_id": "organisation:other.com", "propensity_score": 0}, None),
    ],
    ids=["ready", "at the threshold", "below it", "another threshold", "no scores", "another organisation"],
)
def test_a_visitor_waits_for_its_organisation(organisation: dict[str, Any], expected: str | None) -> None:
    settings = make_settings(contact={"create": True, "fields": CREATE_MAPPINGS[:2]})
    connection = make_warehouse(
        people=[make_visitor("ann@new.com", organisation_id="organisation:new.com")],
        organisations=[make_organisation(**organisation)],
    )
    build_plan(connection, settings)

    assert read(
        connection, "SELECT left_alone_because FROM outbound.target WHERE record_type = 'Contact'"
    ) == [(expected,)]


def test_who_has_a_record_waits_for_no_organisation() -> None:
    people = (make_person(ADA, organisation_id="organisation:new.com"), make_visitor("ann@gmail.com"))
    connection = make_warehouse(people=people, organisations=[make_organisation(propensity_score=0)])
    build_plan(connection, make_settings(contact={"create": True, "fields": CREATE_MAPPINGS[:2]}))

    assert read(
        connection, "SELECT DISTINCT left_alone_because FROM outbound.target WHERE record_type = 'Contact'"
    ) == [(None,)]


@pytest.mark.parametrize(
    ("changes", "organisation", "expected"),
    [
        ({}, {}, None),
        ({"create": False}, {}, "creating Accounts is switched off"),
        ({}, {"propensity_score": 41, "is_ready": False}, "score 41 is below the sync threshold 67"),
        ({}, {"propensity": "medium"}, "propensity medium is not among the levels that create"),
        ({"create_levels": ["medium"]}, {"propensity": "medium"}, None),
        ({"filter": "domain LIKE '%.de'"}, {}, "the filter domain LIKE '%.de' is not met"),
        ({"filter": "account_owner_id IS NULL AND name = 'new.com'"}, {}, None),
        ({}, {"not_created_because": "account 001A has its domain"}, "account 001A has its domain"),
    ],
)
def test_switch_threshold_levels_and_filter_of_new_accounts(
    changes: dict[str, Any], organisation: dict[str, Any], expected: str | None
) -> None:
    connection = make_warehouse(organisations=[make_organisation(**organisation)], fields=ACCOUNT_FIELDS)
    build_plan(connection, make_settings(account={"create": True, "fields": NEW_ACCOUNT} | changes))

    assert read(connection, "SELECT * FROM outbound.target") == [
        (
            "Account",
            None,
            "sync-project-f97409ba22a463801d6b894136510c20",
            "organisation:new.com",
            "create",
            organisation.get("propensity", "high"),
            organisation.get("propensity_score", 80),
            expected,
        )
    ]


def test_an_organisation_without_a_score_is_no_target() -> None:
    unscored = make_organisation(propensity_score=None, propensity=None, is_ready=False)
    connection = make_warehouse(organisations=[unscored])
    build_plan(connection, make_settings())

    assert read(connection, "FROM outbound.target") == []


def test_a_target_shows_its_score_and_level() -> None:
    connection = make_warehouse(people=[make_person()], accounts=[make_account()])
    build_plan(connection, make_settings())

    assert read(
        connection, "SELECT record_id, subject_id, level, score FROM outbound.target ORDER BY record_type"
    ) == [(ACME, ACME, "high", 90), (ADA, ADA, "hot", 87)]
