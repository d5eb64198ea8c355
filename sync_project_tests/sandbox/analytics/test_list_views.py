import pytest

from sync_project.sandbox.analytics.list_views import ListView, create_list_view


@pytest.fixture
def big_accounts(org, client):
    """A list view with a filter of every kind of value, and the ids of the accounts it shows."""
    client.create("Account", Name="Small", NumberOfEmployees=10, Type="Prospect")
    first = client.create("Account", Name="O'Neill", NumberOfEmployees=500, Type="Prospect", Rating="Hot")
    second = client.create("Account", Name="Acme", NumberOfEmployees=900, AnnualRevenue=2000000, Type="Other")
    view = ListView(
        sobject="account",
        label="Big Accounts (West)",
        columns=("Name", "Type", "AnnualRevenue", "Owner.Alias"),
        where="NumberOfEmployees >= 500 AND (Name LIKE 'O%' OR Type IN ('Other', 'Partner') "
        "OR (NOT Name LIKE 'A%') OR CreatedDate = LAST_N_DAYS:3) AND Rating != null",
        order_by="NumberOfEmployees DESC",
    )
    client.patch(f"/sobjects/Account/{second}", {"Rating": "Cold"})
    with org.transaction():
        return create_list_view(org.write_context(), view), [second, first]


def test_an_object_has_list_views_from_its_first_day(client):
    body = client.get("/sobjects/account/listviews").json()
    assert list(body) == ["done", "listviews", "nextRecordsUrl", "size", "sobjectType"]
    assert (body["done"], body["nextRecordsUrl"], body["size"], body["sobjectType"]) == (
        True,
        None,
        5,
        "Account",
    )
    url = f"/services/data/v66.0/sobjects/Account/listviews/{body['listviews'][0]['id']}"
    assert body["listviews"][0] == {
        "describeUrl": f"{url}/describe",
        "developerName": "AllAccounts",
        "id": url[-18:],
        "label": "All Accounts",
        "resultsUrl": f"{url}/results",
        "soqlCompatible": True,
        "url": url,
    }
    assert client.get(url).json() == body["listviews"][0]
    assert client.get("/sobjects/Account/listviews/allaccounts").json() == body["listviews"][0]


def test_every_standard_list_view_describes_itself_and_answers_its_own_query(client):
    views = client.query("SELECT Id, SobjectType FROM ListView")
    assert len(views) == 20
    for each in views:
        url = f"/sobjects/{each['SobjectType']}/listviews/{each['Id']}"
        assert client.get(f"{url}/results").json()["records"] == []
        assert client.query(client.get(f"{url}/describe").json()["query"]) == []


def test_list_views_can_be_queried(client):
    soql = (
        "SELECT Name, DeveloperName, SobjectType, IsSoqlCompatible FROM ListView "
        "WHERE SobjectType = 'Lead' ORDER BY Name LIMIT 1"
    )
    assert client.query(soql) == [
        {
            "Name": "All Open Leads",
            "DeveloperName": "AllOpenLeads",
            "SobjectType": "Lead",
            "IsSoqlCompatible": True,
        }
    ]


def test_describe_shows_the_columns_the_order_and_the_filter(client, big_accounts):
    view_id, _ = big_accounts
    body = client.get(f"/sobjects/Account/listviews/{view_id}/describe").json()
    assert body["columns"][1] == {
        "ascendingLabel": "Low to High",
        "descendingLabel": "High to Low",
        "fieldNameOrPath": "Type",
        "hidden": False,
        "label": "Account Type",
        "selectListItem": "toLabel(Type)",
        "sortDirection": None,
        "sortIndex": None,
        "sortable": True,
        "type": "picklist",
    }
    assert body["columns"][-1] == {
        "ascendingLabel": None,
        "descendingLabel": None,
        "fieldNameOrPath": "SystemModstamp",
        "hidden": True,
        "label": "System Modstamp",
        "selectListItem": "SystemModstamp",
        "sortDirection": None,
        "sortIndex": None,
        "sortable": False,
        "type": "datetime",
    }
    assert body["columns"][3]["label"] == "Account Owner Alias"
    assert body["id"] == view_id[:15]
    assert body["orderBy"] == [
        {"fieldNameOrPath": "NumberOfEmployees", "nullsPosition": "last", "sortDirection": "descending"},
        {"fieldNameOrPath": "Id", "nullsPosition": "first", "sortDirection": "ascending"},
    ]
    assert (body["scope"], body["sobjectType"]) == (None, "Account")
    assert body["whereCondition"] == {
        "conditions": [
            {"field": "NumberOfEmployees", "operator": "greaterThanOrEqualTo", "values": ["500"]},
            {
                "conditions": [
                    {"field": "Name", "operator": "like", "values": ["'O%'"]},
                    {"field": "Type", "operator": "in", "values": ["'Other'", "'Partner'"]},
                    {"field": "Name", "operator": "notLike", "values": ["'A%'"]},
                    {"field": "CreatedDate", "operator": "equals", "values": ["LAST_N_DAYS:3"]},
                ],
                "conjunction": "or",
            },
            {"field": "Rating", "operator": "notEquals", "values": ["null"]},
        ],
        "conjunction": "and",
    }


