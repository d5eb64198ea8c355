"""One value of one field on its way to Salesforce: as JSON, and as a cell of a bulk CSV.

Null policy, the same on both ways: None and "" clear the field (Salesforce stores an empty text as null),
a key left out of a record leaves the field alone.
"""

import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

FieldValue = str | int | float | bool | Decimal | date | datetime | None
"""What may be sent; datetimes must know their zone."""

Record = Mapping[str, FieldValue]
"""Field API name to value."""

JsonScalar = str | int | float | bool | None

NULL_CELL = "#N/A"


class UnsendableValueError(ValueError):
    """A value that Salesforce has no way to express; ``field`` names where."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field


def to_json(value: FieldValue, *, field: str) -> JsonScalar:
    """The JSON form.

    >>> to_json(Decimal("12.50"), field="Amount"), to_json("", field="Title")
    (12.5, None)
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float | Decimal):
        return _finite(float(value), field=field)
    if isinstance(value, date):
        return _iso(value, field=field)
    return _encodable(value, field=field)


def to_cell(value: FieldValue, *, field: str) -> str:
    """The text of a CSV cell before quoting; None becomes ``#N/A``, because an empty cell changes nothing.

    >>> to_cell(None, field="Title"), to_cell(True, field="IsPrimary"), to_cell(0.1, field="Score__c")
    ('#N/A', 'true', '0.1')
    """
    if isinstance(value, str) and value == NULL_CELL:
        raise UnsendableValueError(field, f"the text {NULL_CELL} would clear the field in a bulk job")
    sent = to_json(value, field=field)
    if sent is None:
        return NULL_CELL
    if isinstance(sent, bool):
        return "true" if sent else "false"
    if isinstance(value, float | Decimal):
        # Never 1e-07: whether Salesforce reads exponents is not documented.
        return format(Decimal(str(value)), "f")
    return str(sent)


def _finite(value: float, *, field: str) -> float:
    if not math.isfinite(value):
        raise UnsendableValueError(field, f"{value} is no number that Salesforce can store")
    return value


def _iso(value: date, *, field: str) -> str:
    """A date as it is; a datetime with milliseconds and its zone."""
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.tzinfo is None:
        raise UnsendableValueError(field, f"{value.isoformat()} does not say its time zone")
    return value.isoformat(timespec="milliseconds")


def _encodable(text: str, *, field: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UnsendableValueError(
            field, f"the text has half a character at position {error.start}"
        ) from None
    return text
