"""The signals of each scorecard: their names, the words people see, and the SQL that reads them.

Which Salesforce fields they come from is the user's choice; ``features`` puts them into one query.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sync_project.icp.wording import Wording, word_days_since, word_events, word_field, word_kind
from sync_project.ingest.columns import TEXT, column_type
from sync_project.settings.model import EngagementSignals, FieldSignal, ProfileSignal, SignalSettings
from sync_project.warehouse.models import quote_name

FieldTypes = Mapping[tuple[str, str], str]
"""Salesforce's type of every imported field, by (object name, field name)."""

UNUSABLE_TYPES = frozenset({"date", "datetime", "time"})
PROFILE_LABELS: Mapping[ProfileSignal, str] = {
    ProfileSignal.SENIORITY: "Seniority",
    ProfileSignal.EMAIL_KIND: "Kind of email",
    ProfileSignal.ASSIGNED_OWNER: "Assigned owner",
    ProfileSignal.ACCOUNT_OWNER: "Account owner",
}


class Subject(StrEnum):
    """What a scorecard is about."""

    PERSON = "person"
    ACCOUNT = "account"


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One input of a scorecard."""

    name: str
    label: str
    expression: str
    """SQL over the sources that ``features`` joins."""
    wording: Wording
    part_of: str | None = None
    """The signal that counts this one in, so that this says no more where that is zero; None for most."""


RESERVED_NAMES = frozenset({"subject_id", "as_of", "is_won"})
"""Columns of the lessons that are no signals."""


class SignalError(ValueError):
    """The signals of the settings cannot be used.

    SignalError
    ├── SignalFieldError  a signal names a field that cannot be read
    └── SignalNameError   two signals, or a signal and a column of ours, have one name
    """


class SignalFieldError(SignalError):
    """A signal names a field that cannot be read; the message says where and what to do."""


class SignalNameError(SignalError):
    """A signal's name is taken; the message says by what."""


def list_signals(
    subject: Subject, *, settings: SignalSettings, types: FieldTypes, expected: frozenset[tuple[str, str]]
) -> list[Signal]:
    """The scorecard's inputs in the settings' order.

    ``expected`` are fields that the staged tables read: where the org hides one, its signal is empty. Any
    other absent field is a SignalFieldError, because somebody asked for it by name.
    """
    fields = [_field_signal(each, subject, types, expected) for each in settings.fields]
    signals = [each for each in fields if each is not None]
    signals += [
        _profile_signal(each)
        for each in settings.profile
        if subject is Subject.PERSON or each is ProfileSignal.ACCOUNT_OWNER
    ]
    if subject is Subject.PERSON:
        signals += _engagement_signals("engagement", settings.engagement, prefix="", owner="")
    signals += _engagement_signals(
        "account_engagement", settings.engagement, prefix="account_", owner="Company"
    )
    _check_names([each.name for each in signals])
    return signals


def _check_names(names: list[str]) -> None:
    taken = sorted({name for name in names if names.count(name) > 1} | RESERVED_NAMES.intersection(names))
    if taken:
        raise SignalNameError(
            f"Signal name {taken[0]!r} is taken: events, days_since_event and <kind>_count, also with "
            "account_ before them, are engagement signals, and subject_id, as_of and is_won are no signals. "
            "Rename it under signals.fields, or take it out of signals.engagement.kinds."
        )


def _profile_signal(signal: ProfileSignal) -> Signal:
    label = PROFILE_LABELS[signal]
    # A lesson knows the account of its time, the profile the one of today.
    expression = "account_owner.name" if signal is ProfileSignal.ACCOUNT_OWNER else f"profile.{signal.value}"
    return Signal(name=signal.value, label=label, expression=expression, wording=word_field(label))


def _field_signal(
    signal: FieldSignal, subject: Subject, types: FieldTypes, expected: frozenset[tuple[str, str]]
) -> Signal | None:
    """None where the signal says nothing about the subject."""
    wanted = [("Account", signal.account)]
    if subject is Subject.PERSON:
        wanted = [("Contact", signal.contact), ("Lead", signal.lead), *wanted]
    named = [(object_name, field) for object_name, field in wanted if field]
    if not named:
        return None
    known = [place for place in named if _is_known(signal, place, types, expected)]
    return Signal(
        name=signal.name,
        label=signal.label,
        expression=_coalesce(known, types),
        wording=word_field(signal.label),
    )


def _is_known(
    signal: FieldSignal, place: tuple[str, str], types: FieldTypes, expected: frozenset[tuple[str, str]]
) -> bool:
    field = ".".join(place)
    if place not in types and place not in expected:
        raise SignalFieldError(
            f"Signal {signal.name!r} reads {field}, which the org lacks or hides from the integration user. "
            "Correct the field under signals.fields, or grant read access to it by a permission set."
        )
    if types.get(place) in UNUSABLE_TYPES:
        raise SignalFieldError(
            f"Signal {signal.name!r} reads {field}, a {types[place]} field; scorecards learn from numbers, "
            "texts and checkboxes. Map a formula field that holds a number of days instead."
        )
    return place in types


def _coalesce(places: list[tuple[str, str]], types: FieldTypes) -> str:
    """The first filled field; as a number where all are numbers, else as text."""
    if not places:
        return f"CAST(NULL AS {TEXT})"
    kinds = {column_type(types[place]) for place in places}
    target = "DOUBLE" if kinds <= {"BIGINT", "DOUBLE"} else TEXT
    columns = [f"CAST({name.lower()}.{quote_name(field)} AS {target})" for name, field in places]
    return columns[0] if len(columns) == 1 else f"coalesce({', '.join(columns)})"


def _engagement_signals(source: str, settings: EngagementSignals, *, prefix: str, owner: str) -> list[Signal]:
    """Columns of ``source``, which ``features`` counts: events, days_since_event and one per kind."""
    window_days = settings.window_days
    within = f"in {window_days} days"
    before = f"{owner}: " if owner else ""
    total = f"{prefix}events"
    kinds = [
        Signal(
            name=f"{prefix}{kind}_count",
            label=f"{before}{kind.replace('_', ' ').capitalize()} {within}",
            expression=f"coalesce({source}.{quote_name(f'{kind}_count')}, 0)",
            wording=word_kind(kind, owner=owner, window_days=window_days),
            part_of=total,
        )
        for kind in settings.kinds
    ]
    return [
        Signal(
            name=total,
            label=f"{before}Events {within}",
            expression=f"coalesce({source}.events, 0)",
            wording=word_events(owner=owner, window_days=window_days),
        ),
        Signal(
            name=f"{prefix}days_since_event",
            label=f"{before}Days since the last event",
            expression=f"{source}.days_since_event",
            wording=word_days_since(owner=owner, window_days=window_days),
        ),
        *kinds,
    ]
