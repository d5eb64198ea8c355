import pytest

EARLIER = "Mon, 02 Mar 2026 09:30:14 GMT"
STAMPED = "Mon, 02 Mar 2026 09:30:15 GMT"


@pytest.fixture
def contact(client):
    return f"/sobjects/Contact/{client.create('Contact', LastName='A')}"


@pytest.fixture
def account(client):
    return f"/sobjects/Account/{client.create('Account', Name='Acme')}"


def change(client, path, values, **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.send("PATCH", path, json=values, headers=names)


def test_an_unchanged_record_is_not_sent_again(client, contact):
    assert client.get(contact, headers={"If-Modified-Since": EARLIER}).status_code == 200
    again = client.get(contact, headers={"If-Modified-Since": STAMPED})
    assert (again.status_code, again.content) == (304, b"")


def test_a_record_that_somebody_changed_is_not_overwritten(client, contact):
    stale = change(client, contact, {"Title": "CEO"}, If_Unmodified_Since=EARLIER)
    assert (stale.status_code, stale.json()[0]["errorCode"]) == (412, "PRECONDITION_FAILED")
    assert client.get(contact).json()["Title"] is None
    assert change(client, contact, {"Title": "CEO"}, If_Unmodified_Since=STAMPED).status_code == 204


def test_a_malformed_date_is_refused_on_writes_only(client, contact):
    assert change(client, contact, {"Title": "CEO"}, If_Unmodified_Since="yesterday").status_code == 400
    assert client.get(contact, headers={"If-Modified-Since": "yesterday"}).status_code == 200


def test_only_accounts_have_entity_tags(client, account, contact):
    etag = client.get(account).headers["ETag"]
    assert client.get(account, headers={"If-None-Match": etag}).status_code == 304
    assert change(client, account, {"Name": "B"}, If_Match=f'"x", {etag[:-1]}-gzip"').status_code == 204
    assert change(client, account, {"Name": "C"}, If_Match=etag).status_code == 412
    assert client.get(account, headers={"If-None-Match": etag}).status_code == 200
    assert "ETag" not in client.get(contact).headers
    assert change(client, contact, {"Title": "CEO"}, If_Match='"x"').status_code == 204


def test_deletes_ask_for_no_precondition(client, contact):
    assert client.send("DELETE", contact, headers={"If-Unmodified-Since": EARLIER}).status_code == 204
