"""Fields as of a decision on 31 January: what the org's history, our versions and the settings tell."""

from datetime import datetime

import pytest

from sync_project.icp.features.building import build_lessons
from sync_project.icp.features.refusals import read_refusals
from sync_project.icp.features.signals import Subject
from sync_project.settings.icp import ProfileSignal
from sync_project_tests.icp.small_lessons import SETTINGS, insert_rows, make_tables

DECIDED = datetime(2026, 1, 31, 15)
BEFORE, AFTER, LATER = datetime(2026, 1, 10), datetime(2026, 2, 10), datetime(2026, 2, 20)
LESSON = {"example_id": "account 1", "subject": "account", "account_id": "001A", "decided_at": DECIDED}
STABLE = SETTINGS.model_copy(
    update={"fields": tuple(each.model_copy(update={"stable": True}) for each in SETTINGS.fields)}
)
TRACKED = "UPDATE raw.field SET is_history_tracked = TRUE WHERE field_name = 'Industry'"


def change(moment, old, new, **further):
    return {
        "change_id": f"017{moment:%m%d}",
        "object_name": "Account",
        "record_id": "001A",
        "field": "Industry",
        "old_value": old,
        "new_value": new,
        "changed_at": moment,
    } | further


def version(industry, since, until=None, **further):
    ended = {"valid_to": until} if until else {}
    return {"Id": "001A", "Industry": industry, "valid_from": since, "seen_at": since} | ended | further


def look_at(*versions, changes=(), settings=SETTINGS, also=()):
    """The industry in the lesson, or why there is none; the last version is the current one."""
    *past, current = versions
    made = make_tables(
        icp_example=[LESSON],
        raw_account=[current],
        history_account_past=past,
        staged_field_change=changes,
    )
    for statement in also:
        made.execute(statement)
    build_lessons(Subject.ACCOUNT, connection=made, settings=settings)
    refused = read_refusals(Subject.ACCOUNT, connection=made)
    if "industry" in refused:
        return refused["industry"]
    return made.execute("SELECT industry FROM icp.account_lesson").fetchall()[0][0]


UNKNOWN = (
    "Account.Industry has no history for 1 of 1 lessons, so nobody knows its value at the decision. Either "
    "turn on its field history tracking in Salesforce and wait until those, decided from 2026-01-31 to "
    "2026-01-31, are older than icp.training_days; or, where no deal changes the field or fills it in, vouch "
    "for it with stable: true in signals.fields."
)


def test_a_record_that_nobody_changed_since_was_so_then():
    assert look_at(version("Toys", BEFORE)) == "Toys"


def test_a_record_that_was_changed_since_is_refused_by_name_with_the_remedies():
    assert look_at(version("Toys", AFTER)) == UNKNOWN


def test_a_version_of_ours_tells_what_was_there_before_the_change():
    assert look_at(version("Games", BEFORE, AFTER), version("Toys", AFTER)) == "Games"


@pytest.mark.parametrize(
    ("changes", "industry"),
    [
        pytest.param([], "Toys", id="never changed"),
        pytest.param([change(BEFORE, "Games", "Toys")], "Toys", id="changed before"),
        pytest.param([change(AFTER, "Games", "Toys")], "Games", id="changed afterwards"),
        pytest.param([change(AFTER, None, "Toys")], None, id="filled in afterwards"),
        pytest.param(
            [change(LATER, "Books", "Toys"), change(AFTER, "Games", "Books")], "Games", id="changed twice"
        ),
        pytest.param([change(AFTER, "Games", "Toys", field="Type")], "Toys", id="another field"),
        pytest.param([change(AFTER, "Games", "Toys", record_id="001B")], "Toys", id="another record"),
    ],
)
def test_a_tracked_field_had_the_old_value_of_its_first_later_change(changes, industry):
    assert look_at(version("Toys", LATER), changes=changes, also=[TRACKED]) == industry


def test_tracking_that_began_after_the_decision_tells_nothing_of_before():
    began = f"""INSERT INTO history.field_past BY NAME SELECT * REPLACE (FALSE AS is_history_tracked),
        TIMESTAMP '{AFTER}' AS valid_to FROM raw.field WHERE field_name = 'Industry'"""

    refused = look_at(version("Toys", LATER), changes=[change(LATER, "Games", "Toys")], also=[TRACKED, began])

    assert refused == UNKNOWN.replace("turn on its field history tracking in Salesforce and ", "")


