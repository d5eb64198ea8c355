"""Lead conversion: what one lead becomes, what follows it, and that it is read-only then."""

from sync_project.sandbox.records.conversion import Conversion, convert_lead

LEAD = {"FirstName": "Ada", "LastName": "Lovelace", "Company": "Engine", "Email": "ada@engine.example"}


def convert(client, lead, **wanted):
    body = {"leadId": lead, "convertedStatus": "Closed - Converted"} | wanted
    return client.send("POST", "/sandbox/convert-lead", json=body)


def test_a_lead_becomes_an_account_a_contact_and_an_opportunity(client, clock):
    lead = client.create("Lead", **LEAD, Industry="Energy", City="London", LeadSource="Web", Title="Countess")
    clock.advance(days=1)
    done = convert(client, lead, opportunityName="First deal").json()
    record = client.read("Lead", lead)
    names = ("IsConverted", "Status", "ConvertedDate", "SystemModstamp")
    assert [record[name] for name in names] == [
        True,
        "Closed - Converted",
        "2026-03-03",
        "2026-03-03T09:30:15.000+0000",
    ]
    ids = (record["ConvertedAccountId"], record["ConvertedContactId"], record["ConvertedOpportunityId"])
    assert done == {
        "leadId": lead,
        "accountId": ids[0],
        "contactId": ids[1],
        "opportunityId": ids[2],
        "success": True,
        "errors": [],
    }
    assert client.query("SELECT Name, Industry, BillingCity, AccountSource FROM Account") == [
        {"Name": "Engine", "Industry": "Energy", "BillingCity": "London", "AccountSource": "Web"}
    ]
    assert client.query("SELECT Name, Email, Title, MailingCity, AccountId FROM Contact") == [
        {
            "Name": "Ada Lovelace",
            "Email": "ada@engine.example",
            "Title": "Countess",
            "MailingCity": "London",
            "AccountId": ids[0],
        }
    ]
    assert client.query("SELECT Name, StageName, CloseDate, AccountId, LeadSource FROM Opportunity") == [
        {
            "Name": "First deal",
            "StageName": "Prospecting",
            "CloseDate": "2026-03-31",
            "AccountId": ids[0],
            "LeadSource": "Web",
        }
    ]
    assert client.query("SELECT ContactId, OpportunityId, IsPrimary FROM OpportunityContactRole") == [
        {"ContactId": ids[1], "OpportunityId": ids[2], "IsPrimary": True}
    ]
    assert client.query("SELECT Field FROM LeadHistory WHERE Field = 'leadConverted'") == [
        {"Field": "leadConverted"}
    ]


def test_records_that_exist_keep_their_values_and_get_what_they_lack(client):
    account = client.create("Account", Name="Engine Ltd", Industry="Banking")
    contact = client.create("Contact", LastName="King", AccountId=account)
    lead = client.create("Lead", **LEAD, Industry="Energy", Phone="123")
    done = convert(client, lead, accountId=account, contactId=contact, createOpportunity=False).json()
    assert (done["accountId"], done["contactId"], done["opportunityId"]) == (account, contact, None)
    assert client.query("SELECT Name, Industry, Phone FROM Account") == [
        {"Name": "Engine Ltd", "Industry": "Banking", "Phone": "123"}
    ]
    assert client.query("SELECT LastName, FirstName, Email FROM Contact") == [
        {"LastName": "King", "FirstName": "Ada", "Email": "ada@engine.example"}
    ]


def test_members_and_tasks_follow_the_person(client, clock):
    lead = client.create("Lead", **LEAD)
    campaign, other = client.create("Campaign", Name="One"), client.create("Campaign", Name="Two")
    member = client.create("CampaignMember", CampaignId=campaign, LeadId=lead)
    task = client.create("Task", Subject="Call", WhoId=lead)
    clock.advance(hours=1)
    done = convert(client, lead, createOpportunity=False).json()
    record = client.read("CampaignMember", member)
    assert (record["LeadId"], record["ContactId"], record["Type"]) == (lead, done["contactId"], "Contact")
    assert record["SystemModstamp"] > record["LastModifiedDate"]
    moved = client.read("Task", task)
    assert (moved["WhoId"], moved["WhatId"]) == (done["contactId"], done["accountId"])
    counted = client.read("Campaign", campaign)
    assert (counted["NumberOfConvertedLeads"], counted["NumberOfLeads"]) == (1, 0)
    assert client.patch(f"/sobjects/CampaignMember/{member}", {"Status": "Responded"}).status_code == 204
    assert client.read("CampaignMember", member)["LeadId"] == lead
    again = client.post("/sobjects/CampaignMember", {"CampaignId": other, "LeadId": lead})
    assert again.json()[0]["errorCode"] == "CANNOT_UPDATE_CONVERTED_LEAD"


def test_a_member_whose_contact_is_a_member_already_goes(client):
    account = client.create("Account", Name="Engine")
    contact = client.create("Contact", LastName="Lovelace", AccountId=account)
    lead = client.create("Lead", **LEAD)
    campaign = client.create("Campaign", Name="One")
    kept = client.create("CampaignMember", CampaignId=campaign, ContactId=contact)
    client.create("CampaignMember", CampaignId=campaign, LeadId=lead)
    convert(client, lead, accountId=account, contactId=contact)
    assert client.query("SELECT Id FROM CampaignMember") == [{"Id": kept}]


def test_a_converted_lead_is_read_only_and_still_seen(client):
    lead = client.create("Lead", **LEAD)
    convert(client, lead)
    reply = client.patch(f"/sobjects/Lead/{lead}", {"Title": "CEO"})
    assert (reply.status_code, reply.json()[0]["errorCode"], reply.json()[0]["message"]) == (
        400,
        "CANNOT_UPDATE_CONVERTED_LEAD",
        "cannot reference converted lead",
    )
    assert convert(client, lead).json()[0]["errorCode"] == "CANNOT_UPDATE_CONVERTED_LEAD"
    assert client.query("SELECT Id FROM Lead WHERE IsConverted = true") == [{"Id": lead}]


def test_only_a_converted_status_converts(client):
    lead = client.create("Lead", **LEAD)
    reply = convert(client, lead, convertedStatus="Closed - Not Converted").json()[0]
    assert reply == {
        "message": "invalid convertedStatus: Closed - Not Converted",
        "errorCode": "INVALID_STATUS",
        "fields": ["Status"],
    }
    assert client.query("SELECT MasterLabel FROM LeadStatus WHERE IsConverted = true") == [
        {"MasterLabel": "Closed - Converted"}
    ]
    assert client.query("SELECT count() FROM Account") == []


def test_a_queues_lead_needs_an_owner_and_python_may_convert_too(org, client):
    queue = client.create("Group", Name="Inbox", Type="Queue")
    client.create("QueueSobject", QueueId=queue, SobjectType="Lead")
    lead = client.create("Lead", **LEAD, OwnerId=queue)
    assert (
        convert(client, lead).json()[0]["message"].startswith("Converted objects can only be owned by users")
    )
    wanted = Conversion(lead_id=lead, converted_status="Closed - Converted", owner_id=org.user_id)
    with org.writing() as context:
        done = convert_lead(context, wanted)
    assert client.read("Contact", done.contact_id)["OwnerId"] == org.user_id
    assert client.read("Opportunity", done.opportunity_id)["Name"] == "Engine"
