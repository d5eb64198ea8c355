"""Record ids as queries write them: 15 characters, or 18 with the suffix that tells the letter case."""

import re
import string

_ID = re.compile(r"[0-9A-Za-z]{15}(?:[A-Za-z0-5]{3})?")
_SUFFIX = string.ascii_uppercase + "012345"


def expand_id(written: str) -> str | None:
    """The id of 18 characters; None for what is no id. The suffix restores the letter case.

    >>> expand_id("001D000000IRFma")
    '001D000000IRFmaIAH'
    >>> expand_id("001d000000irfmaiah")
    '001D000000IRFmaIAH'
    """
    if not _ID.fullmatch(written):
        return None
    body, suffix = written[:15], written[15:].upper()
    body = _restore_case(body, suffix=suffix) if suffix else body
    return body + "".join(_suffix_letter(body[start : start + 5]) for start in (0, 5, 10))


def _suffix_letter(part: str) -> str:
    """One bit per upper-case letter, the first character lowest."""
    return _SUFFIX[sum(1 << place for place, letter in enumerate(part) if letter in string.ascii_uppercase)]


def _restore_case(body: str, *, suffix: str) -> str:
    bits = (_SUFFIX.index(letter) >> place & 1 for letter in suffix for place in range(5))
    return "".join(letter.upper() if bit else letter.lower() for letter, bit in zip(body, bits, strict=True))
