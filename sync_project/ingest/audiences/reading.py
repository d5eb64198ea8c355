"""What a list view, a report or a query says now: its records, and the first rows as it shows them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sync_project.ingest.errors import AudienceError
from sync_project.salesforce.errors import CallsSpentError, QueryRefusedError, SalesforceError
from sync_project.salesforce.list_views import find_list_view, read_list_view_query
from sync_project.salesforce.org import Org
from sync_project.salesforce.query_records import QueryRecords, read_query_records
from sync_project.salesforce.report_records import read_report_records
from sync_project.salesforce.reports import RunAllowance, find_report
from sync_project.salesforce.soql import Query, read_query
from sync_project.settings.ingest import AudienceSettings, AudienceSource

EVERYBODYS = frozenset({"", "everything"})
"""Scopes of list views that do not depend on who asks."""


@dataclass(frozen=True, kw_only=True)
class AudienceRecords:
    """What one read of an audience brought."""

    ran: str
    """The query of its ids, or the report's id."""
    record_ids: tuple[str, ...]
    """18 characters, each once."""
    org_count: int
    """Rows that Salesforce counts; of a report a record may stand in several."""
    is_cut: bool
    """Whether Salesforce showed only a part of them."""
    columns: tuple[str, ...]
    first_rows: tuple[tuple[str, ...], ...]
    """As the source shows them, at most 2,000; none where the query is too long to be shown."""
    scope: str = ""
    """Of a list view that shows each user other records, such as ``mine``: here the integration user's."""


def read_audience(
    audience: AudienceSettings, *, org: Org, bulk_above_rows: int, allowance: RunAllowance
) -> AudienceRecords:
    """Ask the org; a SalesforceError says why it cannot tell."""
    match audience.source_kind:
        case AudienceSource.LIST_VIEW:
            return _read_list_view(audience, org=org, bulk_above_rows=bulk_above_rows)
        case AudienceSource.REPORT:
            return _read_report(audience, org=org, allowance=allowance)
    query = _read_own_query(audience)
    found = read_query_records(org, query, bulk_above_rows=bulk_above_rows)
    names = dict.fromkeys(name for row in found.first_rows for name in row)
    parents = {name.rpartition(".")[0] for name in names}
    # Where a parent is missing, its fields are not there either.
    return _describe(query, found, columns=tuple(name for name in names if name not in parents))


@contextmanager
def audience_errors(audience: AudienceSettings, *, name: str = "") -> Iterator[None]:
    """Put the audience before what goes wrong with it; that no call is left concerns the whole run."""
    try:
        yield
    except CallsSpentError:
        raise
    except SalesforceError as error:
        raise AudienceError(f"{describe_audience(audience, name=name)}: {error}") from error


def describe_audience(audience: AudienceSettings, *, name: str = "") -> str:
    """Which audience it is, for people; ``name`` is empty for one that is not in the settings.

    >>> describe_audience(AudienceSettings(object="Lead", list_view="Hot"), name="hot")
    "Audience 'hot' (list view 'Hot' of Lead)"
    """
    kind = audience.source_kind.replace("_", " ")
    is_query = audience.source_kind is AudienceSource.SOQL
    source = f"query of {audience.object}" if is_query else f"{kind} {audience.source!r} of {audience.object}"
    return f"Audience {name!r} ({source})" if name else source[0].upper() + source[1:]


def _read_list_view(audience: AudienceSettings, *, org: Org, bulk_above_rows: int) -> AudienceRecords:
    view = find_list_view(org, sobject=audience.object, wanted=audience.source)
    described = read_list_view_query(org, view)
    found = read_query_records(org, described.query, bulk_above_rows=bulk_above_rows)
    scope = "" if described.scope in EVERYBODYS else described.scope
    return _describe(described.query, found, columns=described.columns, scope=scope)


def _read_report(audience: AudienceSettings, *, org: Org, allowance: RunAllowance) -> AudienceRecords:
    described = org.describe(audience.object)
    report = find_report(org, audience.source)
    found = read_report_records(org, report, described=described, allowance=allowance)
    return AudienceRecords(
        ran=report.id,
        record_ids=found.record_ids,
        org_count=found.row_count,
        is_cut=found.is_cut,
        columns=found.columns,
        first_rows=found.first_rows,
    )


def _read_own_query(audience: AudienceSettings) -> Query:
    query = read_query(audience.source)
    if query.is_aggregate:
        raise QueryRefusedError(
            "it asks for groups, sums or counts, and an audience is made of records. "
            f"Write SELECT Id FROM {audience.object} with the same conditions."
        )
    if query.object_name.lower() != audience.object.lower():
        raise QueryRefusedError(
            f"it asks for records of {query.object_name}. Make {query.object_name} its object, or write "
            f"SELECT Id FROM {audience.object} WHERE Id IN (SELECT ... FROM {query.object_name} ...)."
        )
    return query


def _describe(
    query: Query, found: QueryRecords, *, columns: tuple[str, ...], scope: str = ""
) -> AudienceRecords:
    return AudienceRecords(
        ran=query.of_ids().text,
        record_ids=tuple(dict.fromkeys(found.record_ids)),
        org_count=found.total_size,
        is_cut=False,
        columns=columns,
        first_rows=tuple(tuple(_spell(row, name) for name in columns) for row in found.first_rows),
        scope=scope,
    )


def _spell(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
