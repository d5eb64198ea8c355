"""A query as flat rows for Bulk, straight from SQLite: no record is built, nothing is held in memory."""

from collections.abc import Iterator
from dataclasses import dataclass

from sync_project.sandbox.soql.context import QueryContext
from sync_project.sandbox.soql.errors import ErrorCode, QueryError, shown_in
from sync_project.sandbox.soql.execute import open_query, run_sql, select, write_select
from sync_project.sandbox.soql.grouping import is_count, is_grouped
from sync_project.sandbox.soql.ordering import write_limit
from sync_project.sandbox.soql.result import ResultColumn
from sync_project.sandbox.soql.selection import AGGREGATES_REFUSED
from sync_project.sandbox.soql.sources import open_source
from sync_project.sandbox.soql.sql import Sql, join_sql
from sync_project.sandbox.soql.syntax import Query
from sync_project.sandbox.soql.terms import Kind

FlatRow = tuple[str | int | float, ...]
"""Cells as CSV shows them; numbers are numbers still."""


@dataclass(frozen=True, kw_only=True)
class FlatQuery:
    """A query that Bulk answers, checked and translated, not yet run."""

    entity: str
    columns: tuple[str, ...]
    """The header: ``Id``, ``Account.Name``."""
    sql: Sql
    context: QueryContext

    def rows(self) -> Iterator[FlatRow]:
        """Run it: one tuple per record, '' for null; the connection is busy until the last one."""
        return run_sql(self.sql, context=self.context)


def prepare_flat(soql: str, *, context: QueryContext) -> FlatQuery:
    """The flat form of a query; SoqlError for what Salesforce, or only Bulk, would refuse."""
    with shown_in(soql):
        query, context = open_query(soql, context=context)
        return _translate(query, context=context)


def _translate(query: Query, *, context: QueryContext) -> FlatQuery:
    source = open_source(query, context=context)
    if is_count(query) or is_grouped(query):
        raise _bulk_refusal(AGGREGATES_REFUSED)
    if query.offset:
        raise _bulk_refusal("OFFSET not supported in Bulk Query")
    selection = select(query, source=source, context=context)
    if selection.bulk_refusal is not None:
        raise _bulk_refusal(selection.bulk_refusal)
    cells = [_cell_sql(each) for each in selection.columns]
    rows = write_select(cells, query=query, source=source, context=context)
    sql = join_sql([rows, write_limit(query)], " ")
    run_sql(Sql(f"EXPLAIN {sql.text}", sql.parameters), context=context).close()
    columns = tuple(".".join(each.keys) for each in selection.columns)
    return FlatQuery(entity=source.entity.name, columns=columns, sql=sql, context=context)


def _cell_sql(column: ResultColumn) -> str:
    sql = column.term.sql if column.term else "NULL"
    if column.kind is Kind.BOOLEAN:
        return f"CASE WHEN {sql} THEN 'true' WHEN {column.owner_sql} IS NULL THEN '' ELSE 'false' END"
    if column.kind is Kind.DATETIME:
        # Bulk ends a datetime with Z where REST has +0000 [K].
        return f"COALESCE(SUBSTR({sql}, 1, 23) || 'Z', '')"
    return f"COALESCE({sql}, '')"


def _bulk_refusal(reason: str) -> QueryError:
    return QueryError(ErrorCode.API_ERROR, reason)
