"""aiosalesforce, unchanged; it goes to ``*.my.salesforce.com`` only."""

import sys
from pathlib import Path

import pytest

from sync_project.sandbox.sign_in.connected_app import ConnectedApp, write_app
from sync_project_tests.sandbox.sign_in.keys import certificate, private_pem

pytest.importorskip("aiosalesforce", reason="pip install '.[clients]' brings aiosalesforce")


@pytest.fixture
def aiosalesforce(run_python, org, hosts, tmp_path):
    """Runs one scenario of ``scripts/aiosalesforce_visit.py``."""
    org.add_custom_field("Account", name="Key__c", type="Text", length=40, external_id=True)
    key_file = tmp_path / "key.pem"
    key_file.write_text(private_pem(), encoding="ascii")
    with org.transaction() as connection:
        write_app(connection, ConnectedApp(certificate=certificate()))

    def run(scenario, **more):
        given = {
            "scenario": scenario,
            "client_id": org.client_id,
            "client_secret": org.client_secret,
            "username": "integration@sandbox.example",
            "key_file": str(key_file),
        }
        return run_python(Path(sys.executable), "aiosalesforce_visit.py", given | more, **hosts.environment)

    return run


def test_it_signs_in_and_queries(aiosalesforce, client):
    for start in range(0, 2200, 200):
        batch = [{"attributes": {"type": "Account"}, "Name": f"A{n:04}"} for n in range(start, start + 200)]
        client.post("/composite/sobjects", {"records": batch})
    client.send("DELETE", f"/sobjects/Account/{client.create('Account', Name='Deleted')}")
    seen = aiosalesforce("read")
    assert seen["names"] == [f"A{number:04}" for number in range(2200)]
    assert seen["with_deleted"] == 2201
    assert seen["limits"]["DailyApiRequests"]["Max"] == 15_000
    assert seen["by_jwt"] == ["integration@sandbox.example"]
    assert (seen["wrong"]["kind"], seen["wrong"]["code"]) == ("AuthenticationError", "invalid_client")
    assert seen["nonsense"]["code"] == "INVALID_FIELD"


def test_it_writes_single_records(aiosalesforce, client):
    seen = aiosalesforce("write")
    assert (seen["one"]["Name"], seen["one"]["NumberOfEmployees"]) == ("One more", 1)
    assert [each["created"] for each in seen["upserted"]] == [True, False]
    assert seen["ambiguous"]["kind"] == "MoreThanOneRecordError"
    assert (seen["gone"]["kind"], seen["gone"]["code"]) == ("NotFoundError", "ENTITY_IS_DELETED")
    assert seen["nameless"]["code"] == "REQUIRED_FIELD_MISSING"
    assert [each["Name"] for each in client.query("SELECT Name FROM Account ORDER BY Name")] == [
        "Newer",
        "One more",
        "Twin",
    ]


def test_it_upserts_in_bulk(aiosalesforce, client):
    client.create("Account", Name="There already", Key__c="K7")
    seen = aiosalesforce("bulk")
    assert seen["states"] == ["JobComplete", "JobComplete"]
    assert seen["created"] == ["false"] + ["true"] * 249
    assert seen["errors"] == ["REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --"]
    assert (seen["unprocessed"], seen["aborted"]) == ([], "Aborted")
    assert client.query("SELECT Name FROM Account WHERE Key__c = 'k7'") == [{"Name": 'Name, "7"'}]
    assert client.query("SELECT count(Id) n FROM Account") == [{"n": 250}]
