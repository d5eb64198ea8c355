"""``raw.audience`` and ``raw.audience_member``: which records belong to the audiences of the settings."""

from collections.abc import Iterable
from datetime import datetime

import duckdb

from sync_project.ingest.audiences.reading import AudienceRecords
from sync_project.ingest.objects import table_name
from sync_project.ingest.record_ids import list_ids, read_ids
from sync_project.settings.ingest import AudienceSettings
from sync_project.warehouse.connection import as_moment, as_timestamp, fetch_row
from sync_project.warehouse.models import count_rows, insert_row, table_exists

AUDIENCE_TABLE = "raw.audience"
MEMBER_TABLE = "raw.audience_member"
AUDIENCE_TABLES = (AUDIENCE_TABLE, MEMBER_TABLE)
FOUND = "found_member"


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
    list_ids(record_ids, table=FOUND, connection=connection)
    known = f"SELECT Id FROM {table_name(audience.object)}"
    if is_filtered:
        known += f" WHERE Id IN (SELECT record_id FROM {MEMBER_TABLE} WHERE audience = $name)"
    return read_ids(
        f"SELECT Id FROM {FOUND} WHERE Id NOT IN ({known})",
        {"name": name} if is_filtered else {},
        connection=connection,
    )


def count_here(object_name: str, record_ids: Iterable[str], *, connection: duckdb.DuckDBPyConnection) -> int:
    """How many of the records are in the raw table."""
    list_ids(record_ids, table=FOUND, connection=connection)
    return count_rows(
        f"{FOUND} WHERE Id IN (SELECT Id FROM {table_name(object_name)})", connection=connection
    )


def last_read(name: str, *, connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """When the audience was last read whole; None where it never was."""
    row = fetch_row(connection, f"SELECT read_at FROM {AUDIENCE_TABLE} WHERE name = $name", {"name": name})
    return as_moment(row[0]) if row and row[0] else None


def list_members(name: str, *, connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """All of one audience, former ones too."""
    return read_ids(
        f"SELECT record_id FROM {MEMBER_TABLE} WHERE audience = $name", {"name": name}, connection=connection
    )


def find_members(ids: Iterable[str], *, name: str, connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Those of the records that belong, or once belonged, to the audience."""
    list_ids(ids, table=FOUND, connection=connection)
    return read_ids(
        f"SELECT record_id FROM {MEMBER_TABLE} WHERE audience = $name AND record_id IN (FROM {FOUND})",
        {"name": name},
        connection=connection,
    )


def read_all_members(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """All records that belong, or once belonged, to any audience."""
    if not table_exists(MEMBER_TABLE, connection=connection):
        return frozenset()
    return read_ids(f"SELECT record_id FROM {MEMBER_TABLE}", connection=connection)


def keep_members(
    name: str,
    audience: AudienceSettings,
    records: AudienceRecords,
    *,
    now: datetime,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Who belongs to it since now, and who left; by a read that was cut nobody leaves."""
    list_ids(records.record_ids, table=FOUND, connection=connection)
    given = {"name": name, "now": as_timestamp(now)}
    if not records.is_cut:
        connection.execute(
            f"""UPDATE {MEMBER_TABLE} SET left_at = $now
            WHERE audience = $name AND left_at IS NULL AND record_id NOT IN (FROM {FOUND})""",
            given,
        )
    connection.execute(
        f"""UPDATE {MEMBER_TABLE} SET left_at = NULL
        WHERE audience = $name AND left_at IS NOT NULL AND record_id IN (FROM {FOUND})""",
        {"name": name},
    )
    connection.execute(
        f"""INSERT INTO {MEMBER_TABLE}
        SELECT $name, Id, $object_name, $now, NULL FROM {FOUND}
        WHERE Id NOT IN (SELECT record_id FROM {MEMBER_TABLE} WHERE audience = $name)""",
        given | {"object_name": audience.object},
    )


def keep_audience(
    name: str,
    audience: AudienceSettings,
    records: AudienceRecords,
    *,
    now: datetime,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """What was read of it; its members are there already."""
    connection.execute(f"DELETE FROM {AUDIENCE_TABLE} WHERE name = $name", {"name": name})
    connection.execute(
        f"""INSERT INTO {AUDIENCE_TABLE}
        SELECT $name, $object_name, $kind, $source, $ran, $org_count,
            (SELECT count(*) FROM {MEMBER_TABLE} WHERE audience = $name AND left_at IS NULL),
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


def keep_fault(
    name: str, audience: AudienceSettings, fault: str, *, connection: duckdb.DuckDBPyConnection
) -> None:
    """What the settings say now, with the counts of the last good read."""
    given = {
        "name": name,
        "object_name": audience.object,
        "source_kind": audience.source_kind.value,
        "source": audience.source,
        "fault": fault,
    }
    row = fetch_row(
        connection,
        f"""UPDATE {AUDIENCE_TABLE} SET object_name = $object_name, source_kind = $source_kind,
            source = $source, fault = $fault WHERE name = $name""",
        given,
    )
    if row == (0,):
        insert_row(AUDIENCE_TABLE, given | {"member_count": 0}, connection=connection)


def forget_others(names: Iterable[str], *, now: datetime, connection: duckdb.DuckDBPyConnection) -> None:
    """Audiences that the settings name no more: no row, and nobody belongs to them."""
    given = {"names": list(names)}
    connection.execute(
        f"""UPDATE {MEMBER_TABLE} SET left_at = $now
        WHERE left_at IS NULL AND NOT list_contains(CAST($names AS VARCHAR[]), audience)""",
        given | {"now": as_timestamp(now)},
    )
    connection.execute(
        f"DELETE FROM {AUDIENCE_TABLE} WHERE NOT list_contains(CAST($names AS VARCHAR[]), name)", given
    )
