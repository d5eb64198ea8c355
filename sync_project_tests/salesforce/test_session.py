import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from sync_project.salesforce.session import ApiUsage, OrgSession
from sync_project.salesforce.sign_in import sign_in
from sync_project.salesforce.transport import TransportSession
from sync_project_tests.salesforce.scripted_server import (
    SESSION_ENDED,
    TOKEN,
    Answer,
    refused,
    serving,
)


@pytest.fixture
def session(credentials, patience):
    with (
        TransportSession(patience) as door,
        OrgSession(lambda: sign_in(credentials, session=door), patience=patience) as session,
    ):
        yield session


def authorizations(server):
    return [each.headers.get("Authorization") for each in server.received]


def test_an_ended_session_is_signed_in_again_once_and_every_header_is_kept(session, server):
    server.script(SESSION_ENDED, Answer(body={"done": True}))

    answer = session.get(
        f"{session.origin}/services/data/v66.0/query",
        params={"q": "SELECT Id FROM Lead"},
        headers={"Sforce-Query-Options": "batchSize=500", "Sforce-Auto-Assign": "FALSE"},
    )

    assert answer.json() == {"done": True}
    assert authorizations(server) == [f"Bearer {TOKEN}1", f"Bearer {TOKEN}2"]
    first, second = server.received
    assert second.path == first.path == "/services/data/v66.0/query?q=SELECT+Id+FROM+Lead"
    assert {**second.headers, "Authorization": ""} == {**first.headers, "Authorization": ""}
    assert second.headers["Sforce-Query-Options"] == "batchSize=500"
    assert session.sign_ins == 2


def test_the_body_is_sent_again_whole(session, server, tmp_path):
    server.script(SESSION_ENDED, Answer())
    (tmp_path / "body").write_bytes(b"Id\n1\n")

    with (tmp_path / "body").open("rb") as body:
        session.put(session.origin, data=body)

    assert [each.body for each in server.received] == [b"Id\n1\n", b"Id\n1\n"]


def test_a_session_refused_for_ever_ends_after_one_more_sign_in(session, server):
    server.script(SESSION_ENDED)

    assert session.get(session.origin).status_code == 401
    assert len(server.received) == 2
    assert len(server.sign_ins) == 2


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=401, body={"error": "denied"}),
        Answer(status=401, body="<html>proxy</html>"),
        refused(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE"),
        refused(403, "INVALID_SESSION_ID", "not really"),
    ],
)
def test_other_refusals_do_not_sign_in_again(session, server, answer):
    server.script(answer)

    assert session.get(session.origin).status_code == answer.status
    assert len(server.sign_ins) == 1


def test_a_later_end_of_the_session_is_mended_too(session, server):
    server.script(SESSION_ENDED, Answer(), SESSION_ENDED, Answer())

    assert [session.get(session.origin).status_code for _ in range(2)] == [200, 200]
    assert session.sign_ins == 3


def test_threads_whose_session_ends_together_sign_in_once(session, server):
    server.ended_tokens.add(f"{TOKEN}1")
    threads = 4
    together = threading.Barrier(threads)

    def ask(_):
        together.wait()
        return session.get(session.origin).status_code

    with ThreadPoolExecutor(threads) as pool:
        assert list(pool.map(ask, range(threads))) == [200] * threads
    assert session.sign_ins == 2


def test_the_token_goes_to_no_other_host(session, server):
    with serving() as elsewhere:
        server.script(Answer(status=302, headers={"Location": f"{elsewhere.url}/steal"}))
        session.get(session.origin)

    assert authorizations(server) == [f"Bearer {TOKEN}1"]
    assert authorizations(elsewhere) == [None]


def test_the_placeholder_token_of_simple_salesforce_is_replaced(session, server):
    session.get(session.origin, headers={"Authorization": "Bearer placeholder", "X-PrettyPrint": "1"})

    assert authorizations(server) == [f"Bearer {TOKEN}1"]
    assert "X-PrettyPrint" not in server.received[0].headers


def test_calls_and_the_orgs_usage_are_counted_without_sign_ins(session, server):
    server.script(
        Answer(headers={"Sforce-Limit-Info": "api-usage=18/15000"}), Answer(), SESSION_ENDED, Answer()
    )
    assert session.api_usage is None

    for _ in range(3):
        session.get(session.origin)

    assert session.api_usage == ApiUsage(used=18, limit=15000)
    assert session.requests_sent == 4
