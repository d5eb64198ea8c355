"""Email addresses: one spelling for each, what kind of mailbox it is, and which company it speaks for."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from sync_project.matching.texts.hosts import BEHIND_HOST, HostError, to_a_labels
from sync_project.matching.texts.mail_domains import is_disposable_mail, is_free_mail, is_placeholder_domain
from sync_project.matching.texts.plain_text import BETWEEN_VALUES, clean_text, open_disguise, plain_letters
from sync_project.matching.texts.public_suffixes import company_part, has_known_top_level
from sync_project.matching.texts.word_lists import load_words

# Most values need no unwrapping; those that this takes read the same without it, only slower.
_USUAL = re.compile(r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9.-]*[A-Za-z0-9]", re.ASCII)
_SEPARATORS = re.compile(rf"[\s()\[\]{{}}{BETWEEN_VALUES}]+")
_AROUND_AT = re.compile(r"\s*@\s*")
_BEFORE_ADDRESS = re.compile(
    r"^(?:(?:e-?mail|mail|mailto|smtp|sip|https?|to|cc|bcc|from|kontakt|contact|work|office|privat|private|home)"
    r"\s*[:=]/*)+",
    re.IGNORECASE,
)
_WRAPPERS = "'`\u2018\u2019*:,;!?"
# One small word before an address is rather a space in the mailbox: "jane doe@acme.com".
_SPACED_MAILBOX = re.compile(
    r"(?!(?:email|mail|mailto|to|cc|contact|kontakt|via|or|und|and) )[a-z]+ [a-z]+@\S+"
)
# Where none of these is, no address is, however it is spelled.
_MAY_HOLD_ADDRESS = re.compile(r"@|%40|\bat\b|[(\[]a[)\]]|_at_|arroba|chiocciola|ät", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_SPELLED_AT = re.compile(r"(\S+)(?: at |_at_|-at-)(\S+(?: dot \S+)*)", re.IGNORECASE)
_SPELLED_DOT = re.compile(r"\s+(?:dot|punkt|point|punto|ponto)\s+|_dot_|\s*\.\s*(?=[A-Za-z])", re.IGNORECASE)
_COMMA_FOR_DOT = re.compile(r"(?<=[\w-]),(?=[A-Za-z]{2,}\b)")
_QUOTED_MAILBOX = re.compile(r"[\"“”]([^\s\"“”@]+)[\"“”]@")
# Addresses in any text, each with a single @.
_ANY_ADDRESS = re.compile(r"(?<![@\w.-])[\w.!#$%'*+=^{|}~-]+@[\w-]+(?:\.[\w-]+)+(?![@\w.-])")
# RFC 5321 allows 64 octets before the @; letters beyond ASCII are RFC 6531.
_MAILBOX = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
LONGEST_MAILBOX = 64
_NOT_A_WORD = re.compile(r"[\W_]+")
_BETWEEN_WORDS = re.compile(r"[._-]+")
# How a sandbox makes its users' addresses undeliverable: ".invalid" behind the address since 2020,
# "jane=acme.com@example.com" before.
_SANDBOX_SUFFIX = ".invalid"
_SANDBOX_HOST = "example.com"
# RFC 2606: never anybody's.
_RESERVED_TOP_LEVELS = frozenset({"example", "test", "invalid", "localhost"})
# Roles that nobody is called, so that whatever follows is a place or a subject: "info.berlin".
OPENING_ROLES = frozenset(
    {"contact", "info", "kontakt", "noreply", "office", "sales", "service", "support", "vertrieb"}
)
_GMAIL = frozenset({"gmail.com", "googlemail.com"})


class EmailKind(StrEnum):
    """What a mailbox is. Only corporate and role mailboxes speak for a company."""

    CORPORATE = "corporate"
    FREE = "free"
    DISPOSABLE = "disposable"
    ROLE = "role"
    PLACEHOLDER = "placeholder"
    INVALID = "invalid"


@dataclass(frozen=True, kw_only=True)
class EmailReading:
    """What an email field says; every text is None where the address is invalid."""

    normalized: str | None
    """Unwrapped, in lower case, its host in A-labels: an identity, safe to write back."""
    company_domain: str | None
    """None unless the mailbox is a company's."""
    kind: EmailKind
    duplicate_key: str | None
    """Equal for addresses that may reach one person: a suspicion only. None for placeholders too."""


_INVALID = EmailReading(normalized=None, company_domain=None, kind=EmailKind.INVALID, duplicate_key=None)


def read_email(raw: str | None) -> EmailReading:
    """Read an email field; of several addresses the first valid one counts.

    >>> read_email("Jane Doe <Jane.Doe+crm@Mail.Acme.co.uk>").company_domain
    'acme.co.uk'
    >>> read_email("j.doe@googlemail.com").duplicate_key
    'jdoe@gmail.com'
    """
    text = raw or ""
    if _USUAL.fullmatch(text):
        return _read_first([text]) or _INVALID
    plain = clean_text(text)
    if _SPACED_MAILBOX.fullmatch(plain):
        return _INVALID
    found = _read_first(_split_addresses(plain))
    if found is None and _MAY_HOLD_ADDRESS.search(plain):
        found = _read_first(_ANY_ADDRESS.findall(_repair(plain)))
    return found or _INVALID


