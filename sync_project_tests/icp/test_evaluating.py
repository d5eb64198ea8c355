"""Whom the evaluation rules leave without a score: ``evaluating.py``."""

from datetime import UTC, datetime

import pytest

from sync_project.icp.evaluating import leave_out
from sync_project.icp.features.building import build_current, build_lessons
from sync_project.icp.features.signals import Subject
from sync_project.icp.learning import learn
from sync_project.settings.icp import EvaluationRules, IdealRule
from sync_project.settings.load import load_settings
from sync_project.warehouse.conditions import ConditionError
from sync_project_tests.icp.small_lessons import SETTINGS, build, make_tables

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def org():
    made = make_tables(
        raw_account=[
            {"Id": "001A", "Industry": "Toys", "NumberOfEmployees": 50},
            {"Id": "001B", "Industry": "Coal"},
        ],
        staged_account=[
            {"account_id": "001A", "name": "Acme", "billing_country": "DE", "owner_id": "005A"},
            {"account_id": "001B", "name": "Burns", "billing_country": "US"},
        ],
        staged_user=[{"user_id": "005A", "name": "Ann Seller", "email": "ann@ours.com"}],
        matched_person=[
            {"person_id": "003A", "record_type": "Contact", "country": "DE"},
            {"person_id": "003B", "record_type": "Contact", "country": "US"},
            {"person_id": "00QC", "record_type": "Lead"},
        ],
        matched_affiliation=[
            {"person_id": "003A", "company_id": "001A", "account_name": "Acme"},
            {"person_id": "003B", "company_id": "001B", "account_name": "Burns"},
            {"person_id": "00QC", "company_id": "organisation:new.com"},
        ],
        matched_organisation=[{"organisation_id": "organisation:new.com", "domain": "new.com"}],
    )
    for subject in Subject:
        build_current(subject, connection=made, settings=SETTINGS, now=NOW)
    build(made, "icp.not_evaluated")
    return made


def left_out(org, **rules):
    for subject in Subject:
        leave_out(subject, rules=EvaluationRules(**rules), connection=org)
    return org.execute("SELECT subject_id FROM icp.not_evaluated ORDER BY ALL").fetchall()


@pytest.mark.parametrize(
    ("rules", "names"),
    [
        pytest.param({}, [], id="no rule"),
        pytest.param({"person": "country = 'DE'"}, ["003B", "00QC"], id="unknown is not met"),
        pytest.param({"person": "record_type = 'Lead' OR account_name = 'Acme'"}, ["003B"], id="records"),
        pytest.param({"person": "industry = 'Coal' -- not toys"}, ["003A", "00QC"], id="a signal"),
        pytest.param({"account": "employees >= 50"}, ["001B", "organisation:new.com"], id="accounts"),
        pytest.param(
            {"account": "account_owner_email IS NOT NULL OR domain = 'new.com'"}, ["001B"], id="organisations"
        ),
    ],
)
def test_who_does_not_meet_the_rule_is_left_out(org, rules, names):
    assert left_out(org, **rules) == [(name,) for name in names]


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        (
            {"person": "land = 'DE'"},
            r"scoring\.evaluate\.person is \"land = 'DE'\", and there is no column land",
        ),
        (
            {"account": "events > 0"},
            r"scoring\.evaluate\.account is 'events > 0', and there is no column events",
        ),
        ({"person": "employees"}, "it gives a DOUBLE, not yes or no.* industry, .* or null for everybody"),
        ({"person": "CAST(country AS BIGINT) > 0"}, "DuckDB fails on it"),
    ],
)
def test_a_rule_that_cannot_be_used_is_named_with_the_columns_there_are(org, rules, fault):
    with pytest.raises(ConditionError, match=fault):
        left_out(org, **rules)


def test_who_is_left_out_has_no_prediction(org):
    defaults = load_settings(None)
    believed = (IdealRule.model_validate({"signal": "industry", "is": ["Toys"], "odds": 4}),)
    for subject in Subject:
        build_lessons(subject, connection=org, settings=SETTINGS, ideal_profile=believed)
        build_current(subject, connection=org, settings=SETTINGS, now=NOW, ideal_profile=believed)
    rules = EvaluationRules(person="record_type = 'Contact'", account="name = 'Acme'")
    settings = defaults.model_copy(
        update={
            "signals": SETTINGS,
            "icp": defaults.icp.model_copy(update={"ideal_profile": believed}),
            "scoring": defaults.scoring.model_copy(update={"evaluate": rules}),
        }
    )

    learn(connection=org, settings=settings, now=NOW)

    for rows in ("icp.prediction", "icp.person_contribution UNION ALL BY NAME FROM icp.account_contribution"):
        assert org.execute(f"SELECT subject_id FROM (FROM {rows}) ORDER BY ALL").fetchall() == [
            ("001A",),
            ("003A",),
            ("003B",),
        ]
