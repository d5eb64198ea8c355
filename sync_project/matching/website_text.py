"""A website field as people fill it, cut into the hosts it names: wrappers, several values, broken schemes.

Which of them is the company's domain is `domains`.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from sync_project.matching.hosts import clean_text

# Most values need no repair; those that this takes read the same without it, only slower.
_USUAL = re.compile(r"(?:https?://)?((?!http)[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]+)/?")
_HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_MARKDOWN_LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^>]*)?/?>", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s,;|<>\"“”„«»]+|(?<=[^:/])(?=https?://)", re.IGNORECASE)
_WRAPPERS = "'`\u2018\u2019()[]{}<>\"“”„«»*_~!,;-\u2013\u2014"
_TRAILING = _WRAPPERS + ".:?&"
_FIELD_NAME = re.compile(
    r"^(?:url|uri|web|website|webpage|web ?site|site|sito|homepage|home|internet|view-source|link)\s*[:=]\s*",
    re.IGNORECASE,
)
_SCHEME = re.compile(
    r"^(?:h{0,2}t{1,3}p{1,2}s{0,2}|htps?|hpps?|hptts?|s?ftps?|wss?)(?:[.,\s]*[:;/][:;.,/\s]*)",
    re.IGNORECASE,
)
_GLUED_SCHEME = re.compile(r"^https?(?=www\d*\.)", re.IGNORECASE)
_LEADING = re.compile(r"^[:/.\s]+")
_WWW_WITHOUT_DOTS = re.compile(r"www\d*(?: [\w-]+)+")
_BEFORE_PATH = re.compile(r"[/?#]")
_IP_LITERAL = re.compile(r"\[[0-9a-fA-F:.]+\]")
_PORT = re.compile(r":\d*$")


@dataclass(frozen=True, kw_only=True)
class Address:
    """One value of a website field, taken apart; nothing in it is checked yet."""

    host: str
    path: str = ""
    """Without slashes at its ends, query and fragment."""
    is_email: bool = False
    """It has a user before the ``@``, with or without a scheme, and no password."""


def split_addresses(text: str) -> list[Address]:
    """The addresses of a website field, in their order; a text that holds none gives what it seems to be.

    >>> [(each.host, each.path) for each in split_addresses("<a href='HTTP//acme.com:80/shop/?a=1'>Acme</a>")]
    [('acme.com', 'shop')]
    """
    usual = _USUAL.fullmatch(text)
    if usual:
        return [Address(host=usual[1])]
    plain = _FIELD_NAME.sub("", _unwrap(clean_text(text))).replace("\\", "/")
    return [address for each in _split_values(plain) if (address := parse_address(each)).host]


def join_broken_address(text: str) -> Address:
    """The address in a text whose dots or spaces went wrong: ``acme .com``, ``acme,com``, ``www acme com``.

    >>> join_broken_address("http:// acme , com").host
    'acme.com'
    """
    plain = _FIELD_NAME.sub("", _unwrap(clean_text(text))).replace("\\", "/")
    dotted = re.sub(r"\s*[.,]\s*", ".", plain)
    without_dots = _WWW_WITHOUT_DOTS.fullmatch(dotted) is not None
    return parse_address(dotted.replace(" ", "." if without_dots else ""))


def parse_address(value: str) -> Address:
    """Take one value apart: scheme, user, host, port, path.

    >>> parse_address("https://http://user:pw@www.acme.com:8080/about#us")
    Address(host='www.acme.com', path='about', is_email=False)
    """
    bare = _drop_schemes(unquote(value).strip(_WRAPPERS).rstrip(_TRAILING))
    cut = _BEFORE_PATH.search(bare)
    authority, rest = (bare[: cut.start()], bare[cut.start() :]) if cut else (bare, "")
    user, at, host = authority.rpartition("@")
    path = re.split(r"[?#]", rest)[0].strip("/")
    return Address(
        host=ip_literal[0]
        if (ip_literal := _IP_LITERAL.match(host))
        else _PORT.sub("", host).strip(_TRAILING),
        path=path,
        is_email=bool(at and user and ":" not in user),
    )


def _unwrap(text: str) -> str:
    unescaped = html.unescape(text)
    for wrapper in (_HREF, _MARKDOWN_LINK):
        found = wrapper.findall(unescaped)
        if found:
            return " ".join(found)
    return _TAG.sub(" ", unescaped).strip()


def _split_values(text: str) -> Iterator[str]:
    for value in _SEPARATORS.split(text):
        if value.strip(_TRAILING):
            yield value


def _drop_schemes(value: str) -> str:
    """Schemes are repeated and broken in practice: ``http://https//www.acme.com``, ``http;//``, ``://``."""
    shorter = re.sub(r"^mailto:/*", "", value, flags=re.IGNORECASE)
    while True:
        before = shorter
        shorter = _LEADING.sub("", _GLUED_SCHEME.sub("", _SCHEME.sub("", _FIELD_NAME.sub("", shorter))))
        if shorter == before:
            return shorter
