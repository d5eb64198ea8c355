"""Serve an org over HTTP on loopback, in a thread for tests and jobs or in front for the command line.

The socket is bound here and handed to uvicorn, so that a taken port is known before anything starts.
With ``certificate``, a PEM file that holds the certificate chain and its key, the org speaks https, as
clients demand that know no other scheme.
"""

import asyncio
import errno
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import uvicorn
from starlette.types import Scope

from sync_project.sandbox.errors import SandboxError, SandboxPortTakenError
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.wire.app import make_app
from sync_project.sandbox.wire.routes import ROUTES

_HOST = "127.0.0.1"
_BACKLOG = 128
_START_TIMEOUT_S = 20
_LARGEST_HEAD = 1 << 20
"""Bytes of path and headers up to which the org itself refuses what is too long."""


class _OrgServer(uvicorn.Server):
    """Tells when it listens (by then Ctrl-C stops it, also where a script started it), and can hang up."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.lifespan.state["hang_up"] = self._hang_up
        await super().startup(sockets)
        self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        # Over TLS a client that keeps its connection would be waited for.
        for each in list(self.server_state.connections):
            each.transport.abort()
        await asyncio.sleep(0)

    def _hang_up(self, scope: Scope) -> None:
        """Cut the connection of that request without another word."""
        for each in self.server_state.connections:
            if getattr(each, "scope", None) is scope:
                each.transport.abort()


@contextmanager
def serve(org: SandboxOrg, port: int = 0, *, certificate: Path | None = None) -> Iterator[str]:
    """Serve the org from a daemon thread; yields the base URL such as ``http://127.0.0.1:18080``.

    Port 0 takes any free one. Raises SandboxPortTakenError.
    """
    listener = _bind(port)
    is_listening = threading.Event()
    server = _OrgServer(_configure(org, certificate), is_listening.set)
    thread = threading.Thread(target=server.run, args=([listener],), name="sandbox-org", daemon=True)
    thread.start()
    if not is_listening.wait(_START_TIMEOUT_S):
        raise SandboxError(f"the sandbox org did not start within {_START_TIMEOUT_S} seconds")
    try:
        yield _base_url(listener, certificate)
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join()
        listener.close()


def serve_forever(
    org: SandboxOrg, port: int, *, announce: Callable[[str], None], certificate: Path | None = None
) -> None:
    """Serve the org until Ctrl-C; its base URL is announced once it answers.

    Port 0 takes any free one. Raises SandboxPortTakenError.
    """
    # uvicorn stops on Ctrl-C and then raises it again for its caller.
    with _bind(port) as listener, suppress(KeyboardInterrupt):
        url = _base_url(listener, certificate)
        _OrgServer(_configure(org, certificate), lambda: announce(url)).run([listener])


def _base_url(listener: socket.socket, certificate: Path | None) -> str:
    scheme = "http" if certificate is None else "https"
    return f"{scheme}://{_HOST}:{listener.getsockname()[1]}"


def _configure(org: SandboxOrg, certificate: Path | None) -> uvicorn.Config:
    return uvicorn.Config(
        make_app(org, ROUTES),
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        # The other one writes the names of headers in small letters; some clients look for Salesforce's.
        http="h11",
        server_header=False,
        h11_max_incomplete_event_size=_LARGEST_HEAD,
        timeout_keep_alive=60,
        ssl_certfile=certificate,
    )


def _bind(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise SandboxPortTakenError(port) from error
        raise
    return listener
