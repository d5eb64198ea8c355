"""Campaign, CampaignMemberStatus and CampaignMember records: who was asked, and who answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sync_project.sandbox.demo.contacts import Contact
from sync_project.sandbox.demo.draft import Draft, Row, draw_moment
from sync_project.sandbox.demo.leads import Lead
from sync_project.sandbox.demo.planted import HISTORY
from sync_project.sandbox.demo.staff import Staff


@dataclass(frozen=True, kw_only=True)
class Status:
    """One member status; members get it in proportion to its weight."""

    label: str
    weight: int
    has_responded: bool = False


SENT = Status(label="Sent", weight=70)
RESPONDED = Status(label="Responded", weight=20, has_responded=True)
BASIC = (SENT, RESPONDED)
WEBINAR = (
    SENT,
    Status(label="Registered", weight=15, has_responded=True),
    RESPONDED,
    Status(label="Attended", weight=12, has_responded=True),
)
FAIR = (SENT, RESPONDED, Status(label="Visited Booth", weight=25, has_responded=True))
CAMPAIGNS: Sequence[tuple[str, str, Sequence[Status]]] = (
    ("Launch newsletter", "Email", BASIC),
    ("Webinar: Zero-touch planning", "Webinar", WEBINAR),
    ("Hannover trade fair", "Trade Show", FAIR),
    ("Search ads, spring", "Advertisement", BASIC),
    ("Partner referral drive", "Referral Program", BASIC),
    ("Webinar: Costs under control", "Webinar", WEBINAR),
    ("Customer stories mailing", "Direct Mail", BASIC),
    ("Chicago logistics summit", "Trade Show", FAIR),
    ("Win-back sequence", "Email", BASIC),
    ("Webinar: Planning in hospitals", "Webinar", WEBINAR),
    ("Search ads, autumn", "Advertisement", BASIC),
    ("Year-end roadshow", "Conference", FAIR),
)
"""Name, type and statuses, oldest first."""
RUNS_FOR = timedelta(days=40)
FEWEST_MEMBERS, MOST_MEMBERS = 180, 360
RESPONSE_TIME = timedelta(days=20)


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """A campaign and when it began."""

    id: str
    started_at: datetime
    statuses: Sequence[Status]


def draw_campaigns(draft: Draft, *, staff: Staff) -> list[Campaign]:
    """The campaigns, evenly over the org's life, with the statuses their members may have."""
    rng = draft.rng("campaigns")
    campaigns = []
    for number, (name, kind, statuses) in enumerate(CAMPAIGNS):
        started_at = draft.started_at + HISTORY * ((number + 1) / (len(CAMPAIGNS) + 1))
        started_at = started_at.replace(microsecond=0)
        row = _campaign_row(name, kind=kind, started_at=started_at, as_of=draft.as_of, rng=rng)
        campaign_id = draft.add("Campaign", row | {"OwnerId": staff.marketer}, created_at=started_at)
        _add_statuses(draft, campaign_id, statuses=statuses, started_at=started_at, staff=staff)
        campaigns.append(Campaign(id=campaign_id, started_at=started_at, statuses=statuses))
    return campaigns


def _campaign_row(name: str, *, kind: str, started_at: datetime, as_of: datetime, rng: Random) -> Row:
    ends_at = started_at + RUNS_FOR
    budget = float(rng.randrange(2, 30) * 1000)
    return {
        "Name": name,
        "Type": kind,
        "Status": "Completed" if ends_at < as_of else "In Progress",
        "IsActive": ends_at >= as_of,
        "StartDate": started_at.date(),
        "EndDate": ends_at.date(),
        "BudgetedCost": budget,
        "ActualCost": float(round(budget * rng.uniform(0.7, 1.2))),
        "ExpectedRevenue": budget * 8,
    }


def _add_statuses(
    draft: Draft, campaign_id: str, *, statuses: Sequence[Status], started_at: datetime, staff: Staff
) -> None:
    for number, status in enumerate(statuses, start=1):
        row: Row = {
            "CampaignId": campaign_id,
            "Label": status.label,
            "SortOrder": number,
            "IsDefault": status is SENT,
            "HasResponded": status.has_responded,
        }
        draft.add(
            "CampaignMemberStatus",
            row,
            created_at=started_at,
            changed_at=started_at,
            changed_by=staff.marketer,
        )


def add_members(
    draft: Draft,
    *,
    campaigns: Sequence[Campaign],
    contacts: Sequence[Contact],
    leads: Sequence[Lead],
    staff: Staff,
) -> None:
    """People on record when each campaign began: contacts, and leads that never became one."""
    rng = draft.rng("campaign members")
    for campaign in campaigns:
        pool: list[tuple[str, str]] = [
            *(("ContactId", each.id) for each in contacts if each.created_at < campaign.started_at),
            *(
                ("LeadId", each.id)
                for each in leads
                if each.created_at < campaign.started_at and not each.is_converted
            ),
        ]
        size = min(len(pool), rng.randint(FEWEST_MEMBERS, MOST_MEMBERS))
        for field_name, person_id in rng.sample(pool, size):
            _add_member(draft, campaign, person={field_name: person_id}, staff=staff, rng=rng)


def _add_member(
    draft: Draft, campaign: Campaign, *, person: Mapping[str, str], staff: Staff, rng: Random
) -> None:
    status = rng.choices(campaign.statuses, [each.weight for each in campaign.statuses])[0]
    answered_at = min(
        draft.as_of,
        draw_moment(rng, earliest=campaign.started_at, latest=campaign.started_at + RESPONSE_TIME),
    )
    row: Row = {
        "CampaignId": campaign.id,
        "LeadId": None,
        "ContactId": None,
        **person,
        "Status": status.label,
        "HasResponded": status.has_responded,
        "FirstRespondedDate": answered_at.date() if status.has_responded else None,
    }
    changed_at = answered_at if status.has_responded else campaign.started_at
    draft.add(
        "CampaignMember",
        row,
        created_at=campaign.started_at,
        changed_at=changed_at,
        changed_by=staff.marketer,
    )
