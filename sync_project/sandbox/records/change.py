"""One record about to be stored, as the rules of its object see it."""

import sqlite3
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from sync_project.sandbox.values import StoredValue

Row = Mapping[str, StoredValue]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One record about to be stored."""

    connection: sqlite3.Connection
    now: datetime
    row: Row
    """Every field, the new values included."""
    before: Row | None
    """None when the record is created."""
    given: Set[str]
    """The API names that the caller wrote."""

    def is_changed(self, name: str) -> bool:
        """Whether this write gives the field another value."""
        return self.before is None or self.before[name] != self.row[name]
