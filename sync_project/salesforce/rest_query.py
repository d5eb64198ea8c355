"""Reading by REST pages: their records go to disk as Salesforce wrote them, without being parsed.

Only the few values around the records are read, and the last record, so that a query whose next page
cannot be had goes on by a new query. ``reading.py`` chooses this way for what is not too large.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sync_project.salesforce.errors import OrgUnreachableError, QueryRefusedError, UnexpectedAnswerError
from sync_project.salesforce.org import Org

ROWS_PER_PAGE = 2_000
"""Salesforce's largest; it may send fewer."""

PAGES_PER_FILE = 50

_LONGEST_TAIL = 4_096

# JSON's own grammar from the first byte on, and up to the last one, so that no text inside a value can be
# taken for the beginning or the end of the records.
_MEMBER = rb'"(?:totalSize|done|nextRecordsUrl)"\s*:\s*(?:"(?:[^"\\]|\\.)*"|true|false|null|\d+)'
_HEAD = re.compile(rb"\s*\{\s*(?:" + _MEMBER + rb'\s*,\s*)*"records"\s*:\s*\[')
_TAIL = re.compile(rb"\](?:\s*,\s*" + _MEMBER + rb")*\s*\}\s*\Z")

_RECORD = b'{"attributes":'
"""How each record begins. Inside a text its quotes would be escaped."""

_REFUSED_LOCATOR = "INVALID_QUERY_LOCATOR"


@dataclass(frozen=True, kw_only=True)
class RestPage:
    """One answer of a query of an object's own fields."""

    records: bytes
    """What stands between the brackets."""
    total_size: int
    """Rows of the whole query, on every page."""
    row_count: int
    """Records on this page."""
    next_url: str | None

    @property
    def last_record(self) -> dict[str, Any]:
        """The only one that is parsed; the page must not be empty."""
        record: dict[str, Any] = json.loads(self.records[self.records.rindex(_RECORD) :])
        return record


@dataclass(frozen=True, kw_only=True)
class SavedPages:
    """The records of a query on disk."""

    files: tuple[Path, ...]
    """JSON arrays of records, ``attributes`` included; at least one, which may be empty."""
    total_size: int
    row_count: int


@dataclass(frozen=True, kw_only=True)
class RestQuery:
    """A query in an order that allows to go on after any of its records."""

    org: Org
    soql: str
    soql_after: Callable[[Mapping[str, Any]], str]
    """The query of what comes after a record."""
    include_deleted: bool
    rows_per_page: int = ROWS_PER_PAGE

    def first_page(self) -> RestPage:
        """It tells the size of the whole."""
        return self._ask(self.soql)

    def save(self, first: RestPage, *, folder: Path) -> SavedPages:
        """Keep all pages, the first one given; one is in memory at a time."""
        files: list[Path] = []
        total_size = row_count = saved = 0
        for page in self._pages(first):
            total_size = page.total_size
            row_count += page.row_count
            if page.row_count == 0 and files:
                continue
            is_first_of_file = saved % PAGES_PER_FILE == 0
            if is_first_of_file:
                files.append(folder / f"pages-{len(files) + 1:05}.json")
            with files[-1].open("ab") as file:
                file.write(b"[" if is_first_of_file else b",")
                file.write(page.records)
            saved += 1
        for each in files:
            with each.open("ab") as file:
                file.write(b"]")
        return SavedPages(files=tuple(files), total_size=total_size, row_count=row_count)

    def _pages(self, first: RestPage) -> Iterator[RestPage]:
        """All pages, of further queries too where one had to go on."""
        page, last_filled, row_count, read_before = first, first, first.row_count, 0
        yield page
        while page.next_url is not None:
            try:
                page = self._get(page.next_url)
            except (OrgUnreachableError, QueryRefusedError) as error:
                if isinstance(error, QueryRefusedError) and error.code != _REFUSED_LOCATOR:
                    raise
                page, read_before = self._ask(self.soql_after(last_filled.last_record)), row_count
            row_count += page.row_count
            last_filled = page if page.row_count else last_filled
            yield replace(page, total_size=read_before + page.total_size)

    def _ask(self, soql: str) -> RestPage:
        return self._get("queryAll" if self.include_deleted else "query", params={"q": soql})

    def _get(self, path: str, **kwargs: Any) -> RestPage:
        headers = {"Sforce-Query-Options": f"batchSize={self.rows_per_page}"}
        return read_page(self.org.call("GET", path, headers=headers, **kwargs).content)


def read_page(answer: bytes) -> RestPage:
    r"""Take an answer apart.

    >>> read_page(b'{"totalSize":9,"nextRecordsUrl":"/x","records":[{"attributes":{},"Id":"1"}]}')
    RestPage(records=b'{"attributes":{},"Id":"1"}', total_size=9, row_count=1, next_url='/x')
    """
    head = _HEAD.match(answer)
    tail = _TAIL.search(answer, max(len(answer) - _LONGEST_TAIL, 0))
    if head is None or tail is None:
        raise UnexpectedAnswerError(
            f"The org's answer to a query is none ({answer[:100]!r}). "
            "Check the address: a proxy or a login page may answer in its place."
        )
    around = json.loads(answer[: head.end()] + answer[tail.start() :])
    records = answer[head.end() : tail.start()]
    return RestPage(
        records=records,
        total_size=around["totalSize"],
        row_count=records.count(_RECORD),
        next_url=around.get("nextRecordsUrl"),
    )
