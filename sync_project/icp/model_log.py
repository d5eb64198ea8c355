"""Every scorecard that was fitted, and whom it left out, so that it can score again as it did."""

from collections.abc import Sequence

import duckdb

from sync_project.icp.features.signals import Signal, Subject
from sync_project.warehouse.models import ensure_table, load_models

MODELS, POINTS, LEFT_OUT = "icp.model_log", "icp.points_log", "icp.not_evaluated_log"
TABLES = (MODELS, POINTS, LEFT_OUT)


def log_model(subject: Subject, signals: Sequence[Signal], *, connection: duckdb.DuckDBPyConnection) -> None:
    """Add what ``icp.model``, ``icp.points`` and ``icp.not_evaluated`` say; one moment has one model."""
    for table in TABLES:
        ensure_table(load_models()[table], connection=connection)
    given = {"subject": subject.value}
    connection.execute(
        f"""DELETE FROM {MODELS} AS known USING icp.model AS model
        WHERE known.subject = $subject AND model.subject = $subject
            AND known.trained_at = model.trained_at""",
        given,
    )
    # icp.model says more than is needed to score again.
    columns = ", ".join(load_models()[MODELS].columns)
    connection.execute(
        f"INSERT INTO {MODELS} BY NAME SELECT {columns} FROM icp.model WHERE subject = $subject", given
    )
    connection.execute(
        f"""INSERT INTO {POINTS} BY NAME
        SELECT model.model_id, list_position($signals, point.signal) AS place,
            $sides[list_position($signals, point.signal)] AS side, point.* EXCLUDE (subject)
        FROM icp.points AS point
        INNER JOIN icp.model AS model ON point.subject = model.subject
        WHERE point.subject = $subject
            AND model.model_id NOT IN (SELECT known.model_id FROM {POINTS} AS known)
        ORDER BY place""",
        given | {"signals": [each.name for each in signals], "sides": [each.side.value for each in signals]},
    )
    _log_left_out(subject, connection=connection)


def _log_left_out(subject: Subject, *, connection: duckdb.DuckDBPyConnection) -> None:
    given = {"subject": subject.value}
    connection.execute(
        f"""UPDATE {LEFT_OUT} AS known SET until = model.trained_at
        FROM icp.model AS model
        WHERE known.subject = $subject AND model.subject = $subject AND known.until IS NULL
            AND known.subject_id NOT IN (
                SELECT still.subject_id FROM icp.not_evaluated AS still WHERE still.subject = $subject
            )""",
        given,
    )
    connection.execute(
        f"""INSERT INTO {LEFT_OUT} BY NAME
        SELECT found.subject, found.subject_id, model.trained_at AS since
        FROM icp.not_evaluated AS found
        INNER JOIN icp.model AS model ON found.subject = model.subject
        WHERE found.subject = $subject AND found.subject_id NOT IN (
            SELECT known.subject_id FROM {LEFT_OUT} AS known
            WHERE known.subject = $subject AND known.until IS NULL
        )
        ORDER BY found.subject_id""",
        given,
    )
