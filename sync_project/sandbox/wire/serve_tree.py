"""sObject Tree: new records with their children below them, all or none of them created.

Texts are [K] but for those of reference ids, which a client recorded.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sync_project.sandbox.database import savepoint
from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.records.reading import read_record
from sync_project.sandbox.records.store import create_record
from sync_project.sandbox.records.write_context import WriteContext, find_object
from sync_project.sandbox.schema import Schema, SObject
from sync_project.sandbox.wire.web import Call, Reply, read_list

_MOST_RECORDS = 200
_MOST_LEVELS = 5
_MOST_TYPES = 5

Result = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class _Node:
    """One record of a tree."""

    sobject: SObject
    reference_id: str
    body: Mapping[str, object]
    children: "Sequence[tuple[str, _Node]]"
    """Each with the field that points to this record."""


class _FailedError(Exception):
    """Some records were refused; their results."""

    def __init__(self, results: Sequence[Result]) -> None:
        self.results = list(results)
        super().__init__()


def create(call: Call) -> Reply:
    """``POST /composite/tree/X``: ids by reference id, parents before children; or what was wrong."""
    sobject = find_object(call.schema, call.path["sobject"])
    roots = [
        _read_node(call.schema, each, expected=sobject, level=1)
        for each in read_list(call.read_object(), "records")
    ]
    nodes = [node for root in roots for node in _walk(root)]
    _check_size(nodes)
    try:
        _check_reference_ids(nodes)
        with call.org.transaction():
            results = _create_levels(call.write_context(), roots)
    except _FailedError as error:
        return Reply(status=400, body={"hasErrors": True, "results": error.results})
    return Reply(status=201, body={"hasErrors": False, "results": results})


def _create_levels(context: WriteContext, roots: Sequence[_Node]) -> list[Result]:
    """Level by level, as Salesforce fires its triggers."""
    results: list[Result] = []
    level: list[tuple[_Node, dict[str, object]]] = [(each, {}) for each in roots]
    while level:
        failed: list[Result] = []
        below: list[tuple[_Node, dict[str, object]]] = []
        for node, parent in level:
            try:
                with savepoint(context.connection):
                    values = read_record(context, node.sobject, {**node.body, **parent})
                    record_id = create_record(context, node.sobject, values)
            except ApiError as error:
                failed.append(_failure(node, error))
                continue
            results.append({"referenceId": node.reference_id, "id": record_id})
            below += [(child, {field: record_id}) for field, child in node.children]
        if failed:
            raise _FailedError(failed)
        level = below
    return results


def _read_node(schema: Schema, record: Mapping[str, object], *, expected: SObject, level: int) -> _Node:
    if level > _MOST_LEVELS:
        raise ApiError("INVALID_INPUT", f"SObject trees can be up to {_MOST_LEVELS} levels deep.")
    attributes = record.get("attributes")
    known = attributes if isinstance(attributes, dict) else {}
    if str(known.get("type", "")).lower() != expected.name.lower():
        raise ApiError("INVALID_INPUT", f"Include the type {expected.name} in the attributes of the record.")
    if not isinstance(known.get("referenceId"), str):
        text = "Include a reference ID for each record in the request."
        raise ApiError("INVALID_INPUT", text, status=403)
    body: dict[str, object] = {}
    children: list[tuple[str, _Node]] = []
    for name, value in record.items():
        child = schema.find_child(expected.name, name)
        if child is None or not isinstance(value, dict):
            body[name] = value
            continue
        below = find_object(schema, child.child)
        children += [
            (child.child_field, _read_node(schema, each, expected=below, level=level + 1))
            for each in read_list(value, "records")
        ]
    return _Node(sobject=expected, reference_id=known["referenceId"], body=body, children=children)


def _walk(node: _Node) -> Iterator[_Node]:
    yield node
    for _, child in node.children:
        yield from _walk(child)


def _check_size(nodes: Sequence[_Node]) -> None:
    if len(nodes) > _MOST_RECORDS:
        raise ApiError("INVALID_INPUT", f"Cannot create more than {_MOST_RECORDS} records in one request.")
    if len({each.sobject.name for each in nodes}) > _MOST_TYPES:
        raise ApiError("INVALID_INPUT", f"Cannot create more than {_MOST_TYPES} types of records.")


def _check_reference_ids(nodes: Sequence[_Node]) -> None:
    counts = Counter(each.reference_id for each in nodes)
    error = ApiError("INVALID_INPUT", "Duplicate ReferenceId provided in the request.")
    doubled = [_failure(each, error) for each in nodes if counts[each.reference_id] > 1]
    if doubled:
        raise _FailedError(doubled)


def _failure(node: _Node, error: ApiError) -> Result:
    reason = {"statusCode": error.code, "message": error.message, "fields": error.fields or []}
    return {"referenceId": node.reference_id, "errors": [reason]}
