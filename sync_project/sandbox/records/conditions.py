"""Conditions of rules: a SOQL WHERE text, asked about one record inside the write's savepoint."""

from dataclasses import replace

from sync_project.sandbox.errors import ApiError, RecordError
from sync_project.sandbox.records.asking import ask, query_context
from sync_project.sandbox.records.write_context import WriteContext
from sync_project.sandbox.schema import SObject
from sync_project.sandbox.soql.execute import run_query


def holds(context: WriteContext, sobject: SObject, record_id: str, condition: str) -> bool:
    """Whether the stored record meets the condition; an empty one holds for every record."""
    if not condition.strip():
        return True
    try:
        return _ask(context, sobject, record_id, condition)
    except ApiError as error:
        raise RecordError(
            "FIELD_INTEGRITY_EXCEPTION", f"rule condition {condition!r}: {error.message}"
        ) from error


def check_condition(context: WriteContext, sobject: SObject, condition: str) -> None:
    """Raise ApiError for a condition that could never be asked."""
    _ask(context, sobject, "000000000000000AAA", condition or "Id != null")


def _ask(context: WriteContext, sobject: SObject, record_id: str, condition: str) -> bool:
    """Rules see every field and every row."""
    asked = query_context(context, include_deleted=True)
    result = ask(
        run_query,
        f"SELECT Id FROM {sobject.name} WHERE Id = '{record_id}' AND ({condition})",
        context=replace(asked, schema=context.rules.open_schema, unseen_after=None),
    )
    return bool(result.records)
