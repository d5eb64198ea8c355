"""Who is known from events only: people the org has no record of, and unknown visitors of known companies."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

from sync_project.sandbox.demo.companies import Account, Company, CompanyRegister
from sync_project.sandbox.demo.draft import Draft, draw_moment
from sync_project.sandbox.demo.engagement import EventLog, draw_interest
from sync_project.sandbox.demo.leads import Lead
from sync_project.sandbox.demo.people import PeopleRegister
from sync_project.sandbox.demo.planted import PLANTED, EmailForm
from sync_project.sandbox.demo.profile import EventKind

VISITOR_FORMS = (EmailForm.CORPORATE, EmailForm.CORPORATE, EmailForm.CORPORATE, EmailForm.FREE)
ANONYMOUS_KINDS = (EventKind.PAGE_VIEW, EventKind.PAGE_VIEW, EventKind.PAGE_VIEW, EventKind.PRICING_VIEW)


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A person who left an address on the website and is no record of the org."""

    email: str
    company: Company
    account: Account | None
    """Set where the org knows the company."""


def add_visitors(
    draft: Draft,
    *,
    accounts: Sequence[Account],
    people: PeopleRegister,
    register: CompanyRegister,
    log: EventLog,
) -> list[Visitor]:
    """People who filled in a form; every second one works at a known company."""
    rng = draft.rng("visitors")
    visitors = []
    for number, form in zip(range(PLANTED.visitors), cycle(VISITOR_FORMS), strict=False):
        account = rng.choice(accounts) if number % 2 else None
        company = account.company if account else register.draw()
        person = people.draw(company, email_form=form)
        email = person.email or ""
        seen_at = draw_moment(rng, earliest=draft.started_at, latest=draft.as_of)
        log.burst([email], before=seen_at, interest=draw_interest(rng))
        properties = {
            "first_name": person.first_name,
            "last_name": person.last_name,
            "company": company.full_name,
        }
        log.add(EventKind.FORM_SUBMIT, at=seen_at, email=email, properties=properties)
        visitors.append(Visitor(email=email, company=company, account=account))
    return visitors


def add_anonymous_events(draft: Draft, *, accounts: Sequence[Account], log: EventLog) -> None:
    """Visits of which only the company is known."""
    rng = draft.rng("anonymous visits")
    for _ in range(PLANTED.domain_only_events):
        domain = rng.choice(accounts).company.domain
        at = draw_moment(rng, earliest=draft.started_at, latest=draft.as_of)
        log.add(rng.choice(ANONYMOUS_KINDS), at=at, email=None, domain=domain)


def fill_up(draft: Draft, *, leads: Sequence[Lead], log: EventLog) -> None:
    """Page views of unconverted leads up to the planted number: nobody's deal depends on them."""
    rng = draft.rng("page views")
    emails = [
        lead.person.email
        for lead in leads
        if not lead.is_converted and lead.account is None and lead.person.is_reachable and lead.person.email
    ]
    missing = PLANTED.events - len(log)
    if missing < 0:
        raise ValueError(f"{-missing} more events than the {PLANTED.events} planted: lower USUAL_EVENTS")
    for email in rng.choices(emails, k=missing):
        at = draw_moment(rng, earliest=draft.started_at, latest=draft.as_of)
        log.add(EventKind.PAGE_VIEW, at=at, email=email)
