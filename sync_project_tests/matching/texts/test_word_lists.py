import re
from importlib import resources
from pathlib import Path

import pytest

from sync_project.matching.domains import company_domain
from sync_project.matching.emails import EmailKind, read_email
from sync_project.matching.texts.hosts import to_a_labels
from sync_project.matching.texts.plain_text import plain_letters
from sync_project.matching.texts.public_suffixes import has_known_top_level
from sync_project.matching.texts.word_lists import load_words

LISTS_OF_DOMAINS = ["company_mail_domains", "disposable_domains", "free_mail_domains", "placeholder_domains"]
LISTS_OF_WORDS = ["filler_words", "generic_company_names", "placeholder_mailboxes", "role_mailboxes"]


WELL_KNOWN = [
    line
    for line in Path(__file__).with_name("well_known_companies.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def test_the_domain_of_a_well_known_company_is_its_own():
    for domain in (line.removeprefix("*") for line in WELL_KNOWN):
        assert company_domain(f"https://www.{domain}/") == domain


def test_mail_of_a_well_known_company_is_corporate_unless_anybody_can_have_it():
    for line in WELL_KNOWN:
        kind = EmailKind.FREE if line.startswith("*") else EmailKind.CORPORATE
        assert read_email(f"jane.doe@{line.removeprefix('*')}").kind is kind, line


def test_a_line_with_a_star_stands_for_every_country():
    words = load_words("social_networks")
    assert {"amazon.com/shops", "amazon.de/shops", "amazon.com.br/shops"} <= words
    assert not any("*" in word for word in words)


@pytest.mark.parametrize("name", [*LISTS_OF_DOMAINS, "social_networks", "tenant_hosts", "tenant_owners"])
def test_domains_are_written_as_they_are_looked_up(name):
    for word in load_words(name):
        host, _, path = word.partition("/")
        assert "." in host and to_a_labels(host) == host and path == path.strip("/"), word


@pytest.mark.parametrize("name", LISTS_OF_WORDS)
def test_words_are_written_as_they_are_looked_up(name):
    for word in load_words(name):
        assert plain_letters(word) == word and not re.search(r"[\W_]", word), word


@pytest.mark.parametrize(
    "name", ["company_mail_domains", "role_mailboxes", "social_networks", "tenant_hosts"]
)
def test_no_line_stands_twice(name):
    text = (
        resources.files("sync_project.matching.texts")
        .joinpath("data", f"{name}.txt")
        .read_text(encoding="utf-8")
    )
    lines = text.splitlines()
    assert len(lines) == len(set(lines))


def test_tenants_have_a_known_top_level_domain():
    assert [word for word in load_words("tenant_hosts") if not has_known_top_level(word)] == []


def test_owners_are_subdomains_of_tenant_hosts():
    parents = {word.partition(".")[2] for word in load_words("tenant_owners")}
    assert parents <= load_words("tenant_hosts")
