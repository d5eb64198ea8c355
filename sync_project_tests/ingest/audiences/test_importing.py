from datetime import datetime

import pytest

from sync_project.salesforce.errors import CallsSpentError
from sync_project.salesforce.org import connect
from sync_project.salesforce.sign_in import Credentials
from sync_project.sandbox.analytics.list_views import ListView, create_list_view
from sync_project.sandbox.analytics.reports import create_report
from sync_project_tests.ingest.audiences.acme import ACME, load_leads
from sync_project_tests.ingest.conftest import at
from sync_project_tests.ingest.leads import lead_id

NOON = datetime(2026, 3, 1, 12)


def make_view(sandbox, **given):
    with sandbox.transaction():
        view = ListView(**{"sobject": "Lead", "label": "Acme", "columns": ("Name",)} | given)
        return create_list_view(sandbox.write_context(), view)


def make_report(sandbox, **given):
    metadata = {"name": "Acme", "reportType": {"type": "LeadList"}, "detailColumns": ["LAST_NAME", "COMPANY"]}
    with sandbox.transaction():
        return create_report(sandbox.write_context(), metadata | given)


def members(importer, audience="acme"):
    rows = importer.rows(
        f"""SELECT right(record_id, 4 + 3)[:4], added_at, left_at FROM raw.audience_member
        WHERE audience = '{audience}' ORDER BY record_id"""
    )
    return {int(number): (added_at, left_at) for number, added_at, left_at in rows}


def test_list_views_reports_and_queries_are_kept_with_their_members(sandbox, importer, bring_in):
    load_leads(sandbox, 1, 2)
    load_leads(sandbox, 3, Company="Other")
    importer.read("Lead")
    make_view(sandbox, where="Company = 'Acme'", columns=("Name", "Company"))
    acme_filter = {"column": "COMPANY", "operator": "equals", "value": "Acme"}
    report_id = make_report(sandbox, reportFilters=[acme_filter])

    outcomes = bring_in(
        view={"object": "Lead", "list_view": "Acme"}, report={"object": "Lead", "report": "Acme"}, soql=ACME
    )

    ran = "SELECT Id FROM Lead WHERE Company = 'Acme'"
    rows = [("view", "list_view", "Acme", ran), ("report", "report", "Acme", report_id)]
    rows.append(("soql", "soql", ACME["soql"], ran))
    assert importer.rows("FROM raw.audience") == [
        (name, "Lead", kind, source, made_of, 2, 2, False, NOON, None) for name, kind, source, made_of in rows
    ]
    assert importer.rows("FROM raw.audience_member ORDER BY ALL") == [
        (name, lead_id(number), "Lead", NOON, None)
        for name in ("report", "soql", "view")
        for number in (1, 2)
    ]
    assert [each.records.columns for each in outcomes] == [
        ("Name", "Company"), ("Last Name", "Company"), ("Id", "Name"),
    ]  # fmt: skip
    assert [each.records.first_rows[0] for each in outcomes] == [
        ("Lead 1", "Acme"), ("Lead 1", "Acme"), (lead_id(1), "Lead 1"),
    ]  # fmt: skip


def test_members_leave_and_return_and_reading_again_changes_nothing(sandbox, importer, bring_in, clock):
    load_leads(sandbox, 1, 2)
    importer.read("Lead")
    bring_in(acme=ACME)
    clock.now = at(1, 13)
    importer.sign_in().call("PATCH", f"sobjects/Lead/{lead_id(1)}", json={"Company": "Other"})
    bring_in(acme=ACME)
    one_pm = datetime(2026, 3, 1, 13)
    assert members(importer) == {1: (NOON, one_pm), 2: (NOON, None)}

    before = importer.rows("FROM raw.audience, raw.audience_member")
    bring_in(acme=ACME)
    assert importer.rows("FROM raw.audience, raw.audience_member") == before
    assert importer.rows("SELECT org_count, member_count FROM raw.audience") == [(1, 1)]

    clock.now = at(1, 14)
    importer.sign_in().call("PATCH", f"sobjects/Lead/{lead_id(1)}", json={"Company": "Acme"})
    bring_in(acme=ACME)
    assert members(importer) == {1: (NOON, None), 2: (NOON, None)}


