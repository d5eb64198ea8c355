"""Email addresses: one spelling for each, what kind of mailbox it is, and which company it speaks for."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from sync_project.matching.hosts import HostError, clean_text, to_a_labels
from sync_project.matching.mail_domains import is_disposable_mail, is_free_mail, is_placeholder_domain
from sync_project.matching.public_suffixes import company_part, has_known_top_level
from sync_project.matching.word_lists import load_words

_SEPARATORS = re.compile(r"[\s,;|<>()\[\]\"“”„«»]+")
_WRAPPERS = "'`\u2018\u2019*.:,;!?"
_AROUND_AT = re.compile(r"\s*@\s*")
_MAILTO = re.compile(r"^(?:mailto|e-?mail|mail)\s*[:=]\s*", re.IGNORECASE)
# RFC 5321 allows 64 octets before the @; letters beyond ASCII are RFC 6531.
_MAILBOX = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
LONGEST_MAILBOX = 64
_NOT_A_WORD = re.compile(r"[\W_]+")
# How a sandbox makes its users' addresses undeliverable: ".invalid" behind the address since 2020,
# "jane=acme.com@example.com" before.
_SANDBOX_SUFFIX = ".invalid"
_SANDBOX_HOST = "example.com"
# RFC 2606: never anybody's.
_RESERVED_TOP_LEVELS = frozenset({"example", "test", "invalid", "localhost"})
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
    for candidate in _split_addresses(raw or ""):
        parts = _parse_address(candidate)
        if parts is not None:
            return _describe(*parts)
    return _INVALID


def _split_addresses(text: str) -> Iterator[str]:
    joined = _AROUND_AT.sub("@", html.unescape(clean_text(text)))
    for value in _SEPARATORS.split(joined):
        bare = _MAILTO.sub("", value.strip(_WRAPPERS))
        if "@" in bare:
            yield (unquote(bare.partition("?")[0]) if bare != value else bare).strip(_WRAPPERS)


def _parse_address(address: str) -> tuple[str, str] | None:
    """Mailbox and host, or None where it is no address; a sandbox's disguise is taken off."""
    mailbox, _, host = address.lower().removesuffix(_SANDBOX_SUFFIX).rpartition("@")
    if host == _SANDBOX_HOST and "=" in mailbox:
        mailbox, _, host = mailbox.rpartition("=")
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
    name = _NOT_A_WORD.sub("", mailbox.partition("+")[0])
    if _is_placeholder(name, host):
        return EmailKind.PLACEHOLDER
    if not has_known_top_level(host) or company_part(host) is None:
        return EmailKind.INVALID
    if is_disposable_mail(host):
        return EmailKind.DISPOSABLE
    if is_free_mail(host):
        return EmailKind.FREE
    return EmailKind.ROLE if name in load_words("role_mailboxes") else EmailKind.CORPORATE


def _is_placeholder(name: str, host: str) -> bool:
    """Nobody's mailbox: by its host, by its name, or by saying nothing twice (``na@na.net``)."""
    labels = host.split(".")
    return (
        is_placeholder_domain(host)
        or labels[-1] in _RESERVED_TOP_LEVELS
        or name in load_words("placeholder_mailboxes")
        or (name == labels[0] and name in load_words("filler_words"))
    )


def _duplicate_key(mailbox: str, host: str) -> str:
    untagged = mailbox[0] + mailbox[1:].partition("+")[0]
    if host in _GMAIL:
        return f"{untagged.replace('.', '')}@gmail.com"
    return f"{untagged}@{host}"
