"""The values a query compares with, from their written form; and how SQLite's text holds them."""

import math
import re
from datetime import UTC, date, datetime, time
from typing import Protocol

from lark import Token

from sync_project.sandbox.soql.errors import ErrorCode, QueryError, unexpected_token
from sync_project.sandbox.soql.syntax import Period, Text, Value
from sync_project.sandbox.values import SURROGATE

_WORDS: dict[str, bool | None] = {"TRUE": True, "FALSE": False, "NULL": None}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "'": "'", '"': '"', "\\": "\\"}
_WILDCARDS = "%_"
CURRENCY_CODE = "USD"
"""The org's only currency."""
_SQLITE_MAX_INTEGER = 2**63 - 1


def read_value(token: Token) -> Value:
    """The value behind one token of the grammar's ``value`` rule."""
    position = token.start_pos or 0
    return Value(content=_read_content(token, position=position), position=position)


def _read_content(
    token: Token, *, position: int
) -> Text | Period | bool | int | float | datetime | date | time | None:
    reader = _READERS.get(token.type)
    if reader is not None:
        return reader(token, position=position)
    if token.type == "STRING":
        return Text(raw=token[1:-1])
    name, _, count = token.upper().partition(":")
    if name in _WORDS:
        return _WORDS[name]
    return Period(name=name, count=int(count[:9]) if count else None, written=str(token))


def _read_number(written: str, *, position: int) -> int | float:
    number = float(written)
    if not math.isfinite(number):
        raise unexpected_token(written, position=position)
    is_whole = "." not in written and abs(number) < _SQLITE_MAX_INTEGER
    return int(written) if is_whole else number


def _read_currency(written: str, *, position: int) -> int | float:
    """``USD5000``; the org has one currency, so that the amount needs no conversion."""
    code, amount = written[:3].upper(), written[3:]
    if code != CURRENCY_CODE:
        raise QueryError(ErrorCode.MALFORMED_QUERY, f"Invalid currency iso code: {code}", position)
    return _read_number(amount, position=position)


def _read_date(written: str, *, position: int) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise QueryError(ErrorCode.MALFORMED_QUERY, f"Invalid date: {written}", position) from None


def _read_datetime(written: str, *, position: int) -> datetime:
    """In UTC, whichever offset it was written with; finer than a millisecond is cut off."""
    try:
        moment = datetime.fromisoformat(written.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise QueryError(ErrorCode.MALFORMED_QUERY, f"Invalid dateTime: {written}", position) from None
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _read_time(written: str, *, position: int) -> time:
    try:
        return time.fromisoformat(written.upper().removesuffix("Z"))
    except ValueError:
        raise QueryError(ErrorCode.MALFORMED_QUERY, f"Invalid time: {written}", position) from None


class _Reader(Protocol):
    def __call__(self, written: str, *, position: int) -> int | float | datetime | date | time: ...


_READERS: dict[str, _Reader] = {
    "NUMBER": _read_number,
    "CURRENCY": _read_currency,
    "DATE": _read_date,
    "DATETIME": _read_datetime,
    "TIME": _read_time,
}


def stored_datetime(moment: datetime) -> str:
    """A moment in UTC as the org stores it, but with milliseconds, which a query may compare with.

    >>> stored_datetime(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '2026-01-02T03:04:05.000+0000'
    """
    return f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}+0000"


def read_text(text: Text, *, position: int) -> str:
    r"""The string that a quoted literal stands for.

    >>> read_text(Text(raw=r"O\'Neill \u00e9"), position=0)
    "O'Neill é"
    """

    def replace(found: re.Match[str]) -> str:
        code = found.group(1)
        return code if code in _WILDCARDS else _unescape(code, text=text, position=position)

    return _join_surrogates(_ESCAPE.sub(replace, text.raw), position=position)


def read_like_pattern(text: Text, *, position: int) -> str:
    r"""The pattern for SQLite's ``LIKE ... ESCAPE '\'``: escaped wildcards stay escaped.

    >>> read_like_pattern(Text(raw=r"100\%%"), position=0)
    '100\\%%'
    """

    def replace(found: re.Match[str]) -> str:
        code = found.group(1)
        if code in _WILDCARDS or code == "\\":
            return f"\\{code}"
        return _unescape(code, text=text, position=position)

    return _join_surrogates(_ESCAPE.sub(replace, text.raw), position=position)


def _unescape(code: str, *, text: Text, position: int) -> str:
    if len(code) > 1:
        return chr(int(code[1:], 16))
    if code not in _CONTROLS:
        reason = (
            f"Invalid string literal '{text.raw}'. Illegal character sequence '\\{code}' in string literal."
        )
        raise QueryError(ErrorCode.MALFORMED_QUERY, reason, position)
    return _CONTROLS[code]


def _join_surrogates(text: str, *, position: int) -> str:
    r"""Two ``\u`` escapes may make one character; half of a pair is no text at all."""
    if not SURROGATE.search(text):
        return text
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise QueryError(
            ErrorCode.MALFORMED_QUERY, "Invalid string literal: half a character", position
        ) from None
