import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from sync_project.icp.features.signals import SignalTableError, Subject
from sync_project.icp.gate import Verdict
from sync_project.icp.learning import TABLES, learn
from sync_project.icp.scorecard import Scorecard
from sync_project.settings.load import load_settings
from sync_project_tests.icp.small_lessons import SETTINGS, make_tables

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DEFAULTS = load_settings(None)
WIDE = [f"icp.{subject}_contribution" for subject in Subject]
SMALL = DEFAULTS.model_copy(update={"signals": SETTINGS})


def make_people(count, *, seed=1):
    """Signals of people; toy makers and those who asked for a demo are the ones who buy."""
    rng = np.random.default_rng(seed)
    demos = rng.integers(0, 3, count)
    return pd.DataFrame(
        {
            "subject_id": [f"subject {number:04}" for number in range(count)],
            "as_of": [datetime(2025, 1, 1) + timedelta(hours=8 * number) for number in range(count)],
            "industry": rng.choice(["Toys", "Games", "Coal", None], count),
            "employees": np.where(rng.random(count) < 0.3, np.nan, rng.integers(1, 2_000_000, count)),
            "seniority": rng.choice(["executive", "other"], count),
            "events": demos + rng.integers(0, 9, count),
            "days_since_event": np.where(demos > 0, rng.integers(0, 30, count), np.nan),
            "demo_request_count": demos,
            "account_events": rng.integers(0, 30, count),
            "account_days_since_event": rng.integers(0, 30, count).astype(float),
            "account_demo_request_count": demos,
        }
    )


def with_outcomes(people, *, seed=2):
    """The same people with what became of them."""
    rng = np.random.default_rng(seed)
    log_odds = -2 + 2.5 * (people["industry"] == "Toys") + 1.2 * people["demo_request_count"]
    return people.assign(is_won=rng.random(len(people)) < 1 / (1 + np.exp(-log_odds)))


LESSONS = with_outcomes(make_people(400))


def learnt(lessons=LESSONS, *, now=None, settings=SMALL):
    """A connection after learning; both subjects have the same lessons."""
    made = make_tables()
    people = make_people(50, seed=3) if now is None else now
    for subject, columns in ((Subject.PERSON, list(lessons)), (Subject.ACCOUNT, account_columns(lessons))):
        keep(made, f"icp.{subject}_lesson", lessons[columns])
        keep(made, f"icp.{subject}_now", people[[each for each in columns if each != "is_won"]])
    verdicts = learn(connection=made, settings=settings, now=NOW)
    return made, {subject: judgement.verdict for subject, judgement in verdicts.items()}


def account_columns(lessons):
    own = {"subject_id", "as_of", "industry", "employees", "ideal_profile", "is_won"}
    return [name for name in lessons if name in own or name.startswith("account_")]


def keep(connection, table, rows):
    connection.register("rows", rows)
    connection.execute(f"CREATE TABLE {table} AS FROM rows")
    connection.unregister("rows")


@pytest.mark.parametrize("stale", ["icp.person_lesson", "icp.person_now"])
def test_a_table_that_was_built_for_other_signals_is_named(stale):
    made = make_tables()
    keep(made, "icp.person_lesson", LESSONS[:9])
    keep(made, "icp.person_now", LESSONS[:9].drop(columns="is_won"))
    made.execute(f"ALTER TABLE {stale} DROP COLUMN seniority")

    with pytest.raises(SignalTableError, match=rf"^{stale} has no column 'seniority'.* Build {stale} again"):
        learn(connection=made, settings=SMALL, now=NOW)


@pytest.fixture(scope="module")
def model():
    made, verdicts = learnt()
    assert set(verdicts.values()) == {Verdict.SIGNAL}
    return made


def test_what_was_learnt_and_what_it_is_worth_is_kept(model):
    wins = int(LESSONS["is_won"].sum())
    middle = math.log(wins / (400 - wins))

    rows = model.execute(
        """SELECT subject, trained_at, example_count, win_count, base_rate,
            round(middle, 12), round(cold_edge - middle, 8), round(hot_edge - middle, 8), verdict,
            left(reason, 13), auc > 0.6, log_loss < base_log_loss, brier < 0.25, top_decile_lift > 1
        FROM icp.model ORDER BY subject"""
    ).fetchall()

    assert rows == [
        (
            subject,
            NOW.replace(tzinfo=None),
            400,
            wins,
            wins / 400,
            round(middle, 12),
            -round(math.log(2), 8),
            round(math.log(2), 8),
            "signal",
            "Signal found:",
            True,
            True,
            True,
            True,
        )
        for subject in ("account", "person")
    ]


