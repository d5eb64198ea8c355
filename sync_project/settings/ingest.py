"""Choices about what comes in: objects, audiences and sources of engagement events.

Objects, audiences and sources are maps by name, so that a user adds one without repeating the others; what
an entry does not say has the default given here.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from sync_project.settings.base import FieldName, OurName, SettingsModel

Cron = Annotated[str, StringConstraints(pattern=r"^\S+( \S+){4}$")]
"""Minute, hour, day of the month, month, day of the week; in UTC."""


class Direction(StrEnum):
    """Which way records of an object go."""

    IN = "in"
    OUT = "out"
    BOTH = "both"


class ObjectSettings(SettingsModel):
    """How one Salesforce object comes in, and whether anything may be written to it."""

    direction: Direction = Direction.IN
    create: bool = True
    """Whether records that are new in the org come in."""
    update: bool = True
    """Whether changes of records that are here already come in."""
    filter: str | None = None
    """A SOQL condition; only records that meet it come in."""
    fields: tuple[FieldName, ...] = ()
    """Custom fields to import beside those that signals and mappings name."""
    left_out: tuple[FieldName, ...] = ()
    """Fields not to import, though the org has them, or because it has them no more."""
    refresh: tuple[FieldName, ...] = ()
    """Fields that change without a new SystemModstamp although describe does not call them calculated."""
    expect_rows: bool = False
    """Whether the first read without a single row is a fault."""

    @property
    def switched_off(self) -> frozenset[str]:
        """Which of ``create`` and ``update`` are off."""
        return frozenset(name for name in ("create", "update") if not getattr(self, name))


class AudienceSource(StrEnum):
    """How somebody chooses records in Salesforce."""

    LIST_VIEW = "list_view"
    REPORT = "report"
    SOQL = "soql"


class AudienceSettings(SettingsModel):
    """A named set of records, chosen in Salesforce by exactly one of three ways."""

    object: FieldName
    list_view: str | None = None
    """Its developer name, label or id."""
    report: str | None = None
    """Its name or id."""
    soql: str | None = None
    """A whole query of the object."""

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        given = [each.value for each in AudienceSource if getattr(self, each) is not None]
        if len(given) != 1:
            raise ValueError(
                f"give exactly one of list_view, report and soql; found {', '.join(given) or 'none'}"
            )
        return self

    @property
    def source_kind(self) -> AudienceSource:
        """Which of the three it is."""
        return next(each for each in AudienceSource if getattr(self, each) is not None)

    @property
    def source(self) -> str:
        """What the settings say of it."""
        return str(getattr(self, self.source_kind))


class EventColumn(StrEnum):
    """What an engagement event says."""

    EVENT_ID = "event_id"
    OCCURRED_AT = "occurred_at"
    EMAIL = "email"
    DOMAIN = "domain"
    KIND = "kind"
    PROPERTIES = "properties"


class EventSource(SettingsModel):
    """Where engagement events come from: files, or a query of a database."""

    enabled: bool = True
    files: str | None = None
    """A folder, path, glob or URL of CSV, JSON lines or Parquet files; None is the home's events folder,
    where there is no database."""
    database: str | None = None
    """The environment variable that holds the database's URL, which may carry a password."""
    query: str | None = None
    """What to ask the database for."""
    kind: str | None = None
    """The kind of every event whose row says none."""
    fields: Mapping[EventColumn, Annotated[str, StringConstraints(min_length=1)]] = {}
    """Our column by the source's name for it, where they differ."""
    backfill: bool = False
    """Whether events from before the source was switched on count too."""

    @model_validator(mode="after")
    def _is_files_or_database(self) -> Self:
        if self.files is not None and self.database is not None:
            raise ValueError("give either files, or database with query, not both")
        if (self.database is None) != (self.query is None):
            raise ValueError("database and query go together")
        return self


class IngestSettings(SettingsModel):
    """What comes in."""

    overlap_minutes: int = Field(ge=0)
    """How far each read reaches back behind the last one, for rows that became visible late."""
    hold_back_minutes: int = Field(ge=0)
    """How long a moment must have passed before all that was changed until then counts as seen."""
    largest_shrink_pct: float = Field(ge=0, le=100)
    """The largest share of a table's records that may go in one read."""
    refresh_cron: Cron
    """When calculated fields are read again, for every record."""
    sweep_cron: Cron
    """When records are looked for that vanished or appeared without a trace."""
    objects: Mapping[FieldName, ObjectSettings]
    audiences: Mapping[OurName, AudienceSettings]
    event_sources: Mapping[OurName, EventSource]

    @field_validator("objects")
    @classmethod
    def _names_differ(cls, objects: Mapping[str, ObjectSettings]) -> Mapping[str, ObjectSettings]:
        seen: dict[str, str] = {}
        for name in objects:
            # Their tables would have one name, which has an underscore between words.
            first = seen.setdefault(name.lower().replace("_", ""), name)
            if first != name:
                raise ValueError(f"{name} and {first} would share a table; keep one of them")
        return objects

    @model_validator(mode="after")
    def _audiences_come_in(self) -> Self:
        for name, audience in self.audiences.items():
            if audience.object not in self.imported:
                raise ValueError(
                    f"the audience {name} is one of {audience.object}, which does not come in; name that "
                    "object below objects, spelt alike, with the direction in or both"
                )
        return self

    @property
    def imported(self) -> Mapping[str, ObjectSettings]:
        """The objects that come in, by API name."""
        return {name: each for name, each in self.objects.items() if each.direction is not Direction.OUT}
