"""Every flow of the token endpoint, over HTTP."""

import base64
import hmac
from hashlib import sha256

import pytest
import requests

from sync_project.sandbox.loading import load_rows
from sync_project.sandbox.sign_in.connected_app import ConnectedApp, write_app
from sync_project.sandbox.sign_in.consent import AuthorizationCode, challenge_of, make_code
from sync_project.sandbox.sign_in.grants import JWT_BEARER
from sync_project.sandbox.sign_in.sessions import open_grant
from sync_project.sandbox.sign_in.users import read_password, set_password
from sync_project_tests.sandbox.sign_in.keys import assertion, certificate

CALLBACK = "http://localhost:1717/OauthRedirect"


def set_up(org, **choices):
    with org.transaction() as connection:
        write_app(connection, ConnectedApp(**choices))


def ask(base_url, **form):
    return requests.post(f"{base_url}/services/oauth2/token", data=form, timeout=20)


def refusal(reply):
    body = reply.json()
    return reply.status_code, body["error"], body["error_description"]


def make_user(org, username, *, is_active=True):
    row = {"Username": username, "LastName": "Lovelace", "Email": username, "IsActive": is_active}
    load_rows(org, "User", [row])
    (user_id,) = org.connection.execute('SELECT Id FROM "User" WHERE Username = ?', (username,)).fetchone()
    return user_id


def test_sessions_that_ended_are_forgotten(org, clock):
    org.open_session()
    clock.advance(days=800)
    org.open_session()
    assert org.connection.execute("SELECT COUNT(*) FROM _access_token").fetchone() == (1,)


def claims(org, **changed):
    seconds = int(org.now.timestamp()) + 180
    base = {"iss": org.client_id, "sub": "integration@sandbox.example", "aud": "x", "exp": seconds}
    return base | changed


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"exp": str(1772443815 + 180)},
        {"exp": (1772443815 + 180) * 1000},
        {"exp": 1772443815, "alg": "RS256"},
        {"aud": "https://login.salesforce.com"},
        {"aud": ["http://localhost:18080/"]},
        {"sub": "INTEGRATION@sandbox.example"},
    ],
    ids=["seconds", "text", "milliseconds", "just now", "login host", "own host", "capitals"],
)
def test_a_signed_assertion_opens_a_session(org, base_url, changed):
    set_up(org, certificate=certificate())
    body = ask(base_url, grant_type=JWT_BEARER, assertion=assertion(claims(org, **changed))).json()
    assert org.find_session(body["access_token"]).user_id == org.user_id
    assert "refresh_token" not in body
    signed = hmac.new(org.client_secret.encode(), (body["id"] + body["issued_at"]).encode(), sha256).digest()
    assert body["signature"] == base64.b64encode(signed).decode()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"iss": "another"}, (400, "invalid_client_id", "client identifier invalid")),
        ({"sub": "nobody@x.example"}, (400, "invalid_grant", "user hasn't approved this consumer")),
        ({"exp": 1772443815 - 3600}, (400, "invalid_grant", "expired authorization code")),
        ({"exp": "soon"}, (400, "invalid_grant", "invalid assertion")),
    ],
)
def test_a_wrong_claim_is_refused(org, base_url, changed, expected):
    set_up(org, certificate=certificate())
    reply = ask(base_url, grant_type=JWT_BEARER, assertion=assertion(claims(org, **changed)))
    assert refusal(reply) == expected


def test_only_rs256_under_the_registered_certificate_counts(org, base_url):
    forged = assertion(claims(org), algorithm="HS256")
    good = assertion(claims(org))
    assert refusal(ask(base_url, grant_type=JWT_BEARER, assertion=good))[:2] == (401, "invalid_client")
    set_up(org, certificate=certificate())
    for bad in (forged, good[:-4] + "AAAA", "no.jwt", ""):
        expected = (400, "invalid_grant", "invalid assertion")
        assert refusal(ask(base_url, grant_type=JWT_BEARER, assertion=bad)) == expected


def test_a_password_signs_in_with_and_without_its_security_token(org, base_url):
    user_id = make_user(org, "ada@sandbox.example")
    with org.transaction() as connection:
        kept = set_password(connection, user_id, "open sesame")
    form = {"grant_type": "password", "client_id": org.client_id, "client_secret": org.client_secret}
    for password in (kept.password, kept.password + kept.security_token):
        body = ask(base_url, **form, username="ada@sandbox.example", password=password).json()
        assert org.find_session(body["access_token"]).user_id == user_id
        assert body["id"].endswith(user_id)
    refused = (400, "invalid_grant", "authentication failure")
    assert refusal(ask(base_url, **form, username="ada@sandbox.example", password="guess")) == refused
    assert refusal(ask(base_url, **form, username="nobody@x.example", password="open sesame")) == refused


