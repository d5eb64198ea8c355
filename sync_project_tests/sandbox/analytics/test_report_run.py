import pytest

from sync_project_tests.sandbox.analytics.report_org import add_deals, labels, make_report, run


def test_a_tabular_report_shows_every_record_under_the_grand_total(org, client):
    ids = add_deals(client)
    report_id = make_report(
        org,
        detailColumns=[
            "OPPORTUNITY_NAME",
            "ACCOUNT_NAME",
            "AMOUNT",
            "CLOSE_DATE",
            "PROBABILITY",
            "FULL_NAME",
            "IsWon",
        ],
        aggregates=["s!AMOUNT", "a!AMOUNT", "mx!AMOUNT", "m!AMOUNT", "u!TYPE", "RowCount"],
        sortBy=[{"sortColumn": "AMOUNT", "sortOrder": "Desc"}],
    )
    result = run(client, report_id)
    assert list(result) == [
        "attributes",
        "allData",
        "factMap",
        "groupingsAcross",
        "groupingsDown",
        "hasDetailRows",
        "hasExceededTabularRowLimit",
        "reportExtendedMetadata",
        "reportMetadata",
    ]
    url = f"/services/data/v66.0/analytics/reports/{report_id}"
    assert result["attributes"] == {
        "describeUrl": f"{url}/describe",
        "instancesUrl": f"{url}/instances",
        "reportId": report_id,
        "reportName": "Deals",
        "type": "Report",
    }
    assert (result["allData"], result["hasDetailRows"]) == (True, True)
    assert (result["groupingsDown"], result["groupingsAcross"]) == ({"groupings": []}, {"groupings": []})
    assert list(result["factMap"]) == ["T!T"]
    assert result["factMap"]["T!T"]["aggregates"] == [
        {"label": "$51,000.50", "value": 51000.5},
        {"label": "$17,000.17", "value": 51000.5 / 3},
        {"label": "$30,000.00", "value": 30000.0},
        {"label": "$1,000.50", "value": 1000.5},
        {"label": "2", "value": 2},
        {"label": "4", "value": 4},
    ]
    assert labels(result) == [
        ["Larger", "Acme", "$30,000.00", "1/2/2026", "100%", "Integration User", "true"],
        ["Large", "Acme", "$20,000.00", "3/31/2026", "100%", "Integration User", "true"],
        ["Small", "Acme", "$1,000.50", "1/15/2026", "10%", "Integration User", "false"],
        ["Vague", "Acme", "-", "2/1/2026", "10%", "Integration User", "false"],
    ]
    assert [each["value"] for each in result["factMap"]["T!T"]["rows"][0]["dataCells"]] == [
        ids["Larger"],
        ids["Acme"],
        {"amount": 30000.0, "currency": None},
        "2026-01-02",
        100.0,
        org.user_id,
        True,
    ]
    extended = result["reportExtendedMetadata"]
    assert extended["detailColumnInfo"]["AMOUNT"] == {"dataType": "currency", "label": "Amount"}
    assert extended["detailColumnInfo"]["FULL_NAME"] == {"dataType": "string", "label": "Opportunity Owner"}
    assert extended["aggregateColumnInfo"]["s!AMOUNT"] == {
        "acrossGroupingContext": None,
        "dataType": "currency",
        "downGroupingContext": None,
        "label": "Sum of Amount",
    }


def test_without_details_there_are_no_rows(org, client):
    add_deals(client)
    result = run(client, make_report(org), details=False)
    assert (result["hasDetailRows"], result["reportMetadata"]["hasDetailRows"]) == (False, False)
    assert result["factMap"] == {"T!T": {"aggregates": [{"label": "4", "value": 4}]}}


def test_a_summary_report_has_subtotals_by_group_and_rows_in_the_smallest_groups(org, client):
    add_deals(client)
    report_id = make_report(
        org,
        detailColumns=["OPPORTUNITY_NAME"],
        aggregates=["s!AMOUNT", "RowCount"],
        groupingsDown=[
            {"name": "TYPE"},
            {"name": "CLOSE_DATE", "dateGranularity": "Month", "sortOrder": "Desc"},
        ],
    )
    result = run(client, report_id)
    assert result["groupingsDown"] == {
        "groupings": [
            {
                "groupings": [
                    {"groupings": [], "key": "0_0", "label": "March 2026", "value": "2026-03-01"},
                    {"groupings": [], "key": "0_1", "label": "February 2026", "value": "2026-02-01"},
                ],
                "key": "0",
                "label": "-",
                "value": None,
            },
            {
                "groupings": [
                    {"groupings": [], "key": "1_0", "label": "January 2026", "value": "2026-01-01"},
                ],
                "key": "1",
                "label": "New Business",
                "value": "New Business",
            },
        ]
    }
    facts = result["factMap"]
    assert {key: [each["label"] for each in facts[key]["aggregates"]] for key in facts} == {
        "T!T": ["$51,000.50", "4"],
        "0!T": ["$20,000.00", "2"],
        "0_0!T": ["$20,000.00", "1"],
        "0_1!T": ["$0.00", "1"],
        "1!T": ["$31,000.50", "2"],
        "1_0!T": ["$31,000.50", "2"],
    }
    assert {key: labels(result, key) for key in facts if facts[key]["rows"]} == {
        "0_0!T": [["Large"]],
        "0_1!T": [["Vague"]],
        "1_0!T": [["Small"], ["Larger"]],
    }
    assert result["reportMetadata"]["reportFormat"] == "SUMMARY"
    assert result["reportExtendedMetadata"]["groupingColumnInfo"] == {
        "TYPE": {"dataType": "picklist", "groupingLevel": 0, "label": "Opportunity Type"},
        "CLOSE_DATE": {"dataType": "date", "groupingLevel": 1, "label": "Close Date"},
    }


