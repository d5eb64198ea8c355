"""Pieces of SQLite SQL with their bound parameters; identifiers come from the schema and are quoted here."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from sync_project.sandbox.schema import Field

Parameter = str | int | float | None


@dataclass(frozen=True)
class Sql:
    """Text with ``?`` marks, and the values of those marks in order."""

    text: str
    parameters: tuple[Parameter, ...] = ()


def quote_name(name: str) -> str:
    """A table or column of the schema as an identifier.

    >>> quote_name("Order")
    '"Order"'
    """
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """A name of the schema as a string."""
    return "'" + text.replace("'", "''") + "'"


def join_sql(parts: Sequence[Sql], separator: str) -> Sql:
    """The parts one after the other."""
    return Sql(
        separator.join(part.text for part in parts),
        tuple(value for part in parts for value in part.parameters),
    )


def connect_sql(parts: Sequence[Sql], word: str) -> Sql:
    """The parts under AND or OR, in parentheses, nested evenly: SQLite refuses chains deeper than 1,000."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    left, right = connect_sql(parts[:half], word), connect_sql(parts[half:], word)
    return Sql(f"({left.text} {word} {right.text})", left.parameters + right.parameters)


def _fold(text: str | float | None) -> str | float | None:
    """What two texts have in common when Salesforce holds them for equal: all but letter case."""
    return text.casefold() if isinstance(text, str) else text


def _compare_folded(left: str, right: str) -> int:
    left, right = left.casefold(), right.casefold()
    return (left > right) - (left < right)


def fold_text(text: str) -> str:
    """The Python side of ``soql_fold`` for a bound value."""
    return text.casefold()


def label_sql(sql: str, field: Field) -> str:
    """A picklist's label in place of its value; a value without one is shown as it is."""
    labels = {each.value: each.label for each in field.picklist if each.label != each.value}
    return f"soql_label({sql}, {quote_text(json.dumps(labels))})" if labels else sql


def _find_label(value: str | None, labels: str) -> str | None:
    if value is None:
        return None
    return ";".join(_read_labels(labels).get(each, each) for each in value.split(";"))


@lru_cache
def _read_labels(labels: str) -> dict[str, str]:
    return cast("dict[str, str]", json.loads(labels))


def register_functions(connection: sqlite3.Connection) -> None:
    """Teach the connection ``soql_fold(text)`` and the collation ``soql_text``, once.

    SQLite refuses to define them anew while another statement of the connection is being read.
    """
    try:
        connection.execute("SELECT soql_fold('') COLLATE soql_text")
    except sqlite3.OperationalError:
        _define_functions(connection)


def _define_functions(connection: sqlite3.Connection) -> None:
    connection.create_function("soql_fold", 1, _fold, deterministic=True)
    connection.create_function("soql_label", 2, _find_label, deterministic=True)
    connection.create_collation("soql_text", _compare_folded)
