"""``raw.org`` and ``raw.field``: which org it is, and what it says of every imported object."""

from datetime import datetime

import duckdb
import pandas as pd

from sync_project.ingest.columns import left_out_because
from sync_project.ingest.errors import NothingVisibleError, OtherOrgError
from sync_project.ingest.objects import OBJECTS
from sync_project.salesforce.describe import FieldDescription
from sync_project.salesforce.errors import ResourceMissingError
from sync_project.salesforce.org import Org
from sync_project.warehouse.connection import Warehouse, fetch_row
from sync_project.warehouse.models import build_table, ensure_table, load_models


def describe_objects(org: Org, *, warehouse: Warehouse, now: datetime) -> dict[str, int]:
    """Replace ``raw.field``; returns the number of fields per object, 0 where the org lacks the object.

    OtherOrgError when the warehouse belongs to another org, NothingVisibleError when the org lacks them all.
    """
    with warehouse.transaction() as connection:
        _pin_org(org.org_id, connection=connection, now=now)
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


def _pin_org(org_id: str, *, connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
    ensure_table(load_models()["raw.org"], connection=connection)
    known = fetch_row(connection, "SELECT org_id FROM raw.org")
    if known is None:
        first = {"org_id": org_id, "now": now.replace(tzinfo=None)}
        connection.execute("INSERT INTO raw.org VALUES ($org_id, $now)", first)
    elif known[0] != org_id:
        raise OtherOrgError(known=known[0], found=org_id)


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
