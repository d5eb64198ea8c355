"""What a read brought, from its files into the temporary table ``arrived``: one typed row per record."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import duckdb

from sync_project.ingest.columns import RawColumn
from sync_project.ingest.errors import UnreadableValueError
from sync_project.salesforce.reading import Batch, Extract, ExtractKind, Slice
from sync_project.warehouse.connection import fetch_row
from sync_project.warehouse.models import count_rows, quote_name

ARRIVED = "arrived"

READERS: Mapping[ExtractKind, str] = {
    ExtractKind.JSON: """read_json($files{n}, columns = $shape{n}, format = 'array',
        maximum_object_size = 134217728)""",
    ExtractKind.CSV: """read_csv($files{n}, columns = $shape{n}, auto_detect = false, header = true,
        delim = ',', quote = '"', escape = '"', max_line_size = 67108864)""",
}


def load_arrivals(
    object_name: str,
    extract: Extract,
    columns: Sequence[RawColumn],
    *,
    stamp: str | None,
    connection: duckdb.DuckDBPyConnection,
) -> int:
    """Fill ``arrived`` and return its rows.

    A record that changed while it was read may have come twice: the latest counts. One of a wide object
    that changed between two slices has not come. UnreadableValueError names a value that does not fit.
    """
    names = ", ".join(quote_name(column.name) for column in columns)
    numbers = iter(range(1_000_000))
    parts = []
    given: dict[str, object] = {}
    for batch in extract.batches:
        readers = []
        for part in batch.slices:
            number = next(numbers)
            readers.append(f"{READERS[part.kind].format(n=number)} AS slice{number}")
            given[f"files{number}"] = [str(file) for file in part.files]
            given[f"shape{number}"] = dict(_shape(part, columns))
        parts.append(f"SELECT {names} FROM {_join(readers, batch, stamp=stamp)}")
    try:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {ARRIVED} AS {' UNION ALL BY NAME '.join(parts)}", given
        )
    except (duckdb.ConversionException, duckdb.InvalidInputException) as error:
        raise UnreadableValueError(object_name, str(error).splitlines()[0]) from error
    _keep_latest(stamp, connection=connection)
    return count_rows(ARRIVED, connection=connection)


def count_in_window(
    start: datetime | None, end: datetime, *, stamp: str | None, connection: duckdb.DuckDBPyConnection
) -> int:
    """The rows of ``arrived`` that changed at or after ``start`` and before ``end``; all without a stamp."""
    if stamp is None:
        return count_rows(ARRIVED, connection=connection)
    moment = quote_name(stamp)
    row = fetch_row(
        connection,
        f"SELECT count(*) FROM {ARRIVED} WHERE coalesce({moment} >= $start, TRUE) AND {moment} < $end",
        {"start": _naive(start) if start else None, "end": _naive(end)},
    )
    return int(row[0]) if row else 0


def _shape(part: Slice, columns: Sequence[RawColumn]) -> Iterator[tuple[str, str]]:
    """Column name and type of a slice, in the order of its fields, which is that of a CSV file."""
    types = {column.name: column.type for column in columns}
    return ((name, types[name]) for name in part.fields)


def _join(readers: Sequence[str], batch: Batch, *, stamp: str | None) -> str:
    if len(batch.slices) == 1:
        return readers[0]
    shared = "Id" if stamp is None else f"Id, {quote_name(stamp)}"
    return " INNER JOIN ".join([readers[0], *(f"{reader} USING ({shared})" for reader in readers[1:])])


def _keep_latest(stamp: str | None, *, connection: duckdb.DuckDBPyConnection) -> None:
    row = fetch_row(connection, f"SELECT count(*) > count(DISTINCT Id) FROM {ARRIVED}")
    if row is None or not row[0]:
        return
    order = f"ORDER BY {quote_name(stamp)} DESC" if stamp else ""
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE {ARRIVED} AS FROM {ARRIVED}
        QUALIFY row_number() OVER (PARTITION BY Id {order}) = 1"""
    )


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
