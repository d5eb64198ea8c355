"""All records that an object has in the org now, by a few of their columns, whenever these changed."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import duckdb

from sync_project.ingest.arrivals import load_arrivals
from sync_project.ingest.columns import RawColumn
from sync_project.ingest.import_log import LoggedRead, Purpose, way_of
from sync_project.ingest.raw_table import raw_table
from sync_project.ingest.reads import described_columns
from sync_project.salesforce.object_query import ObjectQuery
from sync_project.salesforce.org import Org
from sync_project.salesforce.reading import Extract, read_object
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import Warehouse
from sync_project.warehouse.scratch import scratch_folder


@dataclass(frozen=True, kw_only=True)
class LiveRecords:
    """Records that are on disk, and not yet in the warehouse."""

    query: ObjectQuery
    columns: tuple[RawColumn, ...]
    extract: Extract

    def load(self, *, purpose: Purpose, now: datetime, connection: duckdb.DuckDBPyConnection) -> LoggedRead:
        """Fill ``arrived``; returns what to log of the read."""
        arrivals = load_arrivals(
            self.query.object_name,
            self.extract,
            self.columns,
            stamp=self.query.stamp,
            connection=connection,
        )
        return LoggedRead(
            object_name=self.query.object_name,
            imported_at=now,
            purpose=purpose,
            field_names=self.query.fields,
            pull_filter=self.query.condition,
            row_count=arrivals.row_count,
            call_count=self.extract.calls,
            way=way_of(self.extract),
        )


@contextmanager
def read_live_records(
    object_name: str, fields: Collection[str] = (), *, org: Org, warehouse: Warehouse, settings: Settings
) -> Iterator[LiveRecords]:
    """Those that meet the pull filter, with Id and stamp beside the fields; their files go at the end.

    With a stamp, a read that takes the org too long can be halved.
    """
    with warehouse.transaction() as connection:
        described = described_columns(object_name, connection=connection)
    stamp = raw_table(object_name, described).stamp
    columns = tuple(column for column in described if column.name in {"Id", stamp, *fields})
    query = ObjectQuery(
        object_name=object_name,
        fields=tuple(column.name for column in columns),
        stamp=stamp,
        condition=settings.ingest.objects[object_name].filter,
    )
    with scratch_folder(warehouse.path) as folder:
        extract = read_object(
            org,
            query,
            folder=folder,
            include_deleted=False,
            bulk_above_rows=settings.salesforce.bulk_above_rows,
        )
        yield LiveRecords(query=query, columns=columns, extract=extract)
