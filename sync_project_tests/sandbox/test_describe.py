import pytest

from sync_project_tests.sandbox.recorded_describes import (
    NOT_FOLLOWED,
    OF_THAT_ORG,
    differences,
    read_digest,
    shorten,
)


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
    named = {each["relationshipName"]: each["childSObject"] for each in children if each["relationshipName"]}
    assert named == {
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


def test_every_key_of_every_recorded_field_is_the_same(client):
    found, checked = set(), 0
    for recorded, fields in read_digest():
        ours = client.get(f"/sobjects/{recorded['name']}/describe").json()["fields"]
        assert {tuple(each) for each in ours} == {tuple(sorted(fields[0]))}
        found |= differences(recorded["name"], fields, [shorten(each) for each in ours])
        checked += len(fields)
    assert found - OF_THAT_ORG == NOT_FOLLOWED
    assert checked > 300


@pytest.mark.parametrize("name", ["Contact", "Lead", "Opportunity"])
def test_an_object_is_described_as_recorded(client, name):
    recorded = next(each for each, _ in read_digest() if each["name"] == name)
    ours = client.get(f"/sobjects/{name}/describe").json()
    assert list(ours) == sorted(ours)
    assert ours["urls"]["uiDetailTemplate"] == f"{client.base_url}/{{ID}}"
    ours["urls"] = list(ours["urls"])
    ours["supportedScopes"] = {each["name"]: each["label"] for each in ours["supportedScopes"]}
    assert {key: ours[key] for key in recorded} == recorded
    assert set(ours) - set(recorded) == {"fields", "childRelationships", "recordTypeInfos"}


def test_references_without_a_name_are_children_too(client):
    children = client.get("/sobjects/Contact/describe").json()["childRelationships"]
    told = {(each["childSObject"], each["field"]): each["relationshipName"] for each in children}
    assert told["Contact", "ReportsToId"] is None
    assert told["Lead", "ConvertedContactId"] is None
    assert ("Contact", "MasterRecordId") not in told


def test_record_types_are_told_before_the_master(org, client):
    with org.transaction() as connection:
        connection.execute(
            'INSERT INTO "RecordType" (Id, Name, DeveloperName, SobjectType, IsActive) '
            "VALUES ('012Sb0000000001AAA', 'Household', 'Household', 'Account', 1)"
        )
    infos = client.get("/sobjects/Account/describe").json()["recordTypeInfos"]
    assert [(each["name"], each["master"], each["defaultRecordTypeMapping"]) for each in infos] == [
        ("Household", False, True),
        ("Master", True, False),
    ]


@pytest.mark.parametrize("path", ["/sobjects", "/sobjects/Lead/describe"])
def test_a_describe_that_the_client_has_is_not_sent_again(org, client, clock, path):
    first = client.get(path)
    known = {"If-Modified-Since": first.headers["Last-Modified"]}
    clock.advance(hours=1)
    again = client.get(path, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert (again.headers["ETag"], again.headers["Last-Modified"]) == (
        first.headers["ETag"],
        first.headers["Last-Modified"],
    )
    part = {"referenceId": "a", "method": "GET", "url": f"/services/data/v66.0{path}", "httpHeaders": known}
    [inside] = client.post("/composite", {"compositeRequest": [part]}).json()["compositeResponse"]
    assert (inside["httpStatusCode"], inside["body"]) == (304, None)
    assert set(inside["httpHeaders"]) == {"ETag", "Last-Modified"}


def test_a_new_field_is_a_new_describe_even_in_the_same_second(org, client):
    known = {"If-Modified-Since": client.get("/sobjects/Lead/describe").headers["Last-Modified"]}
    org.add_custom_field("Lead", name="Score__c", type="Number")
    assert client.get("/sobjects/Lead/describe", headers=known).status_code == 200
