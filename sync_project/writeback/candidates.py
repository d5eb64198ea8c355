"""``outbound.candidate``: what we want in every mapped field beside what Salesforce has.

The user's mappings decide the shape, so the SQL is built here; ``write_plan.sql`` decides what happens.
"""

import duckdb

from sync_project.ingest.objects import table_name
from sync_project.settings.model import WritebackSettings
from sync_project.warehouse.models import build_table, count_rows, ensure_table, load_models, quote_name
from sync_project.writeback.mappings import (
    NUMBER_TYPES,
    FieldMapping,
    RecordMapping,
    TargetField,
    ValueType,
    read_mappings,
)

TABLE = "outbound.candidate"
SHORTENED_SOURCES = frozenset({"top_signals", "reasoning"})
"""Texts of ours that lose little when they are cut; any other text that is too long is not sent."""

ELLIPSIS = "…"


def build_candidates(*, connection: duckdb.DuckDBPyConnection, settings: WritebackSettings) -> int:
    """Replace the table and return its rows; MappingError, before anything else, for impossible mappings."""
    mappings = read_mappings(settings, connection=connection)
    build_table(load_models()[TABLE], connection=connection, parameters={})
    ensure_table(load_models()["outbound.acknowledged_value"], connection=connection)
    for record_mapping in mappings:
        for field_mapping in record_mapping.fields:
            query = _candidate_query(record_mapping, field_mapping)
            connection.execute(
                f"INSERT INTO {TABLE} BY NAME {query}",
                {
                    "record_type": record_mapping.record_type,
                    "field": field_mapping.field.name,
                    "source": field_mapping.source,
                    "rule": field_mapping.rule.value,
                    "kind": "number" if field_mapping.field.type in NUMBER_TYPES else "text",
                    "is_required": field_mapping.field.is_required,
                    "is_stamp": field_mapping.source_type is ValueType.TIME,
                },
            )
    return count_rows(TABLE, connection=connection)


def _candidate_query(record: RecordMapping, mapping: FieldMapping) -> str:
    is_account = record.record_type == "Account"
    source, key = (
        ("scored.account_propensity", "account_id") if is_account else ("scored.person", "person_id")
    )
    wanted = _spell_wanted(mapping)
    present = _spell(f"present.{quote_name(mapping.field.name)}", mapping.field)
    return f"""WITH spelled AS (
        SELECT target.*, {wanted} AS wanted, {present} AS present
        FROM outbound.target AS target
        INNER JOIN {source} AS source ON target.subject_id = source.{key}
        LEFT JOIN {table_name(record.record_type)} AS present ON target.record_id = present.Id
        WHERE target.record_type = $record_type AND target.left_alone_because IS NULL
    )
    SELECT spelled.record_type, spelled.record_id, spelled.external_id, spelled.subject_id, spelled.operation,
        spelled.score, $field AS field, $source AS source, $rule AS rule, $kind AS kind,
        $is_required AS is_required, $is_stamp AS is_stamp, spelled.wanted, spelled.present,
        acknowledged.value AS acknowledged, {_fault(mapping.field)} AS fault
    FROM spelled
    LEFT JOIN outbound.acknowledged_value AS acknowledged
        ON acknowledged.record_type = spelled.record_type AND acknowledged.record_id = spelled.record_id
        AND acknowledged.field = $field"""


def _spell_wanted(mapping: FieldMapping) -> str:
    value = f"source.{quote_name(mapping.source)}"
    if mapping.source == "propensity":
        value = f"{value} || '_propensity'"
    if mapping.field.is_rich_text:
        value = _escape_html(value)
    spelled = _spell(value, mapping.field)
    if mapping.source in SHORTENED_SOURCES and mapping.field.length:
        most = mapping.field.length
        shortened = f"left({spelled}, {most - 1}) || '{ELLIPSIS}'"
        return f"CASE WHEN length({spelled}) > {most} THEN {shortened} ELSE {spelled} END"
    return spelled


def _spell(value: str, field: TargetField) -> str:
    """The value as text, spelled so that what Salesforce holds as equal is equal."""
    if field.type in NUMBER_TYPES:
        return f"CAST(round(CAST({value} AS DOUBLE), {field.scale}) AS VARCHAR)"
    if field.type == "datetime":
        return f"strftime(CAST({value} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%SZ')"
    if field.type == "date":
        return f"strftime(CAST({value} AS DATE), '%Y-%m-%d')"
    # Salesforce trims trailing blanks and stores an empty text as null.
    return f"nullif(rtrim(CAST({value} AS VARCHAR)), '')"


def _escape_html(value: str) -> str:
    return f"replace(replace(replace({value}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"


def _fault(field: TargetField) -> str:
    if field.type in NUMBER_TYPES or not field.length:
        return "CAST(NULL AS VARCHAR)"
    said = f"'our value has ' || length(spelled.wanted) || ' characters, the field holds {field.length}'"
    return f"CASE WHEN length(spelled.wanted) > {field.length} THEN {said} END"
