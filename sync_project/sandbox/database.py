"""The org's SQLite file: its tables, its serial numbers and the schema it describes itself with.

What a record may hold is judged in ``records``. The tables whose names start with an underscore are
the org's own state; every other table is an sObject, laid out as ``schema`` says. ``PRAGMA
user_version`` counts changes of the schema, so that a second process notices them.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from sync_project.sandbox.catalog import standard_schema, with_stages
from sync_project.sandbox.field_security import apply_security
from sync_project.sandbox.formulas import with_formulas
from sync_project.sandbox.ids import make_id
from sync_project.sandbox.schema import NUMBER_TYPES, Field, PicklistValue, Schema, SObject

_STATE_TABLES = """
CREATE TABLE IF NOT EXISTS _setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS _custom_field (
    sobject TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL, PRIMARY KEY (sobject, name));
CREATE TABLE IF NOT EXISTS _custom_field_metadata (
    sobject TEXT NOT NULL, name TEXT NOT NULL, metadata TEXT NOT NULL, PRIMARY KEY (sobject, name));
CREATE TABLE IF NOT EXISTS _field_security (
    sobject TEXT NOT NULL, name TEXT NOT NULL, is_visible INTEGER NOT NULL, is_editable INTEGER NOT NULL,
    PRIMARY KEY (sobject, name));
