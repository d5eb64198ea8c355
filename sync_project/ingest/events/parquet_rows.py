"""Rows of a Parquet file, which DuckDB reads by itself."""

from collections.abc import Mapping

import duckdb

from sync_project.ingest.events.rows import COLUMNS, EventShape, Relation, join_properties_query
from sync_project.warehouse.models import quote_name


def parquet_columns(location: str, *, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Names and DuckDB types; duckdb.Error where it is no Parquet file."""
    found = connection.execute(
        "SELECT column_name, column_type FROM (DESCRIBE FROM read_parquet($location))", {"location": location}
    ).fetchall()
    return dict(found)


def parquet_relation(location: str, *, columns: Mapping[str, str], shape: EventShape) -> Relation:
    """The file's rows; structures become JSON."""
    values = {
        column: quote_name(name) if name in columns else "NULL"
        for column, name in zip(COLUMNS, shape.names, strict=True)
    }
    if columns.get(shape.names[-1]) not in {None, "VARCHAR", "JSON"}:
        values["properties"] = f"to_json({values['properties']})"
    others = shape.other_names(columns)
    if others:
        fields = ", ".join(f"{quote_name(name)}: {quote_name(name)}" for name in others)
        values["properties"] = join_properties_query(
            f"CAST({values['properties']} AS VARCHAR)", f"to_json({{{fields}}})"
        )
    query = f"""(
        SELECT {", ".join(f"CAST({value} AS VARCHAR) AS {column}" for column, value in values.items())},
            file_row_number + 1 AS line, CAST(NULL AS VARCHAR) AS text, CAST(NULL AS VARCHAR) AS fault
        FROM read_parquet($location, file_row_number = true)
    )"""
    return Relation(query=query, parameters={"location": location})
