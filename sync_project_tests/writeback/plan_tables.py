"""Builders of what a plan reads: an org's fields and records, and our scores, each valid until changed."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb

from sync_project.ingest.columns import column_type
from sync_project.ingest.objects import table_name
from sync_project.settings.load import build_settings
from sync_project.settings.writeback import WritebackSettings
from sync_project.warehouse.models import build_table, load_models, quote_name
from sync_project.writeback.candidates import build_candidates
from sync_project.writeback.routing import build_routed

Row = Mapping[str, object]

NOW = datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)
EXTERNAL_ID = "Sync_Project_Id__c"
ADA = "003000000000001AAA"
LEAD = "00Q000000000001EAA"
ACME = "001000000000001AAA"

_PERSON_SHAPE = """person_id VARCHAR, record_type VARCHAR, score BIGINT, level VARCHAR, confidence_pct BIGINT,
    probability_pct BIGINT, fit_points BIGINT, engagement_points BIGINT, top_signals VARCHAR,
    reasoning VARCHAR, evaluated_at TIMESTAMP,
    first_name VARCHAR, last_name VARCHAR, email VARCHAR, title VARCHAR, company VARCHAR, country VARCHAR,
    lead_source VARCHAR, account_id VARCHAR, account_name VARCHAR, account_website VARCHAR,
    account_owner_id VARCHAR, account_owner_name VARCHAR, account_owner_email VARCHAR,
    assigned_owner_id VARCHAR, assigned_owner_name VARCHAR, assigned_owner_email VARCHAR,
    organisation_id VARCHAR, propensity VARCHAR"""
_ACCOUNT_SHAPE = """account_id VARCHAR, name VARCHAR, website VARCHAR, domain VARCHAR, country VARCHAR,
    account_owner_id VARCHAR, account_owner_name VARCHAR, account_owner_email VARCHAR,
    propensity_score BIGINT, propensity VARCHAR, confidence_pct BIGINT, probability_pct BIGINT,
    fit_points BIGINT, engagement_points BIGINT, top_signals VARCHAR, reasoning VARCHAR,
    evaluated_at TIMESTAMP"""

_ORGANISATION_SHAPE = """organisation_id VARCHAR, domain VARCHAR, name VARCHAR, person_count BIGINT,
    propensity_score BIGINT, propensity VARCHAR, confidence_pct BIGINT, probability_pct BIGINT,
    fit_points BIGINT, engagement_points BIGINT, top_signals VARCHAR, reasoning VARCHAR,
    sync_threshold BIGINT, is_ready BOOLEAN, waits_for VARCHAR,
    not_created_because VARCHAR, evaluated_at TIMESTAMP"""


def make_settings(**changes: Any) -> WritebackSettings:
    """Only the score is mapped, on contacts and leads, and the propensity on accounts."""
    score = [{"source": "score", "field": "Score__c"}]
    base: dict[str, Any] = {
        "target_policy": "both",
        "contact": {"fields": score},
        "lead": {"fields": score},
        "account": {"fields": [{"source": "propensity", "field": "Propensity__c"}]},
    }
    for name, change in changes.items():
        base[name] = base[name] | change if isinstance(change, dict) else change
    rules = {"account_rules": ["create"]}
    return build_settings({"writeback": base, "matching": rules}, origin="test").writeback


def map_contact(*mappings: Row, **changes: Any) -> WritebackSettings:
    """Contacts with these mappings; nothing else is written."""
    return make_settings(
        contact={"fields": list(mappings)} | changes, lead={"update": False}, account={"update": False}
    )


def make_field(name: str, kind: str = "string", **changes: object) -> Row:
    """A row of ``raw.field``: a text of 255 characters that may be empty, seen and written."""
    length = 255 if column_type(kind) == "VARCHAR" else 0
    base = {
        "field_name": name,
        "label": name,
        "type": kind,
        "length": length,
        "scale": 0,
        "is_nillable": True,
        "is_createable": True,
        "is_updateable": True,
        "is_defaulted": False,
        "is_calculated": False,
        "is_rich_text": False,
        "is_external_id": False,
        "is_imported": True,
    }
    return base | changes


def standard_fields() -> dict[str, list[Row]]:
    """The fields of the three objects by object name."""
    system = [
        make_field("Id", "id", is_createable=False, is_updateable=False),
        make_field("IsDeleted", "boolean"),
    ]
    own = [make_field(EXTERNAL_ID, is_external_id=True), make_field("Score__c", "double", scale=0)]
    person = [make_field("Email", "email", length=80), make_field("LastName", length=80, is_nillable=False)]
    return {
        "Contact": [*system, *own, *person],
        "Lead": [*system, *own, *person, make_field("Company", is_nillable=False)],
        "Account": [*system, make_field("Propensity__c", length=20)],
    }


def make_person(person_id: str = ADA, **changes: object) -> Row:
    """A row of ``scored.person``: a contact, hot, with a score of 87."""
    base = {
        "person_id": person_id,
        "record_type": "Contact",
        "score": 87,
        "level": "hot",
        "email": f"{person_id.lower()}@example.com",
        "last_name": "Lovelace",
        "evaluated_at": NOW.replace(tzinfo=None),
    }
    return base | changes


def make_visitor(email: str = "new@example.com", **changes: object) -> Row:
    """A person whom Salesforce does not know yet."""
    return make_person(f"visitor:{email}", record_type="Visitor", email=email, **changes)


def make_account(account_id: str = ACME, **changes: object) -> Row:
    """A row of ``scored.account_propensity``: high, with a score of 90."""
    return {"account_id": account_id, "propensity": "high", "propensity_score": 90} | changes


def make_organisation(domain: str = "new.com", **changes: object) -> Row:
    """A row of ``scored.organisation``: ready, with a score of 80 where 67 is needed."""
    base = {
        "organisation_id": f"organisation:{domain}",
        "domain": domain,
        "propensity": "high",
        "propensity_score": 80,
        "sync_threshold": 67,
        "is_ready": True,
        "evaluated_at": NOW.replace(tzinfo=None),
    }
    return base | changes


def make_warehouse(
    *,
    fields: Mapping[str, Sequence[Row]] | None = None,
    people: Sequence[Row] = (),
    accounts: Sequence[Row] = (),
    organisations: Sequence[Row] = (),
    **records: Sequence[Row],
) -> duckdb.DuckDBPyConnection:
    """Everything that a plan reads; ``records`` are raw rows by object name, such as ``Contact=[...]``."""
    connection = duckdb.connect()
    described = {**standard_fields(), **(fields or {})}
    for schema in ("raw", "matched", "scored", "outbound"):
        connection.execute(f"CREATE SCHEMA {schema}")
    build_table(load_models()["raw.field"], connection=connection, parameters={})
    for object_name, listed in described.items():
        insert(connection, "raw.field", [{"object_name": object_name, **each} for each in listed])
        columns = {str(each["field_name"]): column_type(str(each["type"])) for each in listed} or {
            "Id": "VARCHAR"
        }
        shape = ", ".join(f"{quote_name(name)} {kind}" for name, kind in columns.items())
        connection.execute(f"CREATE TABLE {table_name(object_name)} ({shape})")
        rows = records.get(object_name, ())
        insert(connection, table_name(object_name), [{"IsDeleted": False, **each} for each in rows])
    fill_scores(connection, people=people, accounts=accounts, organisations=organisations)
    return connection


def fill_scores(
    connection: duckdb.DuckDBPyConnection,
    *,
    people: Sequence[Row] = (),
    accounts: Sequence[Row] = (),
    organisations: Sequence[Row] = (),
) -> None:
    """Replace our scores, and the people behind them."""
    for table, shape, rows in (
        ("scored.person", _PERSON_SHAPE, people),
        ("scored.account_propensity", _ACCOUNT_SHAPE, accounts),
        ("scored.organisation", _ORGANISATION_SHAPE, organisations),
    ):
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {table.partition('.')[0]}")
        connection.execute(f"CREATE OR REPLACE TABLE {table} ({shape})")
        insert(connection, table, rows)
    connection.execute(
        """CREATE OR REPLACE TABLE scored.score AS
        SELECT 'person' AS subject, person_id AS subject_id, score, level FROM scored.person
        UNION ALL
        SELECT 'account', account_id, propensity_score, propensity FROM scored.account_propensity
        UNION ALL
        SELECT 'account', organisation_id, propensity_score, propensity FROM scored.organisation"""
    )
    connection.execute("ALTER TABLE scored.score ADD COLUMN tier BIGINT")
    connection.execute("UPDATE scored.score SET tier = CASE WHEN level IN ('hot', 'high') THEN 3 ELSE 2 END")
    connection.execute("ALTER TABLE scored.score ADD COLUMN exact_score DOUBLE DEFAULT 86.5")
    for table in ("icp.model", "icp.prediction", "scored.explanation"):
        build_table(load_models()[table], connection=connection, parameters={})
    connection.execute(
        """INSERT INTO icp.model BY NAME
        SELECT subject, subject || '-basis' AS basis
        FROM (VALUES ('person'), ('account')) AS known (subject)"""
    )
    connection.execute(
        """INSERT INTO icp.prediction BY NAME
        SELECT subject, subject_id, subject || '-model' AS model_id FROM scored.score"""
    )
    connection.execute(
        """INSERT INTO scored.explanation BY NAME
        SELECT subject, subject_id, 'since then' AS changed_text FROM scored.score"""
    )
    for subject in ("person", "account"):
        rows = f"FROM scored.score WHERE subject = '{subject}'"
        connection.execute(
            f"""CREATE OR REPLACE TABLE icp.{subject}_now AS
            SELECT subject_id, CAST(NULL AS TIMESTAMP) AS as_of, 'Toys' AS industry,
                CAST(NULL AS DOUBLE) AS employees {rows}"""
        )
        connection.execute(
            f"""CREATE OR REPLACE TABLE icp.{subject}_contribution AS
            SELECT subject_id, CAST(0.5 AS DOUBLE) AS industry, CAST(-0.25 AS DOUBLE) AS employees {rows}"""
        )
    connection.execute("CREATE SCHEMA IF NOT EXISTS matched")
    connection.execute(
        """CREATE OR REPLACE TABLE matched.person AS
        SELECT person_id, record_type, email AS email_normalized FROM scored.person"""
    )


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    """Add rows that name only the columns they need."""
    for names, alike in itertools.groupby(rows, key=tuple):
        values = [list(row.values()) for row in alike]
        marks = ", ".join(f"({', '.join('?' for _ in names)})" for _ in values)
        connection.execute(
            f"INSERT INTO {table} ({', '.join(map(quote_name, names))}) VALUES {marks}",
            list(itertools.chain.from_iterable(values)),
        )


def build_plan(
    connection: duckdb.DuckDBPyConnection, settings: WritebackSettings, *, now: datetime = NOW
) -> None:
    """Targets, candidates and the plan, as a run builds them."""
    models, parameters = load_models(), _parameters(settings, now=now)
    build_routed(connection=connection, settings=settings)
    build_table(models["outbound.target"], connection=connection, parameters=parameters)
    build_candidates(connection=connection, settings=settings)
    build_table(models["outbound.write_plan"], connection=connection, parameters=parameters)


def read(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query, as they come."""
    return connection.execute(query).fetchall()


def _parameters(settings: WritebackSettings, *, now: datetime) -> dict[str, Any]:
    of_targets: dict[str, Any] = {}
    for name, target in (("contact", settings.contact), ("lead", settings.lead)):
        of_targets |= {
            f"{name}_update": target.update,
            f"{name}_create": target.create,
            f"{name}_update_levels": [level.value for level in target.update_levels],
            f"{name}_create_levels": [level.value for level in target.create_levels],
            f"{name}_sync_threshold": target.sync_threshold,
            f"{name}_filter": target.filter,
        }
    return of_targets | {
        "now": now.strftime("%Y-%m-%d %H:%M:%S"),
        "target_policy": settings.target_policy.value,
        "create_as": settings.create_as,
        "account_update": settings.account.update,
        "account_create": settings.account.create,
        "account_update_levels": [level.value for level in settings.account.update_levels],
        "account_create_levels": [level.value for level in settings.account.create_levels],
        "account_filter": settings.account.filter,
    }
