"""How the value of a signal becomes words in SQL: the texts of ``icp.signal``, filled in for a million rows.

Expressions read the columns ``value_<place>`` of a query, where the place is the signal's in its list. Text
from the org is joined to ours, which is never searched again, so that braces and quotes in it mean nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import duckdb

from sync_project.icp.features.signals import Lift, Subject, check_columns
from sync_project.icp.features.wording import VALUE
from sync_project.icp.scoring_query import known_number
from sync_project.warehouse.models import quote_name, table_columns

BLANK = r"\s\pZ\pC"
"""In a class of a pattern: what shows nothing or breaks a line, such as U+2028 and vertical tabs."""

LONGEST_VALUE = 80
"""Characters; the beginning of a longer text says enough before a call."""


class ValueKind(StrEnum):
    """What a signal's column holds."""

    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth"


@dataclass(frozen=True, kw_only=True)
class ToldSignal:
    """One signal, as far as people read of it."""

    name: str
    label: str
    kind: ValueKind
    family: str
    part_of: str | None
    lift: Lift | None
    when_known: str
    when_unknown: str
    when_zero: str
    when_one: str
    when_negative: str | None


class Parameters:
    """Values that a query names, each once.

    >>> given = Parameters()
    >>> given.keep("Toys"), given.keep(3), given.keep("Toys"), given.values
    ('$given_0', '$given_1', '$given_0', {'given_0': 'Toys', 'given_1': 3})
    """

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self._names: dict[tuple[type, object], str] = {}

    def keep(self, value: str | float) -> str:
        """The value's name in the query."""
        name = self._names.setdefault((type(value), value), f"given_{len(self._names)}")
        self.values[name] = value
        return f"${name}"


def read_told_signals(subject: Subject, *, connection: duckdb.DuckDBPyConnection) -> list[ToldSignal]:
    """The signals of one subject in the order of the settings, which is that of the columns.

    SignalTableError where the table of today's values was built for others.
    """
    table = f"icp.{subject}_now"
    types = table_columns(table, connection=connection)
    columns = [
        "signal", "label", "family", "part_of", "lift",
        "when_known", "when_unknown", "when_zero", "when_one", "when_negative",
    ]  # fmt: skip
    rows = connection.execute(
        f"SELECT {', '.join(columns)} FROM icp.signal WHERE subject = $subject", {"subject": subject.value}
    ).fetchall()
    check_columns(table, types, signals=[name for name, *_ in rows])
    found = {
        name: ToldSignal(
            name=name,
            label=label,
            kind=_read_kind(types[name]),
            family=family,
            part_of=part_of,
            lift=None if lift is None else Lift(lift),
            when_known=known,
            when_unknown=unknown,
            when_zero=zero,
            when_one=one,
            when_negative=negative,
        )
        for name, label, family, part_of, lift, known, unknown, zero, one, negative in rows
    }
    return [found[name] for name in types if name in found]


def _read_kind(column_type: str) -> ValueKind:
    if column_type == "BOOLEAN":
        return ValueKind.TRUTH
    return ValueKind.TEXT if column_type == "VARCHAR" else ValueKind.NUMBER


def read_value(signal: ToldSignal, *, column: str) -> str:
    """The value as the expressions below take it: what is not a number or blank is null."""
    name = f"{column}.{quote_name(signal.name)}"
    match signal.kind:
        case ValueKind.NUMBER:
            return known_number(name)
        case ValueKind.TRUTH:
            return name
        case ValueKind.TEXT:
            return known_text(name)


def known_text(text: str) -> str:
    """Null where the text shows nothing."""
    return f"CASE WHEN regexp_matches({text}, '[^{BLANK}]') THEN {text} END"


def spell_value(kind: ValueKind, value: str) -> str:
    """A value that is known, as people write it: numbers with thousands parted, texts on one line."""
    match kind:
        case ValueKind.NUMBER:
            whole, broken = f"format('{{:,.0f}}', {value})", f"format('{{:,.12g}}', {value})"
            return f"CASE WHEN {value} = round({value}) THEN {whole} ELSE {broken} END"
        case ValueKind.TRUTH:
            return f"CASE WHEN {value} THEN 'yes' ELSE 'no' END"
        case ValueKind.TEXT:
            line = f"trim(regexp_replace({value}, '[{BLANK}]+', ' ', 'g'))"
            short = f"rtrim(left({line}, {LONGEST_VALUE - 1})) || '…'"
            return f"CASE WHEN length({line}) > {LONGEST_VALUE} THEN {short} ELSE {line} END"


def tell_signal(signal: ToldSignal, *, value: str, parameters: Parameters) -> str:
    """Signal and value as people read them, such as ``Demo request once lately``."""
    before, found, after = signal.when_known.rpartition(VALUE)
    known = [parameters.keep(before)] if before else []
    if found:
        known.append(spell_value(signal.kind, value))
    if after:
        known.append(parameters.keep(after))
    cases = [f"WHEN {value} IS NULL THEN {parameters.keep(signal.when_unknown)}"]
    if signal.kind is ValueKind.NUMBER:
        cases += [
            f"WHEN {value} = 0 THEN {parameters.keep(signal.when_zero)}",
            f"WHEN {value} = 1 THEN {parameters.keep(signal.when_one)}",
        ]
        if signal.when_negative is not None:
            cases.append(f"WHEN {value} < 0 THEN {parameters.keep(signal.when_negative)}")
    return f"CASE {' '.join(cases)} ELSE {' || '.join(f'({each})' for each in known)} END"


def choose(place: str, texts: Sequence[tuple[int, str]]) -> str:
    """The text whose number ``place`` gives; only that one is made."""
    cases = " ".join(f"WHEN {number} THEN {text}" for number, text in texts)
    return f"CASE {place} {cases} END" if texts else "CAST(NULL AS VARCHAR)"
