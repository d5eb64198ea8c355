"""What list views and reports have in common: their definitions in the org's file, paths to fields, queries.

A definition is JSON beside the row of its ListView or Report record.
"""

from collections.abc import Mapping, Sequence

from sync_project.sandbox.database import quote
from sync_project.sandbox.records.asking import ask, query_context
from sync_project.sandbox.records.write_context import WriteContext
from sync_project.sandbox.schema import Field, Schema, SObject
from sync_project.sandbox.soql.execute import run_query
from sync_project.sandbox.soql.records import Record
from sync_project.sandbox.values import format_datetime


def keep_definition(context: WriteContext, record_id: str, body: str) -> None:
    """Store or replace what a list view or report is made of."""
    context.connection.execute("INSERT OR REPLACE INTO _definition VALUES (?, ?)", (record_id, body))


def read_definition(context: WriteContext, record_id: str) -> str:
    """What a list view or report is made of."""
    (body,) = context.connection.execute("SELECT body FROM _definition WHERE id = ?", (record_id,)).fetchone()
    return str(body)


def mark_time(context: WriteContext, sobject: str, record_id: str, *, names: Sequence[str]) -> None:
    """Note that a list view or report is looked at or run now."""
    columns = ", ".join(f"{quote(each)} = :now" for each in names)
    context.connection.execute(
        f"UPDATE {quote(sobject)} SET {columns} WHERE Id = :id",
        {"now": format_datetime(context.now), "id": record_id},
    )


def query(context: WriteContext, soql: str) -> list[Record]:
    """The records of a query; an ApiError where the engine refuses it."""
    return ask(run_query, soql, context=query_context(context)).records


def dig(record: Mapping[str, object], path: str) -> object:
    """The value at the end of a path such as ``Account.Owner.Name``; None where a parent is missing."""
    value: object = record
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def resolve_path(schema: Schema, sobject: SObject, names: Sequence[str]) -> tuple[str, Field] | None:
    """The path as the schema spells it, and the field at its end; None when it leads nowhere."""
    head, *rest = names
    if not rest:
        field = sobject.find_field(head)
        return None if field is None or field.is_compound else (field.name, field)
    reference = sobject.find_relationship(head)
    targets = [] if reference is None else sorted(reference.reference_to, key=lambda each: each != "User")
    for target in filter(None, map(schema.find_object, targets)):
        found = resolve_path(schema, target, rest)
        if found is not None and reference is not None:
            return f"{reference.relationship_name}.{found[0]}", found[1]
    return None


def label_of(sobject: SObject, path: str, field: Field) -> str:
    """What a column is called: an owner's field and a plain Name with the object before it."""
    if not path.startswith("Owner."):
        return f"{sobject.label} Name" if path == field.label == "Name" else field.label
    return f"{sobject.label} Owner" if field.name_field else f"{sobject.label} Owner {field.label}"


def quote_text(text: str) -> str:
    r"""A string in SOQL.

    >>> quote_text("O'Neill \\ Co")
    "'O\\'Neill \\\\ Co'"
    """
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + escaped.replace("\n", "\\n").replace("\r", "\\r") + "'"
