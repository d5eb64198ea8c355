"""Events: when they are, and whose."""

import pytest

START = "2026-03-05T10:00:00.000+0000"


@pytest.mark.parametrize(
    "values",
    [
        {"StartDateTime": START, "DurationInMinutes": 90},
        {"ActivityDateTime": START, "DurationInMinutes": 90},
        {"StartDateTime": START, "EndDateTime": "2026-03-05T11:30:00Z"},
    ],
)
def test_an_event_completes_its_times(client, values):
    account = client.create("Account", Name="Acme")
    contact = client.create("Contact", LastName="Doe", AccountId=account)
    event = client.read("Event", client.create("Event", Subject="Meeting", WhoId=contact, **values))
    names = (
        "StartDateTime",
        "ActivityDateTime",
        "EndDateTime",
        "DurationInMinutes",
        "ActivityDate",
        "EndDate",
    )
    assert [event[name] for name in names] == [
        START,
        START,
        "2026-03-05T11:30:00.000+0000",
        90,
        "2026-03-05",
        "2026-03-05",
    ]
    assert event["AccountId"] == account


def test_an_event_needs_a_start_and_a_length(client):
    reply = client.post("/sobjects/Event", {"Subject": "Meeting"})
    assert reply.json()[0]["message"] == "Required fields are missing: [DurationInMinutes, ActivityDateTime]"
    event = client.create("Event", Subject="Fair", IsAllDayEvent=True, ActivityDate="2026-03-05")
    assert client.read("Event", event)["EndDate"] == "2026-03-05"


def test_a_moved_event_keeps_its_length(client):
    event = client.create("Event", StartDateTime=START, DurationInMinutes=30)
    client.patch(f"/sobjects/Event/{event}", {"StartDateTime": "2026-03-06T08:00:00Z"})
    assert client.read("Event", event)["EndDateTime"] == "2026-03-06T08:30:00.000+0000"
