from datetime import UTC, datetime

import pytest

from sync_project.sandbox.traffic.request_log import LoggedRequest, RequestLog


def add(log: RequestLog, *, path: str, query: str = "", body: str = "") -> None:
    log.add(
        LoggedRequest(
            at=datetime(2026, 3, 2, tzinfo=UTC),
            method="POST",
            path=path,
            query=query,
            headers={"X-SFDC-Session": "00D!token", "X-PrettyPrint": "1"},
            body=body,
            status=200,
            seconds=0.0,
            api_calls=1,
            faults=(),
        )
    )


def test_the_oldest_requests_make_room():
    log = RequestLog()
    for number in range(1_002):
        add(log, path=f"/services/data/{number}")
    assert [each.number for each in log.since(1_000)] == [1_001, 1_002]
    assert (len(log.since()), log.since()[0].path) == (1_000, "/services/data/2")
    assert log.since()[0].headers == {"X-SFDC-Session": "(secret)", "X-PrettyPrint": "1"}


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/services/OAuth2/token", "(secret)"),
        ("//services//oauth2//token", "(secret)"),
        ("/id/00D000000000001AAA/005000000000001AAA", "(secret)"),
        ("/services/Soap/u/59.0", "(secret)"),
        ("/services/data/v66.0/sobjects/User/005000000000001/password", "(secret)"),
        ("/services/data/v66.0/sobjects/Lead", "x=1"),
    ],
)
def test_where_secrets_are_sent_neither_query_nor_body_is_shown(path, shown):
    log = RequestLog()
    add(log, path=path, query="x=1", body="x=1")
    [kept] = log.since()
    assert (kept.query, kept.body) == (shown, shown)


def test_a_password_is_not_shown_wherever_it_is_set():
    log = RequestLog()
    add(
        log,
        path="/services/data/v66.0/composite",
        body='{"compositeRequest": [{"body": {"NewPassword": "x"}}]}',
    )
    [kept] = log.since()
    assert kept.body == "(secret)"
