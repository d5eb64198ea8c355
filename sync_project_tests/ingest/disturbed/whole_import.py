"""One import with all its steps, in the order and with the transactions of a run, but without Dagster.

It passes through moments: answers of the org, statements that write, both sides of each commit. At one of
them it may be killed, as ``kill -9`` does. ``contents`` tells what the tables hold afterwards.
"""

import os
import re
import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import requests

from sync_project.ingest.audiences.importing import import_audiences
from sync_project.ingest.descriptions import describe_objects
from sync_project.ingest.events.importing import ReadingConditions, import_events
from sync_project.ingest.field_choice import choose_fields
from sync_project.ingest.importer import import_object
from sync_project.ingest.pricing import price_import
from sync_project.ingest.upkeep.refresh import refresh_object
from sync_project.ingest.upkeep.sweep import sweep_object
from sync_project.ingest.windows import Window
from sync_project.salesforce.org import connect
from sync_project.salesforce.sign_in import Credentials
from sync_project.salesforce.transport import Patience
from sync_project.settings.load import build_settings
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import Warehouse

OBJECTS = ("Account", "AccountHistory", "Contact", "Lead", "Opportunity")
REFRESHED, SWEPT = ("Opportunity",), ("Contact",)
BOOKS = ("raw.api_call", "raw.formula_drift", "raw.import_log", "raw.import_price")
"""What was done, and not what came of it."""

_ID = re.compile(r"\b(?:750|01g)\w{12,15}\b")
_TEXT = re.compile("'[^']*'")
_VERSION = re.compile(r"^/services/data/v[\d.]+/")


@dataclass(kw_only=True)
class Moments:
    """Those that an import has passed, in order, such as ``Lead: DELETE FROM raw.lead``."""

    fatal: str | None = None
    """The one at which the process kills itself; None to live."""
    passed: list[str] = field(default_factory=list)
    step: str = ""
    commits: Counter[str] = field(default_factory=Counter)
    """By step."""

    def pass_by(self, what: str) -> None:
        self.passed.append(f"{self.step}: {what}")
        if self.passed[-1] == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def note_answer(self, response: requests.Response, **_: object) -> None:
        """For ``requests``: the answer's head has arrived, of a streamed one nothing else."""
        path = _ID.sub("ID", _VERSION.sub("", response.request.path_url.partition("?")[0]))
        self.pass_by(f"answer to {response.request.method} {path}")


class WatchedConnection:
    """A connection each of whose statements is a moment, named by its first words."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, moments: Moments) -> None:
        self._connection = connection
        self._moments = moments

    def execute(self, query: str, *given: object) -> duckdb.DuckDBPyConnection:
        answer = self._connection.execute(query, *given)
        if not query.lstrip().startswith(("SELECT", "FROM")):
            self._moments.pass_by(" ".join(_TEXT.sub("", query).split()[:3]))
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@dataclass(frozen=True, kw_only=True)
class WatchedWarehouse(Warehouse):
    """One whose statements and commits are moments."""

    moments: Moments

    @contextmanager
    def transaction(self, *settings: Any) -> Iterator[Any]:
        with super().transaction(*settings) as connection:
            yield WatchedConnection(connection, self.moments)
            self.moments.commits[self.moments.step] += 1
            number = self.moments.commits[self.moments.step]
            self.moments.pass_by(f"before commit {number}")
        self.moments.pass_by(f"after commit {number}")


@dataclass(frozen=True, kw_only=True)
class WholeImport:
    """One import of an org into a home; its events lie in the folder ``events`` of the home."""

    credentials: Credentials
    changes: Mapping[str, Any]
    """To the settings."""
    home: Path
    window: Window
    now: datetime

    @property
    def warehouse(self) -> Warehouse:
        return Warehouse(path=self.home / "warehouse.duckdb")

    @property
    def settings(self) -> Settings:
        return build_settings(self.changes, origin="a test")

    def run(self, moments: Moments | None = None, *, patience: Patience | None = None) -> list[str]:
        """All steps; returns the moments passed."""
        moments = moments or Moments()
        warehouse = WatchedWarehouse(path=self.warehouse.path, moments=moments)
        common = {"warehouse": warehouse, "settings": self.settings, "now": self.now}
        with connect(self.credentials, patience=patience) as org:
            org.session.hooks["response"].append(moments.note_answer)
            moments.step = "describe"
            describe_objects(org, choices=choose_fields(self.settings), warehouse=warehouse, now=self.now)
            moments.step = "price"
            price_import(OBJECTS, org=org, window=self.window, **common)
            for moments.step in OBJECTS:
                import_object(moments.step, org=org, window=self.window, **common)
            moments.step = "audiences"
            import_audiences(org=org, **common)
            moments.step = "events"
            given = ReadingConditions(
                folder=self.home / "events", variables={}, window=self.window, now=self.now
            )
            import_events(self.settings.ingest.event_sources, warehouse=warehouse, given=given)
            moments.step = "refresh"
            for name in REFRESHED:
                refresh_object(name, org=org, **common)
            moments.step = "sweep"
            for name in SWEPT:
                sweep_object(name, org=org, **common)
        return moments.passed

    def read(self, *names: str, patience: Patience | None = None) -> None:
        """These objects alone."""
        with connect(self.credentials, patience=patience) as org:
            for name in names:
                import_object(
                    name,
                    org=org,
                    warehouse=self.warehouse,
                    window=self.window,
                    settings=self.settings,
                    now=self.now,
                )


def contents(warehouse: Warehouse, *, but_for: tuple[str, ...] = ()) -> dict[str, tuple[int, int]]:
    """The rows of every table and view of raw and history, and their checksum, whatever their order.

    Without the BOOKS, and without the columns ``but_for``.
    """
    with warehouse.transaction() as connection:
        tables = connection.execute(
            """SELECT table_schema || '.' || table_name FROM information_schema.tables
            WHERE table_schema IN ('raw', 'history') ORDER BY ALL"""
        ).fetchall()
        return {
            table: connection.execute(
                f"""SELECT count(*), coalesce(sum(hash(each)), 0)
                FROM (SELECT COLUMNS(lambda name: name NOT IN $but_for) FROM {table}) AS each""",
                {"but_for": list(but_for)},
            ).fetchone()
            for (table,) in tables
            if table not in BOOKS
        }
