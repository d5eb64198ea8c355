"""The same rules in polars: winners by sorting, matches by left joins, the first that reaches coalesced."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from sync_project_tests.benchmarks.matchers.standing import FROM_GREATEST, TIE_BREAKS

OWNER = ("account_id", "runner_up", "candidates", "tie_break")


def match_files(folder: Path, names: Iterable[str]) -> None:
    """From the Parquet file of each table to ``polars.parquet``."""
    tables = {name: pl.scan_parquet(folder / f"{name}.parquet") for name in names}
    match_all(tables).write_parquet(folder / "polars.parquet")


def match_all(tables: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """One row per person with an account: id, rule, key and what OWNER names."""
    accounts = _rank_accounts(tables)
    domains = _owners_of("domain", accounts)
    rules = {
        "converted_lead": ("email_normalized", _newest(tables, "lead", "lead_id", "converted_account_id")),
        "newest_contact": ("email_normalized", _newest(tables, "contact", "contact_id", "account_id")),
        "website_domain": ("website_domain", domains),
        "email_domain": ("company_domain", domains),
        "company_name": ("company_key", _owners_of("company_key", accounts)),
        "loose_company_name": ("loose_company_key", _owners_of("loose_company_key", accounts)),
    }
    matched = tables["person"].with_columns(
        stored_id_account_id="filed_account_id",
        stored_id_runner_up=pl.lit(None, pl.String),
        stored_id_candidates=pl.lit(1, pl.UInt32),
        stored_id_tie_break=pl.lit(None, pl.String),
    )
    for rule, (column, owners) in rules.items():
        named = owners.select("key", *(pl.col(each).alias(f"{rule}_{each}") for each in OWNER))
        matched = matched.join(named, left_on=column, right_on="key", how="left")
    keys = {"stored_id": "stored_account_id"} | {rule: column for rule, (column, _) in rules.items()}
    reached = [pl.when(pl.col(f"{rule}_account_id").is_not_null()).then(pl.lit(rule)) for rule in keys]
    chosen = matched.with_columns(match_rule=pl.coalesce(reached)).filter(pl.col("match_rule").is_not_null())

    def pick(column_of: Mapping[str, str]) -> pl.Expr:
        return pl.coalesce(
            [pl.when(pl.col("match_rule") == rule).then(pl.col(column_of[rule])) for rule in keys]
        )

    return chosen.select(
        "person_id",
        pl.col("match_rule").str.replace("loose_", "", literal=True),
        pick(keys).alias("match_key"),
        *(pick({rule: f"{rule}_{each}" for rule in keys}).alias(each) for each in OWNER),
    ).collect(engine="streaming")


def _rank_accounts(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    account, deals = tables["account"], tables["opportunity"]
    won = deals.filter("is_won").select("account_id").unique().with_columns(is_won=pl.lit(value=True))
    open_deals = (
        deals.filter(~pl.col("is_closed"))
        .select("account_id")
        .unique()
        .with_columns(is_open=pl.lit(value=True))
    )
    counts = tables["contact"].group_by("account_id").len("contact_count")
    users = tables["user"].rename({"user_id": "owner_id"})
    parents = account.select(parent_account_id="account_id", has_parent=pl.lit(value=True))
    return (
        account.join(won, on="account_id", how="left")
        .join(open_deals, on="account_id", how="left")
        .join(counts, on="account_id", how="left")
        .join(users, on="owner_id", how="left")
        .join(parents, on="parent_account_id", how="left")
        .with_columns(
            is_owner_active=pl.col("is_active").fill_null(value=False),
            is_customer=pl.col("type").str.to_lowercase().str.starts_with("customer")
            | pl.col("is_won").fill_null(value=False),
            has_open_pipeline=pl.col("is_open").fill_null(value=False),
            is_top=pl.col("has_parent").is_null(),
            contact_count=pl.col("contact_count").fill_null(0),
        )
    )


def _owners_of(key: str, accounts: pl.LazyFrame) -> pl.LazyFrame:
    ordered = accounts.filter(pl.col(key).is_not_null()).sort(
        list(FROM_GREATEST), descending=list(FROM_GREATEST.values())
    )
    grouped = ordered.group_by(key, maintain_order=True).agg(
        pl.len().alias("candidates"),
        *(pl.col(each).first() for each in FROM_GREATEST),
        *(pl.col(each).get(1, null_on_oob=True).alias(f"{each}_next") for each in FROM_GREATEST),
    )
    decided = [
        pl.when(pl.col(column).ne_missing(pl.col(f"{column}_next"))).then(pl.lit(reason))
        for column, reason in zip(FROM_GREATEST, TIE_BREAKS, strict=True)
    ]
    return grouped.select(
        pl.col(key).alias("key"),
        "account_id",
        pl.col("account_id_next").alias("runner_up"),
        "candidates",
        pl.when(pl.col("candidates") > 1).then(pl.coalesce(decided)).alias("tie_break"),
    )


def _newest(tables: Mapping[str, pl.LazyFrame], table: str, record_id: str, account_id: str) -> pl.LazyFrame:
    known = tables["account"].select(pl.col("account_id").alias(account_id))
    ordered = (
        tables[table]
        .join(known, on=account_id, how="semi")
        .sort("created_at", record_id, descending=True)
        .unique(["email", account_id], keep="first", maintain_order=True)
    )
    grouped = ordered.group_by("email", maintain_order=True).agg(
        pl.len().alias("candidates"),
        pl.col(account_id).first().alias("account_id"),
        pl.col(account_id).get(1, null_on_oob=True).alias("runner_up"),
        pl.col("created_at").first(),
        pl.col("created_at").get(1, null_on_oob=True).alias("created_at_next"),
    )
    return grouped.select(
        pl.col("email").alias("key"),
        "account_id",
        "runner_up",
        "candidates",
        pl.when(pl.col("candidates") > 1)
        .then(
            pl.when(pl.col("created_at") != pl.col("created_at_next"))
            .then(pl.lit("newest"))
            .otherwise(pl.lit("greatest_id"))
        )
        .alias("tie_break"),
    )
