"""What a row of engagement events is: our columns, and how a source's own columns become them."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

COLUMNS = ("event_id", "occurred_at", "email", "domain", "kind", "properties")
UNREADABLE = re.compile("[\ud800-\udfff]")
"""What is left of bytes that were no UTF-8, and halves of characters: no text may hold it."""


class EventSourceError(Exception):
    """A source, or one of its files, that cannot be read now; the others can."""


ROW_COLUMNS = (*COLUMNS, "line", "text", "fault")
Row = tuple[str | int | None, ...]
"""The ROW_COLUMNS: ours as text; the line, None for all of a file; the row as it stands in the source, None
where only its values are known; and why it cannot be taken apart, None where it can."""


@dataclass(frozen=True, kw_only=True)
class EventShape:
    """How a source's columns become ours."""

    fields: Mapping[str, str] = field(default_factory=dict)
    """Our column by the source's name for it, where they differ."""
    kind: str | None = None
    """The kind of every event whose row says none."""

    def name_of(self, column: str) -> str:
        """The source's name for our column."""
        return self.fields.get(column, column)

    def missing_columns(self, names: Iterable[str]) -> str | None:
        """What a source with these columns lacks; None where it lacks nothing.

        >>> EventShape(kind="page_view").missing_columns(["event_id", "domain"])
        'there is no column occurred_at; found event_id, domain'
        """
        found = list(names)
        needed = ["event_id", "occurred_at", *([] if self.kind else ["kind"])]
        missing = [name for name in map(self.name_of, needed) if name not in found]
        who = [self.name_of("email"), self.name_of("domain")]
        if not set(who) & set(found):
            missing.append(" or ".join(who))
        return f"there is no column {', '.join(missing)}; found {', '.join(found)}" if missing else None

    def other_names(self, names: Iterable[str]) -> list[str]:
        """The columns that become properties: all that are not ours, where no column holds properties."""
        ours = {self.name_of(column) for column in COLUMNS}
        listed = list(names)
        return [] if self.name_of("properties") in listed else [each for each in listed if each not in ours]


class RowReader:
    """Makes our rows of a source's values that come in the order of its column names."""

    def __init__(self, names: Sequence[str], *, shape: EventShape) -> None:
        self._size = len(names)
        self._places = [
            names.index(own) if (own := shape.name_of(each)) in names else None for each in COLUMNS
        ]
        self._others = [(name, names.index(name)) for name in shape.other_names(names)]

    def read(self, values: Sequence[Any], *, line: int, text: str | None) -> Row:
        """One row; of a wrong number of values, or of characters that are none, a fault."""
        if len(values) != self._size:
            return fault_row(line, text, f"{len(values)} values where the header has {self._size}")
        found = [None if place is None else as_text(values[place]) for place in self._places]
        if self._others:
            found[-1] = gather({name: values[place] for name, place in self._others})
        return checked_row(found, line=line, text=text)


def checked_row(values: Sequence[str | None], *, line: int, text: str | None) -> Row:
    """The row of these values of COLUMNS."""
    if UNREADABLE.search("".join(filter(None, values))):
        return fault_row(line, text, "holds characters that are no UTF-8 text; save the file as UTF-8")
    event_id, occurred_at, email, domain, kind, properties = values
    return event_id, occurred_at, email, domain, kind, properties, line, _legible(text), None


def fault_row(line: int | None, text: str | None, fault: str) -> Row:
    """A row that cannot be taken apart."""
    return None, None, None, None, None, None, line, _legible(text), _legible(fault)


def gather(values: Mapping[str, Any]) -> str | None:
    """Properties as JSON text; empty ones are left out, and None where none is left.

    >>> gather({"page": "/é", "seconds": 5, "referrer": ""})
    '{"page": "/é", "seconds": 5}'
    """
    found = {name: value for name, value in values.items() if value is not None and value != ""}
    return json.dumps(found, ensure_ascii=False, default=str) if found else None


def as_text(value: Any) -> str | None:
    """Text as it is, JSON values as JSON, all else (times, UUIDs, decimals) as Python writes it.

    >>> as_text({"page": "/"}), as_text(True), as_text(5), as_text(None)
    ('{"page": "/"}', 'true', '5', None)
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | int | float | dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", errors="surrogateescape")
    return str(value)


def _legible(text: str | None) -> str | None:
    return UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", text) if text else text


def first_line(error: BaseException) -> str:
    """What an error says, without the picture that DuckDB draws below."""
    return str(error).partition("\n")[0]
