"""What to ask the org for: the columns of an object, and the stretch of changes that has not been seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import duckdb

from sync_project.ingest.columns import RawColumn, column_type
from sync_project.ingest.errors import NotDescribedError, PullFilterError, SchemaDriftError
from sync_project.ingest.import_log import Coverage, read_coverage
from sync_project.ingest.objects import table_name
from sync_project.ingest.raw_table import raw_table
from sync_project.ingest.versions import VersionedTable
from sync_project.ingest.windows import Window, covered_moment, reading_start
from sync_project.salesforce.errors import FieldMissingError, QueryRefusedError
from sync_project.salesforce.object_query import ObjectQuery
from sync_project.settings.ingest import Direction, IngestSettings, ObjectSettings
from sync_project.warehouse.models import count_rows, ensure_table, load_models, table_columns


@dataclass(frozen=True, kw_only=True)
class PlannedRead:
    """One read of one object."""

    object_name: str
    planned_at: datetime
    window: Window
    """What was asked for."""
    settings: IngestSettings
    columns: tuple[RawColumn, ...]
    """Empty where the org has no such object, or the settings let none of it in."""
    added: tuple[str, ...]
    """Columns among them that the last read did not bring."""
    start: datetime | None
    """None reads from the beginning."""
    end: datetime | None
    """None reads to the end."""
    covered_until: datetime
    """What changed before this moment will have been seen."""

    @property
    def chosen(self) -> ObjectSettings:
        """What the settings say of the object."""
        return self.settings.objects[self.object_name]

    @property
    def is_whole(self) -> bool:
        """Whether it brings every record of the org that meets the filter."""
        return self.start is None and self.end is None

    @property
    def table(self) -> VersionedTable:
        """Where the rows go."""
        return raw_table(self.object_name, self.columns)

    @property
    def query(self) -> ObjectQuery:
        """The same for the org."""
        return ObjectQuery(
            object_name=self.object_name,
            fields=tuple(column.name for column in self.columns),
            stamp=self.table.stamp,
            start=self.start,
            end=self.end,
            condition=self.chosen.filter,
        )

    @contextmanager
    def blaming_the_filter(self) -> Iterator[None]:
        """Whatever query of this read the org refuses: without a filter our queries are right."""
        try:
            yield
        except (QueryRefusedError, FieldMissingError) as error:
            if self.chosen.filter is None:
                raise
            raise PullFilterError(self.object_name, self.chosen.filter, cause=str(error)) from error

    def split_at_covered(self) -> tuple[ObjectQuery, ObjectQuery]:
        """What the read covers for good, and what it brings beside that."""
        return replace(self.query, end=self.covered_until), replace(self.query, start=self.covered_until)


def plan_read(
    object_name: str,
    *,
    window: Window,
    settings: IngestSettings,
    now: datetime,
    connection: duckdb.DuckDBPyConnection,
) -> PlannedRead:
    """The read that brings what is missing of a window.

    A table, a column or a filter that the last read did not have is read from the beginning, so that no row
    lacks its value; and so is everything after create or update was off, for what they kept out.
    SchemaDriftError where the org shows no more what it showed the last time, NotDescribedError where
    nothing has told yet what it shows.
    """
    overlap = timedelta(minutes=settings.overlap_minutes)
    hold_back = timedelta(minutes=settings.hold_back_minutes)
    chosen = settings.objects[object_name]
    columns = described_columns(object_name, connection=connection)
    if not count_rows("raw.field", connection=connection):
        raise NotDescribedError(object_name)
    coverage = read_coverage(object_name, connection=connection, overlap=overlap)
    if chosen.direction is not Direction.OUT:
        _refuse_losses(object_name, coverage, settings=settings, connection=connection)
    known = table_columns(table_name(object_name), connection=connection)
    is_whole = (
        raw_table(object_name, columns).stamp is None
        or any(each.name not in coverage.field_names or known.get(each.name) != each.type for each in columns)
        or coverage.pull_filter != chosen.filter
        or not coverage.switched_off <= chosen.switched_off
    )
    start = reading_start(window, covered_until=coverage.covered_until, overlap=overlap, now=now - hold_back)
    end = None if is_whole else window.end
    return PlannedRead(
        object_name=object_name,
        planned_at=now,
        window=window,
        settings=settings,
        columns=columns,
        added=tuple(each.name for each in columns if each.name not in coverage.field_names),
        start=None if is_whole else start,
        end=end,
        covered_until=covered_moment(end, now=now, hold_back=hold_back),
    )


def described_columns(object_name: str, *, connection: duckdb.DuckDBPyConnection) -> tuple[RawColumn, ...]:
    """The columns that come in, as the last import described them, Id first; none before the first."""
    ensure_table(load_models()["raw.field"], connection=connection)
    rows = connection.execute(
        """SELECT field_name, type, label FROM raw.field WHERE object_name = $name AND is_imported
        ORDER BY field_name <> 'Id', rowid""",
        {"name": object_name},
    ).fetchall()
    return tuple(
        RawColumn(name=name, type=column_type(field_type), label=label) for name, field_type, label in rows
    )


def _refuse_losses(
    object_name: str, coverage: Coverage, *, settings: IngestSettings, connection: duckdb.DuckDBPyConnection
) -> None:
    """What a run would not see any more must not grow old in silence."""
    shown = connection.execute(
        "SELECT lower(field_name) FROM raw.field WHERE object_name = $name", {"name": object_name}
    ).fetchall()
    if coverage.field_names and not shown:
        raise SchemaDriftError(
            f"{object_name} came in until now, and the org shows no such object any more. Grant the "
            "integration user read access to it again; or, if it shall stay out, set "
            f"ingest.objects.{object_name}.direction to out: what has come in stays as it is."
        )
    accepted = {name.lower() for name in settings.objects[object_name].left_out}
    accepted.update(name for (name,) in shown)
    gone = sorted(name for name in coverage.field_names if name.lower() not in accepted)
    if gone:
        named = ", ".join(f"{object_name}.{name}" for name in gone)
        raise SchemaDriftError(
            f"{named} came in until now and the org shows it no more: it was deleted, or hidden from the "
            "integration user. Grant read access to it again by a permission set; or, if it shall go, name "
            f"it in ingest.objects.{object_name}.left_out: its column goes, and the history keeps its values."
        )
