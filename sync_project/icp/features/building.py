"""The value of every signal for every subject as of a moment: one query for lessons and for today.

``build_lessons`` looks at each lesson as of its decision, ``build_current`` at everybody as they are now.
What people did is counted from the events for lessons, which are few, and for today read from the sums that
``engagement_state`` keeps.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

import duckdb

from sync_project.icp.features.activity import activity_sources, list_activity_signals
from sync_project.icp.features.campaigns import campaign_sources, list_campaign_signals
from sync_project.icp.features.engagement import (
    CURRENT_ENGAGEMENT,
    list_engagement_signals,
    past_engagement,
)
from sync_project.icp.features.fields import (
    PRESENT_SOURCES,
    FieldTypes,
    expected_fields,
    list_field_signals,
    read_field_types,
)
from sync_project.icp.features.ideal_profile import check_ideal_profile, list_ideal_signal
from sync_project.icp.features.opportunities import list_opportunity_signals, opportunity_sources
from sync_project.icp.features.past_values import build_past_values, past_sources
from sync_project.icp.features.refusals import read_refusals, refuse_signals
from sync_project.icp.features.signals import Signal, Source, Subject, check_names
from sync_project.icp.past_signals import keeping_past
from sync_project.settings.icp import IdealRule, SignalSettings
from sync_project.settings.model import Settings
from sync_project.warehouse.connection import as_timestamp
from sync_project.warehouse.models import count_rows, quote_name

LESSONS = """SELECT example_id AS subject_id, person_id, account_id AS company_id, opportunity_id,
        decided_at AS as_of, known_at, is_won
    FROM icp.example WHERE subject = $subject"""

PEOPLE_NOW = """SELECT person_id AS subject_id, person_id, company_id,
        CAST(NULL AS VARCHAR) AS opportunity_id, CAST($now AS TIMESTAMP) AS as_of
    FROM matched.affiliation"""

ACCOUNTS_NOW = """SELECT company.company_id AS subject_id, CAST(NULL AS VARCHAR) AS person_id,
        company.company_id, CAST(NULL AS VARCHAR) AS opportunity_id, CAST($now AS TIMESTAMP) AS as_of
    FROM (
        SELECT account_id AS company_id FROM staged.account
        UNION ALL
        SELECT organisation_id AS company_id FROM matched.organisation
    ) AS company"""
"""An organisation is an account of which nothing but engagement is known: no field is joined to it."""


def read_signals(
    subject: Subject,
    *,
    connection: duckdb.DuckDBPyConnection,
    settings: SignalSettings,
    ideal_profile: Sequence[IdealRule],
    refused: Collection[str] = (),
) -> list[Signal]:
    """The scorecard's inputs against the fields that the org has, without the ``refused`` ones."""
    types = read_field_types(connection)
    return list_signals(
        subject,
        settings=settings,
        types=types,
        expected=expected_fields(),
        ideal_profile=ideal_profile,
        refused=refused,
    )


def read_taught_signals(
    subject: Subject, *, connection: duckdb.DuckDBPyConnection, settings: Settings
) -> list[Signal]:
    """Those that the lessons hold: what they had to refuse is left out."""
    return read_signals(
        subject,
        connection=connection,
        settings=settings.signals,
        ideal_profile=settings.icp.ideal_profile,
        refused=read_refusals(subject, connection=connection),
    )


def list_signals(
    subject: Subject,
    *,
    settings: SignalSettings,
    types: FieldTypes,
    expected: frozenset[tuple[str, str]],
    ideal_profile: Sequence[IdealRule] = (),
    refused: Collection[str] = (),
) -> list[Signal]:
    """The scorecard's inputs, the ideal profile last; SignalError where the settings cannot be followed.

    ``refused`` ones are left out, and meet no rule of the ideal profile.
    """
    of_subject = {
        each: [
            *list_field_signals(each, settings=settings, types=types, expected=expected),
            *list_engagement_signals(each, settings=settings.engagement),
            *list_opportunity_signals(settings.opportunities),
            *list_campaign_signals(each, settings=settings.campaigns),
            *list_activity_signals(each, settings=settings.activity),
        ]
        for each in Subject
    }
    signals = of_subject[subject]
    check_names(signals)
    names = {signal.name for listed in of_subject.values() for signal in listed}
    check_ideal_profile(ideal_profile, names=names)
    used = [each for each in signals if each.name not in refused]
    unknown = [replace(each, expression="NULL") for each in signals if each.name in refused]
    return used + list_ideal_signal(ideal_profile, [*used, *unknown])


