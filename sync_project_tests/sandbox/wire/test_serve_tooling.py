import pytest

SCORE = {"label": "Score", "type": "Number", "precision": 3, "scale": 0, "description": "0 to 100"}
KEY = {"label": "Key", "type": "Text", "length": 20, "externalId": True, "unique": True}
LEAD = {"LastName": "Ada", "Company": "Acme"}


def make_field(client, full_name="Lead.Score__c", metadata=SCORE) -> str:
    reply = client.post("/tooling/sobjects/CustomField", {"FullName": full_name, "Metadata": metadata})
    assert reply.status_code == 201, reply.text
    return reply.json()["id"]


def permit(client, field="Lead.Score__c", *, can_edit=True, permission_set="Integration_Access") -> str:
    """Let that permission set give the field; its id."""
    [found] = client.query(f"SELECT Id FROM PermissionSet WHERE Name = '{permission_set}'")
    values = {"ParentId": found["Id"], "SobjectType": field.partition(".")[0], "Field": field}
    client.create("FieldPermissions", **values, PermissionsRead=True, PermissionsEdit=can_edit)
    return found["Id"]


def describe(client, name="Score__c") -> dict | None:
    fields = client.get("/sobjects/Lead/describe").json()["fields"]
    return next((each for each in fields if each["name"] == name), None)


def test_a_new_field_is_invisible_until_a_permission_set_of_the_user_gives_it(org, client):
    reply = client.post("/tooling/sobjects/CustomField", {"FullName": "Lead.Score__c", "Metadata": SCORE})
    made = reply.json()
    assert reply.status_code == 201
    assert made == {"id": made["id"], "success": True, "errors": [], "warnings": [], "infos": []}
    assert made["id"].startswith("00N")
    assert describe(client) is None
    assert "No such column 'Score__c'" in client.get("/query?q=SELECT+Score__c+FROM+Lead").text
    assert client.post("/sobjects/Lead", LEAD | {"Score__c": 5}).json()[0]["errorCode"] == "INVALID_FIELD"

    permission_set = permit(client, can_edit=False)
    assert describe(client) is None
    client.create("PermissionSetAssignment", AssigneeId=org.user_id, PermissionSetId=permission_set)
    assert describe(client)["updateable"] is False
    refused = client.post("/sobjects/Lead", LEAD | {"Score__c": 5}).json()[0]
    assert (refused["errorCode"], refused["fields"]) == ("INVALID_FIELD_FOR_INSERT_UPDATE", ["Score__c"])

    [permission] = client.query("SELECT Id FROM FieldPermissions WHERE Field = 'Lead.Score__c'")
    client.patch(f"/sobjects/FieldPermissions/{permission['Id']}", {"PermissionsEdit": True})
    assert (describe(client)["updateable"], describe(client)["precision"]) == (True, 3)
    assert client.read("Lead", client.create("Lead", **LEAD, Score__c=5))["Score__c"] == 5.0

    assert client.send("DELETE", f"/sobjects/FieldPermissions/{permission['Id']}").status_code == 204
    assert describe(client) is None


def test_the_permission_set_of_a_profile_holds_for_all_its_users(client):
    make_field(client)
    [own] = client.query("SELECT Name FROM PermissionSet WHERE IsOwnedByProfile = TRUE")
    permit(client, permission_set=own["Name"])
    assert describe(client) is not None


def test_a_permission_set_is_made_assigned_and_deleted_with_what_hangs_on_it(org, client):
    make_field(client)
    made = client.create("PermissionSet", Name="Scores", Label="Scores")
    permit(client, permission_set="Scores")
    client.create("PermissionSetAssignment", AssigneeId=org.user_id, PermissionSetId=made)
    assert describe(client) is not None
    assert client.send("DELETE", f"/sobjects/PermissionSet/{made}").status_code == 204
    assert describe(client) is None
    assert client.query("SELECT Id FROM FieldPermissions") == []
    assert client.query("SELECT Id FROM PermissionSetAssignment") == []


