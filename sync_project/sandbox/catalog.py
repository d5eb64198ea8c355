"""The standard objects, read from ``objects/<SObject>.txt``; custom fields are built here too.

A file opens with its object and the child relationships that lead away from it (``cascade`` deletes
the children with the parent, ``restrict`` keeps a parent that has some), then has one line per
field, columns parted by ``|``::

    object | Contact | Contact | Contacts | 003
    child | CampaignMembers = CampaignMember.ContactId cascade

    AccountId | reference(Account) as Account | cunfsgA | Account ID
    FirstName | string(40) in Name | cunfsgA | First Name
    Status | picklist(40) | cufsgAD | Status | *Planned; Completed

The flags: c createable, u updateable, n nillable, f filterable, s sortable, g groupable,
A aggregatable, D defaulted on create, I id lookup, N name field, R restricted picklist. ``*`` marks
the default picklist value, ``BestCase=Best Case`` gives one a label of its own. Names, types, lengths
and flags were recorded from a real org for Account, Case, Contact, Event, Lead, Opportunity and
OpportunityContactRole; the others are [K].
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, Required, TypedDict

from sync_project.sandbox.errors import SandboxError
from sync_project.sandbox.schema import (
    ChildRelationship,
    Field,
    PicklistValue,
    Schema,
    SObject,
    fields_by_name,
)

_TYPE_PATTERN = re.compile(r"(\w+)(?:\(([^)]*)\))?(?: as (\w+))?(?: in (\w+))?")
_CUSTOM_NAME = re.compile(r"[A-Za-z]\w*__c", re.ASCII)
_CUSTOM_TYPES = frozenset(
    {
        "boolean", "currency", "date", "datetime", "double", "email", "int", "multipicklist", "percent",
        "phone", "picklist", "reference", "string", "textarea", "url",
    }
)  # fmt: skip
_FLAGS = {
    "c": "createable",
    "u": "updateable",
    "n": "nillable",
    "f": "filterable",
    "s": "sortable",
    "g": "groupable",
    "A": "aggregatable",
    "D": "defaulted_on_create",
    "I": "id_lookup",
    "N": "name_field",
    "R": "restricted_picklist",
}
_PRECISE_TYPES = frozenset({"double", "currency", "percent"})
_METADATA_TYPES = {
    "text": "string",
    "number": "double",
    "checkbox": "boolean",
    "longtextarea": "textarea",
    "html": "textarea",
    "multiselectpicklist": "multipicklist",
    "lookup": "reference",
}
_DEFAULT_LENGTHS = {
    "string": 255,
    "textarea": 255,
    "picklist": 255,
    "multipicklist": 4099,
    "email": 80,
    "phone": 40,
    "url": 255,
    "reference": 18,
}
_LONGEST_FILTERABLE = 255
_DEFAULT_PRECISION = 18


class CustomFieldOptions(TypedDict, total=False):
    """What may be said of a custom field."""

    name: Required[str]
    type: Required[str]
    label: str | None
    length: int
    precision: int
    scale: int
    external_id: bool
    unique: bool
    picklist: Sequence[str]
    restricted: bool
    reference_to: Sequence[str]
    formula: str | None


@cache
def standard_schema() -> Schema:
    """Every standard object with its standard fields, nothing hidden."""
    return _read_objects("objects")


@cache
def tooling_schema() -> Schema:
    """The objects of the Tooling API."""
    return _read_objects("objects/tooling")


def _read_objects(path: str) -> Schema:
    folder = files("sync_project.sandbox").joinpath(path)
    texts = sorted(
        each.read_text(encoding="utf-8") for each in folder.iterdir() if each.name.endswith(".txt")
    )
    parsed = [_parse_object(text) for text in texts]
    return Schema(
        objects={sobject.name.lower(): sobject for sobject, _ in parsed},
        children=tuple(child for _, children in parsed for child in children),
    )


def make_custom_field(
    *,
    name: str,
    type: str,  # noqa: A002 - Salesforce's own word for it
    label: str | None = None,
    length: int = 0,
    precision: int = 0,
    scale: int = 0,
    external_id: bool = False,
    unique: bool = False,
    picklist: Sequence[str] = (),
    restricted: bool = False,
    reference_to: Sequence[str] = (),
    formula: str | None = None,
) -> Field:
    """A custom field with the flags that Salesforce gives its type.

    ``type`` is describe's word (string, double) or the Metadata API's (Text, Number, LongTextArea).
    """
    described = _METADATA_TYPES.get(type.lower(), type.lower())
    if not _CUSTOM_NAME.fullmatch(name):
        raise SandboxError(
            f"custom field {name!r}: its API name must end in __c, "
            "after letters of the English alphabet, digits and underscores"
        )
    if described not in _CUSTOM_TYPES:
        raise SandboxError(
            f"custom field {name}: unknown type {type!r}; use one of {', '.join(sorted(_CUSTOM_TYPES))}"
        )
    if described == "reference" and not reference_to:
        raise SandboxError(
            f"custom field {name}: a reference needs reference_to, the objects it may point to"
        )
    is_long = type.lower() in {"longtextarea", "html"} or length > _LONGEST_FILTERABLE
    if is_long and not length:
        length = 32768
    is_precise = described in _PRECISE_TYPES
    return Field(
        name=name,
        type=described,
        label=label or name.removesuffix("__c").replace("_", " "),
        length=length or _DEFAULT_LENGTHS.get(described, 0),
        precision=(precision or _DEFAULT_PRECISION) if is_precise else 0,
        scale=scale if is_precise else 0,
        reference_to=tuple(reference_to),
        relationship_name=name.removesuffix("__c") + "__r" if described == "reference" else None,
        picklist=tuple(PicklistValue(value=each, label=each) for each in picklist),
        restricted_picklist=restricted,
        createable=formula is None,
        updateable=formula is None,
        nillable=described != "boolean",
        filterable=not is_long,
        sortable=not is_long and described != "multipicklist",
        groupable=not is_long and not is_precise and described not in {"multipicklist", "datetime"},
        aggregatable=not is_long and described not in {"multipicklist", "boolean"},
        defaulted_on_create=described == "boolean" and formula is None,
        calculated=formula is not None,
        formula=formula,
        id_lookup=external_id,
        external_id=external_id,
        unique=unique,
        custom=True,
        html_formatted=type.lower() == "html",
    )


def with_stages(field: Field, stages: Sequence[str]) -> Field:
    """Opportunity.StageName with the org's own stages as its picklist."""
    return replace(field, picklist=tuple(PicklistValue(value=each, label=each) for each in stages))


