"""What permission sets, their field permissions and their assignments forbid."""

from sync_project.sandbox.database import read_schema
from sync_project.sandbox.describe_fields import is_permissionable
from sync_project.sandbox.errors import RecordError
from sync_project.sandbox.records.change import Change

SECURITY_OBJECTS = frozenset({"FieldPermissions", "PermissionSetAssignment"})
"""Writing them changes what users see."""


def check_permission_set(change: Change) -> None:
    """Names are unique."""
    if _find_twin(change, "PermissionSet", ("Name",)) is not None:
        raise RecordError(
            "DUPLICATE_DEVELOPER_NAME",
            "The API name is already in use: choose another name.",  # [K]
            fields=["Name"],
        )


def check_field_permissions(change: Change) -> None:
    """A field that has permissions, once in a permission set, and editing not without reading [K: texts]."""
    row = change.row
    sobject, _, name = str(row["Field"]).partition(".")
    owner = read_schema(change.connection).find_object(sobject)
    field = None if owner is None else owner.fields.get(name.lower())
    is_required = field is not None and field.custom and not field.nillable and field.type != "boolean"
    is_known = owner is not None and field is not None and is_permissionable(field, sobject=owner.name)
    if not is_known or is_required or sobject.lower() != str(row["SobjectType"]).lower():
        # Required fields have no field-level security, so that they are not in this picklist.
        raise RecordError(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            f"Field Name: bad value for restricted picklist field: {row['Field']}",
            fields=["Field"],
        )
    if not row["PermissionsRead"]:
        text = "Field permissions must let the field be read; delete the record to take all access away"
        raise RecordError("FIELD_INTEGRITY_EXCEPTION", text, fields=["PermissionsRead"])
    twin = _find_twin(change, "FieldPermissions", ("ParentId", "Field"))
    if twin is not None:
        text = f"duplicate value found: ParentId, Field duplicates value on record with id: {twin}"
        raise RecordError("DUPLICATE_VALUE", text)


def check_assignment(change: Change) -> None:
    """A user has a permission set once."""
    if _find_twin(change, "PermissionSetAssignment", ("PermissionSetId", "AssigneeId")) is not None:
        assignee, permission_set = change.row["AssigneeId"], change.row["PermissionSetId"]
        raise RecordError(
            "DUPLICATE_VALUE",
            f"Duplicate PermissionSetAssignment. Assignee: {assignee}; Permission Set: {permission_set}",
            fields=["AssigneeId", "PermissionSetId"],
        )


def _find_twin(change: Change, sobject: str, names: tuple[str, ...]) -> str | None:
    """The id of another record with the same values."""
    same = " AND ".join(f"{name} = ? COLLATE NOCASE" for name in names)
    found = change.connection.execute(
        f'SELECT Id FROM "{sobject}" WHERE {same} AND Id <> ?',
        (*(change.row[name] for name in names), change.row["Id"]),
    ).fetchone()
    return None if found is None else found[0]
