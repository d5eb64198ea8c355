"""The org's fields as ``raw.field`` knows them, and which of our values fits into which type."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import duckdb

NUMBER_TYPES = frozenset({"int", "double", "currency", "percent"})
TIME_TYPES = frozenset({"datetime", "date"})
TEXT_TYPES = frozenset(
    {"string", "textarea", "picklist", "multipicklist", "combobox", "email", "phone", "url"}
)


class ValueType(StrEnum):
    """What a source holds."""

    NUMBER = "number"
    TEXT = "text"
    TIME = "time"
    RECORD_ID = "record id"


SOURCE_TYPES: Mapping[str, ValueType] = {
    "score": ValueType.NUMBER,
    "confidence_pct": ValueType.NUMBER,
    "probability_pct": ValueType.NUMBER,
    "fit_points": ValueType.NUMBER,
    "engagement_points": ValueType.NUMBER,
    "propensity_score": ValueType.NUMBER,
    "evaluated_at": ValueType.TIME,
    "account_id": ValueType.RECORD_ID,
    "account_owner_id": ValueType.RECORD_ID,
    "assigned_owner_id": ValueType.RECORD_ID,
}
"""Every other source is text."""

FITTING_TYPES: Mapping[ValueType, frozenset[str]] = {
    ValueType.NUMBER: NUMBER_TYPES | TEXT_TYPES,
    ValueType.TEXT: TEXT_TYPES,
    ValueType.TIME: TIME_TYPES | TEXT_TYPES,
    ValueType.RECORD_ID: frozenset({"reference"}) | TEXT_TYPES,
}


@dataclass(frozen=True, kw_only=True)
class TargetField:
    """One Salesforce field that can be mapped."""

    name: str
    type: str
    length: int
    """In characters; 0 where the type has none."""
    scale: int
    is_createable: bool
    is_updateable: bool
    is_calculated: bool
    is_required: bool
    """Whether a new record needs a value from us."""
    is_rich_text: bool
    is_external_id: bool


def source_type(source: str) -> ValueType:
    """What a source holds.

    >>> source_type("score"), source_type("title")
    (<ValueType.NUMBER: 'number'>, <ValueType.TEXT: 'text'>)
    """
    return SOURCE_TYPES.get(source, ValueType.TEXT)


def read_target_fields(
    record_type: str, *, connection: duckdb.DuckDBPyConnection
) -> Mapping[str, TargetField]:
    """By lower-case API name; empty where the org lacks the object or hides it."""
    columns = (
        "name", "type", "length", "scale", "is_createable", "is_updateable", "is_calculated", "is_required",
        "is_rich_text", "is_external_id",
    )  # fmt: skip
    rows = connection.execute(
        """SELECT field_name, type, length, scale, is_createable, is_updateable, is_calculated,
            is_createable AND NOT is_nillable AND NOT is_defaulted, is_rich_text, is_external_id
        FROM raw.field WHERE object_name = $record_type""",
        {"record_type": record_type},
    ).fetchall()
    fields = [TargetField(**dict(zip(columns, row, strict=True))) for row in rows]
    return {field.name.lower(): field for field in fields}
