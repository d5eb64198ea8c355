"""Faults as a client over TCP meets them."""

import threading

import pytest
import requests

from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.server import serve

LEAD = {"LastName": "Ada", "Company": "Acme"}


def statuses(client, count: int) -> list[int | None]:
    """Of so many reads; None where the connection was cut."""
    found = []
    for _ in range(count):
        try:
            found.append(client.get("/limits").status_code)
        except requests.ConnectionError:
            found.append(None)
    return found


def test_a_session_ends_after_some_calls_and_a_new_one_goes_on(org, client, faults):
    with faults.on({"kind": "session_ends", "after": 2, "first": 1}):
        assert statuses(client, 4) == [200, 200, 401, 401]
        assert client.get("/limits").json()[0]["errorCode"] == "INVALID_SESSION_ID"
        client.session.headers["Authorization"] = f"Bearer {org.open_session()}"
        assert statuses(client, 2) == [200, 200]


def test_the_request_limit_is_reached_when_the_dial_says_so(client, faults):
    with faults.on({"kind": "request_limit", "after": 1}):
        assert statuses(client, 3) == [200, 403, 403]
        assert client.get("/limits").json() == [
            {"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}
        ]


@pytest.mark.parametrize("status", [420, 429, 500, 502, 503, 504])
def test_an_error_page_is_html_and_nothing_was_done(client, faults, status):
    with faults.on({"kind": "error_page", "status": status, "method": "POST", "first": 1}):
        reply = client.post("/sobjects/Lead", LEAD)
        assert (reply.status_code, reply.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
        assert reply.text.startswith("<html>")
        assert client.query("SELECT Id FROM Lead") == []
        client.create("Lead", **LEAD)


@pytest.mark.parametrize(("when", "stored"), [("before", []), ("after", [{"LastName": "Ada"}])])
def test_a_connection_is_cut_before_or_after_the_effect(client, faults, when, stored):
    with faults.on({"kind": "drop", "when": when, "method": "POST", "first": 1}):
        with pytest.raises(requests.ConnectionError):
            client.post("/sobjects/Lead", LEAD)
        assert client.query("SELECT LastName FROM Lead") == stored
        client.create("Lead", **LEAD)


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_connection_is_cut_in_the_middle_of_an_answer(client, faults, encoding):
    headers = {"Accept-Encoding": encoding}
    with faults.on({"kind": "drop", "when": "midway", "first": 1}):
        reply = client.get("/sobjects/Lead/describe", headers=headers, stream=True)
        assert reply.status_code == 200
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            reply.content  # noqa: B018
        assert client.get("/sobjects/Lead/describe", headers=headers).json()["name"] == "Lead"


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_connection_is_cut_in_the_middle_of_a_bulk_result(org, client, faults, encoding):
    load_rows(org, "Lead", (LEAD | {"Title": f"title {number}"} for number in range(200)))
    query = {"operation": "query", "query": "SELECT Title FROM Lead"}
    path = f"/jobs/query/{client.post('/jobs/query', query).json()['id']}/results"
    headers = {"Accept-Encoding": encoding}
    whole = client.get(path, headers=headers).text
    assert whole.count("title") == 200
    with faults.on({"kind": "drop", "when": "midway", "path": "*/results", "first": 1}):
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            client.get(path, headers=headers)
        assert client.get(path, headers=headers).text == whole


def test_what_is_cut_midway_was_done(client, faults):
    midway = {"kind": "drop", "when": "midway", "method": "POST"}
    with faults.on(midway), pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.post("/sobjects/Lead", LEAD)
    assert client.query("SELECT LastName FROM Lead") == [{"LastName": "Ada"}]


def test_a_query_for_too_many_records_takes_too_long(org, client, faults):
    load_rows(org, "Lead", [LEAD] * 300)
    ask, options = "/query?q=SELECT+{}+FROM+Lead+LIMIT+{}", {"Sforce-Query-Options": "batchSize=200"}
    with faults.on({"kind": "query_timeout", "rows": 250}):
        assert client.get(ask.format("Id", 250), headers=options).status_code == 200
        for reply in (client.get(ask.format("Id", 251)), client.get(ask.format("Id", 251), headers=options)):
            assert (reply.status_code, reply.json()) == (
                400,
                [{"message": "Your query request was running for too long.", "errorCode": "QUERY_TIMEOUT"}],
            )
        assert client.get(ask.format("COUNT()", 300)).json()["totalSize"] == 300


def test_a_bulk_query_for_too_many_records_fails(org, client, faults):
    load_rows(org, "Lead", [LEAD] * 3)
    query = {"operation": "query", "query": "SELECT Id FROM Lead"}
    with faults.on({"kind": "query_timeout", "rows": 2, "first": 1}):
        ended = []
        for _ in range(2):
            job_id = client.post("/jobs/query", query).json()["id"]
            ended.append(client.get(f"/jobs/query/{job_id}").json())
    assert [each["state"] for each in ended] == ["Failed", "JobComplete"]
    assert ended[0]["errorMessage"] == "QUERY_TIMEOUT: Your query request was running for too long."


def test_two_orgs_with_one_seed_meet_the_same_faults_over_the_wire(tmp_path, client, faults):
    wanted = [{"kind": "drop", "when": "before", "rate": 0.2}, {"kind": "error_page", "rate": 0.3}]
    with faults.on(*wanted, seed=11):
        here = statuses(client, 40)
    with (
        SandboxOrg.open(tmp_path) as other,
        serve(other) as url,
        requests.Session() as session,
        other.faults.on(*wanted, seed=11),
    ):
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {other.open_session()}"
        there = statuses(type(client)(base_url=url, session=session), 40)
    assert here == there
    assert {each: here.count(each) for each in (None, 200, 503)} == {None: 5, 200: 26, 503: 9}


def test_a_slow_request_keeps_nobody_else_waiting(tmp_path):
    """The slow one waits for a minute of which only the client's patience is spent."""
    slow = {"kind": "latency", "seconds": 60, "path": "*/query"}
    with SandboxOrg.open(tmp_path) as org, serve(org) as url, org.faults.on(slow):
        headers = {"Authorization": f"Bearer {org.open_session()}"}
        base = f"{url}/services/data/v66.0"

        def give_up():
            with pytest.raises(requests.ReadTimeout):
                requests.get(f"{base}/query?q=SELECT+Id+FROM+Lead", headers=headers, timeout=0.3)

        waiting = threading.Thread(target=give_up)
        waiting.start()
        assert requests.get(f"{base}/limits", headers=headers, timeout=20).status_code == 200
        waiting.join()
        assert [each.path for each in org.requests.since()] == ["/services/data/v66.0/limits"]


def test_children_of_a_locked_parent_cannot_be_written_until_it_is_free(client, faults):
    account, other = client.create("Account", Name="Held"), client.create("Account", Name="Free")
    with faults.on({"kind": "locked_rows", "records": [account[:15]], "first": 2}):
        records = [
            {"attributes": {"type": "Contact"}, "LastName": name, "AccountId": parent}
            for name, parent in (("A", account), ("B", other), ("C", None))
        ]
        rows = client.post("/composite/sobjects", {"records": records}).json()
        assert [each["success"] for each in rows] == [False, True, True]
        assert rows[0]["errors"] == [
            {
                "statusCode": "UNABLE_TO_LOCK_ROW",
                "message": f"unable to obtain exclusive access to this record or 1 records: {account}",
                "fields": [],
            }
        ]
        assert client.patch(f"/sobjects/Account/{account}", {"Name": "X"}).status_code == 400
        assert client.patch(f"/sobjects/Account/{account}", {"Name": "X"}).status_code == 204


def test_young_rows_are_not_seen_by_queries_but_by_id(client, clock, faults):
    record_id = client.create("Lead", **LEAD)
    count = "/query?q=SELECT+count()+FROM+Lead"
    with faults.on({"kind": "unseen_rows", "seconds": 30}):
        assert client.query("SELECT Id FROM Lead") == []
        assert client.get(count).json()["totalSize"] == 0
        assert client.read("Lead", record_id)["LastName"] == "Ada"
        clock.advance(seconds=31)
        assert client.query("SELECT Id FROM Lead") == [{"Id": record_id}]


def test_fields_are_hidden_and_read_only_while_the_dial_says_so(client, faults):
    def visible():
        fields = client.get("/sobjects/Lead/describe").json()["fields"]
        return {each["name"]: each["updateable"] for each in fields if each["name"] in {"Title", "Rating"}}

    record_id = client.create("Lead", **LEAD)
    with faults.on(
        {"kind": "field_access", "hidden": ["Lead.Title", "Gone.X"], "read_only": ["lead.rating"]}
    ):
        assert visible() == {"Rating": False}
        assert client.get("/query?q=SELECT+Title+FROM+Lead").json()[0]["errorCode"] == "INVALID_FIELD"
        reply = client.patch(f"/sobjects/Lead/{record_id}", {"Rating": "Hot"})
        assert reply.json()[0]["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert visible() == {"Title": True, "Rating": True}


def test_a_bulk_job_is_slow_and_another_is_stuck(client, clock, faults):
    query = {"operation": "query", "query": "SELECT Id FROM Lead"}

    def state(job_id):
        return client.get(f"/jobs/query/{job_id}").json()["state"]

    with faults.on({"kind": "slow_jobs", "seconds": 60, "first": 1}, {"kind": "slow_jobs"}):
        slow, stuck = (client.post("/jobs/query", query).json()["id"] for _ in range(2))
        assert [state(slow), state(stuck)] == ["InProgress", "InProgress"]
        clock.advance(seconds=61)
        state(slow)
        assert [state(slow), state(stuck)] == ["JobComplete", "InProgress"]
        clock.advance(days=6)
        assert state(stuck) == "InProgress"


def test_young_rows_are_not_in_a_bulk_query(client, faults):
    client.create("Lead", **LEAD)
    with faults.on({"kind": "unseen_rows", "seconds": 30}):
        query = {"operation": "query", "query": "SELECT LastName FROM Lead"}
        job = client.post("/jobs/query", query).json()["id"]
        client.get(f"/jobs/query/{job}")
        assert client.get(f"/jobs/query/{job}/results").text.splitlines() == ['"LastName"']
