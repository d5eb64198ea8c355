"""One file of engagement events as text columns, good and bad rows alike; ``events`` judges them.

CSV with a header, JSON lines and Parquet, told apart by the name's ending. The columns are event_id,
occurred_at, kind, and email or domain or both; properties (JSON) is optional; others are ignored.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

COLUMNS = ("event_id", "occurred_at", "email", "domain", "kind", "properties")
REQUIRED = ("event_id", "occurred_at", "kind")
CHUNK_ROWS = 50_000

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
        reader = csv.reader(file)
        header = next(reader, [])
        fault = _missing_columns(header)
        if fault:
            yield _fault(1, ",".join(header), fault)
            return
        for values in reader:
            if len(values) == len(header):
                yield _row(reader.line_num, dict(zip(header, values, strict=True)), ",".join(values))
            elif values:
                fault = f"{len(values)} values where the header has {len(header)}"
                yield _fault(reader.line_num, ",".join(values), fault)


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
    if not isinstance(values, dict):
        return _fault(number, line, "expected one JSON object on each line")
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
    row: Row = {name: values.get(name) or None for name in COLUMNS}
    return row | {"line": line, "text": text, "fault": None}


def _fault(line: int | None, text: str, fault: str) -> Row:
    return {"line": line, "text": text, "fault": fault}


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
