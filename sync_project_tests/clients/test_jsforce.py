"""jsforce, unchanged, as its own test suite uses it."""

import pytest

from sync_project.sandbox.sign_in.users import set_password

JSFORCE = "jsforce@3.10.16"


@pytest.fixture
def jsforce(install_npm, run_node, org, base_url):
    """Runs one scenario of ``scripts/jsforce.cjs`` with an access token."""
    modules = install_npm(JSFORCE)

    def run(scenario, **argument):
        given = {"scenario": scenario, "url": base_url, "token": org.open_session(), "version": "66.0"}
        return run_node(modules, "jsforce.cjs", given | argument)

    return run


@pytest.fixture
def keyed_accounts(org):
    org.add_custom_field("Account", name="Key__c", type="Text", length=40, external_id=True)


def test_an_access_token_tells_who_the_user_is_and_what_the_org_offers(jsforce, org):
    seen = jsforce("whoAndWhat")
    identity = seen["identity"]
    assert (identity["user_id"], identity["organization_id"]) == (org.user_id, org.organization_id)
    assert identity["email"] and identity["urls"]["rest"].endswith("/services/data/v{version}/")
    for name in ("DataStorageMB", "FileStorageMB", "DailyApiRequests"):
        assert 0 <= seen["limits"][name]["Remaining"] <= seen["limits"][name]["Max"] != 0
    assert seen["usage"] == {"used": 3, "limit": 15_000}
    assert [seen["versions"][0]["version"], seen["versions"][-1]["version"]] == ["31.0", "68.0"]


def test_describes_name_their_objects_and_are_cached(jsforce):
    seen = jsforce("describes")
    assert {"Account", "Contact", "Lead", "Opportunity"} <= {
        each["name"] for each in seen["everything"]["sobjects"]
    }
    assert seen["account"]["name"] == "Account"
    assert "Contacts" in {each["relationshipName"] for each in seen["account"]["childRelationships"]}
    assert seen["isCached"]
    assert seen["unknown"]["name"] == "NOT_FOUND"


def test_one_record_is_created_changed_read_and_destroyed(jsforce, client):
    seen = jsforce("oneRecord")
    record_id = seen["created"]["id"]
    assert seen["created"] == {"id": record_id, "success": True, "errors": []}
    assert seen["updated"] == {"id": record_id, "success": True, "errors": []}
    assert seen["destroyed"] == {"id": record_id, "success": True, "errors": []}
    assert seen["retrieved"]["Name"] == "Hello2"
    assert seen["retrieved"]["NumberOfEmployees"] is None
    assert seen["retrieved"]["BillingCity"] == 'Zoë\'s "Ort"'
    url = f"/services/data/v66.0/sobjects/Account/{record_id}"
    assert seen["some"] == {"attributes": {"type": "Account", "url": url}, "Id": record_id, "Name": "Hello2"}
    assert seen["gone"]["name"] == "ENTITY_IS_DELETED"
    assert seen["nameless"]["data"]["fields"] == ["Name"]
    assert seen["nameless"]["name"] == "REQUIRED_FIELD_MISSING"
    assert seen["misspelt"]["name"] == "INVALID_FIELD"
    assert client.read("Account", seen["withoutAutoAssign"]["id"])["Name"] == "Quiet"


def test_many_records_travel_as_collections(jsforce, client):
    seen = jsforce("manyRecords")
    assert [each["success"] for each in seen["created"]] == [True, True, False]
    assert seen["created"][2]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert seen["names"] == ["Updated Account #1", "Updated Account #2"]
    assert [each["errors"][0]["statusCode"] for each in seen["allOrNone"]] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "REQUIRED_FIELD_MISSING",
    ]
    assert seen["tooMany"] is not None
    assert seen["chunked"] == 201
    assert all(each["success"] for each in seen["destroyed"])
    assert seen["afterwards"] == [None, None]
    assert client.query("SELECT count(Id) n FROM Account") == [{"n": 201}]


