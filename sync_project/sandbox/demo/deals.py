"""Deals from first interest to the last word, and their Opportunity and OpportunityContactRole records.

A deal's people and their interest come first, the chance of winning follows from the planted profile,
and the outcome decides nothing but stage, dates and what the customer does after winning.
"""

import bisect
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from types import MappingProxyType

from sync_project.sandbox.demo.companies import Account
from sync_project.sandbox.demo.contacts import Contact, ContactBook
from sync_project.sandbox.demo.draft import Draft, Row, draw_moment
from sync_project.sandbox.demo.engagement import EventLog, draw_interest, draw_poisson
from sync_project.sandbox.demo.planted import PLANTED
from sync_project.sandbox.demo.profile import Evidence, win_probability

MEDIAN_DAYS_TO_WIN = 45
MEDIAN_DAYS_TO_LOSE = 80
DAYS_SPREAD = 0.5
FIRST_DEALS = timedelta(days=21)
OPEN_STAGES = (
    "Prospecting",
    "Qualification",
    "Needs Analysis",
    "Value Proposition",
    "Proposal/Price Quote",
    "Negotiation/Review",
)
STAGE_PROBABILITY: Mapping[str, int] = MappingProxyType(
    dict(zip(OPEN_STAGES, (10, 10, 20, 50, 75, 90), strict=True)) | {"Closed Won": 100, "Closed Lost": 0}
)
COMMIT_PROBABILITY = 75
DAYS_PER_STAGE = 18
ROLES = ("Decision Maker", "Economic Buyer", "Evaluator", "Influencer", "Business User")
TYPES = ("New Customer", "New Customer", "Existing Customer - Upgrade")
PRODUCTS = ("Planning Suite", "Planning Starter", "Analytics Add-on", "Enterprise Rollout")
MOST_PEOPLE = 3
USAGE_AFTER_WIN = 8
CAMPAIGN_SHARE = 0.25


@dataclass(frozen=True, kw_only=True)
class Deal:
    """An opportunity before its outcome is drawn."""

    account: Account
    created_at: datetime
    from_lead: bool
    contacts: Sequence[Contact]
    """The primary one first."""

    @property
    def emails(self) -> list[str]:
        """Addresses of its people whose doings are seen."""
        return [each.person.email for each in self.contacts if each.person.is_reachable and each.person.email]


def plan_deals(draft: Draft, *, accounts: Sequence[Account], book: ContactBook) -> list[Deal]:
    """All deals in the order of their creation, with their people; those out of leads get a new contact."""
    rng = draft.rng("deals")
    by_age = sorted(accounts, key=lambda account: account.created_at)
    births = [account.created_at for account in by_age]
    moments = sorted(
        draw_moment(rng, earliest=draft.started_at + FIRST_DEALS, latest=draft.as_of)
        for _ in range(PLANTED.opportunities)
    )
    out_of_leads = PLANTED.converted_leads - PLANTED.converted_without_opportunity
    lead_deals = set(rng.sample(range(len(moments)), out_of_leads))
    deals = []
    for number, moment in enumerate(moments):
        account = by_age[rng.randrange(bisect.bisect_left(births, moment))]
        from_lead = number in lead_deals
        contacts = _gather_people(account, moment=moment, from_lead=from_lead, book=book, rng=rng)
        deals.append(Deal(account=account, created_at=moment, from_lead=from_lead, contacts=contacts))
    return deals


def _gather_people(
    account: Account, *, moment: datetime, from_lead: bool, book: ContactBook, rng: Random
) -> list[Contact]:
    known = book.known_at(account, moment=moment)
    wanted = rng.randint(1, MOST_PEOPLE)
    if from_lead:
        others = rng.sample(known, min(wanted - 1, len(known)))
        return [book.add_at(account, created_at=moment), *others]
    return rng.sample(known, min(wanted, len(known)))


def show_interest(draft: Draft, *, deals: Sequence[Deal], log: EventLog) -> None:
    """What the people of each deal did before it, and while it ran whatever its end."""
    rng = draft.rng("interest")
    for deal in deals:
        log.burst(deal.emails, before=deal.created_at, interest=draw_interest(rng))
        if deal.emails and deal.created_at < draft.as_of:
            log.everyday(deal.emails, count=draw_poisson(rng, 3), earliest=deal.created_at)


