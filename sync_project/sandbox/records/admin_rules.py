"""What an admin has set up and the org keeps: rules of every kind, tracked fields, locked records.

A rule is a JSON object; what it means is known where it is applied.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from sync_project.sandbox.errors import RecordError, not_found
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.schema import Schema, SObject, fields_by_name

Rule = dict[str, object]
"""``id`` and ``sobject`` beside what its kind needs."""


class RuleBook:
    """The org's rules as one write sees them: read once, when first asked for."""

    def __init__(self, connection: sqlite3.Connection, schema: Schema) -> None:
        self._connection = connection
        self._schema = schema

    def find(self, kind: str, sobject: str) -> list[Rule]:
        """The rules of one kind about one object, oldest first."""
        return self._rules.get((kind, sobject), [])

    def is_locked(self, record_id: str) -> bool:
        """Whether an approval holds the record."""
        return record_id in self._locked

    @cached_property
    def open_schema(self) -> Schema:
        """The schema without field-level security: rules see every field."""
        objects = {key: _without_security(each) for key, each in self._schema.objects.items()}
        return replace(self._schema, objects=objects)

    @cached_property
    def _rules(self) -> dict[tuple[str, str], list[Rule]]:
        found: dict[tuple[str, str], list[Rule]] = {}
        rows = self._connection.execute("SELECT DISTINCT kind FROM _admin_rule").fetchall()
        for (kind,) in rows:
            for rule in list_rules(self._connection, kind):
                found.setdefault((kind, str(rule["sobject"])), []).append(rule)
        return found

    @cached_property
    def _locked(self) -> frozenset[str]:
        return frozenset(each for (each,) in self._connection.execute("SELECT id FROM _lock").fetchall())


def add_rule(
    connection: sqlite3.Connection, kind: str, sobject: str, definition: Mapping[str, object]
) -> int:
    """Keep a rule and return its number; call inside a transaction."""
    cursor = connection.execute(
        "INSERT INTO _admin_rule (kind, sobject, definition) VALUES (?, ?, ?)",
        (kind, sobject, json.dumps(dict(definition))),
    )
    return int(cursor.lastrowid or 0)


def list_rules(connection: sqlite3.Connection, kind: str) -> list[Rule]:
    """All rules of one kind, oldest first."""
    rows = connection.execute(
        "SELECT id, sobject, definition FROM _admin_rule WHERE kind = ? ORDER BY id", (kind,)
    ).fetchall()
    return [{"id": each, "sobject": sobject, **json.loads(text)} for each, sobject, text in rows]


def remove_rule(connection: sqlite3.Connection, kind: str, rule_id: int) -> None:
    """Forget a rule; a 404 when there is none of that number."""
    taken = connection.execute(
        "DELETE FROM _admin_rule WHERE kind = ? AND id = ? RETURNING definition", (kind, rule_id)
    ).fetchone()
    if taken is None:
        raise not_found()
    connection.execute('DELETE FROM "AssignmentRule" WHERE Id = ?', (json.loads(taken[0]).get("ruleId"),))


def set_lock(connection: sqlite3.Connection, record_id: str, *, is_locked: bool) -> None:
    """Lock a record as an approval does, or let it go."""
    if normalise_id(record_id) is None:
        raise RecordError("MALFORMED_ID", f"malformed id {record_id}", fields=["Id"])
    statement = "INSERT OR REPLACE INTO _lock VALUES (?)" if is_locked else "DELETE FROM _lock WHERE id = ?"
    connection.execute(statement, (normalise_id(record_id),))


def _without_security(sobject: SObject) -> SObject:
    if all(each.is_visible for each in sobject.fields.values()):
        return sobject
    return replace(
        sobject, fields=fields_by_name(replace(e, is_visible=True) for e in sobject.fields.values())
    )
