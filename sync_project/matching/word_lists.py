"""The hand-checked lists beside this file, as sets: mail domains, networks, legal forms. No rules."""

from functools import cache
from importlib import resources


@cache
def load_words(name: str) -> frozenset[str]:
    """The lines of ``data/<name>.txt``, without comments and empty lines.

    >>> "gmail.com" in load_words("free_mail_domains")
    True
    """
    text = resources.files(__package__).joinpath("data", f"{name}.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))
