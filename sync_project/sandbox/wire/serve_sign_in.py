"""OAuth 2.0 at the token endpoint and beside it, passwords, and the connected app.

The flows are in ``sign_in``; the consent page is in ``serve_consent``.
"""

import base64
import binascii
import hmac
from hashlib import sha256

from pydantic import ValidationError

from sync_project.sandbox.errors import ApiError, RecordError
from sync_project.sandbox.records.write_context import find_object
from sync_project.sandbox.sign_in.connected_app import ConnectedApp, read_app, write_app
from sync_project.sandbox.sign_in.grants import Issued, OAuthError, check_client, issue_token
from sync_project.sandbox.sign_in.sessions import revoke as revoke_token
from sync_project.sandbox.sign_in.users import read_password, set_password
from sync_project.sandbox.wire.serve_identity import identity_url, load_user
from sync_project.sandbox.wire.serve_rows import existing_id
from sync_project.sandbox.wire.web import Call, Reply


def token(call: Call) -> Reply:
    """``POST /services/oauth2/token``; the client's credentials come in the form or in a Basic header."""
    form = _read_client_form(call)
    with call.org.transaction() as connection:
        try:
            issued = issue_token(connection, form, now=call.org.now)
        except OAuthError as error:
            # Not rolled back: a refused refresh token may have revoked its grant.
            return _refuse(error)
    return Reply(body=_token_body(call, issued))


def revoke(call: Call) -> Reply:
    """``POST`` or ``GET /services/oauth2/revoke?token=``, an access token or a refresh token."""
    given = call.query.get("token") or call.read_form().get("token", "")
    with call.org.transaction() as connection:
        was_known = revoke_token(connection, given)
    if was_known:
        return Reply()
    return _refuse(OAuthError("invalid_token", "this token is invalid, expired or was revoked"))


def introspect(call: Call) -> Reply:
    """``POST /services/oauth2/introspect``, for the connected app itself."""
    form = _read_client_form(call)
    try:
        check_client(call.org.connection, form)
    except OAuthError as error:
        return _refuse(error)
    session = call.org.find_session(form.get("token", ""))
    if session is None:
        return Reply(body={"active": False})
    return Reply(
        body={
            "active": True,
            "scope": session.scope,
            "client_id": call.org.client_id,
            "username": load_user(call, session.user_id)["Username"],
            "sub": identity_url(call, session.user_id),
            "token_type": "access_token",
            "exp": int(session.expires_at.timestamp()),
            "iat": int(session.opened_at.timestamp()),
            "nbf": int(session.opened_at.timestamp()),
        }
    )


def password(call: Call) -> Reply:
    """``GET`` or ``POST /sobjects/User/{id}/password``: whether it expired, or a new one."""
    user_id = existing_id(call, find_object(call.schema, "User"))
    if call.method == "GET":
        return Reply(body={"isExpired": False})
    wanted = call.read_object().get("NewPassword")
    if not isinstance(wanted, str) or not wanted:
        raise RecordError("INVALID_NEW_PASSWORD", "Your password cannot be blank")
    with call.org.transaction() as connection:
        set_password(connection, user_id, wanted)
    return Reply(status=204)


def connected_app(call: Call) -> Reply:
    """``GET`` or ``PATCH /sandbox/connected-app``: what an admin sees and chooses in Setup."""
    org = call.org
    with org.transaction() as connection:
        app = read_app(connection)
        if call.method == "PATCH":
            try:
                app = ConnectedApp.model_validate(app.model_dump() | call.read_object())
            except ValidationError as error:
                raise ApiError("INVALID_INPUT", str(error)) from error
            write_app(connection, app)
        secret = read_password(connection, org.user_id)
    shown: dict[str, object] = app.model_dump(mode="json")
    shown |= {"client_id": org.client_id, "client_secret": org.client_secret}
    shown |= {"username": load_user(call, org.user_id)["Username"]}
    if secret is not None:
        shown |= {"password": secret.password, "security_token": secret.security_token}
    return Reply(body=shown)


def _read_client_form(call: Call) -> dict[str, str]:
    """The form, and in it the key and secret of a Basic header."""
    scheme, _, encoded = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return call.read_form()
    try:
        key, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ApiError("INVALID_AUTH_HEADER", "INVALID_AUTH_HEADER", status=401) from error
    return call.read_form() | {"client_id": key, "client_secret": secret}


def _refuse(error: OAuthError) -> Reply:
    return Reply(status=error.status, body={"error": error.error, "error_description": error.description})


def _token_body(call: Call, issued: Issued) -> dict[str, object]:
    """The reply; its signature lets a client check that the identity came from here."""
    identity = identity_url(call, issued.user_id)
    issued_at = str(int(call.org.now.timestamp() * 1000))
    digest = hmac.new(call.org.client_secret.encode(), (identity + issued_at).encode(), sha256).digest()
    refresh = {} if issued.refresh_token is None else {"refresh_token": issued.refresh_token}
    return {
        "access_token": issued.access_token,
        **refresh,
        "signature": base64.b64encode(digest).decode(),
        "scope": issued.scope,
        "instance_url": call.base_url,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
        "api_instance_url": call.base_url,
    }
