"""Pieces of SQLite SQL with their bound parameters; identifiers come from the schema."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sync_project.sandbox.schema import Field

Parameter = str | int | float | None


@dataclass(frozen=True)
class Sql:
    """Text with ``?`` marks, and the values of those marks in order."""

    text: str
    parameters: tuple[Parameter, ...] = ()


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


def label_sql(sql: str, field: Field) -> str:
    """A picklist's label in place of its value; a value without one is shown as it is."""
    labels = {each.value: each.label for each in field.picklist if each.label != each.value}
    return f"soql_label({sql}, {quote_text(json.dumps(labels))})" if labels else sql


def rank_sql(sql: str, field: Field) -> str:
    """A picklist's value behind its place in the picklist: texts that sort as the picklist does."""
    return f"soql_rank({sql}, {quote_text(json.dumps([each.value for each in field.picklist]))})"


def unrank_sql(sql: str) -> str:
    """The value that ``rank_sql`` put behind its place."""
    return f"SUBSTR({sql}, 6)"
