"""Whatever bytes arrive, the org answers or hangs up, never with a 500, and goes on working."""

import re
import socket

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sync_project.sandbox.wire.routes import ROUTES

PATHS = [
    re.sub(r"\(.*?\)+\??\)?", "Lead", each.pattern.pattern.replace("/+", "/")).rstrip("/*") for each in ROUTES
]
PATHS = [each.replace("/data/vLead", "/data/v66.0") for each in PATHS]
WORDS = st.sampled_from(
    [
        "66.0",
        "v66.0",
        "31.0",
        "services",
        "data",
        "sobjects",
        "Lead",
        "Account",
        "Id",
        "Email",
        "query",
        "composite",
        "tree",
        "graph",
        "batch",
        "jobs",
        "ingest",
        "updated",
        "describe",
        "listviews",
        "%00",
        "%ff",
        "..",
        "00Q000000000001",
        "@{a.id}",
        "'",
        "limits",
        "analytics",
        "reports",
    ]
)
QUERIES = st.dictionaries(
    st.sampled_from(
        ["q", "fields", "ids", "start", "end", "_HttpMethod", "explain", "allOrNone", "sObjects"]
    ),
    st.text(max_size=12)
    | st.sampled_from(["SELECT Id FROM Lead", "PATCH", "2026-03-02T09:00:00Z", "Id,Name"]),
    max_size=3,
)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["@{a.id}", "GET"])
)
NAMES = st.sampled_from(
    [
        "records",
        "attributes",
        "type",
        "referenceId",
        "compositeRequest",
        "method",
        "url",
        "body",
        "ids",
        "fields",
        "allOrNone",
        "batchRequests",
        "richInput",
        "graphs",
        "graphId",
        "httpHeaders",
        "LastName",
        "Id",
        "operation",
        "object",
        "query",
        "state",
    ]
)
BODIES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "If-Modified-Since",
            "If-Match",
            "Content-Type",
            "Content-Encoding",
            "Accept",
            "X-PrettyPrint",
            "Sforce-Query-Options",
            "Sforce-Auto-Assign",
            "Sforce-Duplicate-Rule-Header",
        ]
    ),
    st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=12).map(str.strip)
    | st.sampled_from(["gzip", "application/json", "1", "batchSize=1", "Mon, 02 Mar 2026 09:30:15 GMT"]),
    max_size=3,
)
REQUESTS = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"]),
        "path": st.lists(WORDS, max_size=6).map(lambda words: "/" + "/".join(words)),
        "params": QUERIES,
        "json": BODIES,
        "headers": HEADERS,
    }
)
HALF_A_PAIR = {"method": "GET", "url": "/services/data/v66.0/\ud800?q=\ud800", "referenceId": "a"}
UNHURRIED = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@UNHURRIED
@given(request=REQUESTS)
@example(request={"method": "POST", "path": "/composite", "json": {"compositeRequest": [HALF_A_PAIR]}})
def test_no_request_is_answered_with_500(client, request):
    reply = client.send(**request)
    assert reply.status_code < 500, (request, reply.text)


@pytest.mark.parametrize("body", ["", "[]", '{"records": [[]], "ids": [1]}', '{"a": ' * 3_000])
def test_no_resource_falls_over_an_odd_body(client, body):
    for method in ("POST", "PATCH"):
        for path in PATHS:
            reply = client.send(method, path, data=body, headers={"Content-Type": "application/json"})
            assert reply.status_code < 500 or "/Soap" in path, (method, path, reply.text)


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /services/data HTTQ/1.1\r\n\r\n",
        b"GET /services/data HTTP/1.1\r\nHost\r\n\r\n",
        b"GET /services/data HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /services/oauth2/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /\x00\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_broken_http_is_answered_with_400(client, base_url, sent):
    host, port = base_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(65_536)
    assert answer == b"" or answer.split(b" ")[1] in {b"400", b"404"}
    assert client.get("/limits").status_code == 200


def test_a_client_that_hangs_up_in_the_middle_harms_nobody(client, base_url):
    host, port = base_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(
            b"POST /services/oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\ngrant"
        )
    assert client.get("/limits").status_code == 200


