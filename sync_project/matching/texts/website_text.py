"""A website field as people fill it, cut into the hosts it names: wrappers, several values, broken schemes.

Which of them is the company's domain is `domains`.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from sync_project.matching.texts.hosts import BEHIND_HOST
from sync_project.matching.texts.plain_text import (
    BETWEEN_VALUES,
    QUOTES_AND_BRACKETS,
    clean_text,
    open_disguise,
)
from sync_project.matching.texts.word_lists import load_words

# Most values need no repair; those that this takes read the same without it, only slower.
_USUAL = re.compile(r"(?:https?://)?((?!http)[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]+)/?")
_ENCODED_SCHEME = re.compile(r"%3a(?:%2f|/)", re.IGNORECASE)
_TAG = re.compile(
    r"""</?[a-z][a-z0-9]*(?:\s(?:[^<>]*?href\s*=\s*["']?(?P<target>[^"'\s<>]+))?[^<>]*)?/?>""", re.IGNORECASE
)
_MARKDOWN_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\(\s*<?(?P<target>[^)\s>]+)>?[^)]*\)")
# People write that a part may be left out: "http(s)://(www.)acme.com".
_OPTIONAL_PART = re.compile(r"[\[(](s|www\.)[\])]", re.IGNORECASE)
_SEPARATORS = re.compile(
    # Two URLs without a space between them; but "http://http://" is one URL with its scheme doubled.
    rf"[\s{BETWEEN_VALUES}]+|(?:(?<=[^:/])|(?<=[^:/]/))(?=https?://)",
    re.IGNORECASE,
)
_WRAPPERS = "'`\u2018\u2019()[]{}*_~!,;-\u00b7" + QUOTES_AND_BRACKETS
_TRAILING = _WRAPPERS + ".:?&="
_SCHEME = re.compile(
    r"""^(?:[a-z][a-z0-9+-]*(?::(?=https?:)|[:;=]+[:;.,]*/)    # any word with a colon and a slash behind it
    |(?:h{0,2}[tx]{1,3}p{1,2}s{0,2}|htps?|hpps?|hptts?|www\d*)[.,]*[:;/=]  # http and www with less
    )[:;.,/]*""",
    re.IGNORECASE | re.VERBOSE,
)
# What stands before a colon, where a host and no port follows: "Website:acme.com".
_FIELD_NAME = re.compile(r"^[\w-]+[:=](?=[^/?#:@]*\.[^/?#@]*(?:[/?#]|$))")
_MAILTO = re.compile(r"^mailto[:=]/*", re.IGNORECASE)
_NO_WEBSITE = re.compile(
    r"(?:javascript|tel|callto|sms|skype|sip|data|about|file|blob|geo|urn|android-app|chrome(?:-extension)?):",
    re.IGNORECASE,
)
_HAS_SCHEME = re.compile(r"[:;/=]|^https?www|^[.\s]", re.IGNORECASE)
_GLUED_SCHEME = re.compile(r"^https?(?=www\d*\.)", re.IGNORECASE)
_LEADING = re.compile(r"^[:/.\s]+")
_BEFORE_PATH = re.compile(r"[/?#]")
_PORT = re.compile(r":\d*$")
_IP_LITERAL = re.compile(r"\[[0-9a-fA-F:.]+\]")
_TITLE = re.compile(r"^[\w -]+[:=]\s+")
_WWW_WITHOUT_DOTS = re.compile(r"www\d*(?: [\w-]+)+", re.IGNORECASE)
_OPENS_A_URL = re.compile(r"(?:https?\s*[:;/]|www\d*\b)", re.IGNORECASE)
_LEGAL_FORM_LENGTH = 3


@dataclass(frozen=True, kw_only=True)
class Address:
    """One value of a website field, taken apart; nothing in it is checked yet."""

    host: str
    path: str = ""
    """Without slashes at its ends, query and fragment."""
    has_query: bool = False
    is_email: bool = False
    """It has an ``@``, with or without a scheme, and no password."""


def split_addresses(text: str) -> list[Address]:
    """The addresses of a website field, in their order; a text that holds none gives what it seems to be.

    >>> [(each.host, each.path) for each in split_addresses("<a href='HTTP//acme.com:80/shop/?a=1'>Acme</a>")]
    [('acme.com', 'shop'), ('Acme', '')]
    """
    usual = _USUAL.fullmatch(text)
    if usual:
        return [Address(host=usual[1])]
    return [address for each in _split_values(_unwrap(text)) if (address := parse_address(each)).host]


