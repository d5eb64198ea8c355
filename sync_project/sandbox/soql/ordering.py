"""ORDER BY, LIMIT and OFFSET as SQL.

Text is ordered without letter case, a picklist by the order of its values, nulls come first unless the
query says otherwise. Equal rows follow by Id, so that the same query gives the same pages.
"""

from collections.abc import Sequence

from sync_project.sandbox.soql.errors import ErrorCode, QueryError
from sync_project.sandbox.soql.operands import sort_term
from sync_project.sandbox.soql.sources import Source
from sync_project.sandbox.soql.sql import Sql
from sync_project.sandbox.soql.syntax import Order, Query

MAX_OFFSET = 2_000


def write_order(orders: Sequence[Order], *, source: Source) -> str:
    """The keys of a query for records, the Id last."""
    keys = [direct(each, sort_term(each.expression, source=source).order_sql) for each in orders]
    return ", ".join([*keys, 't0."Id"'])


def direct(order: Order, sql: str) -> str:
    """One key with its direction, and the place of nulls."""
    direction = "DESC" if order.is_descending else "ASC"
    nulls = "LAST" if order.nulls_last else "FIRST"
    return f"{sql} {direction} NULLS {nulls}"


def write_limit(query: Query) -> Sql:
    """LIMIT and OFFSET; without one of them, all rows from the first."""
    offset = query.offset.amount if query.offset else 0
    if query.offset and offset > MAX_OFFSET:
        reason = f"Maximum SOQL offset allowed is {MAX_OFFSET}"
        raise QueryError(ErrorCode.NUMBER_OUTSIDE_VALID_RANGE, reason, query.offset.position)
    return Sql("LIMIT ? OFFSET ?", (query.limit.amount if query.limit else -1, offset))
