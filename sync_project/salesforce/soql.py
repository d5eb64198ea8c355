"""The text of one SOQL query, read as far as its clauses, so that another selection can be put before them.

No grammar: what a query means, and whether it is one, Salesforce decides. A quoted text is one word here and
whatever stands in parentheses is passed over, so that neither a value nor a sub-query is taken for a clause.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

from sync_project.salesforce.errors import QueryRefusedError

_WORD = re.compile(r"'(?:\\.|[^'\\])*'|[\w.]+|\S", re.DOTALL)
_CLAUSES: Mapping[str, frozenset[str]] = {
    "USING": frozenset({"SCOPE"}),
    "WHERE": frozenset(),
    "WITH": frozenset(),
    "GROUP": frozenset({"BY"}),
    "HAVING": frozenset(),
    "ORDER": frozenset({"BY"}),
    "LIMIT": frozenset(),
    "OFFSET": frozenset(),
    "ALL": frozenset({"ROWS"}),
    "FOR": frozenset({"VIEW", "REFERENCE", "UPDATE"}),
    "UPDATE": frozenset({"TRACKING", "VIEWSTAT"}),
}
"""What a clause begins with, and the words of which one must follow; none where it stands for itself.

The first word after FROM is the object's name, which may be Order or Group.
"""
_AGGREGATES = frozenset({"AVG", "COUNT", "COUNT_DISTINCT", "MAX", "MIN", "SUM"})
_TYPE_OF = re.compile(r"\bTYPEOF\b.*?\bEND\b", re.DOTALL | re.IGNORECASE)
_ALL_FIELDS = re.compile(r"\bFIELDS\s*\(", re.IGNORECASE)
_MARKS = ("FOR", "UPDATE")
"""Clauses that note in the org that the records were looked at."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """One query in parts; each part keeps its text."""

    selected: str
    """What stands between SELECT and FROM."""
    object_name: str
    source: str
    """From FROM up to the first clause below: the object, its alias, related objects."""
    clauses: tuple[tuple[str, str], ...]
    """First word, such as ``WHERE``, and text, in order; a query with one of them twice keeps both."""

    @property
    def text(self) -> str:
        """The whole query."""
        return " ".join([f"SELECT {self.selected} {self.source}", *(text for _, text in self.clauses)])

    @property
    def is_aggregate(self) -> bool:
        """Whether its rows are groups, sums or counts instead of records."""
        words = [each.group().upper() for each in _WORD.finditer(self.selected)]
        return self.has("GROUP") or any(
            word in _AGGREGATES and following == "(" for word, following in pairwise(words)
        )

    @property
    def has_offset(self) -> bool:
        """Whether it skips rows, which Bulk 2.0 cannot."""
        return self.has("OFFSET")

    def has(self, name: str) -> bool:
        """Whether it has such a clause."""
        return any(each == name for each, _ in self.clauses)

    def without(self, *names: str) -> Self:
        """The query without these clauses."""
        return replace(self, clauses=tuple(each for each in self.clauses if each[0] not in names))

    def unmarked(self) -> Self:
        """The same rows, without noting in the org that somebody looked at them."""
        return self.without(*_MARKS)

    def of_ids(self) -> Self:
        """The same set of records, of which only the ids are asked for.

        >>> read_query("SELECT toLabel(Type) FROM Account WHERE Type != null ORDER BY Name").of_ids().text
        'SELECT Id FROM Account WHERE Type != null'
        """
        is_limited = self.has("LIMIT") or self.has_offset
        query = replace(self.unmarked(), selected="Id")
        # The order decides which records a limit leaves; otherwise it only costs Salesforce time.
        return query if is_limited else query.without("ORDER")

    def with_id(self) -> Self:
        """The same rows and columns, the Id among them."""
        _, *names = self.source.partition(",")[0].lower().split()
        ids = {"id", *(f"{name}.id" for name in names)}
        columns = _TYPE_OF.sub("TYPEOF", self.selected).lower().split(",")
        has_id = _ALL_FIELDS.search(self.selected) or not ids.isdisjoint(each.strip() for each in columns)
        return self if has_id else replace(self, selected=f"Id, {self.selected}")


def read_query(soql: str) -> Query:
    """The parts of a query; QueryRefusedError where it has no SELECT or no FROM to part it at.

    >>> read_query("SELECT (SELECT Id FROM Contacts), Name FROM Account a WHERE Name = 'FROM x'").source
    'FROM Account a'
    """
    words = list(_outer_words(soql))
    first = words[0].group().upper() if words else ""
    at = next((place for place, each in enumerate(words) if each.group().upper() == "FROM"), None)
    if first != "SELECT" or at is None or at + 1 == len(words):
        raise QueryRefusedError(
            f"{soql.strip()[:200]!r} is no query. Write SELECT Id FROM an object, perhaps with WHERE."
        )
    starts = list(_clause_starts(words, after=at + 1))
    ends = [start for _, start in starts[1:]] + [len(soql)]
    source_end = starts[0][1] if starts else len(soql)
    return Query(
        selected=soql[words[0].end() : words[at].start()].strip(),
        object_name=words[at + 1].group(),
        source=soql[words[at].start() : source_end].strip(),
        clauses=tuple(
            (name, soql[start:end].strip()) for (name, start), end in zip(starts, ends, strict=False)
        ),
    )


def quote_text(text: str) -> str:
    r"""A text as SOQL writes it.

    >>> print(quote_text("O'Neill\\"))
    'O\'Neill\\'
    """
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + escaped.replace("\n", "\\n").replace("\r", "\\r") + "'"


def _outer_words(soql: str) -> Iterator[re.Match[str]]:
    """The words outside of all parentheses."""
    depth = 0
    for word in _WORD.finditer(soql):
        if word.group() == "(":
            depth += 1
        elif word.group() == ")":
            depth -= 1
        elif depth == 0:
            yield word


def _clause_starts(words: list[re.Match[str]], *, after: int) -> Iterator[tuple[str, int]]:
    names = [each.group().upper() for each in words]
    for place in range(after + 1, len(words)):
        needed = _CLAUSES.get(names[place])
        if needed is not None and (not needed or needed.intersection(names[place + 1 : place + 2])):
            yield names[place], words[place].start()
