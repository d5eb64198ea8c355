"""The authorization code flow from its first page to the token, as a person goes through it."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from sync_project.sandbox.sign_in.connected_app import ConnectedApp, write_app
from sync_project.sandbox.sign_in.consent import challenge_of

CALLBACK = "http://localhost:1717/OauthRedirect"


def question(org, **changed):
    asked = {
        "response_type": "code",
        "client_id": org.client_id,
        "redirect_uri": CALLBACK,
        "state": "s & t",
        "scope": "api refresh_token",
        "code_challenge": challenge_of("v" * 43),
        "code_challenge_method": "S256",
    }
    return asked | changed


def open_page(base_url, asked):
    return requests.get(
        f"{base_url}/services/oauth2/authorize", params=asked, timeout=20, allow_redirects=False
    )


def press(base_url, page, decision):
    """Send the form as a browser would."""
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    form = {name: unescape(value) for name, value in fields.items()} | {"decision": decision}
    (path,) = re.findall(r'action="([^"]+)"', page.text)
    return requests.post(base_url + path, data=form, timeout=20, allow_redirects=False)


def answer(reply):
    assert reply.status_code == 302, reply.text
    assert reply.headers["Location"].startswith(CALLBACK + "?")
    return {name: value for name, (value,) in parse_qs(urlsplit(reply.headers["Location"]).query).items()}


def test_allow_leads_to_a_code_and_the_code_to_a_session(org, base_url):
    page = open_page(base_url, question(org))
    assert page.headers["Content-Type"] == "text/html; charset=UTF-8"
    assert "integration@sandbox.example" in page.text
    back = answer(press(base_url, page, "allow"))
    assert back["state"] == "s & t"
    form = {
        "grant_type": "authorization_code",
        "client_id": org.client_id,
        "redirect_uri": CALLBACK,
        "code": back["code"],
        "code_verifier": "v" * 43,
    }
    body = requests.post(f"{base_url}/services/oauth2/token", data=form, timeout=20).json()
    assert org.find_session(body["access_token"]).user_id == org.user_id
    assert body["refresh_token"]


def test_deny_leads_back_with_an_error(org, base_url):
    back = answer(press(base_url, open_page(base_url, question(org)), "deny"))
    assert back == {
        "error": "access_denied",
        "error_description": "end-user denied authorization",
        "state": "s & t",
    }


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "another"}, "invalid_client_id"),
        ({"redirect_uri": "https://evil.example/"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://localhost/\r\nX: y"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "javascript:alert(1)"}, "redirect_uri_mismatch"),
    ],
)
def test_what_cannot_be_led_back_is_told_on_the_page(org, base_url, changed, error):
    page = open_page(base_url, question(org, **changed))
    assert (page.status_code, f"error={error}" in page.text) == (400, True)


def test_another_response_type_is_led_back_as_unsupported(org, base_url):
    assert answer(open_page(base_url, question(org, response_type="token")))["error"] == (
        "unsupported_response_type"
    )


def test_registered_callbacks_are_the_only_ones(org, base_url):
    with org.transaction() as connection:
        write_app(connection, ConnectedApp(callback_urls=("https://app.example/back",)))
    assert open_page(base_url, question(org)).status_code == 400
    assert open_page(base_url, question(org, redirect_uri="https://app.example/back")).status_code == 200


def test_what_the_app_says_is_escaped(org, base_url):
    page = open_page(base_url, question(org, state='"><script>', scope="<b>"))
    assert "<script>" not in page.text
    assert "<b><b>" not in page.text