HUGE = "9" * 5_000


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"/sobjects/Account/listviews/AllAccounts/results?limit={HUGE}", None),
        ("GET", f"/sobjects/Account/listviews/AllAccounts/results?offset={HUGE}", None),
        ("GET", f"/recent?limit={HUGE}", None),
        ("PUT", "/sandbox/faults", {"faults": [{"kind": "unseen_rows", "seconds": 1e300}]}),
        ("POST", "/sobjects/Event", {"StartDateTime": "9999-12-31T00:00:00Z", "DurationInMinutes": 2**30}),
        ("GET", f"/query/01gSb0000000001AAA-{HUGE}", None),
        ("GET", f"/jobs/query/{{job}}/results?maxRecords={HUGE}", None),
        ("GET", f"/sandbox/requests?since={HUGE}", None),
        ("DELETE", f"/sandbox/validation-rules/{HUGE}", None),
        ("DELETE", "/sandbox/validation-rules/" + "9" * 30, None),
        ("POST", "/composite", {"compositeRequest": [
            {"method": "GET", "url": "/services/data/v66.0/query?q=SELECT Id FROM User", "referenceId": "a"},
            {"method": "GET", "url": f"/services/data/v66.0/@{{a.records[{HUGE}].Id}}", "referenceId": "b"},
        ]}),
        ("POST", "/tooling/sobjects/CustomField", {"FullName": "Lead.X__c", "Metadata": {
            "type": "Text", "label": "X", "length": HUGE}}),
        ("POST", "/analytics/reports", {"reportMetadata": {
            "name": "X", "reportType": {"type": "Lead"}, "reportBooleanFilter": HUGE}}),
        ("POST", "/sandbox/rows", {"sobject": "Account", "rows": [{"NumberOfEmployees": 10**30}]}),
    ],
)  # fmt: skip
def test_a_number_that_is_too_large_is_no_500(client, method, path, body):
    job = client.post("/jobs/query", {"operation": "query", "query": "SELECT Id FROM User"}).json()["id"]
    assert client.get(f"/jobs/query/{job}").json()["state"] == "JobComplete"
    reply = client.send(method, path.replace("{job}", job), json=body)
    assert reply.status_code < 500, reply.text


@pytest.mark.parametrize("depth", [65, 900, 20_000])
@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("/sobjects/Account", '{"Name":', "}"),
        ("/analytics/reports", '{"reportMetadata":{"name":"X","reportType":{"type":"Lead"},"chart":', "}}"),
        (
            "/composite",
            '{"compositeRequest":[{"method":"POST","url":"/services/data/v66.0/sobjects/Account",'
            '"referenceId":"a","body":',
            "}]}",
        ),
    ],
)
def test_json_that_nests_too_deep_is_a_parser_error(client, path, before, after, depth):
    body = before + "[" * depth + "]" * depth + after
    reply = client.send("POST", path, data=body, headers={"Content-Type": "application/json"})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


@pytest.mark.parametrize(
    "soql",
    [
        f"SELECT {'FORMAT(' * 2_000}Name{')' * 2_000} FROM Account",
        f"SELECT Id FROM Account WHERE {'(NOT Id = null OR ' * 2_000}Id = null{')' * 2_000}",
    ],
)
def test_soql_that_nests_too_deep_is_too_complicated(client, soql):
    reply = client.post("/jobs/query", {"operation": "query", "query": soql})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "QUERY_TOO_COMPLICATED")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_that_utc_does_not_have_is_refused(client, moment):
    span = {"start": moment, "end": moment}
    reports = {"name": "X", "reportType": {"type": "Lead"}}
    reports["reportFilters"] = [{"column": "CREATED_DATE", "operator": "equals", "value": moment}]
    replies = [
        client.get("/sobjects/Account/updated", params=span),
        client.get("/sobjects/Account/deleted", params=span),
        client.post("/sobjects/Task", {"ReminderDateTime": moment}),
        client.post("/analytics/reports", {"reportMetadata": reports}),
        client.get("/query", params={"q": f"SELECT Id FROM Account WHERE CreatedDate > {moment}"}),
    ]
    assert [each.status_code for each in replies] == [400] * len(replies)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/sandbox/list-views", {"sobject": "Lead", "label": "\ud800", "columns": ["Name"]}),
        ("/sandbox/undelete", {"ids": ["\ud800"]}),
        ("/tooling/sobjects/CustomField", {"FullName": "Lead.A__c", "Metadata": {"label": "\ud800"}}),
    ],
)
def test_half_a_pair_is_no_text_anywhere_in_json(client, path, body):
    reply = client.post(path, body)
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


def test_a_batch_size_of_thousands_of_digits_is_the_largest(client):
    reply = client.get(
        "/query", params={"q": "SELECT Id FROM User"}, headers={"Sforce-Query-Options": f"batchSize={HUGE}"}
    )
    assert reply.json()["totalSize"] == 1