def _read_first(candidates: Iterable[str]) -> EmailReading | None:
    for candidate in candidates:
        parts = _parse_address(candidate)
        reading = _INVALID if parts is None else _describe(*parts)
        if reading is not _INVALID:
            return reading
    return None


def _split_addresses(text: str) -> Iterator[str]:
    joined = _AROUND_AT.sub("@", html.unescape(text) if "&" in text else text)
    for value in _SEPARATORS.split(joined):
        if "@" in value:
            yield _trim(value)


def _trim(value: str) -> str:
    """An address without the field's name before it and what hangs on its host."""
    bare = _BEFORE_ADDRESS.sub("", value.strip(_WRAPPERS))
    if "?" in bare:
        bare = bare.partition("?")[0]
    if "%" in bare and _ESCAPE.search(bare):
        bare = unquote(bare)
    mailbox, _, host = bare.rpartition("@")
    return f"{mailbox}@{BEHIND_HOST.split(host, maxsplit=1)[0].rstrip('-_')}"


def _repair(text: str) -> str:
    """Text with its at-signs and dots put right: ``jane (at) acme dot com``, ``jane%40acme.com``."""
    shown = _AROUND_AT.sub("@", open_disguise(html.unescape(unquote(text))))
    spelled = _SPELLED_AT.fullmatch(shown) if "@" not in shown else None
    if spelled:
        shown = f"{spelled[1]}@{spelled[2]}"
    dotted = _COMMA_FOR_DOT.sub(".", _SPELLED_DOT.sub(".", shown))
    return _QUOTED_MAILBOX.sub(r"\1@", dotted)


def _parse_address(address: str) -> tuple[str, str] | None:
    """Mailbox and host, or None where it is no address; a sandbox's disguise is taken off."""
    mailbox, _, host = address.lower().rstrip(".").removesuffix(_SANDBOX_SUFFIX).rpartition("@")
    if host == _SANDBOX_HOST and "=" in mailbox:
        mailbox, _, host = mailbox.rpartition("=")
    mailbox = mailbox.replace("\u2019", "'")
    if len(mailbox) > LONGEST_MAILBOX or not _MAILBOX.fullmatch(mailbox):
        return None
    try:
        a_labels = to_a_labels(host)
    except HostError:
        return None
    return (mailbox, a_labels) if "." in a_labels and "_" not in a_labels else None


def _describe(mailbox: str, host: str) -> EmailReading:
    kind = _judge(mailbox, host)
    if kind is EmailKind.INVALID:
        return _INVALID
    speaks_for_company = kind in (EmailKind.CORPORATE, EmailKind.ROLE)
    return EmailReading(
        normalized=f"{mailbox}@{host}",
        company_domain=company_part(host) if speaks_for_company else None,
        kind=kind,
        duplicate_key=None if kind is EmailKind.PLACEHOLDER else _duplicate_key(mailbox, host),
    )


def _judge(mailbox: str, host: str) -> EmailKind:
    """The first kind that applies; free comes before role, since info@gmail.com is nobody's office."""
    untagged = plain_letters(mailbox.partition("+")[0])
    name = untagged if untagged.isalnum() else _NOT_A_WORD.sub("", untagged)
    if is_placeholder_domain(host) or host.rpartition(".")[2] in _RESERVED_TOP_LEVELS:
        return EmailKind.PLACEHOLDER
    if not has_known_top_level(host) or company_part(host) is None:
        return EmailKind.INVALID
    if _says_nothing(name, host):
        return EmailKind.PLACEHOLDER
    if is_disposable_mail(host):
        return EmailKind.DISPOSABLE
    if is_free_mail(host):
        return EmailKind.FREE
    is_role = name in load_words("role_mailboxes") or _is_made_of_roles(untagged, host)
    return EmailKind.ROLE if is_role else EmailKind.CORPORATE


def _is_made_of_roles(untagged: str, host: str) -> bool:
    """Whether several words, or one with a number, name a function: ``info2``, ``sales.uk``, ``acme-jobs``.

    Each word is a role, a place or the company; ``maria.sales`` may be a person.
    """
    if untagged.isalpha():
        return False
    roles = load_words("role_mailboxes")
    words = [word.rstrip("0123456789") for word in _BETWEEN_WORDS.split(untagged)]
    if words[0] in OPENING_ROLES:
        return True
    ours = (company_part(host) or host).partition(".")[0]
    telling = [word for word in words if word and word != ours and word not in load_words("role_places")]
    return bool(telling) and all(word in roles for word in telling)


def _says_nothing(name: str, host: str) -> bool:
    """Nobody's mailbox: by its name, or by saying nothing twice (``na@na.net``)."""
    says_it_twice = name == host.partition(".")[0] and name in load_words("filler_words")
    return says_it_twice or name in load_words("placeholder_mailboxes")


def _duplicate_key(mailbox: str, host: str) -> str:
    untagged = mailbox[0] + mailbox[1:].partition("+")[0]
    if host in _GMAIL:
        return f"{untagged.replace('.', '')}@gmail.com"
    return f"{untagged}@{host}"
