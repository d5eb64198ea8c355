"""What a condition or an order works on: a field, an aggregate or a label, as SQL with its kind."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sync_project.sandbox.schema import Field
from sync_project.sandbox.soql.sources import Column
from sync_project.sandbox.soql.sql import rank_sql
from sync_project.sandbox.soql.syntax import Operand


class Kind(StrEnum):
    """How values compare; spelled as error messages call the type."""

    TEXT = "string"
    ID = "id"
    BOOLEAN = "boolean"
    INT = "int"
    DOUBLE = "double"
    DATE = "date"
    DATETIME = "dateTime"
    TIME = "time"
    MULTIPICKLIST = "multipicklist"
    DISTANCE = "distance"

    @property
    def is_text(self) -> bool:
        """Whether letter case is ignored."""
        return self in (Kind.TEXT, Kind.MULTIPICKLIST)

    @property
    def is_number(self) -> bool:
        """Whether it adds up."""
        return self in (Kind.INT, Kind.DOUBLE)


_KINDS = {
    "id": Kind.ID,
    "reference": Kind.ID,
    "boolean": Kind.BOOLEAN,
    "int": Kind.INT,
    "double": Kind.DOUBLE,
    "currency": Kind.DOUBLE,
    "percent": Kind.DOUBLE,
    "date": Kind.DATE,
    "datetime": Kind.DATETIME,
    "time": Kind.TIME,
    "multipicklist": Kind.MULTIPICKLIST,
}


def kind_of(field_type: str) -> Kind:
    """The kind of a field of describe's type; whatever is not listed is text."""
    return _KINDS.get(field_type, Kind.TEXT)


@dataclass(frozen=True, kw_only=True)
class Term:
    """One side of a comparison, or one key of an order."""

    sql: str
    kind: Kind
    name: str
    """What error messages call it."""
    position: int
    field: Field | None = None
    """The field that its values are those of; None for counts and parts of dates."""

    @property
    def order_sql(self) -> str:
        """A picklist goes by the order of its values."""
        if self.field is not None and self.field.type == "picklist" and self.field.picklist:
            return rank_sql(self.sql, self.field)
        return self.comparable_sql

    @property
    def comparable_sql(self) -> str:
        """Texts without letter case; a boolean that is missing is false, as Salesforce has it."""
        if self.kind.is_text:
            return f"soql_fold({self.sql})"
        return f"COALESCE({self.sql}, 0)" if self.kind is Kind.BOOLEAN else self.sql


FindTerm = Callable[[Operand], Term]


def term_of(column: Column, *, position: int) -> Term:
    """A field as a term."""
    return Term(
        sql=column.sql,
        kind=kind_of(column.field.type),
        name=column.field.name,
        position=position,
        field=column.field,
    )
