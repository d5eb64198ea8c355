"""Leads of one company, and the audience that they are."""

from sync_project.sandbox.loading import load_rows
from sync_project_tests.ingest.conftest import at
from sync_project_tests.ingest.leads import lead_id

ACME = {"object": "Lead", "soql": "SELECT Id, Name FROM Lead WHERE Company = 'Acme'"}


def load_leads(sandbox, *numbers, **values):
    rows = [
        {"Id": lead_id(number), "LastName": f"Lead {number}", "Company": "Acme", "SystemModstamp": at(1, 8)}
        | values
        for number in numbers
    ]
    load_rows(sandbox, "Lead", rows)
