"""What makes a mapping impossible, in words that say what to do about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sync_project.settings.writeback import AccountMapping, PersonMapping
from sync_project.writeback.target_fields import FITTING_TYPES, TargetField, source_type

EXTERNAL_ID_LENGTH = 45
"""Of the ids that target.sql makes: ``sync-project-`` and an MD5."""


@dataclass(frozen=True, kw_only=True)
class KnownBy:
    """How the next import knows a record that we created."""

    field: str
    source: str
    """What of ours fills the field."""


KNOWN_BY = {
    "Contact": KnownBy(field="Email", source="email"),
    "Lead": KnownBy(field="Email", source="email"),
    "Account": KnownBy(field="Website", source="domain"),
}


@dataclass(frozen=True, kw_only=True)
class MappedObject:
    """A record type in use and the mappings whose rule is not off."""

    record_type: str
    mappings: tuple[PersonMapping | AccountMapping, ...]
    creates: bool
    updates: bool
    external_id_field: str


def find_faults(mapped: MappedObject, *, known: Mapping[str, TargetField]) -> Iterator[str]:
    """Everything that is wrong with one record type; ``known`` is by lower-case API name."""
    if not known:
        yield (
            f"{mapped.record_type}: the org lacks this object or hides it from the integration user; "
            "grant access to it, or switch update and create off"
        )
        return
    for mapping in mapped.mappings:
        fault = _find_fault(mapping, mapped, known.get(mapping.field.lower()))
        if fault:
            yield f"{mapped.record_type}.{mapping.field} (from {mapping.source}): {fault}"
    yield from _find_doubles(mapped)
    if mapped.creates:
        yield from _find_missing(mapped, known)
        yield from _find_external_id_fault(mapped, known.get(mapped.external_id_field.lower()))


def _find_fault(
    mapping: PersonMapping | AccountMapping, mapped: MappedObject, field: TargetField | None
) -> str | None:
    if field is None:
        return (
            "the org lacks this field or hides it from the integration user; create it, grant access to it "
            "by a permission set, or take the mapping out"
        )
    if mapping.field.lower() == mapped.external_id_field.lower():
        return "this field holds our own id of the record; map another field"
    held = source_type(mapping.source)
    if field.type not in FITTING_TYPES[held]:
        fitting = ", ".join(sorted(FITTING_TYPES[held]))
        return f"a {field.type} field cannot hold a {held}; map it to a field of type {fitting}"
    return _find_access_fault(field, mapped)


def _find_access_fault(field: TargetField, mapped: MappedObject) -> str | None:
    if field.is_calculated:
        return "it is a formula, which nobody can write; map another field, or set the rule to off"
    if mapped.updates and not field.is_updateable:
        return "the integration user may not change it; grant edit access, or set the rule to off"
    if mapped.creates and not field.is_createable:
        return "the integration user may not set it on new records; grant edit access, or set the rule to off"
    return None


def _find_doubles(mapped: MappedObject) -> Iterator[str]:
    """Two sources of one field would overwrite one another, run after run."""
    sources: dict[str, list[str]] = {}
    for mapping in mapped.mappings:
        sources.setdefault(mapping.field.lower(), []).append(mapping.source)
    for mapping in mapped.mappings:
        found = sources.pop(mapping.field.lower(), [])
        if len(found) > 1:
            yield (
                f"{mapped.record_type}.{mapping.field}: mapped from {' and from '.join(found)}; "
                "keep one of them, or give each a field of its own"
            )


def _find_missing(mapped: MappedObject, known: Mapping[str, TargetField]) -> Iterator[str]:
    by_field = {mapping.field.lower(): mapping.source for mapping in mapped.mappings}
    for name, field in sorted(known.items()):
        if field.is_required and name not in by_field:
            yield (
                f"{mapped.record_type}.{field.name}: required on new records and not mapped; "
                "map a source to it, or switch create off"
            )
    known_by = KNOWN_BY[mapped.record_type]
    if by_field.get(known_by.field.lower()) != known_by.source:
        yield (
            f"{mapped.record_type}.{known_by.field}: a new record without its {known_by.source} would be "
            f"planned anew by every run; map {known_by.source} to it, or switch create off"
        )


def _find_external_id_fault(mapped: MappedObject, field: TargetField | None) -> Iterator[str]:
    named = (
        f"{mapped.record_type}.{mapped.external_id_field}: new records are created by upsert on this field"
    )
    remedy = f"create it as a unique external id of type Text({EXTERNAL_ID_LENGTH}) or longer"
    if field is None:
        yield f"{named}, and the org lacks it or hides it; {remedy}, grant access to it, or switch create off"
    elif not field.is_external_id:
        yield f"{named}, and it is no external id; mark it as a unique external id, or switch create off"
    elif field.type != "string" or field.length < EXTERNAL_ID_LENGTH:
        yield (
            f"{named}, and it cannot hold a text of {EXTERNAL_ID_LENGTH} characters; "
            f"{remedy}, or switch create off"
        )
    elif not field.is_createable:
        yield f"{named}, and the integration user may not set it; grant edit access, or switch create off"
