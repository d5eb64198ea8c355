"""What a condition or an order works on: a field, an aggregate or a label, as SQL with its kind."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sync_project.sandbox.schema import Field
from sync_project.sandbox.soql.errors import ErrorCode, QueryError
from sync_project.sandbox.soql.sources import Column, Source
from sync_project.sandbox.soql.syntax import Call, Operand, Path


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

    @property
    def comparable_sql(self) -> str:
        """Texts without letter case; a boolean that is missing is false, as Salesforce has it."""
        if self.kind.is_text:
            return f"soql_fold({self.sql})"
        return f"COALESCE({self.sql}, 0)" if self.kind is Kind.BOOLEAN else self.sql


FindTerm = Callable[[Operand], Term]


def term_of(column: Column, *, position: int) -> Term:
    """A field as a term."""
    return Term(sql=column.sql, kind=kind_of(column.field.type), name=column.field.name, position=position)


def unsupported_function(call: Call) -> QueryError:
    """The refusal of a function that this place, or this org, does not know."""
    return QueryError(
        ErrorCode.MALFORMED_QUERY, f"{call.function}() is not supported here by this org", call.position
    )


def _refuse_use(field: Field, *, use: str, position: int) -> QueryError:
    return QueryError(
        ErrorCode.INVALID_FIELD, f"field '{field.name}' can not be {use} in a query call", position
    )


def filter_term(operand: Operand, *, source: Source) -> Term:
    """A field in WHERE; QueryError when it cannot be filtered."""
    if isinstance(operand, Call):
        raise unsupported_function(operand)
    column = source.resolve(operand)
    if not column.field.filterable or column.field.is_compound:
        raise _refuse_use(column.field, use="filtered", position=operand.position)
    return term_of(column, position=operand.position)


def sort_column(path: Path, *, source: Source) -> Column:
    """A field in ORDER BY; QueryError when it cannot be sorted."""
    column = source.resolve(path)
    if not column.field.sortable or column.field.is_compound:
        raise _refuse_use(column.field, use="sorted", position=path.position)
    return column


def group_column(path: Path, *, source: Source) -> Column:
    """A field in GROUP BY; QueryError when it cannot be grouped."""
    column = source.resolve(path)
    if not column.field.groupable or column.field.is_compound:
        raise _refuse_use(column.field, use="grouped", position=path.position)
    return column
