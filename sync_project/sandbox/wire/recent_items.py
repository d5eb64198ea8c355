"""Recent items: records that a query ``FOR VIEW`` has shown to somebody. Nothing else in the API makes one.

Salesforce keeps them by user; here what one user saw, all have seen [K].
"""

from collections.abc import Mapping

from sync_project.sandbox.database import quote
from sync_project.sandbox.schema import SObject
from sync_project.sandbox.soql.result import QueryResult
from sync_project.sandbox.values import format_datetime, read_count
from sync_project.sandbox.wire.web import Call

_MOST_ITEMS = 200
_MARKS = {"VIEW": ("LastViewedDate", "LastReferencedDate"), "REFERENCE": ("LastReferencedDate",)}


def note_viewed(call: Call, result: QueryResult) -> None:
    """Date the records of a query that ends in ``FOR VIEW`` or ``FOR REFERENCE``."""
    sobject = call.schema.find_object(result.entity)
    if result.purpose is None or sobject is None or "lastvieweddate" not in sobject.fields:
        return
    columns = ", ".join(f"{name} = ?" for name in _MARKS[result.purpose])
    dates = [format_datetime(call.org.now)] * columns.count("?")
    ids = [_id_of(each) for each in result.records]
    with call.org.transaction() as connection:
        connection.executemany(
            f"UPDATE {quote(sobject.name)} SET {columns} WHERE Id = ?", [(*dates, each) for each in ids]
        )


def find_recent(call: Call, *objects: SObject) -> list[dict[str, object]]:
    """The records of those objects that were viewed last, the latest first."""
    dated = [each for each in objects if {"lastvieweddate", "isdeleted", "name"} <= set(each.fields)]
    parts = " UNION ALL ".join(
        f"SELECT '{each.name}' AS kind, Id, Name, LastViewedDate AS seen FROM {quote(each.name)} "
        "WHERE LastViewedDate IS NOT NULL AND NOT IsDeleted"
        for each in dated
    )
    wanted = read_count(call.query.get("limit", ""))
    limit = _MOST_ITEMS if wanted is None else min(wanted, _MOST_ITEMS)
    rows = call.org.connection.execute(f"{parts} ORDER BY seen DESC, Id LIMIT ?", (limit,)) if parts else ()
    base = f"/services/data/v{call.version}/sobjects"
    return [
        {"attributes": {"type": kind, "url": f"{base}/{kind}/{record_id}"}, "Id": record_id, "Name": name}
        for kind, record_id, name, _ in rows
    ]


def _id_of(record: Mapping[str, object]) -> str:
    """From its address, since the query need not have asked for it; empty for a group of records."""
    attributes = record.get("attributes")
    return str(attributes.get("url", "")).rpartition("/")[2] if isinstance(attributes, Mapping) else ""
