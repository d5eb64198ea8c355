"""The Python functions that the SQL calls; what it passes them besides columns comes from the schema."""

import json
import math
import sqlite3
from datetime import datetime
from functools import lru_cache
from typing import cast

_AFTER_ALL_PLACES = 99_999


def register_functions(connection: sqlite3.Connection) -> None:
    """Teach the connection our functions and the collation ``soql_text``, once.

    SQLite refuses to define them anew while another statement of the connection is being read.
    """
    try:
        connection.execute("SELECT soql_fold('') COLLATE soql_text")
    except sqlite3.OperationalError:
        _define_functions(connection)


def fold_text(text: str) -> str:
    """What two texts have in common when Salesforce holds them for equal: all but letter case.

    Only ASCII becomes ASCII (``Straße`` is not ``strasse``), so that SQLite's NOCASE decides the same.

    >>> fold_text("ZÜRICH STRASSE") == fold_text("Zürich Straße"), fold_text("Straße")
    (True, 'straße')
    """
    if text.isascii():
        return text.lower()
    return next((each for each in (text.casefold(), text.lower()) if not each.isascii()), text)


def _define_functions(connection: sqlite3.Connection) -> None:
    connection.create_function("soql_fold", 1, _fold, deterministic=True)
    connection.create_function("soql_label", 2, _find_label, deterministic=True)
    connection.create_function("soql_rank", 2, _rank, deterministic=True)
    connection.create_function("soql_format", 3, format_value, deterministic=True)
    connection.create_function("soql_distance", 5, _measure, deterministic=True)
    connection.create_collation("soql_text", _compare_folded)


def _fold(text: str | float | None) -> str | float | None:
    return fold_text(text) if isinstance(text, str) else text


def _compare_folded(left: str, right: str) -> int:
    left, right = fold_text(left), fold_text(right)
    return (left > right) - (left < right)


def _find_label(value: str | None, labels: str) -> str | None:
    if value is None:
        return None
    return ";".join(_read_labels(labels).get(each, each) for each in value.split(";"))


@lru_cache
def _read_labels(labels: str) -> dict[str, str]:
    return cast("dict[str, str]", json.loads(labels))


def _rank(value: str | None, values: str) -> str | None:
    """A picklist's value behind its place of five digits; those outside the picklist come last."""
    if value is None:
        return None
    return f"{_read_places(values).get(fold_text(value), _AFTER_ALL_PLACES):05}{value}"


@lru_cache
def _read_places(values: str) -> dict[str, int]:
    return {fold_text(value): place for place, value in enumerate(json.loads(values))}


def format_value(value: str | float | None, field_type: str, scale: int) -> str | float | None:
    """As an American reads it, which is the locale of the integration user [K: the exact forms].

    >>> format_value(1234.5, "currency", 2), format_value("2026-01-02", "date", 0)
    ('$1,234.50', '1/2/2026')
    >>> format_value("2026-01-02T15:04:05.000+0000", "datetime", 0)
    '1/2/2026, 3:04 PM'
    """
    if value is None:
        return None
    if isinstance(value, int | float):
        amount = f"{abs(value):,.{scale}f}"
        shown = {"currency": f"${amount}", "percent": f"{amount}%"}.get(field_type, amount)
        return f"-{shown}" if value < 0 else shown
    if field_type == "date":
        day = datetime.fromisoformat(value)
        return f"{day.month}/{day.day}/{day.year}"
    if field_type == "datetime":
        moment = datetime.fromisoformat(value)
        return f"{moment.month}/{moment.day}/{moment.year}, {moment:%I:%M %p}".replace(", 0", ", ")
    return value


def _measure(
    latitude: float | None,
    longitude: float | None,
    other_latitude: float,
    other_longitude: float,
    radius: float,
) -> float | None:
    """The way over a sphere (haversine), in the unit of the radius.

    >>> round(_measure(52.52, 13.405, 48.137, 11.575, 6371.0088))
    504
    """
    if latitude is None or longitude is None:
        return None
    here, there = math.radians(latitude), math.radians(other_latitude)
    east = math.radians(other_longitude - longitude)
    half = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(east / 2) ** 2
    return 2 * radius * math.asin(min(1.0, math.sqrt(half)))
