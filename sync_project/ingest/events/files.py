"""One file of engagement events, read into the inbox, where good and bad rows are told apart.

CSV with a header, JSON lines (both perhaps gzipped) and Parquet, told apart by the name's ending.
"""

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TextIO

import duckdb

from sync_project.ingest.events.csv_rows import read_csv_rows
from sync_project.ingest.events.inbox import GIVEN_ROWS, Inbox
from sync_project.ingest.events.json_rows import json_relation, read_json_lines
from sync_project.ingest.events.parquet_rows import parquet_columns, parquet_relation
from sync_project.ingest.events.rows import EventShape, EventSourceError, Row, fault_row, first_line

PARQUET = frozenset({".parquet"})
JSON_LINES = frozenset({".json", ".jsonl", ".ndjson"})
ENDINGS = frozenset({".csv"}) | JSON_LINES | PARQUET

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
    if file.ending in PARQUET:
        _read_parquet(file, shape=shape, inbox=inbox)
        return
    try:
        with _open(file, inbox=inbox) as text:
            if file.ending in JSON_LINES:
                rows, relation = read_json_lines(text), json_relation(GIVEN_ROWS, shape=shape)
                inbox.take(_unbroken(rows), file=file.name, shape=shape, relation=relation)
            else:
                inbox.take(_unbroken(read_csv_rows(text, shape=shape)), file=file.name, shape=shape)
    except OSError as error:
        raise _unreadable(file, error.strerror or str(error)) from error


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
        raise _unreadable(file, first_line(error)) from error
    if len(found) != 1:
        raise _unreadable(file, f"{len(found)} files have that name")
    return io.BytesIO(found[0][0])


def _unbroken(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows up to where a compressed file breaks off, which is a fault of its own."""
    try:
        yield from rows
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        yield fault_row(None, None, f"the compressed file is broken: {error}; what stands before was read")


def _read_parquet(file: EventFile, *, shape: EventShape, inbox: Inbox) -> None:
    try:
        columns = parquet_columns(file.location, connection=inbox.connection)
        fault = shape.missing_columns(columns)
        if not fault:
            relation = parquet_relation(file.location, columns=columns, shape=shape)
            inbox.take_relation(relation, file=file.name, shape=shape)
    except duckdb.Error as error:
        if file.is_remote:
            raise _unreadable(file, first_line(error)) from error
        fault = f"no readable Parquet file: {first_line(error)}"
    if fault:
        inbox.take([fault_row(None, None, fault)], file=file.name, shape=shape)


def _unreadable(file: EventFile, cause: str) -> EventSourceError:
    return EventSourceError(f"files: {file.location} cannot be read: {cause}. It is tried again next time.")
