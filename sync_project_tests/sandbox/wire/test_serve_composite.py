import pytest

DATA = "/services/data/v66.0"
ROLLED_BACK = {
    "errorCode": "PROCESSING_HALTED",
    "message": "The transaction was rolled back since another operation in the same transaction failed.",
}


def part(reference_id, url, method="GET", **more):
    return {"referenceId": reference_id, "method": method, "url": DATA + url} | more


def run(client, *parts, **options):
    reply = client.post("/composite", {"compositeRequest": list(parts)} | options)
    assert reply.status_code == 200, reply.text
    return reply.json()["compositeResponse"]


ACCOUNT = part("acc", "/sobjects/Account", "POST", body={"Name": "Acme"})
CONTACT = part("con", "/sobjects/Contact", "POST", body={"LastName": "A", "AccountId": "@{acc.id}"})
BAD_CONTACT = part("bad", "/sobjects/Contact", "POST", body={"LastName": "A", "Email": "no address"})


def test_parts_build_on_the_answers_before_them(org, client):
    before = org.api_calls_used
    query = part("q", "/query?q=SELECT Id, Name FROM Account WHERE Id = '@{acc.id}'")
    copy = part(
        "copy", "/sobjects/Lead", "POST", body={"LastName": "L", "Company": "@{q.records[0].Name} II"}
    )
    account, contact, found, lead = run(client, ACCOUNT, CONTACT, query, copy)
    account_id = account["body"]["id"]
    assert account == {
        "body": {"id": account_id, "success": True, "errors": []},
        "httpHeaders": {"Location": f"{DATA}/sobjects/Account/{account_id}"},
        "httpStatusCode": 201,
        "referenceId": "acc",
    }
    assert client.read("Contact", contact["body"]["id"])["AccountId"] == account_id
    assert (found["body"]["totalSize"], found["body"]["records"][0]["Id"]) == (1, account_id)
    assert client.read("Lead", lead["body"]["id"])["Company"] == "Acme II"
    assert org.api_calls_used == before + 1 + 2


def test_a_part_that_fails_leaves_the_others(client):
    account, bad, contact, lost = run(
        client, ACCOUNT, BAD_CONTACT, CONTACT, part("x", "/sobjects/Contact/@{bad.id}")
    )
    assert [account["httpStatusCode"], bad["httpStatusCode"], contact["httpStatusCode"]] == [201, 400, 201]
    assert bad["body"][0]["errorCode"] == "INVALID_EMAIL_ADDRESS"
    assert lost == {
        "body": [
            {
                "errorCode": "PROCESSING_HALTED",
                "message": "Invalid reference specified. No value for bad.id found in bad.",
            }
        ],
        "httpHeaders": {},
        "httpStatusCode": 400,
        "referenceId": "x",
    }
    assert len(client.query("SELECT Id FROM Contact")) == 1


def test_all_or_none_undoes_the_good_parts(client):
    account, bad, contact = run(client, ACCOUNT, BAD_CONTACT, CONTACT, allOrNone=True)
    assert account == {"body": [ROLLED_BACK], "httpHeaders": {}, "httpStatusCode": 400, "referenceId": "acc"}
    assert (bad["body"][0]["errorCode"], contact["body"]) == ("INVALID_EMAIL_ADDRESS", [ROLLED_BACK])
    assert client.query("SELECT Id FROM Account") == client.query("SELECT Id FROM Contact") == []


@pytest.mark.parametrize("is_inner", [True, False])
def test_all_or_none_reaches_into_collections(client, is_inner):
    records = [{"attributes": {"type": "Account"}, "Name": "B"}, {"attributes": {"type": "Account"}}]
    body = {"allOrNone": is_inner, "records": records}
    collection, account = run(
        client, part("col", "/composite/sobjects", "POST", body=body), ACCOUNT, allOrNone=True
    )
    assert collection["httpStatusCode"] == 200
    assert [each["success"] for each in collection["body"]] == [not is_inner, False]
    assert account["body"] == [ROLLED_BACK]
    assert client.query("SELECT Id FROM Account") == []


