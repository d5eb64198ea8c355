"""A report is run: one SOQL query, then groups, subtotals and cells.

Subtotals and totals are over all rows, also where only the first 2,000 come as cells.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sync_project.sandbox.analytics.definitions import dig, query
from sync_project.sandbox.analytics.report_columns import Cell, Column, select_paths, show_value
from sync_project.sandbox.analytics.report_filters import join_filters, write_date_filter, write_filter
from sync_project.sandbox.analytics.report_metadata import Grouping, ReportMetadata
from sync_project.sandbox.analytics.report_type import ReportColumns
from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.records.write_context import WriteContext
from sync_project.sandbox.schema import Field
from sync_project.sandbox.soql.records import Record

_MOST_ROWS = 2_000
_COUNT = Field(name="RowCount", type="int", label="Record Count")


@dataclass
class Group:
    """Rows that have something in common, and the smaller groups they fall into."""

    key: str
    cell: Cell
    records: list[Record] = field(default_factory=list)
    groups: "list[Group]" = field(default_factory=list)


def write_soql(context: WriteContext, metadata: ReportMetadata) -> str:
    """The query behind a report."""
    columns = ReportColumns(context.schema, metadata)
    aggregated = [each for each in columns.aggregates.values() if each is not None]
    paths = select_paths([*columns.details, *columns.groups, *aggregated])
    filters = [
        f"({write_filter(columns.find(each.column), operator=each.operator, value=each.value)})"
        for each in metadata.report_filters
    ]
    conditions = join_filters(filters, logic=metadata.report_boolean_filter)
    dates = metadata.standard_date_filter
    if dates.start_date or dates.end_date:
        conditions += write_date_filter(dates.start_date, dates.end_date, column=columns.find(dates.column))
    if metadata.scope == "user" and columns.sobject.find_field("OwnerId"):
        conditions.append(f"OwnerId = '{context.user_id}'")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    sorts = [(each.name, each.sort_order) for each in metadata.groupings_down]
    sorts += [(each.sort_column, each.sort_order) for each in metadata.sort_by]
    order = [
        f"{columns.find(name).path} {'DESC NULLS LAST' if order == 'Desc' else 'ASC NULLS FIRST'}"
        for name, order in sorts
    ]
    return (
        f"SELECT {', '.join(dict.fromkeys(['Id', *paths]))} FROM {columns.sobject.name}{where} "
        f"ORDER BY {', '.join([*order, 'Id'])}"
    )


def run_report(context: WriteContext, metadata: ReportMetadata, *, with_details: bool) -> dict[str, Any]:
    """What a run answers, without its ``attributes``."""
    columns = ReportColumns(context.schema, metadata)
    records = query(context, write_soql(context, metadata))
    total = Group(key="T", cell={}, records=records)
    _split(total, list(zip(columns.groups, metadata.groupings_down, strict=True)), columns)
    is_cut = len(records) > _MOST_ROWS and with_details
    shown = {id(each) for each in records[:_MOST_ROWS]}
    return {
        "allData": not is_cut,
        "factMap": dict(_facts(total, columns, shown=shown if with_details else None)),
        "groupingsAcross": {"groupings": []},
        "groupingsDown": {"groupings": [_describe_group(each) for each in total.groups]},
        "hasDetailRows": with_details,
        "hasExceededTabularRowLimit": is_cut and not columns.groups,
        "reportExtendedMetadata": columns.extended_metadata(),
        "reportMetadata": columns.complete(metadata) | {"hasDetailRows": with_details},
    }


def _split(group: Group, levels: Sequence[tuple[Column, Grouping]], columns: ReportColumns) -> None:
    """Form the groups within a group, in the order of the rows or of one of their aggregates."""
    if not levels:
        return
    (column, grouping), *rest = levels
    found: dict[str, Group] = {}
    for record in group.records:
        cell = _bucket(column, record, granularity=grouping.date_granularity)
        mark = str(cell["value"]) if column.id_path else str(cell["label"]).casefold()
        found.setdefault(mark, Group(key="", cell=cell)).records.append(record)
    group.groups = list(found.values())
    aggregate = grouping.sort_aggregate
    if aggregate is not None:
        group.groups.sort(
            key=lambda each: _rank(_aggregate(aggregate, columns, each.records)),
            reverse=grouping.sort_order == "Desc",
        )
    prefix = "" if group.key == "T" else f"{group.key}_"
    for place, each in enumerate(group.groups):
        each.key = f"{prefix}{place}"
        _split(each, rest, columns)


def _rank(value: Any) -> tuple[bool, Any]:
    """Sorts what there is, after groups without a value."""
    return value is not None, 0 if value is None else value


def _bucket(column: Column, record: Record, *, granularity: str) -> Cell:
    """The value that a row is grouped by; dates by the day, or by the unit they lie in."""
    value = dig(record, column.path)
    if column.field.type not in {"date", "datetime"} or value is None:
        cell = column.cell(record)
        return cell | {"value": value} if column.field.type == "currency" else cell
    if granularity not in _GRANULARITIES:
        raise ApiError("BAD_REQUEST", f"The date granularity {granularity} is invalid.")
    start, label = _GRANULARITIES[granularity]
    day = start(date.fromisoformat(str(value)[:10]))
    return {"label": label(day), "value": day.isoformat()}


_Granularity = tuple[Callable[[date], date], Callable[[date], str]]
_DAY: _Granularity = (lambda day: day, lambda day: f"{day.month}/{day.day}/{day.year}")
_GRANULARITIES: dict[str, _Granularity] = {
    "None": _DAY,
    "Day": _DAY,
    "Month": (lambda day: day.replace(day=1), lambda day: f"{day:%B %Y}"),
}
"""Other units are refused."""


def _describe_group(group: Group) -> dict[str, Any]:
    return {
        "groupings": [_describe_group(each) for each in group.groups],
        "key": group.key,
        "label": group.cell["label"],
        "value": group.cell["value"],
    }


def _facts(
    group: Group, columns: ReportColumns, *, shown: set[int] | None
) -> list[tuple[str, dict[str, Any]]]:
    """The fact map of a group and those within; the smallest groups hold the rows, when they are wanted."""
    fact: dict[str, Any] = {
        "aggregates": [_aggregate_cell(each, columns, group.records) for each in columns.aggregates]
    }
    if shown is not None:
        records = [] if group.groups else [each for each in group.records if id(each) in shown]
        fact["rows"] = [{"dataCells": [column.cell(each) for column in columns.details]} for each in records]
    inner = [fact for each in group.groups for fact in _facts(each, columns, shown=shown)]
    return [(f"{group.key}!T", fact), *inner]


def _aggregate_cell(name: str, columns: ReportColumns, records: Sequence[Record]) -> Cell:
    value = _aggregate(name, columns, records)
    column = columns.aggregates[name]
    shown = _COUNT if column is None or name.startswith("u!") else column.field
    return {"label": show_value(value, shown), "value": value}


def _aggregate(name: str, columns: ReportColumns, records: Sequence[Record]) -> Any:
    """RowCount, or the sum, average, largest, smallest or number of different values that are there."""
    column = columns.aggregates[name]
    if column is None:
        return len(records)
    values: list[Any] = [value for each in records if (value := dig(each, column.path)) is not None]
    match name.partition("!")[0]:
        case "s":
            return sum(values)
        case "a":
            return sum(values) / len(values) if values else None
        case "u":
            return len(set(values))
        case "mx":
            return max(values, default=None)
    return min(values, default=None)
