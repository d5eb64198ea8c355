"""The rows of a query job: written to a file once, and cut into pages of any size from there.

``rows.csv`` is the header and every row; ``rows.index`` holds where each row ends, the header first,
eight bytes each.
"""

from array import array
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sync_project.sandbox.bulk.csv_format import make_writer
from sync_project.sandbox.bulk.stored_bytes import StoredBytes

ROWS = "rows.csv"
_INDEX = "rows.index"
_ROWS_PER_BLOCK = 1_000
_ENTRY_BYTES = array("Q").itemsize


class _Lines(list[str]):
    """What a CSV writer wrote, line by line."""

    write = list.append


def write_rows(
    folder: Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    delimiter: str,
    line_ending: str,
) -> int:
    """Write both files and return the number of rows."""
    lines = _Lines()
    writer = make_writer(lines, delimiter=delimiter, line_ending=line_ending)
    writer.writerow(columns)
    remaining = iter(rows)
    place, count = 0, -1
    with (folder / ROWS).open("wb") as file, (folder / _INDEX).open("wb") as index:
        while lines:
            encoded = [line.encode() for line in lines]
            ends = array("Q")
            for line in encoded:
                place += len(line)
                ends.append(place)
            file.writelines(encoded)
            ends.tofile(index)
            count += len(encoded)
            lines.clear()
            writer.writerows(islice(remaining, _ROWS_PER_BLOCK))
    return count


def cut_page(folder: Path, *, start: int, count: int) -> StoredBytes:
    """The header and ``count`` rows from the ``start``-th one; they must exist."""
    with (folder / _INDEX).open("rb") as index:
        header, begin, end = (_read_end(index, entry) for entry in (0, start, start + count))
    return StoredBytes(path=folder / ROWS, ranges=((0, header), (begin, end)))


def _read_end(index: BinaryIO, entry: int) -> int:
    index.seek(entry * _ENTRY_BYTES)
    return array("Q", index.read(_ENTRY_BYTES))[0]