CREATE TABLE IF NOT EXISTS _serial (key_prefix TEXT PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS _access_token (
    token TEXT PRIMARY KEY, user_id TEXT NOT NULL, scope TEXT NOT NULL, grant_id INTEGER,
    opened_at TEXT NOT NULL, used_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS _grant (
    id INTEGER PRIMARY KEY, refresh_token TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, scope TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS _spent_refresh_token (token TEXT PRIMARY KEY, grant_id INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS _authorization_code (
    code TEXT PRIMARY KEY, user_id TEXT NOT NULL, scope TEXT NOT NULL, redirect_uri TEXT NOT NULL,
    challenge TEXT NOT NULL, challenge_method TEXT NOT NULL, expires_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS _password (
    user_id TEXT PRIMARY KEY, password TEXT NOT NULL, security_token TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS _usage (
    hour TEXT NOT NULL, endpoint TEXT NOT NULL, sobject TEXT NOT NULL, requests INTEGER NOT NULL DEFAULT 0,
    api_calls INTEGER NOT NULL DEFAULT 0, rows_read INTEGER NOT NULL DEFAULT 0,
    rows_written INTEGER NOT NULL DEFAULT 0, bytes_in INTEGER NOT NULL DEFAULT 0,
    bytes_out INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (hour, endpoint, sobject));
CREATE TABLE IF NOT EXISTS _definition (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS _admin_rule (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, sobject TEXT NOT NULL,
    definition TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS _lock (id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS _delete_log (
    id TEXT PRIMARY KEY, sobject TEXT NOT NULL, deleted_at TEXT NOT NULL, root TEXT NOT NULL,
    is_purged INTEGER NOT NULL, expires_at TEXT);
CREATE TABLE IF NOT EXISTS _cleared_lookup (
    root TEXT NOT NULL, sobject TEXT NOT NULL, field TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS _cleared_lookup_root ON _cleared_lookup (root);
CREATE INDEX IF NOT EXISTS _delete_log_time ON _delete_log (is_purged, expires_at);
CREATE INDEX IF NOT EXISTS _delete_log_root ON _delete_log (root);
CREATE TABLE IF NOT EXISTS _report_instance (
    id TEXT PRIMARY KEY, report_id TEXT NOT NULL, requested_at TEXT NOT NULL, info TEXT NOT NULL,
    result TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS _cursor (
    id TEXT PRIMARY KEY, soql TEXT NOT NULL, include_deleted INTEGER NOT NULL, opened_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS _job (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, job TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS _bulk_use (
    hour TEXT NOT NULL, name TEXT NOT NULL, amount INTEGER NOT NULL, PRIMARY KEY (hour, name));
"""
_REMOVED = "removed_objects"
_BUSY_TIMEOUT_MS = 30_000
_UNINDEXED_REFERENCES = frozenset({"CreatedById", "LastModifiedById", "MasterRecordId", "OwnerId"})


def connect(path: Path) -> sqlite3.Connection:
    """Open the org's file, usable from any thread as long as the caller holds the org's lock."""
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -65536")
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, taking the write lock at once so that two processes queue instead of failing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def savepoint(connection: sqlite3.Connection, *, name: str = "record") -> Iterator[None]:
    """Undo one part of a transaction when it fails."""
    connection.execute(f"SAVEPOINT {quote(name)}")
    try:
        yield
    except BaseException:
        connection.execute(f"ROLLBACK TO {quote(name)}")
        connection.execute(f"RELEASE {quote(name)}")
        raise
    connection.execute(f"RELEASE {quote(name)}")


def create_tables(connection: sqlite3.Connection) -> None:
    """Create what the file lacks, also columns that came with a newer version; call inside a transaction."""
    for statement in _STATE_TABLES.split(";"):
        connection.execute(statement)
    create_object_tables(connection, standard_schema())


def create_object_tables(connection: sqlite3.Connection, schema: Schema) -> None:
    """The tables of the objects, as far as they are absent."""
    for sobject in schema.objects.values():
        stored = [each for each in sobject.fields.values() if each.is_stored]
        columns = ", ".join(_column_definition(each) for each in stored)
        connection.execute(f"CREATE TABLE IF NOT EXISTS {quote(sobject.name)} ({columns})")
        present = connection.execute("SELECT name FROM pragma_table_info(?)", (sobject.name,)).fetchall()
        for each in stored:
            if (each.name,) not in present:
                _add_column(connection, sobject.name, each)
            _create_index(connection, sobject.name, each)


def drop_tables(connection: sqlite3.Connection) -> None:
    """Empty the file; call inside a transaction."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (name,) in names:
        connection.execute(f"DROP TABLE {quote(name)}")


def add_field(connection: sqlite3.Connection, sobject: str, field: Field) -> None:
    """Give an object one more column and remember its definition; call inside a transaction."""
    connection.execute(
        "INSERT INTO _custom_field (rowid, sobject, name, definition) "
        "SELECT MAX(?, COALESCE(MAX(rowid), 0) + 1), ?, ?, ? FROM _custom_field",
        (next_serial(connection, "00N"), sobject, field.name, json.dumps(asdict(field))),
    )
    if field.is_stored:
        _add_column(connection, sobject, field)
    _create_index(connection, sobject, field)
    mark_schema_changed(connection)


def change_field(connection: sqlite3.Connection, sobject: str, field: Field) -> None:
    """Give a custom field another definition; its type stays. Call inside a transaction."""
    connection.execute(
        "UPDATE _custom_field SET definition = ? WHERE sobject = ? AND name = ?",
        (json.dumps(asdict(field)), sobject, field.name),
    )
    _create_index(connection, sobject, field)
    mark_schema_changed(connection)


def drop_field(connection: sqlite3.Connection, sobject: str, field: Field) -> None:
    """Take a custom field away with its values; call inside a transaction."""
    for table in ("_custom_field", "_custom_field_metadata"):
        connection.execute(f"DELETE FROM {table} WHERE sobject = ? AND name = ?", (sobject, field.name))
    if field.is_stored:
        connection.execute(f"DROP INDEX IF EXISTS {quote(f'_{sobject}_{field.name}')}")
        connection.execute(f"ALTER TABLE {quote(sobject)} DROP COLUMN {quote(field.name)}")
    mark_schema_changed(connection)


def keep_metadata(connection: sqlite3.Connection, sobject: str, name: str, metadata: str) -> None:
    """Remember a custom field as Tooling was given it; call inside a transaction."""
    connection.execute(
        "INSERT OR REPLACE INTO _custom_field_metadata VALUES (?, ?, ?)", (sobject, name, metadata)
    )


def read_custom_fields(connection: sqlite3.Connection) -> list[tuple[int, str, Field, str | None]]:
    """Number, object, field and kept metadata of every custom field, oldest first."""
    rows = connection.execute(
        "SELECT f.rowid, f.sobject, f.definition, m.metadata FROM _custom_field AS f "
        "LEFT JOIN _custom_field_metadata AS m USING (sobject, name) ORDER BY f.rowid"
    ).fetchall()
    return [(number, sobject, _field_from_json(text), metadata) for number, sobject, text, metadata in rows]


def schema_version(connection: sqlite3.Connection) -> int:
    """A number that grows with every change of the schema."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def mark_schema_changed(connection: sqlite3.Connection) -> None:
    """Tell every reader of the schema, in this process and others, to read it again."""
    connection.execute(f"PRAGMA user_version = {schema_version(connection) + 1}")


def read_schema(connection: sqlite3.Connection, *, user_id: str | None = None) -> Schema:
    """The standard objects, the org's custom fields and its opportunity stages, as that user sees them."""
    standard = standard_schema()
    fields = {key: dict(sobject.fields) for key, sobject in standard.objects.items()}
    for _, sobject, field, _ in read_custom_fields(connection):
        fields[sobject.lower()][field.name.lower()] = field
    stages = connection.execute(
        'SELECT MasterLabel FROM "OpportunityStage" WHERE IsActive ORDER BY SortOrder'
    )
    fields["opportunity"]["stagename"] = with_stages(
        fields["opportunity"]["stagename"], [label for (label,) in stages.fetchall()]
    )
    apply_security(connection, fields, user_id=user_id)
    objects = {key: replace(sobject, fields=fields[key]) for key, sobject in standard.objects.items()}
    for name in json.loads(read_setting(connection, _REMOVED) or "[]"):
        objects.pop(name.lower(), None)
    children = [each for each in standard.children if each.child.lower() in objects]
    return with_formulas(Schema(objects=objects, children=tuple(children)))


def set_removed_objects(connection: sqlite3.Connection, names: Sequence[str]) -> None:
    """The standard objects that this org does without; their rows stay."""
    write_setting(connection, _REMOVED, json.dumps(list(names)))
    mark_schema_changed(connection)


def new_id(connection: sqlite3.Connection, sobject: SObject) -> str:
    """The next free id of an object; ids that were loaded from outside are stepped over."""
    while True:
        serial = next_serial(connection, sobject.key_prefix)
        made = make_id(sobject.key_prefix, serial)
        taken = connection.execute(f'SELECT 1 FROM {quote(sobject.name)} WHERE "Id" = ?', (made,)).fetchone()
        if taken is None:
            return made


def next_serial(connection: sqlite3.Connection, key_prefix: str) -> int:
    """One more than the last number given under that key prefix."""
    row = connection.execute(
        "INSERT INTO _serial VALUES (?, 1) ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last",
        (key_prefix,),
    ).fetchone()
    serial: int = row[0]
    return serial


def read_setting(connection: sqlite3.Connection, name: str) -> str | None:
    """One of the org's own settings; None when it was never written."""
    row = connection.execute("SELECT value FROM _setting WHERE name = ?", (name,)).fetchone()
    return None if row is None else row[0]


def write_setting(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Keep one of the org's own settings."""
    connection.execute("INSERT OR REPLACE INTO _setting VALUES (?, ?)", (name, value))


def quote(identifier: str) -> str:
    """A quoted SQL identifier.

    >>> quote("Group")
    '"Group"'
    """
    return '"' + identifier.replace('"', '""') + '"'


def _add_column(connection: sqlite3.Connection, sobject: str, field: Field) -> None:
    connection.execute(f"ALTER TABLE {quote(sobject)} ADD COLUMN {_column_definition(field)}")


def _column_definition(field: Field) -> str:
    if field.name == "Id":
        return '"Id" TEXT PRIMARY KEY NOT NULL'
    if field.type == "boolean":
        return f"{quote(field.name)} INTEGER NOT NULL DEFAULT 0"
    if field.type == "anyType":
        return quote(field.name)
    storage = "INTEGER" if field.type == "int" else "REAL" if field.type in NUMBER_TYPES else "TEXT"
    return f"{quote(field.name)} {storage}"


def _create_index(connection: sqlite3.Connection, sobject: str, field: Field) -> None:
    is_reference = field.type == "reference" and field.name not in _UNINDEXED_REFERENCES
    if not (is_reference or field.external_id or field.unique or field.name in {"SystemModstamp", "Email"}):
        return
    collation = " COLLATE NOCASE" if field.external_id or field.unique or field.type == "email" else ""
    connection.execute(
        f"CREATE INDEX IF NOT EXISTS {quote(f'_{sobject}_{field.name}')} "
        f"ON {quote(sobject)} ({quote(field.name)}{collation})"
    )


def _field_from_json(definition: str) -> Field:
    values = json.loads(definition)
    values["picklist"] = tuple(PicklistValue(**each) for each in values["picklist"])
    values["reference_to"] = tuple(values["reference_to"])
    return Field(**values)
