"""Merge: losers point to the master, and so do their children."""

import pytest


def merge(client, **body):
    return client.send("POST", "/sandbox/merge", json=body)


def test_a_merged_accounts_children_move_to_the_master(client, clock):
    master, loser = client.create("Account", Name="Acme"), client.create("Account", Name="ACME Inc.")
    contact = client.create("Contact", LastName="Doe", AccountId=loser)
    deal = client.create(
        "Opportunity", Name="Deal", StageName="Prospecting", CloseDate="2026-05-31", AccountId=loser
    )
    task = client.create("Task", Subject="Call", WhatId=loser)
    clock.advance(hours=1)
    reply = merge(
        client, sobject="Account", masterId=master, mergeIds=[loser], fields={"Industry": "Banking"}
    )
    assert reply.json() == {"id": master, "mergedRecordIds": [loser], "success": True, "errors": []}
    assert client.query("SELECT Id, Industry FROM Account") == [{"Id": master, "Industry": "Banking"}]
    record = client.read("Contact", contact)
    assert (record["AccountId"], record["SystemModstamp"], record["LastModifiedDate"]) == (
        master,
        "2026-03-02T10:30:15.000+0000",
        "2026-03-02T09:30:15.000+0000",
    )
    assert client.read("Opportunity", deal)["AccountId"] == master
    assert (client.read("Task", task)["WhatId"], client.read("Task", task)["AccountId"]) == (master, master)
    gone = client.get(
        "/queryAll", params={"q": "SELECT Id, MasterRecordId FROM Account WHERE IsDeleted = true"}
    )
    assert [(each["Id"], each["MasterRecordId"]) for each in gone.json()["records"]] == [(loser, master)]
    late = client.patch(f"/sobjects/Account/{loser}", {"Name": "A"})
    assert (late.status_code, late.json()[0]["errorCode"]) == (404, "ENTITY_IS_DELETED")


def test_two_people_in_one_campaign_become_one_member(client):
    master, loser = client.create("Contact", LastName="Doe"), client.create("Contact", LastName="Do")
    both, single = client.create("Campaign", Name="Both"), client.create("Campaign", Name="Single")
    kept = client.create("CampaignMember", CampaignId=both, ContactId=master)
    client.create("CampaignMember", CampaignId=both, ContactId=loser)
    moved = client.create("CampaignMember", CampaignId=single, ContactId=loser)
    client.patch(f"/sobjects/Contact/{master}", {"ReportsToId": loser})
    merge(client, sobject="Contact", masterId=master, mergeIds=[loser])
    assert client.query("SELECT Id, ContactId, Name FROM CampaignMember ORDER BY Id") == [
        {"Id": kept, "ContactId": master, "Name": "Doe"},
        {"Id": moved, "ContactId": master, "Name": "Doe"},
    ]
    assert client.read("Contact", master)["ReportsToId"] is None


@pytest.mark.parametrize(("sobject", "count"), [("Opportunity", 1), ("Lead", 0), ("Lead", 3)])
def test_what_cannot_be_merged_is_refused(client, sobject, count):
    values = {"LastName": "A", "Company": "C"}
    if sobject == "Opportunity":
        values = {"Name": "D", "StageName": "Prospecting", "CloseDate": "2026-05-31"}
    master, *losers = [client.create(sobject, **values) for _ in range(count + 1)]
    assert merge(client, sobject=sobject, masterId=master, mergeIds=losers).status_code == 400
    assert merge(client, sobject=sobject, masterId=master, mergeIds=[master]).status_code == 400
