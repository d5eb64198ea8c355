"""tap-salesforce, unchanged: it signs in at login.salesforce.com, discovers the org and syncs by REST."""

import json

import pytest

from sync_project.sandbox.sign_in.connected_app import ConnectedApp, write_app
from sync_project.sandbox.sign_in.sessions import open_grant
from sync_project_tests.clients.installed import run_client

TAP = "tap-salesforce==2.8.1"
EVERY_STREAM = "every stream"


@pytest.fixture
def config(org, tmp_path):
    """The tap's config file, to which it writes rotated refresh tokens."""
    with org.transaction() as connection:
        grant = open_grant(connection, user_id=org.user_id, scope="api refresh_token")
    path = tmp_path / "config.json"
    chosen = {
        "client_id": org.client_id,
        "client_secret": org.client_secret,
        "refresh_token": grant.refresh_token,
        "start_date": "2020-01-01T00:00:00Z",
        "api_type": "REST",
        "select_fields_by_default": True,
    }
    path.write_text(json.dumps(chosen), encoding="utf-8")
    return path


@pytest.fixture
def tap(install_python, config, hosts, tmp_path):
    """Runs the tap and returns what it printed."""
    python = install_python(TAP)

    def run(*arguments):
        program = "from tap_salesforce import main; main()"
        return run_client(
            [python, "-c", program, "--config", config, *arguments], home=tmp_path, **hosts.environment
        )

    return run


@pytest.fixture
def discover(tap, tmp_path):
    """The catalog with the named streams selected, as a file."""

    def run(*selected):
        catalog = json.loads(tap("--discover"))
        for stream in catalog["streams"]:
            (about,) = [each["metadata"] for each in stream["metadata"] if not each["breadcrumb"]]
            about["selected"] = selected == (EVERY_STREAM,) or stream["stream"] in selected
            keys = about.get("valid-replication-keys")
            about["replication-method"] = "INCREMENTAL" if keys else "FULL_TABLE"
            if keys:
                about["replication-key"] = keys[0]
        path = tmp_path / "catalog.json"
        path.write_text(json.dumps(catalog), encoding="utf-8")
        return path

    return run


@pytest.fixture
def sync(tap, tmp_path):
    """Runs a sync with the state of the sync before; the records of each stream."""
    state = tmp_path / "state.json"

    def run(catalog):
        given = ["--state", state] if state.exists() else []
        messages = [json.loads(line) for line in tap("--properties", catalog, *given).splitlines()]
        last = [each["value"] for each in messages if each["type"] == "STATE"][-1]
        state.write_text(json.dumps(last), encoding="utf-8")
        records = {}
        for each in messages:
            if each["type"] == "RECORD":
                records.setdefault(each["stream"], []).append(each["record"])
        return records

    return run


def test_the_second_run_reads_only_what_changed(client, clock, discover, sync):
    client.create("Account", Name="Old")
    kept = client.create("Contact", LastName="Kept", Email="Kept@Example.com", DoNotCall=True)
    changed = client.create("Contact", LastName="Changed", Birthdate="1990-05-17")
    deleted = client.create("Contact", LastName="Deleted")
    catalog = discover("Contact", "Account")

    first = sync(catalog)
    assert {each["Id"] for each in first["Contact"]} == {kept, changed, deleted}
    assert [each["Name"] for each in first["Account"]] == ["Old"]
    (record,) = [each for each in first["Contact"] if each["Id"] == kept]
    assert (record["Email"], record["DoNotCall"]) == ("kept@example.com", True)
    assert "MailingAddress" in record

    clock.advance(minutes=1)
    client.patch(f"/sobjects/Contact/{changed}", {"LastName": "Changed again"})
    clock.advance(minutes=1)
    client.send("DELETE", f"/sobjects/Contact/{deleted}")
    client.create("Account", Name="New")
    second = sync(catalog)
    # The tap asks from its bookmark on, so a record that is stamped at the bookmark comes again.
    assert second["Account"][-1]["Name"] == "New"
    states = {each["Id"]: (each["LastName"], each["IsDeleted"]) for each in second["Contact"]}
    assert states[changed] == ("Changed again", False)
    assert states[deleted] == ("Deleted", True)

    clock.advance(minutes=1)
    assert [each["Id"] for each in sync(catalog)["Contact"]] == [deleted]


def test_every_stream_that_is_discovered_can_be_read(client, discover, sync, org):
    client.create("Account", Name="Acme", NumberOfEmployees=12)
    records = sync(discover(EVERY_STREAM))
    assert [each["Name"] for each in records["Account"]] == ["Acme"]
    assert [each["Id"] for each in records["Organization"]] == [org.organization_id]
    assert [each["Id"] for each in records["User"]] == [org.user_id]


def test_a_rotated_refresh_token_is_kept_for_the_next_run(org, config, discover, sync):
    with org.transaction() as connection:
        write_app(connection, ConnectedApp(rotates_refresh_tokens=True))
    seen = [json.loads(config.read_text())["refresh_token"]]
    catalog = discover("Account")
    for _ in range(2):
        seen.append(json.loads(config.read_text())["refresh_token"])
        sync(catalog)
    assert len(set(seen)) == 3
