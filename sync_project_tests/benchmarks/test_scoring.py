"""A million people scored from ``icp.points``, then with reasons and what changed, beside LightGBM.

Every contender learns from the same public leads and scores the same rows, drawn from them, in a process of
its own. LightGBM is given its rows in memory and gives probabilities only: neither reading nor writing nor a
reason counts for it.
"""

import re
import time
from datetime import UTC, datetime

import duckdb
import numpy as np
import pandas as pd
import pytest

from sync_project.icp.families import find_families
from sync_project.icp.features.signals import Lift, Side, Signal, Subject
from sync_project.icp.features.wording import word_field
from sync_project.icp.levels import cut_levels
from sync_project.icp.model_rows import list_point_rows, list_signal_rows
from sync_project.icp.predicting import predict
from sync_project.icp.scorecard import Scorecard
from sync_project.icp.scoring_query import contribution_query, score_query
from sync_project.scoring.changes import find_changes
from sync_project.scoring.explaining import explain
from sync_project.scoring.last_written import read_last_written
from sync_project.scoring.picking import POINTS_TO_EDGE
from sync_project.settings.load import load_settings
from sync_project.warehouse.models import build_table, ensure_table, insert_frame, insert_row, load_models
from sync_project.writeback.written_scores import keep_written_scores
from sync_project_tests.benchmarks.own_process import in_own_process, measured
from sync_project_tests.benchmarks.test_scorecard import lightgbm
from sync_project_tests.icp.public_data import x_education

ROWS = 1_000_000
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ENGAGEMENT = {"totalvisits", "total_time_spent_on_website", "page_views_per_visit"}
MOVED = "total_time_spent_on_website"
"""What the people of whom something changes have done more of, a day later."""


def learn():
    """The leads' fields under the names of signals, which of them were won, and the scorecard of all."""
    fields, won, _ = x_education()
    fields = fields.rename(columns=lambda name: re.sub(r"\W+", "_", name).strip("_").lower())
    return fields, won, Scorecard().fit(fields, won)


def list_signals(fields):
    return [
        Signal(
            name=name,
            label=name.replace("_", " ").capitalize(),
            side=Side.ENGAGEMENT if name in ENGAGEMENT else Side.FIT,
            expression="",
            wording=word_field(name.replace("_", " ").capitalize()),
            lift=Lift.MORE if name in ENGAGEMENT else Lift.KNOWN,
        )
        for name in fields
    ]


def list_names():
    return [f"00Q{number:012}" for number in range(ROWS)]


def draw_people(fields):
    people = fields.sample(ROWS, replace=True, random_state=0, ignore_index=True)
    return people.assign(subject_id=list_names())


def fill(path):
    """The tables of ``icp`` that scores are made of."""
    fields, won, model = learn()
    edges = cut_levels(won.mean(), settings=load_settings(None).scoring)
    with duckdb.connect(path) as connection:
        for table in ("icp.signal", "icp.model", "icp.points", "icp.not_evaluated"):
            build_table(load_models()[table], connection=connection, parameters={})
        ensure_table(load_models()["outbound.written_score"], connection=connection)
        signals = list_signals(fields)
        rows = list_signal_rows(Subject.PERSON, signals, families=find_families(fields))
        insert_frame("icp.signal", rows, connection=connection)
        insert_frame("icp.points", list_point_rows(Subject.PERSON, signals, model), connection=connection)
        row = {
            "subject": "person",
            "model_id": "model",
            "stage": "learnt",
            "base_rate": won.mean(),
            "cold_edge": edges.cold,
            "middle": edges.middle,
            "hot_edge": edges.hot,
        }
        insert_row("icp.model", row, connection=connection)
        people = draw_people(fields)  # noqa: F841  # DuckDB reads it by its name
        connection.execute("CREATE TABLE icp.person_now AS FROM people")
        for kind in ("now", "contribution"):
            connection.execute(f"CREATE TABLE icp.account_{kind} (subject_id VARCHAR, events DOUBLE)")
        connection.execute("CREATE SCHEMA matched")
        connection.execute(
            "CREATE TABLE matched.record_redirect (record_id VARCHAR, final_record_id VARCHAR)"
        )


