"""No request, however odd, makes the org fall over: it is answered or refused, and the org works on."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync_project.sandbox.catalog import standard_schema
from sync_project.sandbox.loading import load_rows

TEXTS = ["attributes", "Id", "id", "LastName", "Company", "Email", "Status", "Address", "x"]
OTHERS = ["AnnualRevenue", "OwnerId", "Owner", "IsConverted", "CreatedDate", "Latitude", "NumberOfEmployees"]
NAMES = st.sampled_from(TEXTS + OTHERS)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(["\ud800", "005000000000001", "2026-01-02", "1e400", "a@b.co", "Lead"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
LEADS = st.dictionaries(NAMES, VALUES, max_size=6)
UNHURRIED = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@UNHURRIED
@given(body=LEADS | VALUES)
def test_any_record_is_stored_or_refused(client, body):
    reply = client.post("/sobjects/Lead", body)
    assert reply.status_code in {201, 400}, (body, reply.text)
    if reply.status_code == 201:
        assert client.get(f"/sobjects/Lead/{reply.json()['id']}").status_code == 200


@UNHURRIED
@given(records=st.lists(LEADS.map(lambda lead: {"attributes": {"type": "Lead"}} | lead), max_size=4) | VALUES)
def test_any_collection_has_a_result_for_each_record_or_is_refused(client, records):
    for send in (client.post, client.patch):
        reply = send("/composite/sobjects", {"records": records})
        assert reply.status_code in {200, 400}, (records, reply.text)
        if reply.status_code == 200:
            assert len(reply.json()) == len(records)


@UNHURRIED
@given(
    text=st.text(alphabet=st.characters(codec="utf-8"), max_size=60),
    operation=st.sampled_from(["insert", "update"]),
)
def test_any_upload_ends_its_job(client, text, operation):
    job_id = client.post("/jobs/ingest", {"object": "Lead", "operation": operation}).json()["id"]
    upload = f"LastName,Company,Id\n{text}".encode()
    client.send("PUT", f"/jobs/ingest/{job_id}/batches", data=upload)
    client.patch(f"/jobs/ingest/{job_id}", {"state": "UploadComplete"})
    assert client.get(f"/jobs/ingest/{job_id}").json()["state"] in {"JobComplete", "Failed"}


@pytest.mark.parametrize(
    "path",
    [
        "/sobjects/Lead/%FF",
        "/sobjects/Lead/Email/%2F..%2F",
        "/query/%00",
        "/jobs/query/x/results?maxRecords=x",
    ],
)
def test_an_odd_path_is_refused(client, path):
    assert client.get(path).status_code in {400, 404}


def test_an_upload_that_is_no_utf8_fails_its_job(client):
    job_id = client.post("/jobs/ingest", {"object": "Lead", "operation": "insert"}).json()["id"]
    client.send("PUT", f"/jobs/ingest/{job_id}/batches", data=b"LastName,Company\n\xff,C\n")
    client.patch(f"/jobs/ingest/{job_id}", {"state": "UploadComplete"})
    job = client.get(f"/jobs/ingest/{job_id}").json()
    assert (job["state"], job["errorMessage"][:20]) == ("Failed", "ClientInputError : t")
    assert client.get(f"/jobs/ingest/{job_id}/unprocessedrecords").content == b"LastName,Company\n\xff,C\n"


def test_half_a_surrogate_pair_is_refused(client):
    for body in ({"LastName": "\ud800", "Company": "C"}, {"\ud800": "A"}):
        assert client.post("/sobjects/Lead", body).status_code == 400


@pytest.mark.parametrize("name", sorted(each.name for each in standard_schema().objects.values()))
def test_every_read_and_a_delete_of_any_object_is_answered_or_refused(org, client, faults, name):
    load_rows(org, name, [{}])
    (row,) = client.query(f"SELECT Id FROM {name} ORDER BY Id DESC LIMIT 1")
    span = "start=2026-03-01T00:00:00Z&end=2026-03-02T09:29:00Z"
    paths = [
        *(f"/sobjects/{name}{rest}" for rest in ("", "/describe", "/listviews", f"/{row['Id']}")),
        *(f"/sobjects/{name}/{rest}/?{span}" for rest in ("updated", "deleted")),
        f"/query?q=SELECT+FIELDS(ALL)+FROM+{name}+LIMIT+1",
        f"/queryAll?q=SELECT+count()+FROM+{name}",
        f"/composite/sobjects/{name}?ids={row['Id']}&fields=Id",
    ]
    with faults.on({"kind": "unseen_rows", "seconds": 5}):
        replies = [client.get(path) for path in paths]
        replies.append(client.post("/jobs/query", {"operation": "query", "query": f"SELECT Id FROM {name}"}))
    replies.append(client.send("DELETE", f"/sobjects/{name}/{row['Id']}"))
    assert [(each.url, each.text) for each in replies if each.status_code >= 500] == []
