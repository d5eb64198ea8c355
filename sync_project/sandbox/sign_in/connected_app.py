"""The one app that clients sign in through: what an admin chooses for it in Setup."""

import sqlite3
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate
from pydantic import BaseModel, ConfigDict, Field, field_validator

from sync_project.sandbox.database import read_setting, write_setting
from sync_project.sandbox.errors import SandboxError

_SETTING = "connected_app"


class ConnectedApp(BaseModel):
    """The admin's choices."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    certificate: str | None = None
    """PEM of the certificate, or of its public key, under which JWT assertions must be signed."""
    callback_urls: tuple[str, ...] = ()
    """Where a consent may lead back to; without any, each address on this machine."""
    rotates_refresh_tokens: bool = False
    session_timeout_minutes: int = Field(default=120, ge=1, le=1_000_000)
    """An access token ends when it was not used for so long."""

    @field_validator("certificate")
    @classmethod
    def _must_be_rsa(cls, pem: str | None) -> str | None:
        if pem is not None:
            read_public_key(pem)
        return pem


def read_app(connection: sqlite3.Connection) -> ConnectedApp:
    """The app as it is set up."""
    kept = read_setting(connection, _SETTING)
    return ConnectedApp() if kept is None else ConnectedApp.model_validate_json(kept)


def write_app(connection: sqlite3.Connection, app: ConnectedApp) -> None:
    """Set the app up like this."""
    write_setting(connection, _SETTING, app.model_dump_json())


def register_certificate(connection: sqlite3.Connection, path: Path) -> None:
    """Let clients sign in by assertions under that file's certificate; SandboxError when it holds none."""
    try:
        pem = path.read_text(encoding="utf-8")
        read_public_key(pem)
    except ValueError as error:
        raise SandboxError(
            f"{path}: {error}; make one by "
            "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem"
        ) from error
    write_app(connection, read_app(connection).model_copy(update={"certificate": pem}))


def read_public_key(pem: str) -> RSAPublicKey:
    """The key of a certificate, or the key itself; ValueError when it is no RSA key in PEM."""
    try:
        key = _load_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("the certificate is no PEM text of an X.509 certificate or public key") from error
    if not isinstance(key, RSAPublicKey):
        raise ValueError("the certificate is not for an RSA key, which RS256 needs")
    return key


def _load_key(pem: bytes) -> object:
    if b"BEGIN CERTIFICATE" in pem:
        return load_pem_x509_certificate(pem).public_key()
    return load_pem_public_key(pem)
