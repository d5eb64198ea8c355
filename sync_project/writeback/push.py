"""Sends what the plan says, stores what Salesforce answers after every call, and logs each record.

Only rows of ``outbound.write_plan`` with the decision ``write`` are sent, each until it is acknowledged:
pushing the same plan again sends the rest. A rejected record is a row of the activity log, never an
exception, and is planned again next time because nothing was acknowledged for it.
"""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb
import pandas as pd

from sync_project.salesforce.org import Org
from sync_project.salesforce.remedies import remedy_for
from sync_project.salesforce.results import RecordResult
from sync_project.salesforce.values import FieldValue
from sync_project.salesforce.writing import update_records, upsert_records
from sync_project.warehouse.connection import Warehouse, as_timestamp
from sync_project.warehouse.models import ensure_table, load_models
from sync_project.writeback.duplicates import tell_duplicates
from sync_project.writeback.written_scores import keep_written_scores

TABLES = ("outbound.acknowledged_value", "outbound.activity_log", "outbound.written_score")


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field of one record."""

    field: str
    kind: str
    before: str | None
    after: str

    @property
    def sent_value(self) -> FieldValue:
        """The value as it is sent; a whole number without a fraction, which an int field would refuse."""
        if self.kind != "number":
            return self.after
        number = float(self.after)
        return int(number) if number.is_integer() else number


@dataclass(frozen=True, kw_only=True)
class RecordChange:
    """All that one record gets."""

    record_type: str
    operation: str
    record_id: str | None
    """None where it is created."""
    external_id: str | None
    """None where it exists."""
    subject_id: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, kw_only=True)
class PushCounts:
    """What a push did, in records."""

    created: int = 0
    updated: int = 0
    rejected: int = 0
    duplicates: int = 0
    """Records whose duplicates were newly logged."""
    call_count: int = 0


def push_plan(
    *, org: Org, warehouse: Warehouse, external_id_field: str, run_id: str, clock: Callable[[], datetime]
) -> PushCounts:
    """Log new duplicates and carry out the plan, best scores first.

    A SalesforceError midway keeps what was acknowledged until then and leaves the rest for the next push.
    """
    with warehouse.transaction() as connection:
        for table in TABLES:
            ensure_table(load_models()[table], connection=connection)
        batches = read_changes(connection)
        counts = PushCounts(duplicates=tell_duplicates(connection, run_id=run_id))
    calls_before = org.calls_used
    for (record_type, operation), changes in batches.items():
        remaining = iter(changes)
        for results in _send(org, record_type, operation, changes, external_id_field=external_id_field):
            sent = itertools.islice(remaining, len(results))
            answered, now = list(zip(sent, results, strict=True)), clock()
            with warehouse.transaction() as connection:
                _keep_answers(answered, connection=connection, run_id=run_id, now=now)
                keep_written_scores(
                    connection,
                    record_type=record_type,
                    record_ids={
                        change.subject_id: result.record_id or change.record_id
                        for change, result in answered
                        if result.is_success
                    },
                    written_at=now,
                )
            counts = _add(counts, answered)
    return replace(counts, call_count=org.calls_used - calls_before)


def read_changes(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[RecordChange]]:
    """What the plan writes and nothing acknowledged yet, by record type and operation, best scores first."""
    rows = connection.execute(
        """SELECT record_type, operation, record_id, external_id, subject_id,
            list({'field': field, 'kind': kind, 'before': value_before, 'after': value_after} ORDER BY field)
        FROM outbound.write_plan AS plan
        WHERE decision = 'write' AND NOT EXISTS (
            SELECT 1 FROM outbound.activity_log AS log
            WHERE log.record_type = plan.record_type AND log.subject_id = plan.subject_id
                AND log.operation IN ('create', 'update') AND log.logged_at > plan.planned_at
        )
        GROUP BY record_type, operation, record_id, external_id, subject_id
        ORDER BY record_type, operation, max(score) DESC, subject_id"""
    ).fetchall()
    batches: dict[tuple[str, str], list[RecordChange]] = {}
    for record_type, operation, record_id, external_id, subject_id, fields in rows:
        change = RecordChange(
            record_type=record_type,
            operation=operation,
            record_id=record_id,
            external_id=external_id,
            subject_id=subject_id,
            fields=tuple(FieldChange(**each) for each in fields),
        )
        batches.setdefault((record_type, operation), []).append(change)
    return batches


def _send(
    org: Org, record_type: str, operation: str, changes: list[RecordChange], *, external_id_field: str
) -> Iterator[tuple[RecordResult, ...]]:
    key = external_id_field if operation == "create" else "Id"
    records = [
        {key: change.external_id or change.record_id}
        | {each.field: each.sent_value for each in change.fields}
        for change in changes
    ]
    if operation == "create":
        return upsert_records(org, sobject=record_type, external_id_field=external_id_field, records=records)
    return update_records(org, sobject=record_type, records=records)


def _keep_answers(
    answered: list[tuple[RecordChange, RecordResult]],
    *,
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    now: datetime,
) -> None:
    logged_at = as_timestamp(now)
    log = pd.DataFrame([_log_row(*each, run_id=run_id, logged_at=logged_at) for each in answered])
    connection.register("log", log)
    connection.execute("INSERT INTO outbound.activity_log BY NAME SELECT * FROM log")
    acknowledged = pd.DataFrame(
        [row for each in answered for row in _acknowledged_rows(*each, acknowledged_at=logged_at)]
    )
    if acknowledged.empty:
        return
    connection.register("acknowledged", acknowledged)
    connection.execute(
        """DELETE FROM outbound.acknowledged_value AS known USING acknowledged
        WHERE known.record_type = acknowledged.record_type AND known.record_id = acknowledged.record_id
            AND known.field = acknowledged.field"""
    )
    connection.execute("INSERT INTO outbound.acknowledged_value BY NAME SELECT * FROM acknowledged")


def _log_row(
    change: RecordChange, result: RecordResult, *, run_id: str, logged_at: datetime
) -> Mapping[str, object]:
    succeeded = result.is_success
    return {
        "logged_at": logged_at,
        "run_id": run_id,
        "operation": _operation(result) if succeeded else "error",
        "record_type": change.record_type,
        "record_id": result.record_id or change.record_id,
        "subject_id": change.subject_id,
        "field_changes": json.dumps(
            {each.field: [each.before, each.after] for each in change.fields}, ensure_ascii=False
        ),
        "error_code": None if succeeded else result.error_code,
        "error_message": None if succeeded else result.message,
        "remedy": None if succeeded else remedy_for(result.error_code, result.fields),
    }


def _acknowledged_rows(
    change: RecordChange, result: RecordResult, *, acknowledged_at: datetime
) -> Iterator[Mapping[str, object]]:
    if not result.is_success:
        return
    for each in change.fields:
        yield {
            "record_type": change.record_type,
            "record_id": result.record_id or change.record_id,
            "field": each.field,
            "value": each.after,
            "acknowledged_at": acknowledged_at,
        }


def _operation(result: RecordResult) -> str:
    return "create" if result.is_created else "update"


def _add(counts: PushCounts, answered: list[tuple[RecordChange, RecordResult]]) -> PushCounts:
    results = [result for _, result in answered]
    created = sum(each.is_success and each.is_created for each in results)
    written = sum(each.is_success for each in results)
    return replace(
        counts,
        created=counts.created + created,
        updated=counts.updated + written - created,
        rejected=counts.rejected + len(results) - written,
    )