@pytest.mark.usefixtures("keyed_accounts")
def test_an_upsert_creates_updates_and_refuses_to_guess(jsforce, client):
    seen = jsforce("upserts")
    assert seen["created"]["created"] is True
    assert seen["updated"] == {"id": seen["created"]["id"], "success": True, "errors": [], "created": False}
    assert seen["updatedSilently"].get("id") is None
    assert seen["name"] == "Updated Again"
    assert [each["created"] for each in seen["many"]] == [False, True]
    assert seen["ambiguous"]["name"] == "MULTIPLE_CHOICES"
    assert all(
        each.startswith("/services/data/v66.0/sobjects/Account/") for each in seen["ambiguous"]["data"]
    )
    assert client.query("SELECT Name, Key__c FROM Account ORDER BY Name") == [
        {"Name": "One", "Key__c": "k/1"},
        {"Name": "Twin", "Key__c": "K2"},
        {"Name": "Two", "Key__c": "k2"},
    ]


def test_queries_are_fetched_page_by_page(jsforce, client):
    create_accounts(client, [{"Name": f"Page {number:04}"} for number in range(2500)])
    seen = jsforce("queries")
    assert seen["first"] == {"size": 2000, "total": 2500, "done": False}
    assert seen["second"] == {"size": 500, "done": True}
    assert (seen["fetched"], seen["capped"]) == (2500, 2100)
    assert seen["found"] == ["Page 0009", "Page 0008", "Page 0007"]
    assert (seen["count"], seen["none"]) == (100, None)
    assert seen["csv"].splitlines()[0] == "Id,Name"
    assert seen["csv"].splitlines()[1].endswith(",Page 0001")
    assert seen["nonsense"]["name"] == "MALFORMED_QUERY"
    assert seen["unknownField"]["name"] == "INVALID_FIELD"
    assert "No such column 'Foo' on entity 'Account'" in seen["unknownField"]["message"]
    assert seen["badLocator"]["name"] == "INVALID_QUERY_LOCATOR"


def test_relations_are_followed_up_and_down(jsforce, client):
    for family in (1, 2):
        parent = client.create("Account", Name=f"Family {family}")
        for child in range(family):
            client.create("Contact", LastName=f"Child {child}", AccountId=parent)
    seen = jsforce("relations")
    assert [each["Opportunities"] for each in seen["parents"]] == [None, None]
    assert [[row["LastName"] for row in each["Contacts"]["records"]] for each in seen["parents"]] == [
        ["Child 0"],
        ["Child 0", "Child 1"],
    ]
    assert seen["starred"]["Account"]["Name"].startswith("Family")
    assert seen["starred"]["Owner"]["Name"]
    assert [each["LastName"] for each in seen["upwards"]] == ["Child 0"]


def test_a_long_sub_query_is_fetched_to_its_end(jsforce, client):
    parent = client.create("Account", Name="Family 1")
    create_many(client, "Contact", [{"LastName": f"Child {n:04}", "AccountId": parent} for n in range(2050)])
    seen = jsforce("longFamily")
    assert sorted(seen["lastNames"]) == [f"Child {n:04}" for n in range(2050)]
    assert seen["done"] is True and "next" not in seen
    assert seen["firstPage"] == [200, False]


def test_deleted_rows_are_seen_by_scan_all(jsforce):
    seen = jsforce("deletedRows")
    assert seen["visible"] == 0
    assert [(each["Id"], each["IsDeleted"]) for each in seen["all"]] == [(seen["id"], True)]


def test_what_a_query_finds_is_updated_and_destroyed(jsforce, client):
    create_accounts(client, [{"Name": f"Found {number}", "BillingState": "CA"} for number in range(20)])
    seen = jsforce("queryWrites")
    assert [each["success"] for each in seen["updated"]] == [True] * 20
    assert {(each["Name"][-9:], each["BillingState"]) for each in seen["records"]} == {("(Updated)", None)}
    assert seen["nothing"] == []
    assert [each["success"] for each in seen["destroyed"]] == [True] * 20
    assert client.query("SELECT Id FROM Account") == []


