"""SOQL over HTTP: query, queryAll and their further pages, and what is told about a query.

The engine is in ``soql``. Of a query with several pages the ids are kept, for the latest cursors in
memory; where they were dropped, or another process opened the query, they are found again. The
values are read with each page. A sub-query's many children of one record, a family, have pages too.
"""

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial

from sync_project.sandbox.analytics.saved_queries import find_saved_query
from sync_project.sandbox.database import next_serial
from sync_project.sandbox.errors import ApiError, query_timeout
from sync_project.sandbox.ids import make_id
from sync_project.sandbox.records.asking import ask, query_context
from sync_project.sandbox.records.recycle_bin import forget_old
from sync_project.sandbox.soql.column_metadata import describe_columns
from sync_project.sandbox.soql.context import Family, FamilyPages
from sync_project.sandbox.soql.execute import ID_LENGTH, find_ids, read_page, run_query
from sync_project.sandbox.soql.query_plans import explain_query
from sync_project.sandbox.values import format_datetime
from sync_project.sandbox.wire.recent_items import note_viewed
from sync_project.sandbox.wire.serve_tooling import ask_tooling
from sync_project.sandbox.wire.web import Call, Reply

_LARGEST_PAGE = 2_000
_SMALLEST_PAGE = 200
_SETUP_PATTERN = re.compile(r"\bFROM\s+(?:EntityDefinition|FieldDefinition)\b", re.IGNORECASE)
"""Objects of the org's setup that an ordinary query reads as well as one of Tooling, all in one page."""
_CURSOR_PREFIX = "01g"
_OPEN_CURSORS = 12
_CURSOR_LIFE = timedelta(days=2)
_BATCH_SIZE_PATTERN = re.compile(r"batchSize\s*=\s*(\d{1,9})", re.IGNORECASE)
_FAMILY_PAGE = 200
"""A sub-query shows at most so many children of a record at once [K]."""
_LOCATOR_PATTERN = re.compile(r"(01g\w{15})(?:-(\w{18})-(\d{1,9}(?:\.\d{1,9})*))?-(\d{1,9})")
"""A cursor, and where its next page begins; between them the parent and the sub-query of a family."""


def query(call: Call) -> Reply:
    """``GET /query?q=``: living records; ``&columns=true`` only what they hold, ``?explain=`` only plans."""
    return _open_query(call, include_deleted=False)


def query_all(call: Call) -> Reply:
    """``GET /queryAll?q=``: deleted and archived records too."""
    return _open_query(call, include_deleted=True)


def next_page(call: Call) -> Reply:
    """``GET /query/{locator}``."""
    match = _LOCATOR_PATTERN.fullmatch(call.path["locator"])
    row = (
        match
        and call.org.connection.execute(
            "SELECT soql, include_deleted FROM _cursor WHERE id = ? AND opened_at > ?",
            (match[1], _oldest_cursor(call)),
        ).fetchone()
    )
    if not match or row is None:
        raise ApiError("INVALID_QUERY_LOCATOR", "invalid query locator")
    family = match[2] and Family(path=tuple(map(int, match[3].split("."))), parent_id=match[2])
    pages = _Pages(call, row[0], include_deleted=bool(row[1]), cursor_id=match[1])
    return pages.read(int(match[4]), family=family or None)


def _open_query(call: Call, *, include_deleted: bool) -> Reply:
    is_explained = "explain" in call.query
    soql = call.query.get("explain" if is_explained else "q", "")
    if is_explained:
        soql = find_saved_query(call.write_context(), soql) or soql
    if not soql.strip():
        raise ApiError("MALFORMED_QUERY", "A query string has to be specified")
    if not is_explained and _SETUP_PATTERN.search(soql):
        found = ask_tooling(call, soql, version=call.version)
        return Reply(body={"totalSize": found.total_size, "done": True, "records": found.records})
    if include_deleted:
        with call.org.writing() as writing:
            forget_old(writing)
    pages = _Pages(call, soql, include_deleted=include_deleted)
    if is_explained or call.query.get("columns", "").lower() == "true":
        return Reply(
            body=ask(explain_query if is_explained else describe_columns, soql, context=pages.context)
        )
    result = ask(partial(run_query, at_most=_page_size(call)), soql, context=pages.context)
    note_viewed(call, result)
    if result.is_whole:
        _check_time(call, len(result.records))
        return Reply(body={"totalSize": result.total_size, "done": True, "records": result.records})
    _check_time(call, pages.count())
    return pages.read(0)