def test_groups_may_be_sorted_by_an_aggregate_and_a_record_is_grouped_by_its_id(org, client):
    ids = add_deals(client)
    other = client.create("Account", Name="acme")
    client.create(
        "Opportunity",
        AccountId=other,
        Name="Huge",
        StageName="Prospecting",
        CloseDate="2026-01-01",
        Amount=1e6,
    )
    grouping = {"name": "ACCOUNT_NAME", "sortAggregate": "s!AMOUNT", "sortOrder": "Desc"}
    report_id = make_report(org, aggregates=["s!AMOUNT"], groupingsDown=[grouping])
    groups = run(client, report_id, details=False)["groupingsDown"]["groupings"]
    assert [(each["label"], each["value"]) for each in groups] == [("acme", other), ("Acme", ids["Acme"])]


@pytest.mark.parametrize(
    ("granularity", "label", "value"),
    [
        ("None", "3/31/2026", "2026-03-31"),
        ("Day", "3/31/2026", "2026-03-31"),
        ("Month", "March 2026", "2026-03-01"),
    ],
)
def test_dates_are_grouped_by_the_unit_they_lie_in(org, client, granularity, label, value):
    add_deals(client)
    report_id = make_report(org, groupingsDown=[{"name": "CLOSE_DATE", "dateGranularity": granularity}])
    last = run(client, report_id)["groupingsDown"]["groupings"][-1]
    assert (last["label"], last["value"]) == (label, value)


def test_only_the_first_2000_rows_are_shown_but_all_are_counted(org, client, tmp_path):
    file = tmp_path / "leads.csv"
    names = "\n".join(f"Person {number:04},Acme" for number in range(2_001))
    file.write_text(f"LastName,Company\n{names}\n", encoding="utf-8")
    for start in range(0, 2_001, 200):
        records = [
            {"attributes": {"type": "Lead"}, "LastName": f"Person {number:04}", "Company": "Acme"}
            for number in range(start, min(start + 200, 2_001))
        ]
        assert client.post("/composite/sobjects", {"records": records}).status_code == 200
    report_id = make_report(
        org,
        reportType={"type": "LeadList"},
        detailColumns=["Lead.Id", "LAST_NAME"],
        sortBy=[{"sortColumn": "LAST_NAME"}],
    )
    first = run(client, report_id)
    rows = first["factMap"]["T!T"]["rows"]
    assert (first["allData"], first["hasExceededTabularRowLimit"], len(rows)) == (False, True, 2_000)
    assert first["factMap"]["T!T"]["aggregates"] == [{"label": "2,001", "value": 2_001}]
    seen = ",".join(row["dataCells"][0]["label"] for row in rows)
    rest = run(
        client, report_id, reportFilters=[{"column": "Lead.Id", "operator": "notEqual", "value": seen}]
    )
    assert (rest["allData"], [row[1] for row in labels(rest)]) == (True, ["Person 2000"])
    assert run(client, report_id, details=False)["allData"]


def test_the_scope_of_the_user_shows_only_the_records_of_who_asks(org, client):
    ids = add_deals(client)
    (profile,) = client.query("SELECT Id FROM Profile")
    names = {"Username": "b@b.example", "LastName": "B", "Email": "b@b.example", "Alias": "b"}
    other = client.create("User", ProfileId=profile["Id"], IsActive=True, **names)
    reply = client.patch(f"/sobjects/Opportunity/{ids['Vague']}", {"OwnerId": other})
    assert reply.status_code == 204, reply.text
    report_id = make_report(org, scope="user", detailColumns=["OPPORTUNITY_NAME"])
    assert labels(run(client, report_id)) == [["Small"], ["Large"], ["Larger"]]
    client.session.headers["Authorization"] = f"Bearer {org.open_session(other)}"
    assert labels(run(client, report_id)) == [["Vague"]]


def test_columns_may_lead_through_a_reference_to_several_objects(org, client):
    contact = client.create("Contact", LastName="Ng", FirstName="Ada")
    task = client.create("Task", Subject="Call", WhoId=contact)
    report_id = make_report(
        org,
        reportType={"type": "Task"},
        detailColumns=["Task.Subject", "Who.Name", "Task.WhoId", "Task.Id", "CREATED_DATE"],
        aggregates=["mx!CREATED_DATE"],
    )
    result = run(client, report_id)
    assert labels(result) == [["Call", "Ada Ng", contact[:15], task[:15], "3/2/2026, 9:30 AM"]]
    values = [each["value"] for each in result["factMap"]["T!T"]["rows"][0]["dataCells"]]
    assert values == [task, contact, contact, task, "2026-03-02T09:30:15Z"]
    assert result["factMap"]["T!T"]["aggregates"][0]["label"] == "3/2/2026, 9:30 AM"
