"""Formula fields: computed when read, never written, and no reason for a new SystemModstamp."""

import pytest

from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.loading import load_folder


@pytest.fixture
def contact(org, client):
    org.add_custom_field("Contact", name="Industry__c", type="Text", formula="TEXT(Account.Industry)")
    org.add_custom_field(
        "Contact", name="Line__c", type="Text", formula='Owner.Name & " / " & Account.Name & Title'
    )
    account = client.create("Account", Name="Acme", Industry="Banking")
    return client.create("Contact", LastName="Doe", AccountId=account)


def test_a_formula_follows_its_parent_and_moves_no_stamp(org, client, clock, contact):
    stamp = client.read("Contact", contact)["SystemModstamp"]
    clock.advance(hours=1)
    account = client.read("Contact", contact)["AccountId"]
    client.patch(f"/sobjects/Account/{account}", {"Industry": "Energy"})
    record = client.read("Contact", contact)
    assert (record["Industry__c"], record["Line__c"]) == ("Energy", "Integration User / Acme")
    assert record["SystemModstamp"] == stamp
    assert client.query("SELECT Industry__c FROM Contact WHERE Industry__c = 'ENERGY'") == [
        {"Industry__c": "Energy"}
    ]
    assert client.query("SELECT Industry__c, count(Id) n FROM Contact GROUP BY Industry__c") == [
        {"Industry__c": "Energy", "n": 1}
    ]
    retrieved = client.post("/composite/sobjects/Contact", {"ids": [contact], "fields": ["Line__c"]})
    assert retrieved.json()[0]["Line__c"] == "Integration User / Acme"


def test_a_formula_is_read_from_a_child_too(client, contact):
    campaign = client.create("Campaign", Name="Webinar")
    client.create("CampaignMember", CampaignId=campaign, ContactId=contact)
    assert client.query("SELECT Contact.Industry__c FROM CampaignMember")[0]["Contact"]["Industry__c"] == (
        "Banking"
    )


def test_a_formula_cannot_be_written(client, contact):
    reply = client.patch(f"/sobjects/Contact/{contact}", {"Industry__c": "Energy"})
    assert (reply.status_code, reply.json()[0]["errorCode"], reply.json()[0]["fields"]) == (
        400,
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        ["Industry__c"],
    )
    described = client.get("/sobjects/Contact/describe").json()["fields"]
    formula = next(each for each in described if each["name"] == "Industry__c")
    assert (formula["calculated"], formula["calculatedFormula"], formula["createable"]) == (
        True,
        "TEXT(Account.Industry)",
        False,
    )


@pytest.mark.parametrize(
    "formula", ["Account.Nothing", "Nobody.Name", "IF(true, 1, 2)", "Title &", "Title Name"]
)
def test_what_is_no_path_is_refused(org, formula):
    with pytest.raises(ApiError) as refused:
        org.add_custom_field("Contact", name="Wrong__c", type="Text", formula=formula)
    assert refused.value.code == "FIELD_INTEGRITY_EXCEPTION"


def test_a_folder_declares_formulas_over_a_queue_or_user(org, client, tmp_path):
    (tmp_path / "CustomField.csv").write_text(
        "FullName,Type,Formula\nLead.Boss__c,Text,Owner.Name\n", encoding="utf-8"
    )
    (tmp_path / "Group.csv").write_text("Id,Name,Type\n00G000000000001,Inbox,Queue\n", encoding="utf-8")
    (tmp_path / "Lead.csv").write_text(
        "LastName,Company,OwnerId\nA,C,00G000000000001\nB,C,\n", encoding="utf-8"
    )
    load_folder(org, tmp_path)
    rows = client.query("SELECT LastName, Boss__c FROM Lead ORDER BY Boss__c DESC")
    assert rows == [
        {"LastName": "B", "Boss__c": "Integration User"},
        {"LastName": "A", "Boss__c": "Inbox"},
    ]


def test_bulk_refuses_a_formula_row_by_row(client, contact):
    job = client.post(
        "/jobs/ingest", {"object": "Contact", "operation": "update", "contentType": "CSV"}
    ).json()
    client.send("PUT", f"/jobs/ingest/{job['id']}/batches", data=f"Id,Industry__c\n{contact},Energy\n")
    client.patch(f"/jobs/ingest/{job['id']}", {"state": "UploadComplete"})
    failed = client.get(f"/jobs/ingest/{job['id']}/failedResults").text
    assert "INVALID_FIELD_FOR_INSERT_UPDATE:Unable to create/update fields: Industry__c." in failed
