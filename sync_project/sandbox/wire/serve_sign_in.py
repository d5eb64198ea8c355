"""OAuth 2.0 client credentials, identity and the list of versions."""

import base64
import binascii
import hmac
from hashlib import sha256
from urllib.parse import parse_qs

from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.wire.web import Call, Reply, supported_versions

_OLDEST_SEASON_VERSION = 31
_SEASONS = ("Summer", "Winter", "Spring")
_VERSIONS_A_YEAR = 3


def token(call: Call) -> Reply:
    """``POST /services/oauth2/token``; the credentials come in the form or in a Basic header.

    Which of 400 and 401 a real org answers with, and the texts, is [K].
    """
    form = {name: values[0] for name, values in parse_qs(call.body.decode("utf-8", "replace")).items()}
    if form.get("grant_type") != "client_credentials":
        return _refuse("unsupported_grant_type", "grant type not supported")
    basic = _read_basic(call.headers.get("authorization", ""))
    client_id, client_secret = basic or (form.get("client_id", ""), form.get("client_secret", ""))
    if not hmac.compare_digest(client_id.encode(), call.org.client_id.encode()):
        return _refuse("invalid_client_id", "client identifier invalid")
    if not hmac.compare_digest(client_secret.encode(), call.org.client_secret.encode()):
        return _refuse("invalid_client", "invalid client credentials", status=401)
    return Reply(body=_session_body(call))


def user_info(call: Call) -> Reply:
    """``GET /services/oauth2/userinfo`` and the identity URL."""
    username, email, name = call.org.connection.execute(
        'SELECT Username, Email, Name FROM "User" WHERE Id = ?', (call.org.user_id,)
    ).fetchone()
    return Reply(
        body={
            "sub": _identity_url(call),
            "id": _identity_url(call),
            "asserted_user": True,
            "user_id": call.org.user_id,
            "organization_id": call.org.organization_id,
            "preferred_username": username,
            "username": username,
            "nick_name": "integration",
            "display_name": name,
            "name": name,
            "email": email,
            "email_verified": True,
            "user_type": "STANDARD",
            "language": "en_US",
            "locale": "en_US",
            "utcOffset": 0,
            "active": True,
            "urls": _service_urls(call),
        }
    )


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
    names = ("sobjects", "query", "queryAll", "limits", "composite", "jobs")
    return Reply(body={name: f"{base}/{name}" for name in names} | {"identity": _identity_url(call)})


def _season(version: str) -> str:
    """The release's name.

    >>> _season("66.0"), _season("67.0"), _season("68.0")
    ("Spring '26", "Summer '26", "Winter '27")
    """
    past = int(float(version)) - _OLDEST_SEASON_VERSION
    year = 14 + (past + _VERSIONS_A_YEAR - 1) // _VERSIONS_A_YEAR
    return f"{_SEASONS[past % _VERSIONS_A_YEAR]} '{year}"


def _refuse(error: str, description: str, *, status: int = 400) -> Reply:
    return Reply(status=status, body={"error": error, "error_description": description})


def _read_basic(header: str) -> tuple[str, str] | None:
    """Key and secret of a Basic header; None without one."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        key, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ApiError("INVALID_AUTH_HEADER", "INVALID_AUTH_HEADER", status=401) from error
    return key, secret


def _session_body(call: Call) -> dict[str, object]:
    identity = _identity_url(call)
    issued_at = str(int(call.org.now.timestamp() * 1000))
    digest = hmac.new(call.org.client_secret.encode(), (identity + issued_at).encode(), sha256).digest()
    return {
        "access_token": call.org.open_session(),
        "signature": base64.b64encode(digest).decode(),
        "scope": "api",
        "instance_url": call.base_url,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
        "api_instance_url": call.base_url,
    }


def _identity_url(call: Call) -> str:
    return f"{call.base_url}/id/{call.org.organization_id}/{call.org.user_id}"


def _service_urls(call: Call) -> dict[str, str]:
    rest = f"{call.base_url}/services/data/v{{version}}/"
    return {
        "rest": rest,
        "sobjects": f"{rest}sobjects/",
        "query": f"{rest}query/",
        "custom_domain": call.base_url,
    }
