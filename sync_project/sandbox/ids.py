"""Record ids: 15 characters that distinguish case, 18 with a checksum that repairs it."""

import re

_CHECKSUM_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SERIAL_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CAPITAL_BITS = str.maketrans({each: str(int(each.isupper())) for each in _SERIAL_ALPHABET})
_ID_PATTERN = re.compile(r"[0-9A-Za-z]{15}(?:[A-Za-z0-5]{3})?")
_SHORT_LENGTH = 15
_INSTANCE = "Sb0"
"""The three characters after the key prefix, which name the instance in a real org."""


def add_checksum(short_id: str) -> str:
    """The 18-character form of a 15-character id: one bit per capital letter, five letters a character.

    >>> add_checksum("001A0000006Vm9r")
    '001A0000006Vm9rIAC'
    """
    bits = short_id.translate(_CAPITAL_BITS)
    chunks = (bits[start : start + 5][::-1] for start in range(0, _SHORT_LENGTH, 5))
    return short_id + "".join(_CHECKSUM_ALPHABET[int(each, 2)] for each in chunks)


def normalise_id(text: str) -> str | None:
    """The 18-character form of an id of 15 or 18 characters; None when it is no id.

    Where all letters have become small, or all capital, the checksum restores their case.

    >>> normalise_id("001A0000006Vm9r"), normalise_id("001a0000006vm9riac"), normalise_id("Acme")
    ('001A0000006Vm9rIAC', '001A0000006Vm9rIAC', None)
    """
    if not _ID_PATTERN.fullmatch(text):
        return None
    body, checksum = text[:_SHORT_LENGTH], text[_SHORT_LENGTH:]
    full = add_checksum(body)
    if not checksum or full == text:
        return full
    restored = add_checksum(_restore_case(body, checksum=checksum.upper()))
    is_repairable = text in (text.lower(), text.upper()) and restored.endswith(checksum.upper())
    return restored if is_repairable else None


def _restore_case(body: str, *, checksum: str) -> str:
    bits = (_CHECKSUM_ALPHABET.index(letter) >> place & 1 for letter in checksum for place in range(5))
    return "".join(letter.upper() if bit else letter.lower() for letter, bit in zip(body, bits, strict=True))


def make_id(key_prefix: str, serial: int) -> str:
    """The id of the serial-th record of an object.

    >>> make_id("001", 62)
    '001Sb0000000010IAA'
    """
    digits = ""
    while serial:
        serial, digit = divmod(serial, len(_SERIAL_ALPHABET))
        digits = _SERIAL_ALPHABET[digit] + digits
    return add_checksum(key_prefix + _INSTANCE + digits.rjust(_SHORT_LENGTH - 6, "0"))
