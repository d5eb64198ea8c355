"""What the rolling origins leave behind, after learning from a few hundred lessons."""

from datetime import UTC, datetime

import pytest

from sync_project.icp.evaluation import evaluate, evaluate_rolling_origins
from sync_project.icp.features.signals import Subject
from sync_project.icp.scorecard import Scorecard
from sync_project.icp.trust.backtest import build_backtest
from sync_project.icp.trust.drift import build_drift
from sync_project.icp.trust.model_card import build_cards
from sync_project.pictures.markdown import NO_BREAK
from sync_project.settings.icp import FieldSignal, OutcomeSource
from sync_project.warehouse.models import build_table, load_models
from sync_project_tests.icp.test_learning import LESSONS, SMALL, learnt, shuffle_outcomes

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TRUST = ("icp.calibration", "icp.lift", "icp.level_outcome", "icp.confidence_outcome")


def build_trust(made):
    made.execute("CREATE TABLE icp.opportunity_outcome AS SELECT 90 AS horizon_days")
    for table in TRUST:
        build_table(load_models()[table], connection=made, parameters={})
    build_backtest(connection=made, settings=SMALL)
    build_drift(connection=made, now=NOW)
    build_cards(connection=made, settings=SMALL, now=NOW)
    return made


@pytest.fixture(scope="module")
def made():
    connection, _ = learnt()
    return build_trust(connection)


def test_each_lesson_of_the_newer_half_was_predicted_once_by_a_model_that_had_not_seen_it(made):
    assert made.execute(
        """SELECT origin_pct, count(*), min(example_id), max(example_id), sum(CAST(is_won AS INTEGER))
        FROM icp.backtest_prediction WHERE subject = 'person' GROUP BY origin_pct ORDER BY origin_pct"""
    ).fetchall() == [
        (
            50 + 10 * step,
            40,
            f"subject {200 + 40 * step:04}",
            f"subject {239 + 40 * step:04}",
            int(LESSONS["is_won"][200 + 40 * step : 240 + 40 * step].sum()),
        )
        for step in range(5)
    ]


def test_the_models_figures_are_those_of_all_origins_together(made):
    origins = evaluate_rolling_origins(
        LESSONS.drop(columns=["subject_id", "as_of", "is_won"]),
        LESSONS["is_won"],
        LESSONS["as_of"],
        make_model=Scorecard,
    )
    pairs = [pair for each in origins for pair in zip(each.probability, each.won, strict=True)]
    expected = evaluate(*zip(*pairs, strict=True))
    assert made.execute("SELECT auc, log_loss FROM icp.model WHERE subject = 'person'").fetchone() == (
        pytest.approx(sum(each.evaluation.auc for each in origins) / 5),
        pytest.approx(expected.log_loss),
    )


def test_the_backtest_has_three_models_at_each_origin_and_together(made):
    assert made.execute(
        """SELECT model, count(*), count(origin_pct), sum(tested_rows), max(trained_rows), count(note)
        FROM icp.backtest WHERE subject = 'person' GROUP BY model ORDER BY model"""
    ).fetchall() == [(model, 6, 5, 400, 360, 0) for model in ("base_rate", "challenger", "scorecard")]


def test_the_backtest_of_the_scorecard_is_what_the_gate_saw(made):
    assert made.execute(
        """SELECT count(*) FROM icp.model JOIN icp.backtest AS backtest USING (subject)
        WHERE origin_pct IS NULL AND backtest.model = 'scorecard'
            AND abs(model.auc - backtest.auc) < 1e-12 AND abs(model.log_loss - backtest.log_loss) < 1e-12
            AND abs(model.brier - backtest.brier) < 1e-12"""
    ).fetchone() == (2,)


def test_a_refused_signal_which_no_lesson_holds_is_in_no_backtest(made):
    backtest = "FROM icp.backtest ORDER BY ALL"
    before = made.execute(backtest).fetchall()
    further = FieldSignal(name="size", label="Size", account="NumberOfEmployees")
    signals = SMALL.signals.model_copy(update={"fields": (*SMALL.signals.fields, further)})
    for subject in Subject:
        made.execute("INSERT INTO icp.refused_signal VALUES ($1, 'size', 'no history')", [subject.value])

    build_backtest(connection=made, settings=SMALL.model_copy(update={"signals": signals}))

    assert made.execute(backtest).fetchall() == before


def test_the_base_rate_knows_nothing_at_any_origin(made):
    assert made.execute(
        """SELECT DISTINCT auc, top_decile_lift FROM icp.backtest
        WHERE model = 'base_rate' AND origin_pct IS NOT NULL"""
    ).fetchall() == [(0.5, 1.0)]


