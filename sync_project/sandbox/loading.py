"""Rows from outside, kept as they are: Ids, owners and audit fields too.

``load_rows`` takes Python rows and checks only their types. ``load_folder`` takes a folder of
``<SObject>.csv`` files, checks every name, value and reference, and loads all of it or nothing.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sync_project.sandbox.csv_files import CsvFile, open_csv, read_custom_fields
from sync_project.sandbox.database import mark_schema_changed, new_id, quote
from sync_project.sandbox.errors import SandboxLoadError
from sync_project.sandbox.ids import normalise_id
from sync_project.sandbox.loaded_row import LoadDefaults, complete_row
from sync_project.sandbox.org import SandboxOrg
from sync_project.sandbox.records.effects import settle_everything
from sync_project.sandbox.records.recycle_bin import log_deleted_rows
from sync_project.sandbox.records.store import add_default_statuses
from sync_project.sandbox.schema import Schema, SObject
from sync_project.sandbox.values import StoredValue, UnreadableValueError, read_value

_CUSTOM_FIELD_FILE = "CustomField.csv"
_DECISIVE_OBJECTS = ("OpportunityStage", "Campaign", "CampaignMemberStatus")
"""Loaded first: opportunities and members derive fields from them."""


def load_rows(org: SandboxOrg, sobject: str, rows: Iterable[Mapping[str, object]]) -> int:
    """Store rows of Python values and return how many there were.

    What a row lacks is filled in: a new Id, the integration user as owner, now as its dates, fields
    that follow from others. A wrong name or type is a SandboxLoadError that counts rows from 1.
    """
    found = org.find_object(sobject)
    with org.transaction() as connection:
        read = (_read_row(found, row, number) for number, row in enumerate(rows, start=1))
        loaded = _insert_all(org, found, read)
        settle_everything(connection)
        if found.name == "OpportunityStage":
            mark_schema_changed(connection)
    return loaded


def load_folder(org: SandboxOrg, folder: Path) -> dict[str, int]:
    """Load every CSV file of a folder; the number of rows by object.

    ``OpportunityStage.csv`` replaces the org's stages; a campaign without member statuses gets the
    two standard ones. A SandboxLoadError names file, line, column, value and remedy.
    """
    paths = sorted(each for each in folder.glob("*.csv") if each.name != _CUSTOM_FIELD_FILE)
    if not paths:
        raise SandboxLoadError(f"{folder} has no <SObject>.csv file such as Account.csv; nothing was loaded")
    with org.transaction() as connection:
        for sobject, field in read_custom_fields(org.schema, folder / _CUSTOM_FIELD_FILE):
            org.keep_field(connection, sobject, field)
        schema = org.schema
        files = [open_csv(schema, path) for path in paths]
        decisive = [each for each in files if each.sobject.name in _DECISIVE_OBJECTS]
        decisive.sort(key=lambda each: _DECISIVE_OBJECTS.index(each.sobject.name))
        counts = {each.sobject.name: _load_file(org, each) for each in decisive}
        _complete_campaigns(org)
        counts |= {each.sobject.name: _load_file(org, each) for each in files if each not in decisive}
        for each in files:
            _check_references(connection, schema, each)
        settle_everything(connection)
        mark_schema_changed(connection)
    return counts


def _load_file(org: SandboxOrg, file: CsvFile) -> int:
    if file.sobject.name == "OpportunityStage":
        org.connection.execute('DELETE FROM "OpportunityStage"')
    return _insert_all(org, file.sobject, _refuse_known_ids(org, file))


def _insert_all(org: SandboxOrg, sobject: SObject, rows: Iterable[dict[str, StoredValue]]) -> int:
    """Store the rows, each made whole, and return how many there were."""
    defaults = LoadDefaults.read(org.connection, sobject=sobject, user_id=org.user_id, now=org.now)
    columns = [each.name for each in sobject.fields.values() if each.is_stored]
    sql = (
        f"INSERT INTO {quote(sobject.name)} ({', '.join(quote(each) for each in columns)}) "
        f"VALUES ({', '.join('?' for _ in columns)})"
    )
    whole = (complete_row(sobject, _with_id(org.connection, sobject, row), defaults) for row in rows)
    values = (tuple(row[each] for each in columns) for row in whole)
    try:
        count = org.connection.executemany(sql, values).rowcount
    except sqlite3.IntegrityError as error:
        raise SandboxLoadError(
            f"{sobject.name}: an Id is in the org already or twice among the rows; give each row its own "
            "Id, or reset the org first; nothing was loaded"
        ) from error
    except OverflowError as error:
        raise SandboxLoadError(f"{sobject.name}: {error}; nothing was loaded") from error
    log_deleted_rows(org.connection, sobject)
    return count


def _with_id(
    connection: sqlite3.Connection, sobject: SObject, row: dict[str, StoredValue]
) -> dict[str, StoredValue]:
    return row if row.get("Id") is not None else row | {"Id": new_id(connection, sobject)}


def _read_row(sobject: SObject, row: Mapping[str, object], number: int) -> dict[str, StoredValue]:
    values: dict[str, StoredValue] = {}
    for name, value in row.items():
        found = sobject.fields.get(name.lower())
        if found is None or not found.is_stored:
            raise SandboxLoadError(
                f"{sobject.name}, row {number}: the org has no field {name!r}; nothing was loaded"
            )
        if value is None:
            continue
        try:
            values[found.name] = read_value(found, value)
            if found.name == "Id":
                _check_id(sobject, values["Id"])
        except UnreadableValueError as error:
            raise SandboxLoadError(
                f"{sobject.name}, row {number}, {found.name}: {value!r} is no {found.type}; "
                "nothing was loaded"
            ) from error
    return values


def _check_id(sobject: SObject, value: StoredValue) -> None:
    prefix = str(sobject.key_prefix)
    if value is not None and not (normalise_id(str(value)) == value and str(value).startswith(prefix)):
        raise UnreadableValueError


def _refuse_known_ids(org: SandboxOrg, file: CsvFile) -> Iterator[dict[str, StoredValue]]:
    rows = org.connection.execute(f"SELECT Id FROM {quote(file.sobject.name)}").fetchall()
    known = {record_id for (record_id,) in rows}
    for row in file.read_rows(org.schema):
        record_id = str(row.get("Id"))
        if record_id in known:
            remedy = "the org has this record already; reset the org first"
            line = file.line_of_id[record_id]
            raise file.cell_error(line=line, column="Id", value=record_id, remedy=remedy)
        yield row


def _check_references(connection: sqlite3.Connection, schema: Schema, file: CsvFile) -> None:
    """Every reference of a loaded file leads to a record that exists, deleted or not."""
    for name in file.columns:
        field = file.sobject.fields[name.lower()]
        if field.type != "reference":
            continue
        targets = [found.name for each in field.reference_to if (found := schema.find_object(each))]
        absent = " AND ".join(
            f"NOT EXISTS (SELECT 1 FROM {quote(each)} AS t WHERE t.Id = s.{quote(name)})" for each in targets
        )
        lost = connection.execute(
            f"SELECT s.{quote(name)} FROM {quote(file.sobject.name)} AS s "
            f"WHERE s.{quote(name)} IS NOT NULL AND {absent} LIMIT 1"
        ).fetchone()
        if lost is not None:
            remedy = f"no {' or '.join(targets)} has this Id; load that record too"
            line = file.find_line(name, lost[0])
            raise file.cell_error(line=line, column=name, value=lost[0], remedy=remedy)


def _complete_campaigns(org: SandboxOrg) -> None:
    bare = org.connection.execute(
        'SELECT Id FROM "Campaign" WHERE Id NOT IN (SELECT CampaignId FROM "CampaignMemberStatus")'
    ).fetchall()
    context = org.write_context()
    for (campaign_id,) in bare:
        add_default_statuses(context, campaign_id)
