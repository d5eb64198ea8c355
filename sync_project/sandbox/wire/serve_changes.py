"""What changed in a span of time: ``updated`` and ``deleted``.

Both ignore seconds and end now at the latest. Texts are [K] but for the one that a client looks for.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sync_project.sandbox.errors import ApiError
from sync_project.sandbox.records.recycle_bin import KEPT, deleted_records, updated_ids
from sync_project.sandbox.records.write_context import find_object
from sync_project.sandbox.values import format_datetime
from sync_project.sandbox.wire.web import Call, Reply

_LONGEST_AGO = timedelta(days=30)
_SHORTEST_SPAN = timedelta(minutes=1)
_MOST_IDS = 600_000


def updated(call: Call) -> Reply:
    """``GET /sobjects/X/updated?start=&end=``: ids by SystemModstamp."""
    sobject = find_object(call.schema, call.path["sobject"])
    start, end = _read_span(call)
    ids = updated_ids(call.org.connection, sobject, start=start, end=end)
    _check_number(ids)
    return Reply(body={"ids": ids, "latestDateCovered": format_datetime(end)})


def deleted(call: Call) -> Reply:
    """``GET /sobjects/X/deleted?start=&end=``: as far back as the recycle bin reaches."""
    sobject = find_object(call.schema, call.path["sobject"])
    start, end = _read_span(call)
    earliest = _cut_seconds(call.org.now - KEPT)
    found = deleted_records(call.org.connection, sobject, start=max(start, earliest), end=end)
    _check_number(found)
    records = [{"deletedDate": moment, "id": record_id} for record_id, moment in found]
    return Reply(
        body={
            "deletedRecords": records,
            "earliestDateAvailable": format_datetime(earliest),
            "latestDateCovered": format_datetime(end),
        }
    )


def _read_span(call: Call) -> tuple[datetime, datetime]:
    start, end = (_read_moment(call, name) for name in ("start", "end"))
    now = call.org.now
    if end - start <= _SHORTEST_SPAN:
        raise _refusal("startDate must be before endDate by more than one minute")
    if start < now - _LONGEST_AGO:
        raise _refusal("startDate before org replication enabled date")
    return _cut_seconds(start), _cut_seconds(min(end, now))


def _read_moment(call: Call, name: str) -> datetime:
    """The plus sign of a zone may have been read as a blank; without a zone it is UTC."""
    text = call.query.get(name)
    if not text:
        raise ApiError("MISSING_ARGUMENT", f"The parameter {name} is required")
    try:
        moment = datetime.fromisoformat(text.strip().replace(" ", "+"))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise _refusal(f"{name}Date is not a date and time: {text}") from error


def _cut_seconds(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _check_number(found: Sequence[object]) -> None:
    if len(found) > _MOST_IDS:
        raise ApiError("EXCEEDED_ID_LIMIT", f"more than {_MOST_IDS} ids in the span of time")


def _refusal(text: str) -> ApiError:
    return ApiError("INVALID_REPLICATION_DATE", text)
