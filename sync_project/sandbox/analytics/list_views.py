"""List views: created as an admin does in the UI, described and answered as REST does.

Keys, hidden columns, 15-character ids and the form of datetimes are from the examples in the REST
API guide.
"""

import csv
import re
from datetime import datetime
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sync_project.sandbox.analytics.condition_tree import describe_condition
from sync_project.sandbox.analytics.definitions import (
    dig,
    keep_definition,
    label_of,
    mark_time,
    query,
    read_definition,
    resolve_path,
)
from sync_project.sandbox.database import new_id
from sync_project.sandbox.errors import ApiError, not_found
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.records.write_context import (
    NEW,
    Values,
    WriteContext,
    find_object,
    insert_row,
    stamp,
)
from sync_project.sandbox.schema import Field as SObjectField
from sync_project.sandbox.schema import SObject
from sync_project.sandbox.soql.parse import parse_query
from sync_project.sandbox.soql.records import Record

_HIDDEN_COLUMNS = ("Id", "CreatedDate", "LastModifiedDate", "SystemModstamp")
_SORT_LABELS = {
    **dict.fromkeys(("phone", "int", "double", "currency", "percent"), ("9-0", "0-9")),
    **dict.fromkeys(("picklist", "multipicklist", "boolean"), ("Low to High", "High to Low")),
    **dict.fromkeys(("date", "datetime"), ("New to Old", "Old to New")),
}
"""Beside phone and picklist these are [K]; every other type is sorted Z-A, A-Z."""
_LABELLED_TYPES = frozenset({"picklist", "multipicklist"})
_SHORT_ID = 15