def close_deals(
    draft: Draft, *, deals: Sequence[Deal], log: EventLog, campaigns: Mapping[str, datetime]
) -> dict[str, float]:
    """Draw every outcome and add the records; gives the true chance of winning by Opportunity Id.

    In the order of creation, because a win brings usage that later deals of the same people see.
    """
    rng = draft.rng("outcomes")
    chances = {}
    for deal in deals:
        chance = win_probability(_evidence(deal, log=log))
        is_won = rng.random() < chance
        closed_at = deal.created_at + _draw_cycle(rng, is_won=is_won)
        is_closed = closed_at <= draft.as_of
        stage = _stage(deal, is_won=is_won, is_closed=is_closed, as_of=draft.as_of)
        row = _opportunity_row(deal, stage=stage, campaigns=campaigns, rng=rng)
        row["CloseDate"] = (
            closed_at if is_closed else deal.created_at + timedelta(days=rng.randrange(60, 180))
        ).date()
        changed_at = closed_at if is_closed else None
        row["LastStageChangeDate"] = closed_at if is_closed else deal.created_at
        opportunity_id = draft.add("Opportunity", row, created_at=deal.created_at, changed_at=changed_at)
        chances[opportunity_id] = chance
        _add_roles(draft, deal, opportunity_id=opportunity_id, rng=rng)
        if is_closed and is_won:
            count = draw_poisson(rng, USAGE_AFTER_WIN)
            domain = deal.account.company.domain
            log.use_product(deal.emails, domain=domain, since=closed_at, count=count)
    return chances


def _evidence(deal: Deal, *, log: EventLog) -> Evidence:
    company = deal.account.company
    return Evidence(
        industry=company.industry,
        employees=company.employees,
        country=company.country,
        lead_source=deal.contacts[0].person.lead_source,
        seniorities=[each.person.seniority for each in deal.contacts if each.person.seniority],
        events=log.count_before(deal.emails, moment=deal.created_at),
    )


def _draw_cycle(rng: Random, *, is_won: bool) -> timedelta:
    median = MEDIAN_DAYS_TO_WIN if is_won else MEDIAN_DAYS_TO_LOSE
    return timedelta(seconds=int(86_400 * rng.lognormvariate(math.log(median), DAYS_SPREAD)))


def _stage(deal: Deal, *, is_won: bool, is_closed: bool, as_of: datetime) -> str:
    if is_closed:
        return "Closed Won" if is_won else "Closed Lost"
    age = (as_of - deal.created_at).days
    return OPEN_STAGES[min(age // DAYS_PER_STAGE, len(OPEN_STAGES) - 1)]


def _opportunity_row(deal: Deal, *, stage: str, campaigns: Mapping[str, datetime], rng: Random) -> Row:
    product = rng.choice(PRODUCTS)
    employees = deal.account.company.employees or 100
    amount = float(round(900 * math.sqrt(employees) * rng.lognormvariate(0, 0.5), -2))
    probability = STAGE_PROBABILITY[stage]
    earlier = [each for each, started_at in campaigns.items() if started_at < deal.created_at]
    return {
        "AccountId": deal.account.id,
        "ContactId": deal.contacts[0].id,
        "Name": f"{deal.account.company.name} - {product}",
        "StageName": stage,
        "Amount": amount,
        "Probability": float(probability),
        "ExpectedRevenue": amount * probability / 100,
        "Type": rng.choice(TYPES),
        "LeadSource": deal.contacts[0].person.lead_source,
        "IsClosed": stage.startswith("Closed"),
        "IsWon": stage == "Closed Won",
        "ForecastCategory": _forecast_category(stage).replace(" ", ""),
        "ForecastCategoryName": _forecast_category(stage),
        "CampaignId": rng.choice(earlier) if earlier and rng.random() < CAMPAIGN_SHARE else None,
        "OwnerId": deal.account.owner_id,
    }


def _forecast_category(stage: str) -> str:
    if stage.startswith("Closed"):
        return "Closed" if stage == "Closed Won" else "Omitted"
    return "Best Case" if STAGE_PROBABILITY[stage] >= COMMIT_PROBABILITY else "Pipeline"


def _add_roles(draft: Draft, deal: Deal, *, opportunity_id: str, rng: Random) -> None:
    for number, contact in enumerate(deal.contacts):
        row: Row = {
            "OpportunityId": opportunity_id,
            "ContactId": contact.id,
            "Role": rng.choice(ROLES),
            "IsPrimary": number == 0,
        }
        owner_id = deal.account.owner_id
        draft.add(
            "OpportunityContactRole",
            row,
            created_at=deal.created_at,
            changed_at=deal.created_at,
            changed_by=owner_id,
        )
