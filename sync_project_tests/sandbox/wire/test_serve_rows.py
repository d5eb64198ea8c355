import pytest
from simple_salesforce import (
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceResourceNotFound,
)

from sync_project.sandbox.loading import load_rows


def errors_of(reply):
    return reply.status_code, [(each["errorCode"], each["message"]) for each in reply.json()]


def test_a_record_is_created_read_updated_and_deleted(client, clock):
    created = client.post(
        "/sobjects/Lead", {"FirstName": "Ada", "LastName": "Lovelace ", "Company": "Engine"}
    )
    lead_id = created.json()["id"]
    assert (created.status_code, created.json()) == (201, {"id": lead_id, "success": True, "errors": []})

    clock.advance(seconds=90)
    updated = client.patch(f"/sobjects/Lead/{lead_id}", {"Title": "Countess", "Email": "ADA@Engine.example"})
    assert (updated.status_code, updated.content) == (204, b"")

    lead = client.read("Lead", lead_id)
    assert lead["attributes"] == {"type": "Lead", "url": f"/services/data/v66.0/sobjects/Lead/{lead_id}"}
    assert {name: lead[name] for name in ("Name", "Title", "Email", "Status", "IsConverted")} == {
        "Name": "Ada Lovelace",
        "Title": "Countess",
        "Email": "ada@engine.example",
        "Status": "Open - Not Contacted",
        "IsConverted": False,
    }
    assert lead["CreatedDate"] == "2026-03-02T09:30:15.000+0000"
    assert lead["LastModifiedDate"] == lead["SystemModstamp"] == "2026-03-02T09:31:45.000+0000"

    deleted = client.send("DELETE", f"/sobjects/Lead/{lead_id}")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert errors_of(client.get(f"/sobjects/Lead/{lead_id}")) == (
        404,
        [("ENTITY_IS_DELETED", "entity is deleted")],
    )


def test_an_id_of_15_characters_does_everywhere(client):
    account_id = client.create("Account", Name="Acme")
    contact_id = client.create("Contact", LastName="Doe", AccountId=account_id[:15])
    assert client.read("Contact", contact_id[:15])["AccountId"] == account_id
    assert client.patch(f"/sobjects/Contact/{contact_id[:15]}", {"Title": "CEO"}).status_code == 204


def test_only_the_asked_fields_are_read(client):
    account_id = client.create("Account", Name="Acme", BillingCity="Berlin", BillingCountry="Germany")
    record = client.get(f"/sobjects/Account/{account_id}", params={"fields": "name,BillingAddress"}).json()
    address = record["BillingAddress"]
    assert list(record) == ["attributes", "Id", "Name", "BillingAddress"]
    assert (address["city"], address["country"], address["street"]) == ("Berlin", "Germany", None)


@pytest.mark.parametrize(
    ("sobject", "body", "code", "message"),
    [
        (
            "Lead",
            {"FirstName": "Ada"},
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [LastName, Company]",
        ),
        (
            "Lead",
            {"LastName": "", "Company": "C"},
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [LastName]",
        ),
        (
            "Lead",
            {"LastName": "A", "Company": "C", "Foo__c": 1},
            "INVALID_FIELD",
            "No such column 'Foo__c' on sobject of type Lead",
        ),
        (
            "Lead",
            {"LastName": "A", "Company": "C", "SystemModstamp": "2026-01-01T00:00:00Z"},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            "Unable to create/update fields: SystemModstamp. Please check the security settings of this "
            "field and verify that it is read/write for your profile or permission set.",
        ),
        (
            "Lead",
            {"LastName": "A", "Company": "C", "AnnualRevenue": "lots"},
            "JSON_PARSER_ERROR",
            "Cannot deserialize instance of currency from VALUE_STRING value lots or request may be missing "
            "a required field at [line:1, column:1]",
        ),
        (
            "Lead",
            {"Id": "00Q000000000001AAA", "LastName": "A", "Company": "C"},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            "cannot specify Id in an insert call",
        ),
        (
            "Contact",
            {"LastName": "A", "AccountId": "001000000000001AAA"},
            "INVALID_CROSS_REFERENCE_KEY",
            "invalid cross reference id",
        ),
        (
            "OpportunityStage",
            {},
            "INVALID_TYPE_FOR_OPERATION",
            "entity type OpportunityStage does not support create",
        ),
    ],
)
def test_a_record_that_cannot_be_is_refused_in_salesforces_words(client, sobject, body, code, message):
    assert errors_of(client.post(f"/sobjects/{sobject}", body)) == (400, [(code, message)])


def test_the_fields_of_an_error_are_named(client):
    reply = client.post("/sobjects/Lead", {"LastName": "A", "Company": "C", "Title": "x" * 129})
    assert reply.json()[0]["fields"] == ["Title"]


def test_a_body_that_is_no_json_is_a_parser_error(client):
    for body in (b"{", b"[1]", b'{"LastName": NaN}'):
        reply = client.send("POST", "/sobjects/Lead", data=body)
        assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


