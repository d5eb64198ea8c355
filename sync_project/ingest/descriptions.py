"""``raw.org`` and ``raw.field``: which org it is, and what it says of every object that comes in.

Each run describes every object anew. ``history.field`` keeps every earlier description, ``raw.field_change``
lists what changed from one import to the next, ``raw.left_out`` what does not come in and why, and
``raw.field_permission`` what our user may do with the fields that the settings name.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

import duckdb
import pandas as pd

from sync_project.ingest.errors import NothingVisibleError, OtherOrgError
from sync_project.ingest.field_choice import OFF, FieldChoice
from sync_project.ingest.versions import VALIDITY, VersionedTable, close_rows, fit_history, merge_rows
from sync_project.salesforce.describe import FieldDescription, ObjectDescription
from sync_project.salesforce.errors import QueryRefusedError, ResourceMissingError
from sync_project.salesforce.org import Org
from sync_project.warehouse.connection import Warehouse, as_timestamp, fetch_row
from sync_project.warehouse.models import build_table, ensure_table, load_models

FIELD_TABLES = ("raw.field", "raw.field_change", "raw.field_permission", "raw.left_out")
FIELDS = VersionedTable(name="raw.field", key=("object_name", "field_name"))

MISSING = (
    "named in the settings, but the org has no such field, or hides it from the integration user: create it, "
    "grant read access to it by a permission set, or correct the settings"
)

HISTORY_OBJECTS: Mapping[str, str] = {
    "Account": "AccountHistory",
    "Contact": "ContactHistory",
    "Lead": "LeadHistory",
    "Opportunity": "OpportunityFieldHistory",
}
"""Where Salesforce keeps the changes of an object's tracked fields."""

TRACKED = """SELECT EntityDefinition.QualifiedApiName, QualifiedApiName FROM FieldDefinition
    WHERE EntityDefinition.QualifiedApiName IN ({objects}) AND IsFieldHistoryTracked = true"""

Tracked = Mapping[str, Collection[str]]
"""The names of the fields whose history is kept, by object; an object of which nothing is known is absent."""

OBJECT_MISSING = "the org has no such object, or hides it from the integration user"

DEFINITION = """concat_ws(', ', type, CASE WHEN length > 0 THEN 'length ' || length END,
    CASE WHEN scale > 0 THEN 'scale ' || scale END, CASE WHEN is_nillable THEN 'nillable' END,
    CASE WHEN is_createable THEN 'createable' END, CASE WHEN is_updateable THEN 'updateable' END,
    CASE WHEN is_calculated THEN 'calculated' END, CASE WHEN is_history_tracked THEN 'history tracked' END,
    CASE WHEN NOT is_imported THEN 'not imported' END)"""

CHANGES = f"""INSERT INTO raw.field_change
    SELECT object_name, field_name,
        CASE WHEN before.type IS NULL THEN 'new' WHEN after.type IS NULL THEN 'removed'
            WHEN before.type <> after.type THEN 'retyped' ELSE 'redefined' END,
        before.definition, after.definition, $now
    FROM (SELECT *, {DEFINITION} AS definition FROM known_field) AS before
    FULL JOIN (SELECT *, {DEFINITION} AS definition FROM described) AS after USING (object_name, field_name)
    WHERE before.definition IS DISTINCT FROM after.definition
        AND object_name IN (SELECT object_name FROM known_field)
    ORDER BY ALL"""


def describe_objects(
    org: Org, *, choices: Mapping[str, FieldChoice], warehouse: Warehouse, now: datetime
) -> dict[str, int]:
    """Bring ``raw.field`` up to date; returns the number of fields per object, 0 where the org lacks it.

    OtherOrgError when the warehouse belongs to another org, NothingVisibleError when the org lacks them all.
    """
    with warehouse.transaction() as connection:
        _pin_org(org.org_id, connection=connection, now=now)
    described = org.describe_many(choices)
    if not any(described.values()):
        raise NothingVisibleError(
            f"The org shows the integration user none of {', '.join(choices)}. "
            "Assign the user a permission set with read access to these objects."
        )
    readable = [name for name, each in described.items() if each and choices[name].comes_in]
    tracked = _ask_tracked(org, readable)
    with warehouse.transaction() as connection:
        _keep_fields(described, choices, tracked=tracked, connection=connection, now=now)
        for table, rows in (
            ("raw.field_permission", _list_permissions(described, choices)),
            ("raw.left_out", _list_left_out(described, choices)),
        ):
            _replace_rows(table, rows, connection=connection)
        connection.execute("UPDATE raw.org SET described_at = $now", {"now": as_timestamp(now)})
    return {name: len(each.fields) if each else 0 for name, each in described.items()}


