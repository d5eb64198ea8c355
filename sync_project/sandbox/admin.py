"""What people do to an org by clicking: convert, merge, undelete, lock, and set rules up.

Every method is one transaction. The same is reached over HTTP under ``/sandbox``.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sync_project.sandbox.catalog import standard_schema
from sync_project.sandbox.database import set_removed_objects
from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.records import admin_rules
from sync_project.sandbox.records.admin_rules import KINDS, Rule
from sync_project.sandbox.records.assignment_rules import add_assignment_rule
from sync_project.sandbox.records.conditions import check_condition
from sync_project.sandbox.records.conversion import Conversion, Converted, convert_lead
from sync_project.sandbox.records.history import HISTORY_OBJECTS
from sync_project.sandbox.records.merging import merge_records
from sync_project.sandbox.records.recycle_bin import empty_recycle_bin, undelete_record
from sync_project.sandbox.records.write_context import find_object
from sync_project.sandbox.schema import Field, SObject
from sync_project.sandbox.values import read_value


class Admin:
    """An org's admin."""

    def __init__(self, org: SandboxOrg) -> None:
        self.org = org

    def convert_lead(self, wanted: Conversion) -> Converted:
        """Make a lead an account, a contact and perhaps an opportunity."""
        with self.org.transaction():
            return convert_lead(self.org.write_context(), wanted)

    def merge(
        self,
        sobject: str,
        *,
        master_id: str,
        merge_ids: Sequence[str],
        values: Mapping[str, object] | None = None,
    ) -> str:
        """Merge up to two records into the master, which takes the values; the master's id."""
        found = self.org.find_object(sobject)
        fields = {name: self._field(found, name) for name in values or {}}
        with self.org.transaction():
            return merge_records(
                self.org.write_context(),
                found,
                master_id=_full_id(master_id),
                loser_ids=[_full_id(each) for each in merge_ids],
                values={each.name: read_value(each, (values or {})[name]) for name, each in fields.items()},
            )

    def undelete(self, record_id: str) -> None:
        """Take a record and what was deleted with it out of the recycle bin."""
        with self.org.transaction():
            undelete_record(self.org.write_context(), _full_id(record_id))

    def empty_recycle_bin(
        self, *, ids: Sequence[str] | None = None, older_than: timedelta | None = None
    ) -> int:
        """Remove deleted records for good: those named, those of that age, or all; how many there were."""
        with self.org.transaction():
            return empty_recycle_bin(
                self.org.write_context(),
                ids=None if ids is None else [_full_id(each) for each in ids],
                deleted_before=None if older_than is None else self.org.now - older_than,
            )

    def set_lock(self, record_id: str, *, is_locked: bool) -> None:
        """Lock a record as an approval does, or let it go."""
        with self.org.transaction() as connection:
            admin_rules.set_lock(connection, _full_id(record_id), is_locked=is_locked)

    def add_validation_rule(
        self, sobject: str, *, condition: str, message: str, field: str | None = None
    ) -> int:
        """Refuse records that meet the condition, a SOQL WHERE text; the rule's number."""
        found = self.org.find_object(sobject)
        name = None if field is None else self._field(found, field).name
        with self.org.transaction() as connection:
            check_condition(self.org.write_context(), found, condition)
            rule = {"condition": condition, "message": message, "field": name}
            return admin_rules.add_rule(connection, "validation", found.name, rule)

    def add_duplicate_rule(
        self,
        sobject: str,
        *,
        fields: Mapping[str, str],
        name: str | None = None,
        action: str = "alert",
        match_sobject: str | None = None,
        message: str | None = None,
    ) -> int:
        """Alert or block when all fields match by their method, exact or fuzzy; the rule's number."""
        found = self.org.find_object(sobject)
        target = self.org.find_object(match_sobject or sobject)
        if not fields or action not in {"alert", "block"} or not set(fields.values()) <= {"exact", "fuzzy"}:
            raise ApiError(
                "INVALID_INPUT", "a duplicate rule has fields (exact or fuzzy) and an action: alert or block"
            )
        for each in fields:
            self._field(target, each)
        rule = {
            "name": name or f"Standard_{found.name}_Duplicate_Rule",
            "action": action,
            "fields": [
                {"field": self._field(found, each).name, "method": method} for each, method in fields.items()
            ],
            "matchSobject": target.name,
            "message": message,
        }
        with self.org.transaction() as connection:
            return admin_rules.add_rule(connection, "duplicate", found.name, rule)

    def add_assignment_rule(
        self, sobject: str, *, entries: Sequence[Mapping[str, str]], name: str = "Standard"
    ) -> str:
        """Set the active assignment rule of leads or cases up; its AssignmentRule id."""
        with self.org.transaction():
            context = self.org.write_context()
            return add_assignment_rule(context, self.org.find_object(sobject), name=name, entries=entries)

    def track_field(self, sobject: str, field: str, *, is_tracked: bool = True) -> int:
        """Keep the changes of a field in the object's history, or no longer."""
        found = self.org.find_object(sobject)
        if found.name not in HISTORY_OBJECTS:
            raise ApiError("INVALID_TYPE", f"{found.name} has no field history")
        rule = {"field": self._field(found, field).name, "tracked": is_tracked}
        with self.org.transaction() as connection:
            return admin_rules.add_rule(connection, "history", found.name, rule)

    def list_rules(self, kind: str) -> list[Rule]:
        """The rules of one kind: validation, duplicate, assignment or history."""
        with self.org.lock:
            return admin_rules.list_rules(self.org.connection, _check_kind(kind))

    def remove_rule(self, kind: str, rule_id: int) -> None:
        """Forget a rule."""
        with self.org.transaction() as connection:
            admin_rules.remove_rule(connection, _check_kind(kind), rule_id)

    def remove_objects(self, *names: str) -> None:
        """Switch a feature off: its objects vanish from the org, until called again without them."""
        with self.org.transaction() as connection:
            known = standard_schema()
            set_removed_objects(connection, [find_object(known, each).name for each in names])

    def _field(self, sobject: SObject, name: str) -> Field:
        found = sobject.find_field(name)
        if found is None or not found.is_stored:
            raise ApiError("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject.name}")
        return found


def _full_id(text: str) -> str:
    full = normalise_id(text)
    if full is None:
        raise ApiError("MALFORMED_ID", f"malformed id {text}")
    return full


def _check_kind(kind: str) -> str:
    if kind not in KINDS:
        raise ApiError("INVALID_INPUT", f"unknown kind of rule {kind!r}; use one of {', '.join(KINDS)}")
    return kind
