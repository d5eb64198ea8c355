"""Records for the org of these tests, and what of them is in the warehouse."""

from sync_project.sandbox.ids import add_checksum
from sync_project.sandbox.loading import load_rows
from sync_project.warehouse.models import build_table, load_models


def record_id(prefix, number):
    return add_checksum(f"{prefix}{number:012}")


def load_leads(sandbox, numbers, *, each=lambda number: {}, **values):
    """Valid ones, numbered, all with these ``values`` and each with its own."""
    rows = [
        {"Id": record_id("00Q", n), "LastName": f"Lead {n}", "Company": "Acme"} | values | each(n)
        for n in numbers
    ]
    load_rows(sandbox, "Lead", rows)


HISTORIES = ("AccountHistory", "ContactHistory", "LeadHistory", "OpportunityFieldHistory")
"""What ``staged.field_change`` reads."""


def build(importer, *tables):
    """Tables downstream, as a run builds them."""
    with importer.warehouse.transaction() as connection:
        for table in tables:
            build_table(load_models()[table], connection=connection, parameters={})


def last_names(importer):
    """Of all leads, in the order of their numbers."""
    return [name for (name,) in importer.rows("SELECT LastName FROM raw.lead ORDER BY Id")]


def naive(moment):
    """As the warehouse keeps it: in UTC, without saying so."""
    return moment.replace(tzinfo=None)
