"""Company names to keys that are equal for spellings of one name. Only equality is judged here."""

import re
from collections.abc import Sequence
from functools import cache

from sync_project.matching.hosts import clean_text, plain_letters
from sync_project.matching.word_lists import load_words

_AMPERSAND = re.compile(r"\s*[&+]\s*")
# Dots and apostrophes within a word; U+2018, U+2019 and U+00B4 are typed as apostrophes too.
_CLOSED_UP = re.compile("(?<=\\w)[.](?=\\w)|['`\u2018\u2019\u00b4]")
_NOT_A_WORD = re.compile(r"[\W_]+")
_ATTACHED_FORMS = re.compile(
    "株式会社|有限会社|合同会社|合資会社|股份有限公司|有限责任公司|有限公司|주식회사|유한회사"
)
_WEB_ENDING = re.compile(r"[.](?:com|net|org|io)\b")
LOOSE_WORDS = frozenset({"and", "of", "the", "und", "et", "y", "e", "en", "de"})
SHORTEST_KEY = 2


def company_key(name: str | None) -> str | None:
    """The key of a company name; None where the name is empty, generic or only a legal form.

    >>> company_key("The Müller & Söhne GmbH & Co. KG"), company_key("MULLER AND SOHNE"), company_key("n/a")
    ('mullerandsohne', 'mullerandsohne', None)
    """
    return _join_key(_name_words(_fold(name or "")))


def loose_company_key(name: str | None) -> str | None:
    """A second key, which drops ``.com`` and words like ``and`` and ``of`` too.

    >>> loose_company_key("Amazon.com, Inc."), loose_company_key("Bank of America Corp.")
    ('amazon', 'bankamerica')
    """
    words = _name_words(_WEB_ENDING.sub(" ", _fold(name or "")))
    return _join_key([word for word in words if word not in LOOSE_WORDS])


def _fold(name: str) -> str:
    """Lower case without accents; dots and ``&`` still stand."""
    return plain_letters(clean_text(name))


def _name_words(folded: str) -> list[str]:
    spelled = _AMPERSAND.sub(" and ", _ATTACHED_FORMS.sub(" ", folded))
    words = _NOT_A_WORD.sub(" ", _CLOSED_UP.sub("", spelled)).split()
    return _strip_article(_strip_forms(words))


def _strip_forms(words: Sequence[str]) -> list[str]:
    """Take legal forms off the end, longest first, then one off the front; an orphaned ``and`` goes too."""
    left = list(words)
    while (length := _ending_form_length(left)) or left[-1:] == ["and"]:
        del left[len(left) - (length or 1) :]
    return left[1:] if left[:1] and left[0] in load_words("leading_legal_forms") else left


def _ending_form_length(words: Sequence[str]) -> int:
    forms = load_words("legal_forms")
    lengths = range(min(len(words), _longest_form()), 0, -1)
    return next((length for length in lengths if " ".join(words[-length:]) in forms), 0)


@cache
def _longest_form() -> int:
    return max(form.count(" ") + 1 for form in load_words("legal_forms"))


def _strip_article(words: Sequence[str]) -> list[str]:
    return list(words[1:] if len(words) > 1 and words[0] == "the" else words)


def _join_key(words: Sequence[str]) -> str | None:
    key = "".join(words)
    if len(key) < SHORTEST_KEY or key in load_words("generic_company_names"):
        return None
    return key
