"""Signals of engagement: how much of it all, the days since the last event, and each kind by itself.

Older events count less, as ``decay`` says, and only what happened before the moment counts.
"""

from collections.abc import Sequence

from sync_project.icp.features.engagement_sums import EngagementSums
from sync_project.icp.features.signals import Lift, Side, Signal, Source, Subject
from sync_project.icp.features.wording import Wording, word_days_since, word_events, word_kind
from sync_project.settings.icp import EngagementSignals
from sync_project.warehouse.models import quote_name

PERSON_EVENTS = """INNER JOIN icp.person_profile AS person ON moment.person_id = person.person_id
        INNER JOIN matched.event AS event ON person.identity = event.identity"""

ACCOUNT_EVENTS = "INNER JOIN matched.event AS event ON moment.company_id = event.company_id"

CURRENT_ENGAGEMENT: Sequence[Source] = (
    Source(
        name="engagement",
        rows="""(SELECT person.person_id, counted.*
            FROM icp.person_profile AS person
            INNER JOIN icp.person_engagement AS counted ON person.identity = counted.identity)""",
        on="subject.person_id = engagement.person_id",
    ),
    Source(
        name="account_engagement",
        rows="icp.account_engagement",
        on="subject.company_id = account_engagement.company_id",
    ),
)
"""Of the person and of the company, as of the run."""


def list_engagement_signals(subject: Subject, *, settings: EngagementSignals) -> list[Signal]:
    """The person's own, then those of the whole company."""
    own = _list_signals("engagement", settings, prefix="", owner="") if subject is Subject.PERSON else []
    return own + _list_signals("account_engagement", settings, prefix="account_", owner="Company")


def past_engagement(settings: EngagementSignals) -> list[Source]:
    """The same as ``CURRENT_ENGAGEMENT``, counted from the events, as of the moment of each subject."""
    return [
        _count_events("engagement", "person_id", PERSON_EVENTS, settings),
        _count_events("account_engagement", "company_id", ACCOUNT_EVENTS, settings),
    ]


def _list_signals(source: str, settings: EngagementSignals, *, prefix: str, owner: str) -> list[Signal]:
    before = f"{owner}: " if owner else ""
    total = f"{prefix}events"
    kinds = [
        _count_signal(
            f"{kind}_count",
            source=source,
            prefix=prefix,
            label=f"{before}{kind.replace('_', ' ').capitalize()} lately",
            wording=word_kind(kind, owner=owner),
            part_of=total,
        )
        for kind in settings.kinds
    ]
    return [
        _count_signal(
            "events",
            source=source,
            prefix=prefix,
            label=f"{before}Events lately",
            wording=word_events(owner=owner),
        ),
        Signal(
            name=f"{prefix}days_since_event",
            label=f"{before}Days since the last event",
            side=Side.ENGAGEMENT,
            expression=f"{source}.days_since_event",
            wording=word_days_since(owner=owner),
            lift=Lift.RECENT,
        ),
        *kinds,
    ]


def _count_signal(
    count: str, *, source: str, prefix: str, label: str, wording: Wording, part_of: str | None = None
) -> Signal:
    """To a tenth of an event: people read it, and less says nothing."""
    return Signal(
        name=f"{prefix}{count}",
        label=label,
        side=Side.ENGAGEMENT,
        expression=f"round(coalesce({source}.{quote_name(count)}, 0), 1)",
        wording=wording,
        part_of=part_of,
        lift=Lift.MORE,
    )


def _count_events(name: str, key: str, events: str, settings: EngagementSignals) -> Source:
    sums = EngagementSums.of(settings)
    seen = f"""SELECT moment.{key}, moment.as_of, CAST(moment.as_of AS DATE) AS looked_at,
            event.occurred_at, event.kind
        FROM (SELECT DISTINCT {key}, as_of FROM subject) AS moment
        {events}
        WHERE event.occurred_at < moment.as_of"""
    return Source(
        name=name,
        rows=f"""(SELECT {key}, as_of, {", ".join(sums.read(looked_at="as_of"))}
            FROM (
                SELECT {key}, as_of, {", ".join(sums.add_up())}
                FROM ({sums.decay.weigh(seen)}) GROUP BY {key}, as_of
            ))""",
        on=f"subject.{key} = {name}.{key} AND subject.as_of = {name}.as_of",
        parameters=sums.adding_parameters(),
    )
