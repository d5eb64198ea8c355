"""Deletion: into the recycle bin with the cascading children, back out of it, and out of the org.

``_delete_log`` has one row per deleted record, kept after the record itself is gone; ``root`` is the
record whose deletion took it along. ``_cleared_lookup`` keeps the lookups that led to a deleted record.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from sync_project.sandbox.database import quote
from sync_project.sandbox.errors import RecordError
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.records.checks import check_approval, check_deletable, check_lock
from sync_project.sandbox.records.effects import settle_record
from sync_project.sandbox.records.write_context import (
    CHANGED,
    Values,
    WriteContext,
    find_object,
    load_row,
    stamp,
    update_columns,
)
from sync_project.sandbox.schema import SObject
from sync_project.sandbox.traffic.usage import add_usage
from sync_project.sandbox.values import format_datetime

KEPT = timedelta(days=15)
"""How long the recycle bin holds a record."""


def delete_record(context: WriteContext, sobject: SObject, record_id: str) -> None:
    """Move a record and its cascading children to the recycle bin; some objects are deleted for good."""
    row = load_row(context.connection, sobject, record_id)
    check_approval(context, str(row["Id"]))
    check_deletable(context, sobject, row)
    check_lock(context, sobject, row)
    forget_old(context)
    throw_away(context, sobject, str(row["Id"]), root=str(row["Id"]))


def throw_away(
    context: WriteContext,
    sobject: SObject,
    record_id: str,
    *,
    root: str,
    values: Values | None = None,
    takes_children: bool = True,
) -> None:
    """Delete without asking; ``values`` are stored with it."""
    is_binned = "isdeleted" in sobject.fields
    if is_binned:
        stamps = stamp(context, sobject, names=CHANGED)
        update_columns(context.connection, sobject, record_id, stamps | {"IsDeleted": 1} | (values or {}))
    context.connection.execute(
        "INSERT OR REPLACE INTO _delete_log VALUES (?, ?, ?, ?, ?, ?)",
        (
            record_id,
            sobject.name,
            format_datetime(context.now),
            root,
            not is_binned,
            format_datetime(context.now + KEPT),
        ),
    )
    for child in context.schema.children:
        if takes_children and child.parent == sobject.name and child.cascade_delete:
            child_object = find_object(context.schema, child.child)
            for child_id in _living_children(context.connection, child_object, child.child_field, record_id):
                throw_away(context, child_object, child_id, root=root)
    _clear_lookups(context, sobject, record_id, root=root)
    settle_record(context.connection, sobject, record_id)
    add_usage(context.connection, now=context.now, sobject=sobject.name, rows_written=1)
    if not is_binned:
        context.connection.execute(f"DELETE FROM {quote(sobject.name)} WHERE Id = ?", (record_id,))


def undelete_record(context: WriteContext, record_id: str) -> None:
    """Take a record and what was deleted with it out of the recycle bin [K: code and texts]."""
    record_id = normalise_id(record_id) or record_id
    found = context.connection.execute(
        "SELECT root FROM _delete_log WHERE id = ? AND NOT is_purged", (record_id,)
    ).fetchone()
    if found is None:
        raise RecordError("UNDELETE_FAILED", "Entity is not in the recycle bin", fields=["Id"])
    if found[0] != record_id:
        raise RecordError("UNDELETE_FAILED", "The parent record is deleted", fields=["Id"])
    for restored, name in context.connection.execute(
        "DELETE FROM _delete_log WHERE root = ? AND NOT is_purged RETURNING id, sobject", (record_id,)
    ).fetchall():
        sobject = find_object(context.schema, name)
        values = stamp(context, sobject, names=CHANGED) | {"IsDeleted": 0}
        if "masterrecordid" in sobject.fields:
            values["MasterRecordId"] = None
        update_columns(context.connection, sobject, restored, values)
        settle_record(context.connection, sobject, restored)
    for name, field, holder_id, value in context.connection.execute(
        "DELETE FROM _cleared_lookup WHERE root = ? RETURNING sobject, field, id, value", (record_id,)
    ).fetchall():
        context.connection.execute(
            f"UPDATE {quote(name)} SET {quote(field)} = ? WHERE Id = ? AND {quote(field)} IS NULL",
            (value, holder_id),
        )


def forget_old(context: WriteContext) -> None:
    """Empty the recycle bin of what has been in it for 15 days; what was loaded as deleted stays."""
    _purge(context.connection, "expires_at <= ?", format_datetime(context.now))


def empty_recycle_bin(
    context: WriteContext, *, ids: Sequence[str] | None = None, deleted_before: datetime | None = None
) -> int:
    """Remove for good: these records, those deleted before a moment, or all; the number of them."""
    if ids is not None:
        return sum(
            _purge(context.connection, "(root = ?1 OR id = ?1)", normalise_id(each) or each) for each in ids
        )
    limit = format_datetime(deleted_before) if deleted_before else "~"
    return _purge(context.connection, "deleted_at < ?", limit)


def _purge(connection: sqlite3.Connection, condition: str, value: str) -> int:
    gone = connection.execute(
        f"UPDATE _delete_log SET is_purged = 1 WHERE is_purged = 0 AND {condition} RETURNING id, sobject",
        (value,),
    ).fetchall()
    for record_id, sobject in gone:
        connection.execute(f"DELETE FROM {quote(sobject)} WHERE Id = ?", (record_id,))
    return len(gone)


def log_deleted_rows(connection: sqlite3.Connection, sobject: SObject) -> None:
    """Rows that were loaded as deleted are in the recycle bin, each for itself; field history never is."""
    if {"isdeleted", "systemmodstamp"} <= sobject.fields.keys():
        connection.execute(
            "INSERT OR IGNORE INTO _delete_log SELECT Id, ?, SystemModstamp, Id, 0, NULL "
            f"FROM {quote(sobject.name)} WHERE IsDeleted",
            (sobject.name,),
        )


def deleted_records(
    connection: sqlite3.Connection, sobject: SObject, *, start: datetime, end: datetime
) -> list[tuple[str, str]]:
    """Id and moment of each record deleted from ``start`` on and before ``end``, hard deleted or not."""
    return connection.execute(
        "SELECT id, deleted_at FROM _delete_log WHERE sobject = ? AND deleted_at >= ? AND deleted_at < ? "
        "ORDER BY deleted_at, id",
        (sobject.name, format_datetime(start), format_datetime(end)),
    ).fetchall()


def updated_ids(
    connection: sqlite3.Connection, sobject: SObject, *, start: datetime, end: datetime
) -> list[str]:
    """The living records that last changed from ``start`` on and before ``end``."""
    changed = quote(sobject.stamp_name)
    rows = connection.execute(
        f"SELECT Id FROM {quote(sobject.name)} WHERE {changed} >= ? AND {changed} < ? "
        f"AND {sobject.living_sql} ORDER BY {changed}, Id",
        (format_datetime(start), format_datetime(end)),
    ).fetchall()
    return [record_id for (record_id,) in rows]


def _clear_lookups(context: WriteContext, sobject: SObject, record_id: str, *, root: str) -> None:
    """Lookups that a caller may empty become null until the record is undeleted [K: for standard ones]."""
    moment = format_datetime(context.now)
    for holder, field in context.schema.references[sobject.name]:
        if not (field.nillable and field.updateable and "isdeleted" in holder.fields):
            continue
        column = quote(field.name)
        kept = context.connection.execute(
            f"INSERT INTO _cleared_lookup SELECT ?, ?, ?, Id, {column} FROM {quote(holder.name)} "
            f"WHERE {column} = ? AND NOT IsDeleted",
            (root, holder.name, field.name, record_id),
        )
        if not kept.rowcount:
            continue
        context.connection.execute(
            f"UPDATE {quote(holder.name)} SET {column} = NULL, SystemModstamp = ? "
            f"WHERE {column} = ? AND NOT IsDeleted",
            (moment, record_id),
        )


def _living_children(
    connection: sqlite3.Connection, child: SObject, reference: str, parent_id: str
) -> list[str]:
    rows = connection.execute(
        f"SELECT Id FROM {quote(child.name)} WHERE {quote(reference)} = ? AND {child.living_sql}",
        (parent_id,),
    ).fetchall()
    return [record_id for (record_id,) in rows]