def test_texts_too_long_for_the_history_are_not_tracked():
    long = "UPDATE raw.field SET type = 'textarea', length = 32768 WHERE field_name = 'Industry'"

    assert look_at(version("Toys", LATER), also=[TRACKED, long]) == UNKNOWN


def test_a_formula_counts_from_the_moment_it_was_seen():
    formula = "UPDATE raw.field SET is_calculated = TRUE WHERE field_name = 'Industry'"

    assert look_at(version("Toys", BEFORE, seen_at=AFTER), also=[formula]) == UNKNOWN
    assert look_at(version("Toys", BEFORE), also=[formula]) == "Toys"


def test_a_version_from_before_the_field_came_in_does_not_hold_it():
    newcomer = f"UPDATE raw.field SET valid_from = '{AFTER}' WHERE field_name = 'Industry'"

    assert look_at(version(None, BEFORE, AFTER), version("Toys", AFTER), also=[newcomer]) == UNKNOWN
    assert look_at(version("Toys", BEFORE), also=[newcomer]) == "Toys"


def test_a_record_that_was_made_later_is_known_to_have_been_empty():
    assert look_at(version("Toys", LATER, CreatedDate=AFTER)) is None


@pytest.mark.parametrize(
    ("versions", "changes"),
    [
        pytest.param([version("Toys", AFTER)], [], id="the value now"),
        pytest.param([version("Toys", AFTER, LATER), version("Games", LATER)], [], id="the first we saw"),
        pytest.param([version("Games", LATER)], [change(AFTER, "Toys", "Games")], id="that before a change"),
        pytest.param([version("Toys", BEFORE, AFTER), version("Games", AFTER)], [], id="that of then"),
    ],
)
def test_a_field_that_is_vouched_for_had_the_value_nearest_to_the_decision(versions, changes):
    assert look_at(*versions, changes=changes, settings=STABLE) == "Toys"


def test_a_signal_of_the_profile_is_refused_and_vouched_for_by_its_own_setting():
    made = make_tables(
        icp_example=[LESSON | {"example_id": "person 1", "subject": "person", "person_id": "003A"}],
        raw_contact=[{"Id": "003A", "Title": "CEO", "valid_from": AFTER}],
        icp_job_title=[{"title": "CEO", "seniority": "executive"}],
    )
    vouched = SETTINGS.model_copy(update={"stable_profile": (ProfileSignal.SENIORITY,)})

    build_lessons(Subject.PERSON, connection=made, settings=SETTINGS)
    [(name, reason)] = read_refusals(Subject.PERSON, connection=made).items()
    assert name == "seniority"
    assert reason.startswith("Contact.Title has no history for 1 of 1 lessons")
    assert reason.endswith("vouch for it with signals.stable_profile: [seniority].")

    build_lessons(Subject.PERSON, connection=made, settings=vouched)
    assert read_refusals(Subject.PERSON, connection=made) == {}
    assert made.execute("SELECT seniority FROM icp.person_lesson").fetchall() == [("executive",)]


def test_one_unknown_lesson_is_enough_and_the_others_keep_their_signals():
    made = make_tables(
        icp_example=[LESSON, LESSON | {"example_id": "account 2", "account_id": "001B"}],
        raw_account=[version("Toys", AFTER), version("Games", BEFORE, Id="001B")],
    )
    made.execute("UPDATE raw.field SET is_history_tracked = TRUE WHERE field_name = 'NumberOfEmployees'")

    build_lessons(Subject.ACCOUNT, connection=made, settings=SETTINGS)

    assert read_refusals(Subject.ACCOUNT, connection=made) == {
        "industry": UNKNOWN.replace("1 of 1", "1 of 2")
    }
    columns = [name for name, *_ in made.execute("DESCRIBE icp.account_lesson").fetchall()]
    assert columns[:3] == ["subject_id", "as_of", "employees"]


def test_a_lesson_about_a_record_that_is_gone_for_good_refuses_nothing():
    made = make_tables(icp_example=[LESSON])
    insert_rows(made, "staged.account", [{"account_id": "001A"}])

    build_lessons(Subject.ACCOUNT, connection=made, settings=SETTINGS)

    assert read_refusals(Subject.ACCOUNT, connection=made) == {}
