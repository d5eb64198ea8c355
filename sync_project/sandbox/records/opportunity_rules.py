"""What follows from an opportunity's stage, amount and close date."""

import sqlite3

from sync_project.sandbox.records.change import Change
from sync_project.sandbox.values import StoredValue, format_datetime


def derive_opportunity(change: Change) -> dict[str, StoredValue]:
    """Stage, probability, expected revenue and fiscal period."""
    row = change.row
    derived = fiscal_values(None if row["CloseDate"] is None else str(row["CloseDate"]))
    if change.is_changed("StageName"):
        staged = stage_values(change.connection, row["StageName"])
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


def stage_values(connection: sqlite3.Connection, stage: StoredValue) -> dict[str, StoredValue]:
    """What a stage decides; a stage the org does not list is open and in the pipeline [K]."""
    found = connection.execute(
        "SELECT IsClosed, IsWon, ForecastCategory, ForecastCategoryName, DefaultProbability "
        'FROM "OpportunityStage" WHERE MasterLabel = ? COLLATE NOCASE',
        (stage,),
    ).fetchone()
    names = ("IsClosed", "IsWon", "ForecastCategory", "ForecastCategoryName", "Probability")
    return dict(zip(names, found or (0, 0, "Pipeline", "Pipeline", 0.0), strict=True))


def expected_revenue(amount: StoredValue, probability: StoredValue) -> float | None:
    """Amount times probability; null without an amount.

    >>> expected_revenue(1000.0, 75.0)
    750.0
    """
    if amount is None:
        return None
    return round(float(amount) * float(probability or 0) / 100, 2)
