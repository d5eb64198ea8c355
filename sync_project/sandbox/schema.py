"""The shape of the org: sObjects and their fields, as describe reports them and as SQLite stores them.

Storage: one SQLite table per sObject, named and cased as Salesforce names it, one column per
storable field under its API name. Booleans are 0 or 1; int is INTEGER; double, currency and percent
are REAL; everything else is TEXT: ids of 18 characters, dates ``2026-01-02``, datetimes
``2026-01-02T10:00:00.000+0000`` (always UTC and this long, so that text order is time order).
Compound fields (address, location) and formula fields are not stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

COMPOUND_TYPES = frozenset({"address", "location"})
ROW = "\0row"
"""Stands for the alias of the row in ``Field.formula_sql``."""
NUMBER_TYPES = frozenset({"int", "double", "currency", "percent"})


@dataclass(frozen=True, kw_only=True)
class PicklistValue:
    """One entry of a picklist."""

    value: str
    label: str
    is_default: bool = False
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of an sObject; the names follow describe's keys."""

    name: str
    type: str
    label: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    reference_to: tuple[str, ...] = ()
    relationship_name: str | None = None
    compound_field_name: str | None = None
    picklist: tuple[PicklistValue, ...] = ()
    createable: bool = False
    updateable: bool = False
    nillable: bool = False
    filterable: bool = False
    sortable: bool = False
    groupable: bool = False
    aggregatable: bool = False
    defaulted_on_create: bool = False
    id_lookup: bool = False
    name_field: bool = False
    restricted_picklist: bool = False
    calculated: bool = False
    external_id: bool = False
    unique: bool = False
    custom: bool = False
    html_formatted: bool = False
    formula: str | None = None
    """What a calculated field shows; None for every other field."""
    formula_sql: str | None = field(default=None, compare=False)
    """The formula over a row that is called ROW; filled in when the schema is read."""
    is_visible: bool = True
    """Whether the integration user may see it (field-level security)."""
    is_editable: bool = True
    """Whether the integration user may write it (field-level security)."""

    @property
    def is_stored(self) -> bool:
        """Whether SQLite has a column for it."""
        return not self.is_compound and self.formula is None

    @property
    def is_compound(self) -> bool:
        """Whether it is put together from other fields, as an address is."""
        return self.type in COMPOUND_TYPES

    @property
    def default_value(self) -> str | None:
        """The picklist's default; None without one."""
        return next((each.value for each in self.picklist if each.is_default), None)

    def sql_of(self, alias: str) -> str:
        """Its value in the row that SQL calls ``alias``."""
        if self.formula_sql is not None:
            return self.formula_sql.replace(ROW, alias)
        return f'{alias}."{self.name}"'


@dataclass(frozen=True, kw_only=True)
class SObject:
    """One object of the org."""

    name: str
    label: str
    label_plural: str
    key_prefix: str
    fields: Mapping[str, Field]
    """By lower-case API name, in describe's order."""
    custom: bool = False

    def find_field(self, name: str) -> Field | None:
        """The field of that API name in any letter case; None when absent or hidden from the user."""
        found = self.fields.get(name.lower())
        return found if found is not None and found.is_visible else None

    def find_relationship(self, name: str) -> Field | None:
        """The reference field behind a parent relationship name such as ``Owner``; None without one."""
        wanted = name.lower()
        for each in self.fields.values():
            if each.is_visible and each.relationship_name and each.relationship_name.lower() == wanted:
                return each
        return None

    @property
    def living_sql(self) -> str:
        """The condition that leaves out what is in the recycle bin."""
        return "NOT IsDeleted" if "isdeleted" in self.fields else "TRUE"

    @property
    def stamp_name(self) -> str:
        """The field that says when a record last changed; field history is only ever created."""
        return "SystemModstamp" if "systemmodstamp" in self.fields else "CreatedDate"

    @cached_property
    def blank_row(self) -> Mapping[str, str | int | None]:
        """A record of which nothing is known: null, false, the default picklist values."""
        return {
            each.name: 0 if each.type == "boolean" else each.default_value
            for each in self.fields.values()
            if each.is_stored
        }

    @cached_property
    def required_fields(self) -> list[Field]:
        """What no record is created without."""
        return [each for each in self.fields.values() if each.createable and not each.nillable]

    @cached_property
    def formula_fields(self) -> list[Field]:
        """What is computed from the row when it is read."""
        return [each for each in self.fields.values() if each.formula is not None]

    @property
    def visible_fields(self) -> list[Field]:
        """What the integration user sees, in describe's order."""
        return [each for each in self.fields.values() if each.is_visible]


@dataclass(frozen=True, kw_only=True)
class ChildRelationship:
    """A sub-query's name on a parent: ``Contacts`` of Account leads to Contact.AccountId."""

    parent: str
    name: str
    child: str
    child_field: str
    cascade_delete: bool = False
    """Whether deleting the parent deletes the child."""
    restricted_delete: bool = False
    """Whether a parent with such children cannot be deleted."""


@dataclass(frozen=True, kw_only=True)
class Schema:
    """All objects of the org."""

    objects: Mapping[str, SObject]
    """By lower-case API name."""
    children: tuple[ChildRelationship, ...] = field(default=())

    def find_object(self, name: str) -> SObject | None:
        """The object of that API name in any letter case."""
        return self.objects.get(name.lower())

    @cached_property
    def references(self) -> Mapping[str, Sequence[tuple[SObject, Field]]]:
        """By object: every stored field that may hold the id of one, with the field's own object."""
        found: dict[str, list[tuple[SObject, Field]]] = {each.name: [] for each in self.objects.values()}
        for holder in self.objects.values():
            for each in holder.fields.values():
                for target in each.reference_to if each.is_stored else ():
                    found.setdefault(target, []).append((holder, each))
        return found

    def find_child(self, parent: str, relationship: str) -> ChildRelationship | None:
        """The child relationship of that name on that parent, in any letter case."""
        for each in self.children:
            if each.parent.lower() == parent.lower() and each.name.lower() == relationship.lower():
                return each
        return None


def fields_by_name(fields: Iterable[Field]) -> dict[str, Field]:
    """The mapping that SObject keeps: lower-case API name to field, order kept."""
    return {each.name.lower(): each for each in fields}
