"""Made-up names: people, companies, domains, job titles, from the word lists in ``names.json``.

Every domain has a trade word in it and every word list is mixed, so nothing means a real person or firm.
"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

from sync_project.sandbox.demo.profile import Seniority

SPELLED_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "\N{LATIN SMALL LETTER DOTLESS I}": "i", "ø": "o"}
)
SURNAME_SHARE = 0.4
LEGAL_FORM_SHARE = 0.85
LOCAL_DOMAIN_SHARE = 0.7


@dataclass(frozen=True, kw_only=True)
class Place:
    """The words of one country."""

    tld: str
    phone: str
    legal_forms: list[str]
    cities: list[str]
    first_names: list[str]
    last_names: list[str]
    free_mail: list[str]


@dataclass(frozen=True, kw_only=True)
class WordLists:
    """All words there are."""

    places: Mapping[str, Place]
    """By country."""
    stems: list[str]
    endings: list[str]
    trades: Mapping[str, list[str]]
    """By industry."""
    titles: Mapping[Seniority, list[str]]
    streets: list[str]


@cache
def read_word_lists() -> WordLists:
    """The word lists, read once."""
    lists = json.loads(files(__package__).joinpath("names.json").read_text(encoding="utf-8"))
    places = {country: Place(**words) for country, words in lists.pop("places").items()}
    titles = {Seniority(level): words for level, words in lists.pop("titles").items()}
    return WordLists(places=places, titles=titles, **lists)


def draw_company_name(rng: Random, *, country: str, industry: str) -> str:
    """A company without its legal form: ``Aldercrest Freight`` or ``Müller Logistics``."""
    words = read_word_lists()
    trade = rng.choice(words.trades[industry])
    if rng.random() < SURNAME_SHARE:
        return f"{rng.choice(words.places[country].last_names)} {trade}"
    return f"{rng.choice(words.stems)}{rng.choice(words.endings)} {trade}"


def draw_legal_form(rng: Random, *, country: str) -> str:
    """A legal form with a blank before it, or nothing."""
    if rng.random() > LEGAL_FORM_SHARE:
        return ""
    return f" {rng.choice(read_word_lists().places[country].legal_forms)}"


def draw_domain(rng: Random, *, company_name: str, country: str) -> str:
    """A registrable domain for a company name."""
    tld = read_word_lists().places[country].tld if rng.random() < LOCAL_DOMAIN_SHARE else "com"
    hyphen = rng.choice(("", "", "-"))
    return f"{hyphen.join(spell_plainly(word) for word in company_name.split())}.{tld}"


def spell_plainly(text: str) -> str:
    """Lower-case ASCII letters and digits only.

    >>> spell_plainly("Großmann-Lefèvre & Wójcik")
    'grossmannlefevrewojcik'
    """
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(SPELLED_OUT))
    return "".join(letter for letter in decomposed if letter.isascii() and letter.isalnum())
