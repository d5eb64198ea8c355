"""Whether every score is the sum of what its signals add, as it stands in the tables."""

import duckdb

from sync_project.icp.features.signals import Subject
from sync_project.warehouse.models import quote_name

LARGEST_GAP = 1e-9
"""In log-odds; sums of doubles in another order differ by less."""


def broken_sums_query(*, connection: duckdb.DuckDBPyConnection) -> str:
    """Predictions that their contributions do not explain: subject, subject_id, what is said and the sum.

    A prediction without contributions is one, and so are contributions without a prediction, an unknown
    number, sides that do not sum to the score, and a probability of other log-odds.
    """
    parts = [_query_subject(subject, connection=connection) for subject in Subject]
    return f"{' UNION ALL '.join(parts)} ORDER BY subject, subject_id"


def _query_subject(subject: Subject, *, connection: duckdb.DuckDBPyConnection) -> str:
    table = f"icp.{subject}_contribution"
    columns = [name for name, *_ in connection.execute(f"DESCRIBE {table}").fetchall()]
    signals = [f"contribution.{quote_name(name)}" for name in columns if name != "subject_id"]
    return f"""SELECT '{subject}' AS subject, subject_id, log_odds, summed, sides, probability
        FROM (
            SELECT coalesce(prediction.subject_id, contribution.subject_id) AS subject_id,
                prediction.log_odds, prediction.probability,
                {" + ".join(["model.base_log_odds", *signals])} AS summed,
                model.base_log_odds + prediction.fit + prediction.engagement AS sides
            FROM (FROM icp.prediction WHERE subject = '{subject}') AS prediction
            FULL JOIN {table} AS contribution ON prediction.subject_id = contribution.subject_id
            LEFT JOIN icp.model AS model ON model.subject = '{subject}'
        )
        WHERE NOT coalesce(
            abs(log_odds - summed) <= {LARGEST_GAP} AND abs(log_odds - sides) <= {LARGEST_GAP}
            AND abs(probability - 1 / (1 + exp(-log_odds))) <= {LARGEST_GAP}, FALSE)"""
