"""``outbound.written_score``: what the scores that Salesforce holds from us were made of."""

import duckdb

from sync_project.icp.features.signals import Subject
from sync_project.icp.past_signals import pack
from sync_project.scoring.last_written import hash_values
from sync_project.warehouse.models import table_columns

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
    signals = [
        name
        for name in table_columns(f"icp.{subject}_contribution", connection=connection)
        if name != "subject_id"
    ]
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE renewed AS
        SELECT log.subject_id, max(log.logged_at) AS written_at
        FROM outbound.activity_log AS log
        INNER JOIN outbound.write_plan AS plan
            ON log.record_type = plan.record_type AND log.subject_id = plan.subject_id
        WHERE log.run_id = $run_id AND log.operation IN ('create', 'update')
            AND list_contains($record_types, log.record_type)
            AND plan.decision = 'write' AND list_contains($sources, plan.source)
        GROUP BY log.subject_id""",
        {"run_id": run_id, "record_types": record_types, "sources": list(SCORE_SOURCES)},
    )
    connection.execute(
        f"""DELETE FROM {TABLE} AS known USING renewed
        WHERE known.subject = $subject AND known.subject_id = renewed.subject_id""",
        {"subject": subject.value},
    )
    connection.execute(
        f"""INSERT INTO {TABLE} BY NAME
        SELECT score.subject, score.subject_id, prediction.model_id, score.score, score.tier, score.level,
            renewed.written_at, {pack(signals, of="told")} AS contributions,
            {pack(signals, of="now")} AS signal_values, {hash_values(signals, of="now")} AS values_hash,
            explanation.changed_text
        FROM renewed
        INNER JOIN scored.score AS score
            ON renewed.subject_id = score.subject_id AND score.subject = $subject
        INNER JOIN icp.prediction AS prediction
            ON renewed.subject_id = prediction.subject_id AND prediction.subject = $subject
        INNER JOIN scored.explanation AS explanation
            ON renewed.subject_id = explanation.subject_id AND explanation.subject = $subject
        INNER JOIN icp.{subject}_contribution AS told ON renewed.subject_id = told.subject_id
        INNER JOIN icp.{subject}_now AS now ON renewed.subject_id = now.subject_id""",
        {"subject": subject.value},
    )
    connection.execute("DROP TABLE renewed")
