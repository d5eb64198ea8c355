"""Record ids: 15 characters that distinguish case, 18 with a checksum that repairs it."""

import re

_CHECKSUM_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SERIAL_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CAPITAL_BITS = str.maketrans({each: str(int(each.isupper())) for each in _SERIAL_ALPHABET})
_ID_PATTERN = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
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

    >>> normalise_id("001A0000006Vm9r"), normalise_id("001A0000006Vm9rIAC"), normalise_id("Acme")
    ('001A0000006Vm9rIAC', '001A0000006Vm9rIAC', None)
    """
    if not _ID_PATTERN.fullmatch(text):
        return None
    full = add_checksum(text[:_SHORT_LENGTH])
    return full if len(text) == _SHORT_LENGTH or text == full else None


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
