"""Signals that a record's fields hold: those the settings map, and those of a person's profile.

Their expressions read ``contact``, ``lead``, ``account``, ``profile`` and ``account_owner``, whose rows are
those of the moment: of now (``PRESENT_SOURCES``), or of the past (``past_values``).
"""

from collections.abc import Mapping

import duckdb

from sync_project.icp.features.signals import Lift, Side, Signal, SignalFieldError, Source, Subject
from sync_project.icp.features.wording import word_field
from sync_project.ingest.columns import TEXT, column_type
from sync_project.ingest.objects import STAGED_OBJECTS, table_name
from sync_project.settings.icp import FieldSignal, ProfileSignal, SignalSettings
from sync_project.warehouse.models import load_models, quote_name

FieldTypes = Mapping[tuple[str, str], str]
"""Salesforce's type of every imported field, by (object name, field name)."""

UNUSABLE_TYPES = frozenset({"date", "datetime", "time"})
PROFILE_LABELS: Mapping[ProfileSignal, str] = {
    ProfileSignal.SENIORITY: "Seniority",
    ProfileSignal.FUNCTION: "Function",
    ProfileSignal.EMAIL_KIND: "Kind of email",
    ProfileSignal.ASSIGNED_OWNER: "Assigned owner",
    ProfileSignal.ACCOUNT_OWNER: "Account owner",
    ProfileSignal.RECORD_TYPE: "Kind of record",
}

PROFILE_FIELDS: Mapping[ProfileSignal, tuple[tuple[str, str], ...]] = {
    ProfileSignal.SENIORITY: (("Contact", "Title"), ("Lead", "Title")),
    ProfileSignal.FUNCTION: (("Contact", "Title"), ("Lead", "Title")),
    ProfileSignal.EMAIL_KIND: (("Contact", "Email"), ("Lead", "Email")),
    ProfileSignal.ASSIGNED_OWNER: (("Contact", "OwnerId"), ("Lead", "OwnerId")),
    ProfileSignal.ACCOUNT_OWNER: (("Account", "OwnerId"),),
    ProfileSignal.RECORD_TYPE: (),
}
"""What each is made of."""

OF_THE_LESSON: Mapping[ProfileSignal, str] = {
    ProfileSignal.ACCOUNT_OWNER: "account_owner.name",
    ProfileSignal.RECORD_TYPE: """CASE left(subject.person_id, 3)
        WHEN '00Q' THEN 'Lead' WHEN '003' THEN 'Contact' ELSE 'Visitor' END""",
}

PRESENT_SOURCES = [
    Source(name="contact", rows="raw.contact", on="subject.person_id = contact.Id"),
    Source(name="lead", rows="raw.lead", on="subject.person_id = lead.Id"),
    Source(name="account", rows="raw.account", on="subject.company_id = account.Id"),
    Source(
        name="account_owner",
        rows="""(SELECT account.account_id, owner.name
            FROM staged.account AS account
            INNER JOIN staged.user AS owner ON account.owner_id = owner.user_id AND owner.is_active)""",
        on="subject.company_id = account_owner.account_id",
    ),
    Source(name="profile", rows="icp.person_profile", on="subject.person_id = profile.person_id"),
]
"""Everybody's fields as they stand now."""


def read_field_types(connection: duckdb.DuckDBPyConnection) -> FieldTypes:
    """The type of every field that comes in."""
    rows = connection.execute(
        "SELECT object_name, field_name, type FROM raw.field WHERE is_imported"
    ).fetchall()
    return {(object_name, field): kind for object_name, field, kind in rows}


def expected_fields() -> frozenset[tuple[str, str]]:
    """The fields that the staged tables read, by (object name, field name)."""
    read = {place for model in load_models().values() for place in model.columns_read}
    return frozenset(
        (name, column) for name in STAGED_OBJECTS for table, column in read if table == table_name(name)
    )


def list_field_signals(
    subject: Subject, *, settings: SignalSettings, types: FieldTypes, expected: frozenset[tuple[str, str]]
) -> list[Signal]:
    """The mapped fields in the settings' order, then the profile.

    ``expected`` are fields that the staged tables read: where the org hides one, its signal is empty. Any
    other absent field is a SignalFieldError, because somebody asked for it by name.
    """
    fields = [_field_signal(each, subject, types, expected) for each in settings.fields]
    return [
        *(each for each in fields if each is not None),
        *(
            _profile_signal(each, types, is_stable=each in settings.stable_profile)
            for each in settings.profile
            if subject is Subject.PERSON or each is ProfileSignal.ACCOUNT_OWNER
        ),
    ]


def _profile_signal(signal: ProfileSignal, types: FieldTypes, *, is_stable: bool) -> Signal:
    label = PROFILE_LABELS[signal]
    # A lesson knows the account and the record of its time, the profile those of today.
    expression = OF_THE_LESSON.get(signal, f"profile.{signal.value}")
    return Signal(
        name=signal.value,
        label=label,
        side=Side.FIT,
        expression=expression,
        wording=word_field(label),
        reads=frozenset(types.keys() & set(PROFILE_FIELDS[signal])),
        is_stable=is_stable,
    )


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
        side=Side.FIT,
        expression=_coalesce(known, types),
        wording=word_field(signal.label),
        lift=Lift.KNOWN,
        reads=frozenset(known),
        is_stable=signal.stable,
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
