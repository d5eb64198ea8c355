"""Queries that count, add up or group: their SELECT list, GROUP BY and HAVING."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from sync_project.sandbox.soql.conditions import write_condition, write_filter
from sync_project.sandbox.soql.context import QueryContext
from sync_project.sandbox.soql.errors import ErrorCode, QueryError, unsupported_function
from sync_project.sandbox.soql.functions import format_term, function_term, is_date_function
from sync_project.sandbox.soql.operands import group_term, sort_column
from sync_project.sandbox.soql.ordering import direct, write_limit
from sync_project.sandbox.soql.records import Record, value_reader
from sync_project.sandbox.soql.result import ResultColumn
from sync_project.sandbox.soql.sources import Source
from sync_project.sandbox.soql.sql import Sql, join_sql, unrank_sql
from sync_project.sandbox.soql.syntax import Call, Operand, Order, Path, Query, Selected, SelectItem
from sync_project.sandbox.soql.terms import Kind, Term, term_of

_AGGREGATES = frozenset({"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"})
_MAX_GROUPS = 2_000
_MAX_ROLLED_UP = 3


def is_count(query: Query) -> bool:
    """Whether it is ``SELECT COUNT() FROM``, which answers with a total and no records."""
    match query.select:
        case (Selected(expression=Call(function="COUNT", arguments=()), alias=None),):
            return not query.groups
    return False


def is_grouped(query: Query) -> bool:
    """Whether its records are groups rather than rows."""
    return bool(query.groups) or any(_makes_groups(item) for item in query.select)


def _makes_groups(item: SelectItem) -> bool:
    inner: object = item.expression if isinstance(item, Selected) else None
    while isinstance(inner, Call):
        if inner.function in _AGGREGATES or is_date_function(inner):
            return True
        inner = inner.arguments[0] if inner.arguments else None
    return False


def write_count(query: Query, *, source: Source, context: QueryContext) -> Sql:
    """The SQL of ``COUNT()``; LIMIT caps what is counted."""
    if query.orders:
        reason = "COUNT() cannot be used with ORDER BY"
        raise QueryError(ErrorCode.MALFORMED_QUERY, reason, query.source.position)
    where, limit = write_filter(query, source=source, context=context), write_limit(query)
    parts = [
        Sql("SELECT COUNT(*) FROM (SELECT 1 FROM"),
        source.from_sql,
        Sql(f"WHERE {where.text}", where.parameters),
        Sql(f"{limit.text})", limit.parameters),
    ]
    return join_sql(parts, " ")


class GroupedQuery:
    """Finds what may be used beside GROUP BY: the grouped fields, and aggregates of any field.

    ROLLUP and CUBE are several groupings of the same rows, one after the other; a field that one of
    them does not group by is null there, and GROUPING() of it is 1.
    """

    def __init__(self, query: Query, *, source: Source, context: QueryContext) -> None:
        self._query = query
        self._source = source
        self._context = context
        operands, self._rolls_up, self._is_cube = _unwrap_groups(query)
        terms = [group_term(each, source=source) for each in operands]
        self._groups = {each.sql: each for each in terms}
        self._active = frozenset(self._groups)

    def write(self) -> tuple[Sql, tuple[ResultColumn, ...]]:
        """The SQL, and what its columns are."""
        if not self._groups and (self._query.limit or self._query.offset):
            reason = "Non-grouped query that uses overall aggregate functions cannot also use LIMIT"
            raise QueryError(ErrorCode.MALFORMED_QUERY, reason, self._query.source.position)
        columns = tuple(self._columns())
        where = write_filter(self._query, source=self._source, context=self._context)
        selects = []
        for active in self._groupings():
            self._active = active
            selects.append(self._write_grouping(where))
        keys = [
            direct(order, f"k{place}") if order else f"k{place}"
            for place, (order, _) in enumerate(self._order_keys())
        ]
        parts = [
            Sql("SELECT * FROM ("),
            join_sql(selects, " UNION ALL "),
            Sql(f") ORDER BY {', '.join(keys)}" if keys else ")"),
            write_limit(self._query),
        ]
        return join_sql(parts, " "), columns

    def _groupings(self) -> Iterator[frozenset[str]]:
        names = tuple(self._groups)
        for size in range(len(names), -1 if self._rolls_up else len(names) - 1, -1):
            yield from map(frozenset, combinations(names, size) if self._is_cube else [names[:size]])

    def _write_grouping(self, where: Sql) -> Sql:
        """One SELECT: its columns, then the keys it is ordered by."""
        cells = [each.term.sql for each in self._columns() if each.term]
        cells += [f"{sql} AS k{place}" for place, (_, sql) in enumerate(self._order_keys())]
        groups = ", ".join(each.comparable_sql for sql, each in self._groups.items() if sql in self._active)
        having = self._having()
        parts = [
            Sql(f"SELECT {', '.join(cells)} FROM"),
            self._source.from_sql,
            Sql(f"WHERE {where.text}", where.parameters),
            *([Sql(f"GROUP BY {groups or 'NULL'}")] if self._groups else []),
            *having,
        ]
        return join_sql(parts, " ")

    def _columns(self) -> Iterator[ResultColumn]:
        """Un-named aggregates are called expr0, expr1 ... as Salesforce does."""
        taken: set[str] = set()
        unnamed = 0
        for item in self._query.select:
            if not isinstance(item, Selected):
                reason = "Sub-queries and TYPEOF cannot be used with aggregates"
                raise QueryError(ErrorCode.MALFORMED_QUERY, reason, self._query.source.position)
            call = item.expression if isinstance(item.expression, Call) else None
            term = self.find_term(item.expression)
            key = item.alias or (f"expr{unnamed}" if call else term.name)
            unnamed += item.alias is None and call is not None
            if key.lower() in taken:
                raise QueryError(
                    ErrorCode.MALFORMED_QUERY, f"duplicate alias: {key}", item.expression.position
                )
            taken.add(key.lower())
            shown = f"{call.function.lower()}({term.name})" if call else None
            yield ResultColumn(keys=(key,), term=term, call=shown)

    def find_term(self, operand: Operand) -> Term:
        """A grouped field's value, or an aggregate; QueryError for anything else."""
        if isinstance(operand, Path) or is_date_function(operand):
            return self._group_value(operand)
        match operand:
            case Call(function="GROUPING", arguments=((Path() | Call()) as inner,)) if self._rolls_up:
                group = self._find_group(inner)
                sql = "0" if group.sql in self._active else "1"
                return Term(sql=sql, kind=Kind.INT, name=group.name, position=operand.position)
            case Call(function="FORMAT"):
                return format_term(operand, find_term=self.find_term)
            case Call(function=function, arguments=(Path() as path,)) if function in _AGGREGATES:
                return self._aggregate(operand, path)
            case Call(function="COUNT", arguments=()):
                reason = "COUNT() must be the only element in the SELECT list; use COUNT(Id) to count groups"
                raise QueryError(ErrorCode.MALFORMED_QUERY, reason, operand.position)
        raise unsupported_function(operand)

    def _find_group(self, operand: Operand) -> Term:
        if isinstance(operand, Call):
            sql = function_term(operand, source=self._source).sql
        else:
            sql = self._source.resolve(operand).sql
        group = self._groups.get(sql)
        if group is None:
            shown = operand.function if isinstance(operand, Call) else ".".join(operand.names)
            reason = f"Field must be grouped or aggregated: {shown}"
            raise QueryError(ErrorCode.MALFORMED_QUERY, reason, operand.position)
        return group

    def _group_value(self, operand: Operand) -> Term:
        """Of texts that differ in letter case, the first."""
        group = self._find_group(operand)
        name = group.name if isinstance(operand, Path) else group.name.partition("(")[2].rstrip(")")
        return replace(group, sql=f"MIN({group.sql})" if group.sql in self._active else "NULL", name=name)

    def _aggregate(self, call: Call, path: Path) -> Term:
        column = self._source.resolve(path)
        operand = term_of(column, position=path.position)
        adds_up = call.function not in ("SUM", "AVG") or operand.kind.is_number
        if not column.field.aggregatable or column.field.is_compound or not adds_up:
            reason = f"field {column.field.name} does not support aggregate operator {call.function}"
            raise QueryError(ErrorCode.INVALID_FIELD, reason, path.position)
        return _aggregate_term(call, operand)

    def _having(self) -> list[Sql]:
        if self._query.having is None:
            return []
        condition = write_condition(self._query.having, find_term=self.find_term, context=self._context)
        return [Sql(f"HAVING {condition.text}", condition.parameters)]

    def _order_keys(self) -> Iterator[tuple[Order | None, str]]:
        """The keys of ORDER BY, then the groups themselves, so that the same query gives the same order."""
        for order in self._query.orders:
            if isinstance(order.expression, Path):
                sort_column(order.expression, source=self._source)
            yield order, self.find_term(order.expression).order_sql
        for sql, group in self._groups.items():
            is_active = sql in self._active
            yield None, "0" if is_active else "1"
            yield None, f"MIN({group.comparable_sql})" if is_active else "NULL"