def test_records_of_members_come_in_whatever_the_filter_says_and_are_followed(
    sandbox, importer, bring_in, clock
):
    german = {"filter": "Country = 'Germany'"}
    load_leads(sandbox, 1, Country="Germany")
    load_leads(sandbox, 2, 3, Country="France")
    load_leads(sandbox, 4, Country="France", Company="Other")
    importer.read("Lead", **german)
    leads = "SELECT right(Id, 7)[:4], Title, IsDeleted FROM raw.lead ORDER BY Id"
    assert importer.rows(leads) == [("0001", None, False)]

    (outcome,) = bring_in(acme=ACME, lead=german)
    assert outcome.brought_count == 3
    assert importer.rows(leads) == [("0001", None, False), ("0002", None, False), ("0003", None, False)]

    clock.now = at(1, 13)
    org = importer.sign_in()
    org.call("PATCH", f"sobjects/Lead/{lead_id(2)}", json={"Title": "CEO"})
    org.call("PATCH", f"sobjects/Lead/{lead_id(4)}", json={"Title": "Nobody's"})
    org.call("DELETE", f"sobjects/Lead/{lead_id(3)}")
    importer.read("Lead", **german)
    (outcome,) = bring_in(acme=ACME, lead=german)
    assert outcome.brought_count == 2
    assert importer.rows(leads) == [("0001", None, False), ("0002", "CEO", False), ("0003", None, True)]
    assert {number for number, (_, left_at) in members(importer).items() if left_at} == {3}

    clock.now = at(1, 14)
    bring_in(acme=ACME, lead=german)
    clock.now = at(1, 15)
    (outcome,) = bring_in(acme=ACME, lead=german)
    assert outcome.brought_count == 0


def test_a_change_of_a_member_that_became_visible_late_is_followed_too(sandbox, importer, bring_in, clock):
    german = {"filter": "Country = 'DE'"}
    load_leads(sandbox, 1)
    importer.read("Lead", **german)
    bring_in(lead=german, acme=ACME)
    with sandbox.transaction() as connection:
        connection.execute("UPDATE Lead SET Title = 'CEO', SystemModstamp = '2026-03-01T11:51:00.000+0000'")
    clock.now = at(1, 13)

    bring_in(lead=german, acme=ACME)

    assert importer.rows("SELECT Title FROM raw.lead") == [("CEO",)]


def test_a_field_that_becomes_visible_is_filled_for_members_outside_the_filter_too(
    sandbox, importer, bring_in, clock
):
    german = {"filter": "Country = 'DE'"}
    sandbox.hide_field("Lead", "Title")
    importer.describe()
    load_leads(sandbox, 1, Title="CEO")
    load_leads(sandbox, 2, Title="CTO", Country="DE", Company="Other")
    importer.read("Lead", **german)
    bring_in(lead=german, acme=ACME)
    sandbox.show_field("Lead", "Title")
    clock.now = at(1, 18)
    importer.describe()
    importer.read("Lead", **german)

    bring_in(lead=german, acme=ACME)

    assert importer.rows("SELECT Title FROM raw.lead ORDER BY Id") == [("CEO",), ("CTO",)]


def test_what_is_here_of_a_new_member_that_left_the_filter_is_read_anew(sandbox, importer, bring_in, clock):
    german = {"filter": "Country = 'Germany'"}
    load_leads(sandbox, 1, Country="Germany", Company="Other")
    importer.read("Lead", **german)
    clock.now = at(1, 13)
    change = {"Country": "France", "Company": "Acme"}
    importer.sign_in().call("PATCH", f"sobjects/Lead/{lead_id(1)}", json=change)
    importer.read("Lead", **german)
    bring_in(acme=ACME, lead=german)
    assert importer.rows("SELECT Country, Company FROM raw.lead") == [("France", "Acme")]


def test_members_that_came_after_the_object_was_read_come_in_too(sandbox, importer, bring_in):
    load_leads(sandbox, 1)
    importer.read("Lead")
    load_leads(sandbox, 2)
    bring_in(acme=ACME)
    assert importer.rows("SELECT LastName FROM raw.lead ORDER BY Id") == [("Lead 1",), ("Lead 2",)]


