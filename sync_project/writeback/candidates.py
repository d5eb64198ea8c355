"""``outbound.candidate``: what we want in every mapped field beside what Salesforce has.

The user's mappings decide the shape, so the SQL is built here; ``write_plan.sql`` decides what happens.
"""

import duckdb

from sync_project.ingest.objects import table_name
from sync_project.settings.writeback import WritebackSettings
from sync_project.warehouse.models import build_table, count_rows, ensure_table, load_models, quote_name
from sync_project.writeback.mapping_faults import KNOWN_BY
from sync_project.writeback.mappings import FieldMapping, RecordMapping, read_mappings
from sync_project.writeback.scored_subjects import scored_subjects
from sync_project.writeback.spelling import (
    BLANKS,
    escape_html,
    join_lines,
    lay_out,
    same_but_for_case,
    shorten,
    spell,
    spell_time,
)
from sync_project.writeback.target_fields import NUMBER_TYPES, TIME_TYPES, TargetField, ValueType

TABLE = "outbound.candidate"

SHORTENED_SOURCES = frozenset({"top_signals", "reasoning"})
"""Texts of ours that lose little when they are cut; any other text that is too long is not sent."""


def build_candidates(*, connection: duckdb.DuckDBPyConnection, settings: WritebackSettings) -> int:
    """Replace the table and return its rows; MappingError, before anything else, for impossible mappings."""
    mappings = read_mappings(settings, connection=connection)
    build_table(load_models()[TABLE], connection=connection, parameters={})
    ensure_table(load_models()["outbound.acknowledged_value"], connection=connection)
    for record in mappings:
        for mapping in record.fields:
            query = _candidate_query(record, mapping)
            given = {
                "record_type": record.record_type,
                "field": mapping.field.name,
                "source": mapping.source,
                "rule": mapping.rule.value,
                "kind": "number" if mapping.field.type in NUMBER_TYPES else "text",
                "is_required": mapping.field.is_required,
                "is_stamp": mapping.source_type is ValueType.TIME,
            }
            # Only texts are trimmed, and DuckDB refuses a parameter that the query does not name.
            given |= {"blanks": BLANKS} if "$blanks" in query else {}
            connection.execute(f"INSERT INTO {TABLE} BY NAME {query}", given)
    return count_rows(TABLE, connection=connection)


def _candidate_query(record: RecordMapping, mapping: FieldMapping) -> str:
    field = mapping.field
    raw = table_name(record.record_type)
    subjects = scored_subjects(record.record_type)
    is_cut = _is_cut(mapping)
    shortened = shorten("whole.spelled", length=field.length, is_rich_text=field.is_rich_text)
    return f"""WITH whole AS (
        SELECT target.*, {_spell_wanted(mapping)} AS spelled,
            {spell(f"present.{quote_name(field.name)}", field)} AS present,
            {_twin_fault(record)} AS twin_fault
        FROM outbound.target AS target
        INNER JOIN {subjects.query} AS source ON target.subject_id = source.{subjects.key}
        LEFT JOIN {raw} AS present ON target.record_id = present.Id
        {_twin_join(record, raw)}
        WHERE target.record_type = $record_type AND target.left_alone_because IS NULL
    ),
    fitted AS (
        SELECT whole.*, CASE WHEN {is_cut} THEN {shortened} ELSE whole.spelled END AS wanted,
            CASE WHEN {is_cut} THEN {field.length} END AS shortened_to
        FROM whole
    )
    SELECT fitted.record_type, fitted.record_id, fitted.external_id, fitted.subject_id, fitted.operation,
        fitted.score, $field AS field, $source AS source, $rule AS rule, $kind AS kind,
        $is_required AS is_required, $is_stamp AS is_stamp, fitted.wanted, fitted.shortened_to,
        {same_but_for_case("fitted.present", "fitted.wanted", field)} AS present,
        acknowledged.value AS acknowledged, {_fault(mapping)} AS fault
    FROM fitted
    LEFT JOIN outbound.acknowledged_value AS acknowledged
        ON acknowledged.record_type = fitted.record_type AND acknowledged.record_id = fitted.record_id
        AND acknowledged.field = $field"""


def _spell_wanted(mapping: FieldMapping) -> str:
    value = f"source.{quote_name(mapping.source)}"
    if mapping.source == "propensity":
        value = f"{value} || '_propensity'"
    if mapping.source_type is ValueType.TIME and mapping.field.type not in TIME_TYPES:
        value = spell_time(value)
    if mapping.field.is_rich_text:
        value = escape_html(f"CAST({value} AS VARCHAR)")
    if mapping.source == "reasoning":
        value = _lay_out_reasoning(value, mapping.field)
    return spell(value, mapping.field)


def _lay_out_reasoning(value: str, field: TargetField) -> str:
    """Its lines as paragraphs where the field shows them and they fit, as lines, or else as one line."""
    if field.type != "textarea":
        return join_lines(value)
    if not field.is_rich_text:
        return value
    laid_out = lay_out(value)
    return f"CASE WHEN length({laid_out}) <= {field.length} THEN {laid_out} ELSE {join_lines(value)} END"


def _is_cut(mapping: FieldMapping) -> str:
    if mapping.source not in SHORTENED_SOURCES or not mapping.field.length:
        return "FALSE"
    return f"length(whole.spelled) > {mapping.field.length}"


def _twin_fault(record: RecordMapping) -> str:
    """Why a record that we created before is not created again, in words; null where there is none."""
    if not record.external_id_field:
        return "CAST(NULL AS VARCHAR)"
    before = f"was created for this {KNOWN_BY[record.record_type].source} before and"
    # Who was deleted is no visitor any more, while the people of an account that was deleted stay.
    stays_gone = (
        f"WHEN twin.gone_id IS NOT NULL THEN 'record ' || twin.gone_id || ' {before} was deleted or merged'"
        if record.record_type == "Account"
        else ""
    )
    return f"""CASE
            WHEN twin.live_id IS NOT NULL THEN 'record ' || twin.live_id || ' {before} has another one now'
            {stays_gone}
        END"""


def _twin_join(record: RecordMapping, raw: str) -> str:
    """The record that an upsert would change, or make again, although a new one is wanted."""
    if not record.external_id_field:
        return ""
    key = quote_name(record.external_id_field)
    return f"""LEFT JOIN (
            SELECT {key} AS external_id, min(CASE WHEN NOT IsDeleted THEN Id END) AS live_id,
                min(CASE WHEN IsDeleted THEN Id END) AS gone_id
            FROM {raw} WHERE {key} IS NOT NULL GROUP BY {key}
        ) AS twin ON target.external_id = twin.external_id"""


def _fault(mapping: FieldMapping) -> str:
    most = mapping.field.length
    if mapping.field.type in NUMBER_TYPES or not most:
        return "fitted.twin_fault"
    said = f"'our value has ' || length(fitted.wanted) || ' characters, the field holds {most}'"
    return f"coalesce(fitted.twin_fault, CASE WHEN length(fitted.wanted) > {most} THEN {said} END)"
