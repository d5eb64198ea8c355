"""Hosts that SQL reads as Python does: those that only a short public suffix, and no other list, mentions.

Python compares a host with rules and lists by whole labels from its end. Take a host that ends in a suffix of
one or two labels, and of it the suffix with one label more. Every longer rule that could apply to the host,
and every listed name, is this name or one below it. So where no rule and no list mentions any of them, this
name is the registrable domain, and no mail provider's, network's or placeholder. Any other host is left to
the Python functions; the lists here are made of theirs. What stands around a host is not judged here.
"""

from collections.abc import Iterator
from functools import cache

import duckdb

from sync_project.matching.readings.tables import create_word_table
from sync_project.matching.texts.mail_domains import listed_mail_domains
from sync_project.matching.texts.public_suffixes import company_rules, has_known_top_level
from sync_project.matching.texts.word_lists import load_every_list

PLAIN_HOST = r"(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+[A-Za-z]+"
"""What may be given to `company_domain_query`, in lower case. No ``--``, so no A-label."""

# 63 characters are the longest label, so that a host of 63 holds none that is too long.
_COMPANY_DOMAINS = """
WITH bare_host AS (
    SELECT *, CASE
        WHEN length(host) > 63 OR left(host, 4) = 'http' THEN NULL
        WHEN left(host, 4) = 'www.' THEN substr(host, 5)
        WHEN left(host, 3) <> 'www' THEN host
    END AS without_www
    FROM {hosts}
),
tail AS (
    SELECT
        *,
        split_part(without_www, '.', -1) AS last_label,
        nullif(split_part(without_www, '.', -2), '') || '.' || last_label AS last_two,
        nullif(split_part(without_www, '.', -3), '') || '.' || last_two AS last_three
    FROM bare_host
),
candidate AS (
    SELECT *, CASE
        WHEN last_two IN (SELECT name FROM plain_suffix) THEN last_three
        WHEN last_label IN (SELECT name FROM plain_suffix) THEN last_two
    END AS registrable
    FROM tail
)
SELECT
    * EXCLUDE (last_label, last_two, last_three, registrable),
    CASE WHEN registrable NOT IN (SELECT name FROM listed_name) THEN registrable END AS company_domain
FROM candidate
"""


def company_domain_query(hosts: str) -> str:
    """A query for the rows of ``hosts``, a table with a column ``host``, and two columns more.

    ``company_domain`` is null where Python must read the host, and its value otherwise; then ``without_www``
    is the host without its leading ``www``. It asks the tables of `create_list_tables`.
    """
    return _COMPANY_DOMAINS.format(hosts=hosts)


def create_list_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Temporary tables of names, one name a row, for `company_domain_query`.

    ``plain_suffix``: public suffixes of one and two labels below which every name is registrable.
    ``listed_name``: whatever a rule or a list mentions, and its parents; names of one label are left out.
    """
    create_word_table("plain_suffix", _plain_suffixes(), connection=connection)
    create_word_table("listed_name", _listed_names(), connection=connection)


@cache
def _plain_suffixes() -> frozenset[str]:
    rules = company_rules()
    return frozenset(
        each for each in rules.plain - rules.wildcards if each.count(".") <= 1 and has_known_top_level(each)
    )


@cache
def _listed_names() -> frozenset[str]:
    rules = company_rules()
    in_lists = {word.partition("/")[0] for words in load_every_list().values() for word in words}
    listed = rules.plain | rules.wildcards | rules.exceptions | listed_mail_domains() | in_lists
    return frozenset(parent for each in listed for parent in _parents(each))


def _parents(name: str) -> Iterator[str]:
    """The name and those above it, down to two labels."""
    labels = name.split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])
