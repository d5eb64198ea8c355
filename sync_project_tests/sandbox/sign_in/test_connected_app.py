import pytest
import requests
from pydantic import ValidationError

from sync_project.sandbox.sign_in.connected_app import ConnectedApp
from sync_project_tests.sandbox.sign_in.keys import certificate


def test_an_admin_sees_and_changes_the_app(org, base_url):
    url = f"{base_url}/sandbox/connected-app"
    shown = requests.get(url, timeout=20).json()
    assert (shown["client_id"], shown["client_secret"]) == (org.client_id, org.client_secret)
    assert (shown["username"], shown["certificate"]) == ("integration@sandbox.example", None)
    changed = requests.patch(
        url, json={"certificate": certificate(), "rotates_refresh_tokens": True}, timeout=20
    ).json()
    assert (changed["certificate"], changed["rotates_refresh_tokens"]) == (certificate(), True)
    assert requests.get(url, timeout=20).json() == changed


def test_a_choice_that_cannot_be_is_refused_and_nothing_changes(org, base_url):
    url = f"{base_url}/sandbox/connected-app"
    before = requests.get(url, timeout=20).json()
    lengths = ({"session_timeout_minutes": minutes} for minutes in (0, 10**12))
    for wrong in ({"certificate": "x"}, {"colour": "red"}, *lengths):
        assert requests.patch(url, json=wrong, timeout=20).status_code == 400
    assert requests.get(url, timeout=20).json() == before


@pytest.mark.parametrize(
    ("pem", "reason"),
    [
        ("no pem", "no PEM text"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "no PEM text"),
    ],
)
def test_a_certificate_must_be_one(pem, reason):
    with pytest.raises(ValidationError, match=reason):
        ConnectedApp(certificate=pem)
