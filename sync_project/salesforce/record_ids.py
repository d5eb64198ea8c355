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


def normalise_id(text: str) -> str | None:
    """The 18-character form of an id that a person gives; None where it is none.

    The last three characters restore the case where a program has changed that of all letters.

    >>> normalise_id("001a0000006vm9riac"), normalise_id("001A0000006Vm9rIAB")
    ('001A0000006Vm9rIAC', None)
    """
    if not is_record_id(text):
        return None
    short, checksum = text[:_SHORT_LENGTH], text[_SHORT_LENGTH:].upper()
    if not checksum or lengthen_id(short) == short + checksum:
        return lengthen_id(short)
    restored = lengthen_id(_restore_case(short, checksum=checksum))
    has_one_case = text in (text.lower(), text.upper())
    return restored if has_one_case and restored.endswith(checksum) else None


def _restore_case(short: str, *, checksum: str) -> str:
    bits = (_CHECKSUM_ALPHABET.index(letter) >> place & 1 for letter in checksum for place in range(5))
    return "".join(sign.upper() if bit else sign.lower() for sign, bit in zip(short, bits, strict=True))
