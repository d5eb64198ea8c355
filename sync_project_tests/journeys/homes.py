"""A home as a journey uses it: its settings, its runs, what they told, what lies in the warehouse then."""

import csv
import shutil
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import yaml

from sync_project.defs.run import Progress, RunResult, run_sync
from sync_project.defs.summary import summarise
from sync_project.defs.surroundings import Surroundings
from sync_project.sandbox.demo.custom_fields import declare_custom_fields
from sync_project_tests.journeys.event_log import keep_event_log_open
from sync_project_tests.journeys.held_warehouse import HeldSurroundings, release

PUBLIC_DATA = Path(__file__).parents[2].parent / "shared" / "data"

Report = Callable[[Progress], None]
Row = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One run: how it ended, what it told, and the published file as it was then."""

    result: RunResult
    told: list[Progress]
    summary: dict[str, list[str]]
    """The lines of the summary by their first word; empty where the run failed."""
    published: Path
    seconds: float

    @property
    def failures(self) -> list[str]:
        return [each.text for each in self.told if each.failed]

    @property
    def pushed(self) -> Mapping[str, object]:
        return self.result.metadata["outbound.activity_log"]

    @property
    def written(self) -> tuple[object, object, object]:
        """Records created, updated, rejected."""
        return self.pushed["created"], self.pushed["updated"], self.pushed["rejected"]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.published, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def value(self, sql: str) -> Any:
        [(found,)] = self.query(sql)
        return found


@dataclass(frozen=True, kw_only=True)
class TestHome:
    """A folder, and the clock and settings that its runs go by."""

    __test__ = False

    folder: Path
    now: str
    settings: Mapping[str, object] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    is_quick: bool = True
    """The warehouse stays open during a run; otherwise it is opened for each table, as by users."""

    def surroundings(self) -> Surroundings:
        self.folder.mkdir(parents=True, exist_ok=True)
        settings_file = self.folder / "sync.yaml"
        settings_file.write_text(yaml.safe_dump(dict(self.settings)), encoding="utf-8")
        variables = {
            "SYNC_PROJECT_HOME": str(self.folder),
            "SYNC_PROJECT_SETTINGS": str(settings_file),
            **self.variables,
        }
        kind = HeldSurroundings if self.is_quick else Surroundings
        return kind(variables=variables, now=self.now, lock_wait_seconds=0.2)

    def run(self, report: Report = lambda progress: None) -> Outcome:
        surroundings, told = self.surroundings(), list[Progress]()

        def tell(progress: Progress) -> None:
            told.append(progress)
            report(progress)

        started = time.monotonic()
        keep_event_log_open(surroundings.environment.dagster_home)
        try:
            with dagster_warnings_ignored():
                result = run_sync(surroundings, report=tell)
        finally:
            release(surroundings.home.warehouse)
        lines = summarise(result, surroundings=surroundings) if result.succeeded else []
        summary: dict[str, list[str]] = {}
        for line in lines:
            name, _, text = line.partition(" ")
            summary.setdefault(name, []).append(text.strip())
        return Outcome(
            result=result,
            told=told,
            summary=summary,
            published=_keep(surroundings.home.published, run_id=result.run_id),
            seconds=time.monotonic() - started,
        )


@contextmanager
def dagster_warnings_ignored() -> Iterator[None]:
    """Dagster 1.13 calls a property that it has deprecated itself, wherever a resource has another inside."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="InitResourceContext.dagster_run is deprecated")
        yield


def write_csv(path: Path, rows: Iterable[Row]) -> None:
    """A file as ``load_folder`` takes it; the first row names the columns, None is an empty cell."""
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)


def score_fields() -> list[Row]:
    """Rows of ``CustomField.csv``: where our own values are written."""
    return [
        {
            "FullName": f"{sobject}.{each['name']}",
            "Type": each["type"],
            "Length": each.get("length", ""),
            "Precision": each.get("precision", ""),
            "Scale": each.get("scale", ""),
            "Label": each["label"],
            "ExternalId": "true" if each.get("external_id") else "",
        }
        for sobject, fields in declare_custom_fields().items()
        for each in fields
    ]


def custom_field(full_name: str, kind: str, **shape: object) -> Row:
    """One more row of the same file."""
    blank = {"Length": "", "Precision": "", "Scale": "", "Label": "", "ExternalId": ""}
    return {"FullName": full_name, "Type": kind} | blank | shape


def _keep(published: Path, *, run_id: str) -> Path:
    kept = published.with_name(f"published_{run_id}.duckdb")
    if published.exists():
        shutil.copy(published, kept)
    return kept