@pytest.mark.usefixtures("keyed_accounts")
def test_bulk_jobs_insert_update_upsert_delete_and_query(jsforce, client):
    seen = jsforce("bulk")
    assert [each["sf__Created"] for each in seen["inserted"]["successfulResults"]] == ["true", "true"]
    assert [(each["sf__Id"], each["sf__Error"]) for each in seen["inserted"]["failedResults"]] == [
        ("", "REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --")
    ]
    assert [each["sf__Created"] for each in seen["updated"]["successfulResults"]] == ["false", "false"]
    assert [each["sf__Created"] for each in seen["upserted"]["successfulResults"]] == ["false", "true"]
    assert [(each["Name"], each["BillingCity"]) for each in seen["queried"]] == [
        ("Bulk A", 'Line\nbreak, "quote"'),
        ("Bulk updated", "Zoë"),
        ("Bulk C", ""),
    ]
    assert [each["sf__Created"] for each in seen["deleted"]["successfulResults"]] == ["false", "false"]
    assert len(seen["fromText"]["successfulResults"]) == 2
    assert seen["empty"] == {"successfulResults": [], "failedResults": [], "unprocessedRecords": []}
    assert seen["deletedToo"] == 2
    assert client.query("SELECT Name FROM Account ORDER BY Name") == [
        {"Name": "Bulk C"},
        {"Name": "Text 1"},
        {"Name": "Text 2"},
    ]


def test_bulk_writes_what_a_query_found(jsforce, client):
    create_accounts(client, [{"Name": f"Page {number:04}"} for number in range(250)])
    assert jsforce("bulkPages") == {"updated": 250, "rows": 250, "states": ["CA"], "destroyed": 250}
    assert client.query("SELECT Id FROM Account") == []


def test_recent_changes_views_plans_and_layouts_are_told(jsforce, client, clock):
    kept = client.create("Account", Name="Kept")
    doomed = client.create("Account", Name="Doomed")
    client.send("DELETE", f"/sobjects/Account/{doomed}")
    clock.advance(minutes=2)
    seen = jsforce("surroundings")
    assert seen["recent"] == seen["recentAccounts"] == ["Kept"]
    assert seen["updated"] == seen["updatedByText"] == [kept]
    assert seen["deleted"] == [doomed]
    assert seen["view"]["sobjectType"] == "Account"
    assert {"label", "fieldNameOrPath", "selectListItem", "sortIndex", "sortable"} <= set(
        seen["view"]["columns"][0]
    )
    assert (seen["viewed"]["done"], seen["viewed"]["size"]) == (True, 1)
    for (plan, *_), of in zip(seen["plans"], ("query", "list view"), strict=True):
        assert (plan["sobjectType"], plan["leadingOperationType"]) == ("Account", "TableScan"), of
    assert {"label", "name", "url"} <= set(seen["tabs"][0])
    assert {"name", "colors", "icons"} <= set(seen["theme"]["themeItems"][0])
    for layouts in (seen["layouts"], seen["named"]):
        assert {"detailLayoutSections", "editLayoutSections", "relatedLists"} <= set(layouts["layouts"][0])
    assert seen["compact"]["compactLayouts"][0]["objectType"] == "Account"
    assert seen["approval"] == {"approvalLayouts": []}
    assert seen["quickActions"] == seen["reports"] == []


def test_a_report_is_run_filtered_run_later_copied_and_removed(jsforce, client):
    for company in ("Acme, Inc.", "Globex"):
        client.create("Lead", LastName="Zoë", Company=company)
    metadata = {
        "name": "Lead List Report",
        "reportType": {"type": "LeadList"},
        "detailColumns": ["LAST_NAME", "COMPANY"],
    }
    reply = client.post("/sandbox/reports", {"reportMetadata": metadata})
    assert reply.status_code == 200, reply.text
    seen = jsforce("reports", companyColumn="COMPANY")
    assert "Lead List Report" in seen["listed"]
    assert {"reportMetadata", "reportTypeMetadata", "reportExtendedMetadata"} <= set(seen["described"])
    for run in ("summary", "details", "filtered"):
        assert seen[run]["reportMetadata"]["id"] == seen["id"]
    assert seen["summary"]["hasDetailRows"] is False and "rows" not in seen["summary"]["factMap"]["T!T"]
    assert [companies(seen[run]) for run in ("details", "filtered")] == [
        ["Acme, Inc.", "Globex"],
        ["Acme, Inc."],
    ]
    assert seen["instances"] == [seen["started"]["id"]]
    assert seen["retrieved"]["attributes"]["id"] == seen["started"]["id"]
    assert seen["plan"]["sobjectType"] == "Lead"
    assert seen["clone"] == [True, "Lead List Report Clone"]
    assert seen["gone"]["name"] == "NOT_FOUND"