def score_by_sql(path):
    """Log-odds, fit, engagement and probability of everybody, from ``icp.points`` alone."""
    fields, _, model = learn()
    sides = {each.name: each.side for each in list_signals(fields)}
    with duckdb.connect(path) as connection:

        def score():
            given = contribution_query(
                values="icp.person_now", points="icp.points", signals=list(sides), connection=connection
            )
            connection.execute(
                f"CREATE OR REPLACE TABLE icp.scored AS {score_query(f'({given.text})', sides=sides)}",
                {**given.parameters, "base": model.base_log_odds_},
            )

        return measured(score)


def predict_by_lightgbm(path):
    fields, won, _ = learn()
    peer = lightgbm().fit(fields, won)
    people = draw_people(fields)[list(fields)]
    return measured(peer.predict_proba, people)


def score_with_reasons(path):
    """All that a run does from ``icp.person_now`` to the reasoning."""
    fields, won, model = learn()
    edges = cut_levels(won.mean(), settings=load_settings(None).scoring)
    steps = {}
    parameters = {"keep_level_pct": 40.0, "points_to_edge": POINTS_TO_EDGE}
    with duckdb.connect(path) as connection:
        build_table(load_models()["icp.prediction"], connection=connection, parameters={})
        work = {
            "predict": lambda: predict(
                Subject.PERSON,
                list_signals(fields),
                model,
                edges,
                model_id="model",
                most_confidence_pct=100,
                connection=connection,
            ),
            "last written": lambda: read_last_written(connection=connection),
            "score": lambda: build_table(
                load_models()["scored.score"], connection=connection, parameters=parameters
            ),
            "change": lambda: find_changes(now=NOW, connection=connection),
            "explanation": lambda: explain(connection=connection),
        }

        def score():
            for name, step in work.items():
                began = time.perf_counter()
                step()
                steps[f"{name} s"] = time.perf_counter() - began

        return measured(score) | steps


def write_and_move(path):
    """As after a push of everybody's scores, and a day on which one in twenty did something."""
    with duckdb.connect(path) as connection:
        connection.execute(
            """CREATE TABLE outbound.write_plan AS
            SELECT 'Lead' AS record_type, subject_id, 'write' AS decision, 'score' AS source
            FROM scored.score"""
        )
        took = measured(
            keep_written_scores,
            connection,
            record_type="Lead",
            record_ids={name: name for name in list_names()},
            written_at=datetime(2026, 2, 28, 12, tzinfo=UTC),
        )
        connection.execute(
            f"""UPDATE icp.person_now SET {MOVED} = coalesce({MOVED}, 0) + 700
            WHERE hash(subject_id) % 20 = 0"""
        )
    return took


@pytest.mark.benchmark
def test_a_million_people_are_scored_with_reasons_beside_lightgbm(tmp_path, capsys):
    pytest.importorskip("lightgbm", reason="the benchmark extra is not installed")
    path = tmp_path / "warehouse.duckdb"
    in_own_process(fill, path)
    rows = {
        "LightGBM predict_proba": in_own_process(predict_by_lightgbm, path),
        "scores by SQL": in_own_process(score_by_sql, path),
        "with reasons": in_own_process(score_with_reasons, path),
        "keeping what was written": in_own_process(write_and_move, path),
        "with reasons and changes": in_own_process(score_with_reasons, path),
    }
    table = pd.DataFrame(rows).T
    for unit in ("wall", "CPU"):
        table.insert(
            table.columns.get_loc(f"{unit} s") + 1,
            f"{unit} ratio",
            table[f"{unit} s"] / table.loc["LightGBM predict_proba", f"{unit} s"],
        )
    with capsys.disabled(), pd.option_context("display.width", 250, "display.float_format", "{:,.2f}".format):
        print(f"\n{ROWS:,} people, {len(learn()[0].columns)} signals; ratio to LightGBM\n{table.to_string()}")
    fields, _, model = learn()
    with duckdb.connect(path) as connection:
        [(told,)] = connection.execute("SELECT count(*) FROM scored.change").fetchall()
        scored = connection.execute("SELECT subject_id, log_odds FROM icp.scored ORDER BY subject_id").df()
    assert told > 0
    np.testing.assert_allclose(
        scored["log_odds"], model.decision_function(draw_people(fields)[list(fields)]), rtol=0, atol=1e-9
    )
