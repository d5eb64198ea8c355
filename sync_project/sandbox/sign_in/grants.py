"""The OAuth flows of the token endpoint: each turns a form into an access token, or an OAuthError.

Which error goes with which fault is read from the code of clients; exact pairs of code and text that
no client checks are [K].
"""

import hmac
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import jwt
from jwt.types import Options

from sync_project.sandbox.database import read_setting
from sync_project.sandbox.errors import SandboxError
from sync_project.sandbox.sign_in.connected_app import read_app, read_public_key
from sync_project.sandbox.sign_in.consent import redeem_code
from sync_project.sandbox.sign_in.sessions import open_grant, open_session, redeem
from sync_project.sandbox.sign_in.users import find_user, has_password, is_active

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SCOPE = "refresh_token api"
_LARGEST_SECONDS = 10**11
"""A later ``exp`` is one in milliseconds, as the sf command line sends it."""
_CLOCK_SKEW_SECONDS = 300
_LENIENT: Options = {"verify_exp": False, "verify_aud": False, "verify_iat": False, "verify_nbf": False}

Form = Mapping[str, str]


class OAuthError(SandboxError):
    """A sign-in that is refused: ``error``, ``error_description`` and the HTTP status."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        self.error = error
        self.description = description
        self.status = status
        super().__init__(f"{error}: {description}")


@dataclass(frozen=True, kw_only=True)
class Issued:
    """What the token endpoint answers with."""

    access_token: str
    user_id: str
    scope: str
    refresh_token: str | None = None
    """None where the flow gives none."""


def issue_token(connection: sqlite3.Connection, form: Form, *, now: datetime) -> Issued:
    """Run the flow that the form asks for; call inside a transaction that commits also after an OAuthError.

    The form has ``client_id`` and ``client_secret`` also where they came in a header.
    """
    flow = _FLOWS.get(form.get("grant_type", ""))
    if flow is None:
        raise OAuthError("unsupported_grant_type", "grant type not supported")
    return flow(connection, form, now)


def check_client(connection: sqlite3.Connection, form: Form, *, needs_secret: bool = True) -> None:
    """The form names the connected app and, where one is needed or given, its secret."""
    if not _is_setting(connection, "client_id", form.get("client_id", "")):
        raise OAuthError("invalid_client_id", "client identifier invalid")
    secret = form.get("client_secret", "")
    if (needs_secret or secret) and not _is_setting(connection, "client_secret", secret):
        raise OAuthError("invalid_client", "invalid client credentials", status=401)


def _is_setting(connection: sqlite3.Connection, name: str, given: str) -> bool:
    return hmac.compare_digest(given.encode(), str(read_setting(connection, name)).encode())


def _client_credentials(connection: sqlite3.Connection, form: Form, now: datetime) -> Issued:
    """The app signs in as its run-as user; there is no refresh token."""
    check_client(connection, form)
    user_id = str(read_setting(connection, "user_id"))
    if not is_active(connection, user_id):
        raise OAuthError("invalid_grant", "no client credentials user enabled")
    return _open(connection, user_id, scope="api", now=now)


def _password(connection: sqlite3.Connection, form: Form, now: datetime) -> Issued:
    check_client(connection, form)
    user_id = find_user(connection, form.get("username", ""))
    if user_id is None or not has_password(connection, user_id, form.get("password", "")):
        raise OAuthError("invalid_grant", "authentication failure")
    return _open(connection, user_id, scope="api", now=now)


def _jwt_bearer(connection: sqlite3.Connection, form: Form, now: datetime) -> Issued:
    """Lenient on the unit of ``exp`` and on ``aud``, in which clients differ [M]; strict on the signature."""
    claims = _read_assertion(connection, form.get("assertion", ""))
    if not _is_setting(connection, "client_id", str(claims.get("iss", ""))):
        raise OAuthError("invalid_client_id", "client identifier invalid")
    if _read_expiry(claims.get("exp")) < now.timestamp() - _CLOCK_SKEW_SECONDS:
        raise OAuthError("invalid_grant", "expired authorization code")
    user_id = find_user(connection, str(claims.get("sub") or claims.get("prn") or ""))
    if user_id is None:
        raise OAuthError("invalid_grant", "user hasn't approved this consumer")
    return _open(connection, user_id, scope="api", now=now)


def _read_assertion(connection: sqlite3.Connection, assertion: str) -> dict[str, object]:
    certificate = read_app(connection).certificate
    if certificate is None:
        raise OAuthError("invalid_client", "no certificate is registered for this app", status=401)
    try:
        key = read_public_key(certificate)
        claims: dict[str, object] = jwt.decode(assertion, key, algorithms=["RS256"], options=_LENIENT)
    except jwt.InvalidTokenError as error:
        raise OAuthError("invalid_grant", "invalid assertion") from error
    return claims


def _read_expiry(claim: object) -> float:
    """Seconds since 1970; simple-salesforce sends a text, sf milliseconds."""
    try:
        moment = float(str(claim))
    except ValueError as error:
        raise OAuthError("invalid_grant", "invalid assertion") from error
    return moment / 1000 if moment > _LARGEST_SECONDS else moment


def _refresh(connection: sqlite3.Connection, form: Form, now: datetime) -> Issued:
    check_client(connection, form, needs_secret=False)
    given = form.get("refresh_token", "")
    grant = redeem(connection, given)
    if grant is None or not is_active(connection, grant.user_id):
        raise OAuthError("invalid_grant", "expired access/refresh token")
    token = open_session(
        connection, user_id=grant.user_id, now=now, scope=grant.scope, refresh_token=grant.refresh_token
    )
    rotated = None if grant.refresh_token == given else grant.refresh_token
    return Issued(access_token=token, user_id=grant.user_id, scope=grant.scope, refresh_token=rotated)


def _authorization_code(connection: sqlite3.Connection, form: Form, now: datetime) -> Issued:
    """A code that was asked for with a PKCE challenge needs no secret."""
    code = redeem_code(connection, form.get("code", ""), now=now)
    check_client(connection, form, needs_secret=code is None or not code.challenge)
    if code is None or code.redirect_uri != form.get("redirect_uri"):
        raise OAuthError("invalid_grant", "invalid authorization code")
    if not code.is_met_by(form.get("code_verifier", "")):
        raise OAuthError("invalid_grant", "invalid code verifier")
    scope = code.scope or _SCOPE
    if not {"refresh_token", "offline_access", "full"} & set(scope.split()):
        return _open(connection, code.user_id, scope=scope, now=now)
    grant = open_grant(connection, user_id=code.user_id, scope=scope)
    token = open_session(
        connection, user_id=code.user_id, now=now, scope=scope, refresh_token=grant.refresh_token
    )
    return Issued(access_token=token, user_id=code.user_id, scope=scope, refresh_token=grant.refresh_token)


def _open(connection: sqlite3.Connection, user_id: str, *, scope: str, now: datetime) -> Issued:
    token = open_session(connection, user_id=user_id, now=now, scope=scope)
    return Issued(access_token=token, user_id=user_id, scope=scope)


_FLOWS: dict[str, Callable[[sqlite3.Connection, Form, datetime], Issued]] = {
    "authorization_code": _authorization_code,
    "client_credentials": _client_credentials,
    "password": _password,
    "refresh_token": _refresh,
    JWT_BEARER: _jwt_bearer,
}
