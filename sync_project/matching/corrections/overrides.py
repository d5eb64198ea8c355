"""Corrections by a person: what the lines of the overrides file mean, and which of them cannot be right."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import duckdb
import pandas as pd

from sync_project.matching.company_names import company_key
from sync_project.matching.corrections.override_file import (
    FileLine,
    OverridesError,
    append_text,
    read_text,
    spell_lines,
    split_lines,
)
from sync_project.matching.domains import read_website
from sync_project.matching.emails import EmailKind, read_email
from sync_project.matching.texts.mail_domains import is_free_mail
from sync_project.salesforce.record_ids import normalise_id
from sync_project.warehouse.models import build_table, load_models

_TABLE = "matched.override"
_OBJECTS = {"001": "Account", "003": "Contact", "00Q": "Lead"}


class OverrideKind(StrEnum):
    """What the key of a line is."""

    PERSON = "person"
    EMAIL = "email"
    DOMAIN = "domain"
    COMPANY_NAME = "company_name"


class Decision(StrEnum):
    """What a person said of key and target."""

    IS = "is"
    IS_NOT = "is_not"


_DECISIONS = {
    OverrideKind.PERSON: (Decision.IS,),
    OverrideKind.EMAIL: (Decision.IS,),
    OverrideKind.DOMAIN: (Decision.IS, Decision.IS_NOT),
    OverrideKind.COMPANY_NAME: (Decision.IS, Decision.IS_NOT),
}
_TARGETS = {
    OverrideKind.PERSON: ("Account",),
    OverrideKind.EMAIL: ("Account", "Contact", "Lead"),
    OverrideKind.DOMAIN: ("Account",),
    OverrideKind.COMPANY_NAME: ("Account",),
}
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class Override:
    """One correction, its key and target in the spelling of the other tables."""

    kind: OverrideKind
    key: str
    decision: Decision
    target_id: str | None
    """None where the key belongs to no account."""
    note: str | None
    line: int
    """Where it stands in the file, whose header is line 1."""


@dataclass(frozen=True, kw_only=True)
class KeyPolicy:
    """The settings by which keys are read."""

    own_domains: Sequence[str]
    keep_subdomain: bool


@dataclass(frozen=True, kw_only=True)
class OverridesFile:
    """Where a home has its corrections."""

    path: Path
    is_needed: bool
    """Whether it must be there, because the settings name it."""
    policy: KeyPolicy

    def read(self) -> list[Override]:
        """What it says; nothing where there is no file and none is needed. See `parse_overrides`."""
        return parse_overrides(self._read_text(), path=self.path, policy=self.policy)

    def append(self, lines: Sequence[Mapping[str, str]]) -> None:
        """Add lines, given by column; OverridesError where one cannot be right, and nothing is added then."""
        text = self._read_text()
        parse_overrides(text, path=self.path, policy=self.policy)
        added = spell_lines(lines, behind=text)
        parse_overrides(text + added, path=self.path, policy=self.policy)
        append_text(self.path, added)

    def _read_text(self) -> str:
        return read_text(self.path) if self.is_needed or self.path.exists() else ""


class _LineError(ValueError):
    """What is wrong with one line."""


def parse_overrides(text: str, *, path: Path, policy: KeyPolicy) -> list[Override]:
    """The corrections in a text, each answer once, in their order; OverridesError lists all that is wrong.

    ``path`` is for its message; an empty text holds none.
    """
    if not text:
        return []
    faults: list[tuple[int, str]] = []
    found: list[Override] = []
    for line in split_lines(text, path=path):
        try:
            found.append(_read_line(line, policy=policy))
        except _LineError as error:
            faults.append((line.number, str(error)))
    faults += _find_contradictions(found)
    if faults:
        raise OverridesError(path, [f"line {number}: {fault}" for number, fault in sorted(faults)])
    once = {_answer(each): each for each in reversed(found)}
    return sorted(once.values(), key=lambda each: each.line)


def fill_overrides(connection: duckdb.DuckDBPyConnection, overrides: Iterable[Override]) -> int:
    """Replace matched.override, its targets followed by matched.record_redirect; returns its row count."""
    model = load_models()[_TABLE]
    rows = [
        (str(each.kind), each.key, str(each.decision), each.target_id, each.note, each.line)
        for each in overrides
    ]
    connection.register("filled_rows", pd.DataFrame(rows, columns=list(model.columns), dtype=object))
    build_table(model, connection=connection, parameters={})
    connection.execute(f"INSERT INTO {_TABLE} SELECT * FROM filled_rows").fetchall()
    connection.unregister("filled_rows")
    connection.execute(
        f"""UPDATE {_TABLE} SET target_id = redirect.final_record_id
        FROM matched.record_redirect AS redirect WHERE target_id = redirect.record_id"""
    )
    return len(rows)


def _read_line(line: FileLine, *, policy: KeyPolicy) -> Override:
    if line.fault:
        raise _LineError(line.fault)
    cells = line.cells
    kind = _read_word("kind", cells["kind"], known=list(OverrideKind))
    decision = _read_word("decision", cells["decision"], known=_DECISIONS[kind])
    target_id = _read_target(cells["target_id"], kind=kind)
    if decision is Decision.IS_NOT and target_id is None:
        raise _LineError("is_not needs a target_id: the account that it is not")
    return Override(
        kind=kind,
        key=_read_key(kind, cells["key"], policy=policy),
        decision=decision,
        target_id=target_id,
        note=cells["note"] or None,
        line=line.number,
    )


def _read_target(written: str, *, kind: OverrideKind) -> str | None:
    return _read_id("target_id", written, objects=_TARGETS[kind]) if written else None


def _read_word(column: str, written: str, *, known: Iterable[_Word]) -> _Word:
    words = {word.value: word for word in known}
    if written.lower() not in words:
        raise _LineError(f"{column} {written!r} is none of those that go here; write {' or '.join(words)}")
    return words[written.lower()]


def _read_id(column: str, written: str, *, objects: tuple[str, ...]) -> str:
    record_id = normalise_id(written)
    expected = " or ".join(objects)
    if record_id is None:
        raise _LineError(
            f"{column} {written!r} is no record id; copy the 15 or 18 characters of the {expected}"
        )
    found = _OBJECTS.get(record_id[:3], "another object")
    if found not in objects:
        raise _LineError(f"{column} {written!r} is an id of {found}; give that of the {expected}")
    return record_id


def _read_key(kind: OverrideKind, written: str, *, policy: KeyPolicy) -> str:
    match kind:
        case OverrideKind.PERSON:
            return _read_id("key", written, objects=("Contact", "Lead"))
        case OverrideKind.EMAIL:
            return _read_email(written)
        case OverrideKind.DOMAIN:
            return _read_domain(written, policy=policy)
        case OverrideKind.COMPANY_NAME:
            return _read_company_name(written)


def _read_email(written: str) -> str:
    reading = read_email(written)
    if reading.normalized is None or reading.kind is EmailKind.PLACEHOLDER:
        raise _LineError(
            f"key {written!r} is nobody's email address; write one such as jane@acme.com, "
            "or take kind person with the record's id"
        )
    return reading.normalized


def _read_domain(written: str, *, policy: KeyPolicy) -> str:
    reading = read_website(written, keep_subdomain=policy.keep_subdomain)
    domain = reading.domain
    if domain is None:
        raise _LineError(f"key {written!r} names no company's domain ({reading.reason}); write acme.com")
    if reading.alternates:
        raise _LineError(f"key {written!r} names several domains; give each a line of its own")
    if is_free_mail(domain):
        raise _LineError(
            f"key {written!r} is a mail provider's, of many companies; take kind email or person"
        )
    if any(domain == own or domain.endswith(f".{own}") for own in policy.own_domains):
        raise _LineError(
            f"key {written!r} is one of matching.own_domains and names no account; take kind email or person"
        )
    return domain


def _read_company_name(written: str) -> str:
    key = company_key(written)
    if key is None:
        raise _LineError(f"key {written!r} names no company; write the name as the lead or form has it")
    return key


def _answer(override: Override) -> tuple[str, str, str, str | None]:
    return override.kind, override.key, override.decision, override.target_id


def _find_contradictions(overrides: Iterable[Override]) -> Iterator[tuple[int, str]]:
    """Line and fault of each correction that an earlier one gives the lie."""
    by_key: defaultdict[tuple[str, str], list[Override]] = defaultdict(list)
    for each in overrides:
        others = by_key[each.kind, each.key]
        earlier = next((other for other in others if _contradict(other, each)), None)
        if earlier is not None:
            yield each.line, f"{each.kind} {each.key!r} has another answer in line {earlier.line}; keep one"
        others.append(each)


def _contradict(one: Override, other: Override) -> bool:
    """Two accounts for one key, or yes and no to the same account."""
    if one.decision is other.decision:
        return one.decision is Decision.IS and one.target_id != other.target_id
    return one.target_id == other.target_id
