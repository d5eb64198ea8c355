"""What a query answers: records for the REST API, and the same as flat rows for Bulk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sync_project.sandbox.soql.errors import ErrorCode, SoqlError
from sync_project.sandbox.soql.records import Record
from sync_project.sandbox.soql.terms import Kind


@dataclass(frozen=True, kw_only=True)
class ResultColumn:
    """One selected field as a column of the flat form."""

    keys: tuple[str, ...]
    """The way to its value in a record: ``("Account", "Name")``."""
    kind: Kind
    sql: str
    """Its value; empty for what has no flat form."""
    owner_sql: str
    """The Id of the record that it belongs to; null where there is no such parent."""


@dataclass(frozen=True, kw_only=True)
class QueryResult:
    """The answer to one query."""

    entity: str
    records: list[Record]
    total_size: int
    """The number of records; for ``COUNT()``, which gives no records, what was counted."""
    selected: tuple[ResultColumn, ...] = ()
    bulk_refusal: str | None = None
    """Why Bulk does not answer this query; None where it does."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The header of the flat form, such as ``Id`` or ``Account.Name``."""
        return tuple(".".join(each.keys) for each in self.selected)

    def flat_rows(self) -> Iterator[list[str]]:
        """The values under ``columns`` as Bulk's CSV has them; SoqlError for what Bulk does not answer."""
        if self.bulk_refusal is not None:
            raise SoqlError(ErrorCode.API_ERROR, self.bulk_refusal)
        return ([_flatten(record, column) for column in self.selected] for record in self.records)


def _flatten(record: Record, column: ResultColumn) -> str:
    value = _walk(record, column.keys)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    # Bulk ends a datetime with Z where REST has +0000 [K].
    return str(value).replace("+0000", "Z") if column.kind is Kind.DATETIME else str(value)


def _walk(record: Record, keys: Sequence[str]) -> object:
    value: object = record
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
