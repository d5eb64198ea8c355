"""From rows of SQLite to records as Salesforce's REST API shows them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from sync_project.sandbox.soql.context import Family, FamilyPages
from sync_project.sandbox.soql.terms import Kind

Row = Sequence[object]
Record = dict[str, object]
Reader = Callable[[Row], object]


class Projection:
    """The expressions of one SELECT, each only once."""

    def __init__(self) -> None:
        self.expressions: list[str] = []
        self._places: dict[str, int] = {}

    def add(self, sql: str) -> int:
        """The expression's place in each row."""
        if sql not in self._places:
            self._places[sql] = len(self.expressions)
            self.expressions.append(sql)
        return self._places[sql]


@dataclass(frozen=True, kw_only=True)
class RecordLink:
    """Where a row says which record it is, and how that record's ``attributes`` are written."""

    id_place: int
    type_place: int | None
    """None where all records are of one object."""
    type_name: str
    """As ``attributes.type`` shows it."""
    version: str

    def attributes_of(self, row: Row) -> Record:
        """The ``attributes`` of one record."""
        kind = self.type_name if self.type_place is None else row[self.type_place]
        url = f"/services/data/v{self.version}/sobjects/{kind}/{row[self.id_place]}"
        return {"attributes": {"type": self.type_name, "url": url}}


class RecordReader:
    """Reads one record from a row, its parents within; None where the row has no such record."""

    def __init__(self, link: RecordLink) -> None:
        self.link = link
        self.parts: dict[str, Reader] = {}

    def __call__(self, row: Row) -> Record | None:
        """The record with its parents."""
        if row[self.link.id_place] is None:
            return None
        record = self.link.attributes_of(row)
        for key, read in self.parts.items():
            record[key] = read(row)
        return record


class ChildReader:
    """Reads a sub-query's value: the children of the row's record, loaded for all rows at once before."""

    def __init__(
        self,
        id_place: int,
        *,
        load: Callable[[list[str]], Mapping[str, Sequence[Record]]],
        path: tuple[int, ...],
        pages: FamilyPages | None,
    ) -> None:
        self._id_place = id_place
        self._load = load
        self._path = path
        self._pages = pages
        self._children: Mapping[str, Sequence[Record]] = {}

    def load(self, rows: Sequence[Row]) -> None:
        """Find the children of these rows' records."""
        self._children = self._load([str(row[self._id_place]) for row in rows])

    def __call__(self, row: Row) -> Record | None:
        """The children as a result of their own, only the first page of many; None without any."""
        parent_id = str(row[self._id_place])
        found = self._children.get(parent_id)
        if not found:
            return None
        if self._pages is None or len(found) <= self._pages.size:
            return {"totalSize": len(found), "done": True, "records": found}
        return {
            "totalSize": len(found),
            "done": False,
            "nextRecordsUrl": self._pages.next_url(Family(path=self._path, parent_id=parent_id)),
            "records": found[: self._pages.size],
        }


class TypeOfReader:
    """Reads the record of a polymorphic parent by the reader of its kind; None where there is none."""

    def __init__(self, type_place: int, *, readers: Mapping[str, Reader], otherwise: Reader | None) -> None:
        self._type_place = type_place
        self._readers = readers
        self._otherwise = otherwise

    def __call__(self, row: Row) -> object:
        """The parent as the branch of its kind has it."""
        read = self._readers.get(str(row[self._type_place]), self._otherwise)
        return None if read is None else read(row)


def value_reader(place: int, kind: Kind) -> Reader:
    """Reads one value: SQLite's 0, 1 and null are booleans, the rest is as stored."""
    if kind is Kind.BOOLEAN:
        return lambda row: bool(row[place])
    return itemgetter(place)


def compound_reader(places: Mapping[str, int]) -> Reader:
    """Reads an address or a location from its parts; null where all are null."""

    def read(row: Row) -> Record | None:
        parts: Record = {key: row[place] for key, place in places.items()}
        return parts if any(each is not None for each in parts.values()) else None

    return read