def test_a_required_field_cannot_be_emptied(client):
    lead_id = client.create("Lead", LastName="A", Company="C")
    reply = client.patch(f"/sobjects/Lead/{lead_id}", {"LastName": None})
    assert errors_of(reply) == (
        400,
        [("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]")],
    )


def test_a_loaded_record_without_a_required_field_can_be_updated(org, client):
    load_rows(org, "Lead", [{"Id": "00Q000000000001", "LastName": "A"}])
    assert client.patch("/sobjects/Lead/00Q000000000001", {"Title": "CEO"}).status_code == 204


def test_an_update_may_not_carry_the_id(client):
    lead_id = client.create("Lead", LastName="A", Company="C")
    assert errors_of(client.patch(f"/sobjects/Lead/{lead_id}", {"Id": lead_id}))[1][0] == (
        "INVALID_FIELD",
        "The Id field should not be specified in the sobject data.",
    )


@pytest.mark.parametrize("record_id", ["00Q000000000001AAA", "001000000000001AAA", "nonsense"])
def test_an_unknown_id_is_not_found(client, record_id):
    for method in ("GET", "DELETE"):
        reply = client.send(method, f"/sobjects/Lead/{record_id}")
        assert (reply.status_code, reply.json()[0]["errorCode"]) == (404, "NOT_FOUND")
    reply = client.patch(f"/sobjects/Lead/{record_id}", {"Title": "CEO"})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_upsert_creates_then_updates_by_external_id(org, client):
    org.add_custom_field("Lead", name="Ext__c", type="Text", length=40, external_id=True, unique=True)
    path = "/sobjects/Lead/Ext__c/a%2Fb%20c"
    created = client.patch(path, {"LastName": "A", "Company": "C"})
    lead_id = created.json()["id"]
    assert (created.status_code, created.json()["created"]) == (201, True)
    assert client.read("Lead", lead_id)["Ext__c"] == "a/b c"
    updated = client.patch(path, {"Title": "CEO"})
    assert (updated.status_code, updated.json()) == (
        200,
        {"id": lead_id, "success": True, "errors": [], "created": False},
    )
    assert (
        client.get(path.upper().replace("SOBJECTS/LEAD/EXT__C", "sobjects/Lead/ext__C")).json()["Id"]
        == lead_id
    )
    assert client.send("DELETE", path).status_code == 204
    assert client.get(path).status_code == 404


def test_upsert_that_finds_several_records_answers_300_with_their_urls(client):
    ids = [client.create("Contact", LastName=name, Email="same@acme.example") for name in ("A", "B")]
    reply = client.patch("/sobjects/Contact/Email/same@acme.example", {"Title": "CEO"})
    assert (reply.status_code, reply.json()) == (
        300,
        [f"/services/data/v66.0/sobjects/Contact/{each}" for each in ids],
    )


def test_upsert_by_a_field_that_is_no_key_is_not_found(client):
    reply = client.patch("/sobjects/Lead/Title/CEO", {"LastName": "A", "Company": "C"})
    assert errors_of(reply) == (
        404,
        [("NOT_FOUND", "Provided external ID field does not exist or is not accessible: Title")],
    )


def test_a_unique_value_cannot_be_taken_twice(org, client):
    org.add_custom_field("Account", name="Key__c", type="Text", length=20, external_id=True, unique=True)
    first = client.create("Account", Name="One", Key__c="K-1")
    reply = client.post("/sobjects/Account", {"Name": "Two", "Key__c": "k-1"})
    assert errors_of(reply) == (
        400,
        [("DUPLICATE_VALUE", f"duplicate value found: Key__c duplicates value on record with id: {first}")],
    )


def test_a_parent_may_be_named_by_its_external_id(org, client):
    org.add_custom_field("Account", name="Key__c", type="Text", length=20, external_id=True, unique=True)
    account_id = client.create("Account", Name="One", Key__c="K-1")
    contact_id = client.create("Contact", LastName="Doe", Account={"Key__c": "K-1"})
    assert client.read("Contact", contact_id)["AccountId"] == account_id
    lost = client.post("/sobjects/Contact", {"LastName": "Doe", "Account": {"Key__c": "K-2"}})
    assert errors_of(lost)[1][0][1].startswith("Foreign key external ID: K-2 not found")


def test_a_hidden_field_is_as_if_it_were_not_there(org, client):
    org.add_custom_field("Lead", name="Score__c", type="Number", precision=3)
    lead_id = client.create("Lead", LastName="A", Company="C", Score__c=5)
    org.hide_field("Lead", "Score__c")
    assert "Score__c" not in client.read("Lead", lead_id)
    assert "Score__c" not in {each["name"] for each in client.get("/sobjects/Lead/describe").json()["fields"]}
    assert errors_of(client.patch(f"/sobjects/Lead/{lead_id}", {"Score__c": 6}))[1] == [
        ("INVALID_FIELD", "No such column 'Score__c' on sobject of type Lead")
    ]
    assert client.get("/query", params={"q": "SELECT Score__c FROM Lead"}).status_code == 400
    org.show_field("Lead", "Score__c")
    assert client.read("Lead", lead_id)["Score__c"] == 5.0