def _ask_tracked(org: Org, readable: Collection[str]) -> Tracked:
    """The fields whose history the org keeps, of every object whose history we may read."""
    asked = [name for name, history in HISTORY_OBJECTS.items() if {name, history} <= set(readable)]
    if not asked:
        return {}
    listed = ", ".join(f"'{name}'" for name in asked)
    try:
        records = [record for page in org.query(TRACKED.format(objects=listed)) for record in page.records]
    except (QueryRefusedError, ResourceMissingError):
        # The user may not see the org's setup: nothing is known to be tracked then.
        return {}
    found: dict[str, set[str]] = {name: set() for name in asked}
    for record in records:
        found[record["EntityDefinition"]["QualifiedApiName"]].add(record["QualifiedApiName"])
    return found


def read_labels(object_name: str, *, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What people see in place of each column of the object's raw table, and what ours mean."""
    rows = connection.execute(
        "SELECT field_name, label FROM raw.field WHERE object_name = $name AND is_imported",
        {"name": object_name},
    ).fetchall()
    texts = load_models()["raw.field"].columns
    return dict(rows) | {name: texts[name] for name in VALIDITY}


def _pin_org(org_id: str, *, connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
    ensure_table(load_models()["raw.org"], connection=connection)
    known = fetch_row(connection, "SELECT org_id FROM raw.org")
    given = {"now": as_timestamp(now)}
    if known is None:
        connection.execute("INSERT INTO raw.org VALUES ($org_id, $now, NULL)", given | {"org_id": org_id})
    elif known[0] != org_id:
        raise OtherOrgError(known=known[0], found=org_id)


def _keep_fields(
    described: Mapping[str, ObjectDescription | None],
    choices: Mapping[str, FieldChoice],
    *,
    tracked: Tracked,
    connection: duckdb.DuckDBPyConnection,
    now: datetime,
) -> None:
    for name in FIELD_TABLES:
        ensure_table(load_models()[name], connection=connection)
    fit_history(FIELDS, connection=connection)
    rows = [
        _row(
            name,
            field,
            tracked=field.name in tracked[name] if name in tracked else None,
            is_imported=choices[name].left_out_because(field) is None,
        )
        for name, each in described.items()
        for field in (each.fields if each else ())
    ]
    connection.register("described", pd.DataFrame(rows))
    connection.execute("CREATE OR REPLACE TEMP TABLE known_field AS FROM raw.field")
    connection.execute(CHANGES, {"now": as_timestamp(now)})
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE gone_field AS
        SELECT object_name, field_name FROM raw.field
        WHERE (object_name, field_name) NOT IN (SELECT object_name, field_name FROM described)"""
    )
    close_rows(FIELDS, "gone_field", now=now, connection=connection)
    columns = [name for name in load_models()["raw.field"].columns if name not in VALIDITY]
    merge_rows(FIELDS, "described", columns=columns, now=now, connection=connection)
    connection.unregister("described")


def _replace_rows(
    table: str, rows: Iterator[tuple[object, ...]], *, connection: duckdb.DuckDBPyConnection
) -> None:
    model = load_models()[table]
    build_table(model, connection=connection, parameters={})
    connection.register("fresh", pd.DataFrame(rows, columns=list(model.columns)))
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM fresh ORDER BY ALL")
    connection.unregister("fresh")


def _list_permissions(
    described: Mapping[str, ObjectDescription | None], choices: Mapping[str, FieldChoice]
) -> Iterator[tuple[str, str, str, bool, bool, bool]]:
    """The rows of ``raw.field_permission``."""
    for name, each in described.items():
        for named in choices[name].named.values():
            field = each.field(named.name) if each else None
            yield (
                name,
                field.name if field else named.name,
                ", ".join(named.settings),
                field is not None,
                field is not None and field.is_createable,
                field is not None and field.is_updateable,
            )


def _list_left_out(
    described: Mapping[str, ObjectDescription | None], choices: Mapping[str, FieldChoice]
) -> Iterator[tuple[str, str | None, str]]:
    """Object, field (None for a whole object) and reason."""
    for name, each in described.items():
        choice = choices[name]
        if not choice.comes_in:
            yield name, None, OFF
            continue
        if each is None:
            yield name, None, OBJECT_MISSING
            continue
        for field in each.fields:
            reason = choice.left_out_because(field)
            if reason is not None:
                yield name, field.name, reason
        known = {field.name.lower() for field in each.fields}
        for missing in sorted(choice.named.keys() - known):
            yield name, choice.named[missing].name, MISSING


def _row(
    object_name: str, field: FieldDescription, *, tracked: bool | None, is_imported: bool
) -> dict[str, object]:
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
        "is_history_tracked": tracked,
        "is_imported": is_imported,
    }
