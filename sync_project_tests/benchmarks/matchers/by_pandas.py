"""The same rules as a pandas script would have them: winners by sorting, matches by merging."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from sync_project_tests.benchmarks.matchers.standing import FROM_GREATEST, TIE_BREAKS

RESULT = ["person_id", "account_id", "match_rule", "match_key", "runner_up", "candidates", "tie_break"]


def match_files(folder: Path, names: Iterable[str]) -> None:
    """From the Parquet file of each table to ``pandas.parquet``."""
    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in names}
    match_all(tables).to_parquet(folder / "pandas.parquet")


def match_all(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per person with an account: the RESULT columns."""
    accounts = _rank_accounts(tables)
    person = tables["person"]
    emails = _owners_of_emails(tables)
    domains = _owners_of(tables["account"], "domain", accounts)
    names = _owners_of(tables["account"], "company_key", accounts)
    loose_names = _owners_of(tables["account"], "loose_company_key", accounts)
    filed = person[person["filed_account_id"].notna()].rename(
        columns={"filed_account_id": "account_id", "stored_account_id": "match_key"}
    )
    found = [filed.assign(match_rule="stored_id", runner_up=None, candidates=1, tie_break=None)[RESULT]]
    rest = person[person["filed_account_id"].isna()]
    for rule, column, owners in (
        ("converted_lead", "email_normalized", emails["converted_lead"]),
        ("newest_contact", "email_normalized", emails["newest_contact"]),
        ("website_domain", "website_domain", domains),
        ("email_domain", "company_domain", domains),
        ("company_name", "company_key", names),
        ("company_name", "loose_company_key", loose_names),
    ):
        keyed = rest[rest[column].notna()]
        hit = keyed[["person_id", column]].merge(owners, left_on=column, right_on="key")
        found.append(hit.assign(match_rule=rule).rename(columns={column: "match_key"})[RESULT])
        rest = rest[~rest["person_id"].isin(hit["person_id"])]
    return pd.concat(found, ignore_index=True)


def _rank_accounts(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    account, deals = tables["account"], tables["opportunity"]
    won = deals.loc[deals["is_won"], "account_id"].unique()
    open_deals = deals.loc[~deals["is_closed"], "account_id"].unique()
    counts = tables["contact"]["account_id"].value_counts()
    active = tables["user"].loc[tables["user"]["is_active"], "user_id"]
    ranked = account.assign(
        is_owner_active=account["owner_id"].isin(active),
        is_customer=account["type"].str.lower().str.startswith("customer") | account["account_id"].isin(won),
        has_open_pipeline=account["account_id"].isin(open_deals),
        is_top=~account["parent_account_id"].isin(account["account_id"]),
        contact_count=account["account_id"].map(counts).fillna(0).astype("int64"),
    )
    return ranked.sort_values(
        list(FROM_GREATEST), ascending=[not each for each in FROM_GREATEST.values()]
    ).reset_index(drop=True)


def _owners_of(account: pd.DataFrame, key: str, accounts: pd.DataFrame) -> pd.DataFrame:
    """The best account of each key, the next one, and what decided between them."""
    keyed = accounts[accounts[key].notna()]
    place = keyed.groupby(key).cumcount()
    best, second = keyed[place == 0], keyed[place == 1]
    owners = best.merge(second, on=key, how="left", suffixes=("", "_next"))
    owners["candidates"] = owners[key].map(keyed[key].value_counts())
    owners["tie_break"] = None
    for column, reason in reversed(list(zip(FROM_GREATEST, TIE_BREAKS, strict=True))):
        differs = owners[column] != owners[f"{column}_next"]
        owners["tie_break"] = owners["tie_break"].mask(differs, reason)
    owners["tie_break"] = owners["tie_break"].where(owners["account_id_next"].notna(), None)
    return owners.rename(columns={key: "key", "account_id_next": "runner_up"})[
        ["key", "account_id", "runner_up", "candidates", "tie_break"]
    ]


def _owners_of_emails(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    contact = tables["contact"].rename(columns={"contact_id": "record_id"})
    lead = tables["lead"].rename(columns={"lead_id": "record_id"})
    converted = lead[lead["is_converted"]].drop(columns="account_id", errors="ignore")
    converted = converted.rename(columns={"converted_account_id": "account_id"})
    return {
        rule: _newest(records[records["account_id"].isin(tables["account"]["account_id"])])
        for rule, records in (("newest_contact", contact), ("converted_lead", converted))
    }


def _newest(records: pd.DataFrame) -> pd.DataFrame:
    ordered = records.sort_values(["created_at", "record_id"], ascending=False)
    ordered = ordered.drop_duplicates(["email", "account_id"])
    place = ordered.groupby("email").cumcount()
    owners = ordered[place == 0].merge(ordered[place == 1], on="email", how="left", suffixes=("", "_next"))
    owners["candidates"] = owners["email"].map(ordered["email"].value_counts())
    owners["tie_break"] = None
    has_next = owners["account_id_next"].notna()
    newer = owners["created_at"] != owners["created_at_next"]
    owners["tie_break"] = owners["tie_break"].mask(has_next & newer, "newest")
    owners["tie_break"] = owners["tie_break"].mask(has_next & ~newer, "greatest_id")
    return owners.rename(columns={"email": "key", "account_id_next": "runner_up"})[
        ["key", "account_id", "runner_up", "candidates", "tie_break"]
    ]
