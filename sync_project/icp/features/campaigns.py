"""Signals counted from campaigns: those that somebody responded to, the weeks since, those left unanswered.

Members count from the moment they were added, and responses from the day after their own: only the day of a
response is known. What a member's status is now plays no part.
"""

from collections.abc import Mapping

from sync_project.icp.features.signals import Lift, Side, Signal, Source, Subject
from sync_project.icp.features.touches import touch_sources
from sync_project.icp.features.wording import word_counted, word_weeks_since
from sync_project.settings.icp import CampaignCount, CampaignSignals

ADDED = "date_diff('day', CAST(touch.happened_at AS DATE), CAST(moment.as_of AS DATE))"
RESPONDED = "date_diff('day', touch.responded_date, CAST(moment.as_of AS DATE))"
COUNTS: Mapping[CampaignCount, str] = {
    CampaignCount.RESPONSES: f"""count(DISTINCT CASE
                WHEN {RESPONDED} BETWEEN 1 AND $campaign_window_days THEN (touch.campaign_id, touch.identity)
            END)""",
    CampaignCount.WEEKS_SINCE_RESPONSE: f"""min(CASE
                WHEN {RESPONDED} BETWEEN 1 AND $campaign_window_days THEN {RESPONDED} // 7
            END)""",
    CampaignCount.UNANSWERED: f"""count(DISTINCT CASE
                WHEN {ADDED} <= $campaign_window_days AND coalesce({RESPONDED} < 1, TRUE)
                    THEN (touch.campaign_id, touch.identity)
            END)""",
}


def list_campaign_signals(subject: Subject, *, settings: CampaignSignals) -> list[Signal]:
    """The person's own, then those of the whole company."""
    own = _list_signals("campaigns", settings, prefix="", owner="") if subject is Subject.PERSON else []
    return own + _list_signals("account_campaigns", settings, prefix="account_", owner="Company")


def campaign_sources(settings: CampaignSignals) -> list[Source]:
    """``campaigns`` of the person, ``account_campaigns`` of the company."""
    return touch_sources(
        "campaigns",
        table="icp.campaign_touch",
        counts={each: COUNTS[each] for each in settings.counts},
        parameters={"campaign_window_days": settings.window_days},
    )


def _list_signals(source: str, settings: CampaignSignals, *, prefix: str, owner: str) -> list[Signal]:
    within = f" in {settings.window_days} days"
    before = f"{owner}: " if owner else ""
    responses = f"{prefix}campaign_responses"
    signals = {
        CampaignCount.RESPONSES: Signal(
            name=responses,
            label=f"{before}Campaign responses{within}",
            side=Side.ENGAGEMENT,
            expression=f"coalesce({source}.{CampaignCount.RESPONSES}, 0)",
            wording=word_counted("campaign response", "campaign responses", owner=owner, within=within),
            lift=Lift.MORE,
        ),
        CampaignCount.WEEKS_SINCE_RESPONSE: Signal(
            name=f"{prefix}weeks_since_response",
            label=f"{before}Weeks since the last campaign response",
            side=Side.ENGAGEMENT,
            expression=f"{source}.{CampaignCount.WEEKS_SINCE_RESPONSE}",
            wording=word_weeks_since("campaign response", owner=owner, within=within),
            part_of=responses,
            lift=Lift.RECENT,
        ),
        CampaignCount.UNANSWERED: Signal(
            name=f"{prefix}unanswered_campaigns",
            label=f"{before}Unanswered campaigns{within}",
            side=Side.ENGAGEMENT,
            expression=f"coalesce({source}.{CampaignCount.UNANSWERED}, 0)",
            wording=word_counted("unanswered campaign", "unanswered campaigns", owner=owner, within=within),
        ),
    }
    return [signals[each] for each in settings.counts]
