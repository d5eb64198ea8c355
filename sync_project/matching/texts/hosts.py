"""Host names: IDNA and IP addresses. Which part of a host is a company's is `public_suffixes`."""

import ipaddress
import re

import idna

BEHIND_HOST = re.compile(r"[^\w.\u0080-\U0010ffff-]")
"""What no host holds, so that it ends there."""

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# What most hosts are: they need no repair. No "--", so no A-label whose letters would be checked.
_USUAL_HOST = re.compile(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]+")
_DOTS = re.compile(r"[.\u3002\uff0e\uff61]+")
_LONGEST_HOST = 253
_LONGEST_LABEL = 63


class HostError(ValueError):
    """A text that cannot be a host name."""


def to_a_labels(host: str) -> str:
    """A host in lower-case A-labels (UTS46, non-transitional), dots folded; HostError says what is wrong.

    Emoji and other symbols that IDNA 2008 forbids pass, since registries have sold such names.

    >>> to_a_labels("WWW..Straße.de.")
    'www.xn--strae-oqa.de'
    """
    lower = host.lower()
    if len(lower) <= _LONGEST_LABEL and _USUAL_HOST.fullmatch(lower):
        return lower
    folded = _DOTS.sub(".", lower).strip(".")
    labels = (folded if folded.isascii() else _remap(folded)).split(".")
    encoded = ".".join(label if label.isascii() else _to_punycode(label) for label in labels)
    if len(encoded) > _LONGEST_HOST:
        raise HostError(f"host of {len(encoded)} characters; {_LONGEST_HOST} is the longest")
    for label in encoded.split("."):
        if not _LABEL.fullmatch(label) or (label.startswith("xn--") and not _is_punycode(label)):
            raise HostError(f"{label!r} cannot be part of a host name")
    return encoded


def is_ip_address(host: str) -> bool:
    """Whether a host is an IPv4 or IPv6 address, or a number that a browser would read as one.

    >>> is_ip_address("10.0.0.1"), is_ip_address("[::1]"), is_ip_address("3m.com")
    (True, True, False)
    """
    if host[-1:].isalpha() and ":" not in host:
        return False
    text = host.strip("[]")
    if text.replace(".", "").isdecimal() and "." in text:
        return True
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _remap(host: str) -> str:
    try:
        return idna.uts46_remap(host, std3_rules=False, transitional=False)
    except idna.IDNAError as error:
        raise HostError(str(error)) from error


def _to_punycode(label: str) -> str:
    return "xn--" + label.encode("punycode").decode("ascii")


def _is_punycode(label: str) -> bool:
    """Whether an A-label is one: it decodes to letters beyond ASCII, and they encode to the same label."""
    try:
        decoded = label.removeprefix("xn--").encode("ascii").decode("punycode")
        return decoded.isprintable() and not decoded.isascii() and _to_punycode(decoded) == label
    except (UnicodeError, ValueError, OverflowError):
        return False
