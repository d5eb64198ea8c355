"""Reading many records into files that DuckDB reads: by REST pages when they are few, by Bulk 2.0 otherwise.

The column names are the same either way: API names as in the query, parents dotted (``Owner.Name``). What
differs is how values are written: JSON has null, true, 12.5 and ``2026-01-02T10:00:00.000+0000``; CSV has an
empty cell for null, text for everything, and ``2026-01-02T10:00:00.000Z`` [the Z was never checked against a
real org]. Queries without sub-queries and aggregates only: Bulk 2.0 has neither.
"""

import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from sync_project.salesforce.bulk_job import Polling
from sync_project.salesforce.bulk_query import read_by_bulk
from sync_project.salesforce.org import LONGEST_URL_QUERY, Org, Page

BULK_ABOVE_ROWS = 10_000
"""Five REST pages cost as many calls as a bulk job, and take less time."""


class ExtractKind(StrEnum):
    """How the files of an extract are written."""

    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True, kw_only=True)
class Extract:
    """The records of one query, on disk; rows in the query's order, file after file."""

    kind: ExtractKind
    files: tuple[Path, ...]
    """At least one, which may hold no row: JSON an array of flat objects, CSV a header and rows."""
    total_size: int
    """Rows that the org says the query has."""
    row_count: int
    """Rows in the files; fewer than ``total_size`` if rows went away while they were read."""
    calls: int
    """API calls it took."""


def read_records(
    org: Org,
    *,
    soql: str,
    folder: Path,
    include_deleted: bool = False,
    bulk_above_rows: int = BULK_ABOVE_ROWS,
    polling: Polling | None = None,
) -> Extract:
    """Run a query and keep its answer as files in ``folder``, which is made where it is absent.

    The first REST answer tells the size, so that a small or unchanged object costs one call. One page is
    in memory at a time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    calls_before = org.calls_used
    if not is_too_long_for_url(soql):
        pages = org.query(soql, include_deleted=include_deleted)
        first = next(pages)
        if first.total_size <= bulk_above_rows:
            files, row_count = _save_pages(itertools.chain([first], pages), folder=folder)
            return Extract(
                kind=ExtractKind.JSON,
                files=files,
                total_size=first.total_size,
                row_count=row_count,
                calls=org.calls_used - calls_before,
            )
    files, row_count = read_by_bulk(
        org, soql=soql, folder=folder, include_deleted=include_deleted, polling=polling or Polling()
    )
    return Extract(
        kind=ExtractKind.CSV,
        files=files,
        total_size=row_count,
        row_count=row_count,
        calls=org.calls_used - calls_before,
    )


def is_too_long_for_url(soql: str) -> bool:
    """Whether a query must travel in a body, which only a bulk job does."""
    return len(quote_plus(soql)) > LONGEST_URL_QUERY


def flatten_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without ``attributes``, its parents' fields dotted; a null parent leaves its fields out.

    >>> flatten_record({"attributes": {}, "Id": "003", "Owner": {"attributes": {}, "Name": "Ada"}})
    {'Id': '003', 'Owner.Name': 'Ada'}
    """
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if name == "attributes":
            continue
        if isinstance(value, dict):
            flat |= {f"{name}.{below}": each for below, each in flatten_record(value).items()}
        else:
            flat[name] = value
    return flat


def _save_pages(pages: Iterable[Page], *, folder: Path) -> tuple[tuple[Path, ...], int]:
    files = []
    row_count = 0
    for number, page in enumerate(pages, start=1):
        file = folder / f"page-{number:05}.json"
        rows = [flatten_record(each) for each in page.records]
        file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
        files.append(file)
        row_count += len(rows)
    return tuple(files), row_count
