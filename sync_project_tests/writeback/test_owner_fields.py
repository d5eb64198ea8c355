"""Owners and account of a person as mapped fields, down to what the org then holds."""

from collections.abc import Mapping

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


@pytest.fixture
def queue(loop: Loop) -> str:
    queue = "00G000000000001EAA"
    loop.load("Group", {"Id": queue, "Name": "Inbox", "Type": "Queue"})
    loop.load("QueueSobject", {"QueueId": queue, "SobjectType": "Lead"})
    return queue


@pytest.mark.parametrize(
    ("record_id", "record"),
    [(ADA, {"LastName": "Lovelace"}), (LEAD, {"LastName": "Hopper", "Company": "Navy"})],
    ids=["Contact", "Lead"],
)
def test_owners_and_account_arrive_in_mapped_fields(
    loop: Loop, seller: str, record_id: str, record: Mapping[str, object]
) -> None:
    sobject = "Contact" if record_id == ADA else "Lead"
    loop.load("Account", {"Id": ACME, "Name": "Acme Inc."})
    loop.load(sobject, {"Id": record_id, **record})
    wanted = OWNERS | {"account_owner_id": seller, "assigned_owner_id": seller}
    for source in wanted:
        kind = {"type": "Lookup", "reference_to": ["User"]} if source.endswith("owner_id") else TEXT
        loop.sandbox.add_custom_field(sobject, name=f"{source}__c", **kind)
    mapped = [{"source": source, "field": f"{source}__c"} for source in wanted]
    settings = make_settings(**{sobject.lower(): {"fields": mapped}})
    people = [make_person(record_id, record_type=sobject, **wanted)]

    assert loop.run(settings, people=people).updated == 1
    assert {name: loop.record(record_id)[f"{name}__c"] for name in wanted} == wanted
    assert loop.run(settings, people=people).updated == 0


def test_a_lead_of_a_queue_goes_to_the_owner_of_its_account(loop: Loop, seller: str, queue: str) -> None:
    loop.load("Lead", {"Id": LEAD, "LastName": "Hopper", "Company": "Navy", "OwnerId": queue})
    settings = make_settings(lead={"fields": [{"source": "account_owner_id", "field": "OwnerId"}]})
    people = [make_person(LEAD, record_type="Lead", account_owner_id=seller)]

    assert loop.run(settings, people=people).updated == 1
    assert loop.record(LEAD)["OwnerId"] == seller
    assert loop.run(settings, people=people).updated == 0


def test_a_lead_stays_in_its_queue_where_its_account_has_no_owner(loop: Loop, queue: str) -> None:
    loop.load("Lead", {"Id": LEAD, "LastName": "Hopper", "Company": "Navy", "OwnerId": queue})
    settings = make_settings(
        lead={
            "fields": [
                {"source": "account_owner_id", "field": "OwnerId"},
                {"source": "score", "field": "Score__c"},
            ]
        }
    )

    assert loop.run(settings, people=[make_person(LEAD, record_type="Lead")]).updated == 1
    assert loop.record(LEAD)["OwnerId"] == queue
    assert loop.read("SELECT decision, reason FROM outbound.write_plan WHERE field = 'OwnerId'") == [
        ("no_value", "we have no value, and a field is never cleared")
    ]
