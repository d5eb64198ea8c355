"""Law 9: whatever changes or is deleted after the decisions changes no lesson.

Two deals and a lead of January, staged tables and lessons built from raw ones by their own queries, and then
a future that changes every value, but for what cannot change in Salesforce and the outcomes themselves, and
deletes what is no lesson by itself.
"""

from datetime import datetime, timedelta

import duckdb
import pytest

from sync_project.icp.features.building import build_lessons
from sync_project.icp.features.refusals import read_refusals
from sync_project.icp.features.signals import Subject
from sync_project.icp.outcomes import build_field_outcomes
from sync_project.ingest.columns import column_type, expected_columns
from sync_project.ingest.objects import STAGED_OBJECTS, table_name
from sync_project.ingest.versions import VersionedTable, close_rows, fit_history, merge_rows
from sync_project.sandbox.catalog import standard_schema
from sync_project.settings.icp import OutcomeSettings, OutcomeSource, ProfileSignal
from sync_project.settings.load import load_settings
from sync_project.warehouse.models import load_models, quote_name
from sync_project_tests.icp.small_lessons import build, insert_rows, make_tables

BORN, DECIDED, CHANGED, IMPORTED = (datetime(2026, *day, 9) for day in ((1, 2), (1, 20), (2, 10), (2, 20)))
NOW = {"now": "2026-03-05 12:00:00", "horizon_days": 30, "training_days": 365, "outcome_source": "either"}
SIGNALS = load_settings(None).signals.model_copy(update={"profile": tuple(ProfileSignal)})

ORG = {
    "Account": [
        {"Id": "001A", "Industry": "Toys", "NumberOfEmployees": 50, "BillingCountry": "France"},
        {"Id": "001B", "Industry": "Coal", "AnnualRevenue": 7e6},
    ],
    "Contact": [
        {"Id": "003A", "AccountId": "001A", "Title": "CEO", "Email": "a@acme.com", "LeadSource": "Web"},
        {"Id": "003B", "AccountId": "001A", "Title": "Buyer", "Email": "b@acme.com"},
        {"Id": "003C", "AccountId": "001A", "Title": "Clerk", "Email": "c@acme.com"},
    ],
    "Lead": [
        {"Id": "00QA", "Title": "CTO", "Email": "q@acme.com", "Company": "Acme", "Country": "Spain"},
        {"Id": "00QC", "Email": "c@acme.com", "Company": "Acme", "CreatedDate": datetime(2024, 5, 1)},
    ],
    "Opportunity": [
        {"Id": "006A", "AccountId": "001A", "StageName": "Closed Won", "IsWon": True, "IsClosed": True}
        | {"CloseDate": DECIDED.date() + timedelta(days=9), "CreatedDate": DECIDED, "Amount": 5.0},
        {"Id": "006B", "AccountId": "001A", "StageName": "Prospecting"}
        | {"IsWon": False, "IsClosed": False, "CloseDate": datetime(2026, 5, 1).date(), "Amount": 6.0},
        {"Id": "006C", "AccountId": "001A", "StageName": "Prospecting", "IsWon": False, "IsClosed": False}
        | {"CloseDate": datetime(2026, 5, 1).date(), "CreatedDate": datetime(2024, 5, 1)},
    ],
    "OpportunityContactRole": [
        {
            "Id": "00KA",
            "OpportunityId": "006A",
            "ContactId": "003A",
            "IsPrimary": True,
            "CreatedDate": DECIDED,
        },
        {"Id": "00KB", "OpportunityId": "006A", "ContactId": "003B", "CreatedDate": DECIDED},
        {"Id": "00KC", "OpportunityId": "006B", "ContactId": "003B"},
    ],
    "Task": [
        {"Id": "00TA", "WhoId": "003A", "WhatId": "001A", "Subject": "Call"},
        {"Id": "00TC", "WhoId": "003C", "Subject": "Call"},
        {"Id": "00TD", "WhoId": "003A", "Subject": "Call"},
        {"Id": "00TE", "WhoId": "00QC", "Subject": "Call"},
    ],
    "Event": [{"Id": "00UA", "WhoId": "003A", "WhatId": "006B", "Subject": "Demo"}],
    "Campaign": [{"Id": "701A", "Name": "Fair"}],
    "CampaignMember": [
        {"Id": "00vA", "CampaignId": "701A", "ContactId": "003A", "Status": "Sent", "HasResponded": False}
    ],
    "User": [{"Id": "005A", "Name": "Ann Seller", "IsActive": True}],
}
FUTURE = {
    "Opportunity": [{"Id": "006Z", "AccountId": "001A", "IsWon": True, "IsClosed": True}],
    "OpportunityContactRole": [
        {"Id": "00K0", "OpportunityId": "006A", "ContactId": "003B", "IsPrimary": True},
        {"Id": "00K1", "OpportunityId": "006Z", "ContactId": "003A", "IsPrimary": True},
    ],
    "Task": [{"Id": "00T0", "WhoId": "003A", "WhatId": "001A", "Subject": "Invoice"}],
    "Event": [{"Id": "00U0", "WhoId": "003A", "WhatId": "001A", "Subject": "Kick-off"}],
    "CampaignMember": [{"Id": "00v0", "CampaignId": "701A", "ContactId": "003A", "HasResponded": True}],
    "OpportunityHistory": [
        {"Id": "0080", "OpportunityId": "006B", "ForecastCategory": "Closed", "Probability": 100}
    ],
}
"""Made after the decisions."""

