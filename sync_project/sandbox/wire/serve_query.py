"""SOQL over HTTP: query, queryAll and their further pages, and what is told about a query.

The engine is in ``soql``. The rows of the latest open queries are kept in memory; where they
were dropped, or another process opened the query, it is run again.
"""

import re

from sync_project.sandbox.analytics.saved_queries import find_saved_query
from sync_project.sandbox.asking import ask, query_context
from sync_project.sandbox.database import next_serial
from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.ids import make_id
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.records.recycle_bin import forget_old
from sync_project.sandbox.soql.column_metadata import describe_columns
from sync_project.sandbox.soql.context import QueryContext
from sync_project.sandbox.soql.execute import run_query
from sync_project.sandbox.soql.query_plans import explain_query
from sync_project.sandbox.soql.result import QueryResult
from sync_project.sandbox.values import format_datetime
from sync_project.sandbox.wire.web import Call, Reply

_LARGEST_PAGE = 2_000
_SMALLEST_PAGE = 200
_CURSOR_PREFIX = "01g"
_OPEN_RESULTS = 12
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
    result = _recall_result(call, match[1], row[0], include_deleted=bool(row[1]))
    return _page(call, result, cursor_id=match[1], start=int(match[2]))


def _recall_result(call: Call, key: str, soql: str, *, include_deleted: bool) -> QueryResult:
    """The result kept under a cursor's id, the query run again when it is gone."""
    kept = call.org.query_results.get(key)
    if not isinstance(kept, QueryResult):
        kept = ask(run_query, soql, context=_context(call, include_deleted=include_deleted))
        _keep_result(call.org, key, kept)
    return kept


def _keep_result(org: SandboxOrg, key: str, result: QueryResult) -> None:
    """Keep a result for its further pages, dropping the oldest ones."""
    org.query_results[key] = result
    while len(org.query_results) > _OPEN_RESULTS:
        org.query_results.popitem(last=False)


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
    result = ask(run_query, soql, context=context)
    if len(result.records) <= _page_size(call):
        return _page(call, result, cursor_id="", start=0)
    with call.org.transaction() as connection:
        cursor_id = make_id(_CURSOR_PREFIX, next_serial(connection, _CURSOR_PREFIX))
        connection.execute(
            "INSERT INTO _cursor VALUES (?, ?, ?, ?)",
            (cursor_id, soql, include_deleted, format_datetime(call.org.now)),
        )
    _keep_result(call.org, cursor_id, result)
    return _page(call, result, cursor_id=cursor_id, start=0)


def _context(call: Call, *, include_deleted: bool) -> QueryContext:
    return query_context(
        call.org, user_id=call.user_id, include_deleted=include_deleted, version=call.version
    )


def _page(call: Call, result: QueryResult, *, cursor_id: str, start: int) -> Reply:
    end = start + _page_size(call)
    body: dict[str, object] = {
        "totalSize": result.total_size,
        "done": end >= len(result.records),
        "records": result.records[start:end],
    }
    if body["done"]:
        call.org.query_results.pop(cursor_id, None)
    else:
        body["nextRecordsUrl"] = f"/services/data/v{call.version}/query/{cursor_id}-{end}"
    return Reply(body=body)


def _page_size(call: Call) -> int:
    """What ``Sforce-Query-Options`` asks for, within Salesforce's bounds."""
    match = _BATCH_SIZE_PATTERN.search(call.headers.get("sforce-query-options", ""))
    return min(max(int(match[1]), _SMALLEST_PAGE), _LARGEST_PAGE) if match else _LARGEST_PAGE
