"""Host names: cleaned text, IDNA, IP addresses. Which part of a host is a company's is `public_suffixes`."""

import ipaddress
import re
import unicodedata

import idna

QUOTES_AND_BRACKETS = '"<>“”„‟«»\u2039\u203a「」『』【】〈〉《》\u3014\u3015'
"""What people put around an address and between several; no round or square brackets of ASCII."""

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# What most hosts are: they need no repair. No "--", so no A-label whose letters would be checked.
_USUAL_HOST = re.compile(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]+")
_DOTS = re.compile(r"[.\u3002\uff0e\uff61]+")
# What word processors make of a hyphen; the long dashes divide and stay.
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))
_SPACES = re.compile(r"\s+")
# Dots and at-signs as people write them against harvesters: "jane [at] acme (dot) com", "acme[.]com".
_DISGUISED = re.compile(
    r"\s*[\[({<]\s*(?:(?P<at>@|a|at|ät|arroba|chiocciola)|\.|dot|punkt|point|punto|ponto)\s*[\])}>]\s*",
    re.IGNORECASE,
)
# Accents, but not those that make a letter of its own of Cyrillic i and u.
_COMBINING = re.compile("(?<![\u0438\u0443])[\u0300-\u036f]")
# Letters that no Unicode decomposition takes apart.
_PLAIN_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)
_LONGEST_HOST = 253
_LONGEST_LABEL = 63


class HostError(ValueError):
    """A text that cannot be a host name."""


def clean_text(text: str) -> str:
    r"""Text as a person sees it: compatibility forms folded, invisible characters dropped, spaces single.

    >>> clean_text(" \uff41cme\u200b.com\u00a0 ")
    'acme.com'
    """
    if text.isascii() and text.isprintable():
        return (_SPACES.sub(" ", text) if "  " in text else text).strip()
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES)
    kept = (" " if each in "\t\n\r\v\f" else each for each in folded)
    visible = "".join(each for each in kept if unicodedata.category(each) not in ("Cf", "Cc", "Co", "Cn"))
    return _SPACES.sub(" ", visible).strip()


def open_disguise(text: str) -> str:
    """Text with the dots and at-signs that stand in brackets put back; no others are touched.

    >>> open_disguise("jane [at] acme (dot) com"), open_disguise("acme[.]com (at home)")
    ('jane@acme.com', 'acme.com (at home)')
    """
    if not any(bracket in text for bracket in "[({<"):
        return text
    return _DISGUISED.sub(lambda found: "@" if found["at"] else ".", text)


def plain_letters(text: str) -> str:
    """Lower case without accents, for comparing words; other scripts stay.

    >>> plain_letters("Büro Łódź"), plain_letters("なし")
    ('buro lodz', 'なし')
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.casefold().translate(_PLAIN_LETTERS))
    return unicodedata.normalize("NFC", _COMBINING.sub("", decomposed))


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
