"""The CSV of Bulk 2.0: delimiters, line endings, quoted output, and the rules of an upload."""

import csv
import itertools
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sync_project.sandbox.errors import RecordError, SandboxError

if TYPE_CHECKING:
    from _csv import Writer

    from _typeshed import SupportsWrite

DELIMITERS = {
    "BACKQUOTE": "`",
    "CARET": "^",
    "COMMA": ",",
    "PIPE": "|",
    "SEMICOLON": ";",
    "TAB": "\t",
}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}
LONGEST_CELL = 131_072
"""In characters; no field of Salesforce holds more."""
_LINE_BREAKS = re.compile(r"[\r\n]+")
_QUOTED_CELL = re.compile('"(?:[^"]|"")*"')


class BadCsvError(SandboxError):
    """The upload as a whole cannot be read; the job fails with this message."""


def make_writer(file: "SupportsWrite[str]", *, delimiter: str, line_ending: str) -> "Writer":
    """Writes every cell in quotes, as Salesforce writes results."""
    return csv.writer(
        file,
        delimiter=DELIMITERS[delimiter],
        lineterminator=LINE_ENDINGS[line_ending],
        quoting=csv.QUOTE_ALL,
    )


@dataclass(frozen=True, kw_only=True)
class Upload:
    """The CSV of an ingest job, read once from start to end."""

    header: list[str]
    rows: Iterator["UploadedRow"]


class UploadedRow(NamedTuple):
    """One record of an upload: its cells as well as they could be read, and what is wrong with it."""

    cells: list[str]
    error: RecordError | None


@contextmanager
def open_upload(path: Path, *, delimiter: str, line_ending: str) -> Iterator[Upload]:
    """The upload in that file; the header is empty where the file is.

    Raises BadCsvError here and while the rows are read. A line ending other than the job's fails the
    whole job [K: the message].
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            first = file.readline()
            if first and first.endswith("\r\n") != (line_ending == "CRLF") and "\n" in first:
                raise BadCsvError(
                    "ClientInputError : LineEnding is invalid on user data. "
                    f"Current LineEnding setting is {line_ending}"
                )
            rows = _read_rows(itertools.chain([first] if first else [], file), DELIMITERS[delimiter])
            header = next(rows, None)
            yield Upload(header=[] if header is None else header.cells, rows=rows)
        except UnicodeDecodeError as error:
            raise BadCsvError(f"ClientInputError : the upload is not UTF-8: {error}") from error


def _read_rows(lines: Iterable[str], delimiter: str) -> Iterator[UploadedRow]:
    """Every record that is not a blank line; a record that breaks the rules of quoting has an error."""
    seen: list[str] = []
    reader = csv.reader(_remember(lines, seen), delimiter=delimiter, strict=True)
    while True:
        seen.clear()
        error = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as reason:
            error = _bad_row(str(reason))
            cells = _read_anyway("".join(seen), delimiter)
        if any(' "' in line for line in seen) and _has_blank_by_quote("".join(seen)):
            error = _bad_row("blank beside a quote")
        # Python's own limit is one for the whole process, so that anybody may have raised it.
        if sum(map(len, seen)) > LONGEST_CELL and any(len(cell) > LONGEST_CELL for cell in cells):
            error = _bad_row(f"field larger than field limit ({LONGEST_CELL})")
        if cells:
            yield UploadedRow(cells, error)


def _read_anyway(record: str, delimiter: str) -> list[str]:
    """The cells of a record that breaks the rules, as well as they can be read."""
    line = _LINE_BREAKS.sub(" ", record)
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except csv.Error:
        return line.split(delimiter)


def _remember(lines: Iterable[str], seen: list[str]) -> Iterator[str]:
    for line in lines:
        seen.append(line)
        yield line


def _has_blank_by_quote(record: str) -> bool:
    """Whether a blank stands outside of quotes next to one, which Salesforce refuses.

    >>> _has_blank_by_quote('Ada, "Engine"'), _has_blank_by_quote('Ada," ""Engine"" "')
    (True, False)
    """
    return ' "' in _QUOTED_CELL.sub('"', record)


def _bad_row(reason: str) -> RecordError:
    """One record's CSV is wrong [K: code and text]."""
    return RecordError("CLIENT_INPUT_ERROR", f"Invalid CSV row: {reason}")
