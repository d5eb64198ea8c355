"""People as rows of ``matched.person``, and links and duplicates built from them by the real files.

Quicker than ``small_org``, which reads websites, emails and company names into tables first.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import duckdb

from sync_project.matching.emails import read_email
from sync_project.matching.record_links import link_records
from sync_project.warehouse.models import build_table, insert_row, load_models

NOW = datetime(2026, 6, 1, tzinfo=UTC)

_RECORD_TYPES = {"003": "Contact", "00Q": "Lead", "vis": "Visitor"}
_INPUTS = """
CREATE SCHEMA staged;
CREATE SCHEMA matched;
CREATE TABLE staged.account (account_id VARCHAR, name VARCHAR, website VARCHAR, owner_id VARCHAR);
CREATE TABLE staged.user (user_id VARCHAR, name VARCHAR, is_active BOOLEAN);
CREATE TABLE matched.person (person_id VARCHAR, record_type VARCHAR, first_name VARCHAR, last_name VARCHAR,
    email_normalized VARCHAR, email_kind VARCHAR, company_domain VARCHAR, duplicate_key VARCHAR,
    website_domain VARCHAR, created_at TIMESTAMP);
CREATE TABLE matched.account_match (person_id VARCHAR, account_id VARCHAR);
CREATE TABLE matched.affiliation (person_id VARCHAR, account_id VARCHAR, account_name VARCHAR,
    assigned_owner_name VARCHAR);
CREATE TABLE matched.record_redirect (record_id VARCHAR, final_record_id VARCHAR);
CREATE TABLE matched.override (kind VARCHAR, key VARCHAR, decision VARCHAR, target_id VARCHAR);
CREATE TABLE matched.former_address (email_normalized VARCHAR, person_id VARCHAR);
CREATE TABLE matched.person_match (person_id VARCHAR, other_person_id VARCHAR);
CREATE TABLE matched.account_duplicate (account_id VARCHAR, keep_account_id VARCHAR, certainty VARCHAR,
    rule VARCHAR, key VARCHAR, doubt VARCHAR);
CREATE TABLE matched.account_standing (account_id VARCHAR, standing BIGINT);
"""


def open_people(*, threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A connection on which nobody is known yet."""
    connection = duckdb.connect(config={"threads": threads})
    connection.execute(_INPUTS)
    return connection


def add_people(connection: duckdb.DuckDBPyConnection, *people: Mapping[str, object]) -> None:
    """Add rows of matched.person, each with a person_id.

    The record type is read from the id, the email by the real rules; account_id, account_name and owner_name
    go where they belong.
    """
    for given in people:
        person_id, email = str(given["person_id"]), given.get("email")
        reading = read_email(str(email) if email else None)
        described = {
            "record_type": _RECORD_TYPES[person_id[:3]],
            "email_normalized": reading.normalized,
            "email_kind": str(reading.kind) if email else None,
            "company_domain": reading.company_domain,
            "duplicate_key": reading.duplicate_key,
        }
        own = {"person_id", "first_name", "last_name", "website_domain", "created_at"} & given.keys()
        insert_row("matched.person", described | {name: given[name] for name in own}, connection=connection)
        affiliation = {
            "person_id": person_id,
            "account_id": given.get("account_id"),
            "account_name": given.get("account_name"),
            "assigned_owner_name": given.get("owner_name"),
        }
        insert_row("matched.affiliation", affiliation, connection=connection)
        if given.get("account_id"):
            match = {"person_id": person_id, "account_id": given["account_id"]}
            insert_row("matched.account_match", match, connection=connection)


def build_duplicates(connection: duckdb.DuckDBPyConnection, *, now: datetime = NOW) -> None:
    """Link the records and find the duplicates; doing it again is a later run."""
    _build("matched.person_order", connection=connection)
    link_records(connection, now=now)
    for name in ("person_standing", "person_key", "person_link", "duplicate"):
        _build(f"matched.{name}", connection=connection)


def find_duplicates(*people: Mapping[str, object], threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A connection with these people and their duplicates."""
    connection = open_people(threads=threads)
    add_people(connection, *people)
    build_duplicates(connection)
    return connection


def build_to_merge(connection: duckdb.DuckDBPyConnection) -> None:
    """What a person should merge, from the duplicates that were found."""
    for name in ("merge_pair", "to_merge"):
        _build(f"matched.{name}", connection=connection)


def _build(name: str, *, connection: duckdb.DuckDBPyConnection) -> None:
    build_table(load_models()[name], connection=connection, parameters={})
