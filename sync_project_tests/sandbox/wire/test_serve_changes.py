import pytest


def test_updated_ids_come_by_system_modstamp_without_the_seconds(client, clock):
    first = client.create("Lead", LastName="A", Company="C")
    clock.advance(minutes=2)
    second = client.create("Lead", LastName="B", Company="C")
    clock.advance(minutes=2)
    body = client.get("/sobjects/Lead/updated/?start=2026-03-02T09:30:59Z&end=2026-03-02T09:32:59Z").json()
    assert body == {"ids": [first], "latestDateCovered": "2026-03-02T09:32:00.000+0000"}
    span = {"start": "2026-03-02T10:00:00+00:30", "end": "2026-03-03T00:00:00+00:00"}
    body = client.get("/sobjects/Lead/updated", params=span).json()
    assert body == {"ids": [first, second], "latestDateCovered": "2026-03-02T09:34:00.000+0000"}


def test_simple_salesforce_reads_deleted_records(salesforce, client, clock):
    lead = client.create("Lead", LastName="A", Company="C")
    client.send("DELETE", f"/sobjects/Lead/{lead}")
    start, end = clock.now, clock.now
    clock.advance(minutes=3)
    reply = salesforce.Lead.deleted(start.replace(hour=8, microsecond=0), clock.now.replace(microsecond=0))
    assert reply == {
        "deletedRecords": [{"deletedDate": "2026-03-02T09:30:15.000+0000", "id": lead}],
        "earliestDateAvailable": "2026-02-15T09:33:00.000+0000",
        "latestDateCovered": "2026-03-02T09:33:00.000+0000",
    }
    assert (
        client.get("/sobjects/Lead/updated?start=2026-03-02T09:00:00Z&end=2026-03-02T09:33Z").json()["ids"]
        == []
    )
    assert start == end


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("start=2026-03-02T09:00:00Z&end=2026-03-02T08:00:00Z", "INVALID_REPLICATION_DATE"),
        ("start=2026-03-02T09:00:00Z&end=2026-03-02T09:01:00Z", "INVALID_REPLICATION_DATE"),
        ("start=2026-01-02T09:00:00Z&end=2026-03-02T09:00:00Z", "INVALID_REPLICATION_DATE"),
        ("start=yesterday&end=2026-03-02T09:01:00Z", "INVALID_REPLICATION_DATE"),
        ("start=2026-03-02T09:00:00Z", "MISSING_ARGUMENT"),
    ],
)
def test_a_span_that_salesforce_does_not_take_is_refused(client, query, code):
    for kind in ("updated", "deleted"):
        reply = client.get(f"/sobjects/Lead/{kind}/?{query}")
        assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, code)
