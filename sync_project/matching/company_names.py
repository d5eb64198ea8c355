"""Company names to keys that are equal for spellings of one name. Only equality is judged here."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from sync_project.matching.texts.plain_text import clean_text, plain_letters
from sync_project.matching.texts.word_lists import load_words

_AMPERSAND = re.compile(r"\s*[&+]\s*")
# Dots and apostrophes within a word; U+2018, U+2019 and U+00B4 are typed as apostrophes too.
_CLOSED_UP = re.compile("(?<=\\w)[.](?=\\w)|['`\u2018\u2019\u00b4]")
_NOT_A_WORD = re.compile(r"[\W_]+")
# Forms written without a space, brackets around one character standing for them: U+3231 is such a sign.
_ATTACHED_FORMS = re.compile(
    "株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|一般財団法人|医療法人|社会福祉法人|学校法人"
    "|股份有限公司|有限责任公司|有限責任公司|有限公司|股份公司|주식회사|유한회사|유한책임회사|합자회사|사단법인|재단법인"
    r"|[(](?:株|有|合|同|资|社|財|주|유|사|재)[)]"
    f"|{unicodedata.normalize('NFKC', 'บริษัท|จำกัด|(มหาชน)|ห้างหุ้นส่วน').replace('(', '[(]').replace(')', '[)]')}"
)
# Two letters that are a legal form with dots and a state or country without: "C.A." and "CA".
_DOTTED_FORM = re.compile(r"(?<![\w.])(?:c\.\s?a|a\.\s?e|o\.\s?e|s\.\s?c)\.?\s*$")
# A form before a name in quotes, as in Eastern Europe; without quotes it may be the name ("Sia Partners").
_QUOTED_NAME = re.compile(r"^(\w+)\s*[\"“”„«]")
_TRADE_MARKS = str.maketrans("", "", "\u2122\u2120\u00ae\u00a9")
_WEB_ENDING = re.compile(r"[.](?:com|net|org|io)\b")
ORPHANS = frozenset({"and", "und", "et", "y", "e", "og", "och", "ja"})
"""Words that joined a legal form to the name, and go with it."""
LOOSE_WORDS = frozenset({"and", "of", "the", "und", "et", "y", "e", "en", "de"})
"""What the second key leaves out."""
SHORTEST_KEY = 2
"""Characters: one letter names nobody in particular."""


def company_key(name: str | None) -> str | None:
    """The key of a company name; None where the name is empty, generic or only a legal form.

    >>> company_key("The Müller & Söhne GmbH & Co. KG"), company_key("MULLER AND SOHNE"), company_key("n/a")
    ('mullerandsohne', 'mullerandsohne', None)
    """
    return _join_key(_name_words(_fold(name or "")))


def company_words(name: str | None) -> str | None:
    """The words of a name, with spaces between them and without small ones; None where it has no key.

    >>> company_words("The First Bank of Müller & Söhne GmbH & Co. KG")
    'first bank muller sohne'
    """
    words = _name_words(_fold(name or ""))
    telling = [word for word in words if word not in LOOSE_WORDS]
    return " ".join(telling or words) if _join_key(words) else None


def loose_company_key(name: str | None) -> str | None:
    """A second key, which drops ``.com`` and words like ``and`` and ``of`` too.

    >>> loose_company_key("Amazon.com, Inc."), loose_company_key("Bank of America Corp.")
    ('amazon', 'bankamerica')
    """
    words = _name_words(_WEB_ENDING.sub(" ", _fold(name or "")))
    return _join_key([word for word in words if word not in LOOSE_WORDS])


def _fold(name: str) -> str:
    """Lower case without accents; dots and ``&`` still stand."""
    plain = plain_letters(clean_text(name.translate(_TRADE_MARKS)))
    quoted = _QUOTED_NAME.match(plain)
    return plain[quoted.end() :] if quoted and quoted[1] in load_words("legal_forms") else plain


def _name_words(folded: str) -> list[str]:
    detached = folded if folded.isascii() else _ATTACHED_FORMS.sub(" ", folded)
    spelled = _AMPERSAND.sub(" and ", _DOTTED_FORM.sub("", detached))
    words = _NOT_A_WORD.sub(" ", _CLOSED_UP.sub("", spelled)).split()
    return _strip_article(_strip_forms(words))


def _strip_forms(words: Sequence[str]) -> list[str]:
    """Take legal forms off the end, longest first, then one off the front; an orphaned ``and`` goes too."""
    left = list(words)
    while length := _ending_form_length(left):
        del left[len(left) - length :]
        while left and left[-1] in ORPHANS:
            del left[-1]
    return left[_leading_form_length(left) :]


def _ending_form_length(words: Sequence[str]) -> int:
    forms = load_words("legal_forms")
    lengths = range(min(len(words), _longest_form()), 0, -1)
    return next((length for length in lengths if " ".join(words[-length:]) in forms), 0)


def _leading_form_length(words: Sequence[str]) -> int:
    forms = load_words("leading_legal_forms")
    lengths = range(min(len(words), _longest_form()), 0, -1)
    return next((length for length in lengths if " ".join(words[:length]) in forms), 0)


@cache
def _longest_form() -> int:
    forms = load_words("legal_forms") | load_words("leading_legal_forms")
    return max(form.count(" ") + 1 for form in forms)


def _strip_article(words: Sequence[str]) -> list[str]:
    return list(words[1:] if len(words) > 1 and words[0] == "the" else words)


def _join_key(words: Sequence[str]) -> str | None:
    key = "".join(words)
    says_nothing = len(key) < SHORTEST_KEY or key.isdecimal() or key in load_words("generic_company_names")
    return None if says_nothing else key
