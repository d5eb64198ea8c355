"""The records of any query of records: how many, which, and the first of them as the query shows them."""

import csv
import itertools
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from sync_project.salesforce.bulk_job import Polling
from sync_project.salesforce.bulk_query import read_by_bulk
from sync_project.salesforce.org import LONGEST_URL_QUERY, Org, Page
from sync_project.salesforce.record_ids import lengthen_id
from sync_project.salesforce.soql import Query


@dataclass(frozen=True, kw_only=True)
class QueryRecords:
    """What a query finds."""

    record_ids: tuple[str, ...]
    """18 characters."""
    total_size: int
    """Rows that the org says there are."""
    first_rows: tuple[Mapping[str, Any], ...]
    """Those of the first page, parents dotted; of a sub-query the number of its rows."""


def read_query_records(org: Org, query: Query, *, bulk_above_rows: int) -> QueryRecords:
    """Run a query that is no aggregate; Salesforce's own refusal where it is not even a query.

    Records that one page holds cost one call. Of more, the ids alone are read: by pages, or by Bulk 2.0 above
    so many rows, or where the query is too long for an address.
    """
    shown, ids = query.unmarked().with_id(), query.of_ids()
    first_rows: tuple[Mapping[str, Any], ...] = ()
    if not _is_too_long(shown):
        first = next(org.query(shown.text))
        first_rows = tuple(map(_flatten, first.records))
        if len(first.records) == first.total_size:
            return QueryRecords(
                record_ids=_read_ids([first]), total_size=first.total_size, first_rows=first_rows
            )
    if not _is_too_long(ids):
        pages = org.query(ids.text)
        first = next(pages)
        if first.total_size <= bulk_above_rows or ids.has_offset:
            found = _read_ids(itertools.chain([first], pages))
            return QueryRecords(record_ids=found, total_size=first.total_size, first_rows=first_rows)
    found = _read_ids_by_bulk(org, ids)
    return QueryRecords(record_ids=found, total_size=len(found), first_rows=first_rows)


def _is_too_long(query: Query) -> bool:
    return len(quote_plus(query.text)) > LONGEST_URL_QUERY


def _read_ids(pages: Iterable[Page]) -> tuple[str, ...]:
    return tuple(lengthen_id(record["Id"]) for page in pages for record in page.records)


def _read_ids_by_bulk(org: Org, query: Query) -> tuple[str, ...]:
    with tempfile.TemporaryDirectory(prefix="sync_project_") as folder:
        files, _ = read_by_bulk(
            org, soql=query.text, folder=Path(folder), include_deleted=False, polling=Polling()
        )
        return tuple(lengthen_id(row["Id"]) for file in files for row in _read_csv(file))


def _read_csv(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        yield from csv.DictReader(opened)


def _flatten(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without ``attributes``.

    >>> _flatten({"attributes": {}, "Owner": {"attributes": {}, "Name": "Ada"}, "Contacts": {"totalSize": 2}})
    {'Owner.Name': 'Ada', 'Contacts': 2}
    """
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if not isinstance(value, dict):
            flat[name] = value
        elif "totalSize" in value:
            flat[name] = value["totalSize"]
        elif name != "attributes":
            flat |= {f"{name}.{below}": each for below, each in _flatten(value).items()}
    return flat
