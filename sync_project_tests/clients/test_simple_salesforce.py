"""simple-salesforce, unchanged, over https: what of its surface the org serves."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from simple_salesforce import Salesforce, SFType, format_soql
from simple_salesforce.exceptions import (
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceMoreThanOneRecord,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

from sync_project.sandbox.sign_in.connected_app import ConnectedApp, write_app
from sync_project.sandbox.sign_in.users import set_password
from sync_project_tests.sandbox.sign_in.keys import certificate, private_pem

VERSION = "66.0"


@pytest.fixture
def session(hosts):
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(hosts.authority)
        session.proxies = {"https": hosts.proxy_url, "no_proxy": "127.0.0.1"}
        yield session


@pytest.fixture
def salesforce(org, hosts, session):
    session.proxies = {}
    org.add_custom_field("Account", name="Key__c", type="Text", length=40, external_id=True)
    return Salesforce(
        session_id=org.open_session(), instance_url=hosts.https_url, session=session, version=VERSION
    )


@pytest.mark.parametrize("flow", ["client credentials", "password", "JWT"])
def test_it_signs_in_by_every_flow_under_salesforces_own_names(org, session, flow, tmp_path):
    with org.transaction() as connection:
        write_app(connection, ConnectedApp(certificate=certificate()))
    username = "integration@sandbox.example"
    key = {"consumer_key": org.client_id, "consumer_secret": org.client_secret}
    by_flow = {
        "client credentials": key,
        "password": key | {"username": username, "password": set_password_of(org, "correct horse")},
        "JWT": {"username": username, "consumer_key": org.client_id, "privatekey": private_pem()},
    }
    salesforce = Salesforce(**by_flow[flow], domain="local.my", session=session, version=VERSION)
    assert salesforce.sf_instance == "local.my.salesforce.com"
    assert salesforce.is_sandbox() is True


def test_it_describes(salesforce):
    described = salesforce.describe()
    assert "Account" in {each["name"] for each in described["sobjects"]}
    assert salesforce.Account.describe()["name"] == "Account"
    assert salesforce.Account.metadata()["objectDescribe"]["keyPrefix"] == "001"
    assert salesforce.limits()["DailyApiRequests"]["Max"] == 15_000
    assert salesforce.api_usage["api-usage"].total == 15_000


def test_it_queries_page_by_page(salesforce):
    rows = [{"attributes": {"type": "Account"}, "Name": f"A{number:04}"} for number in range(4100)]
    for start in range(0, len(rows), 200):
        salesforce.restful(
            "composite/sobjects",
            method="POST",
            json={"records": rows[start : start + 200], "allOrNone": True},
        )
    soql = "SELECT Id, Name FROM Account ORDER BY Name"
    assert [each["Name"] for each in salesforce.query_all_iter(soql)] == [each["Name"] for each in rows]
    assert salesforce.query_all(soql)["totalSize"] == 4100
    first = salesforce.query(soql)
    second = salesforce.query_more(first["nextRecordsUrl"], identifier_is_url=True)
    assert (len(first["records"]), len(second["records"]), second["done"]) == (2000, 2000, False)
    third = salesforce.query_more(second["nextRecordsUrl"].rpartition("/")[2])
    assert (len(third["records"]), third["done"]) == (100, True)
    found = salesforce.query(format_soql("SELECT Name FROM Account WHERE Name IN {}", ["A0001", "it's"]))
    assert [each["Name"] for each in found["records"]] == ["A0001"]


def test_it_writes_single_records(salesforce):
    accounts: SFType = salesforce.Account
    account = accounts.create({"Name": "O'Brien"})["id"]
    assert accounts.update(account, {"NumberOfEmployees": 3}) == 204
    assert accounts.get(account)["NumberOfEmployees"] == 3
    assert accounts.upsert("Key__c/k1", {"Name": "New"}) == 201
    assert accounts.upsert("Key__c/k1", {"Name": "Newer"}) == 200
    assert accounts.get_by_custom_id("Key__c", "k1")["Name"] == "Newer"
    assert accounts.delete(account) == 204
    with pytest.raises(SalesforceResourceNotFound) as gone:
        accounts.get(account)
    assert gone.value.content[0]["errorCode"] == "ENTITY_IS_DELETED"
    with pytest.raises(SalesforceMalformedRequest) as refused:
        accounts.create({"Nmae": "A"})
    assert refused.value.content[0]["errorCode"] == "INVALID_FIELD"
    accounts.create({"Name": "Twin", "Key__c": "k1"})
    with pytest.raises(SalesforceMoreThanOneRecord):
        accounts.upsert("Key__c/k1", {"Name": "Which"})


def test_an_expired_session_is_told(org, salesforce):
    org.expire_sessions()
    with pytest.raises(SalesforceExpiredSession):
        salesforce.query("SELECT Id FROM Account")


def test_bulk_2_loads_and_downloads(salesforce, tmp_path):
    bulk = salesforce.bulk2.Account
    (inserted,) = bulk.insert(records=[{"Name": "B1", "Key__c": "b1"}, {"Key__c": "bad"}], wait=0)
    assert (inserted["numberRecordsProcessed"], inserted["numberRecordsFailed"]) == (2, 1)
    results = bulk.get_all_ingest_records(inserted["job_id"])
    assert [each["sf__Created"] for each in results["successfulRecords"]] == ["true"]
    assert [each["sf__Error"] for each in results["failedRecords"]] == [
        "REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --"
    ]
    assert results["unprocessedRecords"] == []

    source = tmp_path / "upsert.csv"
    source.write_text("Key__c,Name\nb1,Beta\nb2,Gamma\n", encoding="utf-8")
    (upserted,) = bulk.upsert(csv_file=str(source), external_id_field="Key__c", wait=0)
    assert upserted["numberRecordsFailed"] == 0
    pages = list(bulk.query("SELECT Id, Name FROM Account ORDER BY Key__c", max_records=1, wait=0))
    rows = [row for page in pages for row in csv.DictReader(page.splitlines())]
    assert [row["Name"] for row in rows] == ["Beta", "Gamma"]
    bulk.update(records=[{"Id": rows[0]["Id"], "Name": "Alpha"}], wait=0)
    bulk.delete(records=[{"Id": rows[1]["Id"]}], wait=0)
    downloaded = bulk.download("SELECT Name FROM Account", path=str(tmp_path), wait=0)
    with Path(downloaded[0]["file"]).open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["Name"], ["Alpha"]]
    everything = "".join(bulk.query_all("SELECT Name FROM Account WHERE IsDeleted = true", wait=0))
    assert everything == '"Name"\n"Gamma"\n'


def test_changes_of_the_last_hours_are_listed(salesforce, clock):
    kept = salesforce.Account.create({"Name": "Kept"})["id"]
    deleted = salesforce.Account.create({"Name": "Deleted"})["id"]
    salesforce.Account.delete(deleted)
    clock.advance(minutes=2)
    end = datetime.now(UTC)
    start = end - timedelta(hours=3)
    assert salesforce.Account.updated(start, end)["ids"] == [kept]
    assert [each["id"] for each in salesforce.Account.deleted(start, end)["deletedRecords"]] == [deleted]


def test_tooling_and_search_are_answered(salesforce):
    found = salesforce.toolingexecute("query?q=SELECT+DeveloperName+FROM+CustomField")
    assert [each["DeveloperName"] for each in found["records"]] == ["Key"]
    with pytest.raises(SalesforceRefusedRequest) as refused:
        salesforce.quick_search("Acme")
    assert refused.value.content[0]["errorCode"] == "FUNCTIONALITY_NOT_ENABLED"


def set_password_of(org, password):
    with org.transaction() as connection:
        return set_password(connection, org.user_id, password).password
