"""The records of a report: which of its columns tells them, and how all come although a run shows 2,000 rows.

**Which column.** The record's own id, where the report type offers it: that column is added for the run.
Otherwise the cells decide, since for the name of a record and for a lookup a cell's value is the record's id:
the column with the most values that begin with the object's key prefix.

**Past 2,000 rows.** The report runs again without its groups, sorted by one column; each further run begins
at the last value of the run before, included, so that rows of one value are not parted. A column of which
one value fills a whole run leads no further, and another one is taken. How the count of the rows left
shrinks from run to run tells whether any were passed over, as where texts are sorted otherwise than they are
filtered.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sync_project.salesforce.describe import ObjectDescription
from sync_project.salesforce.errors import SavedQuestionError
from sync_project.salesforce.org import Org
from sync_project.salesforce.record_ids import is_record_id, lengthen_id
from sync_project.salesforce.reports import (
    MOST_COLUMNS,
    MOST_FILTERS,
    ROWS_OF_A_RUN,
    Cell,
    Report,
    ReportColumn,
    ReportDescription,
    ReportRun,
    RunAllowance,
    describe_report,
    run_report,
)

COLUMNS_TRIED = 5
_TIMES = frozenset({"date", "datetime"})
_TEXTS = frozenset({"string", "email"})
_NUMBERS = frozenset({"int", "double"})


@dataclass(frozen=True, kw_only=True)
class ReportRecords:
    """The records of a report."""

    record_ids: tuple[str, ...]
    """18 characters, each record once, in the order of the rows."""
    row_count: int
    """Rows of the report as Salesforce counts them; a record may stand in several, or a row tell none."""
    is_cut: bool
    """Whether rows are missing, because Salesforce shows 2,000 and no column led past them."""
    columns: tuple[str, ...]
    """Labels of the columns that the report shows."""
    first_rows: tuple[tuple[str, ...], ...]
    """What people see in them, in the rows of the first run."""


def read_report_records(
    org: Org, report: Report, *, described: ObjectDescription, allowance: RunAllowance
) -> ReportRecords:
    """Run a report as often as it takes to know all its records of the described object.

    SavedQuestionError when no column tells them, ReportRunsSpentError when the hour has too few runs.
    """
    description = describe_report(org, report)
    reader = _Reader(org=org, description=description, described=described, allowance=allowance)
    shown = [each.name for each in description.columns]
    own_id = _own_id_column(description, described)
    first = reader.run({"detailColumns": shown if own_id in {None, *shown} else [*shown, own_id]})
    id_column = reader.find_id_column(first, own_id=own_id)
    found = reader.read_ids(first, id_column)
    whole = reader.read_past(first, id_column) if first.is_cut else found
    return ReportRecords(
        record_ids=tuple(found if whole is None else whole),
        row_count=first.row_count,
        is_cut=whole is None,
        columns=tuple(each.label for each in description.columns),
        first_rows=tuple(tuple(cell.label for cell in row[: len(shown)]) for row in first.rows),
    )


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """Runs one report for the records of one object."""

    org: Org
    description: ReportDescription
    described: ObjectDescription
    allowance: RunAllowance

    def run(self, changes: dict[str, Any], *, rows_left: int = 1) -> ReportRun:
        """One run; refused where those that the rows left need are more than the hour allows."""
        wanted = math.ceil(rows_left / ROWS_OF_A_RUN)
        self.allowance.take(self.description.report.name, wanted=wanted)
        return run_report(self.org, self.description, changes=changes)

    def read_ids(self, run: ReportRun, id_column: str) -> dict[str, None]:
        """The ids in a run's rows, in order."""
        at = run.columns.index(id_column)
        return dict.fromkeys(found for row in run.rows if (found := self._record_id(row[at])))

    def find_id_column(self, run: ReportRun, *, own_id: str | None) -> str:
        """The column that tells the records: the own id, or else the one that does so in the most rows."""
        told: dict[tuple[str | None, ...], str] = {}
        for at, name in enumerate(run.columns):
            ids = tuple(self._record_id(row[at]) for row in run.rows)
            if any(ids) and name == own_id:
                return name
            # A first and a last name tell the same records: either will do.
            told.setdefault(ids, name)
        most = max((_count_told(ids) for ids in told), default=0)
        best = [name for ids, name in told.items() if _count_told(ids) == most]
        if not best or (run.rows and not most):
            raise self._no_record_error()
        if len(best) > 1:
            raise self._many_records_error(best)
        return best[0]

    def read_past(self, first: ReportRun, id_column: str) -> dict[str, None] | None:
        """The ids of all rows; None where no column leads past those that the first run shows."""
        metadata = self.description.metadata
        # A report of the first n rows by its own order would be another one in another order.
        if metadata.get("topRows") or len(metadata["reportFilters"]) >= MOST_FILTERS:
            return None
        for column in slicing_columns(self.description)[:COLUMNS_TRIED]:
            found = self._read_slices(column, id_column=id_column, row_count=first.row_count)
            if found is not None:
                return found
        return None

    def _read_slices(self, column: ReportColumn, *, id_column: str, row_count: int) -> dict[str, None] | None:
        """The ids of all rows, by runs sorted by that column; None where it does not lead through all."""
        found: dict[str, None] = {}
        start: str | None = None
        rows_left = row_count
        while True:
            run = self.run(self._slice(column, id_column=id_column, start=start), rows_left=rows_left)
            if start is not None and run.row_count < rows_left:
                return None
            found |= self.read_ids(run, id_column)
            if not run.is_cut:
                return found
            at = run.columns.index(column.name)
            values = [_filter_text(row[at], column) for row in run.rows]
            last = values[-1]
            passed = sum(not _is_same(each, last) for each in values)
            if last is None or last == start or not passed:
                return None
            start, rows_left = last, run.row_count - passed

    def _slice(self, column: ReportColumn, *, id_column: str, start: str | None) -> dict[str, Any]:
        """What to change of the report for one run; that a run may be given another format is [K]."""
        metadata = self.description.metadata
        filters, logic = list(metadata["reportFilters"]), metadata.get("reportBooleanFilter")
        if start is not None:
            filters.append({"column": column.name, "operator": "greaterOrEqual", "value": start})
            logic = f"({logic}) AND {len(filters)}" if logic else None
        return {
            "detailColumns": list(dict.fromkeys([id_column, column.name])),
            "reportFormat": "TABULAR",
            "groupingsDown": [],
            "groupingsAcross": [],
            "aggregates": ["RowCount"],
            "sortBy": [{"sortColumn": column.name, "sortOrder": "Asc"}],
            "reportFilters": filters,
            "reportBooleanFilter": logic,
        }

    def _record_id(self, cell: Cell) -> str | None:
        """The id of a record of the object; None where the cell holds none."""
        prefix = self.described.key_prefix
        return lengthen_id(cell.value) if prefix and is_record_id(cell.value, key_prefix=prefix) else None

    def _no_record_error(self) -> SavedQuestionError:
        label = self.described.label
        return SavedQuestionError(
            f"No column of the report {self.description.report.name!r} tells which {label} a row is about. "
            f"Add the {label} ID or the {label} Name to the report, or choose the object that it shows."
        )

    def _many_records_error(self, names: Sequence[str]) -> SavedQuestionError:
        label = self.described.label
        columns = ", ".join(each.label for each in self.description.columns if each.name in names)
        return SavedQuestionError(
            f"Several columns of the report {self.description.report.name!r} tell a {label}: {columns}. "
            f"Add the {label} ID to the report, or leave only the one of them that is meant."
        )


