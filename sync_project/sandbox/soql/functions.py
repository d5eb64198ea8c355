"""Functions of one record as SQL: parts of a date, labels, formats, currencies and distances.

The integration user's time zone is GMT, his currency the org's only one, and fiscal years are calendar
years, so that convertTimezone and convertCurrency change no value.
"""

from collections.abc import Callable

from sync_project.sandbox.database import quote
from sync_project.sandbox.soql.errors import ErrorCode, QueryError, unsupported_function
from sync_project.sandbox.soql.sources import Column, Source, compound_parts
from sync_project.sandbox.soql.sql import label_sql, quote_text
from sync_project.sandbox.soql.syntax import Call, Operand, Path, Text, Value
from sync_project.sandbox.soql.terms import Kind, Term, kind_of, term_of

_YEAR, _MONTH, _DAY, _HOUR = (
    f"CAST(SUBSTR({{0}}, {first}, {length}) AS INTEGER)"
    for first, length in ((1, 4), (6, 2), (9, 2), (12, 2))
)
_DAY_OF_YEAR = "CAST(STRFTIME('%j', SUBSTR({0}, 1, 10)) AS INTEGER)"
_DATE_SQL = {
    "CALENDAR_YEAR": _YEAR,
    "CALENDAR_QUARTER": f"(({_MONTH} + 2) / 3)",
    "CALENDAR_MONTH": _MONTH,
    "FISCAL_YEAR": _YEAR,
    "FISCAL_QUARTER": f"(({_MONTH} + 2) / 3)",
    "FISCAL_MONTH": _MONTH,
    "DAY_IN_MONTH": _DAY,
    "DAY_IN_WEEK": "(CAST(STRFTIME('%w', SUBSTR({0}, 1, 10)) AS INTEGER) + 1)",
    "DAY_IN_YEAR": _DAY_OF_YEAR,
    "DAY_ONLY": "SUBSTR({0}, 1, 10)",
    "HOUR_IN_DAY": _HOUR,
    "WEEK_IN_MONTH": f"(({_DAY} + 6) / 7)",
    "WEEK_IN_YEAR": f"(({_DAY_OF_YEAR} + 6) / 7)",
}
_OF_MOMENTS = frozenset({"DAY_ONLY", "HOUR_IN_DAY"})
_RADII = {"mi": 3958.7613, "km": 6371.0088}


def is_date_function(operand: object) -> bool:
    """Whether it is a part of a date, which may be grouped by."""
    return isinstance(operand, Call) and operand.function in _DATE_SQL


def function_term(call: Call, *, source: Source) -> Term:
    """A function of one record; QueryError where its arguments do not suit it."""
    if call.function in _DATE_SQL:
        return _date_term(call, source=source)
    match call:
        case Call(function="TOLABEL", arguments=(Path() as path,)):
            return _label_term(call, source.resolve(path))
        case Call(function="CONVERTCURRENCY", arguments=(Path() as path,)):
            return _currency_term(call, source.resolve(path))
        case Call(function="FORMAT"):
            return format_term(call, find_term=lambda operand: _term(operand, source=source))
        case Call(function="DISTANCE", arguments=(Path() as place, Call() as point, Value() as unit)):
            return _distance_term(call, place, point, unit, source=source)
    raise unsupported_function(call)


def format_term(call: Call, *, find_term: Callable[[Operand], Term]) -> Term:
    """``FORMAT()`` of a field, an amount of money or an aggregate."""
    match call.arguments:
        case ((Path() | Call()) as inner,):
            term = find_term(inner)
        case _:
            raise unsupported_function(call)
    field_type, scale = (term.field.type, term.field.scale) if term.field else (str(term.kind), 0)
    sql = f"soql_format({term.sql}, {quote_text(field_type)}, {scale})"
    return Term(sql=sql, kind=Kind.TEXT, name=term.name, position=call.position, field=term.field)


def _term(operand: Operand, *, source: Source) -> Term:
    if isinstance(operand, Call):
        return function_term(operand, source=source)
    return term_of(source.resolve(operand), position=operand.position)


def _date_term(call: Call, *, source: Source) -> Term:
    match call.arguments:
        case (Path() as path,):
            kinds = {Kind.DATETIME} if call.function in _OF_MOMENTS else {Kind.DATE, Kind.DATETIME}
        case (Call(function="CONVERTTIMEZONE", arguments=(Path() as path,)),):
            kinds = {Kind.DATETIME}
        case _:
            raise unsupported_function(call)
    operand = term_of(source.resolve(path), position=path.position)
    if operand.kind not in kinds:
        raise _unsuitable(call, operand.name)
    sql = _DATE_SQL[call.function].format(operand.sql)
    kind = Kind.DATE if call.function == "DAY_ONLY" else Kind.INT
    return Term(sql=sql, kind=kind, name=f"{call.function}({operand.name})", position=call.position)


def _label_term(call: Call, column: Column) -> Term:
    if not kind_of(column.field.type).is_text or column.field.is_compound:
        raise _unsuitable(call, column.field.name)
    sql = label_sql(column.sql, column.field)
    return Term(sql=sql, kind=Kind.TEXT, name=column.field.name, position=call.position, field=column.field)


def _currency_term(call: Call, column: Column) -> Term:
    if column.field.type != "currency":
        raise _unsuitable(call, column.field.name)
    return term_of(column, position=call.position)


def _distance_term(call: Call, place: Path, point: Call, unit: Value, *, source: Source) -> Term:
    match point, unit.content:
        case (
            Call(
                function="GEOLOCATION",
                arguments=(
                    Value(content=(int() | float()) as latitude),
                    Value(content=(int() | float()) as longitude),
                ),
            ),
            Text(raw=name),
        ) if name.lower() in _RADII:
            column = source.resolve(place)
        case _:
            raise unsupported_function(call)
    ((entity, alias),) = source.tables_along(place)[-1].targets
    parts = compound_parts(entity, column.field)
    if not column.field.is_compound or not {"latitude", "longitude"} <= parts.keys():
        raise _unsuitable(call, column.field.name)
    here = ", ".join(f"{alias}.{quote(parts[each])}" for each in ("latitude", "longitude"))
    there = ", ".join(source.bind(latitude, longitude))
    sql = f"soql_distance({here}, {there}, {_RADII[name.lower()]})"
    return Term(sql=sql, kind=Kind.DISTANCE, name=column.field.name, position=call.position)


def _unsuitable(call: Call, name: str) -> QueryError:
    reason = f"field {name} does not support aggregate operator {call.function}"
    return QueryError(ErrorCode.INVALID_FIELD, reason, call.position)
