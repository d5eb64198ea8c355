"""Signals counted from what our people did about a person or company: tasks and meetings."""

from collections.abc import Mapping

from sync_project.icp.features.signals import Lift, Side, Signal, Source, Subject
from sync_project.icp.features.touches import touch_sources
from sync_project.icp.features.wording import word_counted, word_weeks_since
from sync_project.settings.icp import ActivityCount, ActivitySignals

AGE = "date_diff('day', CAST(touch.happened_at AS DATE), CAST(moment.as_of AS DATE))"
IS_RECENT = f"{AGE} <= $activity_window_days"
COUNTS: Mapping[ActivityCount, str] = {
    ActivityCount.ACTIVITIES: f"count(DISTINCT CASE WHEN {IS_RECENT} THEN touch.activity_id END)",
    ActivityCount.WEEKS_SINCE_ACTIVITY: f"min(CASE WHEN {IS_RECENT} THEN {AGE} // 7 END)",
}


def list_activity_signals(subject: Subject, *, settings: ActivitySignals) -> list[Signal]:
    """Those about the person, then those about the whole company."""
    own = _list_signals("activity", settings, prefix="", owner="") if subject is Subject.PERSON else []
    return own + _list_signals("account_activity", settings, prefix="account_", owner="Company")


def activity_sources(settings: ActivitySignals) -> list[Source]:
    """``activity`` about the person, ``account_activity`` about the company."""
    return touch_sources(
        "activity",
        table="icp.sales_activity",
        counts={each: COUNTS[each] for each in settings.counts},
        parameters={"activity_window_days": settings.window_days},
    )


def _list_signals(source: str, settings: ActivitySignals, *, prefix: str, owner: str) -> list[Signal]:
    within = f" in {settings.window_days} days"
    before = f"{owner}: " if owner else ""
    total = f"{prefix}sales_activities"
    signals = {
        ActivityCount.ACTIVITIES: Signal(
            name=total,
            label=f"{before}Sales activities{within}",
            side=Side.ENGAGEMENT,
            expression=f"coalesce({source}.{ActivityCount.ACTIVITIES}, 0)",
            wording=word_counted("sales activity", "sales activities", owner=owner, within=within),
            lift=Lift.MORE,
        ),
        ActivityCount.WEEKS_SINCE_ACTIVITY: Signal(
            name=f"{prefix}weeks_since_sales_activity",
            label=f"{before}Weeks since the last sales activity",
            side=Side.ENGAGEMENT,
            expression=f"{source}.{ActivityCount.WEEKS_SINCE_ACTIVITY}",
            wording=word_weeks_since("sales activity", owner=owner, within=within),
            part_of=total,
            lift=Lift.RECENT,
        ),
    }
    return [signals[each] for each in settings.counts]
