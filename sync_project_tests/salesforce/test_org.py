import socket
import traceback

import pytest

from sync_project.salesforce import errors
from sync_project.salesforce.org import Limit, Org, connect
from sync_project.salesforce.sign_in import Credentials
from sync_project_tests.salesforce.conftest import SECRET, create_leads, make_lead, sandbox_credentials
from sync_project_tests.salesforce.scripted_server import TOKEN, Answer, refused


@pytest.fixture
def scripted_org(credentials, patience):
    with connect(credentials, patience=patience) as org:
        yield org


def test_signing_in_tells_which_org_and_user(org, sandbox):
    assert (org.org_id, org.user_id) == (sandbox.organization_id, sandbox.user_id)
    assert org.calls_used == 0


def test_wrong_credentials_name_the_org_the_code_and_the_remedy(sandbox, served_org, patience):
    wrong = Credentials(login_url=served_org.url, client_id=sandbox.client_id, client_secret=SECRET)

    with pytest.raises(errors.SignInError) as caught:
        connect(wrong, patience=patience)

    assert str(caught.value).startswith(f"{served_org.url} refuses the sign-in (invalid_client")
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_an_unreachable_org_is_named(sandbox, patience):
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"

    with pytest.raises(errors.OrgUnreachableError, match="does not answer"):
        connect(sandbox_credentials(sandbox, url), patience=patience)


def test_a_session_that_ends_in_the_middle_of_a_query_is_not_noticed(org, sandbox):
    create_leads(org, (make_lead(number) for number in range(2_001)))
    pages = org.query("SELECT Key__c FROM Lead ORDER BY CreatedDate, Id")

    first = next(pages)
    sandbox.expire_sessions()
    rest = list(pages)

    assert [len(page.records) for page in [first, *rest]] == [2_000, 1]
    assert len({record["Key__c"] for page in [first, *rest] for record in page.records}) == 2_001
    assert org.session.sign_ins == 2


def test_pages_hold_two_thousand_records_and_the_total(org):
    create_leads(org, (make_lead(number) for number in range(4_001)))
    calls_before = org.calls_used

    pages = list(org.query("SELECT Id FROM Lead"))

    assert [len(page.records) for page in pages] == [2_000, 2_000, 1]
    assert {page.total_size for page in pages} == {4_001}
    assert org.calls_used - calls_before == 3


def test_counting(org):
    create_leads(org, [make_lead(1), make_lead(2)])

    assert org.count("SELECT COUNT() FROM Lead") == 2
    assert org.count("SELECT COUNT() FROM Lead WHERE Key__c = 'key-2'") == 1


def test_deleted_records_are_read_only_when_asked_for(org):
    gone, _ = create_leads(org, [make_lead(1), make_lead(2)])
    org.call("DELETE", f"sobjects/Lead/{gone}")

    soql = "SELECT Id, IsDeleted FROM Lead WHERE IsDeleted = true"
    [page] = org.query(soql, include_deleted=True)
    assert [record["Id"] for record in page.records] == [gone]
    assert [page.records for page in org.query(soql)] == [()]


def test_describe_tells_the_fields_and_is_asked_once(org):
    calls_before = org.calls_used
    lead = org.describe("Lead")
    assert org.describe("lead") is lead
    assert org.calls_used - calls_before == 1

    assert (lead.name, lead.is_createable, lead.is_updateable, lead.is_queryable) == (
        "Lead",
        True,
        True,
        True,
    )
    title = lead.field("TITLE")
    assert (title.name, title.type, title.length, title.is_nillable) == ("Title", "string", 128, True)
    assert lead.field("LastName").is_required_on_create
    assert not lead.field("Title").is_required_on_create
    assert lead.field("Key__c").is_external_id
    assert lead.field("OwnerId").reference_to == ("Group", "User")
    assert lead.field("OwnerId").relationship_name == "Owner"
    assert lead.field("Address").is_compound
    assert lead.field("City").compound_field_name == "Address"
    assert lead.field("IsConverted").is_createable
    assert not lead.field("IsConverted").is_updateable
    assert "Working - Contacted" in {each.value for each in lead.field("Status").picklist_values}


def test_many_objects_are_described_in_one_call(org, sandbox):
    for number in range(24):
        sandbox.add_custom_field("Lead", name=f"Field{number}__c", type="string", length=80)
    names = ["Account", "Nothing__c", "contact", "Lead"]
    alone = org.describe("Account")
    calls_before = org.calls_used

    described = org.describe_many(iter(names))

    assert list(described) == names
    assert described["Nothing__c"] is None
    assert described["Account"] is alone
    assert described["contact"].name == "Contact"
    assert described["Lead"].field("Field23__c")
    assert org.describe("LEAD") is described["Lead"]
    assert org.calls_used - calls_before == 1


def test_twenty_six_objects_are_described_in_two_calls(org):
    names = sorted(org.describe_global())[:26]
    calls_before = org.calls_used

    described = org.describe_many(names)

    assert [each.name for each in described.values()] == names
    assert org.calls_used - calls_before == 2


def test_counts_come_five_a_call(org):
    create_leads(org, (make_lead(number, Title="50% + & = é") for number in range(7)))
    last = "SELECT COUNT() FROM Lead WHERE Title = '50% + & = é' AND Key__c <= 'key-"
    calls_before = org.calls_used

    counts = org.count_many([f"{last}{number}'" for number in range(6)])

    assert counts == [1, 2, 3, 4, 5, 6]
    assert org.calls_used - calls_before == 2
    assert org.count_many([]) == []


