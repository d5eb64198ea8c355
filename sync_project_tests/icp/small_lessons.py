"""A few rows written out: what features, outcomes and learning read, as small as they allow."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import duckdb

from sync_project.icp.features.engagement_state import update_engagement
from sync_project.ingest.versions import VersionedTable, fit_history
from sync_project.settings.icp import (
    ActivitySignals,
    CampaignSignals,
    EngagementSignals,
    FieldSignal,
    OpportunitySignals,
    ProfileSignal,
    SignalSettings,
)
from sync_project.warehouse.models import build_table, load_models

Row = Mapping[str, object]

SETTINGS = SignalSettings(
    fields=(
        FieldSignal(name="industry", label="Industry", account="Industry", lead="Industry"),
        FieldSignal(name="employees", label="Employees", account="NumberOfEmployees"),
    ),
    profile=(ProfileSignal.SENIORITY,),
    stable_profile=(),
    engagement=EngagementSignals(half_life_days=10, kinds=("demo_request",)),
    opportunities=OpportunitySignals(window_days=30, states=()),
    campaigns=CampaignSignals(window_days=30, counts=()),
    activity=ActivitySignals(window_days=30, counts=()),
)

_OF_PEOPLE = "Title VARCHAR, Email VARCHAR, OwnerId VARCHAR"
_CREATED = "IsDeleted BOOLEAN DEFAULT FALSE, CreatedDate TIMESTAMP"
_SINCE = "valid_from TIMESTAMP DEFAULT '2020-01-01', seen_at TIMESTAMP DEFAULT '2026-03-01'"
"""Nothing was changed for long, unless a row says so."""
_SPAN = "restored_at TIMESTAMP, deleted_at TIMESTAMP"

_SHAPES = {
    "raw.field": "object_name VARCHAR, field_name VARCHAR, type VARCHAR, length BIGINT, "
    "is_calculated BOOLEAN DEFAULT FALSE, is_history_tracked BOOLEAN DEFAULT FALSE, "
    f"is_imported BOOLEAN DEFAULT TRUE, {_SINCE}",
    "raw.account": "Id VARCHAR, Industry VARCHAR, NumberOfEmployees BIGINT, OwnerId VARCHAR, "
    f"{_CREATED}, {_SINCE}",
    "raw.contact": f"Id VARCHAR, AccountId VARCHAR, {_OF_PEOPLE}, {_CREATED}, {_SINCE}",
    "raw.lead": f"Id VARCHAR, Industry VARCHAR, {_OF_PEOPLE}, {_CREATED}, {_SINCE}, "
    "Outcome__c VARCHAR, Score__c DOUBLE, Agreed__c BOOLEAN",
    "raw.opportunity": "Id VARCHAR, AccountId VARCHAR, IsClosed BOOLEAN DEFAULT FALSE, "
    f"IsWon BOOLEAN DEFAULT FALSE, CloseDate DATE, {_CREATED}, {_SINCE}",
    "raw.task": f"Id VARCHAR, WhoId VARCHAR, WhatId VARCHAR, {_CREATED}, {_SINCE}",
    "raw.event": f"Id VARCHAR, WhoId VARCHAR, WhatId VARCHAR, {_CREATED}, {_SINCE}",
    "raw.campaign_member": "Id VARCHAR, CampaignId VARCHAR, LeadId VARCHAR, ContactId VARCHAR, "
    f"FirstRespondedDate DATE, {_CREATED}, {_SINCE}",
    "raw.opportunity_contact_role": "Id VARCHAR, OpportunityId VARCHAR, ContactId VARCHAR, "
    f"IsPrimary BOOLEAN DEFAULT FALSE, {_CREATED}, {_SINCE}",
    "staged.field_change": "change_id VARCHAR, object_name VARCHAR, record_id VARCHAR, field VARCHAR, "
    "old_value VARCHAR, new_value VARCHAR, changed_at TIMESTAMP",
    "staged.account": "account_id VARCHAR, owner_id VARCHAR, name VARCHAR, website VARCHAR, type VARCHAR, "
    "industry VARCHAR, annual_revenue DOUBLE, employee_count BIGINT, billing_country VARCHAR, "
    "created_at TIMESTAMP",
    "staged.lead": "lead_id VARCHAR, title VARCHAR, email VARCHAR, owner_id VARCHAR, "
    "is_converted BOOLEAN DEFAULT FALSE, converted_date DATE, created_at TIMESTAMP",
    "staged.user": "user_id VARCHAR, name VARCHAR, email VARCHAR, is_active BOOLEAN DEFAULT TRUE",
    "staged.opportunity": "opportunity_id VARCHAR, account_id VARCHAR, is_closed BOOLEAN DEFAULT FALSE, "
    "is_won BOOLEAN DEFAULT FALSE, close_date DATE, amount DOUBLE, created_at TIMESTAMP",
    "staged.opportunity_history": "opportunity_history_id VARCHAR, opportunity_id VARCHAR, "
    "probability DOUBLE, forecast_category VARCHAR, created_at TIMESTAMP",
    "matched.person": "person_id VARCHAR, identity VARCHAR, record_type VARCHAR, first_name VARCHAR, "
    "last_name VARCHAR, email_normalized VARCHAR, title VARCHAR, company VARCHAR, country VARCHAR, "
    "lead_source VARCHAR, owner_id VARCHAR, email_kind VARCHAR, created_at TIMESTAMP",
    "matched.email_address": "email VARCHAR, email_normalized VARCHAR, email_kind VARCHAR, "
    "company_domain VARCHAR",
    "matched.domain_owner": "domain VARCHAR, account_id VARCHAR",
    "matched.address_owner": "email_normalized VARCHAR, person_id VARCHAR",
    "matched.record_redirect": "record_id VARCHAR, final_record_id VARCHAR",
    "matched.account_match": "person_id VARCHAR, account_id VARCHAR",
    "matched.affiliation": "person_id VARCHAR, company_id VARCHAR, account_id VARCHAR, account_name VARCHAR, "
    "account_website VARCHAR, account_owner_name VARCHAR, account_owner_email VARCHAR, "
    "assigned_owner_name VARCHAR, assigned_owner_email VARCHAR, organisation_id VARCHAR",
    "matched.organisation": "organisation_id VARCHAR, domain VARCHAR, name VARCHAR, first_seen_at TIMESTAMP",
    "matched.website": "website VARCHAR, domain VARCHAR",
    "matched.event": "event_id VARCHAR, occurred_at TIMESTAMP, kind VARCHAR, identity VARCHAR, "
    "company_id VARCHAR",
    "icp.person_engagement": "identity VARCHAR, events DOUBLE, days_since_event BIGINT, "
    "demo_request_count DOUBLE",
    "icp.account_engagement": "company_id VARCHAR, events DOUBLE, days_since_event BIGINT, "
    "demo_request_count DOUBLE",
    "icp.job_title": "title VARCHAR, seniority VARCHAR, function VARCHAR",
    "icp.person_profile": "person_id VARCHAR, seniority VARCHAR, function VARCHAR, email_kind VARCHAR, "
    "assigned_owner VARCHAR, identity VARCHAR",
    "icp.campaign_touch": "campaign_member_id VARCHAR, campaign_id VARCHAR, identity VARCHAR, "
    f"company_id VARCHAR, happened_at TIMESTAMP, responded_date DATE, {_SPAN}",
    "icp.sales_activity": "activity_id VARCHAR, identity VARCHAR, company_id VARCHAR, "
    f"happened_at TIMESTAMP, {_SPAN}",
    "icp.existence": f"record_id VARCHAR, {_SPAN}",
    "icp.record_identity": "record_id VARCHAR, identity VARCHAR, company_id VARCHAR",
    "icp.opportunity_state": "opportunity_id VARCHAR, account_id VARCHAR, state VARCHAR, since_at TIMESTAMP, "
    f"until_at TIMESTAMP, {_SPAN}",
    "icp.first_account": "opportunity_id VARCHAR, account_id VARCHAR",
    "icp.example": "example_id VARCHAR, subject VARCHAR, person_id VARCHAR, account_id VARCHAR, "
    "opportunity_id VARCHAR, decided_at TIMESTAMP, known_at TIMESTAMP, is_won BOOLEAN",
}

FIELDS = (
    ("Account", "Industry", "picklist"),
    ("Account", "NumberOfEmployees", "int"),
    ("Account", "OwnerId", "reference"),
    *((name, field, "string") for name in ("Contact", "Lead") for field in ("Title", "Email", "OwnerId")),
    ("Lead", "Industry", "picklist"),
    ("Lead", "Outcome__c", "string"),
    ("Lead", "Score__c", "double"),
    ("Lead", "Agreed__c", "boolean"),
)


def make_tables(**rows: Sequence[Row]) -> duckdb.DuckDBPyConnection:
    """Every table, empty but for the given rows (``matched_event=[...]``); a row names what it needs."""
    made = duckdb.connect()
    for table, shape in _SHAPES.items():
        made.execute(f"CREATE SCHEMA IF NOT EXISTS {table.partition('.')[0]}")
        made.execute(f"CREATE TABLE {table} ({shape})")
    for name in [each for each in _SHAPES if each.startswith("raw.")]:
        fit_history(VersionedTable(name=name), connection=made)
    for name, given in rows.items():
        insert_rows(made, name.replace("_", ".", 1), given)
    columns = ("object_name", "field_name", "type")
    insert_rows(made, "raw.field", [dict(zip(columns, each, strict=True)) for each in FIELDS])
    return made


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    for row in rows:
        marks = ", ".join(f"${name}" for name in row)
        connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", dict(row))


def count_engagement(
    connection: duckdb.DuckDBPyConnection, *, now: datetime, settings: EngagementSignals = SETTINGS.engagement
) -> None:
    """Bring the engagement of today up to the events of ``matched.event``; again is a later run."""
    connection.execute(
        """CREATE OR REPLACE TABLE staged.engagement_event AS
        SELECT CAST(NULL AS VARCHAR) AS lead_id, CAST(NULL AS VARCHAR) AS contact_id, identity AS email,
            company_id AS domain, occurred_at, kind,
            CAST(hash(identity, company_id, occurred_at, kind) >> 1 AS BIGINT) AS fingerprint
        FROM matched.event ORDER BY occurred_at"""
    )
    connection.execute(
        """CREATE OR REPLACE TABLE matched.sighting_match AS
        SELECT DISTINCT lead_id, contact_id, email, domain, email AS identity, domain AS company_id
        FROM staged.engagement_event"""
    )
    update_engagement(connection=connection, settings=settings, now=now)


def build(connection: duckdb.DuckDBPyConnection, *tables: str, **parameters: object) -> None:
    """Build tables from their ``.sql`` files."""
    for table in tables:
        build_table(load_models()[table], connection=connection, parameters=parameters)
