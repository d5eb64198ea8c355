"""What people do, event by event: bursts of interest before a deal or a lead's decision, and everyday noise.

Interest (0 cold to 1 hot) is drawn before anything is won or lost, so events do not follow from the
outcome; only a customer's use of the product does, and that lies after the win.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType

from sync_project.sandbox.demo.draft import draw_moment
from sync_project.sandbox.demo.profile import ENGAGEMENT_WINDOW, EventKind

NO_PROPERTIES: Mapping[str, str] = MappingProxyType({})
PROPERTIES: Mapping[EventKind, tuple[Mapping[str, str], ...]] = MappingProxyType(
    {
        EventKind.PAGE_VIEW: tuple(
            MappingProxyType({"page": page}) for page in ("/", "/product", "/blog", "/customers", "/docs")
        ),
        EventKind.PRICING_VIEW: (MappingProxyType({"page": "/pricing"}),),
        EventKind.EMAIL_CLICK: tuple(
            MappingProxyType({"link": link}) for link in ("newsletter", "invitation", "case-study")
        ),
        EventKind.WEBINAR_ATTENDED: tuple(
            MappingProxyType({"webinar": name}) for name in ("Zero-touch planning", "Costs under control")
        ),
        EventKind.PRODUCT_USAGE: tuple(
            MappingProxyType({"feature": name}) for name in ("import", "dashboard", "export")
        ),
    }
)
FIRST_PERSON_SHARE = 0.6
EVERYDAY = (
    (EventKind.PAGE_VIEW, 60),
    (EventKind.EMAIL_CLICK, 30),
    (EventKind.PRICING_VIEW, 3),
    (EventKind.FORM_SUBMIT, 3),
    (EventKind.WEBINAR_ATTENDED, 3),
    (EventKind.DEMO_REQUEST, 1),
)
"""What people do between bursts, by weight."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EngagementEvent:
    """One thing that happened on the website, in the mailbox or in the product."""

    event_id: str
    occurred_at: datetime
    email: str | None
    """None for a visitor who never said who he is."""
    domain: str | None
    kind: EventKind
    properties: Mapping[str, str]


class EventLog:
    """Collects events and counts what an address did before a moment."""

    def __init__(self, rng: Random, *, earliest: datetime, latest: datetime) -> None:
        self._rng = rng
        self._earliest = earliest
        self._latest = latest
        self._events: list[EngagementEvent] = []
        self._by_email: defaultdict[str, list[tuple[datetime, EventKind]]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._events)

    def add(
        self,
        kind: EventKind,
        *,
        at: datetime,
        email: str | None,
        domain: str | None = None,
        properties: Mapping[str, str] | None = None,
    ) -> None:
        """Record one event."""
        if properties is None:
            properties = self._rng.choice(PROPERTIES.get(kind, (NO_PROPERTIES,)))
        event = EngagementEvent(
            event_id="", occurred_at=at, email=email, domain=domain, kind=kind, properties=properties
        )
        self._events.append(event)
        if email:
            self._by_email[email].append((at, kind))

    def burst(self, emails: Sequence[str], *, before: datetime, interest: float) -> None:
        """What these people did in the window before a moment; the more interest, the more and the warmer.

        The first of them, who asks for the others, does most.
        """
        if not emails:
            return
        earliest, latest = before - ENGAGEMENT_WINDOW, before - timedelta(seconds=1)
        for kind, expected in expected_counts(interest).items():
            for _ in range(draw_poisson(self._rng, expected)):
                at = self._draw_moment(earliest=earliest, latest=latest)
                is_first = self._rng.random() < FIRST_PERSON_SHARE
                self.add(kind, at=at, email=emails[0] if is_first else self._rng.choice(emails))

    def everyday(self, emails: Sequence[str], *, count: int, earliest: datetime) -> None:
        """A number of unremarkable events."""
        kinds, weights = zip(*EVERYDAY, strict=True)
        for kind in self._rng.choices(kinds, weights, k=count):
            at = self._draw_moment(earliest=earliest, latest=self._latest)
            self.add(kind, at=at, email=self._rng.choice(emails))

    def use_product(self, emails: Sequence[str], *, domain: str, since: datetime, count: int) -> None:
        """What customers do; the product knows the company too."""
        for _ in range(count if emails else 0):
            at = self._draw_moment(earliest=since, latest=self._latest)
            self.add(EventKind.PRODUCT_USAGE, at=at, email=self._rng.choice(emails), domain=domain)

    def count_before(self, emails: Sequence[str], *, moment: datetime) -> Mapping[EventKind, int]:
        """Events by kind in the window before the moment."""
        earliest = moment - ENGAGEMENT_WINDOW
        return Counter(
            kind
            for email in set(emails)
            for occurred_at, kind in self._by_email.get(email, ())
            if earliest <= occurred_at < moment
        )

    def finish(self, *, upper_case: int) -> list[EngagementEvent]:
        """All events in time order with their ids; so many with their email in capitals."""
        events = sorted(self._events, key=lambda event: event.occurred_at)
        with_email = [number for number, event in enumerate(events) if event.email]
        shouted = set(self._rng.sample(with_email, upper_case))
        return [
            replace(
                event,
                event_id=f"evt-{number:06d}",
                email=event.email.upper() if number in shouted and event.email else event.email,
            )
            for number, event in enumerate(events)
        ]

    def _draw_moment(self, *, earliest: datetime, latest: datetime) -> datetime:
        """A moment of the org's life: what lies before its beginning is drawn into it, not piled up there."""
        return draw_moment(self._rng, earliest=max(earliest, self._earliest), latest=latest)


def draw_poisson(rng: Random, expected: float) -> int:
    """A count whose mean is ``expected``; meant for small means."""
    threshold, product, count = math.exp(-expected), rng.random(), 0
    while product > threshold:
        product *= rng.random()
        count += 1
    return count


def draw_interest(rng: Random) -> float:
    """From 0, cold, to 1, hot; most people are lukewarm at best."""
    return rng.betavariate(1.0, 1.6)


def expected_counts(interest: float) -> Mapping[EventKind, float]:
    """Events by kind that an interest brings in one window."""
    warm = interest * interest
    return {
        EventKind.PAGE_VIEW: 1 + 5 * interest,
        EventKind.EMAIL_CLICK: 0.5 + 1.5 * interest,
        EventKind.PRICING_VIEW: 3 * warm,
        EventKind.DEMO_REQUEST: 1.5 * warm,
        EventKind.WEBINAR_ATTENDED: 0.4 * interest,
        EventKind.FORM_SUBMIT: 0.5 * interest,
        EventKind.PRODUCT_USAGE: 1.2 * warm,
    }
