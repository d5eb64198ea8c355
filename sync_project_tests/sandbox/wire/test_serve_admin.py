"""The admin surface: what is no request of it is refused, and never ends in a 500."""

import pytest

PATHS = [
    "convert-lead",
    "merge",
    "undelete",
    "empty-recycle-bin",
    "lock",
    "unlock",
    "validation-rules",
    "duplicate-rules",
    "assignment-rules",
    "history-rules",
    "rows",
]
BODIES = [
    [],
    {"sobject": "Nothing"},
    {"sobject": "Lead", "fields": {"Email": []}, "condition": [], "entries": 1, "rows": [1], "ids": [1]},
    {"sobject": "Lead", "fields": [["Email"]], "entries": [{"ownerId": "x", "condition": "("}], "field": []},
    {"sobject": "Nothing", "rows": [{"Id": 1}]},
    {"sobject": "Lead", "ids": ["x"], "masterId": "x", "mergeIds": ["y"], "rows": [{"Nothing": 1}]},
    {"sobject": "Lead", "ids": 1, "mergeIds": {}, "olderThanDays": 1e300, "leadId": {"a": 1}},
    {"sobject": "Lead", "action": {}, "fields": ["Email"], "field": "Nothing", "olderThanDays": "x"},
]


@pytest.mark.parametrize("path", PATHS)
def test_a_senseless_body_is_refused_and_changes_nothing(client, path):
    lead = client.create("Lead", LastName="A", Company="C")
    for body in BODIES:
        reply = client.send("POST", f"/sandbox/{path}", json=body)
        assert reply.status_code in {200, 400, 404} | (
            {201} if body and path == "assignment-rules" else set()
        )
    assert client.read("Lead", lead)["OwnerId"] == client.read("Lead", lead)["CreatedById"]
    assert client.send("GET", "/sandbox/validation-rules").json() == []


def test_rows_are_loaded_as_they_are(client):
    rows = [{"MasterLabel": "Ours", "DeveloperName": "Ours", "ModelType": "2", "IsActive": True}]
    reply = client.send("POST", "/sandbox/rows", json={"sobject": "CampaignInfluenceModel", "rows": rows})
    assert (reply.status_code, reply.json()) == (201, {"loaded": 1})
    assert client.query("SELECT IsActive FROM CampaignInfluenceModel WHERE MasterLabel = 'Ours'") == [
        {"IsActive": True}
    ]


def test_a_removed_assignment_rule_takes_its_record_along(org, client):
    body = {"sobject": "Lead", "entries": [{"ownerId": org.user_id}]}
    number = client.send("POST", "/sandbox/assignment-rules", json=body).json()["id"]
    assert len(client.query("SELECT Id FROM AssignmentRule")) == 1
    client.send("DELETE", f"/sandbox/assignment-rules/{number}")
    assert client.query("SELECT Id FROM AssignmentRule") == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost:3000"},
        {"Origin": "null"},
        {"Host": "rebound.example:18080"},
        {"Host": "rebound.example", "Origin": "http://rebound.example"},
    ],
)
def test_a_web_page_cannot_play_admin(client, headers):
    reply = client.send("GET", "/sandbox/connected-app", headers=headers)
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (403, "INSUFFICIENT_ACCESS")
    reply = client.send("POST", "/sandbox//Empty-recycle-bin", data="{}", headers=headers)
    assert reply.status_code == 403


def test_an_origin_of_the_org_itself_is_welcome(client):
    assert client.get("/sandbox/usage", headers={"Origin": client.base_url}).status_code == 200
