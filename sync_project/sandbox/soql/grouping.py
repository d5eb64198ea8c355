"""Queries that count, add up or group: their SELECT list, GROUP BY and HAVING."""

from collections.abc import Iterable
from dataclasses import dataclass

from sync_project.sandbox.schema import Field
from sync_project.sandbox.soql.conditions import write_condition, write_filter
from sync_project.sandbox.soql.context import QueryContext
from sync_project.sandbox.soql.errors import ErrorCode, QueryError
from sync_project.sandbox.soql.ordering import direct, rank_sql, write_limit
from sync_project.sandbox.soql.records import Record, value_reader
from sync_project.sandbox.soql.sources import Source
from sync_project.sandbox.soql.sql import Sql, join_sql
from sync_project.sandbox.soql.syntax import Call, Operand, Order, Path, Query, Selected, SelectItem
from sync_project.sandbox.soql.terms import (
    Kind,
    Term,
    group_column,
    sort_column,
    term_of,
    unsupported_function,
)

_AGGREGATES = frozenset({"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"})
_MAX_GROUPS = 2_000


def is_count(query: Query) -> bool:
    """Whether it is ``SELECT COUNT() FROM``, which answers with a total and no records."""
    match query.select:
        case (Selected(expression=Call(function="COUNT", arguments=()), alias=None),):
            return not query.groups
    return False


def is_grouped(query: Query) -> bool:
    """Whether its records are groups rather than rows."""
    return bool(query.groups) or any(_aggregate_of(item) for item in query.select)


def _aggregate_of(item: SelectItem) -> Call | None:
    match item:
        case Selected(expression=Call(function=function) as call) if function in _AGGREGATES:
            return call
    return None


def write_count(query: Query, *, source: Source, context: QueryContext) -> Sql:
    """The SQL of ``COUNT()``; LIMIT caps what is counted."""
    if query.orders:
        reason = "COUNT() cannot be used with ORDER BY"
        raise QueryError(ErrorCode.MALFORMED_QUERY, reason, query.source.position)
    where, limit = write_filter(query, source=source, context=context), write_limit(query)
    text = f"SELECT COUNT(*) FROM (SELECT 1 FROM {source.from_sql} WHERE {where.text} {limit.text})"
    return Sql(text, where.parameters + limit.parameters)


@dataclass(frozen=True, kw_only=True)
class Group:
    """One field of GROUP BY."""

    term: Term
    field: Field

    @property
    def value(self) -> Term:
        """The group's value: of texts that differ in letter case, the first."""
        return Term(
            sql=f"MIN({self.term.sql})", kind=self.term.kind, name=self.term.name, position=self.term.position
        )


