import pytest


def record(type_, reference_id, **values):
    return {"attributes": {"type": type_, "referenceId": reference_id}} | values


def test_a_tree_is_created_from_the_root_down(client):
    contacts = {
        "records": [record("Contact", "ref2", LastName="Smith"), record("Contact", "ref3", LastName="E")]
    }
    trees = [record("Account", "ref1", Name="A", Contacts=contacts), record("Account", "ref4", Name="B")]
    reply = client.post("/composite/tree/Account/", {"records": trees})
    body = reply.json()
    assert (reply.status_code, body["hasErrors"]) == (201, False)
    assert [each["referenceId"] for each in body["results"]] == ["ref1", "ref4", "ref2", "ref3"]
    ids = {each["referenceId"]: each["id"] for each in body["results"]}
    assert client.query("SELECT Id, AccountId FROM Contact ORDER BY Id") == [
        {"Id": ids["ref2"], "AccountId": ids["ref1"]},
        {"Id": ids["ref3"], "AccountId": ids["ref1"]},
    ]


def test_one_bad_record_undoes_the_tree(client):
    contacts = {"records": [record("Contact", "ref2", LastName="Smith", Email="123")]}
    reply = client.post(
        "/composite/tree/Account", {"records": [record("Account", "ref1", Name="A", Contacts=contacts)]}
    )
    assert reply.status_code == 400
    assert reply.json() == {
        "hasErrors": True,
        "results": [
            {
                "referenceId": "ref2",
                "errors": [
                    {
                        "statusCode": "INVALID_EMAIL_ADDRESS",
                        "message": "Email: invalid email address: 123",
                        "fields": ["Email"],
                    }
                ],
            }
        ],
    }
    assert client.query("SELECT Id FROM Account") == []


def test_reference_ids_are_unique(client):
    trees = [record("Account", "same", Name="A"), record("Account", "same", Name="B")]
    reply = client.post("/composite/tree/Account", {"records": trees})
    error = {
        "statusCode": "INVALID_INPUT",
        "message": "Duplicate ReferenceId provided in the request.",
        "fields": [],
    }
    result = {"referenceId": "same", "errors": [error]}
    assert (reply.status_code, reply.json()) == (400, {"hasErrors": True, "results": [result, result]})


def chain(levels):
    below = {"ChildAccounts": {"records": [chain(levels - 1)]}} if levels > 1 else {}
    return record("Account", f"ref{levels}", Name="A", **below)


@pytest.mark.parametrize(
    ("records", "status"),
    [
        ([chain(5)], 201),
        ([chain(6)], 400),
        ([record("Account", f"r{n}", Name="A") for n in range(201)], 400),
        ([record("Contact", "r", LastName="A")], 400),
        ([{"attributes": {"type": "Account"}, "Name": "A"}], 403),
        ("none", 400),
    ],
)
def test_the_size_and_the_attributes_of_a_tree_are_checked(client, records, status):
    assert client.post("/composite/tree/Account", {"records": records}).status_code == status
