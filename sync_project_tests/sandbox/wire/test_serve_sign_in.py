import base64
import hmac
from hashlib import sha256

import pytest
import requests
from simple_salesforce import Salesforce

from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.sign_in.connected_app import ConnectedApp, write_app
from sync_project.sandbox.sign_in.users import read_password
from sync_project_tests.sandbox.conftest import PlainHttp
from sync_project_tests.sandbox.sign_in.keys import certificate, private_pem

TOKEN = "/services/oauth2/token"


def ask(base_url, **options):
    return requests.post(base_url + TOKEN, timeout=20, **options)


def test_credentials_come_in_the_form_or_in_a_basic_header(org, base_url):
    grant = {"grant_type": "client_credentials"}
    in_form = ask(base_url, data=grant | {"client_id": org.client_id, "client_secret": org.client_secret})
    in_header = ask(base_url, data=grant, auth=(org.client_id, org.client_secret))
    for reply in (in_form, in_header):
        assert reply.status_code == 200
        body = reply.json()
        assert (body["token_type"], body["instance_url"]) == ("Bearer", base_url)
        assert org.find_session(body["access_token"]).user_id == org.user_id
        assert "expires_in" not in body


def test_the_signature_is_that_of_the_client_secret(org, base_url):
    body = ask(
        base_url, data={"grant_type": "client_credentials"}, auth=(org.client_id, org.client_secret)
    ).json()
    signed = hmac.new(org.client_secret.encode(), (body["id"] + body["issued_at"]).encode(), sha256).digest()
    assert body["signature"] == base64.b64encode(signed).decode()
    assert body["issued_at"] == "1772443815250"


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "device"}, 400, "unsupported_grant_type"),
        ({"grant_type": "password"}, 400, "invalid_client_id"),
        ({"grant_type": "client_credentials"}, 400, "invalid_client_id"),
        (
            {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"},
            400,
            "invalid_client_id",
        ),
    ],
)
def test_a_wrong_request_is_refused_the_oauth_way(base_url, form, status, error):
    reply = ask(base_url, data=form)
    assert (reply.status_code, reply.json()["error"]) == (status, error)


def test_a_wrong_secret_is_an_invalid_client(org, base_url):
    reply = ask(base_url, data={"grant_type": "client_credentials"}, auth=(org.client_id, "wrong"))
    assert (reply.status_code, reply.json()) == (
        401,
        {"error": "invalid_client", "error_description": "invalid client credentials"},
    )


def test_both_prefixes_of_the_token_are_taken(org, base_url):
    for prefix in ("Bearer", "OAuth"):
        headers = {"Authorization": f"{prefix} {org.open_session()}"}
        reply = requests.get(f"{base_url}/services/data/v66.0/limits", headers=headers, timeout=20)
        assert reply.status_code == 200


def test_an_expired_session_is_401_until_the_next_sign_in(org, client):
    assert client.get("/limits").status_code == 200
    org.expire_sessions()
    reply = client.get("/limits")
    assert (reply.status_code, reply.json()) == (
        401,
        [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}],
    )


def test_a_header_that_is_no_token_is_refused(base_url):
    reply = requests.get(
        f"{base_url}/services/data/v66.0/limits", headers={"Authorization": "Basic eDp5"}, timeout=20
    )
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (401, "INVALID_AUTH_HEADER")


class Routed(PlainHttp):
    """Routes My Domain to the local server, the login code left as it is."""

    def __init__(self, base_url):
        self._base_url = base_url
        super().__init__()

    def send(self, request, **options):
        request.headers["Host"] = "local.my.salesforce.com"
        request.url = request.url.replace("https://local.my.salesforce.com", self._base_url)
        return super().send(request, **options)


@pytest.mark.parametrize("flow", ["client credentials", "assertion", "password"])
def test_simple_salesforce_signs_in(org, base_url, flow):
    secret = read_password(org.connection, org.user_id)
    person = {"username": "integration@sandbox.example", "consumer_key": org.client_id}
    arguments = {
        "client credentials": {"consumer_key": org.client_id, "consumer_secret": org.client_secret},
        "assertion": person | {"privatekey": private_pem()},
        "password": person | {"password": secret.password, "consumer_secret": org.client_secret},
    }[flow]
    with org.transaction() as connection:
        write_app(connection, ConnectedApp(certificate=certificate()))
    # simple-salesforce dates its assertion by the machine's clock, far ahead of the org's.
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://local.my.salesforce.com/", Routed(base_url))
        connected = Salesforce(**arguments, domain="local.my", session=session, version="66.0")
        assert connected.query("SELECT COUNT() FROM User")["totalSize"] == 1


def test_a_session_ends_two_hours_after_its_last_use(org, client, clock):
    with org.transaction() as connection:
        write_app(connection, ConnectedApp())
    for _ in range(3):
        clock.advance(minutes=119)
        assert client.get("/limits").status_code == 200
    clock.advance(minutes=120)
    assert client.get("/limits").json()[0]["errorCode"] == "INVALID_SESSION_ID"


def test_introspection_tells_when_a_session_ends(org, base_url, client):
    token = client.session.headers["Authorization"].removeprefix("Bearer ")
    url = f"{base_url}/services/oauth2/introspect"
    secret = {"client_id": org.client_id, "client_secret": org.client_secret}
    body = requests.post(url, data=secret | {"token": token}, timeout=20).json()
    assert (body["active"], body["username"], body["token_type"]) == (
        True,
        "integration@sandbox.example",
        "access_token",
    )
    assert body["exp"] - body["iat"] == 60 * 1_000_000
    assert requests.post(url, data=secret | {"token": "x"}, timeout=20).json() == {"active": False}
    assert requests.post(url, data={"token": token}, timeout=20).status_code == 400


def test_a_revoked_session_is_gone(client, base_url):
    token = client.session.headers["Authorization"].removeprefix("Bearer ")
    url = f"{base_url}/services/oauth2/revoke"
    assert requests.get(url, params={"token": token}, timeout=20).status_code == 200
    assert client.get("/limits").status_code == 401
    again = requests.post(url, data={"token": token}, timeout=20)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_token")


def test_records_are_stamped_with_the_user_of_the_session(org, client):
    load_rows(org, "User", [{"Username": "ada@sandbox.example", "LastName": "L", "IsActive": True}])
    (ada,) = org.connection.execute("SELECT Id FROM \"User\" WHERE Username LIKE 'ada%'").fetchone()
    client.session.headers["Authorization"] = f"Bearer {org.open_session(ada)}"
    account = client.read("Account", client.create("Account", Name="A"))
    assert (account["OwnerId"], account["CreatedById"], account["LastModifiedById"]) == (ada, ada, ada)
    assert client.get("/services/oauth2/userinfo").json()["preferred_username"] == "ada@sandbox.example"


def test_an_admin_sets_a_password(org, client):
    path = f"/sobjects/User/{org.user_id}/password"
    assert client.get(path).json() == {"isExpired": False}
    assert client.post(path, {"NewPassword": "open sesame"}).status_code == 204
    assert read_password(org.connection, org.user_id).password == "open sesame"
    assert client.post(path, {"NewPassword": ""}).json()[0]["errorCode"] == "INVALID_NEW_PASSWORD"
    assert client.get("/sobjects/User/005000000000001AAA/password").status_code == 404
