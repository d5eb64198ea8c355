def seen(reply):
    return [each["Name"] for each in reply.json()]


def test_a_query_for_view_makes_recent_items(client, clock):
    for name in ("A", "B", "C"):
        client.create("Account", Name=name)
    lead = client.create("Lead", LastName="L", Company="for view")
    client.query("SELECT Name FROM Lead WHERE Company = 'FOR VIEW'")
    assert seen(client.get("/recent")) == []
    client.query("SELECT Name FROM Account WHERE Name < 'C' for view")
    clock.advance(minutes=1)
    client.query("SELECT Name FROM Lead FOR VIEW")
    assert seen(client.get("/recent")) == ["L", "A", "B"]
    assert client.get("/recent?limit=1").json() == [
        {
            "attributes": {"type": "Lead", "url": f"/services/data/v66.0/sobjects/Lead/{lead}"},
            "Id": lead,
            "Name": "L",
        }
    ]
    summary = client.get("/sobjects/Account").json()
    assert [each["Name"] for each in summary["recentItems"]] == ["A", "B"]
    assert client.read("Lead", lead)["LastViewedDate"] == "2026-03-02T09:31:15.000+0000"


def test_for_reference_dates_the_reference_only(client):
    account = client.create("Account", Name="A")
    stamp = client.read("Account", account)["SystemModstamp"]
    client.query("SELECT Id FROM Account FOR REFERENCE")
    record = client.read("Account", account)
    assert (record["LastViewedDate"], record["LastReferencedDate"]) == (None, stamp)
    assert client.get("/recent").json() == []
