"""Which rows a SELECT returns: WHERE, HAVING, semi-joins, the scope, and what is deleted."""

from sync_project.sandbox.soql.comparisons import write_comparison, write_negation
from sync_project.sandbox.soql.context import QueryContext
from sync_project.sandbox.soql.errors import ErrorCode, QueryError
from sync_project.sandbox.soql.sources import Source, open_source
from sync_project.sandbox.soql.sql import Sql, connect_sql
from sync_project.sandbox.soql.syntax import (
    Comparison,
    Condition,
    Conjunction,
    Negation,
    Operator,
    Path,
    Query,
    Selected,
    SemiJoin,
    Word,
)
from sync_project.sandbox.soql.terms import FindTerm, Kind, Term, filter_term, term_of

_MAX_DEPTH = 100
"""Of conditions within conditions, far within Python's own depth of calls."""

_SECURITY_MODES = frozenset({"SECURITY_ENFORCED", "USER_MODE", "SYSTEM_MODE"})


def write_filter(query: Query, *, source: Source, context: QueryContext) -> Sql:
    """Everything after the WHERE of the SQL for one SELECT."""
    _check_security(query.security)
    parts = [Sql(each) for each in source.visible_sql]
    if query.scope is not None:
        parts += _write_scope(query.scope, source=source, context=context)
    if query.where is not None:
        parts.append(_write_where(query.where, source=source, context=context))
    return connect_sql(parts, "AND") if parts else Sql("TRUE")


def _check_security(mode: Word | None) -> None:
    """What the user may see is in the schema already, so that every known mode gives the same rows."""
    if mode is not None and mode.text.upper() not in _SECURITY_MODES:
        raise QueryError(
            ErrorCode.MALFORMED_QUERY, f"WITH {mode.text} is not supported by this org", mode.position
        )


def _write_scope(scope: Word, *, source: Source, context: QueryContext) -> list[Sql]:
    match scope.text.lower():
        case "everything":
            return []
        case "mine" if source.entity.find_field("OwnerId"):
            return [Sql('t0."OwnerId" = ?', (context.user_id,))]
    reason = f"Invalid scope '{scope.text}' for entity '{source.entity.name}'"
    raise QueryError(ErrorCode.MALFORMED_QUERY, reason, scope.position)


def _write_where(condition: Condition, *, source: Source, context: QueryContext) -> Sql:
    """The top-level conjunction may hold semi-joins, what is nested in it may not."""
    parts = condition.parts if isinstance(condition, Conjunction) else (condition,)
    written = [
        _write_semi_join(part, source=source, context=context)
        if isinstance(part, SemiJoin)
        else write_condition(
            part, find_term=lambda operand: filter_term(operand, source=source), context=context
        )
        for part in parts
    ]
    return connect_sql(written, "AND")


def write_condition(
    condition: Condition, *, find_term: FindTerm, context: QueryContext, depth: int = 0
) -> Sql:
    """A tree of comparisons, each on the term that its left side stands for."""
    if depth > _MAX_DEPTH:
        raise QueryError(
            ErrorCode.QUERY_TOO_COMPLICATED, "Query is too complicated: conditions nest too deep"
        )
    match condition:
        case Comparison(left=left, operator=operator, values=values):
            return write_comparison(find_term(left), operator, values, now=context.now)
        case Negation(part=part):
            return write_negation(
                write_condition(part, find_term=find_term, context=context, depth=depth + 1)
            )
        case SemiJoin():
            raise _nested_semi_join(condition)
    word = "AND" if isinstance(condition, Conjunction) else "OR"
    parts = [
        write_condition(part, find_term=find_term, context=context, depth=depth + 1)
        for part in condition.parts
    ]
    return connect_sql(parts, word)


def _nested_semi_join(condition: SemiJoin) -> QueryError:
    reason = (
        "Semi join sub-selects are only allowed at the top level WHERE expressions "
        "and not in nested WHERE expressions."
    )
    return QueryError(ErrorCode.MALFORMED_QUERY, reason, condition.left.position)


def _write_semi_join(condition: SemiJoin, *, source: Source, context: QueryContext) -> Sql:
    term = filter_term(condition.left, source=source)
    if term.kind is not Kind.ID or condition.operator not in (Operator.IN, Operator.NOT_IN):
        reason = (
            f"The left operand of a semi join must be an id or a reference, with IN or NOT IN: {term.name}"
        )
        raise QueryError(ErrorCode.INVALID_FIELD, reason, term.position)
    inner = _write_sub_select(condition.query, context=context)
    membership = Sql(f"{term.sql} IN ({inner.text})", inner.parameters)
    return membership if condition.operator is Operator.IN else write_negation(membership)


def _write_sub_select(query: Query, *, context: QueryContext) -> Sql:
    """SELECT of one id or reference; its nulls never match."""
    source = open_source(query.source, alias=query.alias, context=context)
    column = _sub_select_term(query, source=source)
    where = write_filter(query, source=source, context=context)
    text = f"SELECT {column.sql} FROM {source.from_sql} WHERE {column.sql} IS NOT NULL AND {where.text}"
    return Sql(text, where.parameters)


def _sub_select_term(query: Query, *, source: Source) -> Term:
    has_more = query.groups or query.orders or query.limit or query.offset or query.all_rows
    match query.select:
        case (Selected(expression=Path() as path),) if not has_more:
            term = term_of(source.resolve(path), position=path.position)
            if term.kind is Kind.ID:
                return term
    raise QueryError(
        ErrorCode.MALFORMED_QUERY,
        "A semi join sub-select must select one id or reference field, without GROUP BY, ORDER BY and LIMIT",
        query.source.position,
    )
