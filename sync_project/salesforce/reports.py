"""Reports: finding one, what it is made of, and one run of it with its rows.

A run changes nothing of the report but the moment of its last run. ``report_records.py`` makes a set of
records of the rows, also of more than fit in one run.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sync_project.salesforce.errors import ReportRunsSpentError, ResourceMissingError, SavedQuestionError
from sync_project.salesforce.org import Org
from sync_project.salesforce.record_ids import is_record_id, lengthen_id
from sync_project.salesforce.soql import quote_text

ROWS_OF_A_RUN = 2_000
"""What Salesforce shows of a report at most; there are no further pages."""
RUNS_AN_HOUR = 500
"""Synchronous runs of all reports by all users; the guide of the Reports and Dashboards REST API."""
MOST_COLUMNS = 100
MOST_FILTERS = 20
_HOUR = 3600.0
_KEY_PREFIX = "00O"
_JOINED = "MULTI_BLOCK"
_GRAND_TOTAL = "T!T"
_ROW_COUNT = "RowCount"


@dataclass(frozen=True, kw_only=True)
class Report:
    """One report."""

    id: str
    """18 characters."""
    name: str
    folder: str


@dataclass(frozen=True, kw_only=True)
class ReportColumn:
    """One column that a report shows or that its type offers."""

    name: str
    """The API's, such as ``CREATED_DATE`` or ``Contact.Id``."""
    label: str
    type: str
    """Salesforce's own word: string, datetime, id, ..."""


@dataclass(frozen=True, kw_only=True)
class ReportDescription:
    """What a report is made of."""

    report: Report
    metadata: Mapping[str, Any]
    """``reportMetadata`` as Salesforce sends it; a run may change parts of it."""
    columns: tuple[ReportColumn, ...]
    """Those it shows."""
    offered: tuple[ReportColumn, ...]
    """The others that its report type has and that may be filtered by."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What people see, and what it means; the value of a record's name or of a lookup is the record's id."""

    label: str
    value: Any
    """None where it is empty."""


@dataclass(frozen=True, kw_only=True)
class ReportRun:
    """What one run brought."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    """At most 2,000; those of a grouped report group by group."""
    row_count: int
    """Rows of the whole report. That Salesforce counts those too that it does not show is [K]."""
    is_cut: bool
    """Whether Salesforce says that it has more rows than these."""


@dataclass(kw_only=True)
class RunAllowance:
    """How many synchronous runs of reports are left to this process in this hour."""

    most: int = RUNS_AN_HOUR
    clock: Callable[[], float] = time.monotonic
    _moments: deque[float] = field(default_factory=deque)

    @property
    def left(self) -> int:
        """Runs that may begin now."""
        while self._moments and self._moments[0] <= self.clock() - _HOUR:
            self._moments.popleft()
        return self.most - len(self._moments)

    def take(self, name: str, *, wanted: int = 1) -> None:
        """Note one run; ReportRunsSpentError when fewer are left than are wanted, this one included."""
        if self.left < wanted:
            raise ReportRunsSpentError(
                f"The report {name!r} needs {wanted:,} more runs, and {self.left:,} of the {self.most:,} "
                "that Salesforce allows in an hour are left. Run again in an hour, narrow the report by a "
                "filter, or say what it shows as a SOQL source, which has no such limit."
            )
        self._moments.append(self.clock())


def read_reports(org: Org, *, limit: int) -> Iterator[Report]:
    """The reports that the integration user sees, by folder and name."""
    yield from _query_reports(org, f"ORDER BY FolderName, Name LIMIT {limit}")


def find_report(org: Org, wanted: str) -> Report:
    """The report of that id, developer name or name.

    ResourceMissingError when the integration user sees none, SavedQuestionError when it sees several.
    """
    if is_record_id(wanted, key_prefix=_KEY_PREFIX):
        found = list(_query_reports(org, f"WHERE Id = {quote_text(lengthen_id(wanted))}"))
    else:
        text = quote_text(wanted.strip())
        found = list(
            _query_reports(org, f"WHERE Name = {text} OR DeveloperName = {text} ORDER BY Id LIMIT 20")
        )
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(f"{each.id} in {each.folder!r}" for each in found)
        raise SavedQuestionError(
            f"There are {len(found)} reports {wanted!r}. Say which one by its id: {listed}."
        )
    raise ResourceMissingError(
        f"There is no report {wanted!r} that the integration user sees. "
        "Check its name, and share its folder with the user."
    )


def describe_report(org: Org, report: Report) -> ReportDescription:
    """What it is made of; SavedQuestionError for a joined report, which has no one list of rows."""
    answer = org.call_json("GET", f"analytics/reports/{report.id}/describe")
    metadata = answer["reportMetadata"]
    if metadata["reportFormat"] == _JOINED:
        raise SavedQuestionError(
            f"The report {report.name!r} is a joined report, which has several lists of rows. "
            "Make a report of the one block that is meant."
        )
    shown = answer["reportExtendedMetadata"]["detailColumnInfo"]
    offered = {
        name: each
        for category in answer["reportTypeMetadata"]["categories"]
        for name, each in category["columns"].items()
        if name not in shown and each.get("filterable", True)
    }
    return ReportDescription(
        report=report,
        metadata=metadata,
        columns=tuple(_read_column(name, shown[name]) for name in metadata["detailColumns"]),
        offered=tuple(_read_column(name, each) for name, each in offered.items()),
    )


def run_report(org: Org, description: ReportDescription, *, changes: Mapping[str, Any]) -> ReportRun:
    """One synchronous run with details, with parts of ``reportMetadata`` changed for this run only."""
    aggregates = [*description.metadata["aggregates"]]
    if _ROW_COUNT not in aggregates:
        aggregates.append(_ROW_COUNT)
    metadata = {"hasDetailRows": True, "aggregates": aggregates, **changes}
    answer = org.call_json(
        "POST",
        f"analytics/reports/{description.report.id}",
        params={"includeDetails": "true"},
        json={"reportMetadata": metadata},
    )
    facts, ran = answer["factMap"], answer["reportMetadata"]
    count = facts[_GRAND_TOTAL]["aggregates"][ran["aggregates"].index(_ROW_COUNT)]["value"]
    rows = tuple(
        tuple(Cell(label=str(cell["label"]), value=cell["value"]) for cell in row["dataCells"])
        for fact in facts.values()
        for row in fact.get("rows") or ()
    )
    return ReportRun(
        columns=tuple(ran["detailColumns"]),
        rows=rows,
        row_count=max(int(count), len(rows)),
        is_cut=not answer["allData"],
    )


def _query_reports(org: Org, rest: str) -> Iterator[Report]:
    for page in org.query(f"SELECT Id, Name, FolderName FROM Report {rest}"):
        for each in page.records:
            yield Report(id=each["Id"], name=each["Name"], folder=each["FolderName"] or "")


def _read_column(name: str, answer: Mapping[str, Any]) -> ReportColumn:
    return ReportColumn(name=name, label=answer["label"], type=answer["dataType"])