def test_parts_reach_rows_collections_and_errors(client):
    account_id = client.create("Account", Name="Acme")
    records = [{"attributes": {"type": "Account"}, "Name": "B"}, {"attributes": {"type": "Account"}}]
    renamed, collection, deleted, missing, nested = run(
        client,
        part("one", f"/sobjects/Account/{account_id}", "PATCH", body={"Name": "New"}),
        part("two", "/composite/sobjects", "POST", body={"records": records}),
        part("three", "/sobjects/Account/@{two[0].id}", "DELETE"),
        part("four", "/sobjects/Foo"),
        part("five", "/composite/batch", "POST", body={"batchRequests": []}),
    )
    assert (renamed["httpStatusCode"], renamed["body"]) == (204, None)
    assert [each["success"] for each in collection["body"]] == [True, False]
    assert deleted["httpStatusCode"] == 204
    assert (missing["httpStatusCode"], missing["body"]) == (
        404,
        [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}],
    )
    assert nested["httpStatusCode"] == 400
    assert client.query("SELECT Name FROM Account") == [{"Name": "New"}]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([part(f"r{n}", "/limits") for n in range(26)], "LIMIT_EXCEEDED"),
        ([part(f"r{n}", "/query?q=SELECT Id FROM Lead") for n in range(6)], "LIMIT_EXCEEDED"),
        ([part("r", "/limits"), part("r", "/limits")], "INVALID_INPUT"),
        ([part("r-1", "/limits")], "INVALID_INPUT"),
        ([{"method": "GET", "url": DATA}], "INVALID_INPUT"),
        ("none", "JSON_PARSER_ERROR"),
    ],
)
def test_a_composite_that_is_not_well_made_is_refused(client, parts, code):
    reply = client.post("/composite", {"compositeRequest": parts})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, code)


def test_a_part_may_refer_to_a_null_since_v52(client):
    contact = client.create("Contact", LastName="A")
    body = {
        "compositeRequest": [
            part("c", f"/sobjects/Contact/{contact}?fields=FirstName"),
            part("n", "/sobjects/Contact", "POST", body={"LastName": "B", "FirstName": "@{c.FirstName}"}),
        ]
    }
    new = client.post("/composite", body).json()["compositeResponse"][1]
    old = client.send("POST", "/services/data/v51.0/composite", json=body).json()["compositeResponse"][1]
    assert (new["httpStatusCode"], old["httpStatusCode"]) == (201, 400)


def test_a_batch_runs_its_parts_alone_and_counts_each(org, client):
    account_id = client.create("Account", Name="Acme")
    before = org.api_calls_used
    parts = [
        {"method": "PATCH", "url": f"v66.0/sobjects/account/{account_id}", "richInput": {"Name": "NewName"}},
        {"method": "GET", "url": f"v66.0/sobjects/account/{account_id}?fields=Name"},
        {"method": "GET", "url": "v66.0/sobjects/account/001000000000001"},
        {"method": "GET", "url": f"{DATA}/limits/recordCount?sObjects=Account"},
    ]
    reply = client.post("/composite/batch", {"batchRequests": parts}).json()
    assert reply["hasErrors"] is True
    assert reply["results"][0] == {"statusCode": 204, "result": None}
    assert reply["results"][1]["result"]["Name"] == "NewName"
    assert [each["statusCode"] for each in reply["results"]] == [204, 200, 404, 200]
    assert org.api_calls_used == before + 4
    halted = client.post("/composite/batch", {"haltOnError": True, "batchRequests": parts[1:]}).json()
    assert halted["results"][2] == {
        "statusCode": 412,
        "result": [
            {
                "message": "Batch processing halted per request directive",
                "errorCode": "BATCH_PROCESSING_HALTED",
            }
        ],
    }


def test_each_graph_is_all_or_nothing(client):
    graphs = [
        {"graphId": "1", "compositeRequest": [ACCOUNT, CONTACT]},
        {"graphId": "2", "compositeRequest": [ACCOUNT, BAD_CONTACT]},
    ]
    good, bad = client.post("/composite/graph", {"graphs": graphs}).json()["graphs"]
    assert (good["graphId"], good["isSuccessful"]) == ("1", True)
    assert [each["httpStatusCode"] for each in good["graphResponse"]["compositeResponse"]] == [201, 201]
    assert (bad["graphId"], bad["isSuccessful"]) == ("2", False)
    assert bad["graphResponse"]["compositeResponse"][0]["body"] == [ROLLED_BACK]
    assert len(client.query("SELECT Id FROM Account")) == 1


def test_the_composite_resources_are_listed(client):
    assert client.get("/composite").json() == {
        "tree": f"{DATA}/composite/tree",
        "batch": f"{DATA}/composite/batch",
        "sobjects": f"{DATA}/composite/sobjects",
        "graph": f"{DATA}/composite/graph",
    }
