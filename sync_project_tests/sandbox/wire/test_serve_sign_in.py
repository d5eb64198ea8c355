import base64
import hmac
from hashlib import sha256

import pytest
import requests
from simple_salesforce import Salesforce

from sync_project_tests.sandbox.conftest import PlainHttp

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
        assert org.has_session(body["access_token"])
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
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
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


def test_versions_need_no_session(base_url):
    versions = requests.get(f"{base_url}/services/data/", timeout=20).json()
    assert versions[0] == {"label": "Summer '14", "url": "/services/data/v31.0", "version": "31.0"}
    assert versions[-3] == {"label": "Spring '26", "url": "/services/data/v66.0", "version": "66.0"}
    assert versions[-1]["version"] == "68.0"


def test_the_resource_map_leads_to_the_identity(org, client):
    identity = client.send("GET", "/services/data/v66.0").json()["identity"]
    assert identity == f"{client.base_url}/id/{org.organization_id}/{org.user_id}"
    for path in (identity.removeprefix(client.base_url), "/services/oauth2/userinfo"):
        body = client.get(path).json()
        assert (body["user_id"], body["organization_id"]) == (org.user_id, org.organization_id)
        assert body["preferred_username"] == "integration@sandbox.example"


def test_simple_salesforce_signs_in_by_client_credentials(org, base_url):
    class Routed(PlainHttp):
        """Routes My Domain to the local server, the login code left as it is."""

        def send(self, request, **options):
            request.headers["Host"] = "local.my.salesforce.com"
            request.url = request.url.replace("https://local.my.salesforce.com", base_url)
            return super().send(request, **options)

    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://local.my.salesforce.com/", Routed())
        connected = Salesforce(
            consumer_key=org.client_id,
            consumer_secret=org.client_secret,
            domain="local.my",
            session=session,
            version="66.0",
        )
        assert connected.query("SELECT COUNT() FROM User")["totalSize"] == 1
