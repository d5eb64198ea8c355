"""The user's mappings resolved to the org's fields, or one error that names every fault.

Checked before anything is planned, so that a run stops at once instead of failing row by row.
What counts as a fault is in ``mapping_faults.py``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from sync_project.settings.writeback import (
    AccountMapping,
    AccountTarget,
    PersonMapping,
    PersonTarget,
    TargetPolicy,
    WritebackSettings,
    WriteRule,
)
from sync_project.writeback.mapping_faults import MappedObject, find_faults
from sync_project.writeback.target_fields import TargetField, ValueType, read_target_fields, source_type


class MappingError(ValueError):
    """Mappings that cannot work; the message lists each with its remedy."""


@dataclass(frozen=True, kw_only=True)
class FieldMapping:
    """One source, the field it goes to, and when."""

    source: str
    field: TargetField
    rule: WriteRule

    @property
    def source_type(self) -> ValueType:
        """What the source holds."""
        return source_type(self.source)


@dataclass(frozen=True, kw_only=True)
class RecordMapping:
    """All that may be written to one record type."""

    record_type: str
    fields: tuple[FieldMapping, ...]
    external_id_field: str | None
    """None where no record of the type may be created."""


def read_mappings(
    settings: WritebackSettings, *, connection: duckdb.DuckDBPyConnection
) -> list[RecordMapping]:
    """The mappings of the record types in use; MappingError names every one that cannot work."""
    resolved, faults = [], []
    for mapped in _objects_in_use(settings):
        known = read_target_fields(mapped.record_type, connection=connection)
        found = list(find_faults(mapped, known=known))
        faults += found
        if not found:
            resolved.append(
                RecordMapping(
                    record_type=mapped.record_type,
                    fields=tuple(
                        FieldMapping(source=each.source, field=known[each.field.lower()], rule=each.rule)
                        for each in mapped.mappings
                    ),
                    external_id_field=mapped.external_id_field if mapped.creates else None,
                )
            )
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults)
        raise MappingError(f"Nothing was written, because mappings cannot work:\n{listed}")
    return resolved


def _objects_in_use(settings: WritebackSettings) -> Iterator[MappedObject]:
    """The record types that the switches and the target policy leave any way to write; as in target.sql."""
    is_lead_target = settings.target_policy is not TargetPolicy.CONTACT_ONLY
    uses: tuple[tuple[str, PersonTarget | AccountTarget, bool, bool], ...] = (
        (
            "Contact",
            settings.contact,
            settings.contact.create and settings.create_as == "contact",
            settings.contact.update,
        ),
        (
            "Lead",
            settings.lead,
            settings.lead.create and settings.create_as == "lead" and is_lead_target,
            settings.lead.update and is_lead_target,
        ),
        ("Account", settings.account, settings.account.create, settings.account.update),
    )
    for record_type, target, creates, updates in uses:
        if creates or updates:
            yield MappedObject(
                record_type=record_type,
                mappings=_written(target.fields),
                creates=creates,
                updates=updates,
                external_id_field=settings.external_id_field,
            )


def _written(
    mappings: Sequence[PersonMapping | AccountMapping],
) -> tuple[PersonMapping | AccountMapping, ...]:
    return tuple(each for each in mappings if each.rule is not WriteRule.OFF)
