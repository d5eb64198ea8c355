"""A past day scored again as it was: its signals, its models, and the queries that score today.

All is read from a copy of the warehouse and written to a database in memory, so nothing that is to be pushed
can change. Confidence is not told again: it needs more of a model than its points.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from sync_project.icp.features.signals import Side, Subject
from sync_project.icp.model_log import LEFT_OUT, MODELS, POINTS
from sync_project.icp.past_signals import past_query
from sync_project.icp.scoring_query import contribute, score_query
from sync_project.scoring.held_levels import TABLE as HELD
from sync_project.warehouse.connection import fetch_row
from sync_project.warehouse.models import ParameterValue, build_table, count_rows, load_models

HOME = "past"
SHOWN_BEFORE = "scored.last_written"
SCORE = "scored.score"
NOTHING_KEPT = "Nothing can be scored again yet: models and signals are kept from the next run on."


class RescoreError(ValueError):
    """A past day that cannot be scored again; the message says why, and what can."""


@dataclass(frozen=True, kw_only=True)
class Rescored:
    """What the people, or the accounts, were scored by, and how many got a score."""

    subject: Subject
    moment: datetime
    """The run whose signals were scored (UTC, without saying so)."""
    model_id: str | None
    """None where nobody was scored."""
    trained_at: datetime
    reason: str
    """What the model was worth, in words."""
    count: int


@contextmanager
def open_past(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that reads the published copy as ``past``; RescoreError where nothing was kept."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        if published.exists():
            path = str(published).replace("'", "''")
            connection.execute(f"ATTACH '{path}' AS {HOME} (READ_ONLY)")
        kept = fetch_row(
            connection,
            "SELECT 1 FROM duckdb_tables() WHERE database_name = $home AND table_name = 'model_log'",
            {"home": HOME},
        )
        if kept is None:
            raise RescoreError(NOTHING_KEPT)
        yield connection


def rescore(
    connection: duckdb.DuckDBPyConnection,
    *,
    as_of: date | None,
    model_id: str | None,
    parameters: Mapping[str, ParameterValue],
) -> list[Rescored]:
    """Fill ``scored.score`` with the last scores of that day, and say what they stand on.

    Without a day it is that of the last run. A model scores by the signals of that day, whatever the day's
    own model was. ``parameters`` are those of the ``.sql`` files.
    """
    models = load_models()
    for table in ("icp.model", "icp.points", "icp.prediction", SHOWN_BEFORE):
        build_table(models[table], connection=connection, parameters={})
    subjects = list(Subject) if model_id is None else [_find_subject(model_id, connection=connection)]
    found = [_rescore(each, as_of=as_of, model_id=model_id, connection=connection) for each in subjects]
    build_table(models[SCORE], connection=connection, parameters=parameters)
    return found


RESCORED = f"""SELECT score.subject, score.subject_id, score.score, score.tier, score.level,
        prediction.probability, prediction.log_odds, prediction.fit, prediction.engagement,
        prediction.model_id, today.score AS score_now
    FROM {SCORE} AS score
    INNER JOIN icp.prediction AS prediction
        ON score.subject = prediction.subject AND score.subject_id = prediction.subject_id
    LEFT JOIN {HOME}.{SCORE} AS today
        ON score.subject = today.subject AND score.subject_id = today.subject_id
    ORDER BY score.subject DESC, prediction.log_odds DESC, score.subject_id"""
"""After ``rescore``: everybody, the best first, beside the score that the last run gave."""


def _find_subject(model_id: str, *, connection: duckdb.DuckDBPyConnection) -> Subject:
    found = fetch_row(
        connection, f"SELECT subject FROM {HOME}.{MODELS} WHERE model_id = $model_id", {"model_id": model_id}
    )
    if found is None:
        known = connection.execute(
            f"""SELECT model_id FROM {HOME}.{MODELS} WHERE model_id IS NOT NULL
            GROUP BY model_id ORDER BY max(trained_at) DESC, model_id LIMIT 4"""
        ).fetchall()
        listed = ", ".join(name for (name,) in known) or "none"
        raise RescoreError(f"No model is named {model_id!r}. {MODELS} has them all; the newest: {listed}.")
    return Subject(found[0])


def _rescore(
    subject: Subject, *, as_of: date | None, model_id: str | None, connection: duckdb.DuckDBPyConnection
) -> Rescored:
    moment, days_own = _find_run(subject, as_of=as_of, connection=connection)
    chosen = model_id or days_own
    connection.execute(
        f"""INSERT INTO icp.model BY NAME
        SELECT * FROM {HOME}.{MODELS}
        WHERE subject = $subject AND CASE WHEN $chosen THEN model_id = $model_id ELSE trained_at = $moment END
        ORDER BY trained_at DESC LIMIT 1""",
        {"subject": subject.value, "chosen": model_id is not None, "model_id": chosen, "moment": moment},
    )
    [(trained_at, reason, base)] = connection.execute(
        "SELECT trained_at, reason, base_log_odds FROM icp.model WHERE subject = $subject",
        {"subject": subject.value},
    ).fetchall()
    count = 0
    if chosen is not None:
        count = _predict(subject, chosen, moment=moment, base=base, connection=connection)
    if model_id is None:
        _hold_levels(subject, moment=moment, connection=connection)
    return Rescored(
        subject=subject, moment=moment, model_id=chosen, trained_at=trained_at, reason=reason, count=count
    )


def _find_run(
    subject: Subject, *, as_of: date | None, connection: duckdb.DuckDBPyConnection
) -> tuple[datetime, str | None]:
    """When the last run of the day learnt, and its model; None where nobody was scored by it."""
    found = fetch_row(
        connection,
        f"""SELECT trained_at, CASE WHEN stage IS NOT NULL THEN model_id END FROM {HOME}.{MODELS}
        WHERE subject = $subject AND coalesce(CAST(trained_at AS DATE) <= $as_of, TRUE)
        ORDER BY trained_at DESC LIMIT 1""",
        {"subject": subject.value, "as_of": as_of},
    )
    if found is None:
        [(first,)] = connection.execute(f"SELECT min(trained_at) FROM {HOME}.{MODELS}").fetchall()
        raise RescoreError(
            NOTHING_KEPT
            if first is None
            else f"No run had kept its models by the end of {as_of}: the first that did is of {first}."
        )
    return found[0], found[1]


def _predict(
    subject: Subject, model_id: str, *, moment: datetime, base: float, connection: duckdb.DuckDBPyConnection
) -> int:
    """Add everybody's prediction, as of the moment; returns their number."""
    connection.execute(
        f"""INSERT INTO icp.points BY NAME
        SELECT $subject AS subject, point.* EXCLUDE (model_id, place, side)
        FROM {HOME}.{POINTS} AS point WHERE point.model_id = $model_id""",
        {"subject": subject.value, "model_id": model_id},
    )
    sides = {
        signal: Side(side)
        for signal, side in connection.execute(
            f"""SELECT DISTINCT ON (place) signal, side FROM {HOME}.{POINTS}
            WHERE model_id = $model_id ORDER BY place""",
            {"model_id": model_id},
        ).fetchall()
    }
    everybody = past_query(subject, signals=[*sides], home=HOME, connection=connection)
    connection.execute(
        f"""CREATE OR REPLACE TABLE icp.{subject}_then AS
        SELECT known.* FROM ({everybody}) AS known
        WHERE known.subject_id NOT IN (
            SELECT left_out.subject_id FROM {HOME}.{LEFT_OUT} AS left_out
            WHERE left_out.subject = $subject AND left_out.since <= $moment
                AND coalesce(left_out.until > $moment, TRUE)
        )""",
        {"moment": moment, "subject": subject.value},
    )
    contributions = f"icp.{subject}_contribution"
    contribute(
        contributions,
        values=f"icp.{subject}_then",
        points=f"(FROM icp.points WHERE subject = '{subject}')",
        signals=[*sides],
        connection=connection,
    )
    connection.execute(
        f"""INSERT INTO icp.prediction BY NAME
        SELECT $subject AS subject, $model_id AS model_id, score.*
        FROM ({score_query(contributions, sides=sides)}) AS score""",
        {"subject": subject.value, "model_id": model_id, "base": base},
    )
    return count_rows(contributions, connection=connection)


def _hold_levels(subject: Subject, *, moment: datetime, connection: duckdb.DuckDBPyConnection) -> None:
    """Levels that stayed then stay again: surely, since the chances that decided it are not told again."""
    connection.execute(
        f"""INSERT INTO {SHOWN_BEFORE} BY NAME
        SELECT held.subject, held.subject_id, held.tier FROM {HOME}.{HELD} AS held
        WHERE held.subject = $subject AND held.trained_at = $moment""",
        {"subject": subject.value, "moment": moment},
    )
    connection.execute(
        f"""UPDATE icp.prediction SET cold_pct = 100, warm_pct = 100, hot_pct = 100
        WHERE subject = $subject
            AND subject_id IN (SELECT held.subject_id FROM {SHOWN_BEFORE} AS held
                WHERE held.subject = $subject)""",
        {"subject": subject.value},
    )
