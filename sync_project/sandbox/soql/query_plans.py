"""What ``explain=`` tells about a query: how it could be run, the cheapest plan first.

The cardinalities are counted; the thresholds follow Salesforce's published rules for selective
filters, the cost of a table scan is [K].
"""

from collections.abc import Iterator, Sequence

from sync_project.sandbox.schema import Field
from sync_project.sandbox.soql.column_metadata import check_query
from sync_project.sandbox.soql.conditions import write_condition, write_filter
from sync_project.sandbox.soql.context import QueryContext
from sync_project.sandbox.soql.errors import shown_in
from sync_project.sandbox.soql.execute import open_query, run_sql
from sync_project.sandbox.soql.operands import filter_term
from sync_project.sandbox.soql.records import Record
from sync_project.sandbox.soql.sources import Source, open_source
from sync_project.sandbox.soql.sql import Sql, join_sql
from sync_project.sandbox.soql.syntax import Comparison, Condition, Conjunction, Operator, Path

_STANDARD_SHARE, _CUSTOM_SHARE = 0.3, 0.1
"""A filter on an index is selective below this share of the rows."""
_INDEXED = frozenset({"CreatedDate", "SystemModstamp"})
_UNINDEXED_NOTE = "Not considering filter for optimization because unindexed"
_NEGATIVE = frozenset({Operator.NOT_EQUAL, Operator.NOT_IN, Operator.EXCLUDES})

Filter = tuple[Field, Comparison]


def explain_query(soql: str, *, context: QueryContext) -> Record:
    """The plans of a query; SoqlError for one that Salesforce would refuse."""
    with shown_in(soql):
        query, context = open_query(soql, context=context)
        source = open_source(query, context=context)
        check_query(query, source=source, context=context)
        where = write_filter(query, source=source, context=context)
        total = _count(source, Sql("TRUE"), context=context)
        found = _count(source, where, context=context)
        filters = list(_filters(query.where, source=source))
        notes = _notes(filters, source=source, context=context)
        scan = _plan("TableScan", (), cardinality=found, cost=1 + _share(found, total))
        plans = [scan]
        for field, comparison in filters:
            if _is_indexed(field, comparison):
                plans.append(_index_plan(field, comparison, total, source=source, context=context))
    plans.sort(key=lambda plan: float(str(plan["relativeCost"])))
    common = {"notes": notes, "sobjectCardinality": total, "sobjectType": source.entity.name}
    return {"plans": [dict(sorted((plan | common).items())) for plan in plans]}


def _filters(condition: Condition | None, *, source: Source) -> Iterator[Filter]:
    """The comparisons of the object's own fields that every record must pass."""
    parts = condition.parts if isinstance(condition, Conjunction) else (condition,)
    for part in parts:
        match part:
            case Conjunction():
                yield from _filters(part, source=source)
            case Comparison(left=Path() as path) if len(source.tables_along(path)) == 1:
                yield source.resolve(path).field, part


def _is_indexed(field: Field, comparison: Comparison) -> bool:
    is_standard = field.name_field or field.type in ("id", "reference") or field.name in _INDEXED
    return comparison.operator not in _NEGATIVE and (is_standard or field.external_id or field.unique)


def _index_plan(
    field: Field, comparison: Comparison, total: int, *, source: Source, context: QueryContext
) -> Record:
    condition = write_condition(
        comparison, find_term=lambda operand: filter_term(operand, source=source), context=context
    )
    cardinality = _count(source, condition, context=context)
    threshold = _CUSTOM_SHARE if field.custom else _STANDARD_SHARE
    return _plan("Index", (field.name,), cardinality=cardinality, cost=_share(cardinality, total) / threshold)


def _plan(operation: str, fields: Sequence[str], *, cardinality: int, cost: float) -> Record:
    return {
        "cardinality": cardinality,
        "fields": list(fields),
        "leadingOperationType": operation,
        "relativeCost": round(cost, 3),
    }


def _notes(filters: Sequence[Filter], *, source: Source, context: QueryContext) -> list[Record]:
    names = [field.name for field, comparison in filters if not _is_indexed(field, comparison)]
    if "isdeleted" in source.entity.fields and not context.sees_deleted:
        names.append("IsDeleted")
    return [
        {"description": _UNINDEXED_NOTE, "fields": [name], "tableEnumOrId": source.entity.name}
        for name in dict.fromkeys(names)
    ]


def _share(part: int, total: int) -> float:
    return part / total if total else 0.0


def _count(source: Source, condition: Sql, *, context: QueryContext) -> int:
    parts = [Sql("SELECT COUNT(*) FROM"), source.from_sql, Sql("WHERE"), condition]
    ((count,),) = run_sql(join_sql(parts, " "), context=context)
    return int(count)
