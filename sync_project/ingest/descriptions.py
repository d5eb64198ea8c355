"""``raw.field``: what the org says of every imported object, kept for all later rooms."""

import pandas as pd

from sync_project.ingest.columns import left_out_because
from sync_project.ingest.errors import NothingVisibleError
from sync_project.ingest.objects import OBJECTS
from sync_project.salesforce.describe import FieldDescription
from sync_project.salesforce.errors import ResourceMissingError
from sync_project.salesforce.org import Org
from sync_project.warehouse.connection import Warehouse
from sync_project.warehouse.models import build_table, load_models


def describe_objects(org: Org, *, warehouse: Warehouse) -> dict[str, int]:
    """Replace ``raw.field``; returns the number of fields per object, 0 where the org lacks the object.

    NothingVisibleError when it lacks them all.
    """
    described = {name: _describe(org, name) for name in OBJECTS}
    if not any(described.values()):
        raise NothingVisibleError(
            f"The org shows the integration user none of {', '.join(OBJECTS)}. "
            "Assign the user a permission set with read access to these objects."
        )
    rows = pd.DataFrame([_row(name, field) for name, fields in described.items() for field in fields])
    with warehouse.transaction() as connection:
        build_table(load_models()["raw.field"], connection=connection, parameters={})
        connection.register("described", rows)
        connection.execute("INSERT INTO raw.field BY NAME SELECT * FROM described")
    return {name: len(fields) for name, fields in described.items()}


def _describe(org: Org, object_name: str) -> tuple[FieldDescription, ...]:
    try:
        return org.describe(object_name).fields
    except ResourceMissingError:
        return ()


def _row(object_name: str, field: FieldDescription) -> dict[str, object]:
    return {
        "object_name": object_name,
        "field_name": field.name,
        "label": field.label,
        "type": field.type,
        "length": field.length,
        "scale": field.scale,
        "is_nillable": field.is_nillable,
        "is_createable": field.is_createable,
        "is_updateable": field.is_updateable,
        "is_defaulted": field.is_defaulted_on_create,
        "is_calculated": field.is_calculated,
        "is_rich_text": field.is_html_formatted,
        "is_external_id": field.is_external_id,
        "left_out_because": left_out_because(field),
    }
