import socket
from contextlib import suppress

import pytest
import requests

from sync_project.salesforce.errors import CallAllowanceSpentError, InsecureOrgError, OrgUnreachableError
from sync_project.salesforce.transport import Patience, TransportSession
from sync_project_tests.salesforce.scripted_server import HANG_UP, Answer, ScriptedServer

BUSY = Answer(status=503, body="<h1>down</h1>")


@pytest.fixture
def session(patience):
    with TransportSession(patience) as session:
        yield session


def test_a_read_is_repeated_after_5xx_with_doubling_pauses(session, server, pauses):
    server.script(BUSY, Answer(status=500), HANG_UP, Answer(body={"done": True}))

    answer = session.get(f"{session.trust(server.url)}/services/data/v66.0/query")

    assert answer.json() == {"done": True}
    assert pauses == [0.5, 1.0, 2.0]
    assert session.requests_sent == 4


def test_repeating_is_bounded_and_the_last_answer_is_handed_over(session, server, pauses):
    server.script(BUSY)

    assert session.get(session.trust(server.url)).status_code == 503
    assert pauses == [0.5, 1.0, 2.0, 4.0]


def test_pauses_are_jittered_and_capped():
    spent = []
    patience = Patience(sleep=spent.append, jitter=lambda shortest, longest: (shortest + longest) / 2)

    for attempt in (1, 2, 10):
        patience.wait(attempt)

    assert spent == [0.375, 0.75, 15.0]


@pytest.mark.parametrize(
    ("request_line", "attempts"),
    [
        ("GET /services/data/v66.0/query", 5),
        ("DELETE /services/data/v66.0/jobs/query/750", 5),
        ("PATCH /services/data/v66.0/composite/sobjects", 5),
        ("POST /services/data/v66.0/jobs/query", 5),
        ("POST /services/data/v66.0/jobs/ingest/", 5),
        ("POST /services/oauth2/token", 5),
        ("POST /services/data/v66.0/sobjects/Lead", 1),
        ("POST /services/data/v66.0/composite/sobjects", 1),
        ("PUT /services/data/v66.0/jobs/ingest/750/batches", 1),
    ],
)
@pytest.mark.parametrize("trouble", [BUSY, HANG_UP], ids=["5xx", "hang up"])
def test_a_write_that_might_double_is_never_repeated(session, server, request_line, attempts, trouble):
    server.sign_in_answer = trouble
    server.script(trouble)
    method, path = request_line.split()

    with suppress(OrgUnreachableError):
        session.request(method, session.trust(server.url) + path)
    assert session.requests_sent == attempts


@pytest.mark.parametrize(("methods", "attempts"), [(["GET", "GET"], 5), (["GET", "POST"], 1)])
def test_a_composite_request_is_repeated_when_all_its_parts_read(session, server, methods, attempts):
    server.script(BUSY)
    parts = [{"method": each, "url": "/services/data/v66.0/x", "referenceId": "a"} for each in methods]

    session.post(
        f"{session.trust(server.url)}/services/data/v66.0/composite", json={"compositeRequest": parts}
    )

    assert session.requests_sent == attempts


def test_no_more_calls_are_sent_than_allowed(server, patience):
    with TransportSession(patience, call_allowance=2) as session:
        url = session.trust(server.url)
        for _ in range(2):
            session.get(url)
        with pytest.raises(CallAllowanceSpentError, match=r"allowance of 2 API calls .* raise the allowance"):
            session.get(url)

    assert (session.requests_sent, len(server.received)) == (2, 2)


def test_repeated_attempts_spend_the_allowance_too(server, patience):
    server.script(BUSY)

    with TransportSession(patience, call_allowance=3) as session, pytest.raises(CallAllowanceSpentError):
        session.get(session.trust(server.url))

    assert len(server.received) == 3


@pytest.mark.parametrize("status", [420, 429])
def test_a_busy_org_has_done_nothing_so_even_a_create_is_repeated(session, server, status):
    server.script(Answer(status=status), Answer(status=201))

    assert session.post(f"{session.trust(server.url)}/services/data/v66.0/sobjects/Lead").status_code == 201


@pytest.mark.parametrize("status", [300, 400, 401, 403, 404, 412])
def test_a_refusal_is_not_repeated(session, server, status):
    server.script(Answer(status=status))

    assert session.get(session.trust(server.url)).status_code == status
    assert session.requests_sent == 1


def test_nobody_listening_is_reported_with_the_address_and_a_remedy(session):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    with pytest.raises(OrgUnreachableError, match=rf"//127.0.0.1:{port} does not answer .*Check the address"):
        session.post(f"{session.trust(f'http://127.0.0.1:{port}')}/services/data/v66.0/sobjects/Lead")
    # Nothing was sent, so even a create may be tried again.
    assert session.requests_sent == 5


def test_silence_ends_at_the_time_limit():
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        TransportSession(Patience(read_seconds=0.05, attempts=1)) as session,
        pytest.raises(OrgUnreachableError, match="ReadTimeout"),
    ):
        session.get(session.trust(f"http://127.0.0.1:{silent.getsockname()[1]}"))


@pytest.mark.parametrize(
    "url", ["http://acme.my.salesforce.com", "http://10.0.0.7:8080", "http://localhost.example.com"]
)
def test_plain_http_to_another_machine_is_refused(session, url):
    with pytest.raises(InsecureOrgError, match="not encrypted"):
        session.trust(url)
    with pytest.raises(InsecureOrgError, match="not encrypted"):
        session.get(url)


@pytest.mark.parametrize("url", ["", "acme.my.salesforce.com", "ftp://acme.my.salesforce.com"])
def test_an_address_without_https_is_refused(session, url):
    with pytest.raises(InsecureOrgError, match="should begin with https://"):
        session.trust(url)


def test_a_certificate_that_does_not_hold_is_refused_at_once(session, server):
    # Plain http where https is spoken: the handshake fails.
    with pytest.raises(InsecureOrgError, match="certificate"):
        session.get(server.url.replace("http:", "https:"))
    assert session.requests_sent == 1


def test_a_redirect_out_of_the_encryption_is_refused(session, server):
    server.script(Answer(status=302, headers={"Location": "http://acme.my.salesforce.com/"}))

    with pytest.raises(InsecureOrgError, match=r"http://acme\.my\.salesforce\.com/"):
        session.get(session.trust(server.url))


def test_a_body_from_a_file_is_sent_whole_each_time(session, server: ScriptedServer, tmp_path):
    server.script(BUSY, Answer())
    (tmp_path / "body").write_bytes(b"Id\n1\n")

    with (tmp_path / "body").open("rb") as body:
        session.patch(session.trust(server.url), data=body)

    assert [each.body for each in server.received] == [b"Id\n1\n", b"Id\n1\n"]


def test_this_machine_is_not_called_through_a_proxy(session, server):
    with socket.create_server(("127.0.0.1", 0)) as free:
        session.proxies = dict.fromkeys(("http", "https"), f"http://127.0.0.1:{free.getsockname()[1]}")

    assert session.get(session.trust(server.url)).status_code == 200


def test_it_is_an_ordinary_session(session):
    assert isinstance(session, requests.Session)