def _unwrap_groups(query: Query) -> tuple[Sequence[Operand], bool, bool]:
    """The fields of GROUP BY; whether they are rolled up; whether in every combination (CUBE)."""
    wrapped = [
        each for each in query.groups if isinstance(each, Call) and each.function in ("ROLLUP", "CUBE")
    ]
    if not wrapped:
        return query.groups, False, False
    operands = [each for each in wrapped[0].arguments if isinstance(each, Path | Call)]
    is_alone = len(query.groups) == 1 and len(operands) == len(wrapped[0].arguments)
    if not is_alone or not 0 < len(operands) <= _MAX_ROLLED_UP:
        reason = f"{wrapped[0].function} takes one to {_MAX_ROLLED_UP} fields, alone in GROUP BY"
        raise QueryError(ErrorCode.MALFORMED_QUERY, reason, wrapped[0].position)
    return operands, True, wrapped[0].function == "CUBE"


def _aggregate_term(call: Call, operand: Term) -> Term:
    term = replace(operand, position=call.position)
    match call.function:
        case "COUNT":
            return replace(term, sql=f"COUNT({operand.sql})", kind=Kind.INT, field=None)
        case "COUNT_DISTINCT":
            return replace(term, sql=f"COUNT(DISTINCT {operand.comparable_sql})", kind=Kind.INT, field=None)
        case "AVG":
            return replace(term, sql=f"AVG({operand.sql})", kind=Kind.DOUBLE)
        case "MIN" | "MAX" if operand.order_sql != operand.comparable_sql:
            return replace(term, sql=unrank_sql(f"{call.function}({operand.order_sql})"))
        case "MIN" | "MAX" if operand.kind.is_text:
            return replace(term, sql=f"{call.function}({operand.sql} COLLATE soql_text)")
    return replace(term, sql=f"{call.function}({operand.sql})")


def read_groups(rows: list[tuple[object, ...]], columns: tuple[ResultColumn, ...]) -> list[Record]:
    """One AggregateResult per row; QueryError when there are more than one page of them."""
    if len(rows) > _MAX_GROUPS:
        reason = (
            "Aggregate query does not support queryMore(), "
            "use LIMIT to restrict the results to a single batch"
        )
        raise QueryError(ErrorCode.EXCEEDED_ID_LIMIT, reason)
    readers = [(each.keys[0], value_reader(place, each.kind)) for place, each in enumerate(columns)]
    return [
        {"attributes": {"type": "AggregateResult"}, **{key: read(row) for key, read in readers}}
        for row in rows
    ]
