"""Record ids: 15 characters that distinguish case, or 18, of which the last three tell the case again."""

import re

_CHECKSUM_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_RECORD_ID = re.compile(r"[0-9A-Za-z]{15}(?:[A-Za-z0-5]{3})?")
_SHORT_LENGTH = 15


def is_record_id(text: object, *, key_prefix: str = "") -> bool:
    """Whether it has the form of an id, and of which object where the first three characters are given.

    >>> is_record_id("003000000000001AAA", key_prefix="003"), is_record_id("Acme")
    (True, False)
    """
    return isinstance(text, str) and text.startswith(key_prefix) and bool(_RECORD_ID.fullmatch(text))


def lengthen_id(record_id: str) -> str:
    """The 18-character form: one bit per capital letter, five letters a character.

    >>> lengthen_id("001A0000006Vm9r"), lengthen_id("001A0000006Vm9rIAC")
    ('001A0000006Vm9rIAC', '001A0000006Vm9rIAC')
    """
    short = record_id[:_SHORT_LENGTH]
    chunks = (short[start : start + 5] for start in range(0, _SHORT_LENGTH, 5))
    places = (sum(letter.isupper() << place for place, letter in enumerate(chunk)) for chunk in chunks)
    return short + "".join(_CHECKSUM_ALPHABET[place] for place in places)
