"""The fault dial of one org: what is wrong at the moment, and which occasions the faults strike.

Nothing here is random: whether a fault strikes its n-th occasion follows from the seed, the fault's
place in the list and n. The dial is kept in memory, each process has its own.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from hashlib import sha256

from sync_project.sandbox.schema import Schema
from sync_project.sandbox.traffic.faults import (
    CallFault,
    Drop,
    ErrorPage,
    Faults,
    FieldAccess,
    Latency,
    LockedRows,
    QueryTimeout,
    SlowJobs,
    Strikes,
    UnseenRows,
    read_faults,
)


@dataclass(frozen=True, kw_only=True)
class Incident:
    """What the dial does to one request."""

    faults: tuple[str, ...] = ()
    """The kinds that struck, in the order of the dial."""
    delay_s: float = 0.0
    drops: frozenset[str] = frozenset()
    """``before``, ``after`` or ``midway``, or several of them."""
    page_status: int | None = None
    """The status of an HTML page that is the whole answer; None where there is none."""


class FaultDial:
    """Safe to share between threads."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.revision = 0
        """Grows each time the dial is set."""
        self._occasions: Counter[int] = Counter()
        self._strikes: Counter[int] = Counter()
        self._lock = threading.Lock()

    def set(self, faults: Faults) -> None:
        """Put these faults in place of all others and begin to count."""
        with self._lock:
            self.faults = faults
            self.revision += 1
            self._occasions.clear()
            self._strikes.clear()

    def clear(self) -> None:
        """Nothing is wrong any more."""
        self.set(Faults())

    @contextmanager
    def on(self, *faults: Mapping[str, object], seed: int = 0) -> Iterator[None]:
        """These faults inside the block, those of before afterwards: ``on({"kind": "error_page"})``."""
        before = self.faults
        self.set(read_faults({"seed": seed, "faults": faults}, origin="the call"))
        try:
            yield
        finally:
            self.set(before)

    def meet(self, method: str, path: str) -> Incident:
        """What happens to a request."""
        incident = Incident()
        for place, each in enumerate(self.faults.faults):
            if isinstance(each, CallFault) and _fits(each, method, path):
                occasion = self._strike(place, each)
                if occasion:
                    incident = _add(incident, each, chance=self._chance(place, occasion, "delay"))
        return incident

    def find_locked(self, record_ids: Iterable[str]) -> str | None:
        """The record among those that a write touches which another transaction holds; None without."""
        touched: frozenset[str] | None = None
        for place, each in enumerate(self.faults.faults):
            if isinstance(each, LockedRows):
                touched = touched or frozenset(record_ids)
                held = sorted(touched & each.ids)
                if held and self._strike(place, each):
                    return held[0]
        return None

    def job_seconds(self, operation: str) -> float | None:
        """How long a new Bulk job takes, of kind ``query`` or ``ingest``; None for one that is stuck."""
        for place, each in enumerate(self.faults.faults):
            fits = isinstance(each, SlowJobs) and each.operation in {None, operation}
            if isinstance(each, SlowJobs) and fits and self._strike(place, each):
                return each.seconds
        return 0.0

    def takes_too_long(self, rows: int) -> bool:
        """Whether the org has no time for a query for so many records."""
        return any(
            isinstance(each, QueryTimeout) and rows > each.rows and self._strike(place, each) > 0
            for place, each in enumerate(self.faults.faults)
        )

    @property
    def unseen_seconds(self) -> float:
        """How young a row must be to stay invisible to queries; 0 when all are seen."""
        return max((each.seconds for each in self.faults.faults if isinstance(each, UnseenRows)), default=0.0)

    def restrict(self, schema: Schema) -> Schema:
        """The schema with what the dial takes away from its fields."""
        taken = [each for each in self.faults.faults if isinstance(each, FieldAccess)]
        hidden = {path.lower() for each in taken for path in each.hidden}
        read_only = {path.lower() for each in taken for path in each.read_only} | hidden
        objects = dict(schema.objects)
        for path in read_only:
            name, _, field_name = path.partition(".")
            sobject = objects.get(name)
            if sobject is not None and field_name in sobject.fields:
                is_visible = sobject.fields[field_name].is_visible and path not in hidden
                field = replace(sobject.fields[field_name], is_visible=is_visible, is_editable=False)
                objects[name] = replace(sobject, fields={**sobject.fields, field_name: field})
        return replace(schema, objects=objects) if read_only else schema

    def _strike(self, place: int, fault: Strikes) -> int:
        """The number of the occasion when the fault takes it, else 0."""
        with self._lock:
            self._occasions[place] += 1
            occasion = self._occasions[place]
            turn = occasion - fault.after
            is_used_up = fault.first is not None and self._strikes[place] >= fault.first
            if turn < 1 or turn % fault.every or is_used_up:
                return 0
            if self._chance(place, occasion, "rate") >= fault.rate:
                return 0
            self._strikes[place] += 1
            return occasion

    def _chance(self, place: int, occasion: int, purpose: str) -> float:
        """From 0 to below 1."""
        text = f"{self.faults.seed} {place} {occasion} {purpose}"
        return int.from_bytes(sha256(text.encode()).digest()[:8]) / 2**64


def _add(incident: Incident, fault: CallFault, *, chance: float) -> Incident:
    """One more fault of the same request."""
    incident = replace(incident, faults=(*incident.faults, fault.kind))
    if isinstance(fault, Latency):
        least, most = fault.seconds
        return replace(incident, delay_s=incident.delay_s + least + (most - least) * chance)
    if isinstance(fault, Drop):
        return replace(incident, drops=incident.drops | {fault.when})
    if isinstance(fault, ErrorPage):
        return replace(incident, page_status=fault.status)
    return incident


def _fits(fault: CallFault, method: str, path: str) -> bool:
    return fault.method in {None, method} and fnmatchcase(path.lower(), fault.path.lower())
