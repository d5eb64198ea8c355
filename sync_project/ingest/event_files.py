"""One file of engagement events as text columns, good and bad rows alike; ``events`` judges them.

CSV with a header, JSON lines and Parquet, told apart by the name's ending. The columns are event_id,
occurred_at, kind, and email or domain or both; properties (JSON) is optional; others are ignored.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

COLUMNS = ("event_id", "occurred_at", "email", "domain", "kind", "properties")
REQUIRED = ("event_id", "occurred_at", "kind")
CHUNK_ROWS = 50_000
UNREADABLE = re.compile("[\0\ud800-\udfff\N{REPLACEMENT CHARACTER}]")
"""What is left of bytes that were no UTF-8, and what no text may hold."""

Row = dict[str, str | int | None]

READ_EVENT = f"CREATE OR REPLACE TEMP TABLE read_event ({', '.join(f'{name} VARCHAR' for name in COLUMNS)}, \
line BIGINT, text VARCHAR, fault VARCHAR)"


def read_event_file(path: Path, *, connection: duckdb.DuckDBPyConnection) -> None:
    """Fill the temporary table ``read_event`` with the file's rows.

    Its columns are COLUMNS as text, then line, text (the row as it stands in the file) and fault (why the
    row cannot be taken apart; null where it can). A file that cannot be read at all is one row with a fault.
    """
    connection.execute(READ_EVENT)
    suffix = path.suffix.lower()
    if suffix in PARQUET_SUFFIXES:
        _read_parquet(path, connection=connection)
        return
    rows = TEXT_READERS[suffix](path)
    while chunk := list(islice(rows, CHUNK_ROWS)):
        _insert(chunk, connection=connection)


def _read_csv(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        records = _csv_records(file)
        _, _, header = next(records, (1, "", []))
        fault = _missing_columns(header)
        if fault:
            yield _fault(1, ",".join(header), fault)
            return
        for line, text, values in records:
            if len(values) == len(header):
                yield _row(line, dict(zip(header, values, strict=True)), text)
            elif values:
                yield _fault(line, text, f"{len(values)} values where the header has {len(header)}")


def _csv_records(file: Iterable[str]) -> Iterator[tuple[int, str, list[str]]]:
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


def _split_line(line: str) -> list[str]:
    """The line's values; the whole line as one value where even it cannot be split."""
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return [line]


def _read_json_lines(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _read_json_line(number, line.strip())


def _read_json_line(number: int, line: str) -> Row:
    try:
        values = json.loads(line)
    except json.JSONDecodeError as error:
        return _fault(number, line, f"no valid JSON: {error.msg} at character {error.colno}")
    except RecursionError:
        return _fault(number, line, "no valid JSON: nested too deeply")
    if not isinstance(values, dict):
        return _fault(number, line, "expected one JSON object on each line")
    for name in COLUMNS[:-1]:
        if isinstance(values.get(name), dict | list):
            return _fault(number, line, f"{name} is no text")
    return _row(number, {name: _as_text(values.get(name)) for name in COLUMNS}, line)


def _read_parquet(path: Path, *, connection: duckdb.DuckDBPyConnection) -> None:
    try:
        # Apart from the caller's connection: an error there would end the caller's transaction.
        with duckdb.connect() as probe:
            shape = probe.execute("DESCRIBE FROM read_parquet($path)", {"path": str(path)}).fetchall()
    except duckdb.Error as error:
        cause = str(error).splitlines()[0]
        _insert([_fault(None, "", f"no readable Parquet file: {cause}")], connection=connection)
        return
    names = {name for name, *_ in shape}
    fault = _missing_columns(names)
    if fault:
        _insert([_fault(None, ", ".join(sorted(names)), fault)], connection=connection)
        return
    columns = ", ".join(f"CAST({name if name in names else 'NULL'} AS VARCHAR) AS {name}" for name in COLUMNS)
    connection.execute(
        f"""INSERT INTO read_event BY NAME SELECT {columns}, file_row_number + 1 AS line
        FROM read_parquet($path, file_row_number = true)""",
        {"path": str(path)},
    )


def _missing_columns(names: Iterable[str]) -> str | None:
    found = set(names)
    missing = [name for name in REQUIRED if name not in found]
    if not found & {"email", "domain"}:
        missing.append("email or domain")
    return (
        f"the file lacks the column {', '.join(missing)}; expected {', '.join(COLUMNS)}" if missing else None
    )


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _row(line: int, values: Mapping[str, str | None], text: str) -> Row:
    if any(UNREADABLE.search(value) for value in values.values() if value):
        return _fault(line, text, "holds characters that are no UTF-8 text; save the file as UTF-8")
    row: Row = {name: (values.get(name) or "").strip() or None for name in COLUMNS}
    return row | {"line": line, "text": text, "fault": None}


def _fault(line: int | None, text: str, fault: str) -> Row:
    return {"line": line, "text": UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", text), "fault": fault}


def _insert(rows: list[Row], *, connection: duckdb.DuckDBPyConnection) -> None:
    frame = pd.DataFrame(rows, columns=[*COLUMNS, "line", "text", "fault"], dtype=object)
    connection.register("event_rows", frame)
    connection.execute("INSERT INTO read_event BY NAME SELECT * FROM event_rows")
    connection.unregister("event_rows")


TEXT_READERS: Mapping[str, Callable[[Path], Iterator[Row]]] = {
    ".csv": _read_csv,
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
    ".json": _read_json_lines,
}
PARQUET_SUFFIXES = frozenset({".parquet"})
SUFFIXES = PARQUET_SUFFIXES | TEXT_READERS.keys()
