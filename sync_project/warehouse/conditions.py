"""Conditions in SQL that the settings hold: whom of some rows they choose.

The user decides the condition's shape; it is parsed before it is asked, and everything that makes it unusable
is an error that names the setting.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError


class ConditionError(ValueError):
    """A condition that cannot be used; the message names the setting, the text and the columns there are."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A condition over the columns of one relation."""

    setting: str
    """Such as ``writeback.contact.filter``."""
    text: str
    relation: str
    """A table, or a query in brackets, to select from as ``subject``."""
    columns: Collection[str]
    """Those of the relation that may be named."""
    example: str
    """One that could stand in the settings."""
    without: str
    """What null means there, such as ``no filter``."""

    @property
    def sql(self) -> str:
        """To stand after WHERE; a comment at the end of the text ends with its line."""
        return f"(\n{self.text}\n)"

    def check(self, *, connection: duckdb.DuckDBPyConnection) -> None:
        """ConditionError for what we do not take, and for what DuckDB does not understand."""
        fault = find_fault(self.text, columns=self.columns)
        if fault:
            raise self._fault(fault)
        asked = f"DESCRIBE SELECT {self.sql} FROM {self.relation} AS subject WHERE {self.sql}"
        try:
            ((_, kind, *_),) = connection.execute(asked).fetchall()
        except duckdb.Error as error:
            raise self._fault(f"DuckDB refuses it: {str(error).splitlines()[0]}") from error
        if kind != "BOOLEAN":
            raise self._fault(f"it gives a {kind}, not yes or no")

    def execute(
        self, query: str, parameters: Mapping[str, object], *, connection: duckdb.DuckDBPyConnection
    ) -> None:
        """Run a query that asks the condition; ConditionError where it fails on some row."""
        try:
            connection.execute(query, parameters)
        except duckdb.Error as error:
            raise self._fault(f"DuckDB fails on it: {str(error).splitlines()[0]}") from error

    def _fault(self, what: str) -> ConditionError:
        return ConditionError(
            f"{self.setting} is {self.text!r}, and {what}. Write one condition such as {self.example} over "
            f"the columns {', '.join(self.columns)}; or null for {self.without}."
        )


def find_fault(text: str, *, columns: Collection[str]) -> str | None:
    """What makes a text no single condition over these columns; None where nothing does.

    >>> find_fault("country = 'DE' AND score >= 50", columns=("country", "score"))
    >>> find_fault("country IN (SELECT 1)", columns=("country", "score"))
    'it holds a query or a parameter'
    """
    try:
        parsed = sqlglot.parse(text, dialect="duckdb")
    except SqlglotError as error:
        return f"it cannot be read: {str(error).splitlines()[0]}"
    if len(parsed) != 1 or not isinstance(parsed[0], exp.Condition):
        return "it is no single condition"
    if parsed[0].find(exp.Query, exp.Placeholder, exp.Parameter):
        return "it holds a query or a parameter"
    unknown = sorted(_unknown_columns(parsed[0], columns))
    return f"there is no column {', '.join(unknown)}" if unknown else None


def _unknown_columns(parsed: exp.Expr, columns: Collection[str]) -> set[str]:
    named = {".".join(part.name for part in each.parts) for each in parsed.find_all(exp.Column)}
    return {each for each in named if each.lower() not in columns}
