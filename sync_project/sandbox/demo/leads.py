"""The Lead records: converted ones, those of people who are contacts already, and all others.

Leads like the planted profile, and warm ones, were more often converted: an unconverted lead is one
that a drawn decision kept, so the same profile separates the two.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sync_project.sandbox.demo.companies import Account, Company, CompanyRegister
from sync_project.sandbox.demo.contacts import Contact, ContactBook
from sync_project.sandbox.demo.deals import Deal
from sync_project.sandbox.demo.draft import Draft, Row, draw_moment
from sync_project.sandbox.demo.engagement import EventLog, draw_interest, draw_poisson, expected_counts
from sync_project.sandbox.demo.people import EmailDeck, PeopleRegister, Person
from sync_project.sandbox.demo.planted import PLANTED, EmailForm, WebsiteForm
from sync_project.sandbox.demo.profile import Evidence, win_probability
from sync_project.sandbox.demo.staff import Staff
from sync_project.sandbox.demo.websites import write_website

NOT_CONVERTED: Row = dict.fromkeys(("ConvertedAccountId", "ConvertedContactId", "ConvertedOpportunityId"))
GMAIL = "@gmail.com"
UNKNOWN_COMPANIES = 1200
KNOWN_COMPANY_SHARE = 0.35
FULL_NAME_SHARE = 0.7
APPEAL_FACTOR = 3
SELECTION = 0.93
"""How surely a lead as good as can be was converted, and so is not among the unconverted."""
CONVERSION_STEP = timedelta(days=80)
USUAL_EVENTS = 3
FRESH = timedelta(days=30)
OPEN, WORKING, REJECTED, CONVERTED = (
    "Open - Not Contacted",
    "Working - Contacted",
    "Closed - Not Converted",
    "Closed - Converted",
)


@dataclass(frozen=True, kw_only=True)
class Lead:
    """A person who is a Lead record."""

    id: str
    person: Person
    account: Account | None
    """The account of the company the person works at; None where the org does not know it."""
    created_at: datetime
    website_form: WebsiteForm
    is_converted: bool


class LeadBook:
    """Adds leads, dealing out website forms until each has come up as often as planted."""

    def __init__(self, draft: Draft, *, staff: Staff) -> None:
        self._draft = draft
        self._staff = staff
        self._rng = draft.rng("leads")
        self._websites = [form for form, count in PLANTED.lead_websites.items() for _ in range(count)]
        self._rng.shuffle(self._websites)
        self.all: list[Lead] = []

    def add(
        self,
        person: Person,
        *,
        account: Account | None,
        created_at: datetime,
        converted: Row | None = None,
        converted_at: datetime | None = None,
    ) -> Lead:
        """A new lead; ``converted`` holds the ids it was converted to."""
        rng, form = self._rng, self._websites.pop()
        company = person.company
        row: Row = {
            **person.as_fields(),
            "Company": company.full_name if rng.random() < FULL_NAME_SHARE else company.name,
            "Website": write_website(form, domain=company.domain, rng=rng),
            "Industry": company.industry,
            "NumberOfEmployees": company.employees,
            "City": company.city,
            "Country": company.country,
            "Status": CONVERTED if converted else self._draw_status(created_at),
            "OwnerId": self._staff.draw_owner(rng),
            "IsConverted": converted is not None,
            "ConvertedDate": converted_at.date() if converted_at else None,
            **(converted or NOT_CONVERTED),
        }
        lead_id = self._draft.add("Lead", row, created_at=created_at, changed_at=converted_at)
        lead = Lead(
            id=lead_id,
            person=person,
            account=account,
            created_at=created_at,
            website_form=form,
            is_converted=converted is not None,
        )
        self.all.append(lead)
        return lead

    def _draw_status(self, created_at: datetime) -> str:
        if self._draft.as_of - created_at < FRESH:
            return self._rng.choice((OPEN, OPEN, WORKING))
        return self._rng.choice((OPEN, WORKING, WORKING, REJECTED, REJECTED))


def add_converted_leads(
    draft: Draft, *, leads: LeadBook, deals: Sequence[Deal], opportunity_ids: Sequence[str]
) -> None:
    """The leads that deals came out of."""
    rng = draft.rng("converted leads")
    for deal, opportunity_id in zip(deals, opportunity_ids, strict=True):
        if deal.from_lead:
            _add_converted(draft, deal.contacts[0], opportunity_id=opportunity_id, leads=leads, rng=rng)


def convert_without_deal(
    draft: Draft, *, leads: LeadBook, accounts: Sequence[Account], contacts: ContactBook, log: EventLog
) -> None:
    """Leads converted to a contact only."""
    rng = draft.rng("conversions without a deal")
    for _ in range(PLANTED.converted_without_opportunity):
        account = rng.choice(accounts)
        converted_at = draw_moment(rng, earliest=account.created_at, latest=draft.as_of)
        contact = contacts.add_at(account, created_at=converted_at)
        if contact.person.is_reachable and contact.person.email:
            log.burst([contact.person.email], before=converted_at, interest=draw_interest(rng))
        _add_converted(draft, contact, opportunity_id=None, leads=leads, rng=rng)


def _add_converted(
    draft: Draft, contact: Contact, *, opportunity_id: str | None, leads: LeadBook, rng: Random
) -> None:
    created_at = max(draft.started_at, contact.created_at - CONVERSION_STEP * rng.random())
    converted: Row = {
        "ConvertedAccountId": contact.account.id if contact.account else None,
        "ConvertedContactId": contact.id,
        "ConvertedOpportunityId": opportunity_id,
    }
    leads.add(
        contact.person,
        account=contact.account,
        created_at=created_at.replace(microsecond=0),
        converted=converted,
        converted_at=contact.created_at,
    )


def add_leads_of_contacts(draft: Draft, *, leads: LeadBook, contacts: ContactBook) -> None:
    """People entered as a lead although they are a contact: same email, or the same gmail with other dots."""
    rng = draft.rng("leads of contacts")
    came_from_lead = {lead.person.email for lead in leads.all}
    others = [each for each in contacts.all if each.person.email not in came_from_lead]
    corporate = [each for each in others if each.person.email_form is EmailForm.CORPORATE and each.account]
    gmail = [each for each in others if (each.person.email or "").endswith(GMAIL)]
    for contact in rng.sample(corporate, PLANTED.leads_of_contacts):
        _add_lead_of(contact, email=contact.person.email, draft=draft, leads=leads, rng=rng)
    for contact in rng.sample(gmail, PLANTED.dotted_gmail_leads):
        local_part = (contact.person.email or "").removesuffix(GMAIL)
        respelled = f"{local_part[0]}.{local_part[1:].replace('.', '')}{GMAIL}"
        _add_lead_of(contact, email=respelled, draft=draft, leads=leads, rng=rng)


def _add_lead_of(contact: Contact, *, email: str | None, draft: Draft, leads: LeadBook, rng: Random) -> None:
    created_at = draw_moment(rng, earliest=draft.started_at, latest=draft.as_of)
    leads.add(replace(contact.person, email=email), account=contact.employer, created_at=created_at)


def add_unconverted_leads(
    draft: Draft,
    *,
    leads: LeadBook,
    accounts: Sequence[Account],
    people: PeopleRegister,
    register: CompanyRegister,
    log: EventLog,
) -> None:
    """Everybody else, up to the planted number."""
    rng = draft.rng("unconverted leads")
    deck = EmailDeck(_forms_left(leads.all), rng=rng)
    unknown = [register.draw() for _ in range(UNKNOWN_COMPANIES)]
    for _ in range(PLANTED.leads - len(leads.all)):
        account, person, interest = _draw_passed_over(
            accounts, unknown=unknown, people=people, form=deck.deal(), rng=rng
        )
        created_at = draw_moment(rng, earliest=draft.started_at, latest=draft.as_of)
        leads.add(person, account=account, created_at=created_at)
        if person.is_reachable and person.email:
            judged_at = min(draft.as_of, created_at + CONVERSION_STEP * rng.random())
            log.burst([person.email], before=judged_at.replace(microsecond=0), interest=interest)
            log.everyday([person.email], count=draw_poisson(rng, USUAL_EVENTS), earliest=created_at)


def _draw_passed_over(
    accounts: Sequence[Account],
    *,
    unknown: Sequence[Company],
    people: PeopleRegister,
    form: EmailForm,
    rng: Random,
) -> tuple[Account | None, Person, float]:
    """Somebody of a known or unknown company, with an interest, whom no seller converted."""
    while True:
        account = rng.choice(accounts) if rng.random() < KNOWN_COMPANY_SHARE else None
        person = people.draw(account.company if account else rng.choice(unknown), email_form=form)
        interest = draw_interest(rng)
        if rng.random() > SELECTION * min(1.0, APPEAL_FACTOR * _appeal(person, interest=interest)):
            return account, person, interest


def _appeal(person: Person, *, interest: float) -> float:
    """How likely a deal with this person alone would be won."""
    return win_probability(
        Evidence(
            industry=person.company.industry,
            employees=person.company.employees,
            country=person.company.country,
            lead_source=person.lead_source,
            seniorities=[person.seniority] if person.seniority else [],
            events={kind: round(count) for kind, count in expected_counts(interest).items()},
        )
    )


def _forms_left(leads: Sequence[Lead]) -> Counter[EmailForm]:
    return Counter(PLANTED.lead_emails) - Counter(lead.person.email_form for lead in leads)
