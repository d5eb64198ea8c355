"""What the checks of trust find, and what they stop."""

from datetime import UTC, datetime

import dagster as dg
import pytest

from sync_project.defs.checks import judge_query
from sync_project.defs.surroundings import Surroundings
from sync_project.defs.tables import asset_key
from sync_project.defs.trust_checks import EXPECTATIONS, TRUST_CHECKS, UNSOUND, locks
from sync_project.warehouse.models import build_table, load_models
from sync_project_tests.icp.trust.predicted import keep_predictions
from sync_project_tests.icp.trust.test_sums import keep_scores

TABLES = ("icp.model", "icp.prediction", "icp.level_outcome", "icp.confidence_outcome", "icp.score_drift")
ERROR = dg.AssetCheckSeverity.ERROR
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def surroundings(tmp_path):
    return Surroundings(variables={"SYNC_PROJECT_HOME": str(tmp_path)}, now=NOW.isoformat())


def keep(surroundings, *statements, predictions=()):
    with surroundings.warehouse.transaction() as connection:
        keep_predictions(predictions, connection=connection)
        for table in TABLES:
            build_table(load_models()[table], connection=connection, parameters={})
        for subject in ("person", "account"):
            connection.execute(f"CREATE TABLE icp.{subject}_contribution (subject_id VARCHAR, demos DOUBLE)")
        for statement in statements:
            connection.execute(statement)


def model(verdict, *, subject="person"):
    return f"""INSERT INTO icp.model BY NAME SELECT '{subject}' AS subject, 'm' AS model_id,
    '{verdict}' AS verdict, 'why' AS reason, 0 AS base_log_odds"""


def drift(measure):
    return f"""INSERT INTO icp.score_drift BY NAME
    SELECT 'person' AS subject, '{measure}' AS measure, 'drifted' AS verdict, 'why' AS reason"""


PREDICTION = """INSERT INTO icp.prediction BY NAME SELECT 'person' AS subject, 'p' AS subject_id,
    'm' AS model_id, 0 AS log_odds, 0 AS fit, 0 AS engagement, 0.5 AS probability, 50 AS confidence_pct;
    INSERT INTO icp.person_contribution VALUES ('p', 0)"""


def run_checks(surroundings):
    """Whether the run succeeded, and what each failed check is called and how severe it is."""
    job = dg.Definitions(
        asset_checks=TRUST_CHECKS,
        resources={"surroundings": surroundings},
        jobs=[dg.define_asset_job("checks", selection=dg.AssetSelection.all_asset_checks())],
        executor=dg.in_process_executor,
    ).resolve_job_def("checks")
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    result = job.execute_in_process(raise_on_error=False, run_config=quiet)
    found = result.get_asset_check_evaluations()
    assert len(found) == 10
    return result.success, {each.check_name: each.severity.value for each in found if not each.passed}


def test_a_model_that_is_held_back_is_told_as_an_error_and_the_run_succeeds(surroundings):
    keep(
        surroundings,
        *(model(each) for each in ("too_little_data", "no_signal", "miscalibrated", "leak")),
        model("signal", subject="account"),
    )
    assert run_checks(surroundings) == (
        True,
        dict.fromkeys(
            ["data_suffice", "no_signal_knows_the_outcome", "odds_came_true", "signal_was_found"], "ERROR"
        ),
    )


@pytest.mark.parametrize(
    ("verdict", "check"),
    [
        ("too_little_data", "data_suffice"),
        ("no_signal", "signal_was_found"),
        ("miscalibrated", "odds_came_true"),
        ("leak", "no_signal_knows_the_outcome"),
    ],
)
def test_each_verdict_has_a_check_that_shows_the_reason(surroundings, verdict, check):
    keep(surroundings, model(verdict), model("signal", subject="account"))
    found = judge_query(EXPECTATIONS[check].query, severity=ERROR, surroundings=surroundings)
    assert [record.data for record in found.metadata["first"].records] == [
        {"subject": "person", "reason": "why"}
    ]


def test_a_model_that_speaks_fails_nothing(surroundings):
    keep(surroundings, model("signal"), PREDICTION)
    assert run_checks(surroundings) == (True, {})


def test_what_people_should_look_at_is_a_warning(surroundings):
    cold_won = [{"tier": 1, "is_won": True, "later_tier": 2, "confidence_pct": 90.0}] * 60
    hot_lost = [{"tier": 3, "later_tier": 3, "confidence_pct": 90.0}] * 60
    keep(
        surroundings,
        model("signal"),
        drift("population"),
        drift("calibration"),
        predictions=cold_won + hot_lost,
    )
    assert run_checks(surroundings) == (
        True,
        dict.fromkeys(
            [
                "confidence_keeps_its_word",
                "levels_are_in_order",
                "newest_odds_came_true",
                "scores_are_steady",
            ],
            "WARN",
        ),
    )


@pytest.mark.parametrize(
    ("statements", "is_sound"),
    [
        ((model("signal"), PREDICTION), True),
        ((model("leak"), PREDICTION), False),
        ((PREDICTION,), False),
        ((model("too_little_data"), PREDICTION), True),
        ((model("too_little_data"), PREDICTION, "UPDATE icp.prediction SET confidence_pct = 50.1"), False),
        ((model("too_little_data"), PREDICTION, "UPDATE icp.prediction SET confidence_pct = NULL"), False),
    ],
)
def test_who_may_speak(surroundings, statements, is_sound):
    keep(surroundings, *statements)
    found = judge_query(UNSOUND, severity=ERROR, surroundings=surroundings)
    assert found.passed is is_sound


def test_predictions_of_a_model_that_failed_stop_what_comes_after(surroundings):
    keep(surroundings, model("leak"), PREDICTION)
    assert run_checks(surroundings) == (
        False,
        {"no_signal_knows_the_outcome": "ERROR", "only_sound_models_speak": "ERROR"},
    )


def test_one_row_that_is_no_sum_stops_what_comes_after(surroundings):
    with surroundings.warehouse.transaction() as connection:
        keep_scores(connection, change="UPDATE icp.prediction SET fit = fit + 1 WHERE subject_id = 'bob'")
    found = {each.check_name: each for each in locks(surroundings)}
    assert {name: each.passed for name, each in found.items()} == {
        "only_sound_models_speak": True,
        "contributions_sum_to_the_score": False,
    }
    [row] = found["contributions_sum_to_the_score"].metadata["first"].records
    assert row.data["subject_id"] == "bob"
    assert all(spec.blocking and spec.asset_key == asset_key("icp.prediction") for spec in locks.check_specs)
