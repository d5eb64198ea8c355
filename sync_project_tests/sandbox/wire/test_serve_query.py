import pytest
from hypothesis import HealthCheck, given, settings

from sync_project.sandbox.loading import load_rows
from sync_project_tests.sandbox.soql.soql_strategy import QUERIES, broken_queries


def load_accounts(org, number):
    load_rows(org, "Account", ({"Name": f"A{n:05}"} for n in range(number)))


def test_pages_hold_2000_records_and_lead_to_the_next(org, client):
    load_accounts(org, 4500)
    first = client.get("/query", params={"q": "SELECT Name FROM Account ORDER BY Name"}).json()
    assert (first["totalSize"], first["done"], len(first["records"])) == (4500, False, 2000)
    second = client.get(first["nextRecordsUrl"]).json()
    third = client.get(second["nextRecordsUrl"]).json()
    assert (len(second["records"]), len(third["records"]), third["done"]) == (2000, 500, True)
    assert "nextRecordsUrl" not in third
    names = [each["Name"] for page in (first, second, third) for each in page["records"]]
    assert names == [f"A{n:05}" for n in range(4500)]


@pytest.mark.parametrize(
    ("asked", "size"), [("batchSize=300", 300), ("batchSize=1", 200), ("batchSize=9999", 450)]
)
def test_the_batch_size_is_asked_for_by_header(org, client, asked, size):
    load_accounts(org, 450)
    reply = client.get(
        "/query", params={"q": "SELECT Id FROM Account"}, headers={"Sforce-Query-Options": asked}
    )
    assert len(reply.json()["records"]) == size


def test_a_page_shows_its_records_as_they_are_when_it_is_read(org, client):
    load_accounts(org, 2002)
    soql = "SELECT Name, Owner.Name, (SELECT LastName FROM Contacts) FROM Account ORDER BY Name"
    url = client.get("/query", params={"q": soql}).json()["nextRecordsUrl"]
    gone, kept = (
        each["Id"] for each in client.query("SELECT Id FROM Account WHERE Name > 'A01999' ORDER BY Name")
    )
    client.create("Contact", LastName="New", AccountId=kept)
    client.patch(f"/sobjects/Account/{kept}", {"Name": "Renamed"})
    org.connection.execute("DELETE FROM Account WHERE Id = ?", (gone,))

    page = client.get(url).json()

    assert (page["totalSize"], page["done"]) == (2002, True)
    (record,) = page["records"]
    assert (record["Name"], record["Contacts"]["records"][0]["LastName"]) == ("Renamed", "New")


def test_a_page_whose_rows_were_forgotten_is_read_again(org, client):
    load_accounts(org, 2100)
    url = client.get("/query", params={"q": "SELECT Name FROM Account ORDER BY Name"}).json()[
        "nextRecordsUrl"
    ]
    org.query_results.clear()
    assert client.get(url).json()["records"][0]["Name"] == "A02000"


def test_a_locator_lives_two_days(org, client, clock):
    load_accounts(org, 2001)
    soql = {"q": "SELECT Id FROM Account"}
    url = client.get("/query", params=soql).json()["nextRecordsUrl"]

    clock.advance(hours=47)
    assert client.get(url).json()["done"] is True
    clock.advance(hours=1)
    assert client.get(url).json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"

    client.get("/query", params=soql)
    assert org.connection.execute("SELECT COUNT(*) FROM _cursor").fetchone() == (1,)


def test_the_many_children_of_one_record_come_in_pages(org, client):
    parent = client.create("Account", Name="Parent")
    load_rows(org, "Contact", ({"LastName": f"C{n:03}", "AccountId": parent} for n in range(450)))
    load_rows(org, "Contact", [{"LastName": "Other"}])
    children = (
        "(SELECT LastName, Account.Name FROM Contacts WHERE LastName > 'C' ORDER BY LastName LIMIT 430)"
    )
    soql = f"SELECT Id, {children} FROM Account WHERE Id = '{parent}'"

    (record,) = client.get("/query", params={"q": soql}).json()["records"]
    pages = [record["Contacts"]]
    while not pages[-1]["done"]:
        org.query_results.clear()
        pages.append(client.get(pages[-1]["nextRecordsUrl"]).json())

    assert [(each["totalSize"], each["done"], len(each["records"])) for each in pages] == [
        (430, False, 200),
        (430, False, 200),
        (430, True, 30),
    ]
    assert [each["LastName"] for page in pages for each in page["records"]] == [
        f"C{n:03}" for n in range(430)
    ]
    assert pages[2]["records"][0]["Account"]["Name"] == "Parent"
    assert "nextRecordsUrl" not in pages[2]


def test_children_of_children_come_in_pages(org, client):
    account = client.create("Account", Name="Parent")
    contact = client.create("Contact", LastName="C", AccountId=account)
    load_rows(org, "Task", ({"Subject": f"T{n:03}", "WhoId": contact} for n in range(201)))
    tasks = "(SELECT Subject FROM Tasks ORDER BY Subject)"
    soql = f"SELECT (SELECT Id, {tasks} FROM Contacts) FROM Account WHERE Id = '{account}'"

    (record,) = client.get("/query", params={"q": soql}).json()["records"]
    url = record["Contacts"]["records"][0]["Tasks"]["nextRecordsUrl"]

    assert [each["Subject"] for each in client.get(url).json()["records"]] == ["T200"]


