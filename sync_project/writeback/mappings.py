"""The user's mappings against the org's fields: which are in use, and what makes one impossible.

Checked before anything is planned, so that a run stops with every fault named instead of failing row by row.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import duckdb

from sync_project.settings.model import (
    AccountMapping,
    AccountTarget,
    PersonMapping,
    PersonTarget,
    TargetPolicy,
    WritebackSettings,
    WriteRule,
)

NUMBER_TYPES = frozenset({"int", "double", "currency", "percent"})
TEXT_TYPES = frozenset(
    {"string", "textarea", "picklist", "multipicklist", "combobox", "email", "phone", "url"}
)
TIME_TYPES = frozenset({"datetime", "date"})


class ValueType(StrEnum):
    """What a source holds."""

    NUMBER = "number"
    TEXT = "text"
    TIME = "time"
    RECORD_ID = "record id"


SOURCE_TYPES: Mapping[str, ValueType] = {
    "score": ValueType.NUMBER,
    "confidence_pct": ValueType.NUMBER,
    "probability_pct": ValueType.NUMBER,
    "propensity_score": ValueType.NUMBER,
    "evaluated_at": ValueType.TIME,
    "account_id": ValueType.RECORD_ID,
    "account_owner_id": ValueType.RECORD_ID,
}
"""Every other source is text."""

FITTING_TYPES: Mapping[ValueType, frozenset[str]] = {
    ValueType.NUMBER: NUMBER_TYPES | TEXT_TYPES,
    ValueType.TEXT: TEXT_TYPES,
    ValueType.TIME: TIME_TYPES | TEXT_TYPES,
    ValueType.RECORD_ID: frozenset({"reference"}) | TEXT_TYPES,
}


class MappingError(ValueError):
    """Mappings that cannot work; the message lists each with its remedy."""


@dataclass(frozen=True, kw_only=True)
class TargetField:
    """A Salesforce field as ``raw.field`` knows it."""

    name: str
    type: str
    length: int
    scale: int
    is_createable: bool
    is_updateable: bool
    is_required: bool
    """Whether a new record needs a value from us."""
    is_rich_text: bool
    is_external_id: bool


@dataclass(frozen=True, kw_only=True)
class FieldMapping:
    """One source, the field it goes to, and when."""

    source: str
    field: TargetField
    rule: WriteRule

    @property
    def source_type(self) -> ValueType:
        """What the source holds."""
        return SOURCE_TYPES.get(self.source, ValueType.TEXT)


@dataclass(frozen=True, kw_only=True)
class RecordMapping:
    """All that may be written to one record type."""

    record_type: str
    fields: tuple[FieldMapping, ...]


def read_mappings(
    settings: WritebackSettings, *, connection: duckdb.DuckDBPyConnection
) -> list[RecordMapping]:
    """The mappings of the record types in use; MappingError names every one that cannot work."""
    in_use = list(_targets_in_use(settings))
    known = {record_type: _read_fields(record_type, connection=connection) for record_type, _ in in_use}
    faults = [
        fault
        for record_type, target in in_use
        for fault in _find_faults(record_type, target, settings, known[record_type])
    ]
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults)
        raise MappingError(f"Nothing was written, because mappings cannot work:\n{listed}")
    return [
        RecordMapping(
            record_type=record_type,
            fields=tuple(
                FieldMapping(source=each.source, field=known[record_type][each.field.lower()], rule=each.rule)
                for each in _written(target)
            ),
        )
        for record_type, target in in_use
    ]


def may_create(record_type: str, settings: WritebackSettings) -> bool:
    """Whether new records of that type may be made."""
    if record_type.lower() != settings.create_as:
        return False
    return settings.contact.create if record_type == "Contact" else settings.lead.create


def may_update(record_type: str, settings: WritebackSettings) -> bool:
    """Whether records of that type may be changed."""
    if record_type == "Account":
        return settings.account.update
    if record_type == "Contact":
        return settings.contact.update
    return settings.lead.update and settings.target_policy is not TargetPolicy.CONTACT_ONLY


def _targets_in_use(settings: WritebackSettings) -> Iterator[tuple[str, PersonTarget | AccountTarget]]:
    targets: tuple[tuple[str, PersonTarget | AccountTarget], ...] = (
        ("Contact", settings.contact),
        ("Lead", settings.lead),
        ("Account", settings.account),
    )
    for record_type, target in targets:
        if may_create(record_type, settings) or may_update(record_type, settings):
            yield record_type, target


def _written(target: PersonTarget | AccountTarget) -> Iterable[PersonMapping | AccountMapping]:
    return [each for each in target.fields if each.rule is not WriteRule.OFF]


def _read_fields(record_type: str, *, connection: duckdb.DuckDBPyConnection) -> dict[str, TargetField]:
    """By lower-case API name."""
    rows = connection.execute(
        """SELECT field_name AS name, type, length, scale, is_createable, is_updateable,
            is_createable AND NOT is_nillable AND NOT is_defaulted AS is_required,
            is_rich_text, is_external_id
        FROM raw.field WHERE object_name = $record_type""",
        {"record_type": record_type},
    ).df()
    return {
        row["name"].lower(): TargetField(**{str(key): value for key, value in row.items()})
        for row in rows.to_dict("records")
    }


def _find_faults(
    record_type: str,
    target: PersonTarget | AccountTarget,
    settings: WritebackSettings,
    known: Mapping[str, TargetField],
) -> Iterator[str]:
    creates, updates = may_create(record_type, settings), may_update(record_type, settings)
    for mapping in _written(target):
        fault = _find_fault(mapping, known.get(mapping.field.lower()), creates=creates, updates=updates)
        if fault:
            yield f"{record_type}.{mapping.field} (from {mapping.source}): {fault}"
    if creates:
        yield from _find_create_faults(record_type, target, settings, known)


def _find_fault(
    mapping: PersonMapping | AccountMapping, field: TargetField | None, *, creates: bool, updates: bool
) -> str | None:
    if field is None:
        return (
            "the org lacks this field or hides it from the integration user; create it, grant access to it "
            "by a permission set, or take the mapping out"
        )
    if updates and not field.is_updateable:
        return "the integration user may not change it; grant edit access, or set the rule to off"
    if creates and not field.is_createable:
        return "the integration user may not set it on new records; grant edit access, or set the rule to off"
    source_type = SOURCE_TYPES.get(mapping.source, ValueType.TEXT)
    if field.type not in FITTING_TYPES[source_type]:
        fitting = ", ".join(sorted(FITTING_TYPES[source_type]))
        return f"a {field.type} field cannot hold a {source_type}; map it to a field of type {fitting}"
    return None


def _find_create_faults(
    record_type: str,
    target: PersonTarget | AccountTarget,
    settings: WritebackSettings,
    known: Mapping[str, TargetField],
) -> Iterator[str]:
    mapped = {each.field.lower() for each in _written(target)}
    for name, field in sorted(known.items()):
        if field.is_required and name not in mapped:
            yield (
                f"{record_type}.{field.name}: required on new records and not mapped; "
                "map a source to it, or switch create off"
            )
    external_id = known.get(settings.external_id_field.lower())
    if external_id is None or not external_id.is_external_id or not external_id.is_createable:
        yield (
            f"{record_type}.{settings.external_id_field}: new records need this external id field, "
            "and the org lacks it, hides it, or does not mark it as external id; "
            "create it as a unique external id, or switch create off"
        )
