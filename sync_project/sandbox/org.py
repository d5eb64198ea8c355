"""One local org: a folder with ``org.db``, and everything that Python code may do to it.

What clients may do over HTTP is in ``wire``.
"""

import shutil
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, Unpack

from sync_project.sandbox import database
from sync_project.sandbox.catalog import CustomFieldOptions, make_custom_field
from sync_project.sandbox.errors import SandboxError
from sync_project.sandbox.field_security import restrict
from sync_project.sandbox.first_day import fill_new_org
from sync_project.sandbox.formulas import compile_formula
from sync_project.sandbox.records.rule_setup import set_up_rule
from sync_project.sandbox.records.write_context import WriteContext
from sync_project.sandbox.records.write_options import WriteOptions
from sync_project.sandbox.schema import Field, Schema, SObject
from sync_project.sandbox.sign_in import sessions
from sync_project.sandbox.traffic import usage
from sync_project.sandbox.traffic.dial import FaultDial
from sync_project.sandbox.traffic.request_log import RequestLog

Clock = Callable[[], datetime]

_PLAIN_WRITE = WriteOptions()


def system_clock() -> datetime:
    """The time that an org keeps unless it is given a clock."""
    return datetime.now(UTC)


class SandboxOrg:
    """A local org. Safe to share between threads, and its folder between processes."""

    def __init__(self, folder: Path, *, clock: Clock = system_clock, api_limit: int = 15_000) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.clock = clock
        self.api_limit = api_limit
        """Calls that the org grants in 24 hours; a Developer Edition has 15,000."""
        self.lock = threading.RLock()
        self.connection = database.connect(folder / "org.db")
        self.query_results: OrderedDict[str, str] = OrderedDict()
        """The record ids of open queries by cursor, filled and emptied by ``serve_query``."""
        self.bulk_folder = folder / "bulk"
        """Uploads and results of Bulk jobs."""
        self.faults = FaultDial()
        self.requests = RequestLog()
        self._schemas: dict[tuple[int, int, str], Schema] = {}
        """By version, revision of the faults, and user; only those of the last version."""
        self._create()

    @classmethod
    def open(cls, folder: Path, *, clock: Clock = system_clock, api_limit: int = 15_000) -> Self:
        """The org of that folder, made when there is none."""
        return cls(folder, clock=clock, api_limit=api_limit)

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reset(self) -> None:
        """Forget every record, custom field, session and setting; credentials are made anew."""
        with self.transaction() as connection:
            database.drop_tables(connection)
        self.query_results.clear()
        self.faults.clear()
        self.requests.clear()
        shutil.rmtree(self.bulk_folder, ignore_errors=True)
        self._create()

    @property
    def is_empty(self) -> bool:
        """Whether nobody has stored an account, contact, lead, opportunity or campaign yet."""
        with self.lock:
            return not any(
                self.connection.execute(f"SELECT 1 FROM {database.quote(each)} LIMIT 1").fetchone()
                for each in ("Account", "Contact", "Lead", "Opportunity", "Campaign")
            )

    @property
    def schema(self) -> Schema:
        """The org's objects as they are now and as the integration user sees them."""
        return self.schema_of(self.user_id)

    def schema_of(self, user_id: str) -> Schema:
        """The org's objects as a user sees them."""
        with self.lock:
            version = (database.schema_version(self.connection), self.faults.revision)
            key = (*version, user_id)
            if key not in self._schemas:
                read = self.faults.restrict(database.read_schema(self.connection, user_id=user_id))
                self._schemas = {each: kept for each, kept in self._schemas.items() if each[:2] == version}
                self._schemas[key] = read
            return self._schemas[key]

    @property
    def now(self) -> datetime:
        """The org's clock, in UTC."""
        return self.clock().astimezone(UTC)

    @property
    def client_id(self) -> str:
        """The consumer key that client credentials sign in with."""
        return self._setting("client_id")

    @property
    def client_secret(self) -> str:
        """The consumer secret."""
        return self._setting("client_secret")

    @property
    def organization_id(self) -> str:
        """The org's own id."""
        return self._setting("organization_id")

    @property
    def user_id(self) -> str:
        """The integration user, as whom client credentials work."""
        return self._setting("user_id")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the org and write to it, all or nothing; may be nested, the outermost then decides."""
        with self.lock:
            is_nested = self.connection.in_transaction
            scope = database.savepoint if is_nested else database.transaction
            try:
                with scope(self.connection):
                    yield self.connection
            except BaseException:
                self._schemas = {}
                raise

    @contextmanager
    def writing(self) -> Iterator[WriteContext]:
        """A transaction with its context, for what an admin does: convert, merge, undelete, set up rules."""
        with self.transaction():
            yield self.write_context()

    def write_context(self, user_id: str | None = None, options: WriteOptions = _PLAIN_WRITE) -> WriteContext:
        """All that one write depends on; the integration user writes unless another is named."""
        return WriteContext(
            connection=self.connection,
            schema=self.schema_of(user_id or self.user_id),
            user_id=user_id or self.user_id,
            now=self.now,
            faults=self.faults,
            options=options,
        )

    def add_custom_field(self, sobject: str, **options: Unpack[CustomFieldOptions]) -> Field:
        """Give an object a custom field; the same field a second time changes nothing.

        The options are those of ``make_custom_field``.
        """
        field = make_custom_field(**options)
        with self.transaction() as connection:
            self.keep_field(connection, self.find_object(sobject), field)
        return field

    def hide_field(self, sobject: str, name: str) -> None:
        """Field-level security takes the field away: describe, queries and writes no longer know it."""
        self._secure_field(sobject, name, is_visible=False, is_editable=False)

    def show_field(self, sobject: str, name: str) -> None:
        """Undo hide_field and make_read_only."""
        self._secure_field(sobject, name, is_visible=True, is_editable=True)

    def make_read_only(self, sobject: str, name: str) -> None:
        """Field-level security lets the field be read, not written."""
        self._secure_field(sobject, name, is_visible=True, is_editable=False)

    def add_validation_rule(
        self, sobject: str, *, condition: str, message: str, field: str | None = None
    ) -> int:
        """Refuse every written record that meets the SOQL condition; the number of the rule."""
        with self.writing() as context:
            rule = {"sobject": sobject, "condition": condition, "message": message, "field": field}
            return set_up_rule(context, "validation", rule)

    def track_field(self, sobject: str, name: str) -> None:
        """Keep the history of the field from now on."""
        with self.writing() as context:
            set_up_rule(context, "history", {"sobject": sobject, "field": name})

    def find_object(self, name: str) -> SObject:
        """The object of that name; a SandboxError when the org has none."""
        found = self.schema.find_object(name)
        if found is None:
            known = ", ".join(sorted(each.name for each in self.schema.objects.values()))
            raise SandboxError(f"the org has no object {name!r}; it has {known}")
        return found

    def open_session(self, user_id: str | None = None) -> str:
        """Sign a user in, the integration user unless another is named: a new access token."""
        with self.transaction() as connection:
            return sessions.open_session(connection, user_id=user_id or self.user_id, now=self.now)

    def find_session(self, token: str) -> sessions.Session | None:
        """The session behind an access token; None when there is none any more."""
        with self.lock:
            return sessions.find_session(self.connection, token, now=self.now)

    def expire_sessions(self) -> None:
        """Make every access token invalid, as when the session timeout has passed."""
        with self.transaction() as connection:
            sessions.expire_sessions(connection)

    @property
    def api_calls_used(self) -> int:
        """Calls in the last 24 hours of the org's clock."""
        with self.lock:
            return usage.count_api_calls(self.connection, now=self.now)

    def count_api_calls(self, calls: int = 1) -> None:
        """Book calls."""
        with self.transaction() as connection:
            usage.add_usage(connection, now=self.now, api_calls=calls)

    def keep_field(self, connection: sqlite3.Connection, sobject: SObject, field: Field) -> None:
        """Add a custom field inside a transaction; the same field a second time changes nothing."""
        present = sobject.fields.get(field.name.lower())
        if field.formula is not None:
            compile_formula(self.schema, sobject, field.formula)
        if present is None:
            database.add_field(connection, sobject.name, field)
        elif present != field:
            raise SandboxError(
                f"{sobject.name}.{present.name} exists and differs ({present.type}): choose another name"
            )

    def _secure_field(self, sobject: str, name: str, *, is_visible: bool, is_editable: bool) -> None:
        found = self.find_object(sobject)
        field = found.fields.get(name.lower())
        if field is None:
            raise SandboxError(f"{found.name} has no field {name!r}")
        with self.transaction() as connection:
            restrict(connection, found.name, field.name, is_visible=is_visible, is_editable=is_editable)
            database.mark_schema_changed(connection)

    def _setting(self, name: str) -> str:
        with self.lock:
            value = database.read_setting(self.connection, name)
        if value is None:
            raise SandboxError(f"{self.folder} holds no complete org: reset it")
        return value

    def _create(self) -> None:
        with self.transaction() as connection:
            database.create_tables(connection)
            if database.read_setting(connection, "client_id") is None:
                fill_new_org(connection, now=self.now)
        self._schemas = {}
