"""Leads as they are asked for, and their rows as they lie on disk."""

from datetime import UTC, datetime

import duckdb

from sync_project.salesforce.object_query import ObjectQuery
from sync_project.salesforce.reading import ExtractKind, Slice

FIELDS = (
    "Id",
    "SystemModstamp",
    "Key__c",
    "Title",
    "AnnualRevenue",
    "IsConverted",
    "IsDeleted",
    "CreatedDate",
)
LEADS = ObjectQuery(object_name="Lead", fields=FIELDS, stamp="SystemModstamp")
TYPES = {
    "SystemModstamp": "TIMESTAMPTZ",
    "AnnualRevenue": "DECIMAL(18, 2)",
    "IsConverted": "BOOLEAN",
    "IsDeleted": "BOOLEAN",
    "CreatedDate": "TIMESTAMPTZ",
}
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)


def read_rows(part: Slice, order="Key__c"):
    """Every row of a slice, typed, as the importer would read it."""
    files = [str(file) for file in part.files]
    columns = {name: TYPES.get(name, "VARCHAR") for name in part.fields}
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        if part.kind is ExtractKind.JSON:
            relation = connection.read_json(files, columns=columns, format="array")
        else:
            relation = connection.read_csv(files, columns=columns, header=True, all_varchar=False)
        return relation.order(order).fetchall()


def only_slice(extract) -> Slice:
    [batch] = extract.batches
    [part] = batch.slices
    return part


def read_keys(extract):
    return [row[2] for row in read_rows(only_slice(extract))]
