"""Assignment rules: who gets a lead, and how a caller keeps out of it."""

import pytest


@pytest.fixture
def seller(client):
    return client.create(
        "User", LastName="Seller", Username="s@acme.example", Email="s@acme.example", Alias="s", IsActive=True
    )


@pytest.fixture
def queue(client):
    made = client.create("Group", Name="Inbox", Type="Queue")
    client.create("QueueSobject", QueueId=made, SobjectType="Lead")
    return made


@pytest.fixture
def rule(client, seller, queue):
    entries = [
        {"condition": "Country = 'Germany' AND NumberOfEmployees > 100", "ownerId": seller},
        {"condition": "LeadSource = 'Web'", "ownerId": queue},
    ]
    body = {"sobject": "Lead", "name": "Standard", "entries": entries}
    assert client.send("POST", "/sandbox/assignment-rules", json=body).status_code == 201
    return client.query("SELECT Id FROM AssignmentRule")[0]["Id"]


def owner_of(client, headers=None, **values):
    body = {"LastName": "A", "Company": "C"} | values
    reply = client.send("POST", "/sobjects/Lead", json=body, headers=headers or {})
    assert reply.status_code == 201, reply.text
    return client.read("Lead", reply.json()["id"])["OwnerId"]


def test_the_first_entry_that_fits_decides(org, client, rule, seller, queue):
    assert owner_of(client, Country="germany", NumberOfEmployees=500, LeadSource="Web") == seller
    assert owner_of(client, Country="Germany", NumberOfEmployees=5, LeadSource="Web") == queue
    assert owner_of(client) == org.user_id
    assert client.query("SELECT Name, SobjectType, Active FROM AssignmentRule") == [
        {"Name": "Standard", "SobjectType": "Lead", "Active": True}
    ]
    assert (
        client.query(f"SELECT Owner.Name FROM Lead WHERE OwnerId = '{queue}'")[0]["Owner"]["Name"] == "Inbox"
    )


@pytest.mark.parametrize(("header", "is_assigned"), [("FALSE", False), ("true", True), (None, True)])
@pytest.mark.usefixtures("rule")
def test_the_header_decides_whether_rules_run(org, client, queue, header, is_assigned):
    headers = {} if header is None else {"Sforce-Auto-Assign": header}
    assert owner_of(client, headers=headers, LeadSource="Web") == (queue if is_assigned else org.user_id)


def test_a_rule_may_be_asked_for_by_id(org, client, rule, queue, seller):
    other = {"sobject": "Lead", "entries": [{"ownerId": seller}]}
    client.send("POST", "/sandbox/assignment-rules", json=other)
    assert owner_of(client, LeadSource="Web") == seller
    assert owner_of(client, headers={"Sforce-Auto-Assign": rule[:15]}, LeadSource="Web") == queue
    lead = client.create("Lead", LastName="A", Company="C")
    client.send(
        "PATCH", f"/sobjects/Lead/{lead}", json={"LeadSource": "Web"}, headers={"Sforce-Auto-Assign": rule}
    )
    assert client.read("Lead", lead)["OwnerId"] == seller
    unknown = client.send(
        "POST",
        "/sobjects/Lead",
        json={"LastName": "A", "Company": "C"},
        headers={"Sforce-Auto-Assign": "01Q000000000000AAA"},
    )
    assert unknown.json()[0]["errorCode"] == "INVALID_CROSS_REFERENCE_KEY"


def test_an_update_is_assigned_too(client, rule, queue, seller):
    lead = client.create("Lead", LastName="A", Company="C")
    client.patch(f"/sobjects/Lead/{lead}", {"LeadSource": "Web"})
    assert client.read("Lead", lead)["OwnerId"] == queue
    assert client.query("SELECT Field, NewValue FROM LeadHistory WHERE DataType = 'EntityId'") == [
        {"Field": "Owner", "NewValue": queue}
    ]


@pytest.mark.parametrize("is_asked", [True, False])
def test_bulk_assigns_only_when_its_job_says_so(org, client, rule, queue, is_asked):
    body = {"object": "Lead", "operation": "insert", "contentType": "CSV"}
    job = client.post("/jobs/ingest", body | ({"assignmentRuleId": rule} if is_asked else {})).json()
    client.send("PUT", f"/jobs/ingest/{job['id']}/batches", data="LastName,Company,LeadSource\nA,C,Web\n")
    client.patch(f"/jobs/ingest/{job['id']}", {"state": "UploadComplete"})
    assert client.query("SELECT OwnerId FROM Lead") == [{"OwnerId": queue if is_asked else org.user_id}]


def test_a_queue_owns_only_what_it_was_made_for(client, queue):
    body = {"Subject": "Broken", "OwnerId": queue}
    assert client.post("/sobjects/Case", body).json()[0]["message"] == (
        "Queue not associated with this SObject type"
    )
    assert client.post("/sobjects/Account", {"Name": "A", "OwnerId": queue}).status_code == 400


def test_a_wrong_condition_is_refused_when_it_is_set_up(client, queue):
    body = {"sobject": "Lead", "entries": [{"condition": "Nothing = 1", "ownerId": queue}]}
    assert (
        client.send("POST", "/sandbox/assignment-rules", json=body).json()[0]["errorCode"] == "INVALID_FIELD"
    )
