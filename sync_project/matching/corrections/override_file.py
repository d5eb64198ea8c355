"""The overrides file as CSV: its lines, each with its place, and new ones. What they mean is `overrides`."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from sync_project.matching.texts.plain_text import clean_text
from sync_project.settings.home import write_whole

COLUMNS = ("kind", "key", "decision", "target_id", "note")
"""The header; the order is free."""
_FORMULA_SIGNS = ("=", "+", "-", "@")


@dataclass(frozen=True, kw_only=True)
class FileLine:
    """One record of the file."""

    number: int
    """Of its first line; the header is line 1."""
    cells: Mapping[str, str]
    """By column, without spaces around them; empty where there is a fault."""
    fault: str | None
    """Why the line cannot be taken apart; None where it can."""


class OverridesError(ValueError):
    """The file cannot be used; the message lists every fault with its line, its value and the remedy."""

    def __init__(self, path: Path, faults: Sequence[str]) -> None:
        self.path = path
        self.faults = tuple(faults)
        listed = "".join(f"\n  {fault}" for fault in faults)
        super().__init__(f"The overrides file {path} cannot be used, and none of its lines counts:{listed}")


def read_text(path: Path) -> str:
    """The file without a byte order mark; OverridesError where it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise OverridesError(
            path, [f"it cannot be read ({error.strerror}); correct matching.overrides_file, or the file"]
        ) from error
    except UnicodeDecodeError as error:
        raise OverridesError(path, [f"it is no UTF-8 text ({error}); save it as CSV in UTF-8"]) from error


def split_lines(text: str, *, path: Path) -> Iterator[FileLine]:
    """The records below the header, but for empty ones; OverridesError where the header is another one."""
    counted = _CountedLines(text)
    reader = csv.reader(counted, delimiter=_find_delimiter(text), strict=True)
    header = _read_header(reader, path=path)
    while True:
        number = counted.taken + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            yield FileLine(number=number, cells={}, fault=f"{error}; check its double quotes")
        else:
            if any(cells):
                yield _name_cells(cells, header, number=number)


def spell_lines(lines: Sequence[Mapping[str, str]], *, behind: str) -> str:
    """Lines, given by column, as they go on from the text ``behind``: its columns, delimiter and line ends.

    A text of the org is harmless in them: in one line, and no formula to Excel.
    """
    end = "\r\n" if behind.partition("\n")[0].endswith("\r") else "\n"
    delimiter = _find_delimiter(behind)
    first_line = behind.splitlines()[:1] or [delimiter.join(COLUMNS)]
    header = [name.strip().lower() for name in next(csv.reader(first_line, delimiter=delimiter))]
    spelled = StringIO(newline="")
    writer = csv.writer(spelled, delimiter=delimiter, lineterminator=end)
    if not behind:
        writer.writerow(header)
    writer.writerows([_make_harmless(line[name]) for name in header] for line in lines)
    return (end if behind and not behind.endswith("\n") else "") + spelled.getvalue()


def append_text(path: Path, added: str) -> None:
    """Add a text to the file, which keeps its bytes, its permissions and its place behind a link.

    Nobody ever finds half of it. The file and its folder are made where they are absent.
    """
    target = path.resolve()
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, added)
        return
    mode = target.stat().st_mode
    write_whole(target, target.read_bytes().decode("utf-8") + added)
    target.chmod(mode)


class _CountedLines(Iterator[str]):
    """The lines of a text; the csv module does not count those that it refuses."""

    def __init__(self, text: str) -> None:
        self._lines = StringIO(text, newline="")
        self.taken = 0

    def __next__(self) -> str:
        line = next(self._lines)
        self.taken += 1
        return line


def _find_delimiter(text: str) -> str:
    """A comma, or the semicolon that Excel writes in many countries."""
    return ";" if ";" in text.partition("\n")[0] else ","


def _read_header(reader: Iterator[list[str]], *, path: Path) -> list[str]:
    try:
        header = [name.strip().lower() for name in next(reader, [])]
    except csv.Error:
        header = []
    if sorted(header) != sorted(COLUMNS):
        found = ",".join(header)
        raise OverridesError(path, [f"line 1: the header is {found!r}; write {','.join(COLUMNS)!r}"])
    return header


def _name_cells(cells: Sequence[str], header: Sequence[str], *, number: int) -> FileLine:
    if len(cells) != len(header):
        fault = f"it has {len(cells)} cells, not {len(header)}; put a text with a comma in double quotes"
        return FileLine(number=number, cells={}, fault=fault)
    return FileLine(number=number, cells=dict(zip(header, cells, strict=True)), fault=None)


def _make_harmless(text: str) -> str:
    clean = clean_text(text)
    return f" {clean}" if clean.startswith(_FORMULA_SIGNS) else clean
