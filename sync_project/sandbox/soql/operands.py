"""What a field or function is worth in each clause, and which clauses refuse it."""

from sync_project.sandbox.schema import Field
from sync_project.sandbox.soql.errors import ErrorCode, QueryError, unsupported_function
from sync_project.sandbox.soql.functions import function_term, is_date_function
from sync_project.sandbox.soql.sources import Column, Source
from sync_project.sandbox.soql.syntax import Call, Operand, Path
from sync_project.sandbox.soql.terms import Term, term_of


def filter_term(operand: Operand, *, source: Source) -> Term:
    """A field, a label, a part of a date or a distance in WHERE; QueryError for what cannot be filtered."""
    if isinstance(operand, Call):
        if operand.function in ("TOLABEL", "DISTANCE") or is_date_function(operand):
            return function_term(operand, source=source)
        raise unsupported_function(operand)
    column = source.resolve(operand)
    _check(column, is_allowed=column.field.filterable, use="filtered", position=operand.position)
    return term_of(column, position=operand.position)


def sort_term(operand: Operand, *, source: Source) -> Term:
    """A field or a distance in ORDER BY; QueryError for what cannot be sorted."""
    if isinstance(operand, Call):
        if operand.function == "DISTANCE":
            return function_term(operand, source=source)
        raise unsupported_function(operand)
    return term_of(sort_column(operand, source=source), position=operand.position)


def sort_column(path: Path, *, source: Source) -> Column:
    """A field that can be sorted."""
    column = source.resolve(path)
    _check(column, is_allowed=column.field.sortable, use="sorted", position=path.position)
    return column


def group_term(operand: Operand, *, source: Source) -> Term:
    """A field or a part of a date in GROUP BY; QueryError for what cannot be grouped."""
    if isinstance(operand, Call):
        if is_date_function(operand):
            return function_term(operand, source=source)
        raise unsupported_function(operand)
    column = source.resolve(operand)
    _check(column, is_allowed=column.field.groupable, use="grouped", position=operand.position)
    return term_of(column, position=operand.position)


def _check(column: Column, *, is_allowed: bool, use: str, position: int) -> None:
    if not is_allowed or column.field.is_compound:
        raise _refuse_use(column.field, use=use, position=position)


def _refuse_use(field: Field, *, use: str, position: int) -> QueryError:
    return QueryError(
        ErrorCode.INVALID_FIELD, f"field '{field.name}' can not be {use} in a query call", position
    )
