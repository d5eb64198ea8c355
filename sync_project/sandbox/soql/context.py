"""Everything about a query that is not its text."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from sync_project.sandbox.schema import Schema


@dataclass(frozen=True, kw_only=True)
class QueryContext:
    """The org, the user and the moment a query is answered for."""

    schema: Schema
    connection: sqlite3.Connection
    sees_deleted: bool
    user_id: str
    now: datetime
    version: str
    """The API version in record URLs, such as ``59.0``."""
    unseen_after: datetime | None = None
    """Rows whose SystemModstamp is later are not visible yet; None when all are."""
