"""A custom field as the Metadata API words it, turned into a field of the org and back.

The texts were seen in replies of real orgs for what must and what cannot be specified; the others,
and which error code goes with which, are [K].
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sync_project.sandbox.catalog import make_custom_field
from sync_project.sandbox.errors import RecordError
from sync_project.sandbox.schema import Field, PicklistValue, Schema
from sync_project.sandbox.values import read_count

Metadata = Mapping[str, object]

_FULL_NAME = re.compile(r"(\w+)\.([A-Za-z](?:_?[A-Za-z0-9])*)__c")
_LONGEST_NAME = 40
_MOST_DIGITS = 18
_LONGEST_TEXT = 131_072
_SIZES = ("length", "precision", "scale")


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """One type of the Metadata API."""

    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    lengths: tuple[int, int] = (0, 0)


_NUMBER = _Kind(must=("precision", "scale"), may=("externalId", "unique", "required", "formula"))
_AMOUNT = _Kind(must=("precision", "scale"), may=("required", "formula"))
_LONG = _Kind(must=("length", "visibleLines"), lengths=(256, _LONGEST_TEXT))
_PLAIN = _Kind(may=("required", "formula"))
_KINDS = {
    "Text": _Kind(
        must=("length",),
        may=("externalId", "unique", "required", "formula", "caseSensitive"),
        lengths=(1, 255),
    ),
    "Number": _NUMBER,
    "Currency": _AMOUNT,
    "Percent": _AMOUNT,
    "Checkbox": _Kind(must=("defaultValue",), may=("formula",)),
    "Date": _PLAIN,
    "DateTime": _PLAIN,
    "Email": _Kind(may=("externalId", "unique", "required")),
    "Phone": _Kind(may=("required",)),
    "Url": _Kind(may=("required",)),
    "TextArea": _Kind(may=("required",)),
    "LongTextArea": _LONG,
    "Html": _LONG,
    "Picklist": _Kind(must=("valueSet",), may=("required",)),
    "MultiselectPicklist": _Kind(must=("valueSet", "visibleLines"), may=("required",)),
    "Lookup": _Kind(must=("referenceTo",), may=("required",)),
}
_JUDGED = (*_SIZES, "externalId", "unique", "required", "formula", "valueSet", "visibleLines", "referenceTo")
"""What a type that does not know it cannot be given; the rest of Metadata means nothing to this org."""
_DESCRIBED = {
    "string": "Text",
    "double": "Number",
    "int": "Number",
    "boolean": "Checkbox",
    "datetime": "DateTime",
    "multipicklist": "MultiselectPicklist",
    "reference": "Lookup",
}
_LONGEST_TEXT_AREA = 255
_VISIBLE_LINES = {"LongTextArea": 3, "Html": 25, "MultiselectPicklist": 4}


def split_full_name(schema: Schema, full_name: str) -> tuple[str, str]:
    """Object and field of ``Lead.Score__c``, the object in its own spelling."""
    match = _FULL_NAME.fullmatch(full_name)
    if match is None or len(match[2]) > _LONGEST_NAME:
        raise _refusal(
            f"The field name provided, {full_name}, is not valid. It can only contain underscores and "
            "alphanumeric characters. It must be unique, begin with a letter, not include spaces, not end "
            f"with an underscore, not contain two consecutive underscores, have at most {_LONGEST_NAME} "
            "characters and end with __c.",
            "FullName",
        )
    sobject = schema.find_object(match[1])
    if sobject is None:
        raise RecordError(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            f"Entity Enumeration Or ID: bad value for restricted picklist field: {match[1]}",
            fields=["TableEnumOrId"],
        )
    return sobject.name, f"{match[2]}__c"


def read_metadata(schema: Schema, name: str, metadata: Metadata) -> Field:
    """The field that the metadata describes; RecordError for what Salesforce refuses."""
    kind_name = str(metadata.get("type", ""))
    kind = _KINDS.get(kind_name)
    if not metadata.get("label"):
        raise _refusal("Must specify a non-empty label for the CustomField", "label")
    if kind is None:
        raise _refusal(f"Invalid field type '{kind_name}'; this org makes {', '.join(_KINDS)}", "type")
    _check_attributes(kind_name, kind, metadata)
    sizes = {each: _read_size(metadata, each) for each in _SIZES}
    _check_sizes(kind_name, kind, sizes)
    formula = metadata.get("formula") or None
    field = make_custom_field(
        name=name,
        type=kind_name,
        label=str(metadata["label"]),
        length=sizes["length"],
        precision=sizes["precision"],
        scale=sizes["scale"],
        external_id=bool(metadata.get("externalId")),
        unique=bool(metadata.get("unique")),
        reference_to=_read_target(schema, metadata),
        formula=None if formula is None else str(formula),
    )
    values, is_restricted = _read_values(metadata)
    is_required = bool(metadata.get("required"))
    return replace(
        field, picklist=values, restricted_picklist=is_restricted, nillable=field.nillable and not is_required
    )


def write_metadata(field: Field) -> dict[str, object]:
    """The metadata of a field of the org."""
    type_name = _type_name(field)
    # A field that was loaded may be of a type that Tooling does not make.
    kind = _KINDS.get(type_name, _PLAIN)
    known: dict[str, object] = {
        "label": field.label,
        "type": type_name,
        "length": field.length,
        "precision": field.precision,
        "scale": field.scale,
        "externalId": field.external_id,
        "unique": field.unique,
        "required": not field.nillable,
        "formula": field.formula,
        "defaultValue": "false",
        "visibleLines": _VISIBLE_LINES.get(type_name),
        "referenceTo": next(iter(field.reference_to), None),
        "valueSet": _write_values(field),
    }
    asked = {"label", "type", *kind.must, *kind.may}
    return {name: value for name, value in known.items() if name in asked and value is not None}


def _check_attributes(kind_name: str, kind: _Kind, metadata: Metadata) -> None:
    is_formula = bool(metadata.get("formula")) and "formula" in kind.may
    for each in kind.must:
        # A formula has the size of its result, and no default.
        is_needed = not is_formula or each in {"precision", "scale"}
        if is_needed and metadata.get(each) is None:
            raise _refusal(f"Must specify '{each}' for a CustomField of type {kind_name}", each)
    for each in _JUDGED:
        if metadata.get(each) and each not in (*kind.must, *kind.may):
            raise _refusal(f"Can not specify '{each}' for a CustomField of type {kind_name}", each)


def _check_sizes(kind_name: str, kind: _Kind, sizes: Mapping[str, int]) -> None:
    least, most = kind.lengths
    if sizes["length"] and not least <= sizes["length"] <= most:
        raise _refusal(f"The length of a {kind_name} field must be between {least} and {most}", "length")
    if not 0 <= sizes["scale"] <= sizes["precision"] <= _MOST_DIGITS:
        raise _refusal(
            f"The precision must be at most {_MOST_DIGITS} and the scale at most the precision", "precision"
        )


def _read_size(metadata: Metadata, name: str) -> int:
    value = metadata.get(name) or 0
    size = int(value) if isinstance(value, int) else read_count(str(value))
    if size is None:
        text = f"Cannot deserialize instance of int from {value!r}"
        raise RecordError("JSON_PARSER_ERROR", text, fields=[name])
    return size


def _read_target(schema: Schema, metadata: Metadata) -> tuple[str, ...]:
    wanted = metadata.get("referenceTo")
    if wanted is None:
        return ()
    found = schema.find_object(str(wanted))
    if found is None:
        raise _refusal(
            f"referenceTo value of '{wanted}' does not resolve to a valid sObject type", "referenceTo"
        )
    return (found.name,)


def _read_values(metadata: Metadata) -> tuple[tuple[PicklistValue, ...], bool]:
    """The picklist and whether it is restricted."""
    value_set = metadata.get("valueSet")
    if value_set is None:
        return (), False
    definition = value_set.get("valueSetDefinition") if isinstance(value_set, Mapping) else None
    entries = definition.get("value") if isinstance(definition, Mapping) else None
    if not isinstance(value_set, Mapping) or not isinstance(entries, list):
        raise _refusal("This org makes picklists with a valueSetDefinition of their own only", "valueSet")
    values = tuple(_read_entry(each) for each in entries)
    if len({each.value.lower() for each in values}) < len(values):
        raise _refusal("Duplicate label found in the picklist values", "valueSet")
    return values, bool(value_set.get("restricted"))


def _read_entry(entry: object) -> PicklistValue:
    """One entry; its API name is ``fullName`` or ``valueName``."""
    given = entry if isinstance(entry, Mapping) else {}
    value = given.get("fullName") or given.get("valueName") or given.get("label")
    if not value:
        raise _refusal("A picklist value needs a fullName", "valueSet")
    return PicklistValue(
        value=str(value),
        label=str(given.get("label") or value),
        is_default=bool(given.get("default")),
        is_active=given.get("isActive") is not False,
    )


def _write_values(field: Field) -> dict[str, object] | None:
    if field.type not in {"picklist", "multipicklist"}:
        return None
    entries = [
        {"valueName": each.value, "label": each.label, "default": each.is_default, "isActive": each.is_active}
        for each in field.picklist
    ]
    return {
        "restricted": field.restricted_picklist,
        "valueSetDefinition": {"sorted": False, "value": entries},
        "valueSetName": None,
    }


def _type_name(field: Field) -> str:
    if field.type == "textarea" and field.length > _LONGEST_TEXT_AREA:
        return "Html" if field.html_formatted else "LongTextArea"
    return "TextArea" if field.type == "textarea" else _DESCRIBED.get(field.type, field.type.capitalize())


def _refusal(text: str, name: str) -> RecordError:
    return RecordError("FIELD_INTEGRITY_EXCEPTION", text, fields=[name])
