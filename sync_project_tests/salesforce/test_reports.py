from datetime import UTC, datetime, timedelta

import pytest

from sync_project.salesforce.errors import ReportRunsSpentError, ResourceMissingError, SavedQuestionError
from sync_project.salesforce.org import connect
from sync_project.salesforce.report_records import read_report_records
from sync_project.salesforce.reports import Report, RunAllowance, find_report, read_reports
from sync_project.sandbox.analytics.reports import create_report
from sync_project.sandbox.loading import load_rows
from sync_project_tests.salesforce.scripted_server import Answer

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def make_report(sandbox):
    def make(**metadata):
        given = {"name": "Leads", "reportType": {"type": "LeadList"}, "detailColumns": ["LAST_NAME"]}
        with sandbox.transaction():
            return create_report(sandbox.write_context(), given | metadata)

    return make


@pytest.fixture
def read(org):
    def read(report_id, sobject="Lead", allowance=None):
        return read_report_records(
            org,
            find_report(org, report_id),
            described=org.describe(sobject),
            allowance=allowance or RunAllowance(),
        )

    return read


def load_leads(sandbox, count, **values):
    """Leads of ascending ids; a value may be a function of the number."""
    rows = [
        {"Id": f"00Q{number:012}AAA"[:15], "LastName": f"Lead {number:05}", "Company": "Acme"}
        | {name: value(number) if callable(value) else value for name, value in values.items()}
        for number in range(count)
    ]
    load_rows(sandbox, "Lead", rows)
    return {each for (each,) in sandbox.connection.execute("SELECT Id FROM Lead").fetchall()}


@pytest.mark.parametrize("spell", [lambda i: i, lambda i: i[:15], lambda _: "Leads", lambda _: "My_Leads"])
def test_a_report_is_found_by_id_name_or_developer_name(org, make_report, spell):
    report_id = make_report(developerName="My_Leads")
    assert find_report(org, spell(report_id)) == Report(id=report_id, name="Leads", folder="Public Reports")


def test_a_report_that_is_not_there_is_refused_with_the_remedy(org):
    with pytest.raises(ResourceMissingError, match=r"There is no report \"Bob's\".*share its folder"):
        find_report(org, "Bob's")


def test_a_name_that_several_reports_share_is_refused_with_their_ids(org, make_report):
    first, second = make_report(developerName="One"), make_report(developerName="Two")
    with pytest.raises(SavedQuestionError) as caught:
        find_report(org, "Leads")
    assert str(caught.value) == (
        f"There are 2 reports 'Leads'. Say which one by its id: {first} in 'Public Reports', "
        f"{second} in 'Public Reports'."
    )


def test_reports_are_listed_by_name(org, make_report):
    for name in ("Beta", "Alpha"):
        make_report(name=name)
    assert [each.name for each in read_reports(org, limit=10)] == ["Alpha", "Beta"]


def test_the_record_ids_come_from_a_column_that_is_added_for_the_run(sandbox, read, make_report):
    ids = load_leads(sandbox, 3)
    found = read(make_report())
    assert (set(found.record_ids), found.row_count, found.is_cut) == (ids, 3, False)
    assert (found.columns, found.first_rows[0]) == (("Last Name",), ("Lead 00000",))


def test_a_column_that_refers_to_the_object_tells_the_records_of_another_report(
    sandbox, org, read, make_report
):
    accounts = [org.call_json("POST", "sobjects/Account", json={"Name": each})["id"] for each in ("A", "B")]
    for account in (accounts[0], accounts[1], accounts[0], None):
        deal = {"Name": "Deal", "StageName": "Won", "CloseDate": "2026-03-01", "AccountId": account}
        org.call("POST", "sobjects/Opportunity", json=deal)
    found = read(
        make_report(
            reportType={"type": "Opportunity"},
            detailColumns=["OPPORTUNITY_NAME", "ACCOUNT_NAME"],
            groupingsDown=[{"name": "STAGE_NAME"}],
        ),
        "Account",
    )
    assert (sorted(found.record_ids), found.row_count, found.is_cut) == (accounts, 4, False)