def test_a_view_that_shows_everything_has_an_empty_filter_and_that_of_the_own_records_a_scope(client):
    everything = client.get("/sobjects/Account/listviews/AllAccounts/describe").json()
    assert everything["whereCondition"] == {"conditions": [], "conjunction": "and"}
    assert everything["query"] == (
        "SELECT Name, Site, BillingState, Phone, toLabel(Type), Owner.Alias, Id, CreatedDate, "
        "LastModifiedDate, SystemModstamp FROM Account ORDER BY Name ASC NULLS FIRST, Id ASC NULLS FIRST"
    )
    own = client.get("/sobjects/Account/listviews/MyAccounts/describe").json()
    assert own["scope"] == "mine"
    assert "FROM Account USING SCOPE mine ORDER BY" in own["query"]


def test_results_are_texts_in_the_order_of_the_columns(client, big_accounts):
    view_id, (acme, oneill) = big_accounts
    body = client.get(f"/sobjects/Account/listviews/{view_id}/results").json()
    assert list(body) == ["columns", "developerName", "done", "id", "label", "records", "size"]
    assert (body["developerName"], body["label"]) == ("Big_Accounts_West", "Big Accounts (West)")
    assert (body["done"], body["size"], body["id"]) == (True, 2, view_id[:15])
    cells = [[each["value"] for each in record["columns"]] for record in body["records"]]
    stamp = "Mon Mar 02 09:30:15 GMT 2026"
    assert cells == [
        ["Acme", "Other", "2000000.0", "integ", acme, stamp, stamp, stamp],
        ["O'Neill", "Prospect", None, "integ", oneill, stamp, stamp, stamp],
    ]
    assert body["records"][0]["columns"][3]["fieldNameOrPath"] == "Owner.Alias"


def test_results_come_in_pages(client, big_accounts):
    view_id, _ = big_accounts
    url = f"/sobjects/Account/listviews/{view_id}/results"
    first = client.get(url, params={"limit": 1}).json()
    second = client.get(url, params={"limit": 1, "offset": 1}).json()
    assert [first["done"], second["done"]] == [False, True]
    assert [each["records"][0]["columns"][0]["value"] for each in (first, second)] == ["Acme", "O'Neill"]


@pytest.mark.parametrize("query", ["limit=0", "limit=2001", "limit=ten", "offset=-1"])
def test_a_page_outside_the_bounds_is_refused(client, query):
    reply = client.get(f"/sobjects/Account/listviews/AllAccounts/results?{query}")
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "ILLEGAL_QUERY_PARAMETER_VALUE")


def test_recent_list_views_are_those_that_were_looked_at(client, clock):
    assert client.get("/sobjects/Account/listviews/recent").json()["listviews"] == []
    for name in ("MyAccounts", "AllAccounts"):
        clock.advance(minutes=1)
        client.get(f"/sobjects/Account/listviews/{name}/results")
    recent = client.get("/sobjects/Account/listviews/recent").json()["listviews"]
    assert [each["developerName"] for each in recent] == ["AllAccounts", "MyAccounts"]


def test_an_admin_creates_a_list_view_over_http(client):
    body = {"sobject": "Lead", "label": "Mine", "columns": ["Name", "Company"], "scope": "mine"}
    reply = client.session.post(f"{client.base_url}/sandbox/list-views", json=body, timeout=20)
    assert reply.status_code == 201
    found = client.get(f"/sobjects/Lead/listviews/{reply.json()['id']}/describe").json()
    assert found["query"].startswith("SELECT Name, Company, Id, CreatedDate,")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"sobject": "Nothing"}, 404, "NOT_FOUND"),
        ({"columns": ["Name", "Nonsense__c"]}, 400, "INVALID_FIELD"),
        ({"columns": []}, 400, "INVALID_INPUT"),
        ({"colour": "red"}, 400, "INVALID_INPUT"),
        ({"where": "Nonsense__c = 1"}, 400, "INVALID_FIELD"),
        ({"where": "Name ="}, 400, "MALFORMED_QUERY"),
        ({"where": "Id IN (SELECT AccountId FROM Contact)"}, 400, "INVALID_FIELD"),
    ],
)
def test_a_list_view_that_cannot_be_run_is_refused(client, change, status, code):
    body = {"sobject": "Account", "label": "Odd", "columns": ["Name"]} | change
    reply = client.session.post(f"{client.base_url}/sandbox/list-views", json=body, timeout=20)
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (status, code)
    assert client.query("SELECT Id FROM ListView WHERE Name = 'Odd'") == []


@pytest.mark.parametrize(
    "path", ["Account/listviews/Nonsense", "Nothing/listviews", "Lead/listviews/AllAccounts"]
)
def test_an_unknown_list_view_is_not_found(client, path):
    reply = client.get(f"/sobjects/{path}")
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_a_column_that_is_hidden_from_the_user_leaves_the_view(client, org):
    org.hide_field("Account", "Phone")
    body = client.get("/sobjects/Account/listviews/AllAccounts/describe").json()
    assert [each["fieldNameOrPath"] for each in body["columns"]][:4] == [
        "Name",
        "Site",
        "BillingState",
        "Type",
    ]
