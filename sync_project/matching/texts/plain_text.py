"""Text as a person sees it, whatever a program made of its characters. What it says is not judged here."""

import re
import unicodedata

QUOTES_AND_BRACKETS = '"<>“”„‟«»\u2039\u203a「」『』【】〈〉《》\u3014\u3015'
"""What people put around an address and between several; no round or square brackets of ASCII."""

BETWEEN_VALUES = r",;|\u2014\u2015\u2022\u2190-\u21ff\u3001" + QUOTES_AND_BRACKETS
"""What stands between several values of one field, for a character class of a pattern."""

# What word processors make of a hyphen; the long dashes divide and stay.
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))
_SPACES = re.compile(r"\s+")
# Dots and at-signs as people write them against harvesters: "jane [at] acme (dot) com", "acme[.]com".
_DISGUISED = re.compile(
    r"\s*[\[({<]\s*(?:(?P<at>@|a|at|ät|arroba|chiocciola)|\.|dot|punkt|point|punto|ponto)\s*[\])}>]\s*",
    re.IGNORECASE,
)
# Accents, but not those that make a letter of its own of Cyrillic i and u.
_COMBINING = re.compile("(?<![\u0438\u0443])[\u0300-\u036f]")
# Letters that no Unicode decomposition takes apart.
_PLAIN_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)


def clean_text(text: str) -> str:
    r"""Text as a person sees it: compatibility forms folded, invisible characters dropped, spaces single.

    >>> clean_text(" \uff41cme\u200b.com\u00a0 ")
    'acme.com'
    """
    if text.isascii() and text.isprintable():
        return (_SPACES.sub(" ", text) if "  " in text else text).strip()
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES)
    kept = (" " if each in "\t\n\r\v\f" else each for each in folded)
    visible = "".join(each for each in kept if unicodedata.category(each) not in ("Cf", "Cc", "Co", "Cn"))
    return _SPACES.sub(" ", visible).strip()


def open_disguise(text: str) -> str:
    """Text with the dots and at-signs that stand in brackets put back; no others are touched.

    >>> open_disguise("jane [at] acme (dot) com"), open_disguise("acme[.]com (at home)")
    ('jane@acme.com', 'acme.com (at home)')
    """
    if not any(bracket in text for bracket in "[({<"):
        return text
    return _DISGUISED.sub(lambda found: "@" if found["at"] else ".", text)


def plain_letters(text: str) -> str:
    """Lower case without accents, for comparing words; other scripts stay.

    >>> plain_letters("Büro Łódź"), plain_letters("なし")
    ('buro lodz', 'なし')
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.casefold().translate(_PLAIN_LETTERS))
    return unicodedata.normalize("NFC", _COMBINING.sub("", decomposed))
