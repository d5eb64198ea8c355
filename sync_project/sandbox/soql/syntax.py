"""The syntax tree of a query: what was written, with the positions that error messages point at.

Nothing here knows the org; names are as the user wrote them.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum


class Operator(StrEnum):
    """How a field is compared."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    LIKE = "LIKE"
    IN = "IN"
    NOT_IN = "NOT IN"
    INCLUDES = "INCLUDES"
    EXCLUDES = "EXCLUDES"


@dataclass(frozen=True, kw_only=True)
class Path:
    """A field, through its parents: ``Account.Owner.Name``."""

    names: tuple[str, ...]
    position: int


@dataclass(frozen=True, kw_only=True)
class Call:
    """A function: ``COUNT()``, ``toLabel(Status)``, ``FIELDS(ALL)``."""

    function: str
    """In upper case."""
    arguments: "tuple[Operand | Value, ...]"
    position: int


Operand = Path | Call


@dataclass(frozen=True, kw_only=True)
class Text:
    """A quoted string, its escapes still as written."""

    raw: str


@dataclass(frozen=True, kw_only=True)
class Period:
    """A date literal such as ``THIS_WEEK`` or ``LAST_N_DAYS:30``."""

    name: str
    """In upper case."""
    count: int | None
    written: str = ""
    """As the query has it."""


@dataclass(frozen=True, kw_only=True)
class Value:
    """What a field is compared with; None is null."""

    content: Text | Period | bool | int | float | datetime | date | time | None
    position: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One field against one or several values."""

    left: Operand
    operator: Operator
    values: tuple[Value, ...]


@dataclass(frozen=True, kw_only=True)
class SemiJoin:
    """``Id IN (SELECT ...)``, or its opposite."""

    left: Operand
    operator: Operator
    query: "Query"


@dataclass(frozen=True, kw_only=True)
class Conjunction:
    """All hold."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, kw_only=True)
class Disjunction:
    """At least one holds."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, kw_only=True)
class Negation:
    """It does not hold."""

    part: "Condition"


Condition = Comparison | SemiJoin | Conjunction | Disjunction | Negation


@dataclass(frozen=True, kw_only=True)
class Selected:
    """A field or function to return, under its alias where it has one."""

    expression: Operand
    alias: str | None


@dataclass(frozen=True, kw_only=True)
class SubQuery:
    """The children of each record."""

    query: "Query"


@dataclass(frozen=True, kw_only=True)
class Branch:
    """``WHEN Contact THEN FirstName, Email``."""

    object_name: str
    position: int
    paths: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True)
class TypeOf:
    """Fields of a parent that depend on what kind of object it is."""

    path: Path
    branches: tuple[Branch, ...]
    otherwise: tuple[Path, ...]


SelectItem = Selected | SubQuery | TypeOf


@dataclass(frozen=True, kw_only=True)
class Order:
    """One key of ORDER BY; nulls come first unless told otherwise, in both directions."""

    expression: Operand
    is_descending: bool
    nulls_last: bool


@dataclass(frozen=True, kw_only=True)
class Word:
    """A name outside any field path, such as a scope."""

    text: str
    position: int


@dataclass(frozen=True, kw_only=True)
class Number:
    """The number of LIMIT or OFFSET."""

    amount: int
    position: int


@dataclass(frozen=True, kw_only=True)
class Parent:
    """A parent under a name of its own: the second part of ``FROM Contact c, c.Account a``."""

    path: Path
    alias: str


@dataclass(frozen=True, kw_only=True)
class Query:
    """One SELECT; None where a clause was not written."""

    select: tuple[SelectItem, ...]
    source: Path
    alias: str | None
    parents: "tuple[Parent, ...]"
    scope: Word | None
    where: Condition | None
    security: Word | None
    groups: tuple[Operand, ...]
    having: Condition | None
    orders: tuple[Order, ...]
    limit: Number | None
    offset: Number | None
    purpose: str | None
    """``VIEW`` or ``REFERENCE``."""
    all_rows: bool
