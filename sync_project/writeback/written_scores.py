"""``outbound.written_score``: what the scores that Salesforce holds from us were made of."""

import duckdb

from sync_project.icp.features.signals import Subject
from sync_project.warehouse.models import quote_name, table_columns

TABLE = "outbound.written_score"

SCORE_SOURCES = (
    "score",
    "level",
    "confidence_pct",
    "probability_pct",
    "fit_points",
    "engagement_points",
    "top_signals",
    "reasoning",
    "propensity",
    "propensity_score",
)
"""Who receives one of these has seen the score; a first name alone tells nothing of it."""


def keep_written_scores(connection: duckdb.DuckDBPyConnection, *, run_id: str) -> None:
    """Renew the rows of all whose scores this run wrote."""
    _keep(Subject.PERSON, record_types=["Contact", "Lead"], run_id=run_id, connection=connection)
    _keep(Subject.ACCOUNT, record_types=["Account"], run_id=run_id, connection=connection)


def _keep(
    subject: Subject, *, record_types: list[str], run_id: str, connection: duckdb.DuckDBPyConnection
) -> None:
    contributions, values = f"icp.{subject}_contribution", f"icp.{subject}_now"
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE renewed AS
        WITH written AS (
            SELECT log.subject_id, max(log.logged_at) AS written_at
            FROM outbound.activity_log AS log
            INNER JOIN outbound.write_plan AS plan
                ON log.record_type = plan.record_type AND log.subject_id = plan.subject_id
            WHERE log.run_id = $run_id AND log.operation IN ('create', 'update')
                AND list_contains($record_types, log.record_type)
                AND plan.decision = 'write' AND list_contains($sources, plan.source)
            GROUP BY log.subject_id
        )
        SELECT $subject AS subject, written.subject_id, prediction.model_id, score.score, score.tier,
            score.level, written.written_at, contribution.said AS contributions, value.said AS signal_values,
            explanation.changed_text
        FROM written
        INNER JOIN scored.score AS score
            ON written.subject_id = score.subject_id AND score.subject = $subject
        INNER JOIN icp.prediction AS prediction
            ON written.subject_id = prediction.subject_id AND prediction.subject = $subject
        INNER JOIN scored.explanation AS explanation
            ON written.subject_id = explanation.subject_id AND explanation.subject = $subject
        INNER JOIN ({_as_json(contributions, contributions, connection=connection)}) AS contribution
            ON written.subject_id = contribution.subject_id
        INNER JOIN ({_as_json(values, contributions, connection=connection)}) AS value
            ON written.subject_id = value.subject_id""",
        {
            "subject": subject.value,
            "run_id": run_id,
            "record_types": record_types,
            "sources": list(SCORE_SOURCES),
        },
    )
    connection.execute(
        f"""DELETE FROM {TABLE} AS known USING renewed
        WHERE known.subject = renewed.subject AND known.subject_id = renewed.subject_id"""
    )
    connection.execute(f"INSERT INTO {TABLE} BY NAME SELECT * FROM renewed ORDER BY subject_id")


def _as_json(table: str, signals_of: str, *, connection: duckdb.DuckDBPyConnection) -> str:
    """subject_id and ``said``: of each row of a table the columns that are signals."""
    signals = [name for name in table_columns(signals_of, connection=connection) if name != "subject_id"]
    packed = ", ".join(f"{quote_name(name)} := {quote_name(name)}" for name in signals)
    return f"SELECT subject_id, CAST(to_json(struct_pack({packed})) AS VARCHAR) AS said FROM {table}"
