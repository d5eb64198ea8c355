import re
from importlib import resources

import pytest

from sync_project.matching.texts.hosts import to_a_labels
from sync_project.matching.texts.public_suffixes import (
    company_part,
    drop_www,
    has_known_top_level,
    public_rules,
    registrable_domain,
)


def test_the_list_s_own_vectors_pass():
    text = resources.files("publicsuffixlist").joinpath("test_psl.txt").read_text(encoding="utf-8")
    vectors = re.findall(r"^checkPublicSuffix\((null|'.*?'), (null|'.*?')\);", text, re.MULTILINE)
    assert len(vectors) == 78
    for given, expected in vectors:
        assert _check(given) == _read(expected), given


def test_a_wildcard_does_not_make_its_parent_public():
    assert registrable_domain("kobe.jp", rules=public_rules()) == "kobe.jp"
    assert registrable_domain("c.kobe.jp", rules=public_rules()) is None
    assert registrable_domain("a.b.c.kobe.jp", rules=public_rules()) == "b.c.kobe.jp"


def test_every_host_made_from_a_rule_agrees_with_the_published_algorithm():
    rules = _listed_rules()
    for rule in rules:
        base = rule.lstrip("!").replace("*", "wild")
        for front in ("", "a.", "b.a.", "c.b.a.", "d.c.b.a."):
            host = front + base
            assert registrable_domain(host, rules=public_rules()) == _published(host, rules), host


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("shop.acme.com", "acme.com"),
        ("acme.github.io", "acme.github.io"),
        ("github.io", "github.io"),
        ("www.github.io", "github.io"),
        ("en.acme.weebly.com", "acme.weebly.com"),
        ("weebly.com", "weebly.com"),
        ("www.ck", "www.ck"),
        ("co.uk", None),
        ("com", None),
    ],
)
def test_the_company_s_part_of_a_host(host, expected):
    assert company_part(host) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [("www.acme.com", "acme.com"), ("www2.acme.com", "acme.com"), ("wwwacme.com", "wwwacme.com")],
)
def test_www_is_dropped_as_a_whole_label_only(host, expected):
    assert drop_www(host) == expected


def test_a_top_level_domain_is_known_by_the_icann_section():
    assert has_known_top_level("acme.xn--fiqs8s")
    assert has_known_top_level("acme.ck")
    assert not has_known_top_level("acme.con")


def _check(given: str) -> str | None:
    """The vectors' function, with its lower-casing and its refusal of leading dots."""
    host = _read(given)
    if host is None or given.startswith("'."):
        return None
    return registrable_domain(host, rules=public_rules())


def _read(quoted: str) -> str | None:
    return None if quoted == "null" else to_a_labels(quoted.strip("'"))


def _listed_rules() -> frozenset[str]:
    text = resources.files("publicsuffixlist").joinpath("public_suffix_list.dat").read_text(encoding="utf-8")
    lines = [line.split()[0] for line in text.splitlines() if line.strip() and not line.startswith("//")]
    marks = [re.match(r"[!*.]*", line)[0] for line in lines]
    return frozenset(mark + to_a_labels(line[len(mark) :]) for mark, line in zip(marks, lines, strict=True))


def _published(host: str, rules: frozenset[str]) -> str | None:
    """The algorithm as publicsuffix.org words it: every matching rule is found, then one prevails."""
    labels = host.split(".")
    tails = [labels[at:] for at in range(len(labels))]
    exceptions = [tail for tail in tails if "!" + ".".join(tail) in rules]
    plain = [tail for tail in tails if ".".join(tail) in rules or ".".join(["*", *tail[1:]]) in rules]
    suffix = exceptions[0][1:] if exceptions else max(plain, key=len, default=labels[-1:])
    return ".".join(labels[-len(suffix) - 1 :]) if len(labels) > len(suffix) else None