def companies(run):
    return sorted(row["dataCells"][1]["label"] for row in run["factMap"]["T!T"]["rows"])


def test_a_custom_field_is_made_read_and_removed_by_tooling(jsforce):
    seen = jsforce("tooling")
    assert seen["created"]["success"] is True
    assert "CustomField" in seen["objects"] and "TableEnumOrId" in seen["fields"]
    assert seen["found"] == ["Score"]
    assert (seen["read"]["FullName"], seen["read"]["Metadata"]["type"]) == ("Account.Score__c", "Number")
    assert seen["left"] == 0


def test_what_the_org_does_not_cover_is_refused_in_salesforces_words(jsforce):
    seen = jsforce("refused")
    assert seen["search"]["name"] == "FUNCTIONALITY_NOT_ENABLED"
    assert seen["bulkV1"]["name"] == "FeatureNotEnabled"
    assert seen["metadata"]["name"] == "sf:API_DISABLED_FOR_ORG"


def test_an_expired_session_is_renewed_once_and_else_refused(jsforce):
    seen = jsforce("lostSession")
    assert seen["refreshed"] == 2
    assert seen["bulk"] == 1
    assert seen["refused"]["name"] == "INVALID_SESSION_ID"
    assert seen["bulkRefused"]["name"] == "INVALID_SESSION_ID"


@pytest.fixture
def application(jsforce, org):
    """Runs one scenario with the connected app and the integration user's password."""

    def run(scenario):
        with org.transaction() as connection:
            secret = set_password(connection, org.user_id, "correct horse")
        return jsforce(
            scenario,
            clientId=org.client_id,
            clientSecret=org.client_secret,
            username="integration@sandbox.example",
            password=secret.password + secret.security_token,
        )

    return run


def who(org, base_url):
    return {
        "id": org.user_id,
        "organizationId": org.organization_id,
        "url": f"{base_url}/id/{org.organization_id}/{org.user_id}",
    }


def test_client_credentials_sign_in(application, org, base_url):
    seen = application("clientCredentials")
    assert seen["who"] == who(org, base_url)
    assert seen["users"] == 1
    assert seen["refused"]["name"] == "invalid_client"


def test_username_and_password_sign_in_by_oauth_and_no_longer_by_soap(application, org, base_url):
    seen = application("usernamePassword")
    assert seen["who"] == who(org, base_url)
    assert (seen["refreshed"], seen["users"]) == (1, 1)
    assert seen["wrong"]["name"] == "invalid_grant"
    assert "SOAP API login() is disabled by default in this org." in seen["soap"]["message"]


def test_the_web_server_flow_signs_in_refreshes_and_signs_out(application, org, base_url):
    seen = application("webServer")
    assert (seen["state"], seen["who"]) == ("hello", who(org, base_url))
    assert (seen["refreshed"], seen["users"]) == (1, 1)
    assert set(seen["identity"]["photos"]) == {"picture", "thumbnail"}
    assert seen["identity"]["user_id"] == org.user_id
    assert seen["revoked"]["name"] == "INVALID_SESSION_ID"
    assert seen["lost"]["message"] == "Unable to refresh session due to: expired access/refresh token"
    assert seen["codeAgain"]["name"] == "invalid_grant"


def create_accounts(client, records):
    create_many(client, "Account", records)


def create_many(client, sobject, records):
    for start in range(0, len(records), 200):
        batch = [{"attributes": {"type": sobject}} | each for each in records[start : start + 200]]
        reply = client.post("/composite/sobjects", {"allOrNone": True, "records": batch})
        assert all(each["success"] for each in reply.json()), reply.text
