"""What single objects derive and forbid, seen through the API."""

import pytest

DEAL = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-05-31"}


def error_of(reply):
    return reply.status_code, reply.json()[0]["errorCode"], reply.json()[0]["message"]


def test_a_stage_decides_the_rest_of_an_opportunity(client, clock):
    deal = client.create("Opportunity", **DEAL, Amount=2000)
    names = ("IsClosed", "IsWon", "Probability", "ForecastCategory", "ExpectedRevenue", "Fiscal")
    record = client.read("Opportunity", deal)
    assert [record[name] for name in names] == [False, False, 10.0, "Pipeline", 200.0, "2026 2"]
    clock.advance(days=1)
    client.patch(f"/sobjects/Opportunity/{deal}", {"StageName": "Closed Won"})
    record = client.read("Opportunity", deal)
    assert [record[name] for name in names] == [True, True, 100.0, "Closed", 2000.0, "2026 2"]
    assert record["LastStageChangeDate"] == "2026-03-03T09:30:15.000+0000"


def test_a_probability_that_is_given_wins_over_the_stages(client):
    deal = client.create("Opportunity", **DEAL, Amount=1000, Probability=55)
    record = client.read("Opportunity", deal)
    assert (record["Probability"], record["ExpectedRevenue"]) == (55.0, 550.0)


