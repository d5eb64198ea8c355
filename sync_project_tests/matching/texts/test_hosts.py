import pytest

from sync_project.matching.texts.hosts import HostError, is_ip_address, to_a_labels


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("ACME.com", "acme.com"),
        ("..acme...com.", "acme.com"),
        ("acme\u3002com", "acme.com"),
        ("münchen.de", "xn--mnchen-3ya.de"),
        ("straße.de", "xn--strae-oqa.de"),
        ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("i\u2764.ws", "xn--i-7iq.ws"),
        ("my_shop.acme.com", "my_shop.acme.com"),
    ],
)
def test_hosts_become_a_labels(host, expected):
    assert to_a_labels(host) == expected


@pytest.mark.parametrize(
    "host", ["", ".", "-acme.com", "ac me.com", "at&t.com", "a" * 64 + ".com", "a." * 130]
)
def test_what_is_no_host_is_refused(host):
    with pytest.raises(HostError):
        to_a_labels(host)


@pytest.mark.parametrize(
    ("host", "expected"),
    [("10.0.0.1", True), ("[2001:db8::1]", True), ("1.2.3", True), ("3m.com", False), ("123", False)],
)
def test_addresses_are_told_from_names(host, expected):
    assert is_ip_address(host) is expected
