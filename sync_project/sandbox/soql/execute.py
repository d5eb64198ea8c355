"""Answers a SOQL query from the sandbox org's SQLite database."""

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from sync_project.sandbox.database import quote
from sync_project.sandbox.schema import ChildRelationship
from sync_project.sandbox.soql.conditions import write_filter
from sync_project.sandbox.soql.context import Family, QueryContext
from sync_project.sandbox.soql.errors import ErrorCode, QueryError, shown_in
from sync_project.sandbox.soql.grouping import GroupedQuery, is_count, is_grouped, read_groups, write_count
from sync_project.sandbox.soql.ordering import write_limit, write_order
from sync_project.sandbox.soql.parse import parse_query
from sync_project.sandbox.soql.records import Record
from sync_project.sandbox.soql.result import QueryResult, ResultColumn
from sync_project.sandbox.soql.selection import LoadChildren, Selection, find_children
from sync_project.sandbox.soql.sources import Source, open_source
from sync_project.sandbox.soql.sql import Sql, join_sql
from sync_project.sandbox.soql.sqlite_functions import register_functions
from sync_project.sandbox.soql.syntax import Query, SubQuery

_NESTING_SINCE = 58.0
_SQLITE_LIMITS = re.compile("stack overflow|too large|too complex|too many|at most", re.IGNORECASE)
"""In SQLite's messages about statements beyond its limits: depth, parameters, columns, joined tables."""


ID_LENGTH = 18


def run_query(soql: str, *, context: QueryContext, at_most: int | None = None) -> QueryResult:
    """The answer to one query; SoqlError for a query that Salesforce would refuse.

    With ``at_most``, an answer of more records has none, and is not whole: they are read page by page,
    by ``find_ids`` and ``read_page``. The context's connection is taught the functions that the SQL uses.
    """
    with shown_in(soql):
        query, context = open_query(soql, context=context)
        return _answer(query, context=context, at_most=at_most)


def find_ids(soql: str, *, context: QueryContext, family: Family | None = None) -> str:
    """The ids of a query's records in their order, one after the other; or those of one family in it."""
    with shown_in(soql):
        query, context = open_query(soql, context=context)
        query, source, among = _open_family(query, family, context=context)
        sql = write_select(['t0."Id"'], query=query, source=source, context=context, extra=among)
        rows = run_sql(join_sql([sql, write_limit(query)], " "), context=context)
        return "".join(str(record_id) for (record_id,) in rows)


def read_page(soql: str, *, context: QueryContext, ids: str, family: Family | None = None) -> list[Record]:
    """The records with these ids, in their order, as they are now; those that are gone are left out."""
    with shown_in(soql):
        query, context = open_query(soql, context=context)
        query, source, _ = _open_family(query, family, context=context)
        selection = select(query, source=source, context=context, path=family.path if family else ())
        wanted = [ids[at : at + ID_LENGTH] for at in range(0, len(ids), ID_LENGTH)]
        parts = [
            Sql(f"SELECT {', '.join(selection.projection.expressions)} FROM"),
            source.from_sql,
            Sql('WHERE t0."Id" IN (SELECT value FROM json_each(?))', (json.dumps(wanted),)),
        ]
        found = {
            row[selection.record.link.id_place]: row for row in _fetch(join_sql(parts, " "), context=context)
        }
        return _read_rows([found[each] for each in wanted if each in found], selection=selection)


def open_query(soql: str, *, context: QueryContext) -> tuple[Query, QueryContext]:
    """The syntax tree, and the context as its ALL ROWS changes it; the connection learns our functions."""
    query = parse_query(soql)
    register_functions(context.connection)
    return query, replace(context, sees_deleted=context.sees_deleted or query.all_rows)


def _open_family(
    query: Query, family: Family | None, *, context: QueryContext
) -> tuple[Query, Source, Sql | None]:
    """The sub-query that a family is of, what it reads from, and the condition to be of that parent."""
    source = open_source(query, context=context)
    among = None
    for place in family.path if family else ():
        inner = query.select[place] if place < len(query.select) else None
        if not isinstance(inner, SubQuery):
            raise QueryError(ErrorCode.INVALID_QUERY_LOCATOR, "invalid query locator")
        relationship = find_children(inner.query.source, source=source, context=context)
        query, source = inner.query, _child_source(inner.query, relationship, context=context)
        among = Sql(f"t0.{quote(relationship.child_field)} = ?", (family.parent_id if family else "",))
    return query, source, among


def _child_source(query: Query, relationship: ChildRelationship, *, context: QueryContext) -> Source:
    return Source(context.schema.objects[relationship.child.lower()], query=query, context=context)


