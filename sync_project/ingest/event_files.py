"""One file of engagement events, read row by row into the inbox, where good and bad rows are told apart.

CSV with a header, JSON lines (both perhaps gzipped) and Parquet, told apart by the name's ending.
"""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TextIO

import duckdb

from sync_project.ingest.event_inbox import Inbox
from sync_project.ingest.event_rows import (
    COLUMNS,
    EventShape,
    EventSourceError,
    Row,
    RowReader,
    as_text,
    checked_row,
    fault_row,
    first_line,
    gather,
)
from sync_project.warehouse.models import quote_name

decode = partial(io.TextIOWrapper, encoding="utf-8-sig", errors="surrogateescape", newline="")
"""Bytes that are no UTF-8 become characters that no text may hold."""


@dataclass(frozen=True, kw_only=True)
class EventFile:
    """A file as its listing shows it."""

    name: str
    """Its place under the folder that the source names."""
    location: str
    """Its path, or its URL."""
    size_bytes: int
    changed_at: datetime | None
    """None where its server does not tell."""

    @property
    def is_remote(self) -> bool:
        """Whether only DuckDB can open it."""
        return "://" in self.location

    @property
    def ending(self) -> str:
        """What tells its format, such as ``.csv``."""
        return ending_of(self.name)


def ending_of(name: str) -> str:
    """The ending that tells the format, without that of a compression.

    >>> ending_of("2026/Visits.CSV.gz"), ending_of("visits.csv?version=3")
    ('.csv', '.csv')
    """
    return Path(name.partition("?")[0].lower().removesuffix(".gz")).suffix


def read_event_file(file: EventFile, *, shape: EventShape, inbox: Inbox) -> None:
    """Bring its rows into the inbox.

    What can never be read is one row with a fault; EventSourceError for what may be readable next time.
    """
    if file.ending in PARQUET_ENDINGS:
        _read_parquet(file, shape=shape, inbox=inbox)
        return
    try:
        with _open(file, inbox=inbox) as text:
            inbox.take(_unbroken(TEXT_READERS[file.ending](text, shape)), file=file.name, shape=shape)
    except OSError as error:
        raise EventSourceError(f"files: {file.location} cannot be read: {error.strerror or error}") from error


def _open(file: EventFile, *, inbox: Inbox) -> TextIO:
    source = _fetch(file, inbox=inbox) if file.is_remote else Path(file.location)
    if file.name.lower().endswith(".gz"):
        return decode(gzip.open(source))
    return decode(source.open("rb") if isinstance(source, Path) else source)


def _fetch(file: EventFile, *, inbox: Inbox) -> io.BytesIO:
    """All of a remote file, for only DuckDB can reach it."""
    try:
        found = inbox.connection.execute(
            "SELECT content FROM read_blob($location)", {"location": file.location}
        ).fetchall()
    except duckdb.Error as error:
        raise EventSourceError(f"files: {file.location} cannot be read: {first_line(error)}") from error
    if len(found) != 1:
        raise EventSourceError(f"files: {file.location} cannot be read: {len(found)} files have that name")
    return io.BytesIO(found[0][0])


