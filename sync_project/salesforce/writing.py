"""Changing up to a few thousand records by sObject Collections: 200 records a call, each judged alone.

Only updates by Id and upserts by external id are here, no inserts: both may be repeated after a lost answer
without doubling a record. Beyond about 2,000 records ``bulk_ingest.py`` needs fewer calls.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sync_project.salesforce.errors import SalesforceError, UnexpectedAnswerError
from sync_project.salesforce.org import Org
from sync_project.salesforce.results import RecordResult, not_sent, outcome_unknown
from sync_project.salesforce.values import JsonScalar, Record, UnsendableValueError, to_json

RECORDS_PER_CALL = 200
LOCK_ATTEMPTS = 4
_LOCKED = "UNABLE_TO_LOCK_ROW"

# An update of a lead or case would otherwise run the org's assignment rules and may change its owner.
_HEADERS = {"Sforce-Auto-Assign": "FALSE"}


def api_calls_for(record_count: int) -> int:
    """The price of writing so many records by collections, without retries of locked ones.

    >>> [api_calls_for(count) for count in (0, 1, 200, 201)]
    [0, 1, 1, 2]
    """
    return -(-record_count // RECORDS_PER_CALL)


def update_records(
    org: Org, *, sobject: str, records: Iterable[Record]
) -> Iterator[tuple[RecordResult, ...]]:
    """Change records that name their ``Id``; one tuple of results per call, in the records' order.

    Store each tuple before asking for the next: the call behind it is made only then. After an exception the
    fate of the 200 records that follow the last tuple is unknown, and none beyond them was sent.
    """
    collection = _Collection(org=org, sobject=sobject, external_id_field=None)
    return _write(collection, records)


def upsert_records(
    org: Org, *, sobject: str, external_id_field: str, records: Iterable[Record]
) -> Iterator[tuple[RecordResult, ...]]:
    """Create or change records by their external id; results as of ``update_records``."""
    collection = _Collection(org=org, sobject=sobject, external_id_field=external_id_field)
    return _write(collection, records)


@dataclass(frozen=True, kw_only=True)
class _Collection:
    """Where the records of one write go."""

    org: Org
    sobject: str
    external_id_field: str | None
    """None for an update."""

    def send(self, records: Sequence[Record]) -> tuple[RecordResult, ...]:
        """One call; a record that cannot be expressed is held back and keeps its place among the results."""
        bodies, results = self._encode(records)
        if bodies:
            answers = self._call([bodies[index] for index in sorted(bodies)])
            for index, answer in zip(sorted(bodies), answers, strict=True):
                results[index] = self._read(answer, record=records[index])
        return tuple(results[index] for index in range(len(records)))

    def _encode(self, records: Sequence[Record]) -> tuple[dict[int, dict[str, Any]], dict[int, RecordResult]]:
        bodies: dict[int, dict[str, Any]] = {}
        held_back: dict[int, RecordResult] = {}
        for index, record in enumerate(records):
            try:
                bodies[index] = {"attributes": {"type": self.sobject}} | _encode(record)
            except UnsendableValueError as error:
                known = self._names_of(record)
                held_back[index] = not_sent(error, record_id=known[0], external_id=known[1])
        return bodies, held_back

    def _call(self, bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
        path = "composite/sobjects"
        if self.external_id_field:
            path += f"/{self.sobject}/{quote(self.external_id_field, safe='')}"
        body = {"allOrNone": False, "records": bodies}
        answers: list[dict[str, Any]] = self.org.call_json("PATCH", path, json=body, headers=_HEADERS)
        if len(answers) != len(bodies):
            raise UnexpectedAnswerError(
                f"{len(bodies)} {self.sobject} records were sent and {len(answers)} results came back, "
                "so no result can be given to a record. Read the records back before writing again."
            )
        return answers

    def _read(self, answer: Mapping[str, Any], *, record: Record) -> RecordResult:
        record_id, external_id = self._names_of(record)
        # The first error is the one shown; Salesforce rarely gives more.
        error: Mapping[str, Any] = next(iter(answer.get("errors") or ()), {})
        return RecordResult(
            record_id=answer.get("id") or record_id,
            external_id=external_id,
            is_success=answer["success"],
            # A failed upsert says created too.
            is_created=answer["success"] and answer.get("created", False),
            error_code=error.get("statusCode", ""),
            message=error.get("message", ""),
            fields=tuple(error.get("fields") or ()),
        )

    def _names_of(self, record: Record) -> tuple[str | None, str | None]:
        """By which Id and which external id the caller knows the record."""
        record_id = record.get("Id")
        external_id = record.get(self.external_id_field) if self.external_id_field else None
        return (
            None if record_id is None else str(record_id),
            None if external_id is None else str(external_id),
        )


def _write(collection: _Collection, records: Iterable[Record]) -> Iterator[tuple[RecordResult, ...]]:
    remaining = iter(records)
    while batch := tuple(itertools.islice(remaining, RECORDS_PER_CALL)):
        results = list(collection.send(batch))
        try:
            _retry_locked(collection, batch, results)
        except SalesforceError:
            # What was acknowledged before must not be lost with the retry.
            yield tuple(outcome_unknown(each) if each.error_code == _LOCKED else each for each in results)
            raise
        yield tuple(results)


def _retry_locked(collection: _Collection, records: Sequence[Record], results: list[RecordResult]) -> None:
    """Send the locked ones again, alone, a few times; their results are replaced in place."""
    for attempt in range(1, LOCK_ATTEMPTS):
        locked = [index for index, each in enumerate(results) if each.error_code == _LOCKED]
        if not locked:
            return
        collection.org.session.patience.wait(attempt)
        again = collection.send([records[index] for index in locked])
        for index, result in zip(locked, again, strict=True):
            results[index] = result


def _encode(record: Record) -> dict[str, JsonScalar]:
    return {name: to_json(value, field=name) for name, value in record.items()}
