"""CumulusCI and Snowfakery, unchanged, in a project of their own, below the size at which Bulk begins."""

import json
import sqlite3
import subprocess

import pytest
import yaml

from sync_project_tests.clients.installed import run_client

CUMULUSCI = "cumulusci==4.10.1"
PROJECT = """\
minimum_cumulusci_version: '3.78.0'
project:
    name: scratch
    package:
        name: scratch
        api_version: '66.0'
"""
RECIPE = """\
- object: Account
  count: 3
  fields:
    Name: {fake: company}
    Description: "Zoë said \\"hello\\""
    NumberOfEmployees: {random_number: {min: 1, max: 500}}
  friends:
    - object: Contact
      count: 2
      fields:
        FirstName: {fake: first_name}
        LastName: {fake: last_name}
        Email: {fake: email}
        DoNotCall: true
        AccountId: {reference: Account}
"""
MAPPING = """\
Account:
  sf_object: Account
  fields: [Name, Description, NumberOfEmployees, AnnualRevenue]
Contact:
  sf_object: Contact
  fields: [FirstName, LastName, Email, DoNotCall, Birthdate]
  lookups:
    AccountId: {table: Account}
"""
UPSERT_MAPPING = """\
Account:
  sf_object: Account
  action: upsert
  update_key: Key__c
  fields: [Name, Key__c]
"""
KEYED_ACCOUNTS = """\
CREATE TABLE "Account" (id VARCHAR(255) PRIMARY KEY, "Name" VARCHAR(255), "Key__c" VARCHAR(255));
INSERT INTO "Account" VALUES('Account-1', 'Updated', 'k1');
INSERT INTO "Account" VALUES('Account-2', 'New', 'k2');
"""


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    (folder / "datasets").mkdir(parents=True)
    for name, text in {
        "cumulusci.yml": PROJECT,
        "datasets/recipe.yml": RECIPE,
        "datasets/mapping.yml": MAPPING,
        "datasets/upsert.yml": UPSERT_MAPPING,
        "datasets/keyed.sql": KEYED_ACCOUNTS,
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    who = ["-c", "user.name=Tester", "-c", "user.email=tester@example.com"]
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    subprocess.run(["git", *who, "commit", "--quiet", "--allow-empty", "-m", "First"], cwd=folder, check=True)
    return folder


@pytest.fixture
def cci(install_python, org, hosts, project, tmp_path):
    """Runs a task of CumulusCI against an org config made from an access token."""
    python = install_python(CUMULUSCI)
    config = {
        "access_token": org.open_session(),
        "instance_url": hosts.https_url,
        "id": f"{hosts.https_url}/id/{org.organization_id}/{org.user_id}",
        "username": "integration@example.com",
    }

    def run(task, **options):
        given = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        return run_client(
            [python, "-m", "cumulusci", "task", "run", task, "--org", "sandbox", *given],
            home=tmp_path,
            folder=project,
            NO_PROXY="127.0.0.1",
            CUMULUSCI_KEY="0123456789abcdef",
            CUMULUSCI_KEYCHAIN_CLASS="cumulusci.core.keychain.EnvironmentProjectKeychain",
            CUMULUSCI_DISABLE_REFRESH="1",
            CUMULUSCI_ORG_sandbox=json.dumps(config),
            **hosts.environment,
        )

    return run


def test_snowfakery_generates_and_loads_people_with_their_accounts(cci, client):
    cci("snowfakery", recipe="datasets/recipe.yml", run_until_recipe_repeated=5)
    people = client.query("SELECT Account.Name, DoNotCall, Email FROM Contact")
    assert len(people) == 30
    assert {each["DoNotCall"] for each in people} == {True}
    assert all(each["Account"]["Name"] and "@" in each["Email"] for each in people)
    accounts = client.query("SELECT Description, NumberOfEmployees FROM Account")
    assert len(accounts) == 15
    assert {each["Description"] for each in accounts} == {'Zoë said "hello"'}
    assert all(1 <= each["NumberOfEmployees"] <= 500 for each in accounts)


def test_snowfakery_fills_the_org_up_to_a_number(cci, client):
    client.create("Account", Name="There already")
    cci("snowfakery", recipe="datasets/recipe.yml", run_until_records_in_org="Account:10")
    assert len(client.query("SELECT Id FROM Account")) == 10


def test_a_dataset_is_extracted_deleted_and_loaded_again(cci, client, project):
    parent = client.create("Account", Name="O'Brien & Söhne", AnnualRevenue=1234, Description="two\nlines")
    client.create("Contact", LastName="Zoë", Birthdate="1990-05-17", AccountId=parent)
    client.create("Contact", LastName="Alone", DoNotCall=True)

    cci("extract_dataset", mapping="datasets/mapping.yml", sql_path="datasets/sample.sql")
    with sqlite3.connect(":memory:") as extracted:
        extracted.executescript((project / "datasets/sample.sql").read_text(encoding="utf-8"))
        assert extracted.execute("SELECT Name, AnnualRevenue, Description FROM Account").fetchall() == [
            ("O'Brien & Söhne", "1234.0", "two\nlines")
        ]
    cci("delete_data", objects="Contact,Account")
    assert client.query("SELECT Id FROM Account") == client.query("SELECT Id FROM Contact") == []
    cci("load_dataset", mapping="datasets/mapping.yml", sql_path="datasets/sample.sql")
    people = client.query(
        "SELECT LastName, Birthdate, DoNotCall, Account.Name FROM Contact ORDER BY LastName"
    )
    assert [each | {"Account": each["Account"] and each["Account"]["Name"]} for each in people] == [
        {"LastName": "Alone", "Birthdate": None, "DoNotCall": True, "Account": None},
        {"LastName": "Zoë", "Birthdate": "1990-05-17", "DoNotCall": False, "Account": "O'Brien & Söhne"},
    ]


def test_a_dataset_is_upserted_by_external_id(cci, client, org):
    org.add_custom_field("Account", name="Key__c", type="Text", length=40, external_id=True, unique=True)
    client.create("Account", Name="Old", Key__c="k1")
    cci("load_dataset", mapping="datasets/upsert.yml", sql_path="datasets/keyed.sql")
    assert client.query("SELECT Name, Key__c FROM Account ORDER BY Key__c") == [
        {"Name": "Updated", "Key__c": "k1"},
        {"Name": "New", "Key__c": "k2"},
    ]


def test_a_mapping_is_generated_from_what_the_org_describes_and_holds(cci, client, org, project):
    org.add_custom_field("Contact", name="Key__c", type="Text", length=40)
    client.create("Contact", LastName="Zoë", Key__c="k1")
    cci("generate_dataset_mapping", path="datasets/generated.yml")
    mapping = yaml.safe_load((project / "datasets/generated.yml").read_text(encoding="utf-8"))
    assert mapping["Insert Contact"]["sf_object"] == "Contact"
    assert {"LastName", "Key__c"} <= set(mapping["Insert Contact"]["fields"])
    assert mapping["Insert Contact"]["lookups"]["ReportsToId"]["table"] == ["Contact"]
    printed = cci("extract_dataset", mapping="datasets/generated.yml", sql_path="datasets/sample.sql")
    assert "Could not" not in printed
    loaded = cci("load_dataset", mapping="datasets/generated.yml", sql_path="datasets/sample.sql")
    assert "Could not set recently viewed" not in loaded
    assert client.query("SELECT count(Id) n FROM Contact WHERE Key__c = 'k1'") == [{"n": 2}]
    assert client.get("/recent").json()[0]["attributes"]["type"] == "Contact"
