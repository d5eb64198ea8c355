"""What a row of engagement events is: our columns, and how a source's own columns become them."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from sync_project.settings.ingest import EventColumn

COLUMNS = tuple(each.value for each in EventColumn)
RECORD_IDS = ("salesforce_lead_id", "salesforce_contact_id")
"""Properties that say of which record of the org an event is."""
UNREADABLE = re.compile("[\ud800-\udfff]")
"""What is left of bytes that were no UTF-8, and halves of characters: no text may hold it."""
ROW_COLUMNS = (*COLUMNS, "line", "text", "fault")
Row = tuple[str | int | None, ...]
"""The ROW_COLUMNS: ours as text; the line, None for all of a file; the row as it stands in the source, None
where only its values are known; and why it cannot be taken apart, None where it can."""

_as_json = json.JSONEncoder(ensure_ascii=False, default=str).encode


@dataclass(frozen=True, kw_only=True)
class Relation:
    """Rows with the ROW_COLUMNS, as a query that DuckDB can ask."""

    query: str
    parameters: Mapping[str, object] = field(default_factory=dict)


class EventSourceError(Exception):
    """A source, or one of its files, that cannot be read now; the others can."""


@dataclass(frozen=True, kw_only=True)
class EventShape:
    """How a source's columns become ours."""

    fields: Mapping[EventColumn, str] = field(default_factory=dict)
    """Our column by the source's name for it, where they differ."""
    kind: str | None = None
    """The kind of every event whose row says none."""

    @property
    def names(self) -> list[str]:
        """The source's names for COLUMNS."""
        return [self.fields.get(column, column.value) for column in EventColumn]

    def missing_columns(self, names: Iterable[str]) -> str | None:
        """What a source with these columns lacks; None where it lacks nothing.

        >>> EventShape(kind="page_view").missing_columns(["event_id", "domain"])
        'there is no column occurred_at; found event_id, domain'
        """
        found = list(names)
        event_id, occurred_at, email, domain, kind, properties = self.names
        needed = [event_id, occurred_at, *([] if self.kind else [kind])]
        missing = [name for name in needed if name not in found]
        if not {email, domain, properties, *RECORD_IDS}.intersection(found):
            missing.append(f"{email} or {domain}")
        return f"there is no column {', '.join(missing)}; found {', '.join(found)}" if missing else None

    def other_names(self, names: Iterable[str]) -> list[str]:
        """The columns that become properties: all but ours; beside a column of properties only RECORD_IDS."""
        ours, listed = self.names, list(names)
        taken = RECORD_IDS if ours[-1] in listed else listed
        return [each for each in listed if each in taken and each not in ours]


class RowReader:
    """Makes our rows of a source's values that come in the order of its column names."""

    def __init__(self, names: Sequence[str], *, shape: EventShape) -> None:
        self.size = len(names)
        # What is not there is taken from behind the last value.
        places = [names.index(each) if each in names else self.size for each in shape.names]
        self._take = itemgetter(*places)
        self._others = [(name, names.index(name)) for name in shape.other_names(names)]

    def read_texts(self, values: Sequence[str], *, line: int, text: str) -> Row:
        """A row of text values, of which ``text`` was split; of a wrong number of them a fault."""
        if len(values) != self.size:
            return fault_row(line, text, f"{len(values)} values where the header has {self.size}")
        if UNREADABLE.search(text):
            return illegible_row(line, text)
        found: tuple[str | None, ...] = self._take([*values, None])
        if self._others:
            others = {name: values[place] for name, place in self._others}
            found = (*found[:-1], join_properties(found[-1], others))
        return (*found, line, text, None)

    def read_values(self, values: Sequence[Any], *, line: int) -> Row:
        """A row of values of any kind."""
        found = [as_text(value) for value in self._take([*values, None])]
        if self._others:
            found[-1] = join_properties(found[-1], {name: values[place] for name, place in self._others})
        return illegible_row(line, None) if is_illegible(found) else (*found, line, None, None)


def fault_row(line: int | None, text: str | None, fault: str) -> Row:
    """A row that cannot be taken apart."""
    legible = UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", text) if text else text
    return (*(None for _ in COLUMNS), line, legible, fault)


def illegible_row(line: int, text: str | None) -> Row:
    """A row that holds what no text may hold."""
    return fault_row(line, text, "holds characters that are no UTF-8 text; save the file as UTF-8")


def is_illegible(values: Iterable[str | None]) -> bool:
    """Whether one of them holds what no text may hold."""
    return UNREADABLE.search("".join(filter(None, values))) is not None


def gather(values: Mapping[str, Any]) -> str | None:
    """Properties as JSON text; empty ones are left out, and None where none is left.

    >>> gather({"page": "/é", "seconds": 5, "referrer": ""})
    '{"page": "/é", "seconds": 5}'
    """
    found = {name: value for name, value in values.items() if value is not None and value != ""}
    return _as_json(found) if found else None


def join_properties(written: str | None, values: Mapping[str, Any]) -> str | None:
    """Properties as they are written, with the values; alone where they are no JSON object.

    >>> join_properties('{"page": "/"}', {"salesforce_lead_id": "00Q"})
    '{"page": "/", "salesforce_lead_id": "00Q"}'
    """
    added = gather(values)
    if added is None or not (written and written.strip()):
        return added or written
    try:
        found = json.loads(written)
    except ValueError:
        return written
    return _as_json(found | json.loads(added)) if isinstance(found, dict) else written


def join_properties_query(written: str, added: str) -> str:
    """The same in SQL: ``written`` is text, ``added`` a JSON object, whose nulls are dropped."""
    return f"""CASE
        WHEN {written} IS NULL OR (json_valid({written}) AND starts_with(ltrim({written}), '{{'))
        THEN nullif(CAST(json_merge_patch(coalesce({written}, '{{}}'),
            json_merge_patch('{{}}', {added})) AS VARCHAR), '{{}}')
        ELSE {written}
    END"""


def as_text(value: Any) -> str | None:
    """Text as it is, JSON values as JSON, all else (times, UUIDs, decimals) as Python writes it.

    >>> as_text({"page": "/"}), as_text(True), as_text(5), as_text(None)
    ('{"page": "/"}', 'true', '5', None)
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | int | float | dict | list):
        return _as_json(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", errors="surrogateescape")
    return str(value)


def first_line(error: BaseException) -> str:
    """What an error says, without the picture that DuckDB draws below."""
    return str(error).partition("\n")[0]
