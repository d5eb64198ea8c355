from datetime import UTC, date, datetime

import duckdb
import pytest

from sync_project.ingest.objects import table_name
from sync_project.ingest.raw_table import fit_table
from sync_project.warehouse.models import build_table, load_models

NOW = datetime(2026, 6, 1, tzinfo=UTC)
CHANGED = datetime(2026, 5, 1, 12)
HISTORY_OBJECTS = {
    "AccountHistory": "AccountId",
    "ContactHistory": "ContactId",
    "LeadHistory": "LeadId",
    "OpportunityFieldHistory": "OpportunityId",
}


@pytest.fixture
def raw():
    """Raw tables of objects that the org hides: all that queries read of them, and no row."""
    with duckdb.connect() as connection:
        for name in (*HISTORY_OBJECTS, "OpportunityHistory"):
            fit_table(name, (), now=NOW, connection=connection)
        yield connection


def add_change(connection, object_name, name, field, values, *, kind="Text"):
    connection.execute(
        f"""INSERT INTO {table_name(object_name)}
            (Id, {HISTORY_OBJECTS[object_name]}, Field, DataType, OldValue, NewValue, CreatedDate)
        VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        [name, f"record of {name}", field, kind, *values, str(CHANGED)],
    )


def changes(connection):
    build_table(load_models()["staged.field_change"], connection=connection, parameters={})
    return connection.execute("FROM staged.field_change ORDER BY change_id").fetchall()


def test_a_change_of_any_object_is_one_row(raw):
    add_change(raw, "AccountHistory", "1", "Industry", (None, "Toys"), kind="EnumOrId")
    add_change(raw, "ContactHistory", "2", "Title", ("CTO", "CEO"))
    add_change(raw, "LeadHistory", "3", "created", (None, None))
    add_change(raw, "OpportunityFieldHistory", "4", "Amount", ("5.0", "7.0"), kind="Currency")

    assert changes(raw) == [
        ("1", "Account", "record of 1", "Industry", None, "Toys", CHANGED),
        ("2", "Contact", "record of 2", "Title", "CTO", "CEO", CHANGED),
        ("3", "Lead", "record of 3", "created", None, None, CHANGED),
        ("4", "Opportunity", "record of 4", "Amount", "5.0", "7.0", CHANGED),
    ]


def test_of_a_reference_only_the_ids_count_under_the_fields_own_name(raw):
    for field, kind in (("Owner", "Text"), ("Owner", "EntityId")):
        add_change(raw, "ContactHistory", kind, field, (f"old {kind}", f"new {kind}"), kind=kind)
    for field, kind in (("Partner__c", "Text"), ("Partner__c", "EntityId")):
        add_change(raw, "LeadHistory", f"own {kind}", field, (f"old {kind}", f"new {kind}"), kind=kind)
    raw.execute("UPDATE raw.contact_history SET ContactId = '003A'")
    raw.execute("UPDATE raw.lead_history SET LeadId = '00QA'")

    assert [row[2:6] for row in changes(raw)] == [
        ("003A", "OwnerId", "old EntityId", "new EntityId"),
        ("00QA", "Partner__c", "old EntityId", "new EntityId"),
    ]


def test_the_steps_of_a_deal_are_typed(raw):
    raw.execute(
        """INSERT INTO raw.opportunity_history (Id, OpportunityId, StageName, Amount, Probability, CloseDate,
            ForecastCategory, CreatedDate)
        VALUES ('008A', '006A', 'Closed Won', '5.5', '100', '2026-05-02', 'Closed', '2026-05-01 12:00:00')"""
    )
    build_table(load_models()["staged.opportunity_history"], connection=raw, parameters={})

    assert raw.execute("FROM staged.opportunity_history").fetchall() == [
        ("008A", "006A", "Closed Won", 5.5, 100.0, date(2026, 5, 2), "Closed", CHANGED)
    ]


def test_where_the_org_hides_history_the_tables_are_empty(raw):
    build_table(load_models()["staged.opportunity_history"], connection=raw, parameters={})

    assert changes(raw) == []
    assert raw.execute("FROM staged.opportunity_history").fetchall() == []
