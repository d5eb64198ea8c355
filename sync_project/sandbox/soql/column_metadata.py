"""What ``columns=true`` tells about a query: its columns, parents and sub-queries nested as in a record."""

from collections.abc import Sequence

from sync_project.sandbox.soql.conditions import write_filter
from sync_project.sandbox.soql.context import QueryContext
from sync_project.sandbox.soql.errors import shown_in
from sync_project.sandbox.soql.execute import open_query, select, write_select
from sync_project.sandbox.soql.grouping import GroupedQuery, is_count, is_grouped
from sync_project.sandbox.soql.records import Record
from sync_project.sandbox.soql.result import ResultColumn
from sync_project.sandbox.soql.sources import Source, open_source
from sync_project.sandbox.soql.syntax import Query
from sync_project.sandbox.soql.terms import Kind

_APEX_TYPES = {
    Kind.ID: "Id",
    Kind.BOOLEAN: "Boolean",
    Kind.INT: "Integer",
    Kind.DOUBLE: "Double",
    Kind.DISTANCE: "Double",
    Kind.DATE: "Date",
    Kind.DATETIME: "Datetime",
    Kind.TIME: "Time",
}
"""Everything else is a String [K for all but String and Id, which were recorded]."""


def describe_columns(soql: str, *, context: QueryContext) -> Record:
    """The whole answer to ``columns=true``; SoqlError for a query that Salesforce would refuse."""
    with shown_in(soql):
        query, context = open_query(soql, context=context)
        source = open_source(query, context=context)
        columns = check_query(query, source=source, context=context)
    return {
        "columnMetadata": _describe(columns),
        "entityName": source.entity.name,
        "groupBy": bool(query.groups),
        "idSelected": any(each.keys == ("Id",) for each in columns),
        "keyPrefix": source.entity.key_prefix,
    }


def check_query(query: Query, *, source: Source, context: QueryContext) -> Sequence[ResultColumn]:
    """What a query selects; QueryError where running it would end with one."""
    if is_count(query):
        write_filter(query, source=source, context=context)
        return ()
    if is_grouped(query):
        return GroupedQuery(query, source=source, context=context).write()[1]
    selection = select(query, source=source, context=context)
    write_select((), query=query, source=source, context=context)
    return selection.columns


def _describe(columns: Sequence[ResultColumn], *, depth: int = 0) -> list[Record]:
    by_key: dict[str, list[ResultColumn]] = {}
    for each in columns:
        by_key.setdefault(each.keys[depth], []).append(each)
    return [_describe_one(key, own, depth=depth) for key, own in by_key.items()]


def _describe_one(key: str, columns: Sequence[ResultColumn], *, depth: int) -> Record:
    first = columns[0]
    if len(first.keys) > depth + 1:
        inner = _describe(columns, depth=depth + 1)
        return _empty_column(key) | {"foreignKeyName": first.references[depth], "joinColumns": inner}
    if first.term is None:
        return _empty_column(key) | {"aggregate": True, "joinColumns": _describe(first.children)}
    if first.call is not None:
        shown = {"aggregate": True, "displayName": first.call, "numberType": first.kind.is_number}
        return _empty_column(key) | shown
    return _empty_column(key) | _describe_field(first)


def _describe_field(column: ResultColumn) -> Record:
    field = column.term.field if column.term else None
    is_compound = field is not None and field.is_compound
    apex_type = field.type.capitalize() if field and is_compound else _APEX_TYPES.get(column.kind, "String")
    is_editable = field is not None and field.is_editable
    return {
        "apexType": apex_type,
        "booleanType": column.kind is Kind.BOOLEAN,
        "custom": field is not None and field.custom,
        "insertable": is_editable and field is not None and field.createable,
        "numberType": column.kind.is_number,
        "textType": column.kind.is_text and not is_compound,
        "updatable": is_editable and field is not None and field.updateable,
    }


def _empty_column(key: str) -> Record:
    return {
        "aggregate": False,
        "apexType": None,
        "booleanType": False,
        "columnName": key,
        "custom": False,
        "displayName": key,
        "foreignKeyName": None,
        "insertable": False,
        "joinColumns": [],
        "numberType": False,
        "textType": False,
        "updatable": False,
    }