def test_a_read_only_field_can_be_read_not_written(org, client):
    org.add_custom_field("Lead", name="Score__c", type="Number", precision=3)
    org.make_read_only("Lead", "Score__c")
    reply = client.post("/sobjects/Lead", {"LastName": "A", "Company": "C", "Score__c": 5})
    assert (reply.status_code, reply.json()[0]["errorCode"], reply.json()[0]["fields"]) == (
        400,
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        ["Score__c"],
    )


def test_a_validation_rule_refuses_with_the_admins_words(org, client):
    org.add_validation_rule(
        "Lead",
        condition="Title = 'CEO' AND Email = null",
        message="A CEO needs an email",
        field="Email",
    )
    reply = client.post("/sobjects/Lead", {"LastName": "A", "Company": "C", "Title": "CEO"})
    assert (reply.status_code, reply.json()) == (
        400,
        [
            {
                "message": "A CEO needs an email",
                "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
                "fields": ["Email"],
            }
        ],
    )
    assert client.query("SELECT Id FROM Lead") == []


def test_deleting_an_account_deletes_what_hangs_on_it(client):
    account_id = client.create("Account", Name="Acme")
    contact_id = client.create("Contact", LastName="Doe", AccountId=account_id)
    deal = client.create(
        "Opportunity", Name="Deal", AccountId=account_id, StageName="Prospecting", CloseDate="2026-06-30"
    )
    client.create("OpportunityContactRole", OpportunityId=deal, ContactId=contact_id, Role="Evaluator")
    assert client.send("DELETE", f"/sobjects/Account/{account_id}").status_code == 204
    for sobject in ("Account", "Contact", "Opportunity", "OpportunityContactRole"):
        assert client.query(f"SELECT Id FROM {sobject}") == []
        gone = client.get("/queryAll", params={"q": f"SELECT IsDeleted FROM {sobject}"}).json()["records"]
        assert [each["IsDeleted"] for each in gone] == [True]


def test_simple_salesforce_reads_and_writes_records(org, salesforce):
    org.add_custom_field("Contact", name="Ext__c", type="Text", length=40, external_id=True)
    contact_id = salesforce.Contact.create({"LastName": "Doe", "Email": "doe@acme.example"})["id"]
    assert salesforce.Contact.update(contact_id, {"Title": "CEO"}) == 204
    assert salesforce.Contact.get(contact_id)["Title"] == "CEO"
    assert salesforce.Contact.upsert("Ext__c/e-1", {"LastName": "Roe"}) == 201
    assert salesforce.Contact.upsert("Ext__c/e-1", {"LastName": "Poe"}) == 200
    assert salesforce.Contact.get_by_custom_id("Ext__c", "e-1")["LastName"] == "Poe"
    assert salesforce.Contact.delete(contact_id) == 204
    with pytest.raises(SalesforceResourceNotFound):
        salesforce.Contact.get(contact_id)
    with pytest.raises(SalesforceMalformedRequest):
        salesforce.Contact.create({})
    for _ in range(2):
        salesforce.Contact.create({"LastName": "Doe", "Ext__c": "twin"})
    with pytest.raises(SalesforceMoreThanOneRecord):
        salesforce.Contact.upsert("Ext__c/twin", {"LastName": "Roe"})


def test_the_org_itself_is_a_record_that_tells_what_kind_of_org_it_is(client, org):
    record = client.read("Organization", org.organization_id)
    kind = {"OrganizationType": "Developer Edition", "IsSandbox": True, "InstanceName": "CS1"}
    absent = {"NamespacePrefix": None, "TrialExpirationDate": None}
    assert {name: record[name] for name in kind | absent} == kind | absent


def test_a_created_record_tells_its_address(client):
    reply = client.post("/sobjects/lead/Id", {"LastName": "A", "Company": "C"})
    address = f"/services/data/v66.0/sobjects/Lead/{reply.json()['id']}"
    assert (reply.status_code, reply.headers["Location"]) == (201, address)


def test_an_upsert_may_be_told_not_to_create(org, client):
    org.add_custom_field("Lead", name="Ext__c", type="Text", length=40, external_id=True, unique=True)
    body = {"LastName": "A", "Company": "C"}
    path = "/sobjects/Lead/Ext__c/e%2F1"
    assert client.patch(f"{path}?updateOnly=true", body).status_code == 404
    assert client.patch(path, body).status_code == 201
    assert client.patch(f"{path}?updateOnly=true", body).status_code == 200
    assert client.query("SELECT Ext__c FROM Lead") == [{"Ext__c": "e/1"}]


def test_a_record_that_never_was_cannot_be_deleted(client):
    reply = client.send("DELETE", "/sobjects/Contact/003000000000000AAA")
    assert (reply.status_code, reply.json()) == (
        404,
        [
            {
                "message": "invalid cross reference id",
                "errorCode": "INVALID_CROSS_REFERENCE_KEY",
                "fields": [],
            }
        ],
    )
