"""What a field of an object becomes as a column of its raw table, and which columns queries count on.

Raw keeps Salesforce's own names. What the staged tables read but the org lacks is an empty text column.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sync_project.warehouse.models import Model

TEXT = "VARCHAR"
COLUMN_TYPES: Mapping[str, str] = {
    "boolean": "BOOLEAN",
    "int": "BIGINT",
    "long": "BIGINT",
    "double": "DOUBLE",
    "currency": "DOUBLE",
    "percent": "DOUBLE",
    "date": "DATE",
    "datetime": "TIMESTAMP",
}
"""By Salesforce's field type; every other type is text."""


@dataclass(frozen=True, kw_only=True)
class RawColumn:
    """One column of a raw table."""

    name: str
    type: str
    label: str = ""
    """What people see in place of the name."""


def column_type(field_type: str) -> str:
    """The DuckDB type of a Salesforce field type.

    >>> column_type("currency"), column_type("picklist")
    ('DOUBLE', 'VARCHAR')
    """
    return COLUMN_TYPES.get(field_type, TEXT)


def expected_columns(table: str, *, models: Iterable[Model]) -> list[str]:
    """The columns of a raw table that the ``.sql`` files read, sorted."""
    return sorted({column for model in models for read, column in model.columns_read if read == table})