def test_a_score_is_a_sum(model):
    """Law 8, in SQL: the base and the contributions are the log-odds."""
    told = " UNION ALL ".join(
        f"""SELECT '{subject}' AS subject, subject_id, list_sum([*COLUMNS(* EXCLUDE subject_id)]) AS total
        FROM icp.{subject}_contribution"""
        for subject in Subject
    )

    rows, worst = model.execute(
        f"""SELECT count(*), max(abs(prediction.log_odds - model.base_log_odds - told.total))
        FROM icp.prediction JOIN icp.model USING (subject)
        JOIN ({told}) AS told USING (subject, subject_id)"""
    ).fetchone()

    assert rows == 100
    assert worst < 1e-9


def test_fit_and_engagement_are_the_sums_of_their_sides(model):
    assert model.execute(
        """SELECT count(*), max(abs(fit - industry - employees - seniority)) < 1e-9,
            max(abs(prediction.log_odds - model.base_log_odds - fit - engagement)) < 1e-9
        FROM icp.prediction JOIN icp.model USING (subject)
        JOIN icp.person_contribution AS told USING (subject_id)
        WHERE prediction.subject = 'person'"""
    ).fetchall() == [(50, True, True)]


def test_the_contributions_are_the_points(model):
    assert model.execute(
        """SELECT count(*) > 0, max(abs(told.industry - points.points)) = 0
        FROM icp.person_contribution AS told JOIN icp.person_now AS now USING (subject_id)
        JOIN icp.points ON points.subject = 'person' AND signal = 'industry' AND level = now.industry"""
    ).fetchall() == [(True, True)]


def test_every_prediction_has_a_probability_that_is_its_log_odds_and_a_confidence(model):
    assert model.execute(
        """SELECT max(abs(probability - 1 / (1 + exp(-log_odds)))) < 1e-12,
            min(confidence_pct) > 0, max(confidence_pct) <= 100,
            max(abs(cold_pct + warm_pct + hot_pct - 100)) < 1e-9
        FROM icp.prediction"""
    ).fetchall() == [(True, True, True, True)]


def test_the_confidence_is_that_of_the_scorecard(model):
    """Fitted anew on the same lessons, which gives the same model."""
    names = [name for name in LESSONS if name not in {"subject_id", "as_of", "is_won"}]
    card = Scorecard().fit(LESSONS[names], LESSONS["is_won"])
    people = make_people(50, seed=3)
    edges = model.execute("SELECT cold_edge, hot_edge FROM icp.model WHERE subject = 'person'").fetchone()

    found = model.execute(
        "SELECT subject_id, confidence_pct FROM icp.prediction WHERE subject = 'person' ORDER BY subject_id"
    ).df()

    assert list(found["subject_id"]) == list(people["subject_id"])
    np.testing.assert_allclose(
        found["confidence_pct"], 100 * card.confidence(people[names], edges), rtol=0, atol=1e-9
    )


def test_every_signal_has_its_words(model):
    assert model.execute(
        """SELECT when_known, when_unknown, when_zero, when_one, part_of FROM icp.signal
        WHERE subject = 'account' AND signal IN ('industry', 'account_demo_request_count') ORDER BY signal"""
    ).fetchall() == [
        (
            "Company: demo request {value} times lately",
            "Company: no demo request lately",
            "Company: no demo request lately",
            "Company: demo request once lately",
            "account_events",
        ),
        ("Industry: {value}", "Industry unknown", "Industry: 0", "Industry: 1", None),
    ]


def test_a_bin_reads_by_the_label_of_its_signal(model):
    bins = dict(
        model.execute(
            """SELECT signal, min(bin ORDER BY bin) FROM icp.points
            WHERE subject = 'person' AND signal IN ('industry', 'demo_request_count') GROUP BY signal"""
        ).fetchall()
    )
    kinds = model.execute("SELECT DISTINCT kind FROM icp.points ORDER BY kind").fetchall()

    assert bins == {"demo_request_count": "Demo request lately 1", "industry": "Industry = Coal"}
    assert kinds == [("level",), ("missing",), ("number",)]


def dump(made):
    return {table: made.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in (*TABLES, *WIDE)}


def test_the_same_lessons_in_any_order_give_the_same_tables_bit_for_bit(model):
    shuffled, _ = learnt(
        LESSONS.sample(frac=1, random_state=4), now=make_people(50, seed=3).sample(frac=1, random_state=4)
    )

    assert dump(shuffled) == dump(model)