class GroupedQuery:
    """Finds what may be used beside GROUP BY: the grouped fields, and aggregates of any field."""

    def __init__(self, query: Query, *, source: Source, context: QueryContext) -> None:
        self._query = query
        self._source = source
        self._context = context
        self._groups: dict[str, Group] = {}
        for operand in query.groups:
            self._add_group(operand)

    def _add_group(self, operand: Operand) -> None:
        if isinstance(operand, Call):
            raise unsupported_function(operand)
        column = group_column(operand, source=self._source)
        self._groups[column.sql] = Group(term=term_of(column, position=operand.position), field=column.field)

    def write(self) -> tuple[Sql, tuple[tuple[str, Term], ...]]:
        """The SQL, and what its columns are: their keys in the records, and their terms."""
        if not self._groups and (self._query.limit or self._query.offset):
            reason = "Non-grouped query that uses overall aggregate functions cannot also use LIMIT"
            raise QueryError(ErrorCode.MALFORMED_QUERY, reason, self._query.source.position)
        columns = tuple(self._columns())
        where = write_filter(self._query, source=self._source, context=self._context)
        having, order = self._having(), self._order()
        limit = write_limit(self._query)
        head = Sql(f"SELECT {', '.join(term.sql for _, term in columns)}")
        groups = ", ".join(each.term.comparable_sql for each in self._groups.values())
        parts = [
            Sql(f"WHERE {where.text}", where.parameters),
            *([Sql(f"GROUP BY {groups}")] if groups else []),
            *having,
            *order,
            limit,
        ]
        return join_sql([head, Sql(f"FROM {self._source.from_sql}"), *parts], " "), columns

    def _columns(self) -> Iterable[tuple[str, Term]]:
        """Un-named aggregates are called expr0, expr1 ... as Salesforce does."""
        taken: set[str] = set()
        unnamed = 0
        for item in self._query.select:
            if not isinstance(item, Selected):
                reason = "Sub-queries and TYPEOF cannot be used with aggregates"
                raise QueryError(ErrorCode.MALFORMED_QUERY, reason, self._query.source.position)
            term = self.find_term(item.expression)
            key = item.alias or (term.name if isinstance(item.expression, Path) else f"expr{unnamed}")
            unnamed += item.alias is None and isinstance(item.expression, Call)
            if key.lower() in taken:
                raise QueryError(
                    ErrorCode.MALFORMED_QUERY, f"duplicate alias: {key}", item.expression.position
                )
            taken.add(key.lower())
            yield key, term

    def find_term(self, operand: Operand) -> Term:
        """A grouped field's value, or an aggregate; QueryError for anything else."""
        if isinstance(operand, Path):
            return self._find_group(operand).value
        match operand:
            case Call(function=function, arguments=(Path() as path,)) if function in _AGGREGATES:
                return self._aggregate(operand, path)
            case Call(function="COUNT", arguments=()):
                reason = "COUNT() must be the only element in the SELECT list; use COUNT(Id) to count groups"
                raise QueryError(ErrorCode.MALFORMED_QUERY, reason, operand.position)
        raise unsupported_function(operand)

    def _find_group(self, path: Path) -> Group:
        column = self._source.resolve(path)
        group = self._groups.get(column.sql)
        if group is None:
            reason = f"Field must be grouped or aggregated: {'.'.join(path.names)}"
            raise QueryError(ErrorCode.MALFORMED_QUERY, reason, path.position)
        return group

    def _aggregate(self, call: Call, path: Path) -> Term:
        column = self._source.resolve(path)
        operand = term_of(column, position=path.position)
        adds_up = call.function not in ("SUM", "AVG") or operand.kind.is_number
        # MIN and MAX of a picklist go by the order of its values, which is not built yet.
        is_ordered = call.function not in ("MIN", "MAX") or column.field.type != "picklist"
        if not column.field.aggregatable or not column.field.is_stored or not adds_up or not is_ordered:
            reason = f"field {column.field.name} does not support aggregate operator {call.function}"
            raise QueryError(ErrorCode.INVALID_FIELD, reason, path.position)
        return _aggregate_term(call, operand)

    def _having(self) -> list[Sql]:
        if self._query.having is None:
            return []
        condition = write_condition(self._query.having, find_term=self.find_term, context=self._context)
        return [Sql(f"HAVING {condition.text}", condition.parameters)]

    def _order(self) -> list[Sql]:
        """The keys of ORDER BY, then the groups themselves, so that the same query gives the same order."""
        keys = [self._order_key(each) for each in self._query.orders]
        keys += [Sql(each.term.comparable_sql) for each in self._groups.values()]
        return [join_sql([Sql("ORDER BY"), join_sql(keys, ", ")], " ")] if keys else []

    def _order_key(self, order: Order) -> Sql:
        term = self.find_term(order.expression)
        if isinstance(order.expression, Call):
            return direct(order, Sql(term.comparable_sql))
        field = sort_column(order.expression, source=self._source).field
        return direct(order, rank_sql(term.sql, comparable=term.comparable_sql, field=field))


def _aggregate_term(call: Call, operand: Term) -> Term:
    kind = operand.kind
    match call.function:
        case "COUNT":
            sql, kind = f"COUNT({operand.sql})", Kind.INT
        case "COUNT_DISTINCT":
            sql, kind = f"COUNT(DISTINCT {operand.comparable_sql})", Kind.INT
        case "AVG":
            sql, kind = f"AVG({operand.sql})", Kind.DOUBLE
        case "MIN" | "MAX" if kind.is_text:
            sql = f"{call.function}({operand.sql} COLLATE soql_text)"
        case _:
            sql = f"{call.function}({operand.sql})"
    return Term(sql=sql, kind=kind, name=operand.name, position=call.position)


def read_groups(rows: list[tuple[object, ...]], columns: tuple[tuple[str, Term], ...]) -> list[Record]:
    """One AggregateResult per row; QueryError when there are more than one page of them."""
    if len(rows) > _MAX_GROUPS:
        reason = (
            "Aggregate query does not support queryMore(), "
            "use LIMIT to restrict the results to a single batch"
        )
        raise QueryError(ErrorCode.EXCEEDED_ID_LIMIT, reason)
    readers = [(key, value_reader(place, term.kind)) for place, (key, term) in enumerate(columns)]
    return [
        {"attributes": {"type": "AggregateResult"}, **{key: read(row) for key, read in readers}}
        for row in rows
    ]
