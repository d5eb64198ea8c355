"""One comparison of WHERE or HAVING as SQL.

Salesforce's logic is two-valued: a comparison with an empty field is false, except ``!=``, ``NOT IN``
and ``EXCLUDES``, which are true; an empty text is null, and a null boolean is false [K].
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.soql.errors import ErrorCode, QueryError, unexpected_token
from sync_project.sandbox.soql.literals import read_like_pattern, read_text, stored_datetime
from sync_project.sandbox.soql.periods import Days, find_days
from sync_project.sandbox.soql.sql import Parameter, Sql, connect_sql
from sync_project.sandbox.soql.sqlite_functions import fold_text
from sync_project.sandbox.soql.syntax import Operator, Period, Text, Value
from sync_project.sandbox.soql.terms import Kind, Term

_RELATIONS = frozenset({Operator.LESS, Operator.LESS_OR_EQUAL, Operator.GREATER, Operator.GREATER_OR_EQUAL})


def write_comparison(term: Term, operator: Operator, values: Sequence[Value], *, now: datetime) -> Sql:
    """A field against its value or values; QueryError when they do not go together."""
    if not _allows(term.kind, operator):
        reason = f"invalid operator on {term.kind} field"
        raise QueryError(ErrorCode.INVALID_QUERY_FILTER_OPERATOR, reason, term.position)
    match operator:
        case Operator.LIKE:
            return _write_like(term, values[0])
        case Operator.IN:
            return _write_membership(term, values, now=now)
        case Operator.NOT_IN:
            return write_negation(_write_membership(term, values, now=now))
        case Operator.INCLUDES:
            return _write_inclusion(term, values)
        case Operator.EXCLUDES:
            return write_negation(_write_inclusion(term, values))
    return _write_relation(term, operator, values[0], now=now)


def write_negation(sql: Sql) -> Sql:
    """True wherever the condition is not; SQL's third value counts as not."""
    return Sql(f"(({sql.text}) IS NOT TRUE)", sql.parameters)


def _allows(kind: Kind, operator: Operator) -> bool:
    if operator is Operator.LIKE:
        return kind is Kind.TEXT
    if operator in (Operator.INCLUDES, Operator.EXCLUDES):
        return kind is Kind.MULTIPICKLIST
    if kind is Kind.DISTANCE:
        return operator in (Operator.LESS, Operator.GREATER)
    if operator in _RELATIONS:
        return kind not in (Kind.BOOLEAN, Kind.MULTIPICKLIST)
    return True


def _write_relation(term: Term, operator: Operator, value: Value, *, now: datetime) -> Sql:
    days = _find_days(term, value, now=now)
    if days is not None:
        return _write_days(term, operator, days)
    if operator in _RELATIONS:
        if value.content is None:
            raise unexpected_token("null", position=value.position)
        return Sql(f"{term.comparable_sql} {operator} ?", (_read_parameter(term, value),))
    parameter = _read_equal(term, value)
    comparable = _write_comparable(term, (parameter,))
    if operator is Operator.NOT_EQUAL:
        return Sql(f"{comparable} IS NOT ?", (parameter,))
    # SQLite looks an `= ?` up in an index; with null it would never be true.
    return Sql(f"{comparable} {'IS' if parameter is None else '='} ?", (parameter,))


def _write_days(term: Term, operator: Operator, days: Days) -> Sql:
    first, after = (_day_parameter(term, day) for day in days)
    match operator:
        case Operator.LESS:
            return Sql(f"{term.sql} < ?", (first,))
        case Operator.LESS_OR_EQUAL:
            return Sql(f"{term.sql} < ?", (after,))
        case Operator.GREATER:
            return Sql(f"{term.sql} >= ?", (after,))
        case Operator.GREATER_OR_EQUAL:
            return Sql(f"{term.sql} >= ?", (first,))
    within = Sql(f"({term.sql} >= ? AND {term.sql} < ?)", (first, after))
    return within if operator is Operator.EQUAL else write_negation(within)


def _day_parameter(term: Term, day: date) -> str:
    if term.kind is Kind.DATE:
        return day.isoformat()
    return stored_datetime(datetime.combine(day, time(), tzinfo=UTC))


def _find_days(term: Term, value: Value, *, now: datetime) -> Days | None:
    """The days of a date literal; None when the value is none."""
    if not isinstance(value.content, Period):
        return None
    period = value.content
    try:
        days = find_days(period, today=now.astimezone(UTC).date())
    except OverflowError:
        reason = f"Invalid date: {period.name}:{period.count}"
        raise QueryError(ErrorCode.MALFORMED_QUERY, reason, value.position) from None
    if days is None:
        raise unexpected_token(period.written, position=value.position)
    if term.kind not in (Kind.DATE, Kind.DATETIME):
        raise _wrong_type(term)
    return days


