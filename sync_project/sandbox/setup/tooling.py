"""Custom fields as Tooling makes, changes and removes them, and the rows that its queries read.

A Tooling query runs in the one SOQL engine, over a database in memory that holds the org's shape.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sync_project.sandbox import database
from sync_project.sandbox.catalog import tooling_schema
from sync_project.sandbox.errors import RecordError, fields_missing, not_found
from sync_project.sandbox.field_security import forget, restrict
from sync_project.sandbox.formulas import compile_formula
from sync_project.sandbox.ids import make_id, normalise_id
from sync_project.sandbox.schema import Field, Schema, SObject
from sync_project.sandbox.setup.custom_field import read_metadata, split_full_name, write_metadata

CUSTOM_FIELD = "CustomField"
_PREFIX = "00N"
Row = dict[str, str | int | None]


@dataclass(frozen=True, kw_only=True)
class CustomField:
    """One custom field of the org, however it was made."""

    record_id: str
    sobject: str
    field: Field
    given: Mapping[str, object]
    """Its Metadata as Tooling was given it; empty for a field that was made otherwise."""

    @property
    def metadata(self) -> dict[str, object]:
        """The whole Metadata."""
        return {**self.given, **write_metadata(self.field)}


def create_custom_field(connection: sqlite3.Connection, schema: Schema, body: Mapping[str, object]) -> str:
    """Make a field that nobody sees yet and return its id; inside a transaction."""
    sobject_name, name = split_full_name(schema, str(body.get("FullName", "")))
    sobject = schema.objects[sobject_name.lower()]
    if name.lower() in sobject.fields:
        text = f"There is already a field named {name.removesuffix('__c')} on {sobject_name}."
        raise RecordError("DUPLICATE_DEVELOPER_NAME", text, fields=["DeveloperName"])
    given = _read_body(body)
    field = read_metadata(schema, name, given)
    if field.formula is not None:
        compile_formula(schema, sobject, field.formula)
    database.add_field(connection, sobject_name, field)
    database.keep_metadata(connection, sobject_name, name, json.dumps(given))
    if field.nillable or field.type == "boolean":
        restrict(connection, sobject_name, name, is_visible=False, is_editable=False)
    return next(
        each.record_id
        for each in list_custom_fields(connection)
        if (each.sobject, each.field.name) == (sobject_name, name)
    )


def change_custom_field(
    connection: sqlite3.Connection, schema: Schema, record_id: str, body: Mapping[str, object]
) -> None:
    """Give a field other metadata; its type stays [K: code and text of the refusal]."""
    found = find_custom_field(connection, record_id)
    given = _read_body(body)
    field = read_metadata(schema, found.field.name, given)
    if (field.type, field.formula is None) != (found.field.type, found.field.formula is None):
        raise RecordError(
            "FIELD_INTEGRITY_EXCEPTION", "Cannot change type due to existing data", fields=["type"]
        )
    if field.formula is not None:
        compile_formula(schema, schema.objects[found.sobject.lower()], field.formula)
    database.change_field(connection, found.sobject, field)
    database.keep_metadata(connection, found.sobject, field.name, json.dumps(given))


def delete_custom_field(connection: sqlite3.Connection, record_id: str) -> None:
    """Remove a field with its values and permissions; a real org keeps it for 15 days."""
    found = find_custom_field(connection, record_id)
    forget(connection, found.sobject, found.field.name)
    database.drop_field(connection, found.sobject, found.field)


def list_custom_fields(connection: sqlite3.Connection) -> list[CustomField]:
    """Every custom field, oldest first."""
    return [
        CustomField(
            record_id=make_id(_PREFIX, number),
            sobject=sobject,
            field=field,
            given=json.loads(metadata or "{}"),
        )
        for number, sobject, field, metadata in database.read_custom_fields(connection)
    ]


def find_custom_field(connection: sqlite3.Connection, record_id: str) -> CustomField:
    """The field of that id; a 404 when there is none."""
    wanted = normalise_id(record_id)
    for each in list_custom_fields(connection):
        if each.record_id == wanted:
            return each
    raise not_found()


def open_tooling_database(
    connection: sqlite3.Connection, schema: Schema, *, tracked: Collection[tuple[str, str]]
) -> sqlite3.Connection:
    """The objects of the Tooling API with their rows, in memory; close it after use.

    ``tracked`` are the fields whose history is kept, by (object name, field name).
    """
    memory = sqlite3.connect(":memory:", check_same_thread=False)
    database.create_object_tables(memory, tooling_schema())
    objects = list(schema.objects.values())
    fields = [(sobject, field) for sobject in objects for field in sobject.fields.values()]
    _fill(memory, "EntityDefinition", (_entity_row(each) for each in objects))
    rows = (_field_row(*each, is_tracked=(each[0].name, each[1].name) in tracked) for each in fields)
    _fill(memory, "FieldDefinition", rows)
    _fill(memory, CUSTOM_FIELD, (custom_field_row(each) for each in list_custom_fields(connection)))
    return memory


def custom_field_row(custom: CustomField) -> Row:
    """A CustomField as a query reads it, Metadata as JSON."""
    return {
        "Id": custom.record_id,
        "DeveloperName": custom.field.name.removesuffix("__c"),
        "TableEnumOrId": custom.sobject,
        "EntityDefinitionId": custom.sobject,
        "NamespacePrefix": None,
        "ManageableState": "unmanaged",
        "Length": custom.field.length or None,
        "Precision": custom.field.precision or None,
        "Scale": custom.field.scale,
        "FullName": f"{custom.sobject}.{custom.field.name}",
        "Metadata": json.dumps(custom.metadata),
    }


def _entity_row(sobject: SObject) -> Row:
    names = dict.fromkeys(("Id", "DurableId", "QualifiedApiName", "DeveloperName"), sobject.name)
    labels = {"Label": sobject.label, "MasterLabel": sobject.label, "PluralLabel": sobject.label_plural}
    return {**names, **labels, "KeyPrefix": sobject.key_prefix}


def _field_row(sobject: SObject, field: Field, *, is_tracked: bool) -> Row:
    return {
        **dict.fromkeys(("Id", "DurableId"), f"{sobject.name}.{field.name}"),
        "EntityDefinitionId": sobject.name,
        "QualifiedApiName": field.name,
        "DeveloperName": field.name.removesuffix("__c"),
        "Label": field.label,
        "MasterLabel": field.label,
        "DataType": _data_type(field),
        "Length": field.length,
        "Precision": field.precision,
        "Scale": field.scale,
        "RelationshipName": field.relationship_name,
        "IsCalculated": int(field.calculated),
        "IsFieldHistoryTracked": int(is_tracked),
        "IsNillable": int(field.nillable),
    }


def _data_type(field: Field) -> str:
    """As the setup pages show it: ``Text(255)``, ``Number(3, 0)``, ``Lookup(Account)`` [K for the others].

    >>> _data_type(Field(name="Score__c", type="double", label="Score", precision=3))
    'Number(3, 0)'
    """
    name = {"string": "Text", "double": "Number", "reference": "Lookup", "boolean": "Checkbox"}.get(
        field.type, field.type.capitalize()
    )
    if field.precision:
        return f"{name}({field.precision - field.scale}, {field.scale})"
    if field.reference_to:
        return f"{name}({','.join(field.reference_to)})"
    return f"{name}({field.length})" if field.type in {"string", "textarea"} else name


def _fill(memory: sqlite3.Connection, sobject: str, rows: Iterator[Row]) -> None:
    kept = list(rows)
    if kept:
        columns = ", ".join(database.quote(name) for name in kept[0])
        marks = ", ".join(f":{name}" for name in kept[0])
        memory.executemany(f"INSERT INTO {database.quote(sobject)} ({columns}) VALUES ({marks})", kept)


def _read_body(body: Mapping[str, object]) -> Mapping[str, object]:
    metadata = body.get("Metadata")
    if not isinstance(metadata, Mapping):
        raise fields_missing(["Metadata"])
    return metadata