def test_a_report_that_tells_no_record_of_the_object_is_refused_with_the_remedy(sandbox, read, make_report):
    load_leads(sandbox, 1)
    with pytest.raises(SavedQuestionError) as caught:
        read(make_report(), "Account")
    assert str(caught.value) == (
        "No column of the report 'Leads' tells which Account a row is about. Add the Account ID or the "
        "Account Name to the report, or choose the object that it shows."
    )


def test_a_report_that_tells_two_different_records_is_refused_with_both_columns(sandbox, read, make_report):
    load_rows(
        sandbox, "User", [{"Id": "005000000000001", "LastName": "Other", "Username": "other@example.com"}]
    )
    load_leads(sandbox, 1, OwnerId="005000000000001")
    with pytest.raises(SavedQuestionError, match=r"tell a User: Lead Owner, .*leave only the one"):
        read(make_report(detailColumns=["OWNER", "CreatedBy.Name"]), "User")


def test_an_empty_report_has_no_records(read, make_report):
    found = read(make_report())
    assert (found.record_ids, found.row_count, found.is_cut, found.first_rows) == ((), 0, False, ())


def test_a_report_of_more_rows_than_a_run_shows_comes_whole_although_values_tie_at_its_edges(
    sandbox, org, read, make_report
):
    """700 leads share each moment, so that the edges of the slices lie among equals."""
    ids = load_leads(sandbox, 4_500, CreatedDate=lambda number: NOON + timedelta(minutes=number // 700))
    calls_before = org.calls_used
    allowance = RunAllowance()

    found = read(make_report(), allowance=allowance)

    assert (set(found.record_ids), len(found.record_ids)) == (ids, 4_500)
    assert (found.row_count, found.is_cut) == (4_500, False)
    runs = 1 + 3
    assert allowance.left == 500 - runs
    assert org.calls_used - calls_before == runs + 3


def test_where_one_moment_fills_a_run_the_report_is_read_by_another_column(sandbox, read, make_report):
    """All created at once, as by a mass load; names tie too, with the signs that part values of a filter."""
    odd = ('Smith, "Jr."', "smith, jr.", "O'Neill", "Zoë", " TODAY", "-", "Ω", "smith")
    ids = load_leads(sandbox, 4_100, CreatedDate=NOON, LastName=lambda number: odd[number % 8])
    found = read(make_report())
    assert (set(found.record_ids), found.row_count, found.is_cut) == (ids, 4_100, False)


def test_a_grouped_and_filtered_report_keeps_its_filters_in_every_slice(sandbox, read, make_report):
    load_leads(
        sandbox,
        4_000,
        CreatedDate=lambda number: NOON + timedelta(seconds=number),
        Company=lambda number: f"Company {number % 4}",
    )
    found = read(
        make_report(
            groupingsDown=[{"name": "COMPANY"}],
            reportFilters=[
                {"column": "COMPANY", "operator": "equals", "value": "Company 1"},
                {"column": "COMPANY", "operator": "equals", "value": "Company 2"},
                {"column": "COMPANY", "operator": "equals", "value": "Company 3"},
            ],
            reportBooleanFilter="1 OR 2 OR 3",
        )
    )
    expected = "SELECT Id FROM Lead WHERE Company != 'Company 0'"
    assert set(found.record_ids) == {each for (each,) in sandbox.connection.execute(expected).fetchall()}
    assert (len(found.record_ids), found.is_cut) == (3_000, False)


def test_a_report_that_no_column_leads_through_is_cut_and_says_how_many_rows_it_has(
    sandbox, read, make_report
):
    load_leads(sandbox, 2_100, CreatedDate=NOON, LastModifiedDate=NOON, LastName="Same")
    found = read(make_report())
    assert (len(found.record_ids), found.row_count, found.is_cut) == (2_000, 2_100, True)


def test_the_runs_that_a_report_needs_are_refused_before_they_begin(sandbox, read, make_report):
    load_leads(sandbox, 4_500, CreatedDate=lambda number: NOON + timedelta(seconds=number))
    report_id = make_report()
    with pytest.raises(ReportRunsSpentError) as caught:
        read(report_id, allowance=RunAllowance(most=3))
    assert str(caught.value).startswith(
        "The report 'Leads' needs 3 more runs, and 2 of the 3 that Salesforce allows in an hour are left. "
        "Run again in an hour"
    )


def test_runs_count_for_an_hour():
    moment = 0.0
    allowance = RunAllowance(most=2, clock=lambda: moment)
    allowance.take("Leads")
    moment = 1_800.0
    allowance.take("Leads")
    assert allowance.left == 0
    moment = 3_600.0
    assert allowance.left == 1


CREATED, NAME, ID = "Lead.CreatedDate", "Lead.LastName", "Lead.Id"
KINDS = {CREATED: "datetime", NAME: "string", ID: "id"}


def described(**metadata):
    columns = {name: {"label": name, "dataType": kind} for name, kind in KINDS.items()}
    return Answer(
        body={
            "reportMetadata": {
                "reportFormat": "TABULAR",
                "detailColumns": list(KINDS),
                "aggregates": ["RowCount"],
                "reportFilters": [],
                "reportBooleanFilter": None,
            }
            | metadata,
            "reportExtendedMetadata": {"detailColumnInfo": columns},
            "reportTypeMetadata": {"categories": []},
        }
    )


def ran(numbers, *, columns=tuple(KINDS), row_count, is_cut=True):
    """A run with a row for each number, which is in all its cells."""
    spell = {
        CREATED: "2026-03-0{}T00:00:00Z".format,
        NAME: "Lead {}".format,
        ID: "00Q00000000000{}".format,
    }
    cells = [
        [{"label": spell[name](each), "value": spell[name](each)} for name in columns] for each in numbers
    ]
    total = {"aggregates": [{"label": "", "value": row_count}], "rows": [{"dataCells": row} for row in cells]}
    return Answer(
        body={
            "allData": not is_cut,
            "factMap": {"T!T": total},
            "reportMetadata": {"detailColumns": list(columns), "aggregates": ["RowCount"]},
        }
    )


@pytest.fixture
def read_scripted(server, credentials, patience, org):
    def read(*answers):
        server.script(*answers)
        with connect(credentials, patience=patience) as scripted:
            return read_report_records(
                scripted,
                Report(id="00O000000000001AAA", name="Leads", folder=""),
                described=org.describe("Lead"),
                allowance=RunAllowance(),
            )

    return read


def test_a_column_by_which_rows_are_passed_over_is_given_up_for_another(read_scripted):
    """As though the order were not that of the filter: of 5 rows, 2 are seen and only 1 is left."""
    by_created, by_name = (ID, CREATED), (ID, NAME)
    found = read_scripted(
        described(),
        ran([1, 2], row_count=5),
        ran([1, 4], columns=by_created, row_count=5),
        ran([4], columns=by_created, row_count=1, is_cut=False),
        ran([1, 2, 3], columns=by_name, row_count=5),
        ran([3, 4, 5], columns=by_name, row_count=3, is_cut=False),
    )
    assert found.record_ids == tuple(f"00Q00000000000{number}EAA" for number in range(1, 6))
    assert not found.is_cut


@pytest.mark.parametrize(
    "metadata",
    [
        {"topRows": {"rowLimit": 3000, "direction": "Desc"}},
        {"reportFilters": [{"column": NAME, "operator": "notEqual", "value": ""}] * 20},
    ],
)
def test_a_report_that_must_not_be_ordered_or_filtered_otherwise_stays_cut(read_scripted, metadata):
    found = read_scripted(described(**metadata), ran([1, 2], row_count=5))
    assert (len(found.record_ids), found.row_count, found.is_cut) == (2, 5, True)


def test_a_joined_report_is_refused_with_the_remedy(read_scripted):
    with pytest.raises(SavedQuestionError, match=r"is a joined report.*Make a report of the one block"):
        read_scripted(described(reportFormat="MULTI_BLOCK"))


def test_a_run_whose_answer_is_lost_is_repeated(server, read_scripted):
    lost = Answer(status=503, body="busy")
    found = read_scripted(described(), lost, ran([1], row_count=1, is_cut=False))
    assert len(found.record_ids) == 1