DELETED = ("003C", "006C", "00KA", "00KC", "00QC", "00TA", "00TC", "00TE", "00UA", "00vA")
"""Deleted after the decisions; the open deal 006C and the lead 00QC are too old to be lessons."""

LASTING = {
    "": {"Id", "CreatedDate", "MasterRecordId", "SystemModstamp"},
    "Opportunity": {"IsWon", "IsClosed", "CloseDate"},
    "Lead": {"IsConverted", "ConvertedDate", "ConvertedAccountId", "ConvertedContactId"},
    "OpportunityContactRole": {"OpportunityId"},
    "CampaignMember": {"CampaignId", "ContactId", "LeadId"},
    "User": {"Name"},
}
"""What Salesforce never changes, what an outcome is, and what an owner is called."""

REFERENCES = {"AccountId": "001B", "ContactId": "003B", "WhoId": "003B", "WhatId": "001B"}
OTHERS = {
    "BOOLEAN": "NOT coalesce({0}, FALSE)",
    "BIGINT": "coalesce({0}, 0) + 977",
    "DOUBLE": "coalesce({0}, 0) + 977",
    "DATE": "DATE '2026-03-01'",
    "TIMESTAMP": f"TIMESTAMP '{CHANGED}'",
}


def make_org() -> duckdb.DuckDBPyConnection:
    made = make_tables(
        matched_person=[
            {"person_id": name, "identity": email, "email_normalized": email, "title": title}
            for name, email, title in (
                ("003A", "a@acme.com", "CEO"),
                ("003B", "b@acme.com", "Buyer"),
                ("003C", "c@acme.com", "Clerk"),
                ("00QA", "q@acme.com", "CTO"),
                ("00QC", "c@acme.com", None),
            )
        ],
        matched_email_address=[
            {"email": f"{each}@acme.com", "email_kind": "corporate", "company_domain": "acme.com"}
            for each in "abcq"
        ],
        matched_domain_owner=[{"domain": "acme.com", "account_id": "001A"}],
        matched_affiliation=[
            {"person_id": name, "company_id": "001A"} for name in ("003A", "003B", "003C", "00QA", "00QC")
        ],
        matched_event=[event("1", BORN), event("2", DECIDED - timedelta(hours=1), kind="demo_request")],
    )
    schema, models = standard_schema(), load_models()
    made.execute("DELETE FROM raw.field")
    for name in STAGED_OBJECTS:
        fields, table = schema.objects[name.lower()].fields, table_name(name)
        used = {field for each in SIGNALS.fields if (field := getattr(each, name.lower(), None))}
        audit = {each for each in ("Id", "CreatedDate", "SystemModstamp") if each.lower() in fields}
        read = sorted({*expected_columns(table, models=models.values()), *used, *audit})
        types = {column: column_type(fields[column.lower()].type) for column in read}
        shape = ", ".join(f"{quote_name(column)} {kind}" for column, kind in types.items())
        made.execute(f"DROP VIEW IF EXISTS history.{table[4:]}")
        made.execute(f"DROP TABLE IF EXISTS history.{table[4:]}_past")
        made.execute(f"CREATE OR REPLACE TABLE {table} ({shape}, valid_from TIMESTAMP, seen_at TIMESTAMP)")
        fit_history(VersionedTable(name=table), connection=made)
        insert_rows(made, table, [complete(row, types, moment=BORN) for row in ORG.get(name, ())])
        described = ", ".join(f"('{name}', '{each}', '{fields[each.lower()].type}', 20)" for each in read)
        made.execute(f"INSERT INTO raw.field (object_name, field_name, type, length) VALUES {described}")
    return made


def complete(row, columns, *, moment):
    usual = {"CreatedDate": moment, "SystemModstamp": moment, "IsDeleted": False, "OwnerId": "005A"}
    given = {name: value for name, value in usual.items() if name in columns} | row
    return given | {"valid_from": given["CreatedDate"], "seen_at": IMPORTED}


def event(name, moment, kind="page_view"):
    return {"event_id": name, "occurred_at": moment, "kind": kind, "identity": "a@acme.com"} | {
        "company_id": "001A"
    }


