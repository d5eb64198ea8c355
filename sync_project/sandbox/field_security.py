"""Field-level security: which fields a user sees and may write. All of it is decided here.

A profile lets everything be seen and written but what ``_field_security`` takes away; a permission
set of the user gives back what its FieldPermissions name. A field that was made through Tooling is
taken away from every profile at first, as in a real org.
"""

import sqlite3
from dataclasses import replace

from sync_project.sandbox.schema import Field

_GRANTS = """
SELECT lower(Field), max(PermissionsRead), max(PermissionsEdit) FROM "FieldPermissions"
WHERE ParentId IN (
    SELECT PermissionSetId FROM "PermissionSetAssignment" WHERE AssigneeId = :user_id
    UNION SELECT s.Id FROM "PermissionSet" AS s JOIN "User" AS u ON u.ProfileId = s.ProfileId
    WHERE u.Id = :user_id AND s.IsOwnedByProfile)
GROUP BY 1"""

Fields = dict[str, dict[str, Field]]
"""By lower-case object name, then by lower-case field name."""


def apply_security(connection: sqlite3.Connection, fields: Fields, *, user_id: str | None) -> None:
    """Mark what the user may not see or not write; nobody sees what only permission sets give."""
    taken = connection.execute(
        "SELECT lower(sobject), lower(name), is_visible, is_editable FROM _field_security"
    ).fetchall()
    if not taken:
        return
    rows = connection.execute(_GRANTS, {"user_id": user_id}).fetchall()
    grants = {path: (can_read, can_edit) for path, can_read, can_edit in rows}
    for sobject, name, is_visible, is_editable in taken:
        can_read, can_edit = grants.get(f"{sobject}.{name}", (0, 0))
        fields[sobject][name] = replace(
            fields[sobject][name],
            is_visible=bool(is_visible or can_read),
            is_editable=bool(is_editable or can_edit),
        )


def restrict(
    connection: sqlite3.Connection, sobject: str, name: str, *, is_visible: bool, is_editable: bool
) -> None:
    """Let profiles give so much of a field, and no permission set more; both True undo it."""
    connection.execute("DELETE FROM _field_security WHERE sobject = ? AND name = ?", (sobject, name))
    if is_visible and is_editable:
        return
    connection.execute(
        "INSERT INTO _field_security VALUES (?, ?, ?, ?)", (sobject, name, is_visible, is_editable)
    )
    path = f"{sobject}.{name}"
    if is_visible:
        connection.execute(
            'UPDATE "FieldPermissions" SET PermissionsEdit = 0 WHERE Field = ? COLLATE NOCASE', (path,)
        )
    else:
        connection.execute('DELETE FROM "FieldPermissions" WHERE Field = ? COLLATE NOCASE', (path,))


def forget(connection: sqlite3.Connection, sobject: str, name: str) -> None:
    """A field that is gone has no security."""
    connection.execute("DELETE FROM _field_security WHERE sobject = ? AND name = ?", (sobject, name))
    connection.execute(
        'DELETE FROM "FieldPermissions" WHERE Field = ? COLLATE NOCASE', (f"{sobject}.{name}",)
    )
