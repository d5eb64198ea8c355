"""How people read a signal's value before a call: ``Demo request once lately``, not ``demo_count = 1``.

The texts are data (``icp.signal``), so that SQL can tell a million reasons; ``{value}`` stands for the value.
"""

from dataclasses import dataclass

VALUE = "{value}"


@dataclass(frozen=True, kw_only=True)
class Wording:
    """One text for each kind of value."""

    when_known: str
    when_unknown: str
    when_zero: str
    when_one: str
    when_negative: str | None = None
    """None where ``when_known`` does for numbers below zero too."""


def word_field(label: str) -> Wording:
    """A mapped field.

    >>> word_field("Industry").when_known, word_field("Industry").when_unknown
    ('Industry: {value}', 'Industry unknown')
    """
    return Wording(
        when_known=f"{label}: {VALUE}",
        when_unknown=f"{label} unknown",
        when_zero=f"{label}: 0",
        when_one=f"{label}: 1",
    )


def word_ideal_profile(label: str) -> Wording:
    """What the user's own rules say of somebody, whose value is the log-odds that they add up to."""
    return Wording(
        when_known=f"{label}: matches",
        when_unknown=f"{label}: says nothing",
        when_zero=f"{label}: says nothing",
        when_one=f"{label}: matches",
        when_negative=f"{label}: does not match",
    )


def word_kind(kind: str, *, owner: str) -> Wording:
    """How often events of one kind happened; any word works as a kind, so it is never made a plural.

    >>> word_kind("demo_request", owner="").when_zero
    'No demo request lately'
    >>> word_kind("demo_request", owner="Company").when_known
    'Company: demo request {value} times lately'
    """
    words = kind.replace("_", " ")
    return _word(
        owner,
        when_known=f"{words} {VALUE} times lately",
        when_unknown=f"no {words} lately",
        when_zero=f"no {words} lately",
        when_one=f"{words} once lately",
    )


def word_events(*, owner: str) -> Wording:
    """How many events there were of all kinds."""
    return _word(
        owner,
        when_known=f"{VALUE} events lately",
        when_unknown="no activity lately",
        when_zero="no activity lately",
        when_one="1 event lately",
    )


def word_counted(one: str, many: str, *, owner: str, within: str) -> Wording:
    """How many there were, or are.

    >>> words = word_counted("deal won", "deals won", owner="Company", within=" in 365 days")
    >>> words.when_known, words.when_zero
    ('Company: {value} deals won in 365 days', 'Company: no deal won in 365 days')
    """
    return _word(
        owner,
        when_known=f"{VALUE} {many}{within}",
        when_unknown=f"no {one}{within}",
        when_zero=f"no {one}{within}",
        when_one=f"1 {one}{within}",
    )


def word_days_since(*, owner: str) -> Wording:
    """Days since the last event; the same words as no event at all where there was none."""
    return _word(
        owner,
        when_known=f"last activity {VALUE} days ago",
        when_unknown="no activity lately",
        when_zero="last activity today",
        when_one="last activity yesterday",
    )


def word_weeks_since(what: str, *, owner: str, within: str) -> Wording:
    """Whole weeks since the last of something; the same words as none at all where there was none."""
    return _word(
        owner,
        when_known=f"last {what} {VALUE} weeks ago",
        when_unknown=f"no {what}{within}",
        when_zero=f"last {what} less than a week ago",
        when_one=f"last {what} a week ago",
    )


def _word(owner: str, **texts: str) -> Wording:
    return Wording(**{name: _say(text, owner=owner) for name, text in texts.items()})


def _say(text: str, *, owner: str) -> str:
    return f"{owner}: {text}" if owner else text[:1].upper() + text[1:]
