"""What can be wrong with a query, told in Salesforce's words.

Exception
├── SoqlError   what callers see: Salesforce's error code and its whole message
└── QueryError  inside this package: a code, a reason and the place in the query
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from sync_project.sandbox.soql.syntax import Call

_EXCERPT_REACH = 60


class ErrorCode(StrEnum):
    """The Salesforce error codes that a query can end with."""

    MALFORMED_QUERY = "MALFORMED_QUERY"
    INVALID_FIELD = "INVALID_FIELD"
    INVALID_TYPE = "INVALID_TYPE"
    INVALID_QUERY_FILTER_OPERATOR = "INVALID_QUERY_FILTER_OPERATOR"
    NUMBER_OUTSIDE_VALID_RANGE = "NUMBER_OUTSIDE_VALID_RANGE"
    QUERY_TOO_COMPLICATED = "QUERY_TOO_COMPLICATED"
    EXCEEDED_ID_LIMIT = "EXCEEDED_ID_LIMIT"
    INVALID_QUERY_LOCATOR = "INVALID_QUERY_LOCATOR"
    API_ERROR = "API_ERROR"


class SoqlError(Exception):
    """A query that the org refuses."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")


@dataclass(eq=False)
class QueryError(Exception):
    """A reason to refuse, not yet shown against the query's text; no position, no excerpt."""

    code: ErrorCode
    reason: str
    position: int | None = None

    def show_in(self, soql: str) -> SoqlError:
        """The same as callers see it."""
        if self.position is None:
            return SoqlError(self.code, self.reason)
        return SoqlError(self.code, point_at(soql, position=self.position, reason=self.reason))


@contextmanager
def shown_in(soql: str) -> Iterator[None]:
    """What is wrong with a query becomes a SoqlError that shows the place in its text."""
    try:
        yield
    except QueryError as error:
        raise error.show_in(soql) from None
    except RecursionError:
        reason = "Query is too complicated: it nests too deep"
        raise SoqlError(ErrorCode.QUERY_TOO_COMPLICATED, reason) from None


def point_at(soql: str, *, position: int, reason: str) -> str:
    r"""The message with an excerpt of the query and a caret below the place.

    How much of a long line Salesforce shows is not documented; here it is about 60 characters a side [K].

    >>> point_at("SELECT Id, Foo FROM Account", position=11, reason="No such column 'Foo'")
    "\nSELECT Id, Foo FROM Account\n           ^\nERROR at Row:1:Column:12\nNo such column 'Foo'"
    """
    row = soql.count("\n", 0, position) + 1
    line_start = soql.rfind("\n", 0, position) + 1
    line = soql[line_start:].split("\n", 1)[0]
    column = position - line_start
    start = _excerpt_start(line, column)
    excerpt = line[start : column + _EXCERPT_REACH].rstrip()
    return f"\n{excerpt}\n{' ' * (column - start)}^\nERROR at Row:{row}:Column:{column + 1}\n{reason}"


def _excerpt_start(line: str, column: int) -> int:
    """Where the excerpt begins: the line's start, or the first word within reach before the column."""
    if column <= _EXCERPT_REACH:
        return 0
    earliest = column - _EXCERPT_REACH
    blank = re.compile(r"\s").search(line, earliest, column)
    return blank.end() if blank else earliest


def unexpected_token(token: str, *, position: int) -> QueryError:
    """The fault of a query that breaks the grammar."""
    return QueryError(ErrorCode.MALFORMED_QUERY, f"unexpected token: '{token}'", position)


def unsupported_function(call: Call) -> QueryError:
    """The fault of a function that does not exist, not in this place, or not with these arguments [K]."""
    return unexpected_token("(", position=call.position + len(call.function))


def no_such_column(name: str, *, entity: str, position: int) -> QueryError:
    """The fault of a field that the entity lacks, or hides from the user."""
    return QueryError(
        ErrorCode.INVALID_FIELD,
        f"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be sure "
        "to append the '__c' after the custom field name. Please reference your WSDL or the describe call "
        "for the appropriate names.",
        position,
    )


def no_such_relationship(name: str, *, position: int) -> QueryError:
    """The fault of a field path through a parent relationship that does not exist."""
    return QueryError(
        ErrorCode.INVALID_FIELD,
        f"Didn't understand relationship '{name}' in field path. If you are attempting to use a custom "
        "relationship, be sure to append the '__r' after the custom relationship name. Please reference "
        "your WSDL or the describe call for the appropriate names.",
        position,
    )


def no_such_child_relationship(name: str, *, position: int) -> QueryError:
    """The fault of a sub-query FROM a relationship that does not exist."""
    return QueryError(
        ErrorCode.INVALID_TYPE,
        f"Didn't understand relationship '{name}' in FROM part of query call. If you are attempting to use a "
        "custom relationship, be sure to append the '__r' after the custom relationship name. Please "
        "reference your WSDL or the describe call for the appropriate names.",
        position,
    )


def no_such_object(name: str, *, position: int) -> QueryError:
    """The fault of a query FROM an object that the org lacks."""
    return QueryError(
        ErrorCode.INVALID_TYPE,
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to "
        "append the '__c' after the entity name. Please reference your WSDL or the describe call for the "
        "appropriate names.",
        position,
    )
