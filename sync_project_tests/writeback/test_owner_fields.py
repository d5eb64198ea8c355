"""Owners and account of a person as mapped fields, down to what the org then holds."""

import itertools

import pytest

from sync_project_tests.writeback.conftest import Loop
from sync_project_tests.writeback.plan_tables import ACME, ADA, LEAD, make_person, make_settings

OWNERS = {
    "account_id": ACME,
    "account_name": "Acme Inc.",
    "account_website": "www.acme.com",
    "account_owner_name": "Ann Seller",
    "account_owner_email": "ann@ours.com",
    "assigned_owner_name": "Cat Seller",
    "assigned_owner_email": "cat@ours.com",
}
TEXT = {"type": "Text", "length": 255}


@pytest.fixture
def seller(loop: Loop) -> str:
    user = {"Id": "005000000000009AAA", "LastName": "Seller", "Username": "ann@ours.com", "IsActive": True}
    loop.load("User", user)
    return str(user["Id"])


def test_owners_and_account_arrive_in_mapped_fields(loop: Loop, seller: str) -> None:
    loop.load("Account", {"Id": ACME, "Name": "Acme Inc."})
    loop.load("Contact", {"Id": ADA, "LastName": "Lovelace"})
    loop.load("Lead", {"Id": LEAD, "LastName": "Hopper", "Company": "Navy"})
    wanted = OWNERS | {"account_owner_id": seller, "assigned_owner_id": seller}
    for sobject, source in itertools.product(("Contact", "Lead"), wanted):
        kind = {"type": "Lookup", "reference_to": ["User"]} if source.endswith("owner_id") else TEXT
        loop.sandbox.add_custom_field(sobject, name=f"{source}__c", **kind)
    mapped = {"fields": [{"source": source, "field": f"{source}__c"} for source in wanted]}
    settings = make_settings(contact=mapped, lead=mapped)
    people = [make_person(ADA, **wanted), make_person(LEAD, record_type="Lead", **wanted)]

    assert loop.run(settings, people=people).updated == 2
    for record_id in (ADA, LEAD):
        assert {name: loop.record(record_id)[f"{name}__c"] for name in wanted} == wanted
    assert loop.run(settings, people=people).updated == 0


def test_a_lead_leaves_its_queue_where_its_account_has_an_owner(loop: Loop, seller: str) -> None:
    queue, other = "00G000000000001EAA", "00Q000000000002EAA"
    loop.load("Group", {"Id": queue, "Name": "Inbox", "Type": "Queue"})
    loop.load("QueueSobject", {"QueueId": queue, "SobjectType": "Lead"})
    for lead_id in (LEAD, other):
        loop.load("Lead", {"Id": lead_id, "LastName": "Hopper", "Company": "Navy", "OwnerId": queue})
    settings = make_settings(lead={"fields": [{"source": "account_owner_id", "field": "OwnerId"}]})
    people = [
        make_person(LEAD, record_type="Lead", account_owner_id=seller),
        make_person(other, record_type="Lead"),
    ]

    assert loop.run(settings, people=people).updated == 1
    assert [loop.record(lead_id)["OwnerId"] for lead_id in (LEAD, other)] == [seller, queue]
    assert loop.read("SELECT record_id, reason FROM outbound.write_plan WHERE decision = 'no_value'") == [
        (other, "we have no value, and a field is never cleared")
    ]
    assert loop.run(settings, people=people).updated == 0
