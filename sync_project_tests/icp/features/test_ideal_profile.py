import math
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from sync_project.icp.features.building import build_current, build_lessons, read_signals
from sync_project.icp.features.signals import IdealProfileError, Subject
from sync_project.settings.icp import IdealRule
from sync_project_tests.icp.small_lessons import SETTINGS, make_tables

NOW = datetime(2026, 1, 31, 15, tzinfo=UTC)
ACCOUNTS = [
    {"Id": "001A", "Industry": " toys", "NumberOfEmployees": 50},
    {"Id": "001B", "Industry": "Coal", "NumberOfEmployees": 1000},
    {"Id": "001C", "Industry": "Games", "NumberOfEmployees": 49},
    {"Id": "001D"},
]
PEOPLE = [{"person_id": "003A", "company_id": "001A"}, {"person_id": "003B", "company_id": "001B"}]
TOYS = {"signal": "industry", "is": ["Toys", "Games"], "odds": 2}
SIZE = {"signal": "employees", "at_least": 50, "below": 1000, "odds": 1.5}


def read(*rules):
    return [IdealRule.model_validate(each) for each in rules]


def believed(*rules, subject=Subject.ACCOUNT):
    """The odds that the rules give to each subject, by its id."""
    made = make_tables(
        raw_account=ACCOUNTS,
        staged_account=[{"account_id": each["Id"]} for each in ACCOUNTS],
        matched_affiliation=PEOPLE,
        icp_person_profile=[{"person_id": "003A", "seniority": "executive"}],
    )
    build_current(subject, connection=made, settings=SETTINGS, now=NOW, ideal_profile=read(*rules))
    rows = made.execute(f"SELECT subject_id, ideal_profile FROM icp.{subject}_now").fetchall()
    return {name: round(math.exp(log_odds), 9) for name, log_odds in rows}


@pytest.mark.parametrize(
    ("rules", "odds"),
    [
        pytest.param([TOYS], [2, 1, 2, 1], id="texts whatever their case"),
        pytest.param([SIZE], [1.5, 1, 1, 1], id="from at_least to less than below"),
        pytest.param([TOYS, SIZE], [3, 1, 2, 1], id="odds multiply"),
        pytest.param([{"signal": "employees", "below": 50, "odds": 0.5}], [1, 1, 0.5, 1], id="against"),
        pytest.param([{"signal": "employees", "is": [50, 49], "odds": 4}], [4, 1, 4, 1], id="numbers"),
        pytest.param([TOYS | {"odds": 15}, SIZE], [20, 1, 15, 1], id="no more than 20 times"),
        pytest.param([TOYS | {"odds": 0.02}], [0.05, 1, 0.05, 1], id="no less than a twentieth"),
    ],
)
def test_whoever_meets_a_rule_has_its_multiple_of_the_usual_odds(rules, odds):
    assert believed(*rules) == dict(zip(["001A", "001B", "001C", "001D"], odds, strict=True))


def test_a_rule_counts_for_those_who_have_its_signal():
    executive = {"signal": "seniority", "is": ["executive"], "odds": 3}

    assert believed(TOYS, executive, subject=Subject.PERSON) == {"003A": 6, "003B": 1}
    assert believed(TOYS, executive) == {"001A": 2, "001B": 1, "001C": 2, "001D": 1}


def test_in_lessons_a_signal_that_nobody_knew_meets_no_rule():
    decided = {"decided_at": NOW.replace(tzinfo=None), "is_won": True}
    made = make_tables(
        icp_example=[{"example_id": "account 1", "subject": "account", "account_id": "001A"} | decided],
        raw_account=[ACCOUNTS[0] | {"valid_from": datetime(2026, 2, 1)}],
    )
    build_lessons(Subject.ACCOUNT, connection=made, settings=SETTINGS, ideal_profile=read(TOYS, SIZE))

    assert made.execute("SELECT ideal_profile FROM icp.account_lesson").fetchall() == [(0,)]


def test_without_a_rule_for_the_subject_there_is_no_such_signal():
    made = make_tables()
    rules = read({"signal": "seniority", "is": ["executive"], "odds": 3})

    for subject in Subject:
        build_lessons(subject, connection=made, settings=SETTINGS, ideal_profile=rules)
    listed = {
        subject: [
            each.name
            for each in read_signals(subject, connection=made, settings=SETTINGS, ideal_profile=rules)
        ]
        for subject in Subject
    }

    assert listed[Subject.PERSON][-1] == "ideal_profile"
    assert listed[Subject.ACCOUNT][:2] == ["industry", "employees"]
    assert "ideal_profile" not in listed[Subject.ACCOUNT]
    assert "ideal_profile" in made.execute("FROM icp.person_lesson").df().columns


def test_a_rule_about_no_signal_is_refused_with_the_signals_there_are():
    with pytest.raises(IdealProfileError, match=r"rule about 'industri', which is no signal.*employees.*"):
        believed(TOYS | {"signal": "industri"})


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param({"signal": "industry", "odds": 2}, id="no condition"),
        pytest.param(TOYS | {"below": 3}, id="texts and a span"),
        pytest.param(TOYS | {"is": []}, id="no text"),
        pytest.param(SIZE | {"below": 50}, id="an empty span"),
        pytest.param(TOYS | {"odds": 0}, id="no odds"),
        pytest.param(TOYS | {"odds": 101}, id="certainty"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(rule):
    with pytest.raises(ValidationError):
        read(rule)
