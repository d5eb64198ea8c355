"""The Public Suffix List's algorithm over the list that publicsuffixlist ships; nothing is fetched.

Written from the published algorithm, since that package's own lookup makes the parent of a wildcard
rule public too. Hosts come in as lower-case A-labels (`hosts.to_a_labels`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import publicsuffixlist

from sync_project.matching.texts.hosts import to_a_labels
from sync_project.matching.texts.word_lists import load_words

_WWW = re.compile(r"www\d*")
_PRIVATE_SECTION = "===BEGIN PRIVATE DOMAINS==="


@dataclass(frozen=True, kw_only=True)
class SuffixRules:
    """Rules in A-labels, each kind without its mark: ``*.ck`` is ``ck`` in ``wildcards``."""

    plain: frozenset[str]
    wildcards: frozenset[str]
    exceptions: frozenset[str]
    deepest: int
    """Labels of the longest rule, its wildcard counted."""


@cache
def icann_rules() -> SuffixRules:
    """The list's ICANN section."""
    return _index_rules(_read_sections()[0])


@cache
def public_rules() -> SuffixRules:
    """The whole list: the ICANN and the private section."""
    return _index_rules(_read_sections()[0] | _read_sections()[1])


@cache
def company_rules() -> SuffixRules:
    """The whole list and ``data/tenant_hosts.txt``, so that tenants of one host are not one company."""
    return _index_rules(_read_sections()[0] | _read_sections()[1] | load_words("tenant_hosts"))


def registrable_domain(host: str, *, rules: SuffixRules) -> str | None:
    """One label more than the host's public suffix; None where the host is a suffix, or not a name.

    An unlisted top-level domain counts as a suffix, as the algorithm says (`has_known_top_level`).

    >>> [registrable_domain(each, rules=public_rules()) for each in ("www.city.kobe.jp", "co.uk")]
    ['city.kobe.jp', None]
    """
    labels = host.split(".")
    if "" in labels:
        return None
    wanted = _suffix_length(labels, rules) + 1
    return ".".join(labels[-wanted:]) if len(labels) >= wanted else None


@lru_cache(maxsize=1 << 16)
def company_part(host: str) -> str | None:
    """The part of a host that names one company; a bare tenant host is its owner's own name.

    >>> company_part("shop.acme.github.io"), company_part("www.github.io"), company_part("gov.uk")
    ('acme.github.io', 'github.io', None)
    >>> company_part("acme.zendesk.com"), company_part("support.zendesk.com")
    ('acme.zendesk.com', 'zendesk.com')
    """
    bare = drop_www(host)
    found = registrable_domain(bare, rules=company_rules())
    if found is None or found in load_words("tenant_owners"):
        found = registrable_domain(bare, rules=icann_rules())
    return found or registrable_domain(host, rules=company_rules())


def drop_www(host: str) -> str:
    """A host without its leading ``www``, ``www2``, ...; ``www.com`` keeps the name it consists of.

    >>> drop_www("www3.eu.acme.com"), drop_www("www.com")
    ('eu.acme.com', 'www.com')
    """
    first, _, rest = host.partition(".")
    return rest if "." in rest and _WWW.fullmatch(first) else host


def host_up_to(host: str, *, end: str) -> Iterator[str]:
    """The host and each of its parents, ``end`` the last.

    >>> list(host_up_to("a.b.acme.com", end="acme.com"))
    ['a.b.acme.com', 'b.acme.com', 'acme.com']
    """
    labels = host.split(".")
    for start in range(len(labels) - end.count(".")):
        yield ".".join(labels[start:])


def has_known_top_level(host: str) -> bool:
    """Whether the host's last label is a top-level domain of the list's ICANN section."""
    return host.rpartition(".")[2] in _known_top_levels()


@cache
def _known_top_levels() -> frozenset[str]:
    rules = icann_rules()
    return frozenset(each.rpartition(".")[2] for each in rules.plain | rules.wildcards)


def _suffix_length(labels: list[str], rules: SuffixRules) -> int:
    """Labels of the prevailing rule: an exception first, then the longest, else ``*``."""
    deepest = min(len(labels), rules.deepest)
    tails = {length: ".".join(labels[-length:]) for length in range(deepest, 0, -1)}
    for length, tail in tails.items():
        if tail in rules.exceptions:
            return length - 1
    for length, tail in tails.items():
        if tail in rules.plain or tail.partition(".")[2] in rules.wildcards:
            return length
    return 1


def _index_rules(rules: frozenset[str]) -> SuffixRules:
    return SuffixRules(
        plain=frozenset(each for each in rules if each[0] not in "!*"),
        wildcards=frozenset(each[2:] for each in rules if each[0] == "*"),
        exceptions=frozenset(each[1:] for each in rules if each[0] == "!"),
        deepest=max(each.count(".") + 1 for each in rules),
    )


@cache
def _read_sections() -> tuple[frozenset[str], frozenset[str]]:
    """The ICANN and the private rules of the installed package."""
    text = Path(publicsuffixlist.PSLFILE).read_text(encoding="utf-8")
    icann, _, private = text.partition(_PRIVATE_SECTION)
    return _parse_rules(icann), _parse_rules(private)


def _parse_rules(text: str) -> frozenset[str]:
    lines = (line.split() for line in text.splitlines())
    return frozenset(_encode_rule(line[0]) for line in lines if line and not line[0].startswith("//"))


def _encode_rule(rule: str) -> str:
    mark = rule[: len(rule) - len(rule.lstrip("!*."))]
    return mark + to_a_labels(rule[len(mark) :])
