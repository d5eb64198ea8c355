import pytest

from sync_project_tests.sandbox.analytics.report_org import add_deals, labels, make_report, run

LEADS = {
    "name": "Lead List Report",
    "reportType": {"type": "LeadList"},
    "detailColumns": ["OWNER", "LAST_NAME", "COMPANY"],
}


@pytest.fixture
def lead_report(client):
    reply = client.post("/analytics/reports", {"reportMetadata": LEADS})
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_creating_a_report_answers_with_its_description(client, lead_report):
    assert list(lead_report) == [
        "attributes",
        "reportExtendedMetadata",
        "reportMetadata",
        "reportTypeMetadata",
    ]
    metadata = lead_report["reportMetadata"]
    assert (metadata["developerName"], metadata["reportFormat"]) == ("Lead_List_Report", "TABULAR")
    assert metadata["reportType"] == {"label": "Leads", "type": "LeadList"}
    (category,) = lead_report["reportTypeMetadata"]["categories"]
    assert category["label"] == "Lead Information"
    assert category["columns"]["Lead.Rating"] == {
        "dataType": "picklist",
        "filterValues": [{"label": each, "name": each} for each in ("Hot", "Warm", "Cold")],
        "filterable": True,
        "isLookup": False,
        "label": "Rating",
    }
    again = client.get(f"/analytics/reports/{metadata['id']}/describe").json()
    assert again == lead_report


def test_an_admin_creates_a_report_without_a_session(client):
    reply = client.session.post(
        f"{client.base_url}/sandbox/reports",
        json={"reportMetadata": LEADS},
        headers={"Authorization": ""},
        timeout=20,
    )
    assert (reply.status_code, reply.json()["reportMetadata"]["name"]) == (200, "Lead List Report")


def test_reports_can_be_queried_and_know_when_they_were_run(org, client, lead_report):
    soql = (
        "SELECT Name, DeveloperName, FolderName, Format, LastRunDate, Owner.Name FROM Report "
        "WHERE Format = 'TABULAR'"
    )
    (report,) = client.query(soql)
    owner = report.pop("Owner")
    assert owner["Name"] == "Integration User"
    assert report == {
        "Name": "Lead List Report",
        "DeveloperName": "Lead_List_Report",
        "FolderName": "Public Reports",
        "Format": "Tabular",
        "LastRunDate": None,
    }
    run(client, lead_report["reportMetadata"]["id"])
    assert client.query(soql)[0]["LastRunDate"] == "2026-03-02T09:30:15.000+0000"


def test_the_list_shows_the_latest_seen_first(client, clock, lead_report):
    first = lead_report["reportMetadata"]["id"]
    clock.advance(minutes=1)
    second = client.post("/analytics/reports", {"reportMetadata": LEADS | {"name": "Other"}}).json()[
        "reportMetadata"
    ]["id"]
    url = f"/services/data/v66.0/analytics/reports/{second}"
    listed = client.get("/analytics/reports").json()
    assert listed[0] == {
        "describeUrl": f"{url}/describe",
        "instancesUrl": f"{url}/instances",
        "id": second,
        "name": "Other",
        "url": url,
    }
    clock.advance(minutes=1)
    run(client, first)
    assert [each["id"] for each in client.get("/analytics/reports").json()] == [first, second]


def test_a_filter_of_one_run_is_not_kept(client, lead_report):
    report_id = lead_report["reportMetadata"]["id"]
    client.create("Lead", LastName="One", Company="Acme, Inc.")
    client.create("Lead", LastName="Two", Company="Other")
    filters = [{"column": "COMPANY", "operator": "contains", "value": ",Inc."}]
    changed = run(client, report_id, reportFilters=filters, name="Mine", id="00O000000000001")
    assert labels(changed) == [["Integration User", "One", "Acme, Inc."]]
    assert (changed["reportMetadata"]["id"], changed["reportMetadata"]["name"]) == (
        report_id,
        "Lead List Report",
    )
    assert len(labels(run(client, report_id))) == 2


def test_a_report_is_copied_and_deleted(client, lead_report):
    report_id = lead_report["reportMetadata"]["id"]
    copy = client.post(f"/analytics/reports?cloneId={report_id}", {"reportMetadata": {"name": "Copy"}}).json()
    copy_id = copy["reportMetadata"]["id"]
    assert copy_id != report_id
    assert (copy["reportMetadata"]["name"], copy["reportMetadata"]["detailColumns"]) == (
        "Copy",
        LEADS["detailColumns"],
    )
    assert client.send("DELETE", f"/analytics/reports/{copy_id}").status_code == 204
    gone = client.get(f"/analytics/reports/{copy_id}/describe")
    assert (gone.status_code, gone.json()[0]["errorCode"]) == (404, "NOT_FOUND")
    assert client.query("SELECT Name FROM Report") == [{"Name": LEADS["name"]}]


