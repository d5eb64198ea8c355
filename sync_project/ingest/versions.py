"""Tables that remember: each row as it is now, and every earlier version with the time it was valid.

``raw.contact`` holds the rows as they are, ``history.contact_past`` the versions that ended, and the view
``history.contact`` both. So a first load writes each row once, and the table as of a moment is
``FROM history.contact WHERE valid_from <= moment AND (valid_to > moment OR valid_to IS NULL)``.

A version is valid from the change that made it, as the org stamps it; where the org stamps nothing (a
formula, a record that vanished) from the moment it was seen. What changed twice between two reads is seen
once, and what was before the first read is not known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import duckdb

from sync_project.ingest.columns import TEXT
from sync_project.warehouse.connection import as_timestamp, fetch_row
from sync_project.warehouse.models import count_values, quote_name, table_columns

VALID_FROM = "valid_from"
SEEN_AT = "seen_at"
VALIDITY = {VALID_FROM: "TIMESTAMP", SEEN_AT: "TIMESTAMP"}
"""The columns of ours in a versioned table, beside those of Salesforce."""


@dataclass(frozen=True, kw_only=True)
class VersionedTable:
    """A table of current rows, the key by which they are told apart, and the org's time of change."""

    name: str
    """``raw.contact``."""
    key: tuple[str, ...] = ("Id",)
    stamp: str | None = None
    """The column that moves whenever the org changes a row; None where nothing does."""

    @property
    def view(self) -> str:
        """Every version, current ones included."""
        return f"history.{self.name.partition('.')[2]}"

    @property
    def past(self) -> str:
        """The versions that ended."""
        return f"{self.view}_past"


@dataclass(frozen=True, kw_only=True)
class MergeCounts:
    """What a merge did to the current rows."""

    new: int = 0
    changed: int = 0
    """Rows that are another version now."""
    deleted: int = 0
    """Rows among them that the org deleted."""


def fit_history(table: VersionedTable, *, connection: duckdb.DuckDBPyConnection) -> None:
    """Make the past and the view follow the shape of the current rows; no column and no value is lost."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS history")
    past = table_columns(table.past, connection=connection)
    if not past:
        connection.execute(
            f"""CREATE TABLE {table.past} AS
            SELECT *, CAST(NULL AS TIMESTAMP) AS valid_to FROM {table.name} LIMIT 0"""
        )
    for name, kind in table_columns(table.name, connection=connection).items() if past else ():
        if name not in past:
            connection.execute(f"ALTER TABLE {table.past} ADD COLUMN {quote_name(name)} {kind}")
        elif past[name] != kind:
            # Values of the old type stay readable beside those of the new one only as text.
            fitting = TEXT if count_values(table.past, name, connection=connection) else kind
            connection.execute(f"ALTER TABLE {table.past} ALTER {quote_name(name)} TYPE {fitting}")
    connection.execute(
        f"""CREATE OR REPLACE VIEW {table.view} AS
        SELECT * FROM {table.past}
        UNION ALL BY NAME SELECT *, CAST(NULL AS TIMESTAMP) AS valid_to FROM {table.name}"""
    )


def drop_columns(
    table: VersionedTable, names: Iterable[str], *, now: datetime, connection: duckdb.DuckDBPyConnection
) -> None:
    """Take columns away; what they held ends as a version."""
    listed = [quote_name(name) for name in names]
    if not listed:
        return
    held = f"coalesce({', '.join(f'CAST({name} AS {TEXT})' for name in listed)}) IS NOT NULL"
    given = {"now": as_timestamp(now)}
    until = f"greatest($now, {VALID_FROM})"
    connection.execute(
        f"INSERT INTO {table.past} BY NAME SELECT *, {until} AS valid_to FROM {table.name} WHERE {held}",
        given,
    )
    connection.execute(
        f"UPDATE {table.name} SET {VALID_FROM} = {until}, {SEEN_AT} = $now WHERE {held}", given
    )
    for name in listed:
        connection.execute(f"ALTER TABLE {table.name} DROP COLUMN {name}")


def merge_rows(
    table: VersionedTable,
    arrived: str,
    *,
    columns: Iterable[str],
    added: Iterable[str] = (),
    create: bool = True,
    update: bool = True,
    now: datetime,
    connection: duckdb.DuckDBPyConnection,
) -> MergeCounts:
    """Lay the rows of the table ``arrived``, one per key, over the current ones and keep what they replace.

    ``added`` are columns that the table did not have before: filling them makes no new version. An older
    row than the one that is here is ignored. Without ``create`` no new row comes in, without ``update`` no
    change but a deletion.
    """
    names = list(columns)
    listed = ", ".join(map(quote_name, names))
    key = ", ".join(map(quote_name, table.key))
    fresh = frozenset(added)
    compared = [name for name in names if name not in fresh and name not in table.key]
    deleted = "arrived.IsDeleted AND NOT known.IsDeleted" if "IsDeleted" in names else "FALSE"
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE delta AS
        SELECT {", ".join(f"arrived.{quote_name(name)}" for name in names)},
            known.rowid AS known_row, known.{VALID_FROM} AS known_from, known.{SEEN_AT} AS known_seen,
            known.{VALID_FROM} IS NULL AS is_new,
            known.{VALID_FROM} IS NOT NULL AND ({differ(compared)}) AS is_changed,
            coalesce({deleted}, FALSE) AS is_gone
        FROM {arrived} AS arrived LEFT JOIN {table.name} AS known USING ({key})
        WHERE (known.{VALID_FROM} IS NULL AND $create)
            OR (known.{VALID_FROM} IS NOT NULL AND ({_not_older(table)}) AND ({differ([*compared, *fresh])})
                AND ($update OR ({deleted})))""",
        {"create": create, "update": update},
    )
    since = _valid_since(table)
    given = {"now": as_timestamp(now)}
    connection.execute(
        f"""INSERT INTO {table.past} BY NAME
        SELECT known.*, {since} AS valid_to
        FROM {table.name} AS known INNER JOIN delta ON known.rowid = known_row WHERE is_changed""",
        given,
    )
    connection.execute(f"DELETE FROM {table.name} WHERE rowid IN (SELECT known_row FROM delta)")
    connection.execute(
        f"""INSERT INTO {table.name} BY NAME
        SELECT {listed},
            CASE WHEN is_new OR is_changed THEN {since} ELSE known_from END AS {VALID_FROM},
            CASE WHEN is_new OR is_changed THEN $now ELSE known_seen END AS {SEEN_AT}
        FROM delta""",
        given,
    )
    row = fetch_row(
        connection,
        """SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE is_changed),
            count(*) FILTER (WHERE is_gone) FROM delta""",
    )
    new, changed, gone = row or (0, 0, 0)
    return MergeCounts(new=new, changed=changed, deleted=gone)


