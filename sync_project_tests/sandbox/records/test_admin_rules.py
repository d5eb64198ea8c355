"""Validation rules as SOQL conditions, and records that an approval locks."""

from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.records.admin_rules import list_rules

RULE = {
    "sobject": "Contact",
    "condition": "Account.Industry = 'Banking' AND Title = null",
    "message": "Say what",
}


def add(client, **rule):
    return client.send("POST", "/sandbox/validation-rules", json=RULE | rule)


def test_a_condition_is_asked_of_the_record_and_its_parents(client):
    bank, shop = client.create("Account", Name="B", Industry="Banking"), client.create("Account", Name="S")
    added = add(client, field="Title")
    assert added.status_code == 201
    reply = client.post("/sobjects/Contact", {"LastName": "Doe", "AccountId": bank})
    assert (reply.status_code, reply.json()) == (
        400,
        [{"message": "Say what", "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "fields": ["Title"]}],
    )
    assert client.query("SELECT count() FROM Contact") == []
    contact = client.create("Contact", LastName="Doe", AccountId=shop)
    moved = client.patch(f"/sobjects/Contact/{contact}", {"AccountId": bank})
    assert moved.json()[0]["errorCode"] == "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    assert (
        client.patch(f"/sobjects/Contact/{contact}", {"AccountId": bank, "Title": "CEO"}).status_code == 204
    )


def test_rules_are_listed_forgotten_and_kept_by_the_file(org, client):
    number = add(client).json()["id"]
    listed = client.send("GET", "/sandbox/validation-rules").json()
    assert listed == [{"id": number} | RULE | {"field": None}]
    with SandboxOrg.open(org.folder) as again:
        assert list_rules(again.connection, "validation") == listed
    assert client.send("DELETE", f"/sandbox/validation-rules/{number}").status_code == 204
    assert client.send("DELETE", f"/sandbox/validation-rules/{number}").status_code == 404
    assert client.send("GET", "/sandbox/validation-rules").json() == []
    assert client.send("POST", "/sandbox/weather-rules", json=RULE).status_code == 400


def test_a_rule_sees_hidden_fields_and_a_wrong_one_is_refused(org, client):
    add(client, sobject="Lead", condition="Title = 'CEO'")
    org.hide_field("Lead", "Title")
    org.show_field("Lead", "Title")
    lead = client.create("Lead", LastName="A", Company="C", Title="CTO")
    org.make_read_only("Lead", "Title")
    org.hide_field("Lead", "Title")
    assert client.patch(f"/sobjects/Lead/{lead}", {"LastName": "B"}).status_code == 204
    wrong = add(client, condition="Nothing = 1")
    assert (wrong.status_code, wrong.json()[0]["errorCode"]) == (400, "INVALID_FIELD")


def test_a_locked_record_is_not_written(client):
    account = client.create("Account", Name="Acme")
    client.send("POST", "/sandbox/lock", json={"ids": [account[:15]]})
    for reply in (
        client.patch(f"/sobjects/Account/{account}", {"Name": "A"}),
        client.send("DELETE", f"/sobjects/Account/{account}"),
    ):
        assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "ENTITY_IS_LOCKED")
    client.send("POST", "/sandbox/unlock", json={"ids": [account]})
    assert client.patch(f"/sobjects/Account/{account}", {"Name": "A"}).status_code == 204
