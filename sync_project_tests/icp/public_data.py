"""The public data sets that lie beside a checkout, without their leaks, oldest row first.

A set is a table of fields, its outcomes and the order of time; where the files are absent the test skips.
``SYNC_PROJECT_PUBLIC_DATA`` names the folder where they lie elsewhere.
"""

import os
from pathlib import Path

import pandas as pd
import pytest

BESIDE = Path(__file__).parents[2].parent / "shared" / "data"
DATA = Path(os.environ.get("SYNC_PROJECT_PUBLIC_DATA", BESIDE))

DataSet = tuple[pd.DataFrame, pd.Series, pd.Series]


def x_education() -> DataSet:
    leads = _read("xeducation/leads.csv")
    leaks = ["Tags", "Lead Quality", "Lead Profile", "Last Activity", "Last Notable Activity"]
    fields = leads.drop(columns=["Prospect ID", "Lead Number", "Converted", *leaks])
    fields = fields.loc[:, ~fields.columns.str.startswith(("Asymmetrique", "Unnamed"))]
    return _in_time_order(fields, leads["Converted"], leads["Lead Number"])


def ibm_sales() -> DataSet:
    deals = _read("ibm_sales/opportunities.csv")
    fields = deals[
        [
            "Supplies Subgroup",
            "Supplies Group",
            "Region",
            "Route To Market",
            "Opportunity Amount USD",
            "Client Size By Revenue",
            "Client Size By Employee Count",
            "Revenue From Client Past Two Years",
            "Competitor Type",
        ]
    ]
    won = (deals["Opportunity Result"] == "Won").astype(int)
    return _in_time_order(fields, won, deals["Opportunity Number"])


def maven_crm() -> DataSet:
    deals = _read("maven_crm/sales_pipeline.csv")
    deals = deals[deals["deal_stage"].isin(["Won", "Lost"])]
    deals = deals.merge(_read("maven_crm/accounts.csv"), on="account", how="left")
    fields = deals[
        [
            "sales_agent",
            "product",
            "account",
            "sector",
            "year_established",
            "revenue",
            "employees",
            "office_location",
            "subsidiary_of",
        ]
    ]
    engaged = pd.to_datetime(deals["engage_date"], format="%d-%m-%y")
    return _in_time_order(fields, (deals["deal_stage"] == "Won").astype(int), engaged)


def bank_marketing() -> DataSet:
    """Calls of a bank in the order of the file, which is that of time; their duration is known afterwards."""
    calls = _read("bank_marketing/calls.csv")
    fields = calls.drop(columns=["duration", "y"])
    return fields, (calls["y"] == "yes").astype(int), pd.Series(calls.index)


def _read(name: str) -> pd.DataFrame:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"there is no public data set {path}: name its folder in SYNC_PROJECT_PUBLIC_DATA")
    return pd.read_csv(path)


def _in_time_order(fields: pd.DataFrame, won: pd.Series, moment: pd.Series) -> DataSet:
    order = moment.sort_values(kind="stable").index
    return tuple(table.loc[order].reset_index(drop=True) for table in (fields, won, moment))
