"""``raw.audience`` and ``raw.audience_member``: which records belong to the audiences of the settings.

The records of members come in too, also those that the object's pull filter leaves out. Windows never bring
changes of these; so of a filtered object the new members, and all who ever were members and have changed
since the audience was last read, are read by their ids.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb

from sync_project.ingest.audience_source import AudienceRecords, audience_errors, read_audience
from sync_project.ingest.errors import IngestError
from sync_project.ingest.objects import table_name
from sync_project.ingest.records import import_records
from sync_project.salesforce.org import Org
from sync_project.salesforce.reports import RunAllowance
from sync_project.settings.ingest import AudienceSettings
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import Warehouse, as_moment, as_timestamp, fetch_row
from sync_project.warehouse.models import count_rows, ensure_table, load_models

AUDIENCES = "raw.audience"
MEMBERS = "raw.audience_member"
TABLES = (AUDIENCES, MEMBERS)
FOUND = "found_member"


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
        for table in TABLES:
            ensure_table(load_models()[table], connection=connection)
        _forget_others(audiences, now=now, connection=connection)
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
                _keep_fault(name, audience, str(error), connection=connection)
            return AudienceOutcome(name=name, object_name=audience.object, records=None, fault=str(error))
        with self.warehouse.transaction() as connection:
            _keep_members(name, audience, records, now=self.now, connection=connection)
            _keep_row(name, audience, records, now=self.now, connection=connection)
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
            wanted |= self._find_changed(name, audience, since=read_at)
        return import_records(audience.object, wanted, org=self.org, warehouse=self.warehouse, now=self.now)

    def _find_changed(self, name: str, audience: AudienceSettings, *, since: datetime) -> frozenset[str]:
        """Members, also former ones, that changed since then."""
        start = since - timedelta(minutes=self.settings.ingest.overlap_minutes)
        soql = f"SELECT Id FROM {audience.object} WHERE SystemModstamp >= {start:%Y-%m-%dT%H:%M:%SZ}"
        pages = self.org.query(soql, include_deleted=True)
        changed = [record["Id"] for page in pages for record in page.records]
        with self.warehouse.transaction() as connection:
            _list_found(changed, connection=connection)
            return _read_ids(
                f"SELECT record_id FROM {MEMBERS} WHERE audience = $name AND record_id IN (FROM {FOUND})",
                {"name": name},
                connection=connection,
            )


def find_records_to_bring(
    name: str,
    audience: AudienceSettings,
    record_ids: Iterable[str],
    *,
    is_filtered: bool,
    connection: duckdb.DuckDBPyConnection,
) -> frozenset[str]:
    """Members whose records are not here; of a filtered object also those that are new to the audience.

    What is here of a record that does not meet the filter may be old.
    """
    _list_found(record_ids, connection=connection)
    known = f"SELECT Id FROM {table_name(audience.object)}"
    if is_filtered:
        known += f" WHERE Id IN (SELECT record_id FROM {MEMBERS} WHERE audience = $name)"
    return _read_ids(
        f"SELECT record_id FROM {FOUND} WHERE record_id NOT IN ({known})",
        {"name": name} if is_filtered else {},
        connection=connection,
    )


def count_here(object_name: str, record_ids: Iterable[str], *, connection: duckdb.DuckDBPyConnection) -> int:
    """How many of the records are in the raw table."""
    _list_found(record_ids, connection=connection)
    return count_rows(
        f"{FOUND} WHERE record_id IN (SELECT Id FROM {table_name(object_name)})", connection=connection
    )


def _list_found(record_ids: Iterable[str], *, connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {FOUND} AS SELECT unnest(CAST($ids AS VARCHAR[])) AS record_id",
        {"ids": list(record_ids)},
    )


def _read_ids(
    query: str, parameters: Mapping[str, object], *, connection: duckdb.DuckDBPyConnection
) -> frozenset[str]:
    return frozenset(found for (found,) in connection.execute(query, parameters).fetchall())


def last_read(name: str, *, connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """When the audience was last read whole; None where it never was."""
    row = fetch_row(connection, f"SELECT read_at FROM {AUDIENCES} WHERE name = $name", {"name": name})
    return as_moment(row[0]) if row and row[0] else None


def _keep_members(
    name: str,
    audience: AudienceSettings,
    records: AudienceRecords,
    *,
    now: datetime,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    _list_found(records.record_ids, connection=connection)
    given = {"name": name, "now": as_timestamp(now)}
    if not records.is_cut:
        connection.execute(
            f"""UPDATE {MEMBERS} SET left_at = $now
            WHERE audience = $name AND left_at IS NULL AND record_id NOT IN (FROM {FOUND})""",
            given,
        )
    connection.execute(
        f"""UPDATE {MEMBERS} SET left_at = NULL
        WHERE audience = $name AND left_at IS NOT NULL AND record_id IN (FROM {FOUND})""",
        {"name": name},
    )
    connection.execute(
        f"""INSERT INTO {MEMBERS}
        SELECT $name, record_id, $object_name, $now, NULL FROM {FOUND}
        WHERE record_id NOT IN (SELECT record_id FROM {MEMBERS} WHERE audience = $name)""",
        given | {"object_name": audience.object},
    )


def _keep_row(
    name: str,
    audience: AudienceSettings,
    records: AudienceRecords,
    *,
    now: datetime,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute(f"DELETE FROM {AUDIENCES} WHERE name = $name", {"name": name})
    connection.execute(
        f"""INSERT INTO {AUDIENCES}
        SELECT $name, $object_name, $kind, $source, $ran, $org_count,
            (SELECT count(*) FROM {MEMBERS} WHERE audience = $name AND left_at IS NULL),
            $is_cut, $now, NULL""",
        {
            "name": name,
            "object_name": audience.object,
            "kind": audience.source_kind.value,
            "source": audience.source,
            "ran": records.ran,
            "org_count": records.org_count,
            "is_cut": records.is_cut,
            "now": as_timestamp(now),
        },
    )


def _keep_fault(
    name: str, audience: AudienceSettings, fault: str, *, connection: duckdb.DuckDBPyConnection
) -> None:
    """What the settings say now, with the counts of the last good read."""
    given = {
        "name": name,
        "object_name": audience.object,
        "kind": audience.source_kind.value,
        "source": audience.source,
        "fault": fault,
    }
    row = fetch_row(
        connection,
        f"""UPDATE {AUDIENCES} SET object_name = $object_name, source_kind = $kind, source = $source,
            fault = $fault WHERE name = $name""",
        given,
    )
    if row == (0,):
        connection.execute(
            f"""INSERT INTO {AUDIENCES} (name, object_name, source_kind, source, member_count, fault)
            VALUES ($name, $object_name, $kind, $source, 0, $fault)""",
            given,
        )


def _forget_others(names: Iterable[str], *, now: datetime, connection: duckdb.DuckDBPyConnection) -> None:
    """Audiences that the settings name no more: no row, and nobody belongs to them."""
    given = {"names": list(names)}
    connection.execute(
        f"""UPDATE {MEMBERS} SET left_at = $now
        WHERE left_at IS NULL AND NOT list_contains(CAST($names AS VARCHAR[]), audience)""",
        given | {"now": as_timestamp(now)},
    )
    connection.execute(
        f"DELETE FROM {AUDIENCES} WHERE NOT list_contains(CAST($names AS VARCHAR[]), name)", given
    )
