"""The value of every signal for every subject as of a moment; the same query for lessons and for today.

Engagement counts only what happened before the moment. Mapped fields are taken as they stand now: an org
keeps no history of most of them, so signals that sales people fill in after the deal do not belong there.
"""

from collections.abc import Mapping
from datetime import datetime

import duckdb

from sync_project.icp.signals import FieldTypes, Signal, Subject, list_signals
from sync_project.ingest.objects import STAGED_OBJECTS, table_name
from sync_project.settings.model import EngagementSignals, SignalSettings
from sync_project.warehouse.connection import as_timestamp
from sync_project.warehouse.models import count_rows, load_models, quote_name

LESSONS = """SELECT example_id AS subject_id, person_id, account_id AS company_id, decided_at AS as_of, is_won
    FROM icp.example WHERE subject = $subject"""

PEOPLE_NOW = """SELECT person_id AS subject_id, person_id, company_id, CAST($now AS TIMESTAMP) AS as_of
    FROM matched.affiliation"""

PERSON_EVENTS = """INNER JOIN icp.person_profile AS person ON moment.person_id = person.person_id
        INNER JOIN matched.event AS event ON person.identity = event.identity"""

ACCOUNT_EVENTS = "INNER JOIN matched.event AS event ON moment.company_id = event.company_id"

ACCOUNTS_NOW = """SELECT company.company_id AS subject_id, CAST(NULL AS VARCHAR) AS person_id,
        company.company_id, CAST($now AS TIMESTAMP) AS as_of
    FROM (
        SELECT account_id AS company_id FROM staged.account
        UNION ALL
        SELECT organisation_id AS company_id FROM matched.organisation
    ) AS company"""
"""An organisation is an account of which nothing but engagement is known: no field is joined to it."""


def read_signals(
    subject: Subject, *, connection: duckdb.DuckDBPyConnection, settings: SignalSettings
) -> list[Signal]:
    """The scorecard's signals against the fields that the org has; SignalFieldError for one it lacks."""
    rows = connection.execute(
        "SELECT object_name, field_name, type FROM raw.field WHERE is_imported"
    ).fetchall()
    types: FieldTypes = {(object_name, field): kind for object_name, field, kind in rows}
    read = {place for model in load_models().values() for place in model.columns_read}
    expected = frozenset(
        (name, column) for name in STAGED_OBJECTS for table, column in read if table == table_name(name)
    )
    return list_signals(subject, settings=settings, types=types, expected=expected)


def build_lessons(
    subject: Subject, *, connection: duckdb.DuckDBPyConnection, settings: SignalSettings
) -> int:
    """Replace ``icp.<subject>_lesson`` and return its rows.

    Columns: subject_id, as_of, one per signal, is_won.
    """
    query = _feature_query(subject, LESSONS, connection=connection, settings=settings, outcome=True)
    given = {"subject": subject.value} | _event_parameters(settings.engagement)
    return _replace(f"icp.{subject}_lesson", query, given, connection=connection)


def build_current(
    subject: Subject, *, connection: duckdb.DuckDBPyConnection, settings: SignalSettings, now: datetime
) -> int:
    """Replace ``icp.<subject>_now`` and return its rows. Columns: subject_id, as_of, one per signal."""
    subjects = PEOPLE_NOW if subject is Subject.PERSON else ACCOUNTS_NOW
    query = _feature_query(subject, subjects, connection=connection, settings=settings, outcome=False)
    given = {"now": as_timestamp(now)} | _event_parameters(settings.engagement)
    return _replace(f"icp.{subject}_now", query, given, connection=connection)


def _replace(
    table: str, query: str, given: Mapping[str, object], *, connection: duckdb.DuckDBPyConnection
) -> int:
    connection.execute("CREATE SCHEMA IF NOT EXISTS icp")
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS {query}", given)
    return count_rows(table, connection=connection)


def _feature_query(
    subject: Subject,
    subjects: str,
    *,
    connection: duckdb.DuckDBPyConnection,
    settings: SignalSettings,
    outcome: bool,
) -> str:
    signals = read_signals(subject, connection=connection, settings=settings)
    columns = ["subject.subject_id", "subject.as_of"]
    columns += [f"{each.expression} AS {quote_name(each.name)}" for each in signals]
    columns += ["subject.is_won"] if outcome else []
    return f"""WITH subject AS ({subjects}),
        engagement AS ({_count_events("person_id", PERSON_EVENTS, settings.engagement)}),
        account_engagement AS ({_count_events("company_id", ACCOUNT_EVENTS, settings.engagement)})
        SELECT {", ".join(columns)}
        FROM subject
        LEFT JOIN raw.contact AS contact ON subject.person_id = contact.Id
        LEFT JOIN raw.lead AS lead ON subject.person_id = lead.Id
        LEFT JOIN raw.account AS account ON subject.company_id = account.Id
        LEFT JOIN staged.account AS owned ON subject.company_id = owned.account_id
        LEFT JOIN staged.user AS account_owner
            ON owned.owner_id = account_owner.user_id AND account_owner.is_active
        LEFT JOIN icp.person_profile AS profile ON subject.person_id = profile.person_id
        LEFT JOIN engagement ON subject.person_id = engagement.person_id AND subject.as_of = engagement.as_of
        LEFT JOIN account_engagement ON subject.company_id = account_engagement.company_id
            AND subject.as_of = account_engagement.as_of
        ORDER BY subject.subject_id"""


def _count_events(key: str, events: str, settings: EngagementSignals) -> str:
    """Counts per subject and moment of what happened before it.

    The window begins with a whole day, so that a second run on the same day counts the same events.
    """
    kinds = [
        f"count(DISTINCT CASE WHEN event.kind = $kind_{place} THEN event.event_id END) "
        f"AS {quote_name(f'{kind}_count')}"
        for place, kind in enumerate(settings.kinds)
    ]
    days = "date_diff('day', CAST(event.occurred_at AS DATE), CAST(moment.as_of AS DATE))"
    counts = ["count(DISTINCT event.event_id) AS events", f"min({days}) AS days_since_event", *kinds]
    return f"""SELECT moment.{key}, moment.as_of, {", ".join(counts)}
        FROM (SELECT DISTINCT {key}, as_of FROM subject) AS moment
        {events}
        WHERE event.occurred_at < moment.as_of AND {days} <= $window_days
        GROUP BY moment.{key}, moment.as_of"""


def _event_parameters(settings: EngagementSignals) -> dict[str, object]:
    kinds = {f"kind_{place}": kind for place, kind in enumerate(settings.kinds)}
    return {"window_days": settings.window_days, **kinds}
