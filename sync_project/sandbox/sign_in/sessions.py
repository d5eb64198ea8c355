"""Access tokens and the grants behind them.

A session ends when it was not used for as long as the org's session timeout. A grant is what a user
has given an app for good: its refresh token opens session after session until somebody revokes it.
"""

import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from sync_project.sandbox.database import read_setting
from sync_project.sandbox.sign_in.connected_app import read_app
from sync_project.sandbox.values import format_datetime


@dataclass(frozen=True, kw_only=True)
class Session:
    """One signed-in user."""

    token: str
    user_id: str
    scope: str
    opened_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Grant:
    """An app's lasting permission, kept under its refresh token."""

    refresh_token: str
    user_id: str
    scope: str


def open_session(
    connection: sqlite3.Connection,
    *,
    user_id: str,
    now: datetime,
    scope: str = "api",
    refresh_token: str | None = None,
) -> str:
    """A new access token; one that came by a refresh token ends with its grant. Dead ones are forgotten."""
    timeout = timedelta(minutes=read_app(connection).session_timeout_minutes)
    connection.execute("DELETE FROM _access_token WHERE used_at <= ?", (format_datetime(now - timeout),))
    token = f"{str(read_setting(connection, 'organization_id'))[:15]}!{secrets.token_urlsafe(48)}"
    grant_id = None if refresh_token is None else _find_grant(connection, refresh_token)
    moment = format_datetime(now)
    connection.execute(
        "INSERT INTO _access_token VALUES (?, ?, ?, ?, ?, ?)",
        (token, user_id, scope, grant_id, moment, moment),
    )
    return token


def find_session(connection: sqlite3.Connection, token: str, *, now: datetime) -> Session | None:
    """The session of an access token; None when there is none or it has expired."""
    row = connection.execute(
        "SELECT user_id, scope, opened_at, used_at FROM _access_token WHERE token = ?", (token,)
    ).fetchone()
    if row is None:
        return None
    user_id, scope, opened_at, used_at = row
    timeout = timedelta(minutes=read_app(connection).session_timeout_minutes)
    expires_at = datetime.fromisoformat(used_at) + timeout
    if now >= expires_at:
        return None
    return Session(
        token=token,
        user_id=user_id,
        scope=scope,
        opened_at=datetime.fromisoformat(opened_at),
        expires_at=expires_at,
    )


def use_session(connection: sqlite3.Connection, token: str, *, now: datetime) -> None:
    """Each use lets a session last for another timeout."""
    connection.execute("UPDATE _access_token SET used_at = ? WHERE token = ?", (format_datetime(now), token))


def expire_sessions(connection: sqlite3.Connection) -> None:
    """End every session; grants stay."""
    connection.execute("DELETE FROM _access_token")


def open_grant(connection: sqlite3.Connection, *, user_id: str, scope: str) -> Grant:
    """A new grant with its first refresh token."""
    grant = Grant(refresh_token=_new_refresh_token(), user_id=user_id, scope=scope)
    connection.execute(
        "INSERT INTO _grant (refresh_token, user_id, scope) VALUES (?, ?, ?)",
        (grant.refresh_token, user_id, scope),
    )
    return grant


def redeem(connection: sqlite3.Connection, refresh_token: str) -> Grant | None:
    """The grant behind a refresh token, under a new token where tokens rotate; None for an unknown one.

    A token that was rotated out is in two hands: showing it again revokes the whole grant.
    """
    spent = connection.execute(
        "SELECT grant_id FROM _spent_refresh_token WHERE token = ?", (refresh_token,)
    ).fetchone()
    if spent is not None:
        _delete_grant(connection, spent[0])
        return None
    row = connection.execute(
        "SELECT id, user_id, scope FROM _grant WHERE refresh_token = ?", (refresh_token,)
    ).fetchone()
    if row is None:
        return None
    grant_id, user_id, scope = row
    if not read_app(connection).rotates_refresh_tokens:
        return Grant(refresh_token=refresh_token, user_id=user_id, scope=scope)
    rotated = Grant(refresh_token=_new_refresh_token(), user_id=user_id, scope=scope)
    connection.execute("INSERT INTO _spent_refresh_token VALUES (?, ?)", (refresh_token, grant_id))
    connection.execute("UPDATE _grant SET refresh_token = ? WHERE id = ?", (rotated.refresh_token, grant_id))
    return rotated


def revoke(connection: sqlite3.Connection, token: str) -> bool:
    """End a session by its access token, or a grant with its sessions; whether the token was known."""
    if connection.execute("DELETE FROM _access_token WHERE token = ?", (token,)).rowcount:
        return True
    grant_id = _find_grant(connection, token)
    if grant_id is None:
        return False
    _delete_grant(connection, grant_id)
    return True


def _find_grant(connection: sqlite3.Connection, refresh_token: str) -> int | None:
    row = connection.execute("SELECT id FROM _grant WHERE refresh_token = ?", (refresh_token,)).fetchone()
    return None if row is None else row[0]


def _delete_grant(connection: sqlite3.Connection, grant_id: int) -> None:
    connection.execute("DELETE FROM _access_token WHERE grant_id = ?", (grant_id,))
    connection.execute("DELETE FROM _spent_refresh_token WHERE grant_id = ?", (grant_id,))
    connection.execute("DELETE FROM _grant WHERE id = ?", (grant_id,))


def _new_refresh_token() -> str:
    return f"5Aep861{secrets.token_urlsafe(60)}"
