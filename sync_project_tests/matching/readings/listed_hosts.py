"""Hosts at the borders between what SQL reads and what Python reads; tests show that both give the same."""

from functools import cache

from hypothesis import strategies as st

from sync_project.matching.texts.mail_domains import listed_mail_domains
from sync_project.matching.texts.public_suffixes import company_rules
from sync_project.matching.texts.word_lists import load_every_list


@cache
def listed_hosts():
    """Whatever a rule or a list of the policy mentions, paths of networks and lists of words included."""
    rules = company_rules()
    words = frozenset().union(*load_every_list().values())
    return sorted(rules.plain | rules.wildcards | rules.exceptions | listed_mail_domains() | words)


_ORDINARY_LABELS = ["acme", "a", "A1", "a-b", "Acme", "mail", "shop", "www", "b" * 40]
LABELS = [
    *("WWW", "www2", "wwwacme", "http", "httpwww", "web", "test", "none", "example", "info", "localhost"),
    *("a--b", "xn--a", "xn--bcher-kva", "-a", "a-", "a_b", "%61", "b\u00fccher"),
    *("\u017f", "\u212a", "a\u200b", "0", "127", "0x7f", "", "a b", "b" * 63, "c" * 64),
]
_COMMON_TAILS = ["com", "de", "co.uk", "gmail.com", "github.io", "facebook.com", "ck", "www.ck", "zz"]


def hosts():
    """A listed name or a common ending, with labels before it that an ordinary host has, or must not have."""
    tails = st.sampled_from(_COMMON_TAILS) | st.sampled_from(listed_hosts())
    ordinary, odd = st.sampled_from(_ORDINARY_LABELS), st.sampled_from(LABELS)
    return (
        st.tuples(ordinary, tails).map(".".join)
        | st.tuples(ordinary, ordinary, tails).map(".".join)
        | st.tuples(odd, ordinary, tails).map(".".join)
        | st.tuples(ordinary, odd, tails).map(".".join)
        | st.tuples(ordinary, odd).map(".".join)
        | tails
    )