def _parse_object(text: str) -> tuple[SObject, list[ChildRelationship]]:
    rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.strip()]
    _, name, label, label_plural, key_prefix = rows[0]
    children = [_parse_child(name, row[1]) for row in rows[1:] if row[0] == "child"]
    fields = [_parse_field(row) for row in rows[1:] if row[0] != "child"]
    sobject = SObject(
        name=name,
        label=label,
        label_plural=label_plural,
        key_prefix=key_prefix,
        fields=fields_by_name(fields),
    )
    return sobject, children


def _parse_child(parent: str, text: str) -> ChildRelationship:
    name, _, target = text.partition(" = ")
    path, _, on_delete = target.partition(" ")
    child, _, child_field = path.partition(".")
    return ChildRelationship(
        parent=parent,
        name=name,
        child=child,
        child_field=child_field,
        cascade_delete=on_delete == "cascade",
        restricted_delete=on_delete == "restrict",
    )


def _parse_field(row: Sequence[str]) -> Field:
    name, spec, flags, label, *values = row
    match = _TYPE_PATTERN.fullmatch(spec)
    if match is None:
        raise SandboxError(f"objects: {name} has an unreadable type {spec!r}")
    type_name, inside, relationship, compound = match.groups()
    set_flags: dict[str, Any] = {_FLAGS[flag]: True for flag in flags}
    arguments = [each.strip() for each in (inside or "").split(",") if each.strip()]
    numbers = [int(each) for each in arguments] if type_name != "reference" else []
    is_precise = type_name in _PRECISE_TYPES
    return Field(
        name=name,
        type=type_name,
        label=label,
        length=18 if type_name in {"id", "reference"} else numbers[0] if numbers and not is_precise else 0,
        precision=numbers[0] if is_precise else 0,
        scale=numbers[1] if is_precise else 0,
        reference_to=tuple(arguments) if type_name == "reference" else (),
        relationship_name=relationship,
        compound_field_name=compound,
        picklist=_parse_picklist(values[0]) if values else (),
        **set_flags,
    )


def _parse_picklist(text: str) -> tuple[PicklistValue, ...]:
    entries = [each.strip().partition("=") for each in text.split(";")]
    return tuple(
        PicklistValue(
            value=value.lstrip("*"), label=label or value.lstrip("*"), is_default=value.startswith("*")
        )
        for value, _, label in entries
    )
