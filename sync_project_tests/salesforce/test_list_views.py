import pytest

from sync_project.salesforce.errors import ResourceMissingError, SavedQuestionError
from sync_project.salesforce.list_views import find_list_view, read_list_view_query, read_list_views
from sync_project.salesforce.org import connect
from sync_project.sandbox.analytics.list_views import ListView, create_list_view
from sync_project_tests.salesforce.conftest import create_leads, make_lead
from sync_project_tests.salesforce.scripted_server import Answer


@pytest.fixture
def make_view(sandbox):
    def make(**given):
        with sandbox.transaction():
            return create_list_view(
                sandbox.write_context(), ListView(**{"sobject": "Lead", "columns": ("Name",)} | given)
            )

    return make


@pytest.fixture
def scripted_org(credentials, patience):
    with connect(credentials, patience=patience) as org:
        yield org


def listed(number, **changes):
    return {
        "id": f"00B00000000000{number}AAA",
        "developerName": f"View{number}",
        "label": f"View {number}",
        "soqlCompatible": True,
    } | changes


@pytest.mark.parametrize(
    "spell",
    [lambda view_id: view_id, lambda view_id: view_id[:15], lambda _: "acme_leads", lambda _: "ACME leads!"],
)
def test_a_list_view_is_found_by_id_developer_name_or_label(org, make_view, spell):
    view_id = make_view(label="Acme leads!", developer_name="Acme_Leads")
    found = find_list_view(org, sobject="Lead", wanted=spell(view_id))
    assert (found.id, found.developer_name, found.label) == (view_id, "Acme_Leads", "Acme leads!")


def test_the_query_of_a_list_view_finds_what_the_list_view_shows(org, make_view):
    ids = create_leads(
        org, (make_lead(number, Company=f"Company FROM {number % 2}", Status="Open") for number in range(4))
    )
    make_view(
        label="Odd",
        columns=("Name", "Status", "Company"),
        where="Company LIKE '%FROM 1%' AND Status != null",
        order_by="Name DESC",
    )
    found = read_list_view_query(org, find_list_view(org, sobject="Lead", wanted="Odd"))
    (page,) = org.query(found.query.of_ids().text)
    assert [each["Id"] for each in page.records] == [ids[1], ids[3]]
    assert "toLabel(Status)" in found.query.selected
    assert found.scope == ""


def test_the_scope_of_ones_own_records_stays_in_the_query(org):
    found = read_list_view_query(org, find_list_view(org, sobject="Account", wanted="MyAccounts"))
    assert found.query.of_ids().text == "SELECT Id FROM Account USING SCOPE mine"
    assert found.scope == "mine"


def test_a_list_view_that_is_not_there_is_refused_with_the_nearest_ones(org):
    with pytest.raises(ResourceMissingError) as caught:
        find_list_view(org, sobject="Lead", wanted="All Opn Leads")
    assert str(caught.value) == (
        "Lead has no list view 'All Opn Leads' that the integration user sees. Share it with the user, "
        "or name one of: AllOpenLeads, MyUnreadLeads, RecentlyViewedLeads, TodaysLeads."
    )


def test_a_label_that_two_list_views_share_is_refused_with_their_developer_names(org, make_view):
    make_view(label="Hot", developer_name="Hot1")
    make_view(label="Hot", developer_name="Hot2")
    with pytest.raises(SavedQuestionError, match=r"2 list views with the label 'Hot'.*Hot1, Hot2\."):
        find_list_view(org, sobject="Lead", wanted="Hot")


def test_an_object_without_list_views_is_the_orgs_own_error(org):
    with pytest.raises(ResourceMissingError):
        find_list_view(org, sobject="Nonsense__c", wanted="All")


def test_the_list_is_read_page_by_page(server, scripted_org):
    rest = "/services/data/v66.0/sobjects/Lead/listviews?limit=2&offset=2"
    server.script(
        Answer(body={"done": False, "listviews": [listed(1), listed(2)], "nextRecordsUrl": rest}),
        Answer(body={"done": True, "listviews": [listed(3)], "nextRecordsUrl": None}),
    )
    views = list(read_list_views(scripted_org, sobject="Lead"))
    assert [each.developer_name for each in views] == ["View1", "View2", "View3"]
    assert server.received[-1].path == rest


def test_a_list_view_without_a_query_is_refused_with_the_remedy(server, scripted_org):
    view = listed(1, soqlCompatible=False)
    server.script(Answer(body={"done": True, "listviews": [view], "nextRecordsUrl": None}))
    found = find_list_view(scripted_org, sobject="Lead", wanted="View1")
    with pytest.raises(SavedQuestionError, match=r"has no SOQL query.*write the condition as a SOQL source"):
        read_list_view_query(scripted_org, found)