def _unbroken(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows up to where a compressed file breaks off, which is a fault of its own."""
    try:
        yield from rows
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        yield fault_row(None, None, f"the compressed file is broken: {error}; what stands before was read")


def _read_csv(text: TextIO, shape: EventShape) -> Iterator[Row]:
    records = _csv_records(text)
    first = next(records, None)
    header = first.values if first else []
    fault = shape.missing_columns(header)
    if fault:
        yield fault_row(None, first.text if first else None, fault)
        return
    reader = RowReader(header, shape=shape)
    for record in records:
        if record.fault:
            yield fault_row(record.line, record.text, record.fault)
        elif record.values:
            yield reader.read(record.values, line=record.line, text=record.text)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Record:
    line: int
    """Its first line."""
    text: str
    values: list[str]
    fault: str | None = None


def _csv_records(file: Iterable[str]) -> Iterator[_Record]:
    """The records of a CSV file; of a quote that is never closed each line by itself."""
    pending: list[str] = []

    def lines() -> Iterator[str]:
        for line in file:
            pending.append(line)
            yield line

    reader = csv.reader(lines(), strict=True)
    first = 1
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:
            for offset, line in enumerate(pending):
                yield _split_line(line.rstrip("\r\n"), line=first + offset)
        else:
            yield _Record(line=first, text="".join(pending).rstrip("\r\n"), values=values)
        first += len(pending)
        pending.clear()


def _split_line(text: str, *, line: int) -> _Record:
    try:
        return _Record(line=line, text=text, values=next(csv.reader([text], strict=True), []))
    except csv.Error as error:
        return _Record(line=line, text=text, values=[], fault=f"no valid CSV: {error}")


def _read_json_lines(text: TextIO, shape: EventShape) -> Iterator[Row]:
    for number, line in enumerate(text, start=1):
        if stripped := line.strip():
            yield _read_json_line(number, stripped, shape)


def _read_json_line(number: int, line: str, shape: EventShape) -> Row:
    try:
        values = json.loads(line)
    except json.JSONDecodeError as error:
        return fault_row(number, line, f"no valid JSON: {error.msg} at character {error.colno}")
    except RecursionError:
        return fault_row(number, line, "no valid JSON: nested too deeply")
    if not isinstance(values, dict):
        return fault_row(number, line, "expected one JSON object on each line")
    found = [values.get(shape.name_of(column)) for column in COLUMNS]
    for column, value in zip(COLUMNS[:-1], found, strict=False):
        if isinstance(value, dict | list):
            return fault_row(number, line, f"{shape.name_of(column)} is no text")
    texts = [as_text(value) for value in found]
    others = shape.other_names(values)
    if others:
        texts[-1] = gather({name: values[name] for name in others})
    return checked_row(texts, line=number, text=line)


def _read_parquet(file: EventFile, *, shape: EventShape, inbox: Inbox) -> None:
    given: dict[str, object] = {"location": file.location}
    try:
        columns = dict(
            inbox.connection.execute(
                "SELECT column_name, column_type FROM (DESCRIBE FROM read_parquet($location))", given
            ).fetchall()
        )
        fault = shape.missing_columns(columns)
        if fault:
            inbox.take([fault_row(None, None, fault)], file=file.name, shape=shape)
            return
        inbox.take_relation(
            f"""(SELECT {_parquet_values(columns, shape)}, file_row_number + 1 AS line,
                CAST(NULL AS VARCHAR) AS text, CAST(NULL AS VARCHAR) AS fault
            FROM read_parquet($location, file_row_number = true))""",
            file=file.name,
            shape=shape,
            parameters=given,
        )
    except duckdb.Error as error:
        if file.is_remote:
            raise EventSourceError(f"files: {file.location} cannot be read: {first_line(error)}") from error
        fault = f"no readable Parquet file: {first_line(error)}"
        inbox.take([fault_row(None, None, fault)], file=file.name, shape=shape)


def _parquet_values(columns: Mapping[str, str], shape: EventShape) -> str:
    """Our columns of the file's; structures become JSON."""
    values = {}
    for column in COLUMNS:
        name = shape.name_of(column)
        values[column] = quote_name(name) if name in columns else "NULL"
        if column == "properties" and columns.get(name, "VARCHAR") not in {"VARCHAR", "JSON"}:
            values[column] = f"to_json({quote_name(name)})"
    others = shape.other_names(columns)
    if others:
        fields = ", ".join(f"{quote_name(name)}: {quote_name(name)}" for name in others)
        # Merging drops what is null.
        values["properties"] = f"nullif(json_merge_patch('{{}}', to_json({{{fields}}})), '{{}}')"
    return ", ".join(f"{value} AS {column}" for column, value in values.items())


TEXT_READERS: Mapping[str, Callable[[TextIO, EventShape], Iterator[Row]]] = {
    ".csv": _read_csv,
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
    ".json": _read_json_lines,
}
PARQUET_ENDINGS = frozenset({".parquet"})
ENDINGS = PARQUET_ENDINGS | TEXT_READERS.keys()
