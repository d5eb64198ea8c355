"""``outbound.routed``: whom the filters of the settings let through to Contacts, Leads and Accounts.

A filter is a condition in SQL over the columns of one table of scores.
"""

from collections.abc import Iterator

import duckdb

from sync_project.settings.writeback import WritebackSettings
from sync_project.warehouse.conditions import Condition
from sync_project.warehouse.models import build_table, count_rows, load_models
from sync_project.writeback.scored_subjects import ScoredSubjects, scored_subjects

TABLE = "outbound.routed"


def build_routed(*, connection: duckdb.DuckDBPyConnection, settings: WritebackSettings) -> int:
    """Replace the table and return its rows; ConditionError for a filter that cannot be used."""
    filters = list(_list_filters(settings))
    for _, condition in filters:
        if condition:
            condition.check(connection=connection)
    build_table(load_models()[TABLE], connection=connection, parameters={})
    for subjects, condition in filters:
        _insert(subjects, condition, connection=connection)
    return count_rows(TABLE, connection=connection)


def _list_filters(settings: WritebackSettings) -> Iterator[tuple[ScoredSubjects, Condition | None]]:
    """None lets everybody through."""
    for record_type, target in (
        ("Contact", settings.contact),
        ("Lead", settings.lead),
        ("Account", settings.account),
    ):
        subjects = scored_subjects(record_type)
        yield (
            subjects,
            None
            if target.filter is None
            else Condition(
                setting=f"writeback.{record_type.lower()}.filter",
                text=target.filter,
                relation=subjects.query,
                columns=subjects.columns,
                example="account_owner_email IS NOT NULL",
                without="no filter",
            ),
        )


def _insert(
    subjects: ScoredSubjects, condition: Condition | None, *, connection: duckdb.DuckDBPyConnection
) -> None:
    insert = f"INSERT INTO {TABLE} SELECT $record_type, {subjects.key} FROM {subjects.query} AS subject"
    given = {"record_type": subjects.record_type}
    if condition:
        condition.execute(f"{insert} WHERE {condition.sql}", given, connection=connection)
    else:
        connection.execute(insert, given)
