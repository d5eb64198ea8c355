"""Chosen records of an object, read by their ids and merged like those of a window."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote_plus

from sync_project.ingest.arrivals import ARRIVED, load_arrivals
from sync_project.ingest.raw_table import fit_table, raw_table
from sync_project.ingest.reads import described_columns
from sync_project.ingest.versions import merge_rows
from sync_project.salesforce.object_query import ObjectQuery
from sync_project.salesforce.org import LONGEST_URL_QUERY, Org
from sync_project.salesforce.reading import Extract, read_object
from sync_project.warehouse.connection import Warehouse
from sync_project.warehouse.scratch import scratch_folder

MOST_IDS = 400
FEWEST_IDS = 200
"""Where even these leave no room for all fields in an address, the SELECT is split by columns."""
ROOM_OF_THE_REST = 200
"""For SELECT, FROM, WHERE and ORDER BY."""
LENGTH_OF_ID = len(quote_plus("'000000000000000AAA', "))


def import_records(
    object_name: str, ids: Iterable[str], *, org: Org, warehouse: Warehouse, now: datetime
) -> frozenset[str]:
    """Bring records in whatever the pull filter says, deleted ones too; returns the ids that the org has.

    ``ids`` have 18 characters.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return frozenset()
    with warehouse.transaction() as connection:
        columns = described_columns(object_name, connection=connection)
    table = raw_table(object_name, columns)
    names = tuple(column.name for column in columns)
    query = ObjectQuery(object_name=object_name, fields=names, stamp=table.stamp)
    with scratch_folder(warehouse.path) as folder:
        extract = _read_by_ids(query, wanted, org=org, folder=folder)
        with warehouse.transaction() as connection:
            fit_table(object_name, columns, now=now, connection=connection)
            load_arrivals(object_name, extract, columns, stamp=table.stamp, connection=connection)
            merge_rows(table, ARRIVED, columns=names, now=now, connection=connection)
            found = connection.execute(f"SELECT Id FROM {ARRIVED}").fetchall()
    return frozenset(record_id for (record_id,) in found)


def _read_by_ids(query: ObjectQuery, ids: list[str], *, org: Org, folder: Path) -> Extract:
    extracts = [
        read_object(org, replace(query, condition=condition), folder=folder / str(number))
        for number, condition in enumerate(_conditions(ids, ids_per_query(query.fields)))
    ]
    return Extract(
        batches=tuple(batch for each in extracts for batch in each.batches),
        total_size=sum(each.total_size for each in extracts),
        row_count=sum(each.row_count for each in extracts),
        calls=sum(each.calls for each in extracts),
    )


def ids_per_query(fields: Sequence[str]) -> int:
    """As many ids as an address holds beside the names of these fields.

    >>> ids_per_query(["Id", "Name"]), ids_per_query(["Id"] * 3_000)
    (400, 200)
    """
    room = LONGEST_URL_QUERY - ROOM_OF_THE_REST - len(quote_plus(", ".join(fields)))
    return min(MOST_IDS, max(FEWEST_IDS, room // LENGTH_OF_ID))


def _conditions(ids: list[str], per_query: int) -> Iterator[str]:
    for first in range(0, len(ids), per_query):
        listed = ", ".join(f"'{each}'" for each in ids[first : first + per_query])
        yield f"Id IN ({listed})"