def test_what_a_stage_decides_cannot_be_written(client):
    reply = client.post("/sobjects/Opportunity", DEAL | {"IsWon": True})
    assert error_of(reply)[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"


def test_a_new_campaign_has_two_member_statuses(client):
    campaign = client.create("Campaign", Name="Webinar")
    assert client.query(
        "SELECT Label, IsDefault, HasResponded FROM CampaignMemberStatus "
        f"WHERE CampaignId = '{campaign}' ORDER BY SortOrder"
    ) == [
        {"Label": "Sent", "IsDefault": True, "HasResponded": False},
        {"Label": "Responded", "IsDefault": False, "HasResponded": True},
    ]


def test_a_campaign_has_one_default_status(client):
    campaign = client.create("Campaign", Name="Webinar")
    client.create("CampaignMemberStatus", CampaignId=campaign, Label="Invited", IsDefault=True, SortOrder=3)
    assert client.query("SELECT Label FROM CampaignMemberStatus WHERE IsDefault = true") == [
        {"Label": "Invited"}
    ]
    lead = client.create("Lead", LastName="A", Company="C")
    member = client.create("CampaignMember", CampaignId=campaign, LeadId=lead)
    assert client.read("CampaignMember", member)["Status"] == "Invited"


def test_a_member_mirrors_its_lead_and_its_status(client, clock):
    campaign = client.create("Campaign", Name="Webinar")
    lead = client.create(
        "Lead", FirstName="Ada", LastName="Lovelace", Company="Engine", Email="ada@engine.example"
    )
    member = client.create("CampaignMember", CampaignId=campaign, LeadId=lead)
    names = ("Name", "Email", "CompanyOrAccount", "Type", "LeadOrContactId", "Status", "HasResponded")
    record = client.read("CampaignMember", member)
    assert [record[name] for name in names] == [
        "Ada Lovelace",
        "ada@engine.example",
        "Engine",
        "Lead",
        lead,
        "Sent",
        False,
    ]
    assert record["FirstRespondedDate"] is None
    client.patch(f"/sobjects/CampaignMember/{member}", {"Status": "Responded"})
    client.patch(f"/sobjects/Lead/{lead}", {"Email": "ada@new.example"})
    record = client.read("CampaignMember", member)
    assert (record["HasResponded"], record["FirstRespondedDate"], record["Email"]) == (
        True,
        "2026-03-02",
        "ada@new.example",
    )
    counted = client.read("Campaign", campaign)
    assert (counted["NumberOfLeads"], counted["NumberOfContacts"], counted["NumberOfResponses"]) == (1, 0, 1)


def test_a_person_is_a_member_once_and_not_of_an_unknown_status(client):
    campaign = client.create("Campaign", Name="Webinar")
    contact = client.create("Contact", LastName="Doe")
    lead = client.create("Lead", LastName="Doe", Company="C")
    both = client.create("CampaignMember", CampaignId=campaign, ContactId=contact, LeadId=lead)
    assert client.read("CampaignMember", both)["LeadId"] is None
    body = {"CampaignId": campaign, "ContactId": contact}
    assert error_of(client.post("/sobjects/CampaignMember", body)) == (
        400,
        "DUPLICATE_VALUE",
        "Already a campaign member.",
    )
    assert error_of(client.post("/sobjects/CampaignMember", {"CampaignId": campaign}))[1] == (
        "REQUIRED_FIELD_MISSING"
    )
    assert error_of(client.patch(f"/sobjects/CampaignMember/{both}", {"Status": "Converted"}))[1] == (
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    )
    client.create(
        "CampaignMemberStatus", CampaignId=campaign, Label="Converted", HasResponded=True, SortOrder=3
    )
    assert client.patch(f"/sobjects/CampaignMember/{both}", {"Status": "Converted"}).status_code == 204


def test_a_member_cannot_move_to_another_campaign(client):
    first, second = client.create("Campaign", Name="One"), client.create("Campaign", Name="Two")
    member = client.create(
        "CampaignMember", CampaignId=first, LeadId=client.create("Lead", LastName="A", Company="C")
    )
    reply = client.patch(f"/sobjects/CampaignMember/{member}", {"CampaignId": second})
    assert error_of(reply)[1] == "INVALID_FIELD_FOR_INSERT_UPDATE"


@pytest.mark.parametrize(("status", "is_closed"), [("Not Started", False), ("Completed", True)])
def test_a_task_is_closed_when_completed(client, status, is_closed):
    account = client.create("Account", Name="Acme")
    contact = client.create("Contact", LastName="Doe", AccountId=account)
    task = client.create("Task", Subject="Call", Status=status, WhoId=contact, Priority="High")
    record = client.read("Task", task)
    assert (record["IsClosed"], record["IsHighPriority"], record["AccountId"]) == (is_closed, True, account)
    assert (record["CompletedDateTime"] is not None) == is_closed


def test_a_leads_task_relates_to_nothing_else(client):
    account, lead = client.create("Account", Name="Acme"), client.create("Lead", LastName="A", Company="C")
    reply = client.post("/sobjects/Task", {"Subject": "Call", "WhoId": lead, "WhatId": account})
    assert error_of(reply)[1] == "FIELD_INTEGRITY_EXCEPTION"


def test_a_converted_lead_cannot_be_updated(client):
    lead = client.create("Lead", LastName="A", Company="C", IsConverted=True)
    assert error_of(client.patch(f"/sobjects/Lead/{lead}", {"Title": "CEO"})) == (
        400,
        "CANNOT_UPDATE_CONVERTED_LEAD",
        "cannot reference converted lead",
    )


def test_an_inactive_user_cannot_become_owner(client):
    user = client.create(
        "User",
        LastName="Gone",
        Username="gone@acme.example",
        Email="gone@acme.example",
        Alias="gone",
        IsActive=False,
    )
    reply = client.post("/sobjects/Account", {"Name": "Acme", "OwnerId": user})
    assert error_of(reply) == (
        400,
        "INACTIVE_OWNER_OR_USER",
        f"operation performed with inactive user [{user}] as owner of account",
    )


def test_a_case_is_numbered_and_knows_its_contact(client, clock):
    account = client.create("Account", Name="Acme")
    contact = client.create("Contact", LastName="Doe", AccountId=account, Email="doe@acme.example")
    first = client.create("Case", ContactId=contact, Subject="Broken")
    second = client.create("Case", Subject="Again")
    record = client.read("Case", first)
    names = ("CaseNumber", "AccountId", "ContactEmail", "Status", "IsClosed", "ClosedDate")
    assert [record[name] for name in names] == [
        "00001000",
        account,
        "doe@acme.example",
        "New",
        False,
        None,
    ]
    clock.advance(days=1)
    client.patch(f"/sobjects/Case/{second}", {"Status": "Closed"})
    assert client.query("SELECT CaseNumber, ClosedDate FROM Case WHERE IsClosed = true") == [
        {"CaseNumber": "00001001", "ClosedDate": "2026-03-03T09:30:15.000+0000"}
    ]


def test_an_opportunity_has_one_primary_contact(client):
    ada, bob = client.create("Contact", LastName="Ada"), client.create("Contact", LastName="Bob")
    deal = client.create("Opportunity", **DEAL, ContactId=ada)
    assert client.query("SELECT ContactId, IsPrimary FROM OpportunityContactRole") == [
        {"ContactId": ada, "IsPrimary": True}
    ]
    client.create("OpportunityContactRole", OpportunityId=deal, ContactId=bob, IsPrimary=True)
    assert client.read("Opportunity", deal)["ContactId"] == bob
    assert client.query("SELECT ContactId FROM OpportunityContactRole WHERE IsPrimary = true") == [
        {"ContactId": bob}
    ]