class ListView(BaseModel):
    """What an admin chooses for a list view."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sobject: str
    label: str
    developer_name: str = ""
    """Made of the label where empty."""
    columns: tuple[str, ...] = Field(min_length=1)
    """Field names or paths, such as ``Owner.Alias``."""
    scope: Literal["", "mine", "everything"] = ""
    where: str = ""
    """A SOQL condition."""
    order_by: str = "Name"
    """A path, with or without `` DESC``."""

    @property
    def orders(self) -> list[tuple[str, bool]]:
        """The keys of ORDER BY and whether each descends; the id decides between equals."""
        path, _, direction = self.order_by.partition(" ")
        return [(path, direction.upper() == "DESC"), ("Id", False)]


def create_standard_list_views(context: WriteContext) -> None:
    """The list views that every org has from its first day."""
    text = (files("sync_project.sandbox") / "analytics" / "standard_list_views.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        _keep(context, ListView.model_validate(row | {"columns": row["columns"].split()}))


def create_list_view(context: WriteContext, view: ListView) -> str:
    """Create a list view and return its id; an ApiError when it cannot be run.

    Call inside a transaction.
    """
    sobject = find_object(context.schema, view.sobject)
    for each in view.columns:
        if resolve_path(context.schema, sobject, each.split(".")) is None:
            raise ApiError("INVALID_FIELD", f"No such column '{each}' on entity '{sobject.name}'.")
    soql = write_query(context, view)
    query(context, f"{soql} LIMIT 1")
    describe_condition(parse_query(soql).where)
    return _keep(context, view.model_copy(update={"sobject": sobject.name}))


def _keep(context: WriteContext, view: ListView) -> str:
    sobject = context.schema.objects["listview"]
    record_id = new_id(context.connection, sobject)
    row: Values = {
        "Id": record_id,
        "Name": view.label,
        "DeveloperName": view.developer_name or re.sub(r"\W+", "_", view.label).strip("_"),
        "SobjectType": view.sobject,
        "IsSoqlCompatible": 1,
    }
    insert_row(context.connection, sobject, stamp(context, sobject, names=NEW) | row)
    keep_definition(context, record_id, view.model_dump_json())
    return record_id


def list_views_of(context: WriteContext, sobject: str, *, recent: bool = False) -> list[Record]:
    """The list views of an object by label, or those that were looked at, the latest first."""
    order = "LastViewedDate DESC" if recent else "Name"
    condition = "AND LastViewedDate IS NOT NULL " if recent else ""
    rows = context.connection.execute(
        'SELECT Id, Name, DeveloperName FROM "ListView" '
        f"WHERE SobjectType = ? COLLATE NOCASE {condition}ORDER BY {order}, Id",
        (sobject,),
    )
    return [{"Id": each[0], "Name": each[1], "DeveloperName": each[2]} for each in rows.fetchall()]


def find_list_view(context: WriteContext, sobject: str, key: str) -> Record:
    """The list view of that id or developer name; a 404 when the object has none."""
    for each in list_views_of(context, sobject):
        if normalise_id(key) == each["Id"] or key.lower() == str(each["DeveloperName"]).lower():
            return each
    raise not_found()


def write_query(context: WriteContext, view: ListView) -> str:
    """The SOQL of a list view."""
    items = ", ".join(str(each["selectListItem"]) for each in _describe_columns(context, view))
    scope = f" USING SCOPE {view.scope}" if view.scope else ""
    where = f" WHERE {view.where}" if view.where else ""
    order = ", ".join(
        f"{path} DESC NULLS LAST" if is_descending else f"{path} ASC NULLS FIRST"
        for path, is_descending in view.orders
    )
    return f"SELECT {items} FROM {view.sobject}{scope}{where} ORDER BY {order}"


def describe_list_view(context: WriteContext, found: Record) -> Record:
    """What ``/listviews/{id}/describe`` answers."""
    view = ListView.model_validate_json(read_definition(context, str(found["Id"])))
    soql = write_query(context, view)
    return {
        "columns": _describe_columns(context, view),
        "id": str(found["Id"])[:_SHORT_ID],
        "orderBy": [
            {
                "fieldNameOrPath": path,
                "nullsPosition": "last" if is_descending else "first",
                "sortDirection": "descending" if is_descending else "ascending",
            }
            for path, is_descending in view.orders
        ],
        "query": soql,
        "relatedEntityId": None,
        "scope": view.scope or None,
        "scopeEntityId": None,
        "sobjectType": view.sobject,
        "whereCondition": describe_condition(parse_query(soql).where),
    }


def answer_list_view(context: WriteContext, found: Record, *, limit: int, offset: int) -> Record:
    """What ``/listviews/{id}/results`` answers; call inside a transaction, for the view is marked as seen.

    ``size`` counts the records of this reply [K].
    """
    view = ListView.model_validate_json(read_definition(context, str(found["Id"])))
    columns = _describe_columns(context, view)
    soql = f"{write_query(context, view)} LIMIT {limit + 1} OFFSET {offset}"
    records = query(context, soql)
    mark_time(context, "ListView", str(found["Id"]), names=("LastViewedDate", "LastReferencedDate"))
    return {
        "columns": columns,
        "developerName": found["DeveloperName"],
        "done": len(records) <= limit,
        "id": str(found["Id"])[:_SHORT_ID],
        "label": found["Name"],
        "records": [
            {"columns": [_show_cell(record, each) for each in columns]} for record in records[:limit]
        ],
        "size": min(len(records), limit),
    }


def _describe_columns(context: WriteContext, view: ListView) -> list[Record]:
    """The columns the view shows and those it hides, without what field-level security takes away."""
    sobject = context.schema.objects[view.sobject.lower()]
    shown = view.columns
    hidden = [each for each in _HIDDEN_COLUMNS if each not in shown]
    found = [resolve_path(context.schema, sobject, each.split(".")) for each in (*shown, *hidden)]
    return [
        _describe_column(sobject, *each, view=view, is_hidden=each[0] in hidden)
        for each in found
        if each is not None
    ]


def _describe_column(
    sobject: SObject, path: str, field: SObjectField, *, view: ListView, is_hidden: bool
) -> Record:
    is_sortable = field.sortable and not is_hidden
    ascending, descending = _SORT_LABELS.get(field.type, ("Z-A", "A-Z"))
    (sorted_path, is_descending), _ = view.orders
    is_sorted = is_sortable and path.lower() == sorted_path.lower()
    return {
        "ascendingLabel": ascending if is_sortable else None,
        "descendingLabel": descending if is_sortable else None,
        "fieldNameOrPath": path,
        "hidden": is_hidden,
        "label": label_of(sobject, path, field),
        "selectListItem": f"toLabel({path})" if field.type in _LABELLED_TYPES else path,
        "sortDirection": ("descending" if is_descending else "ascending") if is_sorted else None,
        "sortIndex": 0 if is_sorted else None,
        "sortable": is_sortable,
        "type": field.type,
    }


def _show_cell(record: Record, column: Record) -> Record:
    path = str(column["fieldNameOrPath"])
    return {"fieldNameOrPath": path, "value": _show_value(dig(record, path), field_type=column["type"])}


def _show_value(value: object, *, field_type: object) -> str | None:
    """Every value is text, and a datetime is Java's; numbers and dates are [K].

    >>> _show_value("2014-08-01T21:15:46.000+0000", field_type="datetime")
    'Fri Aug 01 21:15:46 GMT 2014'
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if field_type == "datetime":
        return datetime.fromisoformat(str(value)).strftime("%a %b %d %H:%M:%S GMT %Y")
    return str(value)
