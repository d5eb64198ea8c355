from datetime import UTC, datetime

from sync_project.sandbox.traffic.request_log import RequestLog


def test_the_oldest_requests_make_room_and_long_bodies_are_cut():
    log = RequestLog()
    for number in range(1_002):
        log.add(
            at=datetime(2026, 3, 2, tzinfo=UTC),
            method="POST",
            path=f"/services/data/{number}",
            query="",
            headers={"X-SFDC-Session": "00D!token", "X-PrettyPrint": "1"},
            body=b"\xff" + b"x" * 20_000,
            status=200,
            seconds=0.0,
            api_calls=1,
            faults=(),
        )
    assert [each.number for each in log.since(1_000)] == [1_001, 1_002]
    assert (len(log.since()), log.since()[0].path) == (1_000, "/services/data/2")
    assert (len(log.since()[0].body), log.since()[0].body[:2]) == (10_000, "\ufffdx")
    assert log.since()[0].headers == {"X-SFDC-Session": "(secret)", "X-PrettyPrint": "1"}
