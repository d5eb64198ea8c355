"""What follows from an opportunity's stage, amount and close date."""

import sqlite3

from sync_project.sandbox.records.change import Change
from sync_project.sandbox.values import StoredValue, format_datetime

_UNLISTED_STAGE: dict[str, StoredValue] = {
    "IsClosed": 0,
    "IsWon": 0,
    "ForecastCategory": "Pipeline",
    "ForecastCategoryName": "Pipeline",
    "Probability": 0.0,
}
"""A stage the org does not list is open and in the pipeline [K]."""


def derive_opportunity(change: Change) -> dict[str, StoredValue]:
    """Stage, probability, expected revenue and fiscal period."""
    row = change.row
    derived = fiscal_values(None if row["CloseDate"] is None else str(row["CloseDate"]))
    if change.is_changed("StageName"):
        staged = read_stages(change.connection).get(str(row["StageName"]).lower(), _UNLISTED_STAGE)
        derived |= {name: value for name, value in staged.items() if name not in change.given}
        if change.before is not None:
            derived["LastStageChangeDate"] = format_datetime(change.now)
    probability = derived.get("Probability", row["Probability"])
    derived["ExpectedRevenue"] = expected_revenue(row["Amount"], probability)
    return derived


def fiscal_values(close_date: str | None) -> dict[str, StoredValue]:
    """The fiscal period, for the standard fiscal year that starts in January.

    >>> fiscal_values("2026-05-31")
    {'FiscalYear': 2026, 'FiscalQuarter': 2, 'Fiscal': '2026 2'}
    """
    if close_date is None:
        return {"FiscalYear": None, "FiscalQuarter": None, "Fiscal": None}
    year, quarter = int(close_date[:4]), (int(close_date[5:7]) + 2) // 3
    return {"FiscalYear": year, "FiscalQuarter": quarter, "Fiscal": f"{year} {quarter}"}


def read_stages(connection: sqlite3.Connection) -> dict[str, dict[str, StoredValue]]:
    """What the org's stages decide, by lower-case label."""
    rows = connection.execute(
        "SELECT MasterLabel, IsClosed, IsWon, ForecastCategory, ForecastCategoryName, "
        'DefaultProbability FROM "OpportunityStage"'
    ).fetchall()
    return {label.lower(): dict(zip(_UNLISTED_STAGE, values, strict=True)) for label, *values in rows}


def expected_revenue(amount: StoredValue, probability: StoredValue) -> float | None:
    """Amount times probability; null without an amount.

    >>> expected_revenue(1000.0, 75.0)
    750.0
    """
    if amount is None:
        return None
    return round(float(amount) * float(probability or 0) / 100, 2)
