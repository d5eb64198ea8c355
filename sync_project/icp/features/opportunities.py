"""Signals counted from the deals of the company: those won, lost and open by the moment.

A deal is what it was just before the moment, by ``icp.opportunity_state``. A lesson's own deal is not among
them, whenever it was decided; one that was deleted afterwards is.
"""

from collections.abc import Mapping

from sync_project.icp.features.signals import Side, Signal, Source
from sync_project.icp.features.touches import WAS_THERE
from sync_project.icp.features.wording import word_counted
from sync_project.settings.icp import DealState, OpportunitySignals

COMPANY = "Company"
LABELS: Mapping[DealState, str] = {
    DealState.WON: "Deals won",
    DealState.LOST: "Deals lost",
    DealState.OPEN: "Open deals",
}
WORDS: Mapping[DealState, tuple[str, str]] = {
    DealState.WON: ("deal won", "deals won"),
    DealState.LOST: ("deal lost", "deals lost"),
    DealState.OPEN: ("open deal", "open deals"),
}
"""One of them, and several."""


def list_opportunity_signals(settings: OpportunitySignals) -> list[Signal]:
    """In the settings' order; those of a person are the company's."""
    return [_count_signal(each, window_days=settings.window_days) for each in settings.states]


def opportunity_sources(settings: OpportunitySignals) -> list[Source]:
    """``deals`` of the company."""
    if not settings.states:
        return []
    age = "date_diff('day', CAST(deal.since_at AS DATE), CAST(moment.as_of AS DATE))"
    conditions = {
        each: "" if each is DealState.OPEN else f" AND {age} <= $deal_window_days" for each in settings.states
    }
    counts = [
        f"count(CASE WHEN deal.state = '{each}'{condition} THEN 1 END) AS {each}"
        for each, condition in conditions.items()
    ]
    return [
        Source(
            name="deals",
            rows=f"""(SELECT moment.company_id, moment.opportunity_id, moment.as_of, {", ".join(counts)}
            FROM (SELECT DISTINCT company_id, opportunity_id, as_of FROM subject) AS moment
            INNER JOIN icp.opportunity_state AS deal ON moment.company_id = deal.account_id
            WHERE deal.since_at < moment.as_of
                AND (deal.until_at IS NULL OR deal.until_at >= moment.as_of)
                AND {WAS_THERE.format("deal")}
                AND deal.opportunity_id IS DISTINCT FROM moment.opportunity_id
            GROUP BY moment.company_id, moment.opportunity_id, moment.as_of)""",
            on="""subject.company_id = deals.company_id AND subject.as_of = deals.as_of
                AND subject.opportunity_id IS NOT DISTINCT FROM deals.opportunity_id""",
            parameters={"deal_window_days": settings.window_days},
        )
    ]


def _count_signal(state: DealState, *, window_days: int) -> Signal:
    within = "" if state is DealState.OPEN else f" in {window_days} days"
    one, many = WORDS[state]
    return Signal(
        name=f"account_{state}_deals",
        label=f"{COMPANY}: {LABELS[state]}{within}",
        side=Side.ENGAGEMENT,
        expression=f"coalesce(deals.{state}, 0)",
        wording=word_counted(one, many, owner=COMPANY, within=within),
    )