def test_learning_again_replaces_what_was_learnt():
    made, _ = learnt()
    before = dump(made)

    learn(connection=made, settings=SMALL, now=NOW)

    assert dump(made) == before


def test_signals_that_say_the_same_are_one_family(model):
    """Both counts of demo requests are copies here; of the account's own lessons there is one."""
    assert model.execute(
        "SELECT subject, signal, family FROM icp.signal WHERE family <> signal ORDER BY ALL"
    ).fetchall() == [("person", "account_demo_request_count", "demo_request_count")]


def test_nothing_is_nan_where_null_is_meant(model):
    for table in TABLES:
        columns = model.execute(
            "SELECT column_name FROM duckdb_columns() WHERE schema_name || '.' || table_name = $table "
            "AND data_type = 'DOUBLE'",
            {"table": table},
        ).fetchall()
        for (column,) in columns:
            assert model.execute(f"SELECT count(*) FROM {table} WHERE isnan({column})").fetchone() == (0,)
    assert model.execute(
        "SELECT DISTINCT at_least, below FROM icp.points WHERE kind <> 'number'"
    ).fetchall() == [(None, None)]
    assert model.execute("SELECT DISTINCT level FROM icp.points WHERE kind <> 'level'").fetchall() == [
        (None,)
    ]


def shuffle_outcomes(lessons):
    rng = np.random.default_rng(5)
    return lessons.assign(is_won=rng.permutation(lessons["is_won"].to_numpy()))


@pytest.mark.parametrize(
    ("lessons", "verdict", "reason", "is_fitted"),
    [
        pytest.param(
            shuffle_outcomes(LESSONS), Verdict.NO_SIGNAL, "No signal found: over", True, id="no signal"
        ),
        pytest.param(
            LESSONS[:0],
            Verdict.TOO_LITTLE_DATA,
            "Too little data: 0 wins and 0 losses, 20 and 20 are needed.",
            False,
            id="no lessons",
        ),
        pytest.param(
            LESSONS.assign(is_won=True),
            Verdict.TOO_LITTLE_DATA,
            "Too little data: 400 wins and 0 losses, 20 and 20 are needed.",
            False,
            id="all won",
        ),
        pytest.param(
            LESSONS.assign(as_of=NOW.replace(tzinfo=None)),
            Verdict.TOO_LITTLE_DATA,
            "Too little data: 0 wins and 0 losses were decided after the training, 20 and 20 are needed.",
            False,
            id="all at one moment",
        ),
        pytest.param(
            LESSONS.sort_values("is_won").assign(as_of=LESSONS["as_of"].to_numpy()),
            Verdict.TOO_LITTLE_DATA,
            "Too little data:",
            False,
            id="all wins after all losses",
        ),
    ],
)
def test_nothing_is_predicted_where_nothing_was_learnt(lessons, verdict, reason, is_fitted):
    made, verdicts = learnt(lessons)

    assert set(verdicts.values()) == {verdict}
    assert made.execute("FROM icp.prediction").fetchall() == []
    assert [made.execute(f"FROM {table}").fetchall() for table in WIDE] == [[], []]
    for told, stored, base in made.execute("SELECT reason, verdict, base_log_odds FROM icp.model").fetchall():
        assert told.startswith(reason)
        assert (stored, base is not None) == (verdict, is_fitted)
    assert bool(made.execute("FROM icp.points").fetchall()) is is_fitted


def test_without_lessons_the_model_row_says_null_and_not_nan():
    made, _ = learnt(LESSONS[:0])

    assert made.execute(
        """SELECT DISTINCT base_rate, base_log_odds, cold_edge, middle, hot_edge, auc, log_loss,
            base_log_loss, brier, top_decile_lift
        FROM icp.model"""
    ).fetchall() == [(None,) * 10]


def test_with_nobody_to_judge_there_is_a_model_and_no_prediction():
    made, verdicts = learnt(now=make_people(50)[:0])

    assert verdicts[Subject.PERSON] is Verdict.SIGNAL
    assert made.execute("FROM icp.prediction").fetchall() == []


def test_a_signal_that_no_lesson_knows_adds_nothing():
    unknown = pd.Series([None] * len(LESSONS), dtype="str")
    made, verdicts = learnt(LESSONS.assign(seniority=unknown))

    assert verdicts[Subject.PERSON] is Verdict.SIGNAL
    assert made.execute("SELECT min(seniority), max(seniority) FROM icp.person_contribution").fetchall() == [
        (0.0, 0.0)
    ]
