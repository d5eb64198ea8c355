"""What the traffic costs: API calls, rows and bytes, by the hour, per kind of endpoint and per object."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from sync_project.sandbox.values import format_datetime

_WINDOW = timedelta(hours=24)
_COLUMNS = ("requests", "api_calls", "rows_read", "rows_written", "bytes_in", "bytes_out")
_OBJECT_COLUMNS = ("rows_read", "rows_written")
_DATA_PATH_PARTS = 4
"""``/services/data/v66.0`` before the resource."""


@dataclass(kw_only=True)
class Meter:
    """What is booked while one request is answered goes to its endpoint."""

    endpoint: str
    api_calls: int = 0
    """Of this request so far."""


_METER: ContextVar[Meter] = ContextVar("meter")


@contextmanager
def metered(path: str) -> Iterator[Meter]:
    """Book everything in the block on the endpoint of that path."""
    meter = Meter(endpoint=name_endpoint(path))
    token = _METER.set(meter)
    try:
        yield meter
    finally:
        _METER.reset(token)


def add_usage(connection: sqlite3.Connection, *, now: datetime, sobject: str = "", **amounts: int) -> None:
    """Book amounts, named as the columns of ``_usage``, on this request; inside a transaction."""
    meter = _METER.get(None) or Meter(endpoint="python")
    meter.api_calls += amounts.get("api_calls", 0)
    hour = format_datetime(now.replace(minute=0, second=0))
    names = ", ".join(amounts)
    marks = ", ".join("?" for _ in amounts)
    sums = ", ".join(f"{name} = {name} + excluded.{name}" for name in amounts)
    connection.execute(
        f"INSERT INTO _usage (hour, endpoint, sobject, {names}) VALUES (?, ?, ?, {marks}) "
        f"ON CONFLICT DO UPDATE SET {sums}",
        (hour, meter.endpoint, sobject, *amounts.values()),
    )


def count_api_calls(connection: sqlite3.Connection, *, now: datetime) -> int:
    """API calls in the last 24 hours."""
    since = format_datetime(now - _WINDOW)
    row = connection.execute("SELECT coalesce(sum(api_calls), 0) FROM _usage WHERE hour > ?", (since,))
    calls: int = row.fetchone()[0]
    return calls


def read_usage(connection: sqlite3.Connection) -> dict[str, object]:
    """All that was booked since the last reset."""
    return {
        "total": _sum_by(connection, "'total'", _COLUMNS).get("total", dict.fromkeys(_COLUMNS, 0)),
        "endpoints": _sum_by(connection, "endpoint", _COLUMNS),
        "objects": _sum_by(connection, "sobject", _OBJECT_COLUMNS),
    }


def reset_usage(connection: sqlite3.Connection) -> None:
    """Begin to count anew, the 24-hour window of API calls too."""
    connection.execute("DELETE FROM _usage")


def name_endpoint(path: str) -> str:
    """The kind of endpoint: what follows the version, without names and ids.

    >>> name_endpoint("/services/data/v66.0/sobjects/Lead/00Q"), name_endpoint("/services/oauth2/token")
    ('sobjects', 'oauth2')
    >>> name_endpoint("/services/data/v66.0/jobs/query/750"), name_endpoint("/services/data")
    ('jobs/query', 'data')
    """
    parts = path.lower().strip("/").split("/")
    if parts[:2] != ["services", "data"] or len(parts) < _DATA_PATH_PARTS:
        return parts[1] if parts[0] == "services" and len(parts) > 1 else parts[0]
    if parts[-1] == "describe":
        return "describe"
    has_two = parts[3] in {"jobs", "composite", "tooling"} and len(parts) > _DATA_PATH_PARTS
    return "/".join(parts[3:5]) if has_two else parts[3]


def count_records(body: object) -> Counter[str]:
    """The records in a reply by object; parents and children inside a record are not counted.

    >>> dict(count_records({"records": [{"attributes": {"type": "Lead"}, "Id": "00Q"}]}))
    {'Lead': 1}
    """
    if isinstance(body, Mapping):
        attributes = body.get("attributes")
        if isinstance(attributes, Mapping):
            return Counter({str(attributes.get("type")): 1})
        inner = [
            body[name]
            for name in ("records", "compositeResponse", "results", "body", "result")
            if name in body
        ]
        return sum(map(count_records, inner), Counter())
    if isinstance(body, list):
        return sum(map(count_records, body), Counter())
    return Counter()


def _sum_by(
    connection: sqlite3.Connection, group: str, columns: tuple[str, ...]
) -> dict[str, dict[str, int]]:
    sums = ", ".join(f"sum({name})" for name in columns)
    rows = connection.execute(
        f"SELECT {group} AS place, {sums} FROM _usage WHERE {group} <> '' GROUP BY place ORDER BY place"
    ).fetchall()
    return {place: dict(zip(columns, amounts, strict=True)) for place, *amounts in rows}
