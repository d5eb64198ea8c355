import json
import re
from pathlib import Path

import pytest

DIGEST = Path(__file__).parents[3] / "shared" / "data" / "salesforce_describes.txt"


def test_global_describe_lists_every_object(client):
    body = client.get("/sobjects").json()
    assert (body["encoding"], body["maxBatchSize"]) == ("UTF-8", 200)
    prefixes = {each["name"]: each["keyPrefix"] for each in body["sobjects"]}
    expected = {
        "Account": "001",
        "Campaign": "701",
        "CampaignMember": "00v",
        "CampaignMemberStatus": "01Y",
        "Contact": "003",
        "Group": "00G",
        "Lead": "00Q",
        "Opportunity": "006",
        "OpportunityContactRole": "00K",
        "OpportunityStage": "01J",
        "Organization": "00D",
        "Profile": "00e",
        "Task": "00T",
        "User": "005",
        "Case": "500",
        "Event": "00U",
        "LeadHistory": "017",
        "OpportunityHistory": "008",
        "RecordType": "012",
    }
    assert {name: prefixes.get(name) for name in expected} == expected


def test_a_field_is_described_with_all_57_keys(client):
    fields = client.get("/sobjects/Lead/describe").json()["fields"]
    described = {each["name"]: each for each in fields}
    assert {len(each) for each in fields} == {57}
    title = described["Title"]
    assert (title["type"], title["soapType"], title["length"], title["byteLength"]) == (
        "string",
        "xsd:string",
        128,
        384,
    )
    assert described["IsConverted"]["createable"] and not described["IsConverted"]["updateable"]
    assert described["FirstName"]["compoundFieldName"] == "Name"
    assert described["OwnerId"]["referenceTo"] == ["Group", "User"]
    assert described["Status"]["picklistValues"][0] == {
        "active": True,
        "defaultValue": True,
        "label": "Open - Not Contacted",
        "validFor": None,
        "value": "Open - Not Contacted",
    }


def test_account_knows_its_children(client):
    children = client.get("/sobjects/account/describe").json()["childRelationships"]
    assert {each["relationshipName"]: each["childSObject"] for each in children} == {
        "Cases": "Case",
        "ChildAccounts": "Account",
        "Contacts": "Contact",
        "Events": "Event",
        "Histories": "AccountHistory",
        "Opportunities": "Opportunity",
        "Tasks": "Task",
    }


def test_a_custom_field_is_described_with_the_flags_of_its_type(org, client):
    org.add_custom_field("Lead", name="Score__c", type="Number", precision=3, label="Lead score")
    org.add_custom_field("Lead", name="Why__c", type="LongTextArea", length=32_768)
    described = {each["name"]: each for each in client.get("/sobjects/Lead/describe").json()["fields"]}
    score, why = described["Score__c"], described["Why__c"]
    assert (score["type"], score["precision"], score["scale"], score["label"], score["custom"]) == (
        "double",
        3,
        0,
        "Lead score",
        True,
    )
    assert (why["type"], why["length"], why["filterable"], why["sortable"]) == (
        "textarea",
        32_768,
        False,
        False,
    )


def test_the_opportunity_stages_of_the_org_are_the_picklist(client):
    fields = client.get("/sobjects/Opportunity/describe").json()["fields"]
    stage = next(each for each in fields if each["name"] == "StageName")
    assert [each["value"] for each in stage["picklistValues"]][-2:] == ["Closed Won", "Closed Lost"]


def test_an_unknown_object_is_not_found(client):
    reply = client.get("/sobjects/Nothing__c/describe")
    assert (reply.status_code, reply.json()) == (
        404,
        [{"message": "The requested resource does not exist", "errorCode": "NOT_FOUND"}],
    )


@pytest.mark.skipif(not DIGEST.exists(), reason="the recorded describes are not beside this checkout")
def test_types_lengths_and_flags_are_those_recorded_from_a_real_org(client):
    text = DIGEST.read_text(encoding="utf-8")
    pattern = re.compile(r"  (\w+):(\w+):([\w:]+):(\d*)(?:/(\d+),(\d+))?[^\[]* \[(\w*)\]")
    checked = 0
    for block in re.split(r"^== ", text, flags=re.MULTILINE)[1:]:
        sobject = block.splitlines()[0]
        fields = client.get(f"/sobjects/{sobject}/describe").json()["fields"]
        described = {each["name"]: each for each in fields}
        for name, type_, soap_type, length, precision, scale, flags in pattern.findall(block):
            if name not in described:
                continue
            ours = described[name]
            assert (ours["type"], ours["soapType"]) == (type_, soap_type), name
            assert (ours["length"], ours["precision"], ours["scale"]) == (
                int(length or 0),
                int(precision or 0),
                int(scale or 0),
            ), name
            keys = {"c": "createable", "u": "updateable", "n": "nillable", "f": "filterable", "s": "sortable"}
            keys |= {"g": "groupable", "A": "aggregatable", "D": "defaultedOnCreate", "I": "idLookup"}
            keys |= {"N": "nameField", "R": "restrictedPicklist"}
            assert {flag for flag, key in keys.items() if ours[key]} == set(flags), f"{sobject}.{name}"
            checked += 1
    assert checked > 180
    keys_of_a_field = set(json.loads(text.splitlines()[-1]))
    assert set(described["Id"]) == keys_of_a_field
