"""Setting a rule up: what an admin says about it, checked and put into the form that is kept.

The kinds: ``validation`` (condition, message, field), ``duplicate`` (fields, action, name, matchSobject,
message), ``assignment`` (entries of condition and ownerId, name) and ``history`` (field, tracked).
Conditions are SOQL WHERE texts.
"""

from collections.abc import Callable, Mapping

from sync_project.sandbox.errors import ApiError, fields_missing
from sync_project.sandbox.records.admin_rules import Rule, add_rule
from sync_project.sandbox.records.assignment_rules import ASSIGNED_OBJECTS, create_assignment_rule
from sync_project.sandbox.records.conditions import check_condition
from sync_project.sandbox.records.history import HISTORY_OBJECTS
from sync_project.sandbox.records.write_context import WriteContext, find_object
from sync_project.sandbox.schema import SObject

_METHODS = ("exact", "fuzzy")


def set_up_rule(context: WriteContext, kind: str, body: Mapping[str, object]) -> int:
    """Keep the rule of that kind that ``body`` describes, ``sobject`` within; its number."""
    read = _READERS.get(kind)
    if read is None:
        raise ApiError("INVALID_INPUT", f"unknown kind of rule {kind!r}; use one of {', '.join(_READERS)}")
    sobject = find_object(context.schema, _text(body, "sobject"))
    return add_rule(context.connection, kind, sobject.name, read(context, sobject, body))


def _read_validation(context: WriteContext, sobject: SObject, body: Mapping[str, object]) -> Rule:
    condition = _text(body, "condition")
    check_condition(context, sobject, condition)
    field = None if body.get("field") is None else _field(sobject, body["field"])
    return {"condition": condition, "message": _text(body, "message"), "field": field}


def _read_duplicate(context: WriteContext, sobject: SObject, body: Mapping[str, object]) -> Rule:
    """``fields`` is ``{"Email": "exact"}``, or a list of fields that are compared exactly."""
    target = find_object(context.schema, str(body.get("matchSobject") or sobject.name))
    fields, action = body.get("fields"), body.get("action", "alert")
    methods = {str(each): "exact" for each in fields} if isinstance(fields, list) else fields
    if not methods or not isinstance(methods, dict) or any(each not in _METHODS for each in methods.values()):
        raise ApiError("INVALID_INPUT", f"a duplicate rule needs fields, each one of {', '.join(_METHODS)}")
    if action not in ("alert", "block"):
        raise ApiError("INVALID_INPUT", f"a duplicate rule's action is alert or block, not {action}")
    return {
        "name": body.get("name") or f"Standard_{sobject.name}_Duplicate_Rule",
        "action": action,
        "fields": {_field(sobject, each): method for each, method in methods.items() if _field(target, each)},
        "matchSobject": target.name,
        "message": body.get("message") or "Use one of these records?",
    }


def _read_assignment(context: WriteContext, sobject: SObject, body: Mapping[str, object]) -> Rule:
    entries = body.get("entries")
    if sobject.name not in ASSIGNED_OBJECTS or not isinstance(entries, list):
        raise ApiError(
            "INVALID_INPUT", f"an assignment rule has entries, for {sorted(ASSIGNED_OBJECTS)} only"
        )
    kept = [
        {"condition": str(each.get("condition") or ""), "ownerId": _text(each, "ownerId")}
        for each in entries
        if isinstance(each, dict)
    ]
    for entry in kept:
        check_condition(context, sobject, entry["condition"])
    rule_id = create_assignment_rule(context, sobject, name=str(body.get("name") or "Standard"))
    return {"ruleId": rule_id, "entries": kept}


def _read_history(_: WriteContext, sobject: SObject, body: Mapping[str, object]) -> Rule:
    if sobject.name not in HISTORY_OBJECTS:
        raise ApiError("INVALID_INPUT", f"{sobject.name} has no field history")
    return {"field": _field(sobject, body.get("field")), "tracked": body.get("tracked", True) is not False}


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    if not value:
        raise fields_missing([name])
    return str(value)


def _field(sobject: SObject, name: object) -> str:
    found = sobject.find_field(str(name))
    if found is None or not found.is_stored:
        raise ApiError("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject.name}")
    return found.name


_READERS: dict[str, Callable[[WriteContext, SObject, Mapping[str, object]], Rule]] = {
    "validation": _read_validation,
    "duplicate": _read_duplicate,
    "assignment": _read_assignment,
    "history": _read_history,
}
