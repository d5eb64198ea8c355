"""Salesforce's own host names for clients that go nowhere else: a proxy whose every tunnel ends at the org.

The client is told of it by ``HTTPS_PROXY`` and of its certificate by ``REQUESTS_CA_BUNDLE``; nothing in
the client changes.
"""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme

from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.server import serve

HOSTS = ("*.salesforce.com", "*.my.salesforce.com", "*.develop.my.salesforce.com", "localhost", "127.0.0.1")
_BLOCK = 65_536


@dataclass(frozen=True, kw_only=True)
class SalesforceHosts:
    """How a client reaches the org as ``https://anything.salesforce.com``."""

    https_url: str
    """The org itself, over https on loopback."""
    proxy_url: str
    authority: Path
    """The certificate to trust."""

    @property
    def environment(self) -> dict[str, str]:
        """What requests, curl, httpx and node read."""
        return {
            "HTTPS_PROXY": self.proxy_url,
            "https_proxy": self.proxy_url,
            "REQUESTS_CA_BUNDLE": str(self.authority),
            "SSL_CERT_FILE": str(self.authority),
            "NODE_EXTRA_CA_CERTS": str(self.authority),
        }


@contextmanager
def salesforce_hosts(org: SandboxOrg, folder: Path) -> Iterator[SalesforceHosts]:
    """Serve the org under Salesforce's names; its certificates are made in the folder."""
    certifier = trustme.CA()
    pem, authority = folder / "org.pem", folder / "authority.pem"
    certifier.issue_cert(*HOSTS).private_key_and_cert_chain_pem.write_to_path(str(pem))
    certifier.cert_pem.write_to_path(str(authority))
    with serve(org, certificate=pem) as https_url, _tunnelling_to(https_url) as proxy_url:
        yield SalesforceHosts(https_url=https_url, proxy_url=proxy_url, authority=authority)


@contextmanager
def _tunnelling_to(https_url: str) -> Iterator[str]:
    host, _, port = https_url.removeprefix("https://").partition(":")

    class Tunnel(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            with socket.create_connection((host, int(port))) as inner:
                self.send_response(HTTPStatus.OK)
                self.end_headers()
                _join(self.connection, inner)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Tunnel) as proxy:
        proxy.daemon_threads = True
        proxy.block_on_close = False
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{proxy.server_port}"
        finally:
            proxy.shutdown()


def _join(outer: socket.socket, inner: socket.socket) -> None:
    other = {outer: inner, inner: outer}
    while True:
        for ready in select.select([outer, inner], [], [])[0]:
            block = ready.recv(_BLOCK)
            if not block:
                return
            other[ready].sendall(block)
