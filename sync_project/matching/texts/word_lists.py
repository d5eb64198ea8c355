"""The hand-checked lists beside this file, as sets: mail domains, networks, legal forms. No rules."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources


@cache
def load_words(name: str) -> frozenset[str]:
    """The lines of ``data/<name>.txt``, without comments and empty lines, ``.*`` spelled out.

    >>> "gmail.com" in load_words("free_mail_domains"), "yahoo.co.jp" in load_words("free_mail_domains")
    (True, True)
    """
    text = resources.files(__package__).joinpath("data", f"{name}.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return frozenset(word for line in lines if line and line[0] != "#" for word in _spell_out(line))


@cache
def load_every_list() -> Mapping[str, frozenset[str]]:
    """Every list by its name, for those who must know what any of them mentions.

    >>> "gmail.com" in load_every_list()["free_mail_domains"]
    True
    """
    files = resources.files(__package__).joinpath("data").iterdir()
    names = sorted(file.name.removesuffix(".txt") for file in files)
    return {name: load_words(name) for name in names}


def _spell_out(line: str) -> Iterator[str]:
    """``amazon.*/shops`` is a line for each of ``data/country_suffixes.txt``."""
    if ".*" not in line:
        yield line
        return
    for suffix in load_words("country_suffixes"):
        yield line.replace(".*", suffix)
