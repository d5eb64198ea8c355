"""What an org's objects look like, as describe reports them: values only, no calls.

A field that the integration user may not see is absent, not marked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

COMPOUND_TYPES = frozenset({"address", "location"})


@dataclass(frozen=True, kw_only=True)
class PicklistValue:
    """One entry of a picklist."""

    value: str
    label: str
    is_active: bool
    is_default: bool


@dataclass(frozen=True, kw_only=True)
class FieldDescription:
    """One field; the names are describe's, spelt out."""

    name: str
    label: str
    type: str
    """Salesforce's own word: string, double, reference, picklist, datetime, ..."""
    length: int
    """In characters; 0 where the type has none."""
    precision: int
    scale: int
    is_nillable: bool
    is_createable: bool
    is_updateable: bool
    is_defaulted_on_create: bool
    is_calculated: bool
    """A formula or roll-up: its value changes without touching SystemModstamp."""
    is_external_id: bool
    is_unique: bool
    is_filterable: bool
    is_custom: bool
    is_html_formatted: bool
    is_restricted_picklist: bool
    picklist_values: tuple[PicklistValue, ...]
    reference_to: tuple[str, ...]
    """Objects a lookup may point to; empty for other types."""
    relationship_name: str | None
    """Of a lookup: ``Owner`` for OwnerId; None for other fields."""
    compound_field_name: str | None
    """The compound field (an address, a name) that it is a part of; None for most."""

    @property
    def is_compound(self) -> bool:
        """An address or location, which Bulk 2.0 does not read: its parts are fields of their own."""
        return self.type in COMPOUND_TYPES

    @property
    def is_required_on_create(self) -> bool:
        """Whether a new record needs a value from us."""
        return self.is_createable and not self.is_nillable and not self.is_defaulted_on_create


@dataclass(frozen=True, kw_only=True)
class ObjectDescription:
    """One object and the fields that the integration user sees, in describe's order."""

    name: str
    label: str
    key_prefix: str | None
    """What the ids of its records begin with; None where they have no prefix of their own."""
    is_createable: bool
    is_updateable: bool
    is_queryable: bool
    fields: tuple[FieldDescription, ...]

    def field(self, name: str) -> FieldDescription | None:
        """The field of that API name in any letter case; None when the org lacks or hides it."""
        wanted = name.lower()
        return next((each for each in self.fields if each.name.lower() == wanted), None)


@dataclass(frozen=True, kw_only=True)
class ObjectSummary:
    """One line of the list of all objects."""

    name: str
    label: str
    is_custom: bool
    is_queryable: bool
    is_createable: bool
    is_updateable: bool


def read_object(answer: Mapping[str, Any]) -> ObjectDescription:
    """An object from the answer to its describe."""
    return ObjectDescription(
        name=answer["name"],
        label=answer["label"],
        key_prefix=answer["keyPrefix"],
        is_createable=answer["createable"],
        is_updateable=answer["updateable"],
        is_queryable=answer["queryable"],
        fields=tuple(_read_field(each) for each in answer["fields"]),
    )


def read_summary(answer: Mapping[str, Any]) -> ObjectSummary:
    """An object from the answer to the global describe."""
    return ObjectSummary(
        name=answer["name"],
        label=answer["label"],
        is_custom=answer["custom"],
        is_queryable=answer["queryable"],
        is_createable=answer["createable"],
        is_updateable=answer["updateable"],
    )


def _read_field(answer: Mapping[str, Any]) -> FieldDescription:
    return FieldDescription(
        name=answer["name"],
        label=answer["label"],
        type=answer["type"],
        length=answer["length"],
        precision=answer["precision"],
        scale=answer["scale"],
        is_nillable=answer["nillable"],
        is_createable=answer["createable"],
        is_updateable=answer["updateable"],
        is_defaulted_on_create=answer["defaultedOnCreate"],
        is_calculated=answer["calculated"],
        is_external_id=answer["externalId"],
        is_unique=answer["unique"],
        is_filterable=answer["filterable"],
        is_custom=answer["custom"],
        is_html_formatted=answer["htmlFormatted"],
        is_restricted_picklist=answer["restrictedPicklist"],
        picklist_values=tuple(_read_picklist_value(each) for each in answer["picklistValues"]),
        reference_to=tuple(answer["referenceTo"]),
        relationship_name=answer["relationshipName"],
        compound_field_name=answer["compoundFieldName"],
    )


def _read_picklist_value(answer: Mapping[str, Any]) -> PicklistValue:
    return PicklistValue(
        value=answer["value"],
        label=answer["label"] or answer["value"],
        is_active=answer["active"],
        is_default=answer["defaultValue"],
    )
