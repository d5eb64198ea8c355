"""The authorization code flow up to the code: what an app asks for, and the code a consent gives it."""

import base64
import hmac
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from sync_project.sandbox.sign_in.connected_app import read_app
from sync_project.sandbox.values import format_datetime

_CODE_LIFE = timedelta(minutes=15)
_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, kw_only=True)
class AuthorizationCode:
    """What was consented to."""

    user_id: str
    scope: str
    redirect_uri: str
    challenge: str
    """Of PKCE; empty without."""
    challenge_method: str

    def is_met_by(self, verifier: str) -> bool:
        """Whether the verifier is the one that the challenge was made from."""
        if not self.challenge:
            return True
        # Salesforce takes S256 also where no method is named [K].
        shown = verifier if self.challenge_method == "plain" else challenge_of(verifier)
        return hmac.compare_digest(shown.encode(), self.challenge.encode())


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier.

    >>> challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    return base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def may_lead_to(connection: sqlite3.Connection, redirect_uri: str) -> bool:
    """Whether a consent may send its code there: a registered callback URL, or any on this machine."""
    if not (redirect_uri.isascii() and redirect_uri.isprintable()):
        return False
    registered = read_app(connection).callback_urls
    if registered:
        return redirect_uri in registered
    parts = urlsplit(redirect_uri)
    return parts.scheme in {"http", "https"} and parts.hostname in _LOOPBACK_HOSTS


def make_code(connection: sqlite3.Connection, code: AuthorizationCode, *, now: datetime) -> str:
    """The code of a consent; it can be redeemed once, within 15 minutes."""
    text = f"aPrx{secrets.token_urlsafe(48)}"
    connection.execute(
        "INSERT INTO _authorization_code VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            text,
            code.user_id,
            code.scope,
            code.redirect_uri,
            code.challenge,
            code.challenge_method,
            format_datetime(now + _CODE_LIFE),
        ),
    )
    return text


def redeem_code(connection: sqlite3.Connection, text: str, *, now: datetime) -> AuthorizationCode | None:
    """What the code stands for; None when it is unknown, used or too old. It is used by this."""
    row = connection.execute(
        "DELETE FROM _authorization_code WHERE code = ? RETURNING "
        "user_id, scope, redirect_uri, challenge, challenge_method, expires_at",
        (text,),
    ).fetchone()
    if row is None or format_datetime(now) >= row[5]:
        return None
    return AuthorizationCode(
        user_id=row[0], scope=row[1], redirect_uri=row[2], challenge=row[3], challenge_method=row[4]
    )
