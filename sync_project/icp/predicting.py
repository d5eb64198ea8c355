"""What the scorecards say of everybody: ``icp.prediction`` and, signal by signal, the contributions."""

from collections.abc import Sequence
from typing import Any

import duckdb
import pandas as pd

from sync_project.icp.features.signals import Signal, Subject
from sync_project.icp.levels import Edges
from sync_project.icp.scorecard import Scorecard
from sync_project.icp.scoring_query import contribute, score_query
from sync_project.warehouse.models import insert_frame, quote_name

VECTORS_AT_ONCE = 50
"""Of DuckDB's, which hold 2,048 rows."""


def predict(
    subject: Subject,
    signals: Sequence[Signal],
    model: Scorecard,
    edges: Edges,
    *,
    model_id: str,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Add everybody's prediction, and replace ``icp.<subject>_contribution``; reads ``icp.points``."""
    _contribute(f"icp.{subject}_now", subject, signals, connection=connection)
    contributions = f"icp.{subject}_contribution"
    confidence = _find_confidence(f"icp.{subject}_now", signals, model, edges, connection=connection)
    connection.register("found_confidence", confidence)
    connection.execute(
        f"""INSERT INTO icp.prediction BY NAME
        SELECT $subject AS subject, $model_id AS model_id, score.*, confidence.confidence_pct
        FROM ({score_query(contributions, sides={each.name: each.side for each in signals})}) AS score
        INNER JOIN found_confidence AS confidence ON score.subject_id = confidence.subject_id
        ORDER BY score.subject_id""",
        {"subject": subject.value, "model_id": model_id, "base": model.base_log_odds_},
    )
    connection.unregister("found_confidence")
    frame = connection.execute(f"FROM icp.{subject}_now ORDER BY subject_id").df()
    values = frame[[each.name for each in signals]]
    if values.empty:
        return
    said = model.contributions(values)
    for each in signals:
        insert_frame(
            "icp.contribution",
            pd.DataFrame(
                {
                    "subject": subject.value,
                    "subject_id": frame["subject_id"],
                    "signal": each.name,
                    "label": each.label,
                    "value": _spell(values[each.name]),
                    "contribution": said[each.name],
                }
            ),
            connection=connection,
        )


def predict_nobody(
    subject: Subject, signals: Sequence[Signal], *, connection: duckdb.DuckDBPyConnection
) -> None:
    """Empty ``icp.<subject>_contribution``: nothing that is learnt may be said."""
    _contribute(f"(FROM icp.{subject}_now LIMIT 0)", subject, signals, connection=connection)


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


def _find_confidence(
    values: str,
    signals: Sequence[Signal],
    model: Scorecard,
    edges: Edges,
    *,
    connection: duckdb.DuckDBPyConnection,
) -> pd.DataFrame:
    """subject_id and confidence_pct of every row, some rows at a time so that memory is bounded."""
    names = [each.name for each in signals]
    rows = connection.execute(f"SELECT {', '.join(map(quote_name, ['subject_id', *names]))} FROM {values}")
    found = [pd.DataFrame({"subject_id": pd.Series(dtype="str"), "confidence_pct": pd.Series(dtype=float)})]
    while len(chunk := rows.fetch_df_chunk(VECTORS_AT_ONCE)):
        confidence = 100 * model.confidence(chunk[names], [edges.cold, edges.hot])
        found.append(pd.DataFrame({"subject_id": chunk["subject_id"], "confidence_pct": confidence}))
    return pd.concat(found, ignore_index=True)


def _spell(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Values as people read them: whole numbers without a point, nothing for what is unknown."""
    if not pd.api.types.is_numeric_dtype(column):
        return column
    return column.map(_spell_number, na_action="ignore").astype("str")


def _spell_number(number: float) -> str:
    """Thousands parted, whole numbers without a point, never a power of ten.

    >>> _spell_number(2.0), _spell_number(1234.5), _spell_number(3e12)
    ('2', '1,234.5', '3,000,000,000,000')
    """
    return f"{number:,.0f}" if number == round(number) else f"{number:,.12g}"
