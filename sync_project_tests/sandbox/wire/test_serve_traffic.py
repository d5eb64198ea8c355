import pytest
import requests


def test_the_dial_is_set_shown_and_cleared_without_a_session(client):
    admin = {"headers": {"Authorization": ""}}
    fault = {"kind": "error_page", "status": 502, "first": 1, "path": "*/limits"}
    reply = client.send("PUT", "/sandbox/faults", json={"seed": 3, "faults": [fault]}, **admin)
    shown = {"after": 0, "every": 1, "rate": 1.0, "first": 1, "kind": "error_page", "path": "*/limits"}
    expected = {"seed": 3, "faults": [shown | {"method": None, "status": 502}]}
    assert (reply.status_code, reply.json()) == (200, expected)
    assert client.send("GET", "/sandbox/faults", **admin).json() == expected
    assert [client.get("/limits").status_code for _ in range(2)] == [502, 200]
    assert client.send("DELETE", "/sandbox/faults", **admin).status_code == 204
    assert client.send("GET", "/sandbox/faults", **admin).json() == {"seed": 0, "faults": []}


def test_a_dial_that_cannot_be_is_refused(client):
    reply = client.send("PUT", "/sandbox/faults", json={"faults": [{"kind": "flood"}]})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "INVALID_INPUT")
    assert "flood" in reply.json()[0]["message"]


def test_usage_counts_calls_rows_and_bytes_by_endpoint_and_object(client):
    client.create("Account", Name="Acme")
    lead = client.create("Lead", LastName="Ada", Company="Acme")
    client.read("Lead", lead)
    client.query("SELECT Id FROM Lead")
    client.get("/query?q=SELECT+Nope+FROM+Lead")
    usage = client.get("/sandbox/usage").json()
    assert usage["api_calls_24h"] == {"used": 5, "limit": 15_000}
    assert usage["objects"] == {
        "Account": {"rows_read": 0, "rows_written": 1},
        "Lead": {"rows_read": 2, "rows_written": 1},
    }
    counted = {
        name: (each["requests"], each["api_calls"], each["rows_read"], each["rows_written"])
        for name, each in (usage["endpoints"] | {"total": usage["total"]}).items()
    }
    assert counted == {"query": (2, 2, 1, 0), "sobjects": (3, 3, 1, 2), "total": (5, 5, 2, 2)}
    assert usage["endpoints"]["sobjects"]["bytes_in"] == len('{"Name": "Acme"}') + len(
        '{"LastName": "Ada", "Company": "Acme"}'
    )
    assert client.send("DELETE", "/sandbox/usage").status_code == 204
    assert client.get("/sandbox/usage").json()["total"]["api_calls"] == 0


def test_bytes_are_counted_as_they_were_sent(client):
    reply = client.get("/sobjects/Lead/describe", headers={"Accept-Encoding": "gzip"})
    sent = client.get("/sandbox/usage").json()["endpoints"]["describe"]["bytes_out"]
    assert sent == int(reply.headers["Content-Length"]) < len(reply.content)


def test_bulk_rows_are_counted_for_their_object(client):
    job = client.post("/jobs/ingest", {"object": "Lead", "operation": "insert"}).json()["id"]
    client.send("PUT", f"/jobs/ingest/{job}/batches", data=b"LastName,Company\nA,X\nB,X\n,X\n")
    client.patch(f"/jobs/ingest/{job}", {"state": "UploadComplete"})
    query = {"operation": "query", "query": "SELECT Id FROM Lead"}
    client.get(f"/jobs/query/{client.post('/jobs/query', query).json()['id']}/results")
    usage = client.get("/sandbox/usage").json()
    assert usage["objects"] == {"Lead": {"rows_read": 2, "rows_written": 2}}
    assert usage["endpoints"]["jobs/ingest"]["api_calls"] == 3
    assert usage["endpoints"]["jobs/query"]["rows_read"] == 2


def test_the_bytes_of_a_stream_are_counted_when_it_has_left(client):
    for number in range(60):
        client.create("Account", Name=f"Account {number} with a name that is long enough")
    query = {"operation": "query", "query": "SELECT Id, Name FROM Account"}
    job = client.post("/jobs/query", query).json()["id"]
    client.send("DELETE", "/sandbox/usage")
    reply = client.get(f"/jobs/query/{job}/results", headers={"Accept-Encoding": "gzip"}, stream=True)
    sent = len(reply.raw.read(decode_content=False))
    client.get("/limits")
    assert reply.headers["Content-Encoding"] == "gzip"
    assert client.get("/sandbox/usage").json()["endpoints"]["jobs/query"]["bytes_out"] == sent > 0


def test_rows_that_were_rolled_back_are_not_written(client):
    records = [{"attributes": {"type": "Account"}, "Name": name} for name in ("Acme", "")]
    client.post("/composite/sobjects", {"allOrNone": True, "records": records})
    assert client.get("/sandbox/usage").json()["objects"] == {}


def test_the_log_shows_what_was_received_without_secrets(org, client, clock, faults):
    client.create("Account", Name="Acme")
    wrong = faults.on({"kind": "drop", "when": "after"}, {"kind": "request_limit"})
    with wrong, pytest.raises(requests.ConnectionError):
        client.get("/limits?x=1")
    form = {
        "grant_type": "client_credentials",
        "client_id": org.client_id,
        "client_secret": org.client_secret,
    }
    client.send("POST", "/services/oauth2/token", data=form)
    first, second, third = client.get("/sandbox/requests").json()
    assert [each["number"] for each in (first, second, third)] == list(
        range(first["number"], first["number"] + 3)
    )
    shown = {name: value for name, value in first.items() if name not in {"headers", "number"}}
    assert shown == {
        "at": "2026-03-02T09:30:15.250000+00:00",
        "method": "POST",
        "path": "/services/data/v66.0/sobjects/Account",
        "query": "",
        "body": '{"Name": "Acme"}',
        "status": 201,
        "seconds": 0.0,
        "api_calls": 1,
        "faults": [],
    }
    assert first["headers"]["authorization"] == "(secret)"
    assert (second["query"], second["status"], second["faults"]) == ("x=1", None, ["drop", "request_limit"])
    assert (third["path"], third["body"]) == ("/services/oauth2/token", "(secret)")
    assert client.get(f"/sandbox/requests?since={second['number']}").json() == [third]
    assert client.get("/sandbox/requests?since=x").status_code == 400
    assert client.send("DELETE", "/sandbox/requests").status_code == 204
    assert client.get("/sandbox/requests").json() == []


def test_of_a_long_body_the_log_keeps_the_beginning(client):
    client.send("POST", "/sobjects/Lead", data=b"\xff" + b"x" * 20_000)
    [logged] = client.get("/sandbox/requests").json()
    assert logged["body"] == "\ufffd" + "x" * 9_999
