"""Signing in to an org by OAuth client credentials, the flow of an External Client App.

Only the exchange of credentials for a session is here; who repeats it when a session ends is
``session.py``. Username and password are not offered: SOAP login is gone from API version 65 on.
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests

from sync_project.salesforce.errors import (
    SalesforceError,
    SignInError,
    UnexpectedAnswerError,
    error_from_answer,
    read_complaint,
)
from sync_project.salesforce.transport import TransportSession

_SIGN_IN_PATH = "/services/oauth2/token"
_SHARED_HOSTS = frozenset({"login.salesforce.com", "test.salesforce.com"})

_REMEDIES = {
    "invalid_client_id": "Check the client id: it is the app's consumer key.",
    "invalid_client": "Check the client secret, and that the app belongs to this org.",
    "invalid_grant": "Switch on the client credentials flow in the app and give it a user to run as.",
    "unsupported_grant_type": "Switch on the client credentials flow in the app.",
}


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What proves to one org who we are; the secret is in no repr."""

    login_url: str
    """The org's My Domain address, such as ``https://acme.my.salesforce.com``."""
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One session that an org has granted; the token is in no repr."""

    access_token: str = field(repr=False)
    instance_url: str
    org_id: str
    user_id: str


def sign_in(credentials: Credentials, *, session: TransportSession) -> Grant:
    """A new session.

    SignInError names the org, Salesforce's code and what to do; OrgUnreachableError when nothing answers.
    """
    _require_own_domain(credentials)
    response = session.post(
        session.trust(credentials.login_url) + _SIGN_IN_PATH,
        data={
            "grant_type": "client_credentials",
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
        },
        # A redirect would carry the secret to an address that nobody has checked.
        allow_redirects=False,
    )
    if response.status_code != requests.codes.ok:
        raise _refusal(credentials, response)
    return _read_grant(credentials, response)


def _require_own_domain(credentials: Credentials) -> None:
    host = urlsplit(credentials.login_url).hostname
    if host in _SHARED_HOSTS:
        raise SignInError(
            f"{host} does not sign in client credentials. "
            "Use the org's own address: Setup, My Domain, https://<name>.my.salesforce.com."
        )


def _refusal(credentials: Credentials, response: requests.Response) -> SalesforceError:
    status = response.status_code
    if response.is_redirect:
        return SignInError(
            f"{credentials.login_url} leads to {response.headers['Location']}. "
            "Use the address it leads to, if it is the org's own.",
            status=status,
        )
    if not requests.codes.bad_request <= status < requests.codes.internal_server_error:
        return error_from_answer(status=status, body=response.content, url=credentials.login_url)
    complaint = read_complaint(response.content)
    remedy = _REMEDIES.get(complaint.code, "Check the org's address and the app's client id and secret.")
    said = f"{complaint.code or f'HTTP {status}'}: {complaint.message}"
    return SignInError(
        _without_secret(f"{credentials.login_url} refuses the sign-in ({said}). {remedy}", credentials),
        code=complaint.code,
        status=status,
    )


def _read_grant(credentials: Credentials, response: requests.Response) -> Grant:
    try:
        answer = response.json()
        *_, org_id, user_id = str(answer["id"]).rstrip("/").split("/")
        return Grant(
            access_token=answer["access_token"],
            instance_url=answer["instance_url"],
            org_id=org_id,
            user_id=user_id,
        )
    except (ValueError, KeyError, TypeError) as error:
        # Not chained: the parser's error carries the answer, and with it perhaps a token.
        raise UnexpectedAnswerError(
            f"{credentials.login_url} answers the sign-in with something else than a session "
            f"({type(error).__name__}). Check that it is the org's My Domain address."
        ) from None


def _without_secret(text: str, credentials: Credentials) -> str:
    return text.replace(credentials.client_secret, "***") if credentials.client_secret else text
