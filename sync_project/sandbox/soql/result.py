"""What a query answers, and the columns that it selects."""

from dataclasses import dataclass

from sync_project.sandbox.soql.records import Record
from sync_project.sandbox.soql.terms import Kind, Term


@dataclass(frozen=True, kw_only=True)
class ResultColumn:
    """One selected field as a column of the flat form."""

    keys: tuple[str, ...]
    """The way to its value in a record: ``("Account", "Name")``."""
    term: Term | None
    """None for a sub-query."""
    owner_sql: str = ""
    """The Id of the record that it belongs to; null where there is no such parent."""
    references: tuple[str, ...] = ()
    """The reference fields on the way: ``("AccountId",)``."""
    children: "tuple[ResultColumn, ...]" = ()
    """What a sub-query selects."""
    call: str | None = None
    """How a grouped query's aggregate or function is shown: ``count(Id)``."""

    @property
    def kind(self) -> Kind:
        """The kind of its values."""
        return self.term.kind if self.term else Kind.TEXT


@dataclass(frozen=True, kw_only=True)
class QueryResult:
    """The answer to one query."""

    entity: str
    records: list[Record]
    total_size: int
    """The number of records; for ``COUNT()``, which gives no records, what was counted."""
    is_whole: bool = True
    purpose: str | None = None
    """What the records are read for: ``VIEW`` or ``REFERENCE``."""
