"""Records that a record leads to: its parents and its children by the name of the relationship."""

from dataclasses import replace

from sync_project.sandbox.errors import not_found
from sync_project.sandbox.records.write_context import find_object, load_row
from sync_project.sandbox.wire import serve_query
from sync_project.sandbox.wire.serve_rows import existing_id, select_one
from sync_project.sandbox.wire.web import Call, Reply


def read(call: Call) -> Reply:
    """``GET /sobjects/Contact/{id}/Account``: the parent, a 404 without one; children as a query."""
    schema = call.schema
    sobject = find_object(schema, call.path["sobject"])
    record_id = existing_id(call, sobject)
    name = call.path["relationship"]
    reference = sobject.find_relationship(name)
    if reference is not None:
        parent_id = str(load_row(call.org.connection, sobject, record_id)[reference.name] or "")
        for parent in map(schema.find_object, reference.reference_to):
            if parent is not None and parent_id.startswith(parent.key_prefix):
                return select_one(call, parent, parent_id)
    child = schema.find_child(sobject.name, name)
    if child is None:
        raise not_found()
    fields = call.read_names("fields") or [
        each.name for each in find_object(schema, child.child).visible_fields
    ]
    soql = f"SELECT {', '.join(fields)} FROM {child.child} WHERE {child.child_field} = '{record_id}'"
    return serve_query.query(replace(call, query={"q": soql}))
