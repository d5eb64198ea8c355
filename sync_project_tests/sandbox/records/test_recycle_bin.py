"""Delete, undelete, and what is gone for good."""

from datetime import timedelta

from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.records.recycle_bin import deleted_records, empty_recycle_bin, updated_ids


def all_rows(client, soql):
    reply = client.get("/queryAll", params={"q": soql}).json()["records"]
    return [{name: value for name, value in each.items() if name != "attributes"} for each in reply]


def undelete(client, *ids):
    return client.send("POST", "/sandbox/undelete", json={"ids": list(ids)}).json()


def test_an_undeleted_account_brings_back_what_went_with_it(client, clock):
    account = client.create("Account", Name="Acme")
    early = client.create("Contact", LastName="Early", AccountId=account)
    late = client.create("Contact", LastName="Late", AccountId=account)
    client.send("DELETE", f"/sobjects/Contact/{early}")
    client.send("DELETE", f"/sobjects/Account/{account}")
    assert client.query("SELECT Id FROM Contact") == []
    assert undelete(client, late)[0]["errors"][0]["message"] == "The parent record is deleted"
    clock.advance(hours=1)
    assert undelete(client, account) == [{"id": account, "success": True, "errors": []}]
    assert client.query("SELECT LastName, SystemModstamp FROM Contact") == [
        {"LastName": "Late", "SystemModstamp": "2026-03-02T10:30:15.000+0000"}
    ]
    assert undelete(client, account)[0]["errors"][0]["statusCode"] == "UNDELETE_FAILED"


def test_an_emptied_bin_leaves_only_the_log(org, client, clock):
    account = client.create("Account", Name="Acme")
    contact = client.create("Contact", LastName="Doe", AccountId=account)
    client.send("DELETE", f"/sobjects/Account/{account}")
    clock.advance(days=10)
    fresh = client.create("Account", Name="Fresh")
    client.send("DELETE", f"/sobjects/Account/{fresh}")
    with org.writing() as context:
        assert empty_recycle_bin(context, deleted_before=clock.now - timedelta(days=5)) == 4  # two histories
    assert all_rows(client, "SELECT Id FROM Account") == [{"Id": fresh}]
    assert client.send("POST", "/sandbox/empty-recycle-bin", json={"ids": [fresh]}).json() == {"emptied": 2}
    assert undelete(client, fresh)[0]["success"] is False
    schema, start = org.schema, clock.now - timedelta(days=11)
    end = clock.now + timedelta(minutes=1)
    found = deleted_records(org.connection, schema.find_object("Account"), start=start, end=end)
    assert found == [(account, "2026-03-02T09:30:15.000+0000"), (fresh, "2026-03-12T09:30:15.000+0000")]
    found = deleted_records(org.connection, schema.find_object("Contact"), start=start, end=clock.now)
    assert found == [(contact, "2026-03-02T09:30:15.000+0000")]


def test_the_bin_forgets_after_15_days(client, clock):
    old = client.create("Account", Name="Old")
    client.send("DELETE", f"/sobjects/Account/{old}")
    clock.advance(days=14)
    assert all_rows(client, "SELECT Name FROM Account") == [{"Name": "Old"}]
    clock.advance(days=2)
    assert all_rows(client, "SELECT Name FROM Account") == []
    new = client.create("Account", Name="New")
    client.send("DELETE", f"/sobjects/Account/{new}")
    assert all_rows(client, "SELECT Name FROM Account") == [{"Name": "New"}]


def test_rows_loaded_as_deleted_can_be_undeleted(org, client):
    load_rows(
        org,
        "Lead",
        [{"LastName": "A", "Company": "C", "IsDeleted": True, "SystemModstamp": "2026-02-01T00:00:00Z"}],
    )
    (lead,) = all_rows(client, "SELECT Id FROM Lead")
    assert undelete(client, lead["Id"])[0]["success"] is True
    assert client.query("SELECT LastName FROM Lead") == [{"LastName": "A"}]


def test_updated_ids_are_of_the_living(org, client, clock):
    first = client.create("Account", Name="First")
    gone = client.create("Account", Name="Gone")
    start = clock.now
    client.send("DELETE", f"/sobjects/Account/{gone}")
    clock.advance(hours=1)
    account = org.schema.find_object("Account")
    second = client.create("Account", Name="Second")
    assert updated_ids(org.connection, account, start=start, end=clock.now) == [first]
    later = clock.now + timedelta(seconds=1)
    assert updated_ids(org.connection, account, start=start, end=later) == [first, second]


def test_a_case_keeps_its_account_and_contact(client):
    account = client.create("Account", Name="Acme")
    contact = client.create("Contact", FirstName="Josh", LastName="Davis", AccountId=account)
    case = client.create("Case", ContactId=contact, Subject="Broken")
    reply = client.send("DELETE", f"/sobjects/Contact/{contact}")
    assert (reply.status_code, reply.json()) == (
        400,
        [
            {
                "message": "Your attempt to delete Josh Davis could not be completed because it is "
                "associated with the following cases.: 00001000\n",
                "errorCode": "DELETE_FAILED",
                "fields": [],
            }
        ],
    )
    client.send("DELETE", f"/sobjects/Case/{case}")
    assert client.send("DELETE", f"/sobjects/Account/{account}").status_code == 204


def test_a_queue_is_deleted_for_good_and_a_user_never(org, client):
    queue = client.create("Group", Name="Inbox", Type="Queue")
    client.create("QueueSobject", QueueId=queue, SobjectType="Lead")
    client.create("GroupMember", GroupId=queue, UserOrGroupId=org.user_id)
    assert client.send("DELETE", f"/sobjects/Group/{queue}").status_code == 204
    assert all_rows(client, "SELECT Id FROM Group WHERE Type = 'Queue'") == []
    assert (
        all_rows(client, "SELECT Id FROM QueueSobject")
        == all_rows(client, "SELECT Id FROM GroupMember")
        == []
    )
    reply = client.send("DELETE", f"/sobjects/User/{org.user_id}")
    assert reply.json()[0]["errorCode"] == "INSUFFICIENT_ACCESS_OR_READONLY"


def test_a_hard_delete_passes_the_bin(org, client):
    lead = client.create("Lead", LastName="A", Company="C")
    job = client.post(
        "/jobs/ingest", {"object": "Lead", "operation": "hardDelete", "contentType": "CSV"}
    ).json()
    client.send("PUT", f"/jobs/ingest/{job['id']}/batches", data=f"Id\n{lead}\n")
    client.patch(f"/jobs/ingest/{job['id']}", {"state": "UploadComplete"})
    assert all_rows(client, "SELECT Id FROM Lead") == []


def test_a_lookup_is_empty_as_long_as_its_record_is_deleted(client):
    boss = client.create("Contact", LastName="Boss")
    first = client.create("Contact", LastName="First", ReportsToId=boss)
    second = client.create("Contact", LastName="Second", ReportsToId=boss)
    client.send("DELETE", f"/sobjects/Contact/{boss}")
    assert client.query("SELECT ReportsToId FROM Contact") == [{"ReportsToId": None}] * 2
    client.patch(f"/sobjects/Contact/{second}", {"ReportsToId": first})
    undelete(client, boss)
    assert client.query("SELECT LastName, ReportsToId FROM Contact ORDER BY LastName") == [
        {"LastName": "Boss", "ReportsToId": None},
        {"LastName": "First", "ReportsToId": boss},
        {"LastName": "Second", "ReportsToId": first},
    ]