def learn_from(made):
    """The lessons, and what they were drawn from."""
    staged = [each for each in load_models() if each.startswith("staged.") and "engagement" not in each]
    build(made, *(each for each in staged if each not in ("staged.redirect", "staged.former_email")))
    build_field_outcomes(
        connection=made, outcome=OutcomeSettings(source=OutcomeSource.OPPORTUNITY, field=None)
    )
    tables = ("job_title", "person_profile", "first_account", "opportunity_outcome", "lead_outcome")
    tables += ("first_contact", "example", "existence", "record_identity", "opportunity_state")
    tables += ("campaign_touch",)
    build(made, *(f"icp.{each}" for each in (*tables, "sales_activity")), **NOW)
    for subject in Subject:
        build_lessons(subject, connection=made, settings=SIGNALS)
        assert read_refusals(subject, connection=made) == {}
    tables = ("icp.example", "icp.person_lesson", "icp.account_lesson")
    return [made.execute(f"FROM {each} ORDER BY ALL").fetchall() for each in tables]


def change_everything(made, *, is_tracked):
    """Give every value of every record another one, and delete some; returns how many records changed."""
    count = 0
    for name in ORG:
        table = VersionedTable(name=table_name(name), stamp="SystemModstamp")
        rows = made.execute(f"SELECT * EXCLUDE (valid_from, seen_at) FROM {table.name} LIMIT 0").description
        lasting = LASTING[""] | LASTING.get(name, set())
        values = []
        for column, kind, *_ in rows:
            other = f"'{REFERENCES.get(column, 'another')}'"
            other = OTHERS.get(str(kind), other).format(quote_name(column))
            if column == "IsDeleted":
                other = f"Id IN {DELETED}"
            elif (name, column) in (("Contact", "AccountId"), ("Lead", "Email")):
                other = f"CASE WHEN Id IN {DELETED} THEN {column} ELSE {other} END"
            values.append(f"{quote_name(column) if column in lasting else other} AS {quote_name(column)}")
        listed = ", ".join(values).replace('"SystemModstamp" AS', f"TIMESTAMP '{CHANGED}' AS")
        made.execute(f"CREATE OR REPLACE TEMP TABLE arrived AS SELECT {listed} FROM {table.name}")
        columns = [column for column, *_ in rows]
        if is_tracked and name in ("Account", "Contact", "Lead", "Opportunity"):
            tell_history(made, name, columns)
        counts = merge_rows(table, "arrived", columns=columns, now=IMPORTED, connection=made)
        count += counts.changed
        if is_tracked and name in ("Account", "Contact", "Lead", "Opportunity"):
            made.execute(f"DELETE FROM {table.past}")
    made.execute("CREATE OR REPLACE TEMP TABLE gone AS SELECT '00TD' AS Id")
    close_rows(VersionedTable(name="raw.task"), "gone", now=IMPORTED, connection=made)
    for table in ("matched.person", "matched.affiliation"):
        made.execute(f"DELETE FROM {table} WHERE person_id IN {DELETED}")
    for name, added in FUTURE.items():
        types = [column for column, *_ in made.execute(f"DESCRIBE {table_name(name)}").fetchall()]
        insert_rows(made, table_name(name), [complete(row, types, moment=CHANGED) for row in added])
    insert_rows(made, "matched.event", [event("3", CHANGED, kind="demo_request"), event("4", DECIDED)])
    return count


def tell_history(made, name, columns):
    """The org's history of the changes, in place of versions of ours."""
    history = table_name("OpportunityFieldHistory" if name == "Opportunity" else f"{name}History")
    made.execute("UPDATE raw.field SET is_history_tracked = TRUE WHERE object_name = ?", [name])
    for place, column in enumerate(columns):
        field, kind = (column[:-2], "EntityId") if column.endswith("Id") else (column, "Text")
        made.execute(
            f"""INSERT INTO {history} (Id, {name}Id, Field, DataType, OldValue, NewValue, CreatedDate)
            SELECT '{place}' || before.Id, before.Id, '{field}', '{kind}', before.{quote_name(column)},
                after.{quote_name(column)}, TIMESTAMP '{CHANGED}'
            FROM {table_name(name)} AS before INNER JOIN arrived AS after ON before.Id = after.Id
            WHERE before.{quote_name(column)} IS DISTINCT FROM after.{quote_name(column)}"""
        )


@pytest.mark.parametrize(
    "is_tracked", [pytest.param(False, id="seen by us"), pytest.param(True, id="tracked by the org")]
)
def test_whatever_changes_or_is_deleted_after_the_decisions_changes_no_lesson(is_tracked):
    made = make_org()
    examples, people, accounts = lessons = learn_from(made)
    assert [name for name, *_ in examples] == [
        *("account 006A", "account 006B"),
        *("person 006A", "person 006B", "person 00QA"),
    ]
    assert {"Toys", 50.0, "France", "Web", "executive", "Ann Seller"} <= set(people[0])
    assert {"Toys", 50.0, "France", "Ann Seller"} <= set(accounts[0])

    assert change_everything(made, is_tracked=is_tracked) == sum(map(len, ORG.values()))

    assert learn_from(made) == lessons
