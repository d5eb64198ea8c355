"""Host names: cleaned text, IDNA, IP addresses. Which part of a host is a company's is `public_suffixes`."""

import ipaddress
import re
import unicodedata

import idna

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_DOTS = re.compile(r"[.\u3002\uff0e\uff61]+")
_SPACES = re.compile(r"\s+")
_LONGEST_HOST = 253


class HostError(ValueError):
    """A text that cannot be a host name."""


def clean_text(text: str) -> str:
    r"""Text as a person sees it: compatibility forms folded, invisible characters dropped, spaces single.

    >>> clean_text(" \uff41cme\u200b.com\u00a0 ")
    'acme.com'
    """
    if text.isascii() and text.isprintable():
        return _SPACES.sub(" ", text).strip()
    folded = unicodedata.normalize("NFKC", text)
    kept = (" " if each in "\t\n\r\v\f" else each for each in folded)
    visible = "".join(each for each in kept if unicodedata.category(each) not in ("Cf", "Cc", "Co", "Cn"))
    return _SPACES.sub(" ", visible).strip()


def to_a_labels(host: str) -> str:
    """A host in lower-case A-labels (UTS46, non-transitional), dots folded; HostError says what is wrong.

    Emoji and other symbols that IDNA 2008 forbids pass, since registries have sold such names.

    >>> to_a_labels("WWW..Straße.de.")
    'www.xn--strae-oqa.de'
    """
    folded = _DOTS.sub(".", host.lower()).strip(".")
    labels = (folded if folded.isascii() else _remap(folded)).split(".")
    encoded = ".".join(label if label.isascii() else _to_punycode(label) for label in labels)
    if len(encoded) > _LONGEST_HOST:
        raise HostError(f"host of {len(encoded)} characters; {_LONGEST_HOST} is the longest")
    for label in encoded.split("."):
        if not _LABEL.fullmatch(label):
            raise HostError(f"{label!r} cannot be part of a host name")
    return encoded


def is_ip_address(host: str) -> bool:
    """Whether a host is an IPv4 or IPv6 address, or a number that a browser would read as one.

    >>> is_ip_address("10.0.0.1"), is_ip_address("[::1]"), is_ip_address("3m.com")
    (True, True, False)
    """
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
