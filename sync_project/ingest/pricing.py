"""What an import will cost in API calls, counted before it begins."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from sync_project.ingest.errors import OverBudgetError, SchemaDriftError
from sync_project.ingest.import_log import Way
from sync_project.ingest.reads import PlannedRead, plan_read
from sync_project.ingest.windows import Window
from sync_project.salesforce.errors import FieldMissingError, QueryRefusedError
from sync_project.salesforce.org import Org
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import Warehouse
from sync_project.warehouse.models import build_table, insert_row, load_models

PRICE_TABLE = "raw.import_price"
ROWS_PER_PAGE = 2_000
COUNT_CALLS = 1
BULK_CALLS = 8
"""The first answer, creating the job, some questions for its state, the list of its pages, its removal."""
ROWS_PER_BULK_PAGE = 50_000


@dataclass(frozen=True, kw_only=True)
class ImportPrice:
    """What one read is expected to bring and to cost."""

    object_name: str
    read_from: datetime | None
    row_count: int
    way: Way
    call_count: int


def price_import(
    objects: Iterable[str],
    *,
    org: Org,
    warehouse: Warehouse,
    window: Window,
    settings: Settings,
    now: datetime,
) -> list[ImportPrice]:
    """Replace ``raw.import_price``; an object whose fields drifted has no price, since it will not be read.

    OverBudgetError where the reads would take more calls than the run has left.
    """
    with warehouse.transaction() as connection:
        plans = list(_plan_all(objects, window=window, settings=settings, now=now, connection=connection))
    counts = _count(plans, org=org)
    prices = [
        _price(plan, count, bulk_above_rows=settings.salesforce.bulk_above_rows)
        for plan, count in zip(plans, counts, strict=True)
    ]
    with warehouse.transaction() as connection:
        _keep(prices, now=now, connection=connection)
    total = sum(each.call_count for each in prices)
    left = None if org.call_allowance is None else org.call_allowance - org.calls_used
    if left is not None and total > left:
        raise OverBudgetError(price=total, left=left)
    return prices


def calls_for(row_count: int, *, bulk_above_rows: int) -> tuple[Way, int]:
    """How so many rows come, and the calls that takes.

    >>> calls_for(0, bulk_above_rows=10_000), calls_for(4_001, bulk_above_rows=10_000)
    ((<Way.REST: 'rest'>, 1), (<Way.REST: 'rest'>, 4))
    """
    if row_count == 0:
        return Way.REST, 1
    if row_count <= bulk_above_rows:
        return Way.REST, math.ceil(row_count / ROWS_PER_PAGE) + COUNT_CALLS
    return Way.BULK, BULK_CALLS + math.ceil(row_count / ROWS_PER_BULK_PAGE) + COUNT_CALLS


def _count(plans: Sequence[PlannedRead], *, org: Org) -> list[int]:
    """How many rows each read will bring, in as few calls as it takes."""
    try:
        return org.count_many([plan.query.count_soql() for plan in plans], include_deleted=True)
    except (QueryRefusedError, FieldMissingError):
        # One query is refused, and the answer does not say whose: asked one by one, it does.
        for plan in plans:
            with plan.blaming_the_filter():
                org.count(plan.query.count_soql(), include_deleted=True)
        raise


def _plan_all(
    objects: Iterable[str],
    *,
    window: Window,
    settings: Settings,
    now: datetime,
    connection: duckdb.DuckDBPyConnection,
) -> Iterable[PlannedRead]:
    for name in objects:
        try:
            plan = plan_read(name, window=window, settings=settings.ingest, now=now, connection=connection)
        except SchemaDriftError:
            continue
        if plan.columns:
            yield plan


def _price(plan: PlannedRead, row_count: int, *, bulk_above_rows: int) -> ImportPrice:
    way, call_count = calls_for(row_count, bulk_above_rows=bulk_above_rows)
    return ImportPrice(
        object_name=plan.object_name,
        read_from=plan.start,
        row_count=row_count,
        way=way,
        call_count=call_count,
    )


def _keep(prices: list[ImportPrice], *, now: datetime, connection: duckdb.DuckDBPyConnection) -> None:
    build_table(load_models()[PRICE_TABLE], connection=connection, parameters={})
    for each in prices:
        insert_row(PRICE_TABLE, vars(each) | {"priced_at": now}, connection=connection)