BAD = [
    (
        {"soql": "SELECT Id FROM Contact"},
        "Audience 'bad_0' (query of Lead): it asks for records of Contact. Make Contact its object, or write "
        "SELECT Id FROM Lead WHERE Id IN (SELECT ... FROM Contact ...).",
    ),
    (
        {"soql": "SELECT COUNT() FROM Lead"},
        "Audience 'bad_1' (query of Lead): it asks for groups, sums or counts, and an audience is made of "
        "records. Write SELECT Id FROM Lead with the same conditions.",
    ),
    ({"soql": "SELECT Id FROM Lead WHERE Nonsense__c = 1"}, "Lead.Nonsense__c is not in the org, or hidden"),
    ({"soql": "SELECT Id FROM Lead WHERE"}, "unexpected token: '<EOF>'. Correct the query"),
    ({"soql": "all leads"}, "'all leads' is no query. Write SELECT Id FROM"),
    ({"list_view": "None"}, "Audience 'bad_5' (list view 'None' of Lead): Lead has no list view 'None'"),
    ({"report": "None"}, "Audience 'bad_6' (report 'None' of Lead): There is no report 'None'"),
]


def test_an_audience_that_fails_says_why_and_the_others_go_on(sandbox, importer, bring_in):
    load_leads(sandbox, 1)
    importer.read("Lead")
    bad = {f"bad_{number}": {"object": "Lead", **audience} for number, (audience, _) in enumerate(BAD)}
    *failed, good = bring_in(**bad, acme=ACME)
    assert [fault for (_, fault), each in zip(BAD, failed, strict=True) if fault not in each.fault] == []
    assert good.fault is None
    assert importer.rows("SELECT name, org_count, member_count, read_at, fault FROM raw.audience") == [
        *((each.name, None, 0, None, each.fault) for each in failed),
        ("acme", 1, 1, NOON, None),
    ]


def test_an_audience_that_fails_later_keeps_its_members_and_counts(sandbox, importer, bring_in, clock):
    load_leads(sandbox, 1, 2)
    importer.read("Lead")
    bring_in(acme=ACME)
    clock.now = at(1, 13)
    bring_in(acme={"object": "Lead", "list_view": "Gone"})
    assert set(members(importer).values()) == {(NOON, None)}
    row = "SELECT source_kind, source, org_count, member_count, read_at, fault IS NULL FROM raw.audience"
    assert importer.rows(row) == [("list_view", "Gone", 2, 2, NOON, False)]
    bring_in(acme=ACME)
    assert importer.rows(row) == [("soql", ACME["soql"], 2, 2, datetime(2026, 3, 1, 13), True)]


def test_an_audience_that_goes_from_the_settings_is_left_by_all(sandbox, importer, bring_in, clock):
    load_leads(sandbox, 1)
    importer.read("Lead")
    bring_in(acme=ACME, other=ACME)
    clock.now = at(1, 13)
    bring_in(other=ACME)
    assert members(importer) == {1: (NOON, datetime(2026, 3, 1, 13))}
    assert members(importer, "other") == {1: (NOON, None)}
    assert importer.rows("SELECT name FROM raw.audience") == [("other",)]


def test_a_report_that_salesforce_cuts_lets_nobody_leave(sandbox, importer, bring_in, clock):
    """All values alike, so that no column leads past the 2,000 rows that are shown."""
    alike = {"LastName": "Same", "CreatedDate": at(1, 1), "LastModifiedDate": at(1, 1)}
    load_leads(sandbox, *range(2_000), **alike)
    importer.read("Lead")
    make_report(sandbox)
    bring_in(acme={"object": "Lead", "report": "Acme"})
    clock.now = at(1, 13)
    load_leads(sandbox, *range(2_000, 2_100), **alike)
    (outcome,) = bring_in(acme={"object": "Lead", "report": "Acme"})
    assert outcome.records.is_cut
    assert importer.rows("SELECT org_count, member_count, is_cut FROM raw.audience") == [(2_100, 2_000, True)]
    assert all(left_at is None for _, left_at in members(importer).values())


def test_without_audiences_nothing_is_asked_of_the_org(importer, bring_in):
    org = importer.sign_in()
    assert bring_in(org=org) == ()
    assert org.calls_used == 0
    assert importer.rows("FROM raw.audience UNION ALL BY NAME FROM raw.audience_member") == []


def test_spent_calls_end_the_import_between_two_audiences(sandbox, served_org, importer, bring_in):
    load_leads(sandbox, 1)
    importer.read("Lead")
    given = Credentials(
        login_url=served_org.url, client_id=sandbox.client_id, client_secret=sandbox.client_secret
    )
    with connect(given, call_allowance=1) as org, pytest.raises(CallsSpentError):
        bring_in(org=org, acme=ACME, other=ACME)
    assert importer.rows("SELECT name, fault FROM raw.audience") == [("acme", None)]
