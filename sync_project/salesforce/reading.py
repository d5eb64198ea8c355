"""Reading an object's records into files for DuckDB: by REST pages when they are few, else by Bulk 2.0.

The column names are the same either way. What differs is how values are written: JSON has null, true, 12.5
and ``2026-01-02T10:00:00.000+0000``, and ``attributes`` beside the fields; CSV has an empty cell for null,
text for everything, and ``2026-01-02T10:00:00.000Z`` [the Z was never checked against a real org].

A row that changes while it is read may come twice, in both states; none is lost by that. To keep one of
them, by the greatest stamp, is the caller's.
"""

import itertools
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote_plus

from sync_project.salesforce.bulk_job import Polling
from sync_project.salesforce.bulk_query import LONGEST_BULK_QUERY, read_by_bulk
from sync_project.salesforce.errors import QueryTimeoutError, RequestRefusedError
from sync_project.salesforce.object_query import ObjectQuery
from sync_project.salesforce.org import LONGEST_URL_QUERY, Org
from sync_project.salesforce.rest_query import ROWS_PER_PAGE, RestPage, RestQuery

BULK_ABOVE_ROWS = 10_000
"""Five REST pages cost as many calls as a bulk job, and take less time."""

_NOT_IN_BULK = "INVALIDENTITY"
"""Some objects, such as TaskStatus, can only be read by REST [R airbyte#13088]."""


