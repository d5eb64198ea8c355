"""Campaign influence: models, shares, and an org without it."""

import pytest

from sync_project.sandbox.loading import load_rows


@pytest.fixture
def parts(org, client):
    load_rows(
        org,
        "CampaignInfluenceModel",
        [
            {
                "DeveloperName": "Ours",
                "MasterLabel": "Ours",
                "IsActive": True,
                "IsModelLocked": True,
                "ModelType": "2",
            }
        ],
    )
    deal = {"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-05-31", "Amount": 2000}
    models = {
        each["MasterLabel"]: each["Id"]
        for each in client.query("SELECT Id, MasterLabel FROM CampaignInfluenceModel")
    }
    return models, {
        "CampaignId": client.create("Campaign", Name="Webinar"),
        "OpportunityId": client.create("Opportunity", **deal),
        "ContactId": client.create("Contact", LastName="Doe"),
    }


def test_a_locked_models_influence_is_written_by_the_api(client, parts):
    models, values = parts
    influence = client.create("CampaignInfluence", **values, ModelId=models["Ours"], Influence=25)
    assert client.read("CampaignInfluence", influence)["RevenueShare"] == 500.0
    client.patch(f"/sobjects/CampaignInfluence/{influence}", {"Influence": 50})
    assert (
        client.query("SELECT RevenueShare, Model.MasterLabel FROM CampaignInfluence")[0]["RevenueShare"]
        == 1000.0
    )
    client.patch(f"/sobjects/CampaignInfluence/{influence}", {"Influence": 50, "RevenueShare": 7})
    assert client.read("CampaignInfluence", influence)["RevenueShare"] == 7.0
    assert client.send("DELETE", f"/sobjects/CampaignInfluence/{influence}").status_code == 204


def test_salesforces_own_model_is_not_written(client, parts):
    models, values = parts
    body = values | {"ModelId": models["Primary Campaign Source Model"], "Influence": 100}
    reply = client.post("/sobjects/CampaignInfluence", body)
    assert reply.json()[0]["errorCode"] == "INSUFFICIENT_ACCESS_OR_READONLY"
    assert client.post("/sobjects/CampaignInfluenceModel", {"MasterLabel": "A"}).status_code == 400


def test_an_org_may_be_without_influence(org, client):
    names = ["campaigninfluence", "CampaignInfluenceModel"]
    for _ in range(2):
        assert client.send("PUT", "/sandbox/removed-objects", json={"sobjects": names}).status_code == 204
    assert client.get("/sobjects/CampaignInfluence/describe").status_code == 404
    reply = client.get("/query", params={"q": "SELECT Id FROM CampaignInfluence"})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "INVALID_TYPE")
    children = client.get("/sobjects/Campaign/describe").json()["childRelationships"]
    assert "CampaignInfluences" not in {each["relationshipName"] for each in children}
    client.send("PUT", "/sandbox/removed-objects", json={"sobjects": []})
    assert client.get("/sobjects/CampaignInfluence/describe").status_code == 200


def test_a_campaign_counts_its_members_answers_and_deals(client):
    first, second = client.create("Campaign", Name="First"), client.create("Campaign", Name="Second")
    names = ("NumberOfLeads", "NumberOfContacts", "NumberOfResponses", "NumberOfOpportunities")

    def counts(campaign):
        record = client.read("Campaign", campaign)
        return [record[name] for name in (*names, "AmountAllOpportunities")]

    assert counts(first) == [0, 0, 0, 0, 0.0]
    lead, contact = client.create("Lead", LastName="A", Company="C"), client.create("Contact", LastName="B")
    member = client.create("CampaignMember", CampaignId=first, LeadId=lead)
    other = client.create("CampaignMember", CampaignId=first, ContactId=contact, Status="Responded")
    deal = client.create(
        "Opportunity",
        Name="D",
        StageName="Prospecting",
        CloseDate="2026-05-31",
        Amount=7,
        CampaignId=first,
    )
    assert counts(first) == [1, 1, 1, 1, 7.0]
    for status in ("Responded", "Responded"):
        client.patch(f"/sobjects/CampaignMember/{member}", {"Status": status})
    client.patch(f"/sobjects/CampaignMember/{other}", {"Status": "Sent"})
    client.patch(f"/sobjects/Opportunity/{deal}", {"CampaignId": second})
    assert (counts(first), counts(second)) == ([1, 1, 1, 0, 0.0], [0, 0, 0, 1, 7.0])
    client.send("DELETE", f"/sobjects/CampaignMember/{member}")
    assert counts(first) == [0, 1, 0, 0, 0.0]
    client.send("POST", "/sandbox/undelete", json={"ids": [member]})
    client.send("DELETE", f"/sobjects/Opportunity/{deal}")
    assert (counts(first), counts(second)) == ([1, 1, 1, 0, 0.0], [0, 0, 0, 0, 0.0])


def test_a_campaign_has_each_member_status_once(client):
    ids = [client.create("Campaign", Name=name) for name in ("Fair", "Show")]
    for each in ids:
        status = client.create("CampaignMemberStatus", CampaignId=each, Label="Qualified", SortOrder=3)
        assert client.patch(f"/sobjects/CampaignMemberStatus/{status}", {"Label": "QUALIFIED"}).ok
    reply = client.post(
        "/sobjects/CampaignMemberStatus", {"CampaignId": ids[0], "Label": "sent", "SortOrder": 4}
    )
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "DUPLICATE_VALUE")
