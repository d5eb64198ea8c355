"""The CSV files of a folder to load: their columns and cells checked, every fault with its place."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from sync_project.sandbox.catalog import make_custom_field
from sync_project.sandbox.errors import RecordError, SandboxError, SandboxLoadError
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.schema import Field, Schema, SObject
from sync_project.sandbox.values import StoredValue, UnreadableValueError, check_value, read_count, read_value

_CUSTOM_FIELD_COLUMNS = (
    "FullName",
    "Type",
    "Length",
    "Precision",
    "Scale",
    "Label",
    "ExternalId",
    "Picklist",
    "Formula",
)
_EXAMPLES = {
    "boolean": "true or false",
    "date": "a date such as 2026-01-31",
    "datetime": "a time such as 2026-01-31T09:30:00Z",
    "int": "a whole number",
}
_TRUE_WORDS = frozenset({"true", "1", "yes"})


@dataclass(frozen=True, kw_only=True)
class CsvFile:
    """One ``<SObject>.csv``, its header matched to fields."""

    path: Path
    sobject: SObject
    columns: Sequence[str]
    """API names in the order of the cells."""
    line_of_id: dict[str, int] = field(default_factory=dict)
    """Where each given Id stands, known for the rows read so far."""

    def read_rows(self, schema: Schema) -> Iterator[dict[str, StoredValue]]:
        """The rows as they will be stored; an empty cell of a boolean is left out."""
        for line, cells in self.read_lines():
            row: dict[str, StoredValue] = {}
            for name, cell in zip(self.columns, cells, strict=True):
                found = self.sobject.fields[name.lower()]
                if cell or found.type != "boolean":
                    row[name] = self._read_cell(found, cell, line=line, schema=schema)
            self._check_id(row, line)
            yield row

    def read_lines(self) -> Iterator[tuple[int, list[str]]]:
        """Each record's cells with the line it ends on; header and blank lines are left out."""
        with self.path.open(encoding="utf-8-sig", newline="") as file, _naming(self.path) as place:
            reader = csv.reader(file, strict=True)
            next(reader, None)
            for cells in reader:
                place[0] = reader.line_num
                if cells:
                    self._check_width(cells)
                    yield reader.line_num, cells

    def find_line(self, column: str, value: str) -> int:
        """The first line whose cell holds that id; 0 when none does."""
        at = list(self.columns).index(column)
        return next(
            (line for line, cells in self.read_lines() if normalise_id(cells[at].strip()) == value), 0
        )

    def cell_error(self, *, line: int, column: str, value: str, remedy: str) -> SandboxLoadError:
        """The error about one cell."""
        return SandboxLoadError(
            f"{self.path.name}, line {line}, column {column}, value {value!r}: {remedy}; nothing was loaded"
        )

    def _read_cell(self, found: Field, cell: str, *, line: int, schema: Schema) -> StoredValue:
        try:
            value = read_value(found, cell)
            check_value(found, value, schema=schema)
        except UnreadableValueError as error:
            remedy = f"write {_EXAMPLES.get(found.type, 'a number such as 1200.5')}"
            raise self.cell_error(line=line, column=found.name, value=cell, remedy=remedy) from error
        except RecordError as error:
            raise self.cell_error(line=line, column=found.name, value=cell, remedy=error.message) from error
        return value

    def _check_width(self, cells: Sequence[str]) -> None:
        if len(cells) != len(self.columns):
            raise SandboxError(
                f"{len(cells)} cells where the header has {len(self.columns)}; quote cells that hold commas"
            )

    def _check_id(self, row: dict[str, StoredValue], line: int) -> None:
        if row.get("Id") is None:
            return
        record_id, prefix = str(row["Id"]), self.sobject.key_prefix
        remedy = None
        if normalise_id(record_id) is None or not record_id.startswith(prefix):
            remedy = (
                f"an Id has 15 or 18 letters and digits and starts with {prefix}; or leave the cell empty"
            )
        elif record_id in self.line_of_id:
            remedy = f"line {self.line_of_id[record_id]} has this Id already; give each record its own"
        if remedy is not None:
            raise self.cell_error(line=line, column="Id", value=record_id, remedy=remedy)
        self.line_of_id[record_id] = line


def open_csv(schema: Schema, path: Path) -> CsvFile:
    """The file named after an object, its header checked."""
    sobject = schema.find_object(path.stem)
    if sobject is None:
        hint = _suggest(path.stem, [each.name for each in schema.objects.values()])
        raise SandboxLoadError(f"{path.name}: the org has no object {path.stem!r}{hint}; nothing was loaded")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file), [])
    return CsvFile(
        path=path, sobject=sobject, columns=[_find_column(path, sobject, each.strip()) for each in header]
    )


def read_custom_fields(schema: Schema, path: Path) -> list[tuple[SObject, Field]]:
    """The fields that a ``CustomField.csv`` declares; none when there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file, _naming(path) as place:
        reader = csv.DictReader(file)
        unknown = [each for each in reader.fieldnames or [] if each not in _CUSTOM_FIELD_COLUMNS]
        if unknown:
            raise SandboxError(f"unknown column {unknown[0]!r}; use {', '.join(_CUSTOM_FIELD_COLUMNS)}")
        declared = []
        for row in reader:
            place[0] = reader.line_num
            declared.append(_read_custom_field(schema, {name: cell or "" for name, cell in row.items()}))
        return declared


def _read_custom_field(schema: Schema, row: dict[str, str]) -> tuple[SObject, Field]:
    full_name = row.get("FullName", "")
    object_name, _, name = full_name.partition(".")
    sobject = schema.find_object(object_name)
    if sobject is None:
        raise SandboxError(f"FullName {full_name!r} must be <SObject>.<Field>__c of an object in the org")
    made = make_custom_field(
        name=name,
        type=row.get("Type") or "Text",
        label=row.get("Label") or None,
        length=_read_count(row, "Length"),
        precision=_read_count(row, "Precision"),
        scale=_read_count(row, "Scale"),
        external_id=row.get("ExternalId", "").lower() in _TRUE_WORDS,
        picklist=[each.strip() for each in row.get("Picklist", "").split(";") if each.strip()],
        formula=row.get("Formula") or None,
    )
    return sobject, made


def _read_count(row: dict[str, str], column: str) -> int:
    count = read_count(row.get(column) or "0")
    if count is None:
        raise SandboxError(f"column {column}, value {row[column]!r}: write a whole number")
    return count


@contextmanager
def _naming(path: Path) -> Iterator[list[int]]:
    """Put file and line before an error's message; the caller keeps the line in the yielded list."""
    place = [1]
    try:
        yield place
    except SandboxLoadError:
        raise
    except (SandboxError, csv.Error, UnicodeDecodeError) as error:
        raise SandboxLoadError(f"{path.name}, line {place[0]}: {error}; nothing was loaded") from error


def _find_column(path: Path, sobject: SObject, name: str) -> str:
    found = sobject.fields.get(name.lower())
    if found is not None and found.is_stored:
        return found.name
    hint = _suggest(name, [each.name for each in sobject.fields.values() if each.is_stored])
    raise SandboxLoadError(
        f"{path.name}, line 1: {sobject.name} has no field {name!r}{hint}; "
        "declare a custom field in CustomField.csv; nothing was loaded"
    )


def _suggest(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