@pytest.mark.parametrize("place", ["0", "7", "1.0"])
def test_a_locator_of_no_sub_query_is_refused(org, client, place):
    load_accounts(org, 2001)
    soql = "SELECT Id, (SELECT Id FROM Contacts) FROM Account"
    url = client.get("/query", params={"q": soql}).json()["nextRecordsUrl"]

    reply = client.get(url.replace("-2000", f"-001000000000001AAA-{place}-200"))

    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")


def test_query_all_sees_deleted_records(client):
    account = client.create("Account", Name="Gone")
    client.send("DELETE", f"/sobjects/Account/{account}")
    soql = {"q": "SELECT Id, IsDeleted FROM Account"}
    assert client.get("/query", params=soql).json()["totalSize"] == 0
    assert client.get("/queryAll/", params=soql).json()["records"][0]["IsDeleted"] is True


@pytest.mark.parametrize(
    "locator", ["01g000000000001AAA-2000", "01g000000000001AAA-" + "9" * 5000, "nonsense"]
)
def test_an_unknown_locator_is_refused(client, locator):
    reply = client.get(f"/query/{locator}")
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")


def test_a_query_that_cannot_be_is_refused_in_salesforces_words(client):
    reply = client.get("/query", params={"q": "SELECT Foo FROM Lead"})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "INVALID_FIELD")
    assert "No such column 'Foo' on entity 'Lead'." in reply.json()[0]["message"]
    assert client.get("/query", params={"q": " "}).json() == [
        {"message": "A query string has to be specified", "errorCode": "MALFORMED_QUERY"}
    ]


def test_simple_salesforce_reads_all_pages(org, salesforce):
    load_accounts(org, 2500)
    found = salesforce.query_all("SELECT Id, Owner.Name FROM Account")
    assert (found["totalSize"], len(found["records"]), found["done"]) == (2500, 2500, True)
    assert found["records"][0]["Owner"]["Name"] == "Integration User"


def test_mine_is_what_the_user_of_the_session_owns(org, client):
    load_rows(org, "User", [{"Username": "ada@sandbox.example", "LastName": "L", "IsActive": True}])
    (ada,) = org.connection.execute("SELECT Id FROM \"User\" WHERE Username LIKE 'ada%'").fetchone()
    load_rows(org, "Account", [{"Name": "Hers", "OwnerId": ada}, {"Name": "Ours"}])
    soql = "SELECT Name FROM Account USING SCOPE mine"
    assert client.query(soql) == [{"Name": "Ours"}]
    client.session.headers["Authorization"] = f"Bearer {org.open_session(ada)}"
    assert client.query(soql) == [{"Name": "Hers"}]


def test_columns_are_told_instead_of_records(client):
    reply = client.get("/query/", params={"q": "SELECT Id, Owner.Name FROM Account", "columns": "true"})

    assert (reply.status_code, list(reply.json())) == (
        200,
        ["columnMetadata", "entityName", "groupBy", "idSelected", "keyPrefix"],
    )
    assert reply.json()["columnMetadata"][0] == {
        "aggregate": False,
        "apexType": "Id",
        "booleanType": False,
        "columnName": "Id",
        "custom": False,
        "displayName": "Id",
        "foreignKeyName": None,
        "insertable": False,
        "joinColumns": [],
        "numberType": False,
        "textType": False,
        "updatable": False,
    }


@pytest.mark.parametrize(("resource", "notes"), [("/query", 1), ("/queryAll", 0)])
def test_a_query_is_explained_instead_of_run(client, resource, notes):
    client.create("Account", Name="A")
    plan = client.get(resource, params={"explain": "SELECT Id FROM Account"}).json()["plans"][0]

    assert (plan["leadingOperationType"], plan["sobjectType"], plan["sobjectCardinality"]) == (
        "TableScan",
        "Account",
        1,
    )
    assert len(plan["notes"]) == notes


def test_what_cannot_be_explained_is_refused(client):
    reply = client.get("/query", params={"explain": "SELECT Foo FROM Account"})

    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "INVALID_FIELD")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(soql=QUERIES | broken_queries())
def test_any_query_is_answered_or_refused(client, soql):
    for telling in ({"q": soql}, {"q": soql, "columns": "true"}, {"explain": soql}):
        reply = client.get("/query", params=telling)
        assert reply.status_code in {200, 400}, (telling, reply.text)


@pytest.mark.parametrize("sobject", ["Account", "Lead", "Task", "User"])
def test_every_scope_of_describe_is_answered(client, sobject):
    scopes = client.get(f"/sobjects/{sobject}/describe").json()["supportedScopes"]

    for each in scopes:
        reply = client.get("/query", params={"q": f"SELECT Id FROM {sobject} USING SCOPE {each['name']}"})
        assert reply.status_code == 200, reply.text
