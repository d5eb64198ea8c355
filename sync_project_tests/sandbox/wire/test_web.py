import gzip
import json
import zlib

import pytest


def test_api_calls_are_counted_and_shown(org, client, clock):
    first = client.get("/limits")
    second = client.get("/limits")
    assert first.headers["Sforce-Limit-Info"] == "api-usage=1/15000"
    assert second.json()["DailyApiRequests"] == {"Max": 15000, "Remaining": 14998}
    clock.advance(hours=25)
    assert org.api_calls_used == 0


def test_no_call_is_granted_beyond_the_limit(org, client):
    granted, org.api_limit = org.api_limit, 2
    try:
        replies = [client.get("/limits") for _ in range(3)]
    finally:
        org.api_limit = granted
    assert [each.status_code for each in replies] == [200, 200, 403]
    assert replies[-1].json() == [
        {"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}
    ]


def test_paths_are_tolerant_of_slash_and_case(client):
    lead = client.create("Lead", LastName="A", Company="C")
    for path in ("/sobjects/lead/describe/", "/SObjects/LEAD/describe", f"/sobjects/lead/{lead}/"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/services/data/v30.0/limits", "/services/data/v69.0/limits", "/nothing", "/sobjects/Lead/x/y/z"]
)
def test_an_unknown_path_or_version_is_not_found(client, path):
    reply = client.get(path)
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (404, "NOT_FOUND")


def test_a_wrong_method_is_405_and_tells_the_right_ones(client):
    reply = client.send("PUT", "/sobjects/Lead")
    assert (reply.status_code, reply.headers["Allow"]) == (405, "GET,HEAD,POST")
    assert reply.text == (
        '[{"errorCode": "METHOD_NOT_ALLOWED", '
        """"message": "HTTP Method 'PUT' not allowed. Allowed are GET,HEAD,POST"}]"""
    )


def test_doubled_slashes_are_one(client):
    assert client.get("//sobjects///lead//describe//").status_code == 200


def test_head_is_get_without_the_body(client):
    reply = client.send("HEAD", "/limits")
    assert (reply.status_code, reply.content) == (200, b"")
    assert reply.headers["Sforce-Limit-Info"] == "api-usage=1/15000"


def test_a_post_may_stand_for_another_method(client):
    lead = client.create("Lead", LastName="A", Company="C")
    reply = client.post(f"/sobjects/Lead/{lead}?_HttpMethod=PATCH", {"Title": "CEO"})
    assert (reply.status_code, client.read("Lead", lead)["Title"]) == (204, "CEO")


def test_a_body_may_come_in_chunks(client):
    chunks = iter([b'{"LastName": "A",', b' "Company": "C"}'])
    reply = client.send("POST", "/sobjects/Lead", data=chunks, headers={"Content-Type": "application/json"})
    assert reply.status_code == 201


def test_pretty_print_is_jacksons(client):
    reply = client.get("/limits/recordCount?sObjects=Profile", headers={"X-PrettyPrint": "1"})
    assert reply.text == '{\n  "sObjects" : [ {\n    "count" : 1,\n    "name" : "Profile"\n  } ]\n}'


@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "text/plain; charset=utf-8"])
def test_a_body_that_says_it_is_no_json_is_refused(client, media_type):
    reply = client.send("POST", "/sobjects/Lead", data="LastName=A", headers={"Content-Type": media_type})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_xml_is_not_answered(client):
    reply = client.get("/limits", headers={"Accept": "application/xml"})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (406, "NOT_ACCEPTABLE")
    both = client.get("/limits", headers={"Accept": "application/json, application/xml"})
    assert both.status_code == 200


def test_headers_of_more_than_16384_bytes_are_too_large(client):
    for size in (17_000, 200_000):
        reply = client.get("/limits", headers={"X-Long": "x" * size})
        assert (reply.status_code, reply.text) == (
            431,
            "<h1>Bad Message 431</h1><pre>reason: Request Header Fields Too Large</pre>",
        )


def test_bodies_may_be_gzipped_both_ways(client):
    body = gzip.compress(json.dumps({"LastName": "Zoë", "Company": "C"}).encode())
    reply = client.send("POST", "/sobjects/Lead", data=body, headers={"Content-Encoding": "gzip"})
    lead = client.get(f"/sobjects/Lead/{reply.json()['id']}")
    assert lead.headers["Content-Encoding"] == "gzip"
    assert lead.json()["LastName"] == "Zoë"
    plain = client.get("/sobjects", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    for coding in ("gzip", "deflate"):
        broken = client.send("POST", "/sobjects/Lead", data=b"{}", headers={"Content-Encoding": coding})
        assert broken.status_code == 400
    body = zlib.compress(b'{"LastName": "A", "Company": "C"}')
    reply = client.send("POST", "/sobjects/Lead", data=body, headers={"Content-Encoding": "deflate"})
    assert reply.status_code == 201


def test_an_address_of_more_than_16384_bytes_is_too_long(client):
    reply = client.get("/query", params={"q": "SELECT Id FROM Lead WHERE Name = '" + "x" * 16_384})
    assert (reply.status_code, reply.headers["Content-Type"]) == (414, "text/html; charset=utf-8")
    assert "URI Too Long" in reply.text


def test_record_counts_leave_out_empty_objects(client):
    client.create("Account", Name="Acme")
    body = client.get("/limits/recordCount", params={"sObjects": "Account,Lead"}).json()
    assert body == {"sObjects": [{"count": 1, "name": "Account"}]}
