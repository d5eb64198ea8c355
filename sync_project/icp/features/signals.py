"""What a signal is: its name, the words people see, the SQL that reads it, and the rows it is read from."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sync_project.icp.features.wording import Wording

IDEAL_PROFILE = "ideal_profile"
"""The signal that sums up what the user believes."""

RESERVED_NAMES = frozenset({"subject_id", "as_of", "known_at", "is_won", IDEAL_PROFILE})
"""Columns of the lessons that are no signals of the settings' own."""


class Subject(StrEnum):
    """What a scorecard is about."""

    PERSON = "person"
    ACCOUNT = "account"


class Side(StrEnum):
    """The two sums that a score is made of."""

    FIT = "fit"
    """Who they are."""
    ENGAGEMENT = "engagement"
    """What they do, and what is done with them."""


class Lift(StrEnum):
    """What people can do about a signal; nobody can change who they are."""

    MORE = "more"
    """A count, which grows with what they do."""
    RECENT = "recent"
    """Days or weeks since something last happened, which may happen today."""
    KNOWN = "known"
    """A field that somebody can fill in where it is empty."""


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One input of a scorecard."""

    name: str
    label: str
    side: Side
    expression: str
    """SQL over the subject and the sources."""
    wording: Wording
    part_of: str | None = None
    """The signal that counts this one in, so that this says no more where that is zero; None for most."""
    lift: Lift | None = None
    """None where nothing can be done about it."""
    parameters: Mapping[str, object] = field(default_factory=dict)
    """Of the expression."""
    reads: frozenset[tuple[str, str]] = frozenset()
    """Object and name of the fields whose values have to be those of the moment."""
    is_stable: bool = False
    """The settings vouch for those fields: what is seen of them later was so before."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Rows that are joined to the subjects, at most one to each.

    The subjects are the table ``subject`` with subject_id, person_id, company_id, as_of and opportunity_id,
    the deal that a lesson is about; null for those of today.
    """

    name: str
    """The alias by which expressions name it."""
    rows: str
    """A table, or a query in brackets, which may read ``subject``."""
    on: str
    """The condition under which a row belongs to a subject."""
    parameters: Mapping[str, object] = field(default_factory=dict)


class SignalError(ValueError):
    """The signals of the settings cannot be used.

    SignalError
    ├── SignalFieldError   a signal names a field that cannot be read
    ├── SignalNameError    two signals, or a signal and a column of ours, have one name
    ├── SignalTableError   a table was built for other signals
    └── IdealProfileError  the ideal profile names a signal that there is not
    """


class SignalFieldError(SignalError):
    """A signal names a field that cannot be read; the message says where and what to do."""


class SignalNameError(SignalError):
    """A signal's name is taken; the message says by what."""


class SignalTableError(SignalError):
    """A table lacks a signal; the message says what to build again."""


class IdealProfileError(SignalError):
    """The ideal profile names a signal that there is not; the message lists those there are."""


def check_names(signals: Iterable[Signal]) -> None:
    """SignalNameError where a name is used twice, or by a column of ours."""
    names = [each.name for each in signals]
    taken = sorted({name for name in names if names.count(name) > 1} | RESERVED_NAMES.intersection(names))
    if taken:
        raise SignalNameError(
            f"Signal name {taken[0]!r} is taken: signals of engagement, deals, campaigns and activity have "
            "names of their own (events, days_since_event, <kind>_count, campaign_responses and so on, those "
            "of the company with account_ before), and subject_id, as_of, known_at, is_won and ideal_profile "
            "are ours. "
            "Rename it under signals.fields, or take it out of signals.engagement.kinds."
        )


def check_columns(table: str, columns: Collection[str], *, signals: Iterable[str]) -> None:
    """SignalTableError where a table with these columns lacks one of the signals."""
    lacking = [each for each in signals if each not in columns]
    if lacking:
        raise SignalTableError(
            f"{table} has no column {lacking[0]!r}: it was built before that was a signal of the settings. "
            f"Build {table} again, and what is made of it; a whole run does both."
        )
