"""What the tests of the demo org read out of it, independently of how it was drawn."""

from collections import Counter
from datetime import UTC, datetime
from functools import cache

from sync_project.sandbox.demo.engagement import EngagementEvent
from sync_project.sandbox.demo.generate import DemoOrg, generate_demo

SEED = 7
AS_OF = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)

Row = dict[str, object]


@cache
def demo_org() -> DemoOrg:
    return generate_demo(seed=SEED, as_of=AS_OF)


@cache
def live(sobject: str) -> list[Row]:
    return [row for row in demo_org().records[sobject] if not row.get("IsDeleted")]


@cache
def by_id(sobject: str) -> dict[object, Row]:
    return {row["Id"]: row for row in demo_org().records[sobject]}


@cache
def events_by_email() -> dict[str, list[EngagementEvent]]:
    grouped: dict[str, list[EngagementEvent]] = {}
    for event in demo_org().events:
        if event.email:
            grouped.setdefault(event.email.lower(), []).append(event)
    return grouped


def email_counts(sobject: str) -> Counter[object]:
    return Counter(row["Email"] for row in live(sobject) if row["Email"])
