import pytest

ROLLED_BACK = {
    "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "message": "Record rolled back because not all records were valid "
    "and the request was using AllOrNone header",
    "fields": [],
}


def lead(**values):
    return {"attributes": {"type": "Lead"}, "LastName": "A", "Company": "C"} | values


def test_results_come_in_the_order_of_the_records(client):
    reply = client.post("/composite/sobjects", {"records": [lead(), lead(Company=None), lead(LastName="B")]})
    first, second, third = reply.json()
    assert reply.status_code == 200
    assert (first["success"], second["success"], third["success"]) == (True, False, True)
    assert second == {
        "success": False,
        "errors": [
            {
                "statusCode": "REQUIRED_FIELD_MISSING",
                "message": "Required fields are missing: [Company]",
                "fields": ["Company"],
            }
        ],
    }
    assert client.query("SELECT Id, LastName FROM Lead ORDER BY Id") == [
        {"Id": first["id"], "LastName": "A"},
        {"Id": third["id"], "LastName": "B"},
    ]


def test_200_records_are_one_api_call(org, client):
    before = org.api_calls_used
    reply = client.post("/composite/sobjects", {"records": [lead(LastName=f"L{n}") for n in range(200)]})
    assert [each["success"] for each in reply.json()] == [True] * 200
    assert org.api_calls_used == before + 1


def test_all_or_none_undoes_the_good_records(client):
    reply = client.post("/composite/sobjects", {"allOrNone": True, "records": [lead(), lead(Email="bad")]})
    good, bad = reply.json()
    assert (reply.status_code, good) == (200, {"success": False, "errors": [ROLLED_BACK]})
    assert bad["errors"][0]["statusCode"] == "INVALID_EMAIL_ADDRESS"
    assert client.query("SELECT Id FROM Lead") == []


def test_records_are_updated_by_id_in_either_spelling(client):
    first, second = client.create("Lead", **lead()), client.create("Lead", **lead())
    body = {
        "records": [
            {"attributes": {"type": "Lead"}, "Id": first, "Title": "CEO"},
            {"attributes": {"type": "Lead"}, "id": second[:15], "Title": "CTO"},
            {"attributes": {"type": "Lead"}, "Id": "00Q000000000001EAA", "Title": "CFO"},
            {"attributes": {"type": "Lead"}, "Id": "003000000000001AAA", "Title": "CFO"},
            {"attributes": {"type": "Lead"}, "Title": "CFO"},
        ]
    }
    results = client.patch("/composite/sobjects", body).json()
    assert [each.get("id") for each in results[:2]] == [first, second]
    assert [each["errors"][0]["statusCode"] for each in results[2:]] == [
        "INVALID_CROSS_REFERENCE_KEY",
        "MALFORMED_ID",
        "MISSING_ARGUMENT",
    ]
    assert client.query("SELECT Title FROM Lead ORDER BY Id") == [{"Title": "CEO"}, {"Title": "CTO"}]


def test_a_deleted_record_cannot_be_updated(client):
    lead_id = client.create("Lead", **lead())
    client.send("DELETE", f"/sobjects/Lead/{lead_id}")
    [result] = client.patch("/composite/sobjects", {"records": [lead(Id=lead_id)]}).json()
    assert result["errors"] == [
        {"statusCode": "ENTITY_IS_DELETED", "message": "entity is deleted", "fields": []}
    ]


def test_records_are_upserted_by_external_id(org, client):
    org.add_custom_field("Lead", name="Ext__c", type="Text", length=40, external_id=True, unique=True)
    body = {
        "records": [
            lead(Ext__c="e-1"),
            lead(Ext__c="e-2"),
            lead(Ext__c=None),
            lead(Ext__c="e-1", Title="CEO"),
        ]
    }
    results = client.patch("/composite/sobjects/Lead/Ext__c", body).json()
    assert [each.get("created") for each in results] == [True, True, True, False]
    assert results[2]["errors"][0]["statusCode"] == "MISSING_ARGUMENT"
    assert results[3]["id"] == results[0]["id"]
    assert client.read("Lead", results[0]["id"])["Title"] == "CEO"


def test_upsert_by_id_creates_where_the_id_is_missing(client):
    lead_id = client.create("Lead", **lead())
    body = {"records": [lead(Id=lead_id, Title="CEO"), lead(id=None)]}
    results = client.patch("/composite/sobjects/Lead/Id", body).json()
    assert [(each["success"], each["created"]) for each in results] == [(True, False), (True, True)]


def test_records_are_deleted_by_their_ids(client):
    first, second = client.create("Lead", **lead()), client.create("Account", Name="Acme")
    ids = f"{first},{second},nonsense"
    results = client.send("DELETE", "/composite/sobjects", params={"ids": ids}).json()
    assert [each["success"] for each in results] == [True, True, False]
    assert client.query("SELECT Id FROM Lead") == client.query("SELECT Id FROM Account") == []


def test_records_are_retrieved_in_the_order_of_their_ids(client):
    first, second = client.create("Lead", **lead()), client.create("Lead", **lead(LastName="B"))
    body = {"ids": [second, "00Q000000000001EAA", "nonsense", first[:15]], "fields": ["LastName"]}
    records = client.post("/composite/sobjects/Lead", body).json()
    assert [each and (each["Id"], each["LastName"]) for each in records] == [
        (second, "B"),
        None,
        None,
        (first, "A"),
    ]


def test_records_are_retrieved_by_their_url(client):
    first, second = client.create("Lead", **lead()), client.create("Lead", **lead(LastName="B"))
    records = client.get(f"/composite/sobjects/Lead?ids={second},{first}&fields=id,lastname").json()
    assert [each["LastName"] for each in records] == ["B", "A"]


def test_more_than_200_records_are_refused(client):
    reply = client.post("/composite/sobjects", {"records": [lead()] * 201})
    assert (reply.status_code, reply.json()) == (
        400,
        [
            {
                "message": "record limit reached. cannot submit more than 200 records into this call",
                "errorCode": "EXCEEDED_ID_LIMIT",
            }
        ],
    )


def test_more_than_ten_chunks_of_types_are_refused(client):
    account = {"attributes": {"type": "Account"}, "Name": "Acme"}
    assert client.post("/composite/sobjects", {"records": [lead(), account] * 5}).status_code == 200
    reply = client.post("/composite/sobjects", {"records": [lead(), account] * 6})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "INVALID_INPUT")


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"LastName": "A"}, "INVALID_TYPE"),
        ({"attributes": {"type": "Nothing"}}, "INVALID_TYPE"),
        ({"attributes": {"type": "Lead"}, "Foo__c": 1}, "INVALID_FIELD"),
        ({"attributes": {"type": "Lead"}, "AnnualRevenue": "lots"}, "JSON_PARSER_ERROR"),
    ],
)
def test_a_record_that_cannot_be_read_fails_the_whole_request(client, record, code):
    reply = client.post("/composite/sobjects", {"records": [lead(), record]})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, code)
    assert client.query("SELECT Id FROM Lead") == []
