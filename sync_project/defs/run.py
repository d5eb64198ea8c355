"""The main job, run in this process: which days it reads, how its progress is told, how it ended."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import dagster as dg
from dagster import DagsterEvent, DagsterEventType, EventLogEntry

from sync_project.defs.partitions import partition_range_tags
from sync_project.defs.project import SYNC_JOB, make_definitions
from sync_project.defs.surroundings import Surroundings
from sync_project.ingest.windows import days_to_import
from sync_project.warehouse.connection import Warehouse, fetch_row
from sync_project.warehouse.models import table_exists

DAGSTER_SETTINGS = "telemetry:\n  enabled: false\nnux:\n  enabled: false\n"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One thing that happened: a table was written, a step failed, or a step said something."""

    name: str
    """The table or step; empty for what was only said."""
    text: str
    failed: bool = False


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """How a run ended."""

    succeeded: bool
    run_id: str
    metadata: Mapping[str, Mapping[str, object]]
    """What each table's asset reported, by ``schema.table``."""


def open_instance(surroundings: Surroundings) -> dg.DagsterInstance:
    """The Dagster storage of this home, made when it is absent; it sends no telemetry."""
    folder = surroundings.environment.dagster_home
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "dagster.yaml"
    if not settings.exists():
        settings.write_text(DAGSTER_SETTINGS, encoding="utf-8")
    return dg.DagsterInstance.from_config(str(folder))


def run_sync(surroundings: Surroundings, *, report: Callable[[Progress], None]) -> RunResult:
    """Run everything, from the day on which the last run stopped to today."""
    today = surroundings.clock().date()
    first, last = days_to_import(
        first_day=surroundings.home.keep_first_day(today),
        covered_until=read_covered_until(surroundings.warehouse),
        today=today,
    )
    job = make_definitions(surroundings).resolve_job_def(SYNC_JOB)
    run_id = str(uuid.uuid4())
    with open_instance(surroundings) as instance:
        instance.add_event_listener(run_id, lambda entry: _tell(entry, report))
        result = job.execute_in_process(
            run_config=QUIET,
            instance=instance,
            run_id=run_id,
            tags=partition_range_tags(first, last),
            raise_on_error=False,
        )
    return RunResult(
        succeeded=result.success,
        run_id=run_id,
        metadata={
            ".".join(event.asset_key.path): {
                name: value.value for name, value in event.materialization.metadata.items()
            }
            for event in result.get_asset_materialization_events()
            if event.asset_key
        },
    )


def read_covered_until(warehouse: Warehouse) -> datetime | None:
    """The moment up to which every object has been read; None in a new home."""
    if not warehouse.path.exists():
        return None
    with warehouse.transaction() as connection:
        if not table_exists("raw.import_log", connection=connection):
            return None
        row = fetch_row(
            connection,
            """SELECT min(covered_until) FROM (
                SELECT max(covered_until) AS covered_until FROM raw.import_log GROUP BY object_name
            )""",
        )
    return row[0] if row else None


def _tell(entry: EventLogEntry, report: Callable[[Progress], None]) -> None:
    event = entry.dagster_event
    if event is None:
        report(Progress(name="", text=entry.user_message))
    elif event.event_type is DagsterEventType.ASSET_MATERIALIZATION:
        rows = event.materialization.metadata.get("dagster/row_count")
        text = f"{rows.value:,} rows" if rows else "done"
        report(Progress(name=".".join(event.asset_key.path) if event.asset_key else "", text=text))
    elif event.is_step_failure or event.is_resource_init_failure or event.is_run_failure:
        cause = _innermost_cause(event)
        if cause:
            report(Progress(name=event.step_key or "", text=cause, failed=True))


def _innermost_cause(event: DagsterEvent) -> str:
    """The message of what went wrong first, without Dagster's wrapping."""
    error = getattr(event.event_specific_data, "error", None)
    while error is not None and error.cause is not None:
        error = error.cause
    if error is None:
        return ""
    # Dagster spells it as "package.ClassName: message".
    message = str(error.message).partition(": ")[2]
    return (message or str(error.message)).strip()
