"""Duplicate rules: alert and block, exact and fuzzy, in every way to write."""

import pytest

ADA = {"LastName": "Lovelace", "Company": "Engine", "Email": "ada@engine.example"}


def add_rule(client, **rule):
    reply = client.send("POST", "/sandbox/duplicate-rules", json={"sobject": "Lead"} | rule)
    assert reply.status_code == 201, reply.text


def save(client, headers=None, **values):
    return client.send("POST", "/sobjects/Lead", json=ADA | values, headers=headers or {})


def test_an_alert_is_answered_as_salesforce_does(client):
    add_rule(client, fields=["Email"])
    lead = client.create("Lead", **ADA)
    reply = save(client, LastName="King")
    result = {
        "allowSave": True,
        "duplicateRule": "Standard_Lead_Duplicate_Rule",
        "duplicateRuleEntityType": "Lead",
        "errorMessage": "Use one of these records?",
        "matchResults": [
            {
                "entityType": "Lead",
                "errors": [],
                "matchEngine": "ExactMatchEngine",
                "matchRecords": [
                    {
                        "additionalInformation": [],
                        "fieldDiffs": [],
                        "matchConfidence": 100.0,
                        "record": {
                            "attributes": {
                                "type": "Lead",
                                "url": f"/services/data/v66.0/sobjects/Lead/{lead}",
                            },
                            "Id": lead,
                        },
                    }
                ],
                "rule": "Standard_Lead_Match_Rule",
                "size": 1,
                "success": True,
            }
        ],
    }
    assert (reply.status_code, reply.json()) == (
        400,
        [
            {
                "duplicateResut": result,
                "duplicateResult": result,
                "errorCode": "DUPLICATES_DETECTED",
                "message": "Use one of these records?",
            }
        ],
    )
    assert client.query("SELECT Id FROM Lead") == [{"Id": lead}]


def test_the_header_passes_an_alert_and_no_block(client):
    insists = {"Sforce-Duplicate-Rule-Header": "allowSave=true; runAsCurrentUser=true"}
    client.create("Lead", **ADA)
    add_rule(client, fields={"Email": "exact"}, action="alert")
    assert save(client).status_code == 400
    assert save(client, headers=insists).status_code == 201
    add_rule(client, fields={"Email": "exact"}, action="block", message="Never twice", name="No_Duplicate")
    refused = save(client, headers=insists)
    body = refused.json()[0]
    assert (refused.status_code, body["message"], body["duplicateResult"]["allowSave"]) == (
        400,
        "Never twice",
        False,
    )


def test_details_are_shown_to_who_asks(client):
    add_rule(client, fields=["Email"])
    client.create("Lead", **ADA)
    shows = {"Sforce-Duplicate-Rule-Header": "includeRecordDetails=true"}
    matched = save(client, headers=shows).json()[0]["duplicateResult"]["matchResults"][0]["matchRecords"]
    assert matched[0]["record"]["Company"] == "Engine"


@pytest.mark.parametrize(
    ("fields", "values", "is_found"),
    [
        ({"Company": "fuzzy"}, {"Company": "Éngine, Inc."}, True),
        ({"Company": "exact"}, {"Company": "Engine, Inc."}, False),
        ({"Company": "exact"}, {"Company": "ENGINE"}, True),
        ({"Email": "fuzzy"}, {"Email": "ada+news@engine.example"}, True),
        ({"Email": "exact", "LastName": "exact"}, {"LastName": "King"}, False),
        ({"Email": "exact"}, {"Email": None}, False),
    ],
)
def test_all_fields_must_match_by_their_method(client, fields, values, is_found):
    add_rule(client, fields=fields)
    client.create("Lead", **ADA)
    assert (save(client, **values).status_code == 400) == is_found


def test_a_lead_may_look_like_a_contact(client):
    add_rule(client, fields=["Email"], matchSobject="Contact")
    contact = client.create("Contact", LastName="L", Email="ada@engine.example")
    result = save(client).json()[0]["duplicateResult"]
    assert result["matchResults"][0]["entityType"] == "Contact"
    assert result["matchResults"][0]["matchRecords"][0]["record"]["Id"] == contact


def test_an_update_is_asked_when_it_changes_a_matched_field(client):
    client.create("Lead", **ADA)
    twin = client.create("Lead", **ADA)
    add_rule(client, fields=["Email"])
    assert client.patch(f"/sobjects/Lead/{twin}", {"Title": "Countess"}).status_code == 204
    client.patch(f"/sobjects/Lead/{twin}", {"Email": "other@engine.example"})
    back = client.patch(f"/sobjects/Lead/{twin}", {"Email": "ada@engine.example"})
    assert back.json()[0]["errorCode"] == "DUPLICATES_DETECTED"


def test_collections_and_bulk_refuse_the_row_alone(client):
    add_rule(client, fields=["Email"])
    client.create("Lead", **ADA)
    records = [
        {"attributes": {"type": "Lead"}} | ADA,
        {"attributes": {"type": "Lead"}} | ADA | {"Email": None},
    ]
    first, second = client.post("/composite/sobjects", {"records": records}).json()
    assert first["errors"] == [
        {"statusCode": "DUPLICATES_DETECTED", "message": "Use one of these records?", "fields": []}
    ]
    assert second["success"]
    job = client.post("/jobs/ingest", {"object": "Lead", "operation": "insert", "contentType": "CSV"}).json()
    rows = "LastName,Company,Email\nA,C,ada@engine.example\nB,C,b@engine.example\n"
    client.send("PUT", f"/jobs/ingest/{job['id']}/batches", data=rows)
    client.patch(f"/jobs/ingest/{job['id']}", {"state": "UploadComplete"})
    failed = client.get(f"/jobs/ingest/{job['id']}/failedResults").text
    assert '"DUPLICATES_DETECTED:Use one of these records?: --"' in failed
    assert client.query("SELECT LastName FROM Lead WHERE Company = 'C'") == [{"LastName": "B"}]
