import signal
import socket
import ssl
import subprocess
import sys
import time

import pytest
import requests
import trustme

from sync_project.sandbox.errors import SandboxPortTakenError
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.server import serve


def test_the_server_listens_on_loopback_until_the_block_ends(tmp_path):
    with SandboxOrg.open(tmp_path) as org:
        with serve(org) as base_url:
            assert base_url.startswith("http://127.0.0.1:")
            assert requests.get(f"{base_url}/services/data", timeout=20).status_code == 200
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{base_url}/services/data", timeout=20)


def test_a_taken_port_is_named_with_the_remedy(tmp_path):
    with SandboxOrg.open(tmp_path) as org, socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SandboxPortTakenError) as caught, serve(org, port=port):
            pass
    assert caught.value.port == port
    assert str(caught.value) == (
        f"port {port} on 127.0.0.1 is taken by another program: stop that program or choose another port "
        "(0 takes any free one)"
    )


def test_a_freed_port_can_be_taken_again(tmp_path):
    with SandboxOrg.open(tmp_path) as org:
        with serve(org) as base_url:
            port = int(base_url.rpartition(":")[2])
            requests.get(f"{base_url}/services/data", timeout=20)
        with serve(org, port=port) as again:
            assert again == base_url


def test_with_a_certificate_the_org_speaks_https_and_says_so(tmp_path):
    authority = trustme.CA()
    pem, trusted = tmp_path / "org.pem", tmp_path / "trusted.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(pem)
    authority.cert_pem.write_to_path(trusted)
    with SandboxOrg.open(tmp_path) as org, serve(org, certificate=pem) as base_url:
        form = {
            "grant_type": "client_credentials",
            "client_id": org.client_id,
            "client_secret": org.client_secret,
        }
        reply = requests.post(f"{base_url}/services/oauth2/token", form, verify=trusted, timeout=20).json()
    assert base_url.startswith("https://127.0.0.1:")
    assert reply["instance_url"] == base_url
    assert reply["id"].startswith(f"{base_url}/id/")


def test_the_server_stops_while_a_client_holds_its_connection(tmp_path):
    authority = trustme.CA()
    pem = tmp_path / "org.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(pem)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with SandboxOrg.open(tmp_path) as org:
        with serve(org, certificate=pem) as base_url:
            address = ("127.0.0.1", int(base_url.rpartition(":")[2]))
            plain = socket.create_connection(address, timeout=20)
            held = trust.wrap_socket(plain, server_hostname="127.0.0.1")
            held.sendall(b"GET /services/data HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert held.recv(12) == b"HTTP/1.1 200"
        held.close()


def test_behind_a_proxy_that_ends_tls_the_org_still_names_itself_https(client):
    reply = client.get("/services/oauth2/userinfo", headers={"X-Forwarded-Proto": "https"}).json()
    assert reply["urls"]["custom_domain"].startswith("https://127.0.0.1:")


def test_ctrl_c_ends_the_server_in_front(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = (
        "import sys, pathlib\n"
        "from sync_project.sandbox.org import SandboxOrg\n"
        "from sync_project.sandbox.server import serve_forever\n"
        "serve_forever(SandboxOrg.open(pathlib.Path(sys.argv[1])), port=int(sys.argv[2]), announce=print)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path), str(port)], stderr=subprocess.PIPE
    ) as process:
        assert wait_until_served(port)
        process.send_signal(signal.SIGINT)
        assert (process.wait(timeout=20), process.stderr.read()) == (0, b"")


def wait_until_served(port):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    return requests.get(f"http://127.0.0.1:{port}/services/data", timeout=20).status_code == 200