def slicing_columns(description: ReportDescription) -> list[ReportColumn]:
    """The columns by which a report may be read in slices, those with the fewest equal values first.

    Others are sorted by what the cells do not show (picklists), or hold no one number (currencies).
    """
    columns = (*description.columns, *description.offered)
    ranked = [(rank, each) for each in columns if (rank := _slicing_rank(each)) is not None]
    return [each for _, each in sorted(ranked, key=lambda entry: entry[0])]


def _slicing_rank(column: ReportColumn) -> int | None:
    name = column.name.lower()
    preferences = (
        column.type == "datetime" and "created" in name,
        column.type in _TEXTS and ("name" in name or "email" in name),
        column.type in _TIMES,
        column.type in _NUMBERS,
        column.type in _TEXTS,
    )
    return preferences.index(True) if True in preferences else None


def _own_id_column(description: ReportDescription, described: ObjectDescription) -> str | None:
    """The column of the record's own id, such as ``CONTACT_ID`` or ``Contact.Id`` [K]; None without one."""
    wanted = _bare(f"{described.name}Id")
    is_full = len(description.columns) >= MOST_COLUMNS
    columns = description.columns if is_full else (*description.columns, *description.offered)
    return next((each.name for each in columns if _bare(each.name) == wanted), None)


def _bare(name: str) -> str:
    """A name without what report types spell differently.

    >>> _bare("CONTACT_ID") == _bare("Contact.Id")
    True
    """
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _count_told(ids: Sequence[str | None]) -> int:
    return sum(each is not None for each in ids)


def _filter_text(cell: Cell, column: ReportColumn) -> str | None:
    """A cell as the value of a filter; None where it is empty.

    Of a text people's label counts, since its value may be an id; quotes keep its commas from parting it [K].
    """
    if cell.value is None:
        return None
    return '"' + cell.label.replace('"', '""') + '"' if column.type in _TEXTS else str(cell.value)


def _is_same(one: str | None, other: str | None) -> bool:
    """Whether a filter takes them for the same, for which letter case does not count."""
    return (one or "").casefold() == (other or "").casefold()
