"""Audiences brought up to date: their members, and the records of these.

Members' records come in although the object's pull filter may leave them out. Windows never bring changes of
these, nor fill new columns; so of a filtered object the new members, and all who ever were members and have
changed since the audience was last read, are read by their ids.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sync_project.ingest.audiences.members import (
    AUDIENCE_TABLES,
    find_members,
    find_records_to_bring,
    forget_others,
    keep_audience,
    keep_fault,
    keep_members,
    last_read,
    list_members,
)
from sync_project.ingest.audiences.reading import AudienceRecords, audience_errors, read_audience
from sync_project.ingest.errors import IngestError
from sync_project.ingest.import_log import was_read_whole
from sync_project.ingest.records import import_records
from sync_project.salesforce.org import Org
from sync_project.salesforce.reports import RunAllowance
from sync_project.settings.ingest import AudienceSettings
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import Warehouse
from sync_project.warehouse.models import ensure_table, load_models


@dataclass(frozen=True, kw_only=True)
class AudienceOutcome:
    """What became of one audience."""

    name: str
    object_name: str
    records: AudienceRecords | None
    """None where it could not be read."""
    brought_count: int = 0
    """Records of members that were read by their ids."""
    fault: str | None = None


def import_audiences(
    *, org: Org, warehouse: Warehouse, settings: Settings, now: datetime
) -> tuple[AudienceOutcome, ...]:
    """Read every audience; one that cannot be read is a row with its fault, and its members stay.

    Without audiences nothing is asked of the org. CallsSpentError ends it between two audiences.
    """
    audiences = settings.ingest.audiences
    with warehouse.transaction() as connection:
        for table in AUDIENCE_TABLES:
            ensure_table(load_models()[table], connection=connection)
        forget_others(audiences, now=now, connection=connection)
    importer = _Importer(org=org, warehouse=warehouse, settings=settings, now=now, allowance=RunAllowance())
    return tuple(importer.bring_in(name, audience) for name, audience in audiences.items())


@dataclass(frozen=True, kw_only=True)
class _Importer:
    org: Org
    warehouse: Warehouse
    settings: Settings
    now: datetime
    allowance: RunAllowance

    def bring_in(self, name: str, audience: AudienceSettings) -> AudienceOutcome:
        try:
            with audience_errors(audience, name=name):
                records = read_audience(
                    audience,
                    org=self.org,
                    bulk_above_rows=self.settings.salesforce.bulk_above_rows,
                    allowance=self.allowance,
                )
                brought = self._bring_records(name, audience, records)
        except IngestError as error:
            with self.warehouse.transaction() as connection:
                keep_fault(name, audience, str(error), connection=connection)
            return AudienceOutcome(name=name, object_name=audience.object, records=None, fault=str(error))
        with self.warehouse.transaction() as connection:
            keep_members(name, audience, records, now=self.now, connection=connection)
            keep_audience(name, audience, records, now=self.now, connection=connection)
        return AudienceOutcome(
            name=name, object_name=audience.object, records=records, brought_count=len(brought)
        )

    def _bring_records(
        self, name: str, audience: AudienceSettings, records: AudienceRecords
    ) -> frozenset[str]:
        is_filtered = self.settings.ingest.objects[audience.object].filter is not None
        with self.warehouse.transaction() as connection:
            wanted = find_records_to_bring(
                name, audience, records.record_ids, is_filtered=is_filtered, connection=connection
            )
            read_at = last_read(name, connection=connection)
        if is_filtered and read_at is not None:
            wanted |= self._find_outdated(name, audience, since=read_at)
        return import_records(audience.object, wanted, org=self.org, warehouse=self.warehouse, now=self.now)

    def _find_outdated(self, name: str, audience: AudienceSettings, *, since: datetime) -> frozenset[str]:
        """Members, also former ones, that changed since then or became visible late; or all of them."""
        with self.warehouse.transaction() as connection:
            if was_read_whole(audience.object, since=since, connection=connection):
                # A new column was filled for the records of the filter only.
                return list_members(name, connection=connection)
        ingest = self.settings.ingest
        start = since - timedelta(minutes=ingest.hold_back_minutes + ingest.overlap_minutes)
        soql = f"SELECT Id FROM {audience.object} WHERE SystemModstamp >= {start:%Y-%m-%dT%H:%M:%SZ}"
        pages = self.org.query(soql, include_deleted=True)
        changed = [record["Id"] for page in pages for record in page.records]
        with self.warehouse.transaction() as connection:
            return find_members(changed, name=name, connection=connection)
