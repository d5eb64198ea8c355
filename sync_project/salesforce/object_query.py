"""What to read of one object, and its SOQL: whole, counted, in an order to go on from, in parts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""Where an open window is taken to begin when it is halved; what is older stays in its first half."""

_SHORTEST_WINDOW = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class ObjectQuery:
    """Which records of an object, and which of their fields."""

    object_name: str
    fields: tuple[str, ...]
    """API names of the object's own fields: ``Id`` first, the stamp among them."""
    stamp: str | None
    """SystemModstamp, LastModifiedDate or CreatedDate; None where the object has none."""
    start: datetime | None = None
    """Of the stamp, inclusive; None: from the beginning. Bounds are rounded down to SOQL's whole seconds."""
    end: datetime | None = None
    """Of the stamp, exclusive; None: to the end."""
    condition: str | None = None
    """A SOQL condition that records must meet too."""

    @property
    def key(self) -> tuple[str, ...]:
        """What orders the records: the stamp, where there is one, and the Id."""
        return ("Id",) if self.stamp is None else (self.stamp, "Id")

    def soql(self, fields: tuple[str, ...] | None = None) -> str:
        """The query in no order; of these fields only, where they are given.

        >>> ObjectQuery(object_name="Lead", fields=("Id", "Title"), stamp=None, condition="Id > ''").soql()
        "SELECT Id, Title FROM Lead WHERE (Id > '')"
        """
        return f"SELECT {', '.join(fields or self.fields)} {self._from_where()}"

    def count_soql(self) -> str:
        """The query of the number of records."""
        return f"SELECT COUNT() {self._from_where()}"

    def ordered_soql(self, fields: tuple[str, ...], *, after: Mapping[str, Any] | None = None) -> str:
        """The query ordered by its key; where a record is given, only of what comes ``after`` it."""
        further = () if after is None else (self._later_than(after),)
        return f"SELECT {', '.join(fields)} {self._from_where(*further)} ORDER BY {', '.join(self.key)}"

    def halves(self, *, now: datetime) -> tuple[Self, Self] | None:
        """The query in two windows; None for one of a minute, or without a stamp.

        ``now`` is where an absent end is taken to be; the second half has no end either.
        """
        start, end = self.start or _BEGINNING, self.end or now
        if self.stamp is None or end - start <= _SHORTEST_WINDOW:
            return None
        middle = (start + (end - start) / 2).replace(microsecond=0)
        return replace(self, end=middle), replace(self, start=middle)

    def column_groups(
        self, *, longest: int, length: Callable[[str], int] = len
    ) -> tuple[tuple[str, ...], ...]:
        """The fields in as many groups as keep ordered queries within a length; each group has the key.

        Empty where the query is longer without any other field.
        """
        key = tuple(name for name in self.fields if name in self.key)
        room = longest - length(self.ordered_soql(key))
        if room < 0:
            return ()
        groups, left = [key], room
        for name in self.fields:
            needed = 0 if name in key else length(f", {name}")
            if needed > left and groups[-1] != key:
                groups.append(key)
                left = room
            if needed:
                groups[-1] += (name,)
                left -= needed
        return tuple(groups)

    def _from_where(self, *further: str) -> str:
        bounds = ((">=", self.start), ("<", self.end))
        window = (f"{self.stamp} {sign} {_soql_datetime(bound)}" for sign, bound in bounds if bound)
        own = () if self.condition is None else (f"({self.condition})",)
        conditions = " AND ".join((*window, *own, *further))
        return f"FROM {self.object_name}" + (f" WHERE {conditions}" if conditions else "")

    def _later_than(self, record: Mapping[str, Any]) -> str:
        later_id = f"Id > '{record['Id']}'"
        if self.stamp is None:
            return later_id
        moment = _soql_datetime(datetime.fromisoformat(record[self.stamp]), timespec="milliseconds")
        return f"(({self.stamp} = {moment} AND {later_id}) OR {self.stamp} > {moment})"


def _soql_datetime(moment: datetime, *, timespec: str = "seconds") -> str:
    """SOQL's literal, rounded down: a beginning is never too late."""
    return moment.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
