import traceback
from urllib.parse import parse_qs

import pytest

from sync_project.salesforce.errors import OrgUnreachableError, SignInError, UnexpectedAnswerError
from sync_project.salesforce.sign_in import Credentials, sign_in
from sync_project.salesforce.transport import TransportSession
from sync_project_tests.salesforce.conftest import SECRET
from sync_project_tests.salesforce.scripted_server import TOKEN, Answer, serving


@pytest.fixture
def session(patience):
    with TransportSession(patience) as session:
        yield session


def test_client_credentials_are_exchanged_for_a_session(server, session, credentials):
    grant = sign_in(credentials, session=session)

    assert grant.access_token.startswith(TOKEN)
    assert grant.instance_url == server.url
    assert (grant.org_id, grant.user_id) == ("00D000000000001AAA", "005000000000001AAA")
    assert parse_qs(server.sign_ins[0].body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["3MVG9"],
        "client_secret": [SECRET],
    }


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("invalid_client_id", "consumer key"),
        ("invalid_client", "Check the client secret"),
        ("invalid_grant", "give it a user to run as"),
        ("unsupported_grant_type", "Switch on the client credentials flow"),
        ("something_new", "Check the org's address"),
    ],
)
def test_a_refusal_names_the_org_the_code_and_the_remedy_never_the_secret(
    server, session, credentials, code, remedy
):
    server.sign_in_answer = Answer(
        status=400, body={"error": code, "error_description": f"no good: {SECRET}"}
    )

    with pytest.raises(SignInError) as caught:
        sign_in(credentials, session=session)

    shown = "".join(traceback.format_exception(caught.value))
    assert server.url in str(caught.value)
    assert code in str(caught.value)
    assert remedy in str(caught.value)
    assert SECRET not in shown
    assert caught.value.code == code
    assert len(server.sign_ins) == 1


def test_a_redirect_is_reported_and_the_secret_does_not_follow_it(server, session, credentials):
    with serving() as elsewhere:
        server.sign_in_answer = Answer(
            status=307, headers={"Location": f"{elsewhere.url}/services/oauth2/token"}
        )

        with pytest.raises(SignInError, match=f"leads to {elsewhere.url}"):
            sign_in(credentials, session=session)

    assert elsewhere.sign_ins == []


def test_an_answer_that_is_no_session_is_not_shown(server, session, credentials):
    server.sign_in_answer = Answer(body={"access_token": TOKEN, "id": "x"})

    with pytest.raises(UnexpectedAnswerError, match="My Domain") as caught:
        sign_in(credentials, session=session)

    assert TOKEN not in "".join(traceback.format_exception(caught.value))


def test_a_web_page_is_no_session(server, session, credentials):
    server.sign_in_answer = Answer(body="<html>Welcome</html>")

    with pytest.raises(UnexpectedAnswerError, match="something else than a session"):
        sign_in(credentials, session=session)


def test_a_broken_org_is_not_blamed_on_the_credentials(server, session, credentials):
    server.sign_in_answer = Answer(status=503, body="<h1>maintenance</h1>")

    with pytest.raises(OrgUnreachableError, match="HTTP 503: maintenance"):
        sign_in(credentials, session=session)


@pytest.mark.parametrize("host", ["login.salesforce.com", "test.salesforce.com"])
def test_the_shared_login_hosts_are_refused_before_the_secret_leaves(session, host):
    shared = Credentials(login_url=f"https://{host}", client_id="3MVG9", client_secret=SECRET)

    with pytest.raises(SignInError, match="My Domain"):
        sign_in(shared, session=session)
    assert session.requests_sent == 0


def test_secrets_are_in_no_repr(server, session, credentials):
    grant = sign_in(credentials, session=session)

    assert SECRET not in repr(credentials)
    assert TOKEN not in repr(grant)
