"""The WHERE of a list view as describe shows it: a tree of conditions.

The keys and operators follow the reference of SoqlWhereCondition; that texts keep their quotes in
``values`` is [K].
"""

from datetime import date, datetime

from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.soql.syntax import (
    Comparison,
    Condition,
    Conjunction,
    Disjunction,
    Negation,
    Operand,
    Operator,
    Path,
    Period,
    Text,
    Value,
)

_OPERATORS = {
    Operator.EQUAL: "equals",
    Operator.NOT_EQUAL: "notEquals",
    Operator.LESS: "lessThan",
    Operator.LESS_OR_EQUAL: "lessThanOrEqualTo",
    Operator.GREATER: "greaterThan",
    Operator.GREATER_OR_EQUAL: "greaterThanOrEqualTo",
    Operator.LIKE: "like",
    Operator.IN: "in",
    Operator.NOT_IN: "notIn",
    Operator.INCLUDES: "includes",
    Operator.EXCLUDES: "excludes",
}
_NOT_LIKE = "notLike"

Tree = dict[str, object]


def describe_condition(condition: Condition | None) -> Tree:
    """The tree; an empty conjunction where there is no WHERE."""
    match condition:
        case None:
            return {"conditions": [], "conjunction": "and"}
        case Comparison(left=left, operator=operator, values=values):
            return {
                "field": _show_operand(left),
                "operator": _OPERATORS[operator],
                "values": [_show_value(each) for each in values],
            }
        case Conjunction(parts=parts) | Disjunction(parts=parts):
            conjunction = "and" if isinstance(condition, Conjunction) else "or"
            return {"conditions": [describe_condition(each) for each in parts], "conjunction": conjunction}
        case Negation(part=Comparison(operator=Operator.LIKE) as part):
            return describe_condition(part) | {"operator": _NOT_LIKE}
        case Negation(part=part):
            return {"condition": describe_condition(part)}
    raise ApiError("INVALID_FIELD", "a list view cannot filter by a sub-query")


def _show_operand(operand: Operand | Value) -> str:
    if isinstance(operand, Value):
        return _show_value(operand)
    if isinstance(operand, Path):
        return ".".join(operand.names)
    return f"{operand.function}({', '.join(_show_operand(each) for each in operand.arguments)})"


def _show_value(value: Value) -> str:
    match value.content:
        case Text(raw=raw):
            return f"'{raw}'"
        case Period(name=name, count=count):
            return name if count is None else f"{name}:{count}"
        case bool() | None:
            return {True: "true", False: "false", None: "null"}[value.content]
        case datetime() | date():
            return value.content.isoformat().replace("+00:00", "Z")
    return str(value.content)
