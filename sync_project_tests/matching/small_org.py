"""A few staged rows written out, and every table of `matched` built from them by the real files."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from graphlib import TopologicalSorter

import duckdb

from sync_project.matching.corrections.overrides import Override, fill_overrides
from sync_project.matching.readings.companies import fill_company_names
from sync_project.matching.readings.email_addresses import fill_email_addresses
from sync_project.matching.readings.websites import fill_websites
from sync_project.matching.record_links import link_records
from sync_project.warehouse.models import build_table, load_models

NOW = datetime(2026, 6, 1, tzinfo=UTC)

Row = Mapping[str, object]

ALL_RULES = [
    "stored_id",
    "converted_lead",
    "newest_contact",
    "website_domain",
    "email_domain",
    "company_name",
]

QUESTION_TABLES = frozenset(
    f"matched.{name}"
    for name in ("unmatched_company", "company_word", "company_candidate", "shared_domain", "suggestion")
)

_SHAPES = {
    "account": "account_id VARCHAR, name VARCHAR, website VARCHAR, type VARCHAR, industry VARCHAR, "
    "annual_revenue DOUBLE, employee_count BIGINT, billing_country VARCHAR, parent_account_id VARCHAR, "
    "owner_id VARCHAR, created_at TIMESTAMP, modified_at TIMESTAMP",
    "contact": "contact_id VARCHAR, account_id VARCHAR, first_name VARCHAR, last_name VARCHAR, "
    "email VARCHAR, title VARCHAR, phone VARCHAR, lead_source VARCHAR, country VARCHAR, owner_id VARCHAR, "
    "created_at TIMESTAMP, modified_at TIMESTAMP",
    "lead": "lead_id VARCHAR, first_name VARCHAR, last_name VARCHAR, company VARCHAR, email VARCHAR, "
    "title VARCHAR, phone VARCHAR, website VARCHAR, lead_source VARCHAR, status VARCHAR, industry VARCHAR, "
    "annual_revenue DOUBLE, employee_count BIGINT, country VARCHAR, owner_id VARCHAR, "
    "is_converted BOOLEAN DEFAULT FALSE, converted_account_id VARCHAR, converted_contact_id VARCHAR, "
    "converted_opportunity_id VARCHAR, created_at TIMESTAMP, modified_at TIMESTAMP",
    "user": "user_id VARCHAR, name VARCHAR, email VARCHAR, is_active BOOLEAN DEFAULT TRUE",
    "opportunity": "opportunity_id VARCHAR, account_id VARCHAR, is_closed BOOLEAN DEFAULT FALSE, "
    "is_won BOOLEAN DEFAULT FALSE, created_at TIMESTAMP",
    "former_email": "record_id VARCHAR, email VARCHAR, reason VARCHAR",
    "redirect": "record_id VARCHAR, target_id VARCHAR, reason VARCHAR",
    "engagement_event": "event_id VARCHAR, occurred_at TIMESTAMP, email VARCHAR, domain VARCHAR, "
    "lead_id VARCHAR, contact_id VARCHAR, kind VARCHAR, properties VARCHAR",
}


def build_matched(
    *,
    account_rules: Sequence[str] = ALL_RULES,
    own_domains: Sequence[str] = (),
    keep_subdomain: bool = False,
    overrides: Sequence[Row] = (),
    tables: Sequence[str] = (),
    **staged: Sequence[Row],
) -> duckdb.DuckDBPyConnection:
    """A connection with the given rows staged (``account=[...]``) and matched built from them."""
    built = duckdb.connect()
    stage(built, **staged)
    build_models(
        built,
        account_rules=account_rules,
        own_domains=own_domains,
        keep_subdomain=keep_subdomain,
        overrides=overrides,
        tables=tables,
    )
    return built


def stage(connection: duckdb.DuckDBPyConnection, **staged: Sequence[Row]) -> None:
    """Create every staged table, empty but for the given rows; a row names only the columns it needs."""
    connection.execute("CREATE SCHEMA staged")
    for table, shape in _SHAPES.items():
        connection.execute(f"CREATE TABLE staged.{table} ({shape})")
        for row in staged.get(table, ()):
            names, marks = ", ".join(row), ", ".join(f"${name}" for name in row)
            connection.execute(f"INSERT INTO staged.{table} ({names}) VALUES ({marks})", dict(row))


def build_models(
    connection: duckdb.DuckDBPyConnection,
    *,
    account_rules: Sequence[str] = ALL_RULES,
    own_domains: Sequence[str] = (),
    keep_subdomain: bool = False,
    overrides: Sequence[Row] = (),
    tables: Sequence[str] = (),
    now: datetime = NOW,
) -> None:
    """Fill and build the given tables and what they read, in the order that the queries ask for.

    Without any: every table of matched but those that only lead to a person's questions, which take as long
    as a quarter of the others. Doing it again on the same connection is a later run.
    """
    corrections = [make_override(line, row) for line, row in enumerate(overrides, start=2)]
    fills: Mapping[str, Callable[[], object]] = {
        "matched.override": lambda: fill_overrides(connection, corrections),
        "matched.website": lambda: fill_websites(
            connection, keep_subdomain=keep_subdomain, own_domains=own_domains
        ),
        "matched.email_address": lambda: fill_email_addresses(connection, own_domains=own_domains),
        "matched.company_name": lambda: fill_company_names(connection),
        "matched.record_link": lambda: link_records(connection, now=now),
    }
    models = {name: model for name, model in load_models().items() if model.schema == "matched"}
    reads = {name: model.reads for name, model in models.items()}
    reads["matched.override"] = frozenset({"matched.record_redirect"})
    reads["matched.record_link"] = frozenset(
        {"matched.override", "matched.person", "matched.person_order", "matched.record_redirect"}
    )
    needed = _list_needs(tables, reads=reads) if tables else reads.keys() - QUESTION_TABLES
    for name in TopologicalSorter({name: reads[name] for name in needed}).static_order():
        if name in fills:
            fills[name]()
        elif name in models and models[name].is_query:
            build_table(
                models[name],
                connection=connection,
                parameters={"account_rules": list(account_rules)},
            )


def _list_needs(tables: Iterable[str], *, reads: Mapping[str, Iterable[str]]) -> set[str]:
    """The tables and all of ``reads`` that they read, directly or not."""
    found, open_tables = set[str](), set(tables)
    while open_tables:
        found |= open_tables
        open_tables = {each for table in open_tables for each in reads[table] if each in reads} - found
    return found


def make_override(line: int, row: Row) -> Override:
    """A correction; the row names kind, key, decision, and perhaps target_id and note."""
    return Override(**{"target_id": None, "note": None, "line": line, **row})  # type: ignore[arg-type]


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    """The rows of a query, sorted."""
    return sorted(connection.execute(query).fetchall(), key=repr)
