"""Assignment rules: who gets a new lead or case. The first entry whose condition holds decides.

The rule is an AssignmentRule record; its entries (``{"condition", "ownerId"}``) are kept beside it.
"""

from sync_project.sandbox.database import new_id
from sync_project.sandbox.errors import RecordError
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.records.admin_rules import Rule
from sync_project.sandbox.records.conditions import holds
from sync_project.sandbox.records.write_context import (
    NEW,
    Values,
    WriteContext,
    find_object,
    insert_row,
    stamp,
)
from sync_project.sandbox.records.write_options import ACTIVE_RULE
from sync_project.sandbox.schema import SObject

ASSIGNED_OBJECTS = frozenset({"Case", "Lead"})


def create_assignment_rule(context: WriteContext, sobject: SObject, *, name: str) -> str:
    """The active AssignmentRule of an object, in place of the one before; its id."""
    rules = find_object(context.schema, "AssignmentRule")
    row: Values = {"Id": new_id(context.connection, rules), "Name": name, "Active": 1}
    context.connection.execute(
        'UPDATE "AssignmentRule" SET Active = 0 WHERE SobjectType = ?', (sobject.name,)
    )
    insert_row(
        context.connection, rules, stamp(context, rules, names=NEW) | row | {"SobjectType": sobject.name}
    )
    return str(row["Id"])


def find_owner(context: WriteContext, sobject: SObject, record_id: str, *, is_new: bool) -> str | None:
    """Whom the asked-for rule gives the record to; None when no rule or entry speaks.

    A rule named by its id is for new records only [R headers_autoassign].
    """
    wanted = context.options.assignment_rule
    if wanted is None or sobject.name not in ASSIGNED_OBJECTS:
        return None
    rules = context.rules.find("assignment", sobject.name)
    if wanted != ACTIVE_RULE and not is_new:
        return None
    if wanted != ACTIVE_RULE:
        chosen = [rule for rule in rules if rule["ruleId"] == wanted]
        if not chosen:
            raise RecordError("INVALID_CROSS_REFERENCE_KEY", "invalid assignment rule id")
    else:
        chosen = [rule for rule in rules if _is_active(context, rule)]
    for rule in chosen:
        for entry in _entries_of(rule):
            if holds(context, sobject, record_id, entry.get("condition", "")):
                return normalise_id(entry["ownerId"])
    return None


def _entries_of(rule: Rule) -> list[dict[str, str]]:
    entries = rule["entries"]
    return entries if isinstance(entries, list) else []


def _is_active(context: WriteContext, rule: Rule) -> bool:
    row = context.connection.execute(
        'SELECT Active FROM "AssignmentRule" WHERE Id = ?', (rule["ruleId"],)
    ).fetchone()
    return row is not None and bool(row[0])
