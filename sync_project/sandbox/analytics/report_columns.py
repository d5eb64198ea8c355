"""The columns of a report: which field each means, what it is called, and how a value is shown in a cell.

A column may be named as a custom report type names it (``Lead.Company``), as a SOQL path
(``Company``, ``Account.Name``) or as the standard report types do (``LEAD_SOURCE``, ``OPPORTUNITY_NAME``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sync_project.sandbox.analytics.definitions import dig, label_of, resolve_path
from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.schema import Field, Schema, SObject
from sync_project.sandbox.soql.sqlite_functions import format_value

_STANDARD_NAMES = {
    **dict.fromkeys(
        ("OWNER", "FULL_NAME", "OWNER_FULL_NAME", "USERS.NAME", "ACCOUNT_OWNER"),
        "Owner.Name",
    ),
    "ACCOUNT_NAME": "Account.Name",
    "EMPLOYEES": "NumberOfEmployees",
    "EXP_AMOUNT": "ExpectedRevenue",
    "LAST_UPDATE": "LastModifiedDate",
    "SALES": "AnnualRevenue",
    "URL": "Website",
}
"""What standard report types call otherwise than the field, without regard to its object."""
_SHORT_ID = 15
_NO_VALUE = "-"

Cell = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column."""

    name: str
    """As the report calls it."""
    path: str
    """Where SOQL finds the value."""
    field: Field
    label: str

    @property
    def id_path(self) -> str | None:
        """For the name of a record: where its id is, which is the cell's value."""
        if not self.field.name_field:
            return None
        return ".".join((*self.path.split(".")[:-1], "Id"))

    @property
    def paths(self) -> tuple[str, ...]:
        """What a query must select for it."""
        return (self.path,) if self.id_path is None else (self.path, self.id_path)

    def cell(self, record: Mapping[str, object]) -> Cell:
        """The value in one record, for people and for programs."""
        value = dig(record, self.path)
        shown = show_value(value, self.field)
        if value is None:
            return {"label": shown, "value": None}
        if self.id_path is not None:
            return {"label": shown, "value": dig(record, self.id_path)}
        if self.field.type == "currency":
            return {"label": shown, "value": {"amount": value, "currency": None}}
        if self.field.type == "datetime":
            value = f"{str(value)[:19]}Z"
        return {"label": shown, "value": value}


def find_column(schema: Schema, sobject: SObject, name: str) -> Column:
    """The column of that name; an ApiError when the report type has none."""
    for path in _possible_paths(sobject, name):
        found = resolve_path(schema, sobject, path.split("."))
        if found is not None:
            label = label_of(sobject, *found)
            return Column(name=name, path=found[0], field=found[1], label=label)
    raise ApiError("BAD_REQUEST", f"The column {name} is invalid for the report type {sobject.label_plural}.")


def _possible_paths(sobject: SObject, name: str) -> Iterator[str]:
    yield name
    if name.upper() in _STANDARD_NAMES:
        yield _STANDARD_NAMES[name.upper()]
    for prefix in (f"{sobject.name}.", f"{sobject.name}_"):
        if name.upper().startswith(prefix.upper()):
            yield name[len(prefix) :]
            yield _without_underscores(name[len(prefix) :])
    yield _without_underscores(name)


def _without_underscores(path: str) -> str:
    """``LEAD_SOURCE`` is ``LeadSource`` but for letter case; custom names keep theirs."""
    return ".".join(each if "__" in each else each.replace("_", "") for each in path.split("."))


def show_value(value: object, field: Field) -> str:
    """A value as people in the United States read it.

    >>> amount = Field(name="Amount", type="currency", label="Amount", scale=2)
    >>> show_value(16000.01, amount), show_value(None, amount)
    ('$16,000.01', '-')
    """
    match value:
        case None:
            return _NO_VALUE
        case bool():
            return str(value).lower()
        case str() if field.type in {"id", "reference"}:
            return value[:_SHORT_ID]
        case str() | int() | float():
            return str(format_value(value, field.type, field.scale))
    return str(value)


def select_paths(columns: Sequence[Column]) -> list[str]:
    """What a query must select for these columns, each path once."""
    return list(dict.fromkeys(path for each in columns for path in each.paths))
