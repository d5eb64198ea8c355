"""Websites to domains: which company a website field names, or why it names none.

The text is taken apart by `website_text`; the Public Suffix List is `public_suffixes`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sync_project.matching.texts.hosts import HostError, is_ip_address, to_a_labels
from sync_project.matching.texts.mail_domains import is_disposable_mail, is_free_mail, is_placeholder_domain
from sync_project.matching.texts.plain_text import clean_text, plain_letters
from sync_project.matching.texts.public_suffixes import (
    company_part,
    drop_www,
    has_known_top_level,
    host_up_to,
)
from sync_project.matching.texts.website_text import Address, join_broken_address, split_addresses
from sync_project.matching.texts.word_lists import load_words

_NOT_A_WORD = re.compile(r"[\W_]+")


class WebsiteReason(StrEnum):
    """What a website field turned out to be; all but ``FOUND`` leave it without a domain.

    The order is that of a field with several bad values: the first that applies is reported.
    """

    FOUND = "found"
    EMPTY = "empty"
    SOCIAL_PAGE = "social page"
    FREE_MAIL = "free mail"
    FILLER = "filler"
    IP_ADDRESS = "IP address"
    PUBLIC_SUFFIX = "public suffix"
    UNKNOWN_TOP_LEVEL = "unknown top-level domain"
    SINGLE_LABEL = "single label"
    INVALID = "invalid"


@dataclass(frozen=True, kw_only=True)
class WebsiteReading:
    """What a website field says."""

    domain: str | None
    """In A-labels; None where the field names no company, and ``reason`` says why."""
    reason: WebsiteReason
    alternates: tuple[str, ...] = ()
    """The other domains of a field with several values, in their order."""


def company_domain(website: str | None, *, keep_subdomain: bool = False) -> str | None:
    """The registrable domain of a website, or its host without ``www`` where subdomains are kept.

    >>> company_domain("https://shop.acme.co.uk/about"), company_domain("linkedin.com/company/acme")
    ('acme.co.uk', None)
    """
    return read_website(website, keep_subdomain=keep_subdomain).domain


def read_website(website: str | None, *, keep_subdomain: bool = False) -> WebsiteReading:
    """The first valid value that is no social page; the other valid ones are alternates.

    >>> read_website("fb.com/acme, www.acme.de; acme.com")
    WebsiteReading(domain='acme.de', reason=<WebsiteReason.FOUND: 'found'>, alternates=('acme.com',))
    """
    if website is None or not website.strip():
        return WebsiteReading(domain=None, reason=WebsiteReason.EMPTY)
    readings = [_read_address(each, keep_subdomain=keep_subdomain) for each in split_addresses(website)]
    if not _domains(readings):
        readings += _reread(website, readings, keep_subdomain=keep_subdomain)
    domains = _domains(readings)
    if domains:
        return WebsiteReading(domain=domains[0], reason=WebsiteReason.FOUND, alternates=tuple(domains[1:]))
    return WebsiteReading(domain=None, reason=_pick_reason(website, readings))


def _reread(website: str, readings: list[WebsiteReading], *, keep_subdomain: bool) -> list[WebsiteReading]:
    """Another try with spaces and dots repaired, where no value was recognised as anything."""
    recognised = {WebsiteReason.SOCIAL_PAGE, WebsiteReason.FREE_MAIL, WebsiteReason.FILLER}
    if _is_filler_text(website) or any(each.reason in recognised for each in readings):
        return []
    joined = join_broken_address(website)
    return [] if joined is None else [_read_address(joined, keep_subdomain=keep_subdomain)]


def _read_address(address: Address, *, keep_subdomain: bool) -> WebsiteReading:
    if is_ip_address(address.host):
        return WebsiteReading(domain=None, reason=WebsiteReason.IP_ADDRESS)
    try:
        host = to_a_labels(address.host)
    except HostError:
        return WebsiteReading(domain=None, reason=WebsiteReason.INVALID)
    registrable = company_part(host)
    reason = _judge(host, registrable, address=address)
    if registrable is None or reason is not WebsiteReason.FOUND:
        return WebsiteReading(domain=None, reason=reason)
    return WebsiteReading(
        domain=_without_www(host, registrable) if keep_subdomain else registrable, reason=reason
    )


def _judge(host: str, registrable: str | None, *, address: Address) -> WebsiteReason:
    if registrable is None:
        return WebsiteReason.PUBLIC_SUFFIX if "." in host else WebsiteReason.SINGLE_LABEL
    if "_" in registrable:
        return WebsiteReason.INVALID
    if not has_known_top_level(host):
        return WebsiteReason.UNKNOWN_TOP_LEVEL
    return _judge_company(host, registrable, address=address)


def _judge_company(host: str, registrable: str, *, address: Address) -> WebsiteReason:
    if is_placeholder_domain(host) or _is_filler_at_www(host):
        return WebsiteReason.FILLER
    if address.is_email and (is_free_mail(host) or is_disposable_mail(host)):
        return WebsiteReason.FREE_MAIL
    if _is_social_page(host, registrable, address=address):
        return WebsiteReason.SOCIAL_PAGE
    return WebsiteReason.FOUND


def _is_filler_at_www(host: str) -> bool:
    """``www.na`` and ``www.no`` say "none", though the top-level domains exist."""
    www, _, rest = host.partition(".")
    return www == "www" and rest in load_words("filler_words")


def _is_social_page(host: str, registrable: str, *, address: Address) -> bool:
    """A page of a network; the network's root is the network itself, a tenant's host is the tenant's.

    The root of a network's own subdomain (``maps.google.com/?cid=1``) is a page where it has a query.
    """
    if not address.path and not address.has_query:
        return False
    networks = load_words("social_networks")
    steps = [step for step in address.path.lower().split("/", 2)[:2] if step]
    listed_steps = [step if step[0].isalnum() else step[0] for step in steps]
    for name in host_up_to(host, end=registrable):
        if name in networks and (address.path or name != registrable):
            return True
        if any(f"{name}/{step}" in networks for step in listed_steps):
            return True
    return False


def _without_www(host: str, registrable: str) -> str:
    """A host without its leading ``www``, unless it is part of the registrable domain (``www.gov.uk``)."""
    return host if host == registrable else drop_www(host)


def _domains(readings: Iterable[WebsiteReading]) -> list[str]:
    return list(dict.fromkeys(each.domain for each in readings if each.domain))


def _pick_reason(website: str, readings: Iterable[WebsiteReading]) -> WebsiteReason:
    found = {each.reason for each in readings}
    if _is_filler_text(website):
        return WebsiteReason.FILLER
    return next((reason for reason in WebsiteReason if reason in found), WebsiteReason.INVALID)


def _is_filler_text(website: str) -> bool:
    """Whether the whole text says that there is no website; punctuation alone says so too."""
    folded = _NOT_A_WORD.sub("", plain_letters(clean_text(website)))
    return not folded or folded in load_words("filler_words")
