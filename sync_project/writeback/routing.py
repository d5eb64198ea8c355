"""``outbound.routed``: whom the filters of the settings let through to Contacts, Leads and Accounts.

A filter is a condition in SQL over the columns of one table of scores, so the user decides its shape; it is
parsed before it is asked, and everything that makes it unusable is an error that names the setting.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from sync_project.settings.writeback import WritebackSettings
from sync_project.warehouse.models import build_table, count_rows, load_models
from sync_project.writeback.scored_subjects import ScoredSubjects, scored_subjects

TABLE = "outbound.routed"


class FilterError(ValueError):
    """A filter that cannot be used; the message names the setting, the text and the columns there are."""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """The condition of one record type."""

    setting: str
    """Such as ``writeback.contact.filter``."""
    condition: str | None
    """None lets everybody through."""
    subjects: ScoredSubjects

    def fault(self, what: str) -> FilterError:
        """The error that says what is wrong."""
        return FilterError(
            f"{self.setting} is {self.condition!r}, and {what}. Write one condition such as "
            "account_owner_email IS NOT NULL over the columns "
            f"{', '.join(self.subjects.columns)}; or null for no filter."
        )


def build_routed(*, connection: duckdb.DuckDBPyConnection, settings: WritebackSettings) -> int:
    """Replace the table and return its rows; FilterError for a filter that cannot be used."""
    filters = list(_list_filters(settings))
    for each in filters:
        _check(each, connection=connection)
    build_table(load_models()[TABLE], connection=connection, parameters={})
    for each in filters:
        _insert(each, connection=connection)
    return count_rows(TABLE, connection=connection)


def check_condition(condition: str, *, columns: Collection[str]) -> str | None:
    """What makes a text no single condition over these columns; None where nothing does.

    >>> check_condition("country = 'DE' AND score >= 50", columns=("country", "score"))
    >>> check_condition("country IN (SELECT 1)", columns=("country", "score"))
    'it holds a query or a parameter'
    """
    try:
        parsed = sqlglot.parse(condition, dialect="duckdb")
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


def _list_filters(settings: WritebackSettings) -> Iterator[Filter]:
    for record_type, target in (
        ("Contact", settings.contact),
        ("Lead", settings.lead),
        ("Account", settings.account),
    ):
        yield Filter(
            setting=f"writeback.{record_type.lower()}.filter",
            condition=target.filter,
            subjects=scored_subjects(record_type),
        )


def _check(given: Filter, *, connection: duckdb.DuckDBPyConnection) -> None:
    """The parser says what we do not take, DuckDB what it does not understand."""
    if given.condition is None:
        return
    fault = check_condition(given.condition, columns=given.subjects.columns)
    if fault:
        raise given.fault(fault)
    # A comment at the end of the text ends with its line.
    condition = f"(\n{given.condition}\n)"
    asked = f"DESCRIBE SELECT {condition} FROM {given.subjects.query} AS subject WHERE {condition}"
    try:
        ((_, kind, *_),) = connection.execute(asked).fetchall()
    except duckdb.Error as error:
        raise given.fault(f"DuckDB refuses it: {str(error).splitlines()[0]}") from error
    if kind != "BOOLEAN":
        raise given.fault(f"it gives a {kind}, not yes or no")


def _insert(given: Filter, *, connection: duckdb.DuckDBPyConnection) -> None:
    subjects = given.subjects
    condition = f"(\n{given.condition}\n)" if given.condition is not None else "TRUE"
    query = f"""INSERT INTO {TABLE} SELECT $record_type, {subjects.key}
        FROM {subjects.query} AS subject WHERE {condition}"""
    try:
        connection.execute(query, {"record_type": subjects.record_type})
    except duckdb.Error as error:
        raise given.fault(f"DuckDB fails on it: {str(error).splitlines()[0]}") from error
