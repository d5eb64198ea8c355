"""One value on its way in and out: JSON or CSV to what SQLite stores, and back.

Whether the value suits its field's length or picklist is judged in ``check_value``; whether a
reference leads anywhere, in ``records.checks``.
"""

import math
import re
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

from sync_project.sandbox.errors import RecordError
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.schema import NUMBER_TYPES, Field, Schema

StoredValue = str | int | float | None

_EMAIL_PATTERN = re.compile(
    r"[^@\s<>()\[\],;:\\\"]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z0-9-]+"
)
_DATE_PATTERN = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE_ZONE = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})$")
"""A date may name a zone, which changes nothing."""
SURROGATE = re.compile("[\ud800-\udfff]")
_TRUE_WORDS = frozenset({"true", "1", "yes"})
_FALSE_WORDS = frozenset({"false", "0", "no"})
_LARGEST_INT = 2**31 - 1
_MOST_COUNT_DIGITS = 15


class UnreadableValueError(ValueError):
    """The value is not of the field's type at all; REST and Bulk word this differently."""


def read_value(field: Field, value: object) -> StoredValue:
    """Turn a Python, JSON or CSV value into what SQLite stores.

    ``""`` and ``None`` are null, except that a boolean is then false; text loses trailing blanks and
    an email its capitals. Raises UnreadableValueError.

    >>> from sync_project.sandbox.schema import Field
    >>> read_value(Field(name="Email", type="email", label="Email"), "Ada@Example.COM ")
    'ada@example.com'
    >>> read_value(Field(name="At", type="datetime", label="At"), "2026-01-02T03:04:05.9+02:00")
    '2026-01-02T01:04:05.000+0000'
    """
    if field.type == "boolean":
        return _read_boolean(value)
    if value is None or value == "":
        return None
    if field.type in NUMBER_TYPES:
        return _read_number(field, value)
    if field.type == "date":
        return _read_date(value)
    if field.type == "datetime":
        return _read_datetime(value)
    return _read_text(field, value)


def check_value(field: Field, value: StoredValue, *, schema: Schema) -> None:
    """Raise RecordError when a stored value breaks a rule of its field."""
    if value is None:
        return
    if field.type in NUMBER_TYPES:
        _check_number(field, value)
    elif field.type == "reference":
        _check_reference(field, str(value), schema=schema)
    elif isinstance(value, str) and field.type not in {"date", "datetime", "id"}:
        _check_text(field, value)


def read_count(text: str) -> int | None:
    """A whole number that an address or a body holds as text; None for anything else, and for huge ones.

    >>> read_count("25"), read_count("-1"), read_count("9" * 5000)
    (25, None, None)
    """
    is_count = text.isascii() and text.isdecimal() and len(text) <= _MOST_COUNT_DIGITS
    return int(text) if is_count else None


def format_datetime(moment: datetime) -> str:
    """Salesforce's datetime, cut to whole seconds.

    >>> format_datetime(datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC))
    '2026-01-02T03:04:05.000+0000'
    """
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + ".000+0000"


def write_json(field: Field, value: StoredValue) -> object:
    """The JSON form of a stored value."""
    return bool(value) if field.type == "boolean" else value


def _read_boolean(value: object) -> int:
    if value is None or isinstance(value, bool | int):
        return int(bool(value))
    word = str(value).strip().lower()
    if word in _TRUE_WORDS:
        return 1
    if word in _FALSE_WORDS or not word:
        return 0
    raise UnreadableValueError(value)


def _read_number(field: Field, value: object) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise UnreadableValueError(value)
    try:
        number = float(value)
    except ValueError as error:
        raise UnreadableValueError(value) from error
    if not math.isfinite(number):
        raise UnreadableValueError(value)
    if field.type == "int":
        if not number.is_integer():
            raise UnreadableValueError(value)
        return int(number)
    is_too_large = abs(number) >= 10 ** (field.precision - field.scale)
    return number if is_too_large else _round_half_up(number, field.scale)


def _round_half_up(number: float, scale: int) -> float:
    """Salesforce rounds surplus decimals half up, away from zero [K].

    >>> _round_half_up(2.345, 2)
    2.35
    """
    if number.is_integer():
        return number
    return float(Decimal(str(number)).quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_UP))


def _read_date(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()[:10]
    text = _DATE_ZONE.sub(r"\1", str(value).strip())
    if isinstance(value, str) and _DATE_PATTERN.match(text):
        try:
            return (date if len(text) == len("2026-01-02") else datetime).fromisoformat(text).isoformat()[:10]
        except ValueError as error:
            raise UnreadableValueError(value) from error
    raise UnreadableValueError(value)


def _read_datetime(value: object) -> str:
    try:
        if isinstance(value, str) and _DATE_PATTERN.match(value.strip()):
            value = datetime.fromisoformat(value.strip())
        if isinstance(value, datetime):
            return format_datetime(value if value.tzinfo else value.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        raise UnreadableValueError(value) from error
    raise UnreadableValueError(value)


def _read_text(field: Field, value: object) -> str | None:
    if not isinstance(value, str) or SURROGATE.search(value):
        raise UnreadableValueError(value)
    text = value.rstrip()
    if field.type in {"id", "reference"}:
        return normalise_id(text) or text or None
    if field.type == "email":
        return text.strip().lower() or None
    return text or None


def _check_number(field: Field, value: StoredValue) -> None:
    limit = _LARGEST_INT if field.type == "int" else 10 ** (field.precision - field.scale) - 10**-field.scale
    if abs(float(value or 0)) > limit:
        raise RecordError(
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{field.label}: value outside of valid range on numeric field: {value}",
            fields=[field.name],
        )


def _check_reference(field: Field, value: str, *, schema: Schema) -> None:
    targets = (schema.find_object(each) for each in field.reference_to)
    prefixes = {each.key_prefix for each in targets if each is not None}
    if normalise_id(value) is None or value[:3] not in prefixes:
        raise RecordError(
            "MALFORMED_ID", f"{field.label}: id value of incorrect type: {value}", fields=[field.name]
        )


def _check_text(field: Field, value: str) -> None:
    if field.length and len(value) > field.length:
        raise RecordError(
            "STRING_TOO_LONG",
            f"{field.label}: data value too large: {value} (max length={field.length})",
            fields=[field.name],
        )
    if field.type == "email" and not _EMAIL_PATTERN.fullmatch(value):
        raise RecordError(
            "INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {value}", fields=[field.name]
        )
    if field.restricted_picklist:
        _check_picklist(field, value)


def _check_picklist(field: Field, value: str) -> None:
    allowed = {each.value.lower() for each in field.picklist if each.is_active}
    chosen = value.split(";") if field.type == "multipicklist" else [value]
    wrong = [each for each in chosen if each.lower() not in allowed]
    if wrong:
        raise RecordError(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            f"{field.label}: bad value for restricted picklist field: {';'.join(wrong)}",
            fields=[field.name],
        )
