"""Signals counted from engagement events: all of them, the days since the last one, and each kind by itself.

Only what happened before the moment counts. The window begins with a whole day, so that a second run on the
same day counts the same events.
"""

from sync_project.icp.features.signals import Lift, Side, Signal, Source, Subject
from sync_project.icp.features.wording import word_days_since, word_events, word_kind
from sync_project.settings.icp import EngagementSignals
from sync_project.warehouse.models import quote_name

PERSON_EVENTS = """INNER JOIN icp.person_profile AS person ON moment.person_id = person.person_id
        INNER JOIN matched.event AS event ON person.identity = event.identity"""

ACCOUNT_EVENTS = "INNER JOIN matched.event AS event ON moment.company_id = event.company_id"


def list_engagement_signals(subject: Subject, *, settings: EngagementSignals) -> list[Signal]:
    """The person's own, then those of the whole company."""
    own = _list_signals("engagement", settings, prefix="", owner="") if subject is Subject.PERSON else []
    return own + _list_signals("account_engagement", settings, prefix="account_", owner="Company")


def engagement_sources(settings: EngagementSignals) -> list[Source]:
    """``engagement`` of the person, ``account_engagement`` of the company."""
    return [
        _count_events("engagement", "person_id", PERSON_EVENTS, settings),
        _count_events("account_engagement", "company_id", ACCOUNT_EVENTS, settings),
    ]


def _list_signals(source: str, settings: EngagementSignals, *, prefix: str, owner: str) -> list[Signal]:
    window_days = settings.window_days
    within = f"in {window_days} days"
    before = f"{owner}: " if owner else ""
    total = f"{prefix}events"
    kinds = [
        Signal(
            name=f"{prefix}{kind}_count",
            label=f"{before}{kind.replace('_', ' ').capitalize()} {within}",
            side=Side.ENGAGEMENT,
            expression=f"coalesce({source}.{quote_name(f'{kind}_count')}, 0)",
            wording=word_kind(kind, owner=owner, window_days=window_days),
            part_of=total,
            lift=Lift.MORE,
        )
        for kind in settings.kinds
    ]
    return [
        Signal(
            name=total,
            label=f"{before}Events {within}",
            side=Side.ENGAGEMENT,
            expression=f"coalesce({source}.events, 0)",
            wording=word_events(owner=owner, window_days=window_days),
            lift=Lift.MORE,
        ),
        Signal(
            name=f"{prefix}days_since_event",
            label=f"{before}Days since the last event",
            side=Side.ENGAGEMENT,
            expression=f"{source}.days_since_event",
            wording=word_days_since(owner=owner, window_days=window_days),
            lift=Lift.RECENT,
        ),
        *kinds,
    ]


def _count_events(name: str, key: str, events: str, settings: EngagementSignals) -> Source:
    kinds = [
        f"count(DISTINCT CASE WHEN event.kind = $kind_{place} THEN event.event_id END) "
        f"AS {quote_name(f'{kind}_count')}"
        for place, kind in enumerate(settings.kinds)
    ]
    days = "date_diff('day', CAST(event.occurred_at AS DATE), CAST(moment.as_of AS DATE))"
    counts = ["count(DISTINCT event.event_id) AS events", f"min({days}) AS days_since_event", *kinds]
    return Source(
        name=name,
        rows=f"""(SELECT moment.{key}, moment.as_of, {", ".join(counts)}
            FROM (SELECT DISTINCT {key}, as_of FROM subject) AS moment
            {events}
            WHERE event.occurred_at < moment.as_of AND {days} <= $window_days
            GROUP BY moment.{key}, moment.as_of)""",
        on=f"subject.{key} = {name}.{key} AND subject.as_of = {name}.as_of",
        parameters={"window_days": settings.window_days}
        | {f"kind_{place}": kind for place, kind in enumerate(settings.kinds)},
    )
