"""A few rows of ``icp.backtest_prediction``, and the tables that come from them."""

from datetime import datetime, timedelta

import duckdb
import pandas as pd

from sync_project.warehouse.models import build_table, insert_frame, load_models

TABLE = "icp.backtest_prediction"
START = datetime(2026, 1, 1)


def keep_predictions(rows, *, connection=None):
    """Each row says what differs from a warm person's lesson of the last origin, in the order of time."""
    made = connection or duckdb.connect()
    build_table(load_models()[TABLE], connection=made, parameters={})
    given = [
        {
            "subject": "person",
            "example_id": f"lesson {number:04}",
            "origin_pct": 90,
            "decided_at": START + timedelta(hours=number),
            "base_rate": 0.5,
            "probability": 0.5,
            "tier": 2,
            "confidence_pct": 80.0,
            "later_tier": 2,
            "is_won": False,
        }
        | row
        for number, row in enumerate(rows)
    ]
    if given:
        insert_frame(TABLE, pd.DataFrame(given), connection=made)
    return made


def build_rows(table, rows, columns="*"):
    """The columns of a table as it comes from these predictions."""
    made = keep_predictions(rows)
    build_table(load_models()[table], connection=made, parameters={})
    return made.execute(f"SELECT {columns} FROM {table}").fetchall()
