"""What a read brought, from its files into the database: one typed row per record.

The rows of a first read go straight into the raw table. Those of any other go into the temporary table
``arrived``, to be compared with the rows that are there.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import duckdb

from sync_project.ingest.columns import RawColumn
from sync_project.ingest.errors import UnreadableValueError
from sync_project.ingest.versions import SEEN_AT, VALID_FROM, VersionedTable, first_valid_from
from sync_project.salesforce.reading import Batch, Extract, ExtractKind, Slice
from sync_project.warehouse.connection import as_timestamp, fetch_row
from sync_project.warehouse.models import quote_name

ARRIVED = "arrived"

# No record is longer: all long texts of an object have 1.6 million characters together [K], of three bytes.
# In JSON a character may take six. The readers' buffers are as large, so that more would only cost memory.
LONGEST_LINE = 8 << 20
LONGEST_OBJECT = 16 << 20

# Several files are read at once, but none in parts: a thread that began within a file would guess where a
# record begins, and pasted CSV within a text misleads it.
READERS: Mapping[ExtractKind, str] = {
    ExtractKind.JSON: f"""read_json($files{{n}}, columns = $shape{{n}}, format = 'array',
        maximum_object_size = {LONGEST_OBJECT})""",
    ExtractKind.CSV: f"""read_csv($files{{n}}, columns = $shape{{n}}, auto_detect = false, header = true,
        delim = ',', quote = '"', escape = '"', parallel = false,
        max_line_size = {LONGEST_LINE}, buffer_size = {LONGEST_LINE})""",
}


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """The rows of one read."""

    table: str
    """Where they are."""
    row_count: int


def load_arrivals(
    object_name: str,
    extract: Extract,
    columns: Sequence[RawColumn],
    *,
    stamp: str | None,
    connection: duckdb.DuckDBPyConnection,
) -> Arrivals:
    """Fill ``arrived``.

    A record that changed while it was read may have come twice: the latest counts. One of a wide object
    that changed between two slices has not come. UnreadableValueError names a value that does not fit.
    """
    rows, given = _read_files(extract, columns, stamp=stamp)
    with _naming_values(object_name):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {ARRIVED} AS {rows}", given)
    return _keep_latest(ARRIVED, stamp=stamp, connection=connection)


def fill_table(
    object_name: str,
    extract: Extract,
    columns: Sequence[RawColumn],
    *,
    table: VersionedTable,
    now: datetime,
    connection: duckdb.DuckDBPyConnection,
) -> Arrivals:
    """The same into a versioned table without any row, each of them its first version."""
    rows, given = _read_files(extract, columns, stamp=table.stamp)
    with _naming_values(object_name):
        connection.execute(
            f"""INSERT INTO {table.name} BY NAME
            SELECT *, {first_valid_from(table)} AS {VALID_FROM}, $now AS {SEEN_AT} FROM ({rows})""",
            given | {"now": as_timestamp(now)},
        )
    return _keep_latest(table.name, stamp=table.stamp, connection=connection)


def count_in_window(
    arrivals: Arrivals,
    start: datetime | None,
    end: datetime,
    *,
    stamp: str | None,
    connection: duckdb.DuckDBPyConnection,
) -> int:
    """The rows that changed at or after ``start`` and before ``end``; all without a stamp."""
    if stamp is None:
        return arrivals.row_count
    moment = quote_name(stamp)
    row = fetch_row(
        connection,
        f"""SELECT count(*) FROM {arrivals.table}
        WHERE coalesce({moment} >= $start, TRUE) AND {moment} < $end""",
        {"start": _whole_second(start) if start else None, "end": _whole_second(end)},
    )
    return int(row[0]) if row else 0


def _read_files(
    extract: Extract, columns: Sequence[RawColumn], *, stamp: str | None
) -> tuple[str, dict[str, object]]:
    """The query of all rows, with its parameters."""
    names = ", ".join(quote_name(column.name) for column in columns)
    batches = []
    given: dict[str, object] = {}
    for batch in extract.batches:
        readers = []
        for part in batch.slices:
            number = len(given)
            readers.append(f"{READERS[part.kind].format(n=number)} AS slice{number}")
            given[f"files{number}"] = [str(file) for file in part.files]
            given[f"shape{number}"] = dict(_shape(part, columns))
        batches.append(f"SELECT {names} FROM {_join(readers, batch, stamp=stamp)}")
    return " UNION ALL BY NAME ".join(batches), given


@contextmanager
def _naming_values(object_name: str) -> Iterator[None]:
    try:
        yield
    except (duckdb.ConversionException, duckdb.InvalidInputException) as error:
        raise UnreadableValueError(object_name, str(error).splitlines()[0]) from error


def _shape(part: Slice, columns: Sequence[RawColumn]) -> Iterator[tuple[str, str]]:
    """Column name and type of a slice, in the order of its fields, which is that of a CSV file."""
    types = {column.name: column.type for column in columns}
    return ((name, types[name]) for name in part.fields)


def _join(readers: Sequence[str], batch: Batch, *, stamp: str | None) -> str:
    if len(batch.slices) == 1:
        return readers[0]
    shared = "Id" if stamp is None else f"Id, {quote_name(stamp)}"
    return " INNER JOIN ".join([readers[0], *(f"{reader} USING ({shared})" for reader in readers[1:])])


def _keep_latest(table: str, *, stamp: str | None, connection: duckdb.DuckDBPyConnection) -> Arrivals:
    row = fetch_row(connection, f"SELECT count(*), count(DISTINCT Id) FROM {table}")
    row_count, record_count = row or (0, 0)
    if row_count > record_count:
        order = f"ORDER BY {quote_name(stamp)} DESC" if stamp else ""
        connection.execute(
            f"""DELETE FROM {table} WHERE rowid IN (
                SELECT rowid FROM {table} QUALIFY row_number() OVER (PARTITION BY Id {order}) > 1
            )"""
        )
    return Arrivals(table=table, row_count=record_count)


def _whole_second(moment: datetime) -> datetime:
    return as_timestamp(moment).replace(microsecond=0)
