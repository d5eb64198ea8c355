"""The filters of a report as SOQL conditions."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from sync_project.sandbox.analytics.definitions import quote_text
from sync_project.sandbox.analytics.report_columns import Column
from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.schema import NUMBER_TYPES
from sync_project.sandbox.soql.periods import Days, find_days
from sync_project.sandbox.soql.syntax import Period

_COMPARISONS = {
    "equals": "=",
    "notEqual": "!=",
    "lessThan": "<",
    "greaterThan": ">",
    "lessOrEqual": "<=",
    "greaterOrEqual": ">=",
}
_PATTERNS = {"contains": "%{}%", "notContain": "%{}%", "startsWith": "{}%"}
_MEMBERSHIPS = {"includes": "INCLUDES", "excludes": "EXCLUDES"}
_REFUSALS = frozenset({"notEqual", "notContain"})
"""Of several values none may match, where other operators are content with one."""
_VALUE_PATTERN = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(?:,|\Z)')
_PERIOD_PATTERN = re.compile(r"([A-Z][A-Z_\d]*[A-Z])(?::(\d{1,4}))?")
_AMERICAN_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_LARGEST_NUMBER = 10**18
_LOGIC_TOKEN = re.compile(r"\d{1,9}|AND|OR|NOT|[()]", re.IGNORECASE)


def operators_of(field_type: str) -> list[str]:
    """The operators that a filter on a field of that type may have."""
    if field_type == "multipicklist":
        return ["equals", "notEqual", *_MEMBERSHIPS]
    return (
        [*_COMPARISONS] if field_type in {*NUMBER_TYPES, "date", "datetime"} else [*_COMPARISONS, *_PATTERNS]
    )


def write_filter(column: Column, *, operator: str, value: str) -> str:
    """One filter; several values are parted by commas, and quotes keep a comma inside a value."""
    values = _read_values(value)
    if operator in _MEMBERSHIPS:
        return f"{column.path} {_MEMBERSHIPS[operator]} ({', '.join(map(quote_text, values))})"
    if operator in _PATTERNS:
        parts = [_write_pattern(column, each, operator=operator) for each in values if each]
    elif operator not in _COMPARISONS:
        raise ApiError("BAD_REQUEST", f"The filter operator {operator} is invalid.")
    elif column.field.type in {"date", "datetime"}:
        parts = [_compare_day(column, each, operator=operator) for each in values]
    elif len(values) > 1 and operator in {"equals", "notEqual"}:
        literals = ", ".join(_write_literal(column, each, operator=operator) for each in values)
        parts = [f"{column.path} {'IN' if operator == 'equals' else 'NOT IN'} ({literals})"]
    else:
        parts = [
            f"{column.path} {_COMPARISONS[operator]} {_write_literal(column, each, operator=operator)}"
            for each in values
        ]
    if operator in _REFUSALS:
        return " AND ".join(parts) or f"{column.path} != null"
    return " OR ".join(parts) or f"{column.path} = null"


def _read_values(text: str) -> list[str]:
    """The parts between commas.

    >>> _read_values('Acme, "Acme, Inc.",')
    ['Acme', 'Acme, Inc.', '']
    """
    values = []
    for found in _VALUE_PATTERN.finditer(text):
        quoted, plain = found.groups()
        values.append(plain.strip() if quoted is None else quoted.replace('""', '"'))
        if not found[0].endswith(","):
            break
    return values


def _write_pattern(column: Column, value: str, *, operator: str) -> str:
    escaped = quote_text(value)[1:-1].replace("%", "\\%").replace("_", "\\_")
    like = f"{column.path} LIKE '{_PATTERNS[operator].format(escaped)}'"
    return f"(NOT {like})" if operator == "notContain" else like


def _write_literal(column: Column, value: str, *, operator: str) -> str:
    if not value and operator in {"equals", "notEqual"}:
        return "null"
    if column.field.type == "boolean":
        return "true" if value.lower() in {"true", "1", "yes"} else "false"
    if column.field.type in NUMBER_TYPES:
        return _write_number(column, value)
    return quote_text(value)


def _write_number(column: Column, value: str) -> str:
    try:
        number = Decimal(value.strip("$% ").replace(",", ""))
    except InvalidOperation:
        raise _invalid_value(column, value) from None
    if not number.is_finite() or abs(number) > _LARGEST_NUMBER:
        raise _invalid_value(column, value)
    return format(number, "f")


def _compare_day(column: Column, value: str, *, operator: str) -> str:
    """A relative date as it is, a day of a datetime column from its first second to its last."""
    sign = _COMPARISONS[operator]
    if not value or _PERIOD_PATTERN.fullmatch(value.upper()):
        return f"{column.path} {sign} {value.upper() or 'null'}"
    moment = _read_moment(column, value)
    if column.field.type == "date":
        return f"{column.path} {sign} {moment.date()}"
    if moment.tzinfo is not None:
        return f"{column.path} {sign} {moment:%Y-%m-%dT%H:%M:%SZ}"
    start, end = f"{moment.date()}T00:00:00Z", f"{moment.date()}T23:59:59Z"
    within = f"({column.path} >= {start} AND {column.path} <= {end})"
    if operator in {"equals", "notEqual"}:
        return within if operator == "equals" else f"(NOT {within})"
    return f"{column.path} {sign} {end if operator in {'greaterThan', 'lessOrEqual'} else start}"


def _read_moment(column: Column, value: str) -> datetime:
    """``2026-01-31``, the same with a time, or ``1/31/2026``; in UTC where it names a zone."""
    american = _AMERICAN_DAY.fullmatch(value)
    try:
        moment = datetime.fromisoformat(
            f"{american[3]}-{american[1]:0>2}-{american[2]:0>2}" if american else value
        )
        return moment.astimezone(UTC) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise _invalid_value(column, value) from None


def _invalid_value(column: Column, value: str) -> ApiError:
    return ApiError("BAD_REQUEST", f"The filter value {value} is invalid for the column {column.name}.")


def join_filters(conditions: Sequence[str], *, logic: str | None) -> list[str]:
    """The filters as the logic joins them; without any they all hold."""
    if not logic:
        return [*conditions]
    tokens = read_logic(logic, count=len(conditions))
    return ["(" + " ".join(conditions[int(t) - 1] if t.isdecimal() else t for t in tokens) + ")"]


def read_logic(logic: str, *, count: int) -> list[str]:
    """The words of a filter logic such as ``(1 OR 2) AND 3``; it must name every filter."""
    tokens = [each.upper() for each in _LOGIC_TOKEN.findall(logic)]
    numbers = {int(each) for each in tokens if each.isdecimal()}
    if "".join(tokens) != re.sub(r"\s", "", logic).upper() or numbers != set(range(1, count + 1)):
        raise ApiError("BAD_REQUEST", f"The filter logic {logic} is invalid.")
    return tokens


def show_logic(logic: str, *, count: int) -> str:
    """The filter logic with the blanks that Salesforce writes.

    >>> show_logic("(1or 4)AND2 AND3", count=4)
    '(1 OR 4) AND 2 AND 3'
    """
    return " ".join(read_logic(logic, count=count)).replace("( ", "(").replace(" )", ")")


def find_duration(name: str, *, today: date) -> Days | None:
    """The days of a duration such as ``THIS_FISCAL_QUARTER`` or ``LAST_N_DAYS:7``; None for another word."""
    found = _PERIOD_PATTERN.fullmatch(name)
    if found is None:
        return None
    try:
        return find_days(Period(name=found[1], count=int(found[2]) if found[2] else None), today=today)
    except OverflowError:
        return None


def write_date_filter(start: str | None, end: str | None, *, column: Column) -> list[str]:
    """The standard date filter, both days within."""
    if column.field.type not in {"date", "datetime"}:
        raise ApiError(
            "BAD_REQUEST",
            f"The column {column.name} cannot be a standard date filter because it is not a date column.",
        )
    bounds = (("greaterOrEqual", start), ("lessOrEqual", end))
    return [write_filter(column, operator=each, value=day) for each, day in bounds if day]
