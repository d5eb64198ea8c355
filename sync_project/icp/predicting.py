"""What the scorecards say of everybody: ``icp.prediction`` and ``icp.contribution``."""

from collections.abc import Sequence
from typing import Any

import duckdb
import pandas as pd

from sync_project.icp.features.signals import Signal, Subject
from sync_project.icp.levels import Edges
from sync_project.icp.scorecard import Scorecard
from sync_project.warehouse.models import insert_frame


def predict(
    subject: Subject,
    signals: Sequence[Signal],
    model: Scorecard,
    edges: Edges,
    *,
    model_id: str,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Add everybody's prediction and contributions; nothing where there is nobody."""
    frame = connection.execute(f"FROM icp.{subject}_now ORDER BY subject_id").df()
    values = frame[[each.name for each in signals]]
    if values.empty:
        return
    predictions = pd.DataFrame(
        {
            "subject": subject.value,
            "subject_id": frame["subject_id"],
            "model_id": model_id,
            "log_odds": model.decision_function(values),
            "probability": model.predict_proba(values)[:, 1],
            "confidence_pct": 100 * model.confidence(values, [edges.cold, edges.hot]),
        }
    )
    insert_frame("icp.prediction", predictions, connection=connection)
    contributions = model.contributions(values)
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
                    "contribution": contributions[each.name],
                }
            ),
            connection=connection,
        )


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
