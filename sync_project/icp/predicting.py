"""What the scorecards say of those who are evaluated: ``icp.prediction`` and, by signal, contributions."""

from collections.abc import Sequence

import duckdb
import pandas as pd

from sync_project.icp.features.signals import Signal, Subject
from sync_project.icp.levels import Edges
from sync_project.icp.scorecard import Scorecard
from sync_project.icp.scoring_query import contribute, score_query
from sync_project.warehouse.models import count_rows, quote_name

CHANCES = ("cold_pct", "warm_pct", "hot_pct", "confidence_pct")
VECTORS_AT_ONCE = 50
"""Of DuckDB's, which hold 2,048 rows."""


def predict(
    subject: Subject,
    signals: Sequence[Signal],
    model: Scorecard,
    edges: Edges,
    *,
    model_id: str,
    most_confidence_pct: float,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Add predictions of all but those in ``icp.not_evaluated``, and replace ``icp.<subject>_contribution``.

    Reads ``icp.points``.
    """
    values = _find_evaluated(subject, connection=connection)
    _contribute(values, subject, signals, connection=connection)
    contributions = f"icp.{subject}_contribution"
    chances = _find_chances(values, signals, model, edges, connection=connection)
    connection.register("found_chances", chances)
    connection.execute(
        f"""INSERT INTO icp.prediction BY NAME
        SELECT $subject AS subject, $model_id AS model_id, score.*,
            chances.* EXCLUDE (subject_id, confidence_pct),
            least(chances.confidence_pct, $most_confidence_pct) AS confidence_pct
        FROM ({score_query(contributions, sides={each.name: each.side for each in signals})}) AS score
        INNER JOIN found_chances AS chances ON score.subject_id = chances.subject_id
        ORDER BY score.subject_id""",
        {
            "subject": subject.value,
            "model_id": model_id,
            "base": model.base_log_odds_,
            "most_confidence_pct": most_confidence_pct,
        },
    )
    connection.unregister("found_chances")


def predict_nobody(
    subject: Subject, signals: Sequence[Signal], *, connection: duckdb.DuckDBPyConnection
) -> None:
    """Empty ``icp.<subject>_contribution``: nothing that is learnt may be said."""
    _contribute(f"(FROM icp.{subject}_now LIMIT 0)", subject, signals, connection=connection)


def _find_evaluated(subject: Subject, *, connection: duckdb.DuckDBPyConnection) -> str:
    """Where the values of those who are scored stand."""
    everybody = f"icp.{subject}_now"
    left_out = f"(FROM icp.not_evaluated WHERE subject = '{subject}')"
    if not count_rows(left_out, connection=connection):
        return everybody
    return f"""(SELECT now.* FROM {everybody} AS now
        ANTI JOIN {left_out} AS left_out ON now.subject_id = left_out.subject_id ORDER BY now.subject_id)"""


def _contribute(
    values: str, subject: Subject, signals: Sequence[Signal], *, connection: duckdb.DuckDBPyConnection
) -> None:
    contribute(
        f"icp.{subject}_contribution",
        values=values,
        points=f"(FROM icp.points WHERE subject = '{subject}')",
        signals=[each.name for each in signals],
        connection=connection,
    )


def _find_chances(
    values: str,
    signals: Sequence[Signal],
    model: Scorecard,
    edges: Edges,
    *,
    connection: duckdb.DuckDBPyConnection,
) -> pd.DataFrame:
    """Each row's chance of every level and of its own, some rows at a time so that memory is bounded."""
    names = [each.name for each in signals]
    rows = connection.execute(f"SELECT {', '.join(map(quote_name, ['subject_id', *names]))} FROM {values}")
    found = [pd.DataFrame(columns=["subject_id", *CHANCES]).astype(dict.fromkeys(CHANCES, float))]
    while len(chunk := rows.fetch_df_chunk(VECTORS_AT_ONCE)):
        located = model.locate(chunk[names])
        chances = zip(CHANCES, (*edges.chances(*located).T, edges.confidence(*located)), strict=True)
        found.append(
            pd.DataFrame({"subject_id": chunk["subject_id"]} | {name: 100 * each for name, each in chances})
        )
    return pd.concat(found, ignore_index=True)
