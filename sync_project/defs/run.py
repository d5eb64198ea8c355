"""The main job, run in this process: which days it reads, how its progress is told, how it ended."""

import logging
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import dagster as dg
from dagster import DagsterEvent, DagsterEventType, EventLogEntry
from dagster_shared.error import SerializableErrorInfo

from sync_project.defs.partitions import partition_range_tags
from sync_project.defs.project import SYNC_JOB, make_definitions
from sync_project.defs.surroundings import Surroundings
from sync_project.ingest.import_log import read_last_covered
from sync_project.ingest.windows import days_to_import
from sync_project.settings.home import write_whole
from sync_project.warehouse.connection import Warehouse

DAGSTER_SETTINGS = "telemetry:\n  enabled: false\nnux:\n  enabled: false\n"
INTERRUPTIONS = frozenset({"KeyboardInterrupt", "DagsterExecutionInterruptedError"})
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
    is_complete: bool
    """False where steps were left out, because no API call was left."""
    metadata: Mapping[str, Mapping[str, object]]
    """What each table's asset reported, by ``schema.table``."""


def open_instance(surroundings: Surroundings) -> dg.DagsterInstance:
    """The Dagster storage of this home, made when it is absent; it sends no telemetry."""
    folder = surroundings.environment.dagster_home
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "dagster.yaml"
    if not settings.exists():
        write_whole(settings, DAGSTER_SETTINGS)
    return dg.DagsterInstance.from_config(str(folder))


def run_sync(surroundings: Surroundings, *, report: Callable[[Progress], None]) -> RunResult:
    """Run everything, from the day on which the last run stopped to today."""
    today = surroundings.clock().date()
    first, last = days_to_import(
        first_day=surroundings.home.keep_first_day(today),
        covered_until=read_covered_until(
            surroundings.warehouse, objects=surroundings.settings.ingest.imported
        ),
        today=today,
    )
    return run_job(SYNC_JOB, surroundings, report=report, tags=partition_range_tags(first, last))


def run_job(
    name: str,
    surroundings: Surroundings,
    *,
    report: Callable[[Progress], None],
    tags: Mapping[str, str] | None = None,
) -> RunResult:
    """Run one job in this process.

    Ctrl-C ends the run at once, and is raised again when Dagster has noted how it ended.
    """
    job = make_definitions(surroundings).resolve_job_def(name)
    run_id = str(uuid.uuid4())
    with open_instance(surroundings) as instance:
        instance.add_event_listener(run_id, _teller(report))
        result = job.execute_in_process(
            run_config=QUIET,
            instance=instance,
            run_id=run_id,
            tags=tags,
            raise_on_error=False,
        )
    if _was_interrupted(result.all_events):
        raise KeyboardInterrupt
    return RunResult(
        succeeded=result.success,
        run_id=run_id,
        is_complete=not any(event.event_type is DagsterEventType.STEP_SKIPPED for event in result.all_events),
        metadata={
            ".".join(event.asset_key.path): {
                name: value.value for name, value in event.materialization.metadata.items()
            }
            for event in result.get_asset_materialization_events()
            if event.asset_key
        },
    )


def read_covered_until(warehouse: Warehouse, *, objects: Iterable[str]) -> datetime | None:
    """The moment up to which all of these objects have been read; None in a new home."""
    if not warehouse.path.exists():
        return None
    with warehouse.transaction() as connection:
        return read_last_covered(objects, connection=connection)


def _teller(report: Callable[[Progress], None]) -> Callable[[EventLogEntry], None]:
    """Passes progress on; what Dagster repeats for step, resource and run comes once."""
    told: set[str] = set()

    def tell(entry: EventLogEntry) -> None:
        progress = _read_progress(entry)
        if progress is None or (progress.failed and progress.text in told):
            return
        told.add(progress.text)
        report(progress)

    return tell


def _read_progress(entry: EventLogEntry) -> Progress | None:
    """What an entry of Dagster's log tells a person; None where it tells nothing."""
    event = entry.dagster_event
    if event is None:
        # Errors come as events; as mere words Dagster only lists the steps that it left out.
        return Progress(name="", text=entry.user_message) if int(entry.level) < logging.ERROR else None
    if event.event_type is DagsterEventType.ASSET_MATERIALIZATION:
        rows = event.materialization.metadata.get("dagster/row_count")
        text = f"{rows.value:,} rows" if rows else "done"
        return Progress(name=".".join(event.asset_key.path) if event.asset_key else "", text=text)
    cause = _find_cause(event)
    if cause is None or cause.cls_name in INTERRUPTIONS:
        return None
    # Our own errors are written for people; of any other its class is needed too.
    text = re.sub(r"^sync_project\.[\w.]+: ", "", cause.message).strip()
    return Progress(name=event.step_key or "", text=text, failed=True)


def _find_cause(event: DagsterEvent) -> SerializableErrorInfo | None:
    """What made a step, a resource or the run fail, without Dagster's wrapping; None where nothing did."""
    if not (event.is_step_failure or event.is_resource_init_failure or event.is_run_failure):
        return None
    error: SerializableErrorInfo | None = getattr(event.event_specific_data, "error", None)
    while error is not None and error.cause is not None and (error.cls_name or "").startswith("Dagster"):
        error = error.cause
    return error


def _was_interrupted(events: Iterable[DagsterEvent]) -> bool:
    causes = filter(None, map(_find_cause, events))
    return any(cause.cls_name in INTERRUPTIONS for cause in causes)
