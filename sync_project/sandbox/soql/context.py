"""Everything about a query that is not its text."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sync_project.sandbox.schema import Schema


@dataclass(frozen=True, kw_only=True)
class Family:
    """The records of a sub-query that belong to one parent."""

    path: tuple[int, ...]
    """The sub-query's place in the SELECT list, at each level down."""
    parent_id: str


@dataclass(frozen=True, kw_only=True)
class FamilyPages:
    """How large families are shown: their first page, and the URL of the next."""

    size: int
    next_url: Callable[[Family], str]


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
    family_pages: FamilyPages | None = None
    """None when each family is shown as a whole."""