class _Pages:
    """The pages of one query, and of the families in it; its cursor is kept once a next page is promised."""

    def __init__(self, call: Call, soql: str, *, include_deleted: bool, cursor_id: str | None = None) -> None:
        self._call = call
        self._soql = soql
        self._include_deleted = include_deleted
        self._cursor_id = cursor_id
        context = query_context(call.write_context(), include_deleted=include_deleted)
        families = FamilyPages(size=_FAMILY_PAGE, next_url=lambda family: self._url(_FAMILY_PAGE, family))
        self.context = replace(context, family_pages=families)

    def count(self) -> int:
        """Records of all pages."""
        return len(self._recall_ids(None)) // ID_LENGTH

    def read(self, start: int, *, family: Family | None = None) -> Reply:
        """One page from its first record on."""
        ids = self._recall_ids(family)
        end = start + (_FAMILY_PAGE if family else _page_size(self._call))
        own = ids[start * ID_LENGTH : end * ID_LENGTH]
        body: dict[str, object] = {
            "totalSize": len(ids) // ID_LENGTH,
            "done": end * ID_LENGTH >= len(ids),
            "records": ask(partial(read_page, ids=own, family=family), self._soql, context=self.context),
        }
        if not body["done"]:
            body["nextRecordsUrl"] = self._url(end, family)
        return Reply(body=body)

    def _url(self, end: int, family: Family | None) -> str:
        return f"/services/data/v{self._call.version}/query/{self._key(family)}-{end}"

    def _key(self, family: Family | None) -> str:
        if self._cursor_id is None:
            self._cursor_id = self._open_cursor()
        if family is None:
            return self._cursor_id
        return f"{self._cursor_id}-{family.parent_id}-{'.'.join(map(str, family.path))}"

    def _open_cursor(self) -> str:
        with self._call.org.transaction() as connection:
            connection.execute("DELETE FROM _cursor WHERE opened_at <= ?", (_oldest_cursor(self._call),))
            cursor_id = make_id(_CURSOR_PREFIX, next_serial(connection, _CURSOR_PREFIX))
            row = (cursor_id, self._soql, self._include_deleted, format_datetime(self._call.org.now))
            connection.execute("INSERT INTO _cursor VALUES (?, ?, ?, ?)", row)
        return cursor_id

    def _recall_ids(self, family: Family | None) -> str:
        """The ids kept under a cursor, found again when they were dropped for those of newer cursors."""
        key, kept = self._key(family), self._call.org.query_results
        find = partial(find_ids, family=family)
        kept[key] = ids = kept.pop(key, None) or ask(find, self._soql, context=self.context)
        while len(kept) > _OPEN_CURSORS:
            kept.popitem(last=False)
        return ids


def _check_time(call: Call, rows: int) -> None:
    if call.org.faults.takes_too_long(rows):
        raise query_timeout()


def _oldest_cursor(call: Call) -> str:
    return format_datetime(call.org.now - _CURSOR_LIFE)


def _page_size(call: Call) -> int:
    """What ``Sforce-Query-Options`` asks for, within Salesforce's bounds."""
    match = _BATCH_SIZE_PATTERN.search(call.headers.get("sforce-query-options", ""))
    return min(max(int(match[1]), _SMALLEST_PAGE), _LARGEST_PAGE) if match else _LARGEST_PAGE
