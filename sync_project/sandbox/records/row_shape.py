"""A stored row as the JSON record that reading by id answers with."""

from collections.abc import Mapping, Sequence

from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.schema import Field, SObject
from sync_project.sandbox.values import StoredValue, write_json

_ADDRESS_PARTS = (
    "City",
    "Country",
    "GeocodeAccuracy",
    "Latitude",
    "Longitude",
    "PostalCode",
    "State",
    "Street",
)


def choose_fields(sobject: SObject, names: Sequence[str]) -> list[Field]:
    """The named fields, all visible ones when none is named; INVALID_FIELD for an unknown name."""
    if not names:
        return sobject.visible_fields
    found = {name: sobject.find_field(name) for name in ("Id", *names)}
    unknown = [name for name, each in found.items() if each is None]
    if unknown:
        raise ApiError("INVALID_FIELD", f"No such column '{unknown[0]}' on sobject of type {sobject.name}")
    return [each for each in sobject.visible_fields if each in found.values()]


def shape_row(
    sobject: SObject, row: Mapping[str, StoredValue], *, fields: Sequence[Field], version: str
) -> dict[str, object]:
    """The record with its ``attributes`` and the chosen fields."""
    url = f"/services/data/v{version}/sobjects/{sobject.name}/{row['Id']}"
    shaped: dict[str, object] = {"attributes": {"type": sobject.name, "url": url}}
    for each in fields:
        shaped[each.name] = (
            _shape_address(each, row) if each.is_compound else write_json(each, row[each.name])
        )
    return shaped


def _shape_address(field: Field, row: Mapping[str, StoredValue]) -> dict[str, StoredValue] | None:
    """An address of its parts, None when all of them are null."""
    prefix = field.name.removesuffix("Address")
    parts = {part[0].lower() + part[1:]: row.get(prefix + part) for part in _ADDRESS_PARTS}
    return parts if any(each is not None for each in parts.values()) else None