def _write_membership(term: Term, values: Sequence[Value], *, now: datetime) -> Sql:
    periods = [each for each in values if isinstance(each.content, Period)]
    parameters = [_read_equal(term, each) for each in values if not isinstance(each.content, Period)]
    present = sorted({each for each in parameters if each is not None}, key=str)
    parts = [_write_relation(term, Operator.EQUAL, each, now=now) for each in periods]
    if present:
        parts.append(
            Sql(f"{_write_comparable(term, present)} IN ({', '.join('?' * len(present))})", tuple(present))
        )
    if None in parameters:
        parts.append(Sql(f"{term.sql} IS NULL"))
    return connect_sql(parts, "OR")


def _write_like(term: Term, value: Value) -> Sql:
    if value.content is None:
        raise unexpected_token("null", position=value.position)
    if not isinstance(value.content, Text):
        raise _wrong_type(term)
    pattern = fold_text(read_like_pattern(value.content, position=value.position))
    return Sql(f"{_write_comparable(term, (pattern,))} LIKE ? ESCAPE '\\'", (pattern,))


def _write_comparable(term: Term, values: Sequence[Parameter]) -> str:
    """The term for equality: SQLite itself, and its indexes, ignore the letter case of ASCII."""
    is_plain = term.kind is Kind.TEXT and all(str(each).isascii() for each in values)
    return f"{term.sql} COLLATE NOCASE" if is_plain else term.comparable_sql


def _write_inclusion(term: Term, values: Sequence[Value]) -> Sql:
    """Any of the values, each of which may be several that must all be there: ``('A;B', 'C')``."""
    choices = []
    for value in values:
        if not isinstance(value.content, Text):
            raise _wrong_type(term)
        wanted = fold_text(read_text(value.content, position=value.position)).split(";")
        held = Sql(f"INSTR(';' || {term.comparable_sql} || ';', ?) > 0")
        choices.append(connect_sql([Sql(held.text, (f";{each};",)) for each in wanted], "AND"))
    return connect_sql(choices, "OR")


def _read_equal(term: Term, value: Value) -> Parameter:
    """What ``=`` compares with; None for null, which an empty text is too."""
    if value.content is None:
        return 0 if term.kind is Kind.BOOLEAN else None
    parameter = _read_parameter(term, value)
    return None if parameter == "" else parameter


def _read_parameter(term: Term, value: Value) -> Parameter:
    """The value as SQLite holds it; QueryError when it is of another type than the field."""
    match term.kind, value.content:
        case ((Kind.TEXT | Kind.MULTIPICKLIST), Text() as text):
            return fold_text(read_text(text, position=value.position))
        case Kind.ID, Text() as text:
            return _read_id(text, value=value)
    parameter = _read_unquoted(term.kind, value)
    if parameter is None:
        raise _wrong_type(term)
    return parameter


def _read_unquoted(kind: Kind, value: Value) -> Parameter:
    """A boolean, a number or a moment; None when the value is of another type."""
    match kind, value.content:
        case Kind.BOOLEAN, bool() as truth:
            return int(truth)
        case (
            (Kind.INT | Kind.DOUBLE | Kind.DISTANCE),
            (int() | float()) as number,
        ) if not isinstance(number, bool):
            return number
        case Kind.DATETIME, datetime() as moment:
            return stored_datetime(moment)
        case Kind.DATE, date() as day if not isinstance(day, datetime):
            return day.isoformat()
        case Kind.TIME, time() as time_of_day:
            return f"{time_of_day.isoformat('milliseconds')}Z"
    return None


def _read_id(text: Text, *, value: Value) -> str:
    written = read_text(text, position=value.position)
    expanded = normalise_id(written) if written else ""
    if expanded is None:
        reason = f"invalid ID field: {written}"
        raise QueryError(ErrorCode.INVALID_QUERY_FILTER_OPERATOR, reason, value.position)
    return expanded


def _wrong_type(term: Term) -> QueryError:
    quotes = "should be" if term.kind.is_text or term.kind is Kind.ID else "should not be"
    kind = Kind.TEXT if term.kind.is_text else term.kind
    criterion = f"value of filter criterion for field '{term.name}'"
    reason = f"{criterion} must be of type {kind} and {quotes} enclosed in quotes"
    return QueryError(ErrorCode.INVALID_FIELD, reason, term.position)