def test_the_challenger_learns_from_the_same_lessons(made):
    worse = made.execute(
        """SELECT count(*) FROM icp.backtest AS challenger JOIN icp.backtest AS base USING (subject)
        WHERE challenger.model = 'challenger' AND base.model = 'base_rate'
            AND challenger.origin_pct IS NULL AND base.origin_pct IS NULL
            AND challenger.log_loss >= base.log_loss"""
    ).fetchone()
    assert worse == (0,)


def test_the_card_says_what_from_what_how_well_and_where_it_ends(made):
    card, model_id = made.execute(
        """SELECT card, model_card.model_id FROM icp.model_card AS model_card
        JOIN icp.model USING (subject, model_id) WHERE subject = 'person'"""
    ).fetchone()
    wins = int(LESSONS["is_won"].sum())
    assert card.startswith(f"# Person model `{model_id}`\n\n**Signal found: over 200 later outcomes")
    for told in (
        "The chance that a deal of which the person is the first contact is won within 90 days",
        f"400 outcomes old enough to tell, decided 2025-01-01 to 2025-05-14; {wins} of them won",
        f"|Industry|Toys{NO_BREAK}\\(\\+",
        f"|Demo request lately|2{NO_BREAK}or{NO_BREAK}more{NO_BREAK}\\(\\+",
        "|Persons: this model|0.",
        "|Persons: base rate alone||0.",
        "|Persons: gradient boosting|0.",
        "|hot persons|",
        "|claimed confidence|Persons: outcomes|",
        "(2 times the usual odds)",
        "above an AUC of 0.95",
        "## Where it ends",
    ):
        assert told in card


def test_a_card_of_an_earlier_model_stays_and_the_same_models_is_replaced(made):
    made.execute("INSERT INTO icp.model_card VALUES ('person', 'earlier', NULL, 'as it was')")
    build_cards(connection=made, settings=SMALL, now=NOW)
    assert made.execute(
        "SELECT count(*), count(CASE WHEN card = 'as it was' THEN 1 END) FROM icp.model_card"
    ).fetchone() == (3, 1)


def test_a_model_without_signal_has_a_card_and_a_backtest_but_no_drift():
    connection, _ = learnt(shuffle_outcomes(LESSONS))
    build_trust(connection)
    assert connection.execute("SELECT count(*) FROM icp.backtest").fetchone() == (36,)
    assert connection.execute("SELECT count(*) FROM icp.score_drift").fetchone() == (0,)
    card = connection.execute("SELECT card FROM icp.model_card WHERE subject = 'person'").fetchone()[0]
    assert "**No signal found: " in card


def test_without_lessons_the_card_says_so_and_all_else_is_empty():
    connection, _ = learnt(LESSONS[:0])
    build_trust(connection)
    for table in (*TRUST, "icp.backtest", "icp.score_drift"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    [(card,)] = connection.execute("SELECT card FROM icp.model_card WHERE subject = 'account'").fetchall()
    assert "There are no outcomes to learn from yet." in card


def test_a_signal_that_lessons_leave_out_is_not_asked_for():
    connection, _ = learnt()
    build_table(load_models()["icp.refused_signal"], connection=connection, parameters={})
    connection.execute("INSERT INTO icp.refused_signal VALUES ('person', 'employees', 'no history')")
    connection.execute("ALTER TABLE icp.person_lesson DROP COLUMN employees")

    build_backtest(connection=connection, settings=SMALL)

    assert connection.execute("SELECT DISTINCT model FROM icp.backtest ORDER BY model").fetchall() == [
        ("base_rate",),
        ("challenger",),
        ("scorecard",),
    ]


def test_the_card_says_what_counts_as_won_where_leads_do():
    connection, _ = learnt()
    build_trust(connection)
    connection.execute("CREATE TABLE icp.lead_outcome AS SELECT 60 AS horizon_days")
    outcome = SMALL.icp.outcome.model_copy(update={"source": OutcomeSource.EITHER})
    build_cards(
        connection=connection,
        settings=SMALL.model_copy(update={"icp": SMALL.icp.model_copy(update={"outcome": outcome})}),
        now=NOW,
    )
    assert (
        "The chance that a lead is converted within 60 days of its creation, or a deal of which the person "
        "is the first contact is won within 90 days of its creation."
    ) in connection.execute("SELECT card FROM icp.model_card WHERE subject = 'person'").fetchone()[0]