def test_an_instance_keeps_its_result_for_24_hours(org, client, clock):
    add_deals(client)
    report_id = make_report(org)
    url = f"/analytics/reports/{report_id}/instances"
    started = client.send("POST", f"{url}?includeDetails=true", data="").json()
    assert started == {
        "completionDate": None,
        "hasDetailRows": True,
        "id": started["id"],
        "ownerId": org.user_id,
        "queryable": False,
        "requestDate": "2026-03-02T09:30:15Z",
        "status": "New",
        "url": f"/services/data/v66.0{url}/{started['id']}",
    }
    add_deals(client)
    result = client.get(f"{url}/{started['id']}").json()
    assert result["attributes"] == {
        "completionDate": "2026-03-02T09:30:15Z",
        "id": started["id"],
        "ownerId": org.user_id,
        "queryable": False,
        "reportId": report_id,
        "reportName": "Deals",
        "requestDate": "2026-03-02T09:30:15Z",
        "status": "Success",
        "type": "ReportInstance",
    }
    assert len(labels(result)) == 4
    listed = client.get(url).json()
    assert listed == [started | {"completionDate": "2026-03-02T09:30:15Z", "status": "Success"}]
    clock.advance(hours=24)
    assert client.get(url).json() == []
    assert client.get(f"{url}/{started['id']}").status_code == 404


def test_an_instance_may_be_filtered(org, client):
    add_deals(client)
    url = f"/analytics/reports/{make_report(org, detailColumns=['OPPORTUNITY_NAME'])}/instances"
    filters = [{"column": "AMOUNT", "operator": "greaterThan", "value": "25000"}]
    started = client.post(url, {"reportMetadata": {"reportFilters": filters, "hasDetailRows": True}}).json()
    assert labels(client.get(f"{url}/{started['id']}").json()) == [["Larger"]]


@pytest.mark.parametrize(
    "metadata", [{}, {"name": "Only"}, {"name": "Odd", "reportType": {"type": "Nonsense"}}]
)
def test_a_report_needs_a_name_and_a_type(client, metadata):
    reply = client.post("/analytics/reports", {"reportMetadata": metadata})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "path", ["00O000000000001", "nonsense", "00O000000000001/describe", "00O000000000001/instances"]
)
def test_an_unknown_report_is_not_found(client, path):
    reply = client.get(f"/analytics/reports/{path}")
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_a_run_shows_details_as_the_report_does_unless_it_is_told_otherwise(org, client):
    report_id = make_report(org, hasDetailRows=False)
    assert not client.get(f"/analytics/reports/{report_id}").json()["hasDetailRows"]
    assert client.get(f"/analytics/reports/{report_id}?includeDetails=true").json()["hasDetailRows"]
    shown = client.post(f"/analytics/reports/{report_id}", {"reportMetadata": {"hasDetailRows": True}})
    assert shown.json()["hasDetailRows"]


def test_a_named_duration_moves_with_the_clock(org, client, clock):
    report_id = make_report(org, standardDateFilter={"column": "CLOSE_DATE", "durationValue": "THIS_MONTH"})
    add_deals(client)
    assert [row[0] for row in labels(run(client, report_id))] == ["Large"]
    clock.now = clock.now.replace(month=1)
    described = client.get(f"/analytics/reports/{report_id}/describe").json()["reportMetadata"]
    assert described["standardDateFilter"]["startDate"] == "2026-01-01"
    assert [row[0] for row in labels(run(client, report_id))] == ["Small", "Larger"]


@pytest.mark.parametrize("wanted", ["report", "list view"])
def test_the_query_of_a_report_or_list_view_is_explained_by_its_id(org, client, wanted):
    view = client.get("/sobjects/Opportunity/listviews/Won").json()["id"]
    saved = make_report(org) if wanted == "report" else view
    (plan, *_) = client.get("/query", params={"explain": saved}).json()["plans"]
    assert plan["sobjectType"] == "Opportunity"


def test_simple_salesforce_runs_a_report(org, client, salesforce):
    add_deals(client)
    report_id = make_report(org, detailColumns=["OPPORTUNITY_NAME"])
    result = salesforce.restful(f"analytics/reports/{report_id}", params={"includeDetails": "true"})
    assert len(labels(result)) == 4