def _answer(query: Query, *, context: QueryContext, at_most: int | None) -> QueryResult:
    source = open_source(query, context=context)
    entity = source.entity.name
    if is_count(query):
        ((total,),) = _fetch(write_count(query, source=source, context=context), context=context)
        return QueryResult(entity=entity, records=[], total_size=int(str(total)))
    if is_grouped(query):
        sql, columns = GroupedQuery(query, source=source, context=context).write()
        records = read_groups(_fetch(sql, context=context), columns)
        return QueryResult(entity=entity, records=records, total_size=len(records))
    selection = select(query, source=source, context=context)
    sql = write_select(selection.projection.expressions, query=query, source=source, context=context)
    cursor = run_sql(join_sql([sql, write_limit(query)], " "), context=context)
    rows = cursor.fetchall() if at_most is None else cursor.fetchmany(at_most + 1)
    if at_most is not None and len(rows) > at_most:
        cursor.close()
        return QueryResult(entity=entity, records=[], total_size=0, is_whole=False)
    records = _read_rows(rows, selection=selection)
    return QueryResult(entity=entity, records=records, total_size=len(records), purpose=query.purpose)


def select(query: Query, *, source: Source, context: QueryContext, path: tuple[int, ...] = ()) -> Selection:
    """What a query for records selects; ``path`` is its place where it is a sub-query."""
    plan = partial(_plan_children, context=context)
    return Selection(query, source=source, context=context, plan_children=plan, path=path)


def write_select(
    expressions: Sequence[str],
    *,
    query: Query,
    source: Source,
    context: QueryContext,
    extra: Sql | None = None,
) -> Sql:
    """SELECT to ORDER BY; ``extra`` is one more condition."""
    where = write_filter(query, source=source, context=context)
    order = write_order(query.orders, source=source)
    parts = [
        Sql(f"SELECT {', '.join(expressions)} FROM"),
        source.from_sql,
        Sql("WHERE"),
        join_sql([where, extra], " AND ") if extra else where,
        Sql(f"ORDER BY {order}"),
    ]
    return join_sql(parts, " ")


def _fetch(sql: Sql, *, context: QueryContext) -> list[tuple[object, ...]]:
    return run_sql(sql, context=context).fetchall()


def run_sql(sql: Sql, *, context: QueryContext) -> sqlite3.Cursor:
    """A cursor over the rows as plain tuples."""
    cursor = context.connection.cursor()
    cursor.row_factory = None
    try:
        return cursor.execute(sql.text, sql.parameters)
    except (sqlite3.OperationalError, sqlite3.DataError) as error:
        if not _SQLITE_LIMITS.search(str(error)):
            raise
        reason = f"Query is too complicated for this org: {error}"
        raise QueryError(ErrorCode.QUERY_TOO_COMPLICATED, reason) from error


def _read_rows(rows: Sequence[tuple[object, ...]], *, selection: Selection) -> list[Record]:
    _load_children(rows, selection=selection)
    return _shape(rows, selection=selection)


def _load_children(rows: Sequence[tuple[object, ...]], *, selection: Selection) -> None:
    for child in selection.children:
        child.load(rows)


def _shape(rows: Sequence[tuple[object, ...]], *, selection: Selection) -> list[Record]:
    return [record for row in rows if (record := selection.record(row)) is not None]


def _plan_children(
    query: Query, relationship: ChildRelationship, path: tuple[int, ...], *, context: QueryContext
) -> tuple[Sequence[ResultColumn], LoadChildren]:
    """What a sub-query selects, and how its records are read by parent; its LIMIT holds for each parent."""
    _check_sub_query(query, context=context, depth=len(path))
    source = _child_source(query, relationship, context=context)
    selection = select(query, source=source, context=context, path=path)
    reference = f"t0.{quote(relationship.child_field)}"
    place = selection.projection.add(reference)
    limit = query.limit.amount if query.limit else None

    def load(parents: list[str]) -> Mapping[str, Sequence[Record]]:
        among = Sql(f"{reference} IN (SELECT value FROM json_each(?))", (json.dumps(parents),))
        expressions = selection.projection.expressions
        sql = write_select(expressions, query=query, source=source, context=context, extra=among)
        rows_by_parent: dict[str, list[tuple[object, ...]]] = {}
        for row in _fetch(sql, context=context):
            rows = rows_by_parent.setdefault(str(row[place]), [])
            if limit is None or len(rows) < limit:
                rows.append(row)
        _load_children([row for rows in rows_by_parent.values() for row in rows], selection=selection)
        return {parent: _shape(rows, selection=selection) for parent, rows in rows_by_parent.items()}

    return selection.columns, load


def _check_sub_query(query: Query, *, context: QueryContext, depth: int) -> None:
    """Sub-queries within sub-queries came with version 58.0, at most five levels with the outermost."""
    deepest = 4 if float(context.version) >= _NESTING_SINCE else 1
    if depth > deepest:
        reason = f"Nesting of subqueries is limited to {deepest} levels"
    elif is_grouped(query) or query.offset is not None or query.scope is not None or query.all_rows:
        reason = "Aggregates, OFFSET, USING SCOPE and ALL ROWS are not allowed in a sub-query"
    else:
        return
    raise QueryError(ErrorCode.MALFORMED_QUERY, reason, query.source.position)
