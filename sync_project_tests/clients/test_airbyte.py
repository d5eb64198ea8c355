"""Airbyte's source connector, unchanged: by REST where an object has addresses, else by Bulk 2.0."""

import json

import pytest

from sync_project.sandbox.sign_in.connected_app import ConnectedApp, write_app
from sync_project.sandbox.sign_in.sessions import open_grant
from sync_project_tests.clients.installed import run_client

AIRBYTE = "airbyte-source-salesforce==2.10.3"


@pytest.fixture
def config(org, tmp_path):
    with org.transaction() as connection:
        write_app(connection, ConnectedApp(rotates_refresh_tokens=True))
        grant = open_grant(connection, user_id=org.user_id, scope="api refresh_token")
    path = tmp_path / "config.json"
    chosen = {
        "auth_type": "Client",
        "client_id": org.client_id,
        "client_secret": org.client_secret,
        "refresh_token": grant.refresh_token,
        "start_date": f"{org.now:%Y-%m-%d}T00:00:00Z",
    }
    path.write_text(json.dumps(chosen), encoding="utf-8")
    return path


@pytest.fixture
def source(install_python, hosts, config, tmp_path):
    """Runs a command of the connector; the messages of one kind. The config follows the rotated token."""
    program = install_python(AIRBYTE).parent / "source-salesforce"

    def run(command, kind, *arguments):
        printed = run_client(
            [program, command, "--config", config, *arguments],
            home=tmp_path,
            DO_NOT_TRACK="1",
            **hosts.environment,
        )
        messages = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
        for message in messages:
            if message["type"] == "CONTROL":
                config.write_text(
                    json.dumps(message["control"]["connectorConfig"]["config"]), encoding="utf-8"
                )
        return [message for message in messages if message["type"] == kind]

    return run


def test_it_connects_discovers_and_reads(source, client, org, tmp_path):
    parent = client.create("Account", Name="Acme", NumberOfEmployees=3)
    client.create("Contact", LastName="Zoë", Description='two\nlines "q"', AccountId=parent)
    client.create("Opportunity", Name="Deal", StageName="Prospecting", CloseDate="2026-05-01", Amount=12)
    client.send("DELETE", f"/sobjects/Account/{client.create('Account', Name='Deleted')}")
    (status,) = source("check", "CONNECTION_STATUS")
    assert status["connectionStatus"]["status"] == "SUCCEEDED"
    (found,) = source("discover", "CATALOG")
    wanted = {"Account", "Contact", "Opportunity", "OpportunityStage", "Organization", "User"}
    streams = [each for each in found["catalog"]["streams"] if each["name"] in wanted]
    assert {each["name"] for each in streams} == wanted
    configured = [
        {
            "stream": each,
            "sync_mode": each["supported_sync_modes"][-1],
            "cursor_field": each["default_cursor_field"],
            "destination_sync_mode": "append",
        }
        for each in streams
    ]
    catalog = tmp_path / "catalog.json"
    catalog.write_text(json.dumps({"streams": configured}), encoding="utf-8")

    records: dict[str, list[dict[str, object]]] = {}
    for message in source("read", "RECORD", "--catalog", catalog):
        records.setdefault(message["record"]["stream"], []).append(message["record"]["data"])
    assert {(each["Name"], each["IsDeleted"]) for each in records["Account"]} == {
        ("Acme", False),
        ("Deleted", True),
    }
    (contact,) = records["Contact"]
    assert (contact["LastName"], contact["Description"], contact["AccountId"]) == (
        "Zoë",
        'two\nlines "q"',
        parent,
    )
    assert [(each["Name"], each["Amount"]) for each in records["Opportunity"]] == [("Deal", 12.0)]
    assert len(records["OpportunityStage"]) == 10
    assert [each["Id"] for each in records["User"]] == [org.user_id]
