"""From lessons to predictions: fit a scorecard per subject, test it in time order, publish what it proves.

Reads ``icp.<subject>_lesson`` and ``icp.<subject>_now``; replaces ``icp.signal``, ``icp.model``,
``icp.points``, ``icp.backtest_prediction``, ``icp.not_evaluated``, ``icp.prediction`` and
``icp.<subject>_contribution``, and adds to the logs of models.
"""

from datetime import datetime

import duckdb
import pandas as pd

from sync_project.icp.evaluating import leave_out
from sync_project.icp.families import find_families
from sync_project.icp.features.building import read_taught_signals
from sync_project.icp.features.signals import IDEAL_PROFILE, Subject, check_columns
from sync_project.icp.judgement import Judgement, judge_lessons
from sync_project.icp.ladder import climb
from sync_project.icp.lessons import read_lessons
from sync_project.icp.model_log import log_model
from sync_project.icp.model_rows import list_point_rows, list_signal_rows, make_model_row
from sync_project.icp.predicting import predict, predict_nobody
from sync_project.icp.trust.predictions import list_predictions
from sync_project.settings.model import Settings
from sync_project.warehouse.models import build_table, insert_frame, load_models, table_columns

TABLES = (
    "icp.signal",
    "icp.model",
    "icp.points",
    "icp.backtest_prediction",
    "icp.not_evaluated",
    "icp.prediction",
)


def learn(
    *, connection: duckdb.DuckDBPyConnection, settings: Settings, now: datetime
) -> dict[Subject, Judgement]:
    """Fit, test and apply the scorecard of every subject; returns what each is worth."""
    for table in TABLES:
        build_table(load_models()[table], connection=connection, parameters={})
    return {
        subject: _learn_subject(subject, connection=connection, settings=settings, now=now)
        for subject in Subject
    }


def _learn_subject(
    subject: Subject, *, connection: duckdb.DuckDBPyConnection, settings: Settings, now: datetime
) -> Judgement:
    signals = read_taught_signals(subject, connection=connection, settings=settings)
    lessons = read_lessons(subject, signals, connection=connection)
    today = f"icp.{subject}_now"
    check_columns(today, table_columns(today, connection=connection), signals=[each.name for each in signals])
    families = find_families(lessons.values.drop(columns=IDEAL_PROFILE, errors="ignore"))
    insert_frame("icp.signal", list_signal_rows(subject, signals, families=families), connection=connection)
    judgement = judge_lessons(lessons, settings=settings.icp)
    rung = climb(lessons, judgement, settings=settings)
    if rung.fitted:
        points = list_point_rows(subject, signals, rung.fitted.model)
        insert_frame("icp.points", points, connection=connection)
    if rung.fitted and judgement.origins:
        seen = list_predictions(
            subject,
            lessons,
            judgement.origins,
            model=rung.fitted.model,
            edges=rung.fitted.edges,
            settings=settings.scoring,
        )
        insert_frame("icp.backtest_prediction", seen, connection=connection)
    leave_out(subject, rules=settings.scoring.evaluate, connection=connection)
    row = make_model_row(subject, lessons, judgement, rung, settings=settings, now=now)
    insert_frame("icp.model", pd.DataFrame([row]), connection=connection)
    log_model(subject, signals, connection=connection)
    if rung.fitted and rung.stage:
        predict(
            subject,
            signals,
            rung.fitted.model,
            rung.fitted.edges,
            model_id=str(row["model_id"]),
            most_confidence_pct=rung.most_confidence_pct,
            connection=connection,
        )
    else:
        predict_nobody(subject, signals, connection=connection)
    return judgement
