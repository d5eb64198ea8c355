"""OAuth 2.0 at the token endpoint and beside it, identity, and the list of versions.

The flows are in ``sign_in``; the consent page is in ``serve_consent``.
"""

import base64
import binascii
import hmac
from hashlib import sha256

from pydantic import ValidationError

from sync_project.sandbox.errors import ApiError, RecordError
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.records.write_context import Values, find_object, load_row
from sync_project.sandbox.sign_in.connected_app import ConnectedApp, read_app, write_app
from sync_project.sandbox.sign_in.grants import Issued, OAuthError, check_client, issue_token
from sync_project.sandbox.sign_in.sessions import revoke as revoke_token
from sync_project.sandbox.sign_in.users import read_password, set_password
from sync_project.sandbox.wire.serve_rows import existing_id
from sync_project.sandbox.wire.web import Call, Reply, supported_versions

_OLDEST_SEASON_VERSION = 31
_SEASONS = ("Summer", "Winter", "Spring")
_VERSIONS_A_YEAR = 3


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
            "username": _load_user(call, session.user_id)["Username"],
            "sub": _identity_url(call, session.user_id),
            "token_type": "access_token",
            "exp": int(session.expires_at.timestamp()),
            "iat": int(session.opened_at.timestamp()),
            "nbf": int(session.opened_at.timestamp()),
        }
    )


def user_info(call: Call) -> Reply:
    """``GET /services/oauth2/userinfo``: the session's user."""
    return Reply(body=_identity_body(call, call.user_id))


def identity(call: Call) -> Reply:
    """``GET /id/{organization}/{user}``: a user may read only itself."""
    wanted = (normalise_id(call.path["organization"]), normalise_id(call.path["user"]))
    if wanted != (call.org.organization_id, call.user_id):
        raise ApiError("INSUFFICIENT_ACCESS", "Bad_Id", status=403)
    return Reply(body=_identity_body(call, call.user_id))


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
    shown |= {"username": _load_user(call, org.user_id)["Username"]}
    if secret is not None:
        shown |= {"password": secret.password, "security_token": secret.security_token}
    return Reply(body=shown)


def versions(_: Call) -> Reply:
    """``GET /services/data``."""
    return Reply(
        body=[
            {"label": _season(version), "url": f"/services/data/v{version}", "version": version}
            for version in supported_versions()
        ]
    )


def resources(call: Call) -> Reply:
    """``GET /services/data/vXX.0``."""
    base = f"/services/data/v{call.version}"
    names = (
        "tabs", "theme", "recent", "quickActions", "limits", "sobjects", "query", "queryAll", "composite",
        "jobs", "analytics",
    )  # fmt: skip
    links = {name: f"{base}/{name}" for name in names}
    return Reply(body=links | {"identity": _identity_url(call, call.user_id)})


def _season(version: str) -> str:
    """The release's name.

    >>> _season("66.0"), _season("67.0"), _season("68.0")
    ("Spring '26", "Summer '26", "Winter '27")
    """
    past = int(float(version)) - _OLDEST_SEASON_VERSION
    year = 14 + (past + _VERSIONS_A_YEAR - 1) // _VERSIONS_A_YEAR
    return f"{_SEASONS[past % _VERSIONS_A_YEAR]} '{year}"


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
    identity_url = _identity_url(call, issued.user_id)
    issued_at = str(int(call.org.now.timestamp() * 1000))
    digest = hmac.new(call.org.client_secret.encode(), (identity_url + issued_at).encode(), sha256).digest()
    refresh = {} if issued.refresh_token is None else {"refresh_token": issued.refresh_token}
    return {
        "access_token": issued.access_token,
        **refresh,
        "signature": base64.b64encode(digest).decode(),
        "scope": issued.scope,
        "instance_url": call.base_url,
        "id": identity_url,
        "token_type": "Bearer",
        "issued_at": issued_at,
        "api_instance_url": call.base_url,
    }


def _identity_body(call: Call, user_id: str) -> dict[str, object]:
    user = _load_user(call, user_id)
    url = _identity_url(call, user_id)
    return {
        "sub": url,
        "id": url,
        "asserted_user": True,
        "user_id": user_id,
        "organization_id": call.org.organization_id,
        "preferred_username": user["Username"],
        "username": user["Username"],
        "nickname": user["CommunityNickname"],
        "nick_name": user["CommunityNickname"],
        "display_name": user["Name"],
        "name": user["Name"],
        "given_name": user["FirstName"],
        "family_name": user["LastName"],
        "first_name": user["FirstName"],
        "last_name": user["LastName"],
        "email": user["Email"],
        "email_verified": True,
        "zoneinfo": user["TimeZoneSidKey"],
        "timezone": user["TimeZoneSidKey"],
        "user_type": "STANDARD",
        "language": user["LanguageLocaleKey"],
        "locale": user["LocaleSidKey"],
        "utcOffset": 0,
        "active": True,
        "is_app_installed": True,
        "last_modified_date": user["LastModifiedDate"],
        "updated_at": user["LastModifiedDate"],
        "photos": {
            "picture": f"{call.base_url}/profilephoto/005/F",
            "thumbnail": f"{call.base_url}/profilephoto/005/T",
        },
        "urls": _service_urls(call, user_id),
    }


def _load_user(call: Call, user_id: str) -> Values:
    return load_row(call.org.connection, find_object(call.schema, "User"), user_id)


def _identity_url(call: Call, user_id: str) -> str:
    return f"{call.base_url}/id/{call.org.organization_id}/{user_id}"


def _service_urls(call: Call, user_id: str) -> dict[str, str]:
    rest = f"{call.base_url}/services/data/v{{version}}/"
    soap = f"{call.base_url}/services/Soap"
    organization = call.org.organization_id[:15]
    return {
        "enterprise": f"{soap}/c/{{version}}/{organization}",
        "metadata": f"{soap}/m/{{version}}/{organization}",
        "partner": f"{soap}/u/{{version}}/{organization}",
        "rest": rest,
        "sobjects": f"{rest}sobjects/",
        "search": f"{rest}search/",
        "query": f"{rest}query/",
        "recent": f"{rest}recent/",
        "tooling_rest": f"{rest}tooling/",
        "tooling_soap": f"{soap}/T/{{version}}/{organization}",
        "profile": f"{call.base_url}/{user_id}",
        "feeds": f"{rest}chatter/feeds",
        "groups": f"{rest}chatter/groups",
        "users": f"{rest}chatter/users",
        "feed_items": f"{rest}chatter/feed-items",
        "feed_elements": f"{rest}chatter/feed-elements",
        "custom_domain": call.base_url,
    }