def test_another_user_sees_what_his_own_permission_sets_give(org, client):
    make_field(client)
    permission_set = permit(client)
    values = {"LastName": "Rep", "Username": "rep@sandbox.example", "Email": "rep@sandbox.example"}
    values |= {"Alias": "rep", "TimeZoneSidKey": "GMT", "LocaleSidKey": "en_US"}
    values |= {"EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "en_US", "ProfileId": "00eSb0000000001IAA"}
    rep = client.create("User", **values, IsActive=True)
    client.create("PermissionSetAssignment", AssigneeId=rep, PermissionSetId=permission_set)
    assert describe(client) is None
    client.session.headers["Authorization"] = f"Bearer {org.open_session(rep)}"
    assert describe(client) is not None
    assert client.query("SELECT Score__c FROM Lead") == []
    client.create("Lead", **LEAD, Score__c=7)


def test_a_required_field_needs_no_permission(client):
    make_field(client, metadata=SCORE | {"required": True})
    assert describe(client)["nillable"] is False
    reply = client.post("/sobjects/Lead", LEAD)
    assert reply.json()[0]["message"] == "Required fields are missing: [Score__c]"


@pytest.mark.parametrize(
    ("name", "value", "code", "said"),
    [
        ("Field", "Lead.Nothing", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Field Name: bad value for"),
        ("Field", "lead.LASTNAME", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Field Name: bad value for"),
        ("SobjectType", "Contact", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "Field Name: bad value for"),
        ("PermissionsRead", False, "FIELD_INTEGRITY_EXCEPTION", "must let the field be read"),
        ("Field", "lead.TITLE", "DUPLICATE_VALUE", "duplicate value found"),
    ],
)
def test_field_permissions_that_cannot_be_are_refused(client, name, value, code, said):
    permission_set = permit(client, "Lead.Title")
    values = {"ParentId": permission_set, "SobjectType": "Lead", "Field": "Lead.Rating"}
    values |= {"PermissionsRead": True, "PermissionsEdit": True}
    [error] = client.post("/sobjects/FieldPermissions", values | {name: value}).json()
    assert error["errorCode"] == code
    assert said in error["message"]


def test_an_assignment_is_made_once_and_a_name_given_once(org, client):
    permission_set = permit(client, "Lead.Title")
    values = {"AssigneeId": org.user_id, "PermissionSetId": permission_set}
    client.create("PermissionSetAssignment", **values)
    [error] = client.post("/sobjects/PermissionSetAssignment", values).json()
    text = f"Duplicate PermissionSetAssignment. Assignee: {org.user_id}; Permission Set: {permission_set}"
    assert (error["errorCode"], error["message"]) == ("DUPLICATE_VALUE", text)
    [error] = client.post("/sobjects/PermissionSet", {"Name": "sales_access", "Label": "Sales"}).json()
    assert error["errorCode"] == "DUPLICATE_DEVELOPER_NAME"


def test_a_name_is_taken_once_in_any_letter_case(client):
    make_field(client)
    reply = client.post("/tooling/sobjects/CustomField", {"FullName": "lead.score__c", "Metadata": SCORE})
    expected = {"message": "There is already a field named score on Lead.", "fields": ["DeveloperName"]}
    assert (reply.status_code, reply.json()) == (400, [expected | {"errorCode": "DUPLICATE_DEVELOPER_NAME"}])


def test_a_field_is_read_with_its_metadata(client):
    record_id = make_field(client)
    reply = client.get(f"/tooling/sobjects/CustomField/{record_id[:15]}").json()
    assert reply["attributes"] == {
        "type": "CustomField",
        "url": f"/services/data/v66.0/tooling/sobjects/CustomField/{record_id}",
    }
    shown = {name: reply[name] for name in ("Id", "DeveloperName", "TableEnumOrId", "FullName")}
    assert shown == {
        "Id": record_id,
        "DeveloperName": "Score",
        "TableEnumOrId": "Lead",
        "FullName": "Lead.Score__c",
    }
    unsaid = {"externalId": False, "unique": False, "required": False}
    assert reply["Metadata"] == SCORE | unsaid
    assert client.get("/tooling/sobjects/CustomField/00N000000000000").status_code == 404


def test_a_field_is_changed_but_not_its_type(org, client):
    record_id = make_field(client, "Lead.Key__c", KEY)
    org.show_field("Lead", "Key__c")
    path = f"/tooling/sobjects/CustomField/{record_id}"
    assert client.patch(path, {"Metadata": KEY | {"label": "Our key", "length": 40}}).status_code == 204
    assert (describe(client, "Key__c")["label"], describe(client, "Key__c")["length"]) == ("Our key", 40)
    [error] = client.patch(path, {"Metadata": SCORE}).json()
    assert error["message"] == "Cannot change type due to existing data"


def test_a_deleted_field_is_gone_and_its_name_is_free(client, org):
    record_id = make_field(client, "Lead.Key__c", KEY)
    permit(client, "Lead.KEY__c")
    assert client.send("DELETE", f"/tooling/sobjects/CustomField/{record_id}").status_code == 204
    assert client.get(f"/tooling/sobjects/CustomField/{record_id}").status_code == 404
    assert client.query("SELECT Id FROM FieldPermissions") == []
    assert make_field(client, "Lead.Other__c", KEY) != record_id
    org.add_custom_field("Lead", name="Key__c", type="double")
    assert describe(client, "Key__c")["type"] == "double"


@pytest.mark.parametrize(
    ("soql", "expected"),
    [
        (
            "SELECT Id, DeveloperName, TableEnumOrId FROM CustomField WHERE TableEnumOrId = 'Lead'",
            [{"DeveloperName": "Score", "TableEnumOrId": "Lead"}],
        ),
        (
            "SELECT Id, FullName, Metadata FROM CustomField "
            "WHERE EntityDefinition.QualifiedApiName = 'Account' AND DeveloperName = 'Key'",
            [{"FullName": "Account.Key__c", "Metadata": KEY | {"required": False}}],
        ),
        (
            "SELECT QualifiedApiName, DataType FROM FieldDefinition "
            "WHERE EntityDefinition.QualifiedApiName = 'Lead' "
            "AND QualifiedApiName IN ('Score__c', 'LastName') ORDER BY QualifiedApiName",
            [
                {"QualifiedApiName": "LastName", "DataType": "Text(80)"},
                {"QualifiedApiName": "Score__c", "DataType": "Number(3, 0)"},
            ],
        ),
        (
            "SELECT QualifiedApiName, KeyPrefix FROM EntityDefinition WHERE QualifiedApiName = 'Lead'",
            [{"QualifiedApiName": "Lead", "KeyPrefix": "00Q"}],
        ),
        (
            "SELECT Count(Id) total, TableEnumOrId FROM CustomField GROUP BY TableEnumOrId "
            "ORDER BY TableEnumOrId",
            [{"total": 1, "TableEnumOrId": "Account"}, {"total": 1, "TableEnumOrId": "Lead"}],
        ),
    ],
)
def test_tooling_queries_run_in_the_one_engine(client, soql, expected):
    make_field(client)
    make_field(client, "Account.Key__c", KEY)
    reply = client.get("/tooling/query/", params={"q": soql})
    assert reply.status_code == 200, reply.text
    body = reply.json()
    assert (body["size"], body["totalSize"], body["done"]) == (len(expected), len(expected), True)
    rows = [{name: row[name] for name in row if name not in {"attributes", "Id"}} for row in body["records"]]
    assert rows == expected


def test_metadata_is_read_of_one_row_only(client):
    make_field(client)
    make_field(client, "Account.Key__c", KEY)
    [error] = client.get("/tooling/query?q=SELECT+Metadata+FROM+CustomField").json()
    assert error["errorCode"] == "MALFORMED_QUERY"
    assert error["message"].endswith("no more than one row for retrieval. Result size: 2")
    [error] = client.get("/tooling/query?q=SELECT+Id+FROM+ApexClass").json()
    assert error["errorCode"] == "INVALID_TYPE"


def test_tooling_describes_what_it_has(client):
    names = [each["name"] for each in client.get("/tooling/sobjects").json()["sobjects"]]
    assert names == ["CustomField", "EntityDefinition", "FieldDefinition"]
    described = client.get("/tooling/sobjects/CustomField/describe").json()
    assert described["urls"]["describe"] == "/services/data/v66.0/tooling/sobjects/CustomField/describe"
    assert [each["name"] for each in described["fields"]][:3] == ["Id", "DeveloperName", "TableEnumOrId"]


def test_simple_salesforce_makes_a_field_and_permits_it(org, salesforce):
    made = salesforce.toolingexecute(
        "sobjects/CustomField", method="POST", data={"FullName": "Lead.Score__c", "Metadata": SCORE}
    )
    found = salesforce.toolingexecute(f"query/?q=SELECT Id FROM CustomField WHERE Id = '{made['id']}'")
    assert [each["Id"] for each in found["records"]] == [made["id"]]
    read = salesforce.restful(f"tooling/sobjects/CustomField/{made['id']}")
    assert read["Metadata"]["description"] == "0 to 100"
    permission_set = salesforce.query("SELECT Id FROM PermissionSet WHERE Name = 'Sales_Access'")["records"][
        0
    ]
    rights = {"PermissionsRead": True, "PermissionsEdit": True, "SobjectType": "Lead"}
    salesforce.FieldPermissions.create({"ParentId": permission_set["Id"], "Field": "Lead.Score__c"} | rights)
    salesforce.PermissionSetAssignment.create(
        {"AssigneeId": org.user_id, "PermissionSetId": permission_set["Id"]}
    )
    lead = salesforce.Lead.create(LEAD | {"Score__c": 87})
    assert salesforce.Lead.get(lead["id"])["Score__c"] == 87.0
