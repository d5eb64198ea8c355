"""A question to the SOQL engine: the org as the asking user sees it, a refusal as an ApiError."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.records.write_context import WriteContext
from sync_project.sandbox.soql.context import QueryContext
from sync_project.sandbox.soql.errors import SoqlError

Answer = TypeVar("Answer")


def query_context(
    context: WriteContext, *, include_deleted: bool = False, connection: sqlite3.Connection | None = None
) -> QueryContext:
    """The org as its user sees it now, through the org's own connection unless another is given."""
    unseen_s = context.faults.unseen_seconds
    return QueryContext(
        schema=context.schema,
        connection=connection or context.connection,
        sees_deleted=include_deleted,
        user_id=context.user_id,
        now=context.now,
        version=context.options.version,
        unseen_after=context.now - timedelta(seconds=unseen_s) if unseen_s else None,
    )


def ask(engine: Callable[..., Answer], soql: str, *, context: QueryContext) -> Answer:
    """What the engine answers; an ApiError when it refuses the query."""
    try:
        return engine(soql, context=context)
    except SoqlError as error:
        raise ApiError(str(error.code), error.message) from error