class ExtractKind(StrEnum):
    """How files are written."""

    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Some columns of a batch's rows."""

    kind: ExtractKind
    fields: tuple[str, ...]
    files: tuple[Path, ...]
    """At least one, which may hold no row: JSON an array of objects, CSV a header and rows."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """The same rows in one slice, or in several where they have too many columns for one query.

    Each slice has the Id and the stamp. A row that changes between two slices has another stamp in the later
    one, or has left it: joined on both it drops out, and a later read, which covers its new stamp, brings it.
    """

    slices: tuple[Slice, ...]


@dataclass(frozen=True, kw_only=True)
class Extract:
    """The records of a query on disk: in one batch, or in several where the org had no time for one."""

    batches: tuple[Batch, ...]
    total_size: int
    """Rows that the org says there are."""
    row_count: int
    """Rows that came; fewer if rows went away while they were read."""
    calls: int
    """API calls it took."""


def read_object(
    org: Org,
    query: ObjectQuery,
    *,
    folder: Path,
    include_deleted: bool = True,
    bulk_above_rows: int = BULK_ABOVE_ROWS,
    polling: Polling | None = None,
    now: datetime | None = None,
    rows_per_page: int = ROWS_PER_PAGE,
) -> Extract:
    """Run a query and keep its answer as files below ``folder``, which is made where it is absent.

    The first REST answer tells the size, so that an unchanged object costs one call. A query that takes the
    org too long is halved by its stamp until each part is answered; QueryTimeoutError when a minute is still
    too much. ``now`` is where a window without an end is taken to end for that, the present by default.
    """
    folder.mkdir(parents=True, exist_ok=True)
    calls_before = org.calls_used
    reader = _Reader(
        org=org,
        folder=folder,
        include_deleted=include_deleted,
        bulk_above_rows=bulk_above_rows,
        polling=polling or Polling(),
        now=now or datetime.now(UTC),
        rows_per_page=rows_per_page,
    )
    batches = reader.read(query)
    return Extract(
        batches=tuple(each.batch for each in batches),
        total_size=sum(each.total_size for each in batches),
        row_count=sum(each.row_count for each in batches),
        calls=org.calls_used - calls_before,
    )


@dataclass(frozen=True, kw_only=True)
class _ReadBatch:
    """A batch, the rows announced and those that came."""

    batch: Batch
    total_size: int
    row_count: int


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """How the batches of one read come."""

    org: Org
    folder: Path
    include_deleted: bool
    bulk_above_rows: int
    polling: Polling
    now: datetime
    rows_per_page: int

    def read(self, query: ObjectQuery) -> tuple[_ReadBatch, ...]:
        """One batch, or those of the query's halves; older ones first."""
        folder = self._new_folder(self.folder)
        try:
            return (self._read_batch(query, folder),)
        except QueryTimeoutError as error:
            halves = query.halves(now=self.now)
            if halves is None:
                raise QueryTimeoutError(
                    f"{query.object_name} cannot be read in smaller parts. {error} "
                    "Leave fields of it out, or narrow its filter.",
                    code=error.code,
                    status=error.status,
                ) from error
        shutil.rmtree(folder)
        return tuple(itertools.chain.from_iterable(map(self.read, halves)))

    def _read_batch(self, query: ObjectQuery, folder: Path) -> _ReadBatch:
        groups = query.column_groups(longest=LONGEST_URL_QUERY, length=_url_length)
        if not groups:
            return self._read_by_bulk(query, folder)
        first = self._rest_query(query, groups[0]).first_page() if len(groups) == 1 else None
        total_size = first.total_size if first else self._count(query)
        if total_size > self.bulk_above_rows:
            try:
                return self._read_by_bulk(query, folder)
            except RequestRefusedError as error:
                if error.code != _NOT_IN_BULK:
                    raise
        if first is None and total_size == 0:
            return _empty_batch(query, folder)
        return self._read_by_rest(query, groups, folder, first=first)

    def _read_by_rest(
        self, query: ObjectQuery, groups: Sequence[tuple[str, ...]], folder: Path, *, first: RestPage | None
    ) -> _ReadBatch:
        """Slice by slice; ``first`` is the first page of the only one."""
        read = []
        for fields in groups:
            rest = self._rest_query(query, fields)
            saved = rest.save(first or rest.first_page(), folder=self._new_folder(folder))
            made = Slice(kind=ExtractKind.JSON, fields=fields, files=saved.files)
            read.append((made, saved.total_size, saved.row_count))
        return _join_slices(read)

    def _read_by_bulk(self, query: ObjectQuery, folder: Path) -> _ReadBatch:
        read = []
        # Where not even the key fits, the org says what is too long.
        for fields in query.column_groups(longest=LONGEST_BULK_QUERY) or (query.fields,):
            files, row_count = read_by_bulk(
                self.org,
                soql=query.soql(fields),
                folder=self._new_folder(folder),
                include_deleted=self.include_deleted,
                polling=self.polling,
            )
            read.append((Slice(kind=ExtractKind.CSV, fields=fields, files=files), row_count, row_count))
        return _join_slices(read)

    def _rest_query(self, query: ObjectQuery, fields: tuple[str, ...]) -> RestQuery:
        return RestQuery(
            org=self.org,
            soql=query.ordered_soql(fields),
            soql_after=lambda record: query.ordered_soql(fields, after=record),
            include_deleted=self.include_deleted,
            rows_per_page=self.rows_per_page,
        )

    def _count(self, query: ObjectQuery) -> int:
        return self.org.count(query.count_soql(), include_deleted=self.include_deleted)

    def _new_folder(self, parent: Path) -> Path:
        return Path(tempfile.mkdtemp(dir=parent))


def _join_slices(read: Sequence[tuple[Slice, int, int]]) -> _ReadBatch:
    """One batch of slices, each with the rows announced and those that came."""
    total_size = read[0][1]
    lost = max(announced - came for _, announced, came in read)
    slices = tuple(made for made, _, _ in read)
    return _ReadBatch(batch=Batch(slices=slices), total_size=total_size, row_count=total_size - lost)


def _empty_batch(query: ObjectQuery, folder: Path) -> _ReadBatch:
    file = folder / "empty.json"
    file.write_text("[]", encoding="utf-8")
    return _join_slices([(Slice(kind=ExtractKind.JSON, fields=query.fields, files=(file,)), 0, 0)])


def _url_length(soql: str) -> int:
    return len(quote_plus(soql))
