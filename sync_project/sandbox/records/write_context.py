"""What a write depends on, and the records it looks up."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache

from sync_project.sandbox.database import quote
from sync_project.sandbox.errors import RecordError, not_found
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.records.admin_rules import RuleBook
from sync_project.sandbox.records.write_options import WriteOptions
from sync_project.sandbox.schema import Field, Schema, SObject
from sync_project.sandbox.traffic.dial import FaultDial
from sync_project.sandbox.values import StoredValue, format_datetime

Values = dict[str, StoredValue]
"""API name to stored value."""


@dataclass(frozen=True, kw_only=True)
class WriteContext:
    """All that a write depends on."""

    connection: sqlite3.Connection
    schema: Schema
    user_id: str
    now: datetime
    faults: FaultDial = field(default_factory=FaultDial)
    options: WriteOptions = field(default_factory=WriteOptions)

    @cached_property
    def rules(self) -> RuleBook:
        """What the admin has set up."""
        return RuleBook(self.connection, self.schema)


NEW = ("CreatedDate", "LastModifiedDate", "SystemModstamp")
CHANGED = ("LastModifiedDate", "SystemModstamp")


def find_object(schema: Schema, name: str) -> SObject:
    """The object of that name; a 404 when there is none."""
    found = schema.find_object(name)
    if found is None:
        raise not_found()
    return found


def find_key(sobject: SObject, name: str) -> Field:
    """The field that an upsert may name as its key."""
    found = sobject.find_field(name)
    if found is None or not (found.id_lookup or found.external_id):
        raise not_found(f"Provided external ID field does not exist or is not accessible: {name}")
    return found


def find_by_external_id(context: WriteContext, sobject: SObject, key: Field, value: StoredValue) -> list[str]:
    """The ids of the records with that value, letter case ignored as Salesforce does."""
    rows = context.connection.execute(
        f"SELECT Id FROM {quote(sobject.name)} "
        f"WHERE {quote(key.name)} = ? COLLATE NOCASE AND {sobject.living_sql} ORDER BY Id",
        (value,),
    ).fetchall()
    return [record_id for (record_id,) in rows]


def find_rows(
    connection: sqlite3.Connection, sobject: SObject, condition: str, parameters: Sequence[StoredValue]
) -> list[Values]:
    """Whole rows, formula fields too, that meet a condition on the table ``r``."""
    formulas = (f"{each.sql_of('r')} AS {quote(each.name)}" for each in sobject.formula_fields)
    columns = ", ".join(["r.*", *formulas])
    cursor = connection.execute(
        f"SELECT {columns} FROM {quote(sobject.name)} AS r WHERE {condition}", parameters
    )
    names = [each[0] for each in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def load_row(connection: sqlite3.Connection, sobject: SObject, record_id: str) -> Values:
    """Every value of a living record."""
    full_id = normalise_id(record_id)
    if full_id is None:
        raise RecordError("MALFORMED_ID", f"malformed id {record_id}", fields=["Id"])
    found = find_rows(connection, sobject, "r.Id = ?", (full_id,))
    if not found:
        raise RecordError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
    (values,) = found
    if values.get("IsDeleted"):
        raise RecordError("ENTITY_IS_DELETED", "entity is deleted", status=404)
    return values


def insert_row(connection: sqlite3.Connection, sobject: SObject, row: Values) -> None:
    """Store a complete row as it is."""
    connection.execute(_insert_sql(sobject.name, tuple(row)), tuple(row.values()))


def update_columns(connection: sqlite3.Connection, sobject: SObject, record_id: str, values: Values) -> None:
    """Change some columns of one row."""
    if not values:
        return
    connection.execute(_update_sql(sobject.name, tuple(values)), (*values.values(), record_id))


def stamp(context: WriteContext, sobject: SObject, *, names: Sequence[str]) -> Values:
    """The audit fields of these names, such as NEW or CHANGED; their users follow the dates."""
    moment = format_datetime(context.now)
    values: Values = {name: moment for name in names if name.lower() in sobject.fields}
    for date_name, user_name in (("CreatedDate", "CreatedById"), ("LastModifiedDate", "LastModifiedById")):
        if date_name in values:
            values[user_name] = context.user_id
    return values


@lru_cache(maxsize=256)
def _insert_sql(table: str, names: tuple[str, ...]) -> str:
    columns = ", ".join(quote(name) for name in names)
    return f"INSERT INTO {quote(table)} ({columns}) VALUES ({', '.join('?' for _ in names)})"


@lru_cache(maxsize=256)
def _update_sql(table: str, names: tuple[str, ...]) -> str:
    columns = ", ".join(f"{quote(name)} = ?" for name in names)
    return f"UPDATE {quote(table)} SET {columns} WHERE Id = ?"