def differ(names: Iterable[str]) -> str:
    """The condition under which a row of ``arrived`` has another value in some column than ``known``."""
    pairs = [f"arrived.{quote_name(name)} IS DISTINCT FROM known.{quote_name(name)}" for name in names]
    return " OR ".join(pairs) or "FALSE"


def first_valid_from(table: VersionedTable) -> str:
    """Since when a row that is not known yet is as it is; ``$now`` where the org does not say."""
    return f"coalesce({quote_name(table.stamp)}, $now)" if table.stamp else "$now"


def close_rows(
    table: VersionedTable, gone: str, *, now: datetime, connection: duckdb.DuckDBPyConnection
) -> int:
    """End the current rows whose keys stand in the table ``gone``; returns how many there were."""
    key = ", ".join(map(quote_name, table.key))
    connection.execute(
        f"""INSERT INTO {table.past} BY NAME
        SELECT *, greatest($now, {VALID_FROM}) AS valid_to FROM {table.name}
        WHERE ({key}) IN (SELECT {key} FROM {gone})""",
        {"now": as_timestamp(now)},
    )
    row = fetch_row(connection, f"DELETE FROM {table.name} WHERE ({key}) IN (SELECT {key} FROM {gone})")
    return int(row[0]) if row else 0


def _not_older(table: VersionedTable) -> str:
    if table.stamp is None:
        return "TRUE"
    stamp = quote_name(table.stamp)
    return f"coalesce(arrived.{stamp} >= known.{stamp}, TRUE)"


def _valid_since(table: VersionedTable) -> str:
    """Since when the rows of ``delta`` are as they are."""
    if table.stamp is None:
        return "greatest($now, coalesce(known_from, $now))"
    stamp = f"delta.{quote_name(table.stamp)}"
    return f"""CASE WHEN is_new THEN coalesce({stamp}, $now)
        WHEN {stamp} > known_from THEN {stamp} ELSE greatest($now, known_from) END"""
