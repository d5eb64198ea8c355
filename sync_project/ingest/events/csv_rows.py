"""Rows of a CSV file with a header, in UTF-8; one that cannot be taken apart costs no other."""

import csv
from collections.abc import Iterable, Iterator
from typing import TextIO

from sync_project.ingest.events.rows import EventShape, Row, RowReader, fault_row

LONGEST_VALUE = 16 * 1024 * 1024
"""In characters. A quote that is never closed swallows as much before its lines are read one by one."""


def read_csv_rows(text: TextIO, *, shape: EventShape) -> Iterator[Row]:
    """A row per record; a single fault where the header lacks a needed column."""
    # The limit is one for the whole process; a larger one takes nothing from anybody.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_VALUE))
    records = _split_records(text)
    _, written, first = next(records, (1, "", []))
    header = first if isinstance(first, list) else []
    fault = shape.missing_columns(header)
    if fault:
        yield fault_row(None, written, fault)
        return
    reader = RowReader(header, shape=shape)
    for line, written, values in records:
        if isinstance(values, csv.Error):
            yield fault_row(line, written, f"no valid CSV: {values}")
        elif values:
            yield reader.read_texts(values, line=line, text=written)


def _split_records(file: Iterable[str]) -> Iterator[tuple[int, str, list[str] | csv.Error]]:
    """First line, text and values of each record; of a quote that is never closed each line by itself."""
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
                yield first + offset, line.rstrip("\r\n"), _split_line(line)
        else:
            yield first, "".join(pending).rstrip("\r\n"), values
        first += len(pending)
        pending.clear()


def _split_line(line: str) -> list[str] | csv.Error:
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error as error:
        return error
