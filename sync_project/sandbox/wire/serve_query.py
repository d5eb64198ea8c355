"""SOQL over HTTP: query, queryAll and their further pages, and what is told about a query.

The engine is in ``soql``. Of a query with several pages the ids are kept, for the latest cursors in
memory; where they were dropped, or another process opened the query, they are found again. The
values are read with each page.
"""

import re
from functools import partial

from sync_project.sandbox.analytics.saved_queries import find_saved_query
from sync_project.sandbox.asking import ask, query_context
from sync_project.sandbox.database import next_serial
from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.ids import make_id
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.records.recycle_bin import forget_old
from sync_project.sandbox.soql.column_metadata import describe_columns
from sync_project.sandbox.soql.context import QueryContext
from sync_project.sandbox.soql.execute import ID_LENGTH, find_ids, read_page, run_query
from sync_project.sandbox.soql.query_plans import explain_query
from sync_project.sandbox.values import format_datetime
from sync_project.sandbox.wire.recent_items import note_viewed
from sync_project.sandbox.wire.web import Call, Reply

_LARGEST_PAGE = 2_000
_SMALLEST_PAGE = 200
_CURSOR_PREFIX = "01g"
_OPEN_CURSORS = 12
_BATCH_SIZE_PATTERN = re.compile(r"batchSize\s*=\s*(\d+)", re.IGNORECASE)
_LOCATOR_PATTERN = re.compile(r"(01g\w{15})-(\d+)")


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
            "SELECT soql, include_deleted FROM _cursor WHERE id = ?", (match[1],)
        ).fetchone()
    )
    if not match or row is None:
        raise ApiError("INVALID_QUERY_LOCATOR", "invalid query locator")
    context = _context(call, include_deleted=bool(row[1]))
    return _page(call, row[0], cursor_id=match[1], start=int(match[2]), context=context)


def _open_query(call: Call, *, include_deleted: bool) -> Reply:
    is_explained = "explain" in call.query
    soql = call.query.get("explain" if is_explained else "q", "")
    if is_explained:
        soql = find_saved_query(call.write_context(), soql) or soql
    if not soql.strip():
        raise ApiError("MALFORMED_QUERY", "A query string has to be specified")
    if include_deleted:
        with call.org.writing() as writing:
            forget_old(writing)
    context = _context(call, include_deleted=include_deleted)
    if is_explained or call.query.get("columns", "").lower() == "true":
        return Reply(body=ask(explain_query if is_explained else describe_columns, soql, context=context))
    result = ask(partial(run_query, at_most=_page_size(call)), soql, context=context)
    note_viewed(call, result)
    if result.is_whole:
        return Reply(body={"totalSize": result.total_size, "done": True, "records": result.records})
    with call.org.transaction() as connection:
        cursor_id = make_id(_CURSOR_PREFIX, next_serial(connection, _CURSOR_PREFIX))
        connection.execute(
            "INSERT INTO _cursor VALUES (?, ?, ?, ?)",
            (cursor_id, soql, include_deleted, format_datetime(call.org.now)),
        )
    return _page(call, soql, cursor_id=cursor_id, start=0, context=context)


def _context(call: Call, *, include_deleted: bool) -> QueryContext:
    return query_context(
        call.org, user_id=call.user_id, include_deleted=include_deleted, version=call.version
    )


def _page(call: Call, soql: str, *, cursor_id: str, start: int, context: QueryContext) -> Reply:
    ids = _recall_ids(call.org, cursor_id, soql, context=context)
    end = start + _page_size(call)
    own = ids[start * ID_LENGTH : end * ID_LENGTH]
    body: dict[str, object] = {
        "totalSize": len(ids) // ID_LENGTH,
        "done": end * ID_LENGTH >= len(ids),
        "records": ask(partial(read_page, ids=own), soql, context=context),
    }
    if not body["done"]:
        body["nextRecordsUrl"] = f"/services/data/v{call.version}/query/{cursor_id}-{end}"
    return Reply(body=body)


def _recall_ids(org: SandboxOrg, cursor_id: str, soql: str, *, context: QueryContext) -> str:
    """The ids kept under a cursor, found again when they were dropped for those of newer cursors."""
    ids = org.query_results.pop(cursor_id, None) or ask(find_ids, soql, context=context)
    org.query_results[cursor_id] = ids
    while len(org.query_results) > _OPEN_CURSORS:
        org.query_results.popitem(last=False)
    return ids


def _page_size(call: Call) -> int:
    """What ``Sforce-Query-Options`` asks for, within Salesforce's bounds."""
    match = _BATCH_SIZE_PATTERN.search(call.headers.get("sforce-query-options", ""))
    return min(max(int(match[1]), _SMALLEST_PAGE), _LARGEST_PAGE) if match else _LARGEST_PAGE
