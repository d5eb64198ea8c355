"""A few deals, and a report of them, for the tests of reports."""

from sync_project.sandbox.analytics.reports import create_report

DEALS = (
    {
        "Name": "Small",
        "StageName": "Prospecting",
        "CloseDate": "2026-01-15",
        "Amount": 1000.5,
        "Type": "New Business",
    },
    {"Name": "Large", "StageName": "Closed Won", "CloseDate": "2026-03-31", "Amount": 20000},
    {
        "Name": "Larger",
        "StageName": "Closed Won",
        "CloseDate": "2026-01-02",
        "Amount": 30000,
        "Type": "new business",
    },
    {"Name": "Vague", "StageName": "Prospecting", "CloseDate": "2026-02-01"},
)


def add_deals(client):
    """Create the deals, all of one account; their ids by name, and the account's under its name."""
    account = client.create("Account", Name="Acme")
    ids = {each["Name"]: client.create("Opportunity", AccountId=account, **each) for each in DEALS}
    return ids | {"Acme": account}


def make_report(org, **metadata):
    """Create a report of opportunities."""
    with org.transaction():
        return create_report(
            org.write_context(), {"name": "Deals", "reportType": {"type": "Opportunity"}} | metadata
        )


def run(client, report_id, *, details=True, **metadata):
    """Run a report, with changed metadata by POST."""
    path = f"/analytics/reports/{report_id}?includeDetails={str(details).lower()}"
    reply = client.post(path, {"reportMetadata": metadata}) if metadata else client.get(path)
    assert reply.status_code == 200, reply.text
    return reply.json()


def labels(result, key="T!T"):
    """The cells of one part of the fact map, as people read them."""
    return [[each["label"] for each in row["dataCells"]] for row in result["factMap"][key]["rows"]]