def test_deleted_records_are_counted_only_when_asked_for(org):
    gone, _ = create_leads(org, [make_lead(1), make_lead(2)])
    org.call("DELETE", f"sobjects/Lead/{gone}")
    soql = "SELECT COUNT() FROM Lead"

    assert org.count_many([soql]) == [1]
    assert org.count_many([soql], include_deleted=True) == [2]


def test_a_query_too_long_for_a_bundle_is_counted_by_itself(org):
    create_leads(org, [make_lead(1), make_lead(2)])
    long = f"SELECT COUNT() FROM Lead WHERE Key__c IN ('key-1', '{'x' * 12_000}')"
    calls_before = org.calls_used

    assert org.count_many(["SELECT COUNT() FROM Lead", long]) == [2, 1]
    assert org.calls_used - calls_before == 2


def test_an_error_within_a_bundle_is_raised_as_it_would_be_alone(org, sandbox):
    sandbox.hide_field("Lead", "Title")
    queries = ["SELECT COUNT() FROM Lead", "SELECT COUNT() FROM Lead WHERE Title = 'x'"]

    with pytest.raises(errors.FieldMissingError, match=r"Lead\.Title is not in the org, or hidden"):
        org.count_many(queries)


def test_a_described_object_that_fails_otherwise_than_by_absence_is_an_error(server, scripted_org):
    denied = {"errorCode": "API_DISABLED_FOR_ORG", "message": "The REST API is not enabled."}
    part = {"referenceId": "part0", "httpStatusCode": 403, "httpHeaders": {}, "body": [denied]}
    server.script(Answer(body={"compositeResponse": [part]}))

    with pytest.raises(errors.RequestRefusedError, match=r"sobjects/Lead/describe answered API_DISABLED"):
        scripted_org.describe_many(["Lead"])


def test_the_allowance_of_calls_bounds_an_org(server, credentials, patience):
    with connect(credentials, patience=patience, call_allowance=1) as org:
        org.limits()
        with pytest.raises(errors.CallsSpentError, match="allowance of 1 API calls is used up"):
            org.limits()

    assert (org.calls_used, org.call_allowance, len(server.received)) == (1, 1, 1)


def test_a_hidden_field_is_absent_and_a_query_for_it_names_it(org, sandbox):
    sandbox.hide_field("Lead", "Title")

    assert org.describe("Lead").field("Title") is None
    with pytest.raises(errors.FieldMissingError, match=r"Lead\.Title is not in the org, or hidden") as caught:
        next(org.query("SELECT Id, Title FROM Lead"))
    assert caught.value.fields == ("Title",)


def test_an_object_the_org_lacks_is_named(org):
    with pytest.raises(errors.ResourceMissingError, match="The object Nothing__c is not in the org"):
        org.describe("Nothing__c")
    assert not org.has_object("Nothing__c")
    assert org.has_object("campaignmember")
    assert org.describe_global()["Lead"].is_queryable


@pytest.mark.parametrize(
    ("soql", "error"),
    [
        ("SELECT FROM Lead", errors.QueryRefusedError),
        ("SELECT Id FROM Nothing__c", errors.ResourceMissingError),
        (f"SELECT Id FROM Lead WHERE Title = '{'x' * 17_000}'", errors.QueryRefusedError),
    ],
)
def test_a_query_the_org_does_not_run_is_refused(org, soql, error):
    with pytest.raises(error):
        next(org.query(soql))


def test_limits_and_usage(org):
    limits = org.limits()

    assert limits["DailyApiRequests"] == Limit(maximum=15_000, remaining=15_000 - org.api_usage.used)
    assert org.api_usage.limit == 15_000


def test_used_up_calls_are_told_at_once_and_not_retried(server, scripted_org, pauses):
    server.script(refused(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))

    with pytest.raises(errors.RateLimitError, match="last 24 hours are used up") as caught:
        next(scripted_org.query("SELECT Id FROM Lead"))

    assert caught.value.code == "REQUEST_LIMIT_EXCEEDED"
    assert (len(server.received), pauses) == (1, [])


def test_a_session_refused_for_ever_says_so(server, scripted_org):
    server.script(refused(401, "INVALID_SESSION_ID", "Session expired or invalid"))

    with pytest.raises(errors.SignInError, match="session policy"):
        scripted_org.describe("Lead")
    assert len(server.sign_ins) == 2


def test_a_web_page_in_place_of_the_org_is_recognised(server, scripted_org):
    server.script(Answer(body="<html>Please sign in to the network</html>"))

    with pytest.raises(errors.UnexpectedAnswerError, match="not JSON"):
        scripted_org.limits()


def test_no_secret_is_in_any_repr(scripted_org):
    shown = f"{scripted_org!r} {scripted_org.session!r} {vars(scripted_org)!r} {vars(scripted_org.session)!r}"

    assert TOKEN not in shown
    assert SECRET not in shown


def test_plain_http_is_only_for_this_machine(sandbox, patience):
    with pytest.raises(errors.InsecureOrgError, match="not encrypted"):
        connect(sandbox_credentials(sandbox, "http://acme.my.salesforce.com"), patience=patience)


def test_an_instance_on_plain_http_elsewhere_is_refused(server, credentials, patience):
    server.sign_in_answer = Answer(
        body={"access_token": TOKEN, "instance_url": "http://acme.example", "id": "https://x/id/00D/005"}
    )

    with pytest.raises(errors.InsecureOrgError):
        connect(credentials, patience=patience)


def test_the_block_closes_the_connections(credentials, patience):
    with connect(credentials, patience=patience) as org:
        assert isinstance(org, Org)
        org.limits()
