"""Who may sign in: active users, some of whom have a password."""

import hmac
import secrets
import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Password:
    """What a user types, and what a client outside the trusted network appends to it."""

    password: str
    security_token: str


def find_user(connection: sqlite3.Connection, username: str) -> str | None:
    """The id of the active user of that name, letter case ignored; None without one."""
    row = connection.execute(
        'SELECT Id FROM "User" WHERE Username = ? COLLATE NOCASE AND IsActive', (username,)
    ).fetchone()
    return None if row is None else row[0]


def is_active(connection: sqlite3.Connection, user_id: str) -> bool:
    """Whether the user may still work."""
    row = connection.execute('SELECT IsActive FROM "User" WHERE Id = ?', (user_id,)).fetchone()
    return row is not None and bool(row[0])


def set_password(connection: sqlite3.Connection, user_id: str, password: str) -> Password:
    """Give a user a password; as in Salesforce the security token becomes another with it."""
    made = Password(password=password, security_token=secrets.token_hex(12))
    connection.execute(
        "INSERT OR REPLACE INTO _password VALUES (?, ?, ?)", (user_id, made.password, made.security_token)
    )
    return made


def read_password(connection: sqlite3.Connection, user_id: str) -> Password | None:
    """The user's password; None when none was set."""
    row = connection.execute(
        "SELECT password, security_token FROM _password WHERE user_id = ?", (user_id,)
    ).fetchone()
    return None if row is None else Password(password=row[0], security_token=row[1])


def has_password(connection: sqlite3.Connection, user_id: str, given: str) -> bool:
    """Whether that is the password, with or without the security token behind it."""
    kept = read_password(connection, user_id)
    if kept is None:
        return False
    accepted = (kept.password, kept.password + kept.security_token)
    return any(hmac.compare_digest(given.encode(), each.encode()) for each in accepted)
