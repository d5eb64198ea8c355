"""Record ids as queries write them: 15 characters, or 18 with the suffix that tells the letter case."""

import re
import string

from sync_project.sandbox.ids import add_checksum

_ID = re.compile(r"([0-9A-Za-z]{15})([A-Za-z0-5]{3})?")
_SUFFIX_LETTERS = string.ascii_uppercase + "012345"


def expand_id(written: str) -> str | None:
    """The id of 18 characters; None for what is no id.

    Where all letters have become small, or all capital, the suffix restores their case.

    >>> expand_id("001D000000IRFma")
    '001D000000IRFmaIAH'
    >>> expand_id("001d000000irfmaiah")
    '001D000000IRFmaIAH'
    """
    found = _ID.fullmatch(written)
    if found is None:
        return None
    body, suffix = found.groups()
    if suffix is None or add_checksum(body).endswith(suffix):
        return add_checksum(body)
    restored = add_checksum(_restore_case(body, suffix=suffix.upper()))
    is_repairable = written in (written.lower(), written.upper()) and restored.endswith(suffix.upper())
    return restored if is_repairable else None


def _restore_case(body: str, *, suffix: str) -> str:
    bits = (_SUFFIX_LETTERS.index(letter) >> place & 1 for letter in suffix for place in range(5))
    return "".join(letter.upper() if bit else letter.lower() for letter, bit in zip(body, bits, strict=True))
