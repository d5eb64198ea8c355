"""The tables of this project, from the standing of accounts to the match of each person."""

from pathlib import Path

import duckdb

from sync_project.warehouse.models import build_table, load_models

INDEX = ("matched.account_standing", "matched.key_owner")
MATCH = "matched.account_match"
PARAMETERS = {
    "account_rules": [
        "stored_id", "converted_lead", "newest_contact", "website_domain", "email_domain", "company_name",
    ],
}  # fmt: skip


def build_index(connection: duckdb.DuckDBPyConnection) -> None:
    """Which account each key means."""
    for table in INDEX:
        build_table(load_models()[table], connection=connection, parameters=PARAMETERS)


def match(connection: duckdb.DuckDBPyConnection) -> int:
    """The account of everybody in matched.person; returns how many have one."""
    return build_table(load_models()[MATCH], connection=connection, parameters=PARAMETERS)


def match_all(path: Path, *, memory_limit: str | None = None) -> int:
    """Index and match, in the file; returns how many people have an account."""
    with duckdb.connect(path) as connection:
        if memory_limit:
            connection.execute("SET memory_limit = $limit", {"limit": memory_limit})
        build_index(connection)
        return match(connection)