def list_sources(settings: SignalSettings, *, of_the_past: bool) -> list[Source]:
    """All that the signals' expressions may read beside the subject."""
    return [
        *(past_sources() if of_the_past else PRESENT_SOURCES),
        *(past_engagement(settings.engagement) if of_the_past else CURRENT_ENGAGEMENT),
        *opportunity_sources(settings.opportunities),
        *campaign_sources(settings.campaigns),
        *activity_sources(settings.activity),
    ]


def build_lessons(
    subject: Subject,
    *,
    connection: duckdb.DuckDBPyConnection,
    settings: SignalSettings,
    ideal_profile: Sequence[IdealRule] = (),
) -> int:
    """Replace ``icp.<subject>_lesson`` and return its rows.

    Columns: subject_id, as_of, one per signal, known_at, is_won. A signal of which some lesson does not know
    the value as of its decision is no column but a row of ``icp.refused_signal``.
    """
    read = partial(
        read_signals, subject, connection=connection, settings=settings, ideal_profile=ideal_profile
    )
    signals = read()
    _set_subjects(LESSONS, {"subject": subject.value}, connection=connection)
    build_past_values(signals, connection=connection)
    refused = refuse_signals(subject, signals, connection=connection)
    return _replace(
        f"icp.{subject}_lesson",
        read(refused=refused),
        further=["subject.known_at", "subject.is_won"],
        sources=list_sources(settings, of_the_past=True),
        connection=connection,
    )


def build_current(
    subject: Subject,
    *,
    connection: duckdb.DuckDBPyConnection,
    settings: SignalSettings,
    now: datetime,
    ideal_profile: Sequence[IdealRule] = (),
) -> int:
    """Replace ``icp.<subject>_now`` and return its rows. Columns: subject_id, as_of, one per signal.

    What changed goes to ``icp.<subject>_past``.
    """
    people = PEOPLE_NOW if subject is Subject.PERSON else ACCOUNTS_NOW
    _set_subjects(people, {"now": as_timestamp(now)}, connection=connection)
    with keeping_past(subject, connection=connection, now=now):
        return _replace(
            f"icp.{subject}_now",
            read_signals(subject, connection=connection, settings=settings, ideal_profile=ideal_profile),
            sources=list_sources(settings, of_the_past=False),
            connection=connection,
        )


def _set_subjects(query: str, given: Mapping[str, object], *, connection: duckdb.DuckDBPyConnection) -> None:
    """Who is looked at, and as of when: the table ``subject`` that sources read."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE subject AS {query}", given)


def _replace(
    table: str,
    signals: Sequence[Signal],
    *,
    sources: Sequence[Source],
    further: Sequence[str] = (),
    connection: duckdb.DuckDBPyConnection,
) -> int:
    columns = [f"{each.expression} AS {quote_name(each.name)}" for each in signals]
    joins = "\n".join(f"LEFT JOIN {each.rows} AS {each.name} ON {each.on}" for each in sources)
    given: dict[str, object] = {}
    for parameters in (*(each.parameters for each in signals), *(each.parameters for each in sources)):
        given |= parameters
    connection.execute("CREATE SCHEMA IF NOT EXISTS icp")
    connection.execute(
        f"""CREATE OR REPLACE TABLE {table} AS
        SELECT {", ".join(["subject.subject_id", "subject.as_of", *columns, *further])}
        FROM subject
        {joins}
        ORDER BY subject.subject_id""",
        given,
    )
    return count_rows(table, connection=connection)
