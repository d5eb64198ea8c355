"""``outbound.written_score``: what the scores that Salesforce holds from us were made of."""

from collections.abc import Mapping
from datetime import datetime

import duckdb

from sync_project.icp.features.signals import Subject
from sync_project.icp.past_signals import pack
from sync_project.scoring.last_written import hash_values
from sync_project.warehouse.connection import as_timestamp
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


def keep_written_scores(
    connection: duckdb.DuckDBPyConnection,
    *,
    record_type: str,
    record_ids: Mapping[str, str | None],
    written_at: datetime,
) -> None:
    """Renew the rows of those of the subjects whose record of that type was planned to be sent a score.

    ``record_ids`` says of each subject to which record it went: a visitor or an organisation is that record
    from the next import on.
    """
    subject = Subject.ACCOUNT if record_type == "Account" else Subject.PERSON
    signals = [
        name
        for name in table_columns(f"icp.{subject}_contribution", connection=connection)
        if name != "subject_id"
    ]
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE renewed AS
        SELECT sent.subject_id, sent.record_id
        FROM (SELECT unnest($subject_ids) AS subject_id, unnest($record_ids) AS record_id) AS sent
        WHERE sent.subject_id IN (
            SELECT plan.subject_id FROM outbound.write_plan AS plan
            WHERE plan.record_type = $record_type AND plan.decision = 'write'
                AND list_contains($sources, plan.source)
        )""",
        {
            "record_type": record_type,
            "subject_ids": list(record_ids),
            "record_ids": list(record_ids.values()),
            "sources": list(SCORE_SOURCES),
        },
    )
    connection.execute(
        f"""DELETE FROM {TABLE} AS known USING renewed
        WHERE known.subject = $subject AND known.subject_id = renewed.record_id""",
        {"subject": subject.value},
    )
    connection.execute(
        f"""INSERT INTO {TABLE} BY NAME
        SELECT score.subject, renewed.record_id AS subject_id, prediction.model_id, model.basis,
            score.score, score.exact_score, score.tier, score.level,
            $written_at AS written_at, {pack(signals, of="told")} AS contributions,
            {pack(signals, of="now")} AS signal_values, {hash_values(signals, of="now")} AS values_hash,
            explanation.changed_text
        FROM renewed
        INNER JOIN scored.score AS score
            ON renewed.subject_id = score.subject_id AND score.subject = $subject
        INNER JOIN icp.prediction AS prediction
            ON renewed.subject_id = prediction.subject_id AND prediction.subject = $subject
        INNER JOIN icp.model AS model ON model.subject = $subject
        INNER JOIN scored.explanation AS explanation
            ON renewed.subject_id = explanation.subject_id AND explanation.subject = $subject
        INNER JOIN icp.{subject}_contribution AS told ON renewed.subject_id = told.subject_id
        INNER JOIN icp.{subject}_now AS now ON renewed.subject_id = now.subject_id""",
        {"subject": subject.value, "written_at": as_timestamp(written_at)},
    )
    connection.execute("DROP TABLE renewed")
