"""Which signals lessons have to leave out: those of fields whose value as of the decision nobody knows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from sync_project.icp.features.past_values import KEYS, known_column, read_field_facts
from sync_project.icp.features.signals import Signal, Subject
from sync_project.settings.icp import ProfileSignal
from sync_project.warehouse.connection import fetch_row
from sync_project.warehouse.models import ensure_table, load_models

TABLE = "icp.refused_signal"

Place = tuple[str, str]
"""Object and field."""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Lessons of which a field's value is not known."""

    unknown_count: int
    lesson_count: int
    """Lessons with such a record."""
    first: date
    last: date
    """Days of decision."""
    is_tracked: bool
    """Whether the org keeps the field's history by now."""

    def say(self, place: Place, *, vouching: str) -> str:
        """What is missing, and what can be done."""
        track = "" if self.is_tracked else "turn on its field history tracking in Salesforce and "
        return (
            f"{'.'.join(place)} has no history for {self.unknown_count:,} of {self.lesson_count:,} lessons, "
            f"so nobody knows its value at the decision. Either {track}wait until those, decided from "
            f"{self.first} to {self.last}, are older than icp.training_days; or, where no deal changes the "
            f"field or fills it in, vouch for it with {vouching}."
        )


def refuse_signals(
    subject: Subject, signals: Iterable[Signal], *, connection: duckdb.DuckDBPyConnection
) -> frozenset[str]:
    """Replace the subject's rows of ``icp.refused_signal``; returns the names.

    Reads the table ``subject`` and what ``build_past_values`` made.
    """
    listed = list(signals)
    gaps = _find_gaps(listed, connection=connection)
    ensure_table(load_models()[TABLE], connection=connection)
    connection.execute(f"DELETE FROM {TABLE} WHERE subject = $subject", {"subject": subject.value})
    refused = {
        each.name: " ".join(
            gaps[place].say(place, vouching=_name_vouching(each))
            for place in sorted(each.reads & gaps.keys())
        )
        for each in listed
        if each.reads & gaps.keys()
    }
    for name, reason in refused.items():
        connection.execute(f"INSERT INTO {TABLE} VALUES ($1, $2, $3)", [subject.value, name, reason])
    return frozenset(refused)


def read_refusals(subject: Subject, *, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Why signals are left out of the subject's lessons, by name."""
    ensure_table(load_models()[TABLE], connection=connection)
    return dict(
        connection.execute(
            f"SELECT signal, refused_because FROM {TABLE} WHERE subject = $subject",
            {"subject": subject.value},
        ).fetchall()
    )


def _name_vouching(signal: Signal) -> str:
    is_profile = signal.name in {each.value for each in ProfileSignal}
    return f"signals.stable_profile: [{signal.name}]" if is_profile else "stable: true in signals.fields"


def _find_gaps(signals: Iterable[Signal], *, connection: duckdb.DuckDBPyConnection) -> Mapping[Place, Gap]:
    facts = read_field_facts(connection)
    gaps = {}
    for object_name, field in sorted({place for each in signals for place in each.reads}):
        is_unknown = f"FILTER (WHERE NOT record.{known_column(field)})"
        unknown, total, first, last = fetch_row(
            connection,
            f"""SELECT count(*) {is_unknown}, count(*), min(subject.as_of) {is_unknown},
                max(subject.as_of) {is_unknown}
            FROM subject INNER JOIN past_{object_name.lower()} AS record
                ON subject.{KEYS[object_name]} = record.Id AND subject.as_of = record.as_of""",
        ) or (0, 0, None, None)
        if unknown:
            gaps[object_name, field] = Gap(
                unknown_count=unknown,
                lesson_count=total,
                first=first.date(),
                last=last.date(),
                is_tracked=facts[object_name, field].is_tracked,
            )
    return gaps
