import pytest

from sync_project.ingest.columns import column_type, expected_columns
from sync_project.ingest.objects import STAGED_OBJECTS, table_name
from sync_project.warehouse.models import load_models, parse_model


@pytest.mark.parametrize(
    ("salesforce_type", "column"),
    [
        ("boolean", "BOOLEAN"),
        ("int", "BIGINT"),
        ("percent", "DOUBLE"),
        ("date", "DATE"),
        ("datetime", "TIMESTAMP"),
        ("time", "VARCHAR"),
        ("multipicklist", "VARCHAR"),
        ("a type of next year", "VARCHAR"),
    ],
)
def test_every_salesforce_type_has_a_column_type(salesforce_type, column):
    assert column_type(salesforce_type) == column


def test_the_columns_that_queries_read_are_expected_of_a_raw_table():
    models = [
        parse_model("-- A.\nSELECT Id, Name FROM raw.lead WHERE NOT IsDeleted", schema="staged", table="a"),
        parse_model("-- B.\nSELECT x.Email FROM raw.lead AS x, raw.user AS y", schema="staged", table="b"),
    ]

    assert expected_columns("raw.lead", models=models) == ["Email", "Id", "IsDeleted", "Name"]


def test_every_staged_table_reads_objects_that_are_imported():
    staged = [model for model in load_models().values() if model.schema == "staged"]
    read = {table for model in staged for table in model.reads if table.startswith("raw.")}

    assert read - {"raw.engagement_event"} == {table_name(name) for name in STAGED_OBJECTS}