def join_broken_address(text: str) -> Address | None:
    """The address in a text whose dots or spaces went wrong: ``acme .com``, ``acme,com``, ``www acme com``.

    None where the spaces and commas are rather those of a name or a place: ``Acme, Inc``, ``Denver, CO``.

    >>> join_broken_address("http:// acme , com").host
    'acme.com'
    """
    plain = _TITLE.sub("", _unwrap(text))
    opens_a_url = _OPENS_A_URL.match(plain) is not None
    dotted = re.sub(r"\s*[.,]\s*" if opens_a_url else r"\s*\.\s*|(?<=\S),(?=\S)| dot ", ".", plain)
    if _WWW_WITHOUT_DOTS.fullmatch(dotted):
        dotted = dotted.replace(" ", ".")
    if " " in dotted and not opens_a_url:
        return None
    address = parse_address(dotted.replace(" ", ""))
    last = address.host.rpartition(".")[2].lower()
    is_name = len(last) >= _LEGAL_FORM_LENGTH and last in load_words("legal_forms")
    return None if is_name or not address.host else address


def parse_address(value: str) -> Address:
    """Take one value apart: scheme, user, host, port, path.

    >>> parse_address("https://http://user:pw@www.acme.com:8080/about?us")
    Address(host='www.acme.com', path='about', has_query=True, is_email=False)
    """
    decoded = unquote(value) if "%" in value else value
    bare = decoded.strip().strip(_WRAPPERS).rstrip(_TRAILING)
    if _NO_WEBSITE.match(bare):
        return Address(host="")
    bare = _drop_schemes(bare)
    cut = _BEFORE_PATH.search(bare)
    authority, rest = (bare[: cut.start()], bare[cut.start() :]) if cut else (bare, "")
    user, at, host = authority.rstrip("@").rpartition("@")
    path, has_query = _split_path(rest)
    return Address(
        host=_trim_host(host),
        path=path,
        has_query=has_query,
        is_email=bool(at and ":" not in user),
    )


def _unwrap(text: str) -> str:
    """Plain text: links are replaced by their target and their text, and a disguise is taken off."""
    plain = clean_text(text)
    if "%" in plain and _ENCODED_SCHEME.search(plain):
        plain = unquote(plain)
    if "&" in plain:
        plain = html.unescape(plain)
    if "<" in plain:
        plain = _TAG.sub(lambda tag: f" {tag['target'] or ''} ", plain)
    if "](" in plain:
        plain = _MARKDOWN_LINK.sub(r" \g<target> \g<text> ", plain)
    return open_disguise(_OPTIONAL_PART.sub(r"\1", plain)).replace("\\", "/").strip()


def _split_values(text: str) -> Iterator[str]:
    for value in _SEPARATORS.split(text):
        if value.strip(_TRAILING):
            yield value


def _drop_schemes(value: str) -> str:
    """Schemes are repeated and broken in practice: ``http://https//www.acme.com``, ``http;//``, ``://``."""
    if not _HAS_SCHEME.search(value):
        return value
    shorter = _MAILTO.sub("", value)
    while True:
        before = shorter
        shorter = _FIELD_NAME.sub("", _GLUED_SCHEME.sub("", _SCHEME.sub("", _LEADING.sub("", shorter))))
        if shorter == before:
            return shorter


def _split_path(rest: str) -> tuple[str, bool]:
    """Path and whether a query follows, from all that stands behind the host; ``#!/`` once began paths."""
    path, has_query, _ = rest.replace("#!/", "").partition("#")[0].partition("?")
    return path.strip("/"), bool(has_query)


def _trim_host(host: str) -> str:
    """A host without its port and whatever else hangs on it, where what is left still looks like a host."""
    if host[:1] == "[" and (ip_literal := _IP_LITERAL.match(host)):
        return ip_literal[0]
    bare = host.strip(_TRAILING)
    junk = BEHIND_HOST.search(bare)
    return bare[: junk.start()] if junk and "." in bare[: junk.start()] else _PORT.sub("", bare)