def test_a_user_who_is_not_active_cannot_sign_in(org, base_url):
    user_id = make_user(org, "gone@sandbox.example", is_active=False)
    with org.transaction() as connection:
        set_password(connection, user_id, "pw")
    form = {"grant_type": "password", "client_id": org.client_id, "client_secret": org.client_secret}
    assert (
        refusal(ask(base_url, **form, username="gone@sandbox.example", password="pw"))[1] == "invalid_grant"
    )


def refresh(org, base_url, token, **secret):
    return ask(base_url, grant_type="refresh_token", client_id=org.client_id, refresh_token=token, **secret)


def make_grant(org):
    with org.transaction() as connection:
        return open_grant(connection, user_id=org.user_id, scope="refresh_token api").refresh_token


def test_a_refresh_token_opens_sessions_until_it_is_revoked(org, base_url):
    token = make_grant(org)
    first = refresh(org, base_url, token, client_secret=org.client_secret).json()
    second = refresh(org, base_url, token).json()
    assert first["access_token"] != second["access_token"]
    assert "refresh_token" not in first
    assert requests.post(f"{base_url}/services/oauth2/revoke", data={"token": token}, timeout=20).ok
    expected = (400, "invalid_grant", "expired access/refresh token")
    assert refusal(refresh(org, base_url, token)) == expected
    assert org.find_session(first["access_token"]) is None


def test_with_rotation_each_use_gives_the_next_token(org, base_url):
    set_up(org, rotates_refresh_tokens=True)
    first = make_grant(org)
    second = refresh(org, base_url, first).json()["refresh_token"]
    third = refresh(org, base_url, second).json()["refresh_token"]
    assert len({first, second, third}) == 3


def test_a_rotated_out_token_revokes_the_whole_grant(org, base_url):
    set_up(org, rotates_refresh_tokens=True)
    first = make_grant(org)
    body = refresh(org, base_url, first).json()
    assert refusal(refresh(org, base_url, first))[1] == "invalid_grant"
    assert refusal(refresh(org, base_url, body["refresh_token"]))[1] == "invalid_grant"
    assert org.find_session(body["access_token"]) is None


def make_authorization_code(org, *, scope="", challenge="", method=""):
    code = AuthorizationCode(
        user_id=org.user_id,
        scope=scope,
        redirect_uri=CALLBACK,
        challenge=challenge,
        challenge_method=method,
    )
    with org.transaction() as connection:
        return make_code(connection, code, now=org.now)


def exchange(org, base_url, code, **more):
    form = {"grant_type": "authorization_code", "client_id": org.client_id, "redirect_uri": CALLBACK}
    return ask(base_url, **(form | {"code": code} | more))


def test_a_code_with_its_secret_gives_both_tokens(org, base_url):
    code = make_authorization_code(org)
    body = exchange(org, base_url, code, client_secret=org.client_secret).json()
    assert org.find_session(body["access_token"]).user_id == org.user_id
    assert refresh(org, base_url, body["refresh_token"]).status_code == 200


def test_without_the_scope_there_is_no_refresh_token(org, base_url):
    body = exchange(
        org, base_url, make_authorization_code(org, scope="api"), client_secret=org.client_secret
    ).json()
    assert (body["scope"], "refresh_token" in body) == ("api", False)


@pytest.mark.parametrize(
    ("method", "challenge"),
    [("S256", challenge_of("v" * 43)), ("plain", "v" * 43), ("", challenge_of("v" * 43))],
)
def test_a_code_with_a_challenge_needs_its_verifier_instead_of_the_secret(org, base_url, method, challenge):
    code = make_authorization_code(org, challenge=challenge, method=method)
    assert exchange(org, base_url, code, code_verifier="v" * 43).status_code == 200
    code = make_authorization_code(org, challenge=challenge, method=method)
    refused = refusal(exchange(org, base_url, code, code_verifier="w" * 43))
    assert refused == (400, "invalid_grant", "invalid code verifier")


def test_a_code_is_used_once_within_15_minutes_and_for_its_own_callback(org, base_url, clock):
    secret = {"client_secret": org.client_secret}
    expected = (400, "invalid_grant", "invalid authorization code")
    used = make_authorization_code(org)
    assert exchange(org, base_url, used, **secret).status_code == 200
    assert refusal(exchange(org, base_url, used, **secret)) == expected
    elsewhere = exchange(
        org, base_url, make_authorization_code(org), redirect_uri="http://localhost:1/", **secret
    )
    assert refusal(elsewhere) == expected
    late = make_authorization_code(org)
    clock.advance(minutes=15)
    assert refusal(exchange(org, base_url, late, **secret)) == expected


def test_a_code_without_challenge_or_secret_is_refused(org, base_url):
    assert refusal(exchange(org, base_url, make_authorization_code(org)))[:2] == (401, "invalid_client")


def test_a_new_org_has_a_password_of_its_own(org):
    first = read_password(org.connection, org.user_id)
    org.reset()
    assert read_password(org.connection, org.user_id) != first
