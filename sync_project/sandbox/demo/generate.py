"""The whole demo org from one seed, part after part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sync_project.sandbox.demo.campaigns import Campaign, add_members, draw_campaigns
from sync_project.sandbox.demo.changes import add_changes
from sync_project.sandbox.demo.companies import Account, CompanyRegister, draw_accounts
from sync_project.sandbox.demo.contacts import Contact, ContactBook, add_duplicates, fill_contacts
from sync_project.sandbox.demo.deals import close_deals, plan_deals, show_interest
from sync_project.sandbox.demo.draft import Draft, Row
from sync_project.sandbox.demo.engagement import EngagementEvent, EventLog, draw_poisson
from sync_project.sandbox.demo.leads import (
    Lead,
    LeadBook,
    add_converted_leads,
    add_leads_of_contacts,
    add_unconverted_leads,
    convert_without_deal,
)
from sync_project.sandbox.demo.people import PeopleRegister
from sync_project.sandbox.demo.planted import PLANTED, EmailForm, WebsiteForm
from sync_project.sandbox.demo.removed import add_removed
from sync_project.sandbox.demo.staff import Staff, draw_staff
from sync_project.sandbox.demo.tasks import add_tasks
from sync_project.sandbox.demo.visitors import Visitor, add_anonymous_events, add_visitors, fill_up
from sync_project.sandbox.demo.websites import readable_domain

USUAL_EVENTS = 15_000
"""Everyday events of contacts, spread over all of them."""
UNRECORDED = timedelta(days=60)
"""So long people look around before somebody puts them on record."""


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What the generator knows and the org does not say; for tests and for measuring."""

    win_probability: Mapping[str, float]
    """By Opportunity Id, live ones."""
    website_form: Mapping[str, WebsiteForm]
    """By Account and Lead Id, live ones."""
    website_domain: Mapping[str, str | None]
    """By Account and Lead Id: the domain that the website field gives away; None where it gives none."""
    email_form: Mapping[str, EmailForm]
    """By Contact and Lead Id, live ones."""
    account_of_person: Mapping[str, str | None]
    """By Contact and Lead Id: the account of the company the person works at; None where the org lacks it.

    A lead or contact without an account whose company shares its domain counts for the account drawn.
    """
    account_of_visitor: Mapping[str, str | None]
    """By lower-case email, for the people who are in the events only."""


@dataclass(frozen=True, kw_only=True)
class DemoOrg:
    """Everything that is loaded into a sandbox org, and what is known about it."""

    records: Mapping[str, list[Row]]
    """By sObject, an object after those it refers to; keys are Salesforce's field names."""
    events: Sequence[EngagementEvent]
    truth: Truth


def generate_demo(*, seed: int, as_of: datetime) -> DemoOrg:
    """The demo org as it looks at that moment; the same seed and moment give the same org."""
    draft = Draft(seed=seed, as_of=as_of.replace(microsecond=0))
    log = EventLog(draft.rng("events"), earliest=draft.started_at, latest=draft.as_of)
    register, people = CompanyRegister(draft.rng("companies")), PeopleRegister(draft.rng("people"))
    staff = draw_staff(draft)
    accounts = draw_accounts(draft, register=register, staff=staff)
    contacts, leads = ContactBook(draft, people=people, staff=staff), LeadBook(draft, staff=staff)
    campaigns = draw_campaigns(draft, staff=staff)

    fill_contacts(draft, book=contacts, accounts=accounts, register=register)
    deals = plan_deals(draft, accounts=accounts, book=contacts)
    _live_usually(draft, contacts.all, log=log)
    show_interest(draft, deals=deals, log=log)
    started = {campaign.id: campaign.started_at for campaign in campaigns}
    chances = close_deals(draft, deals=deals, log=log, campaigns=started)

    add_converted_leads(draft, leads=leads, deals=deals, opportunity_ids=list(chances))
    convert_without_deal(draft, leads=leads, accounts=accounts, contacts=contacts, log=log)
    add_duplicates(draft, book=contacts)
    add_leads_of_contacts(draft, leads=leads, contacts=contacts)
    add_unconverted_leads(draft, leads=leads, accounts=accounts, people=people, register=register, log=log)
    visitors = add_visitors(draft, accounts=accounts, people=people, register=register, log=log)
    add_anonymous_events(draft, accounts=accounts, log=log)
    fill_up(draft, leads=leads.all, log=log)
    _add_the_rest(draft, campaigns=campaigns, contacts=contacts, leads=leads, staff=staff)
    add_changes(draft, deals=deals)
    truth = _tell_truth(chances, accounts=accounts, contacts=contacts.all, leads=leads.all, visitors=visitors)
    return DemoOrg(
        records=dict(draft.records),
        events=log.finish(upper_case=PLANTED.upper_case_events),
        truth=truth,
    )


def _live_usually(draft: Draft, contacts: Sequence[Contact], *, log: EventLog) -> None:
    """A little of everything by every contact, whatever becomes of its deals."""
    rng = draft.rng("everyday")
    share = USUAL_EVENTS / len(contacts)
    for contact in contacts:
        if contact.person.is_reachable and contact.person.email:
            log.everyday(
                [contact.person.email],
                count=draw_poisson(rng, share),
                earliest=contact.created_at - UNRECORDED,
            )


def _add_the_rest(
    draft: Draft,
    *,
    campaigns: Sequence[Campaign],
    contacts: ContactBook,
    leads: LeadBook,
    staff: Staff,
) -> None:
    """Who was asked and called, and what is gone; none of it bears on an outcome."""
    add_members(draft, campaigns=campaigns, contacts=contacts.all, leads=leads.all, staff=staff)
    add_tasks(draft, contacts=contacts.all, leads=leads.all, staff=staff)
    add_removed(draft)


def _tell_truth(
    chances: Mapping[str, float],
    *,
    accounts: Sequence[Account],
    contacts: Sequence[Contact],
    leads: Sequence[Lead],
    visitors: Sequence[Visitor],
) -> Truth:
    websites = [(each.id, each.website_form, each.company.domain) for each in accounts]
    websites += [(each.id, each.website_form, each.person.company.domain) for each in leads]
    employers = [(each.id, each.employer) for each in contacts] + [(each.id, each.account) for each in leads]
    people: list[Contact | Lead] = [*contacts, *leads]
    return Truth(
        win_probability=chances,
        website_form={record_id: form for record_id, form, _ in websites},
        website_domain={
            record_id: readable_domain(form, domain=domain) for record_id, form, domain in websites
        },
        email_form={each.id: each.person.email_form for each in people},
        account_of_person={person_id: employer.id if employer else None for person_id, employer in employers},
        account_of_visitor={
            visitor.email: visitor.account.id if visitor.account else None for visitor in visitors
        },
    )
