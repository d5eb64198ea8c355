"""ORDER BY, LIMIT and OFFSET as SQL.

Text is ordered without letter case, a picklist by the order of its values, nulls come first unless the
query says otherwise. Equal rows follow by Id, so that the same query gives the same pages.
"""

from collections.abc import Sequence

from sync_project.sandbox.schema import Field
from sync_project.sandbox.soql.errors import ErrorCode, QueryError
from sync_project.sandbox.soql.sources import Source
from sync_project.sandbox.soql.sql import Sql, join_sql
from sync_project.sandbox.soql.syntax import Call, Order, Query
from sync_project.sandbox.soql.terms import sort_column, term_of, unsupported_function

MAX_OFFSET = 2_000


def write_order(orders: Sequence[Order], *, source: Source) -> Sql:
    """The keys of a query for records, the Id last."""
    return join_sql([*(_write_key(each, source=source) for each in orders), Sql('t0."Id"')], ", ")


def _write_key(order: Order, *, source: Source) -> Sql:
    if isinstance(order.expression, Call):
        raise unsupported_function(order.expression)
    column = sort_column(order.expression, source=source)
    term = term_of(column, position=order.expression.position)
    return direct(order, rank_sql(term.sql, comparable=term.comparable_sql, field=column.field))


def direct(order: Order, expression: Sql) -> Sql:
    """One key with its direction, and the place of nulls."""
    direction = "DESC" if order.is_descending else "ASC"
    nulls = "LAST" if order.nulls_last else "FIRST"
    return Sql(f"{expression.text} {direction} NULLS {nulls}", expression.parameters)


def rank_sql(sql: str, *, comparable: str, field: Field) -> Sql:
    """A picklist's values by their place in it, those outside it after them; any other field as it is."""
    if field.type != "picklist" or not field.picklist:
        return Sql(comparable)
    cases = " ".join(f"WHEN ? THEN {place}" for place in range(len(field.picklist)))
    ranked = f"CASE {sql} {cases} ELSE {len(field.picklist)} END"
    return Sql(f"IIF({sql} IS NULL, NULL, {ranked})", tuple(each.value for each in field.picklist))


def write_limit(query: Query) -> Sql:
    """LIMIT and OFFSET; without one of them, all rows from the first."""
    offset = query.offset.amount if query.offset else 0
    if query.offset and offset > MAX_OFFSET:
        reason = f"Maximum SOQL offset allowed is {MAX_OFFSET}"
        raise QueryError(ErrorCode.NUMBER_OUTSIDE_VALID_RANGE, reason, query.offset.position)
    return Sql("LIMIT ? OFFSET ?", (query.limit.amount if query.limit else -1, offset))
