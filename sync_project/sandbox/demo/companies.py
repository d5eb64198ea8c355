"""Companies, and the Account records of those that the org knows."""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sync_project.sandbox.demo.draft import Draft, draw_moment
from sync_project.sandbox.demo.names import draw_company_name, draw_domain, draw_legal_form, read_word_lists
from sync_project.sandbox.demo.planted import PLANTED, WebsiteForm
from sync_project.sandbox.demo.profile import COUNTRY, INDUSTRY
from sync_project.sandbox.demo.staff import Staff
from sync_project.sandbox.demo.websites import write_website

INDUSTRY_WEIGHTS = (10, 8, 8, 8, 14, 9, 10, 11, 7, 6, 4, 5)
COUNTRY_WEIGHTS = (20, 5, 14, 30, 12, 5, 8, 6)
FEWEST_EMPLOYEES, MOST_EMPLOYEES = 3, 8000
BLANK_SHARE = 0.05
ACCOUNT_TYPES = ("Prospect", "Customer - Direct", "Channel Partner / Reseller", None)
EARLY_SHARE = 0.55
EARLY = timedelta(days=45)
"""More than half of the accounts came with the first weeks, when the org was filled."""


@dataclass(frozen=True, kw_only=True)
class Company:
    """A company as it is, whatever the org recorded of it."""

    name: str
    legal_form: str
    domain: str
    country: str
    city: str
    industry: str | None
    """None where the org left it blank, which says nothing about the company."""
    employees: int | None

    @property
    def full_name(self) -> str:
        """With the legal form."""
        return f"{self.name}{self.legal_form}"


@dataclass(frozen=True, kw_only=True)
class Account:
    """A company that is a record of the org."""

    id: str
    company: Company
    owner_id: str
    created_at: datetime
    website_form: WebsiteForm


class CompanyRegister:
    """Draws companies that no two times share a domain."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def draw(self) -> Company:
        """A company that was never drawn before."""
        rng = self._rng
        industry = rng.choices(list(INDUSTRY), INDUSTRY_WEIGHTS)[0]
        country = rng.choices(list(COUNTRY), COUNTRY_WEIGHTS)[0]
        name, domain = self._draw_free_domain(industry=industry, country=country)
        return Company(
            name=name,
            legal_form=draw_legal_form(rng, country=country),
            domain=domain,
            country=country,
            city=rng.choice(read_word_lists().places[country].cities),
            industry=None if rng.random() < BLANK_SHARE else industry,
            employees=None if rng.random() < BLANK_SHARE else draw_employees(rng),
        )

    def _draw_free_domain(self, *, industry: str, country: str) -> tuple[str, str]:
        while True:
            name = draw_company_name(self._rng, country=country, industry=industry)
            domain = draw_domain(self._rng, company_name=name, country=country)
            label = domain.partition(".")[0].replace("-", "")
            if label not in self._taken:
                self._taken.add(label)
                return name, domain


def draw_employees(rng: Random) -> int:
    """A company size: each power of ten about as likely as the next."""
    return int(math.exp(rng.uniform(math.log(FEWEST_EMPLOYEES), math.log(MOST_EMPLOYEES))))


def draw_accounts(draft: Draft, *, register: CompanyRegister, staff: Staff) -> list[Account]:
    """All live accounts; the first ones are the groups that share a domain."""
    rng = draft.rng("accounts")
    forms = _deal_forms(rng)
    group_size = PLANTED.accounts_per_group
    accounts: list[Account] = []
    for number, form in enumerate(forms):
        group, place = divmod(number, group_size)
        head = accounts[number - place] if place and group < PLANTED.shared_domain_groups else None
        company = _branch_of(head.company, rng=rng) if head else register.draw()
        accounts.append(_add_account(draft, company, form=form, parent=head, staff=staff, rng=rng))
    return accounts


def _deal_forms(rng: Random) -> list[WebsiteForm]:
    """One website form per account; tenants last, because a tenant has no branches."""
    forms = [form for form, count in PLANTED.account_websites.items() for _ in range(count)]
    rng.shuffle(forms)
    return sorted(forms, key=lambda form: form is WebsiteForm.TENANT)


def _branch_of(company: Company, *, rng: Random) -> Company:
    city = rng.choice(read_word_lists().places[company.country].cities)
    return replace(company, name=f"{company.name} {city}", city=city, employees=draw_employees(rng))


def _add_account(
    draft: Draft, company: Company, *, form: WebsiteForm, parent: Account | None, staff: Staff, rng: Random
) -> Account:
    latest = draft.started_at + EARLY if rng.random() < EARLY_SHARE else draft.as_of - timedelta(days=20)
    created_at = draw_moment(rng, earliest=draft.started_at, latest=latest)
    owner_id = staff.draw_owner(rng)
    row = account_row(company, website=write_website(form, domain=company.domain, rng=rng), rng=rng)
    row |= {"OwnerId": owner_id, "ParentId": parent.id if parent else None}
    account_id = draft.add("Account", row, created_at=created_at)
    return Account(
        id=account_id, company=company, owner_id=owner_id, created_at=created_at, website_form=form
    )


def account_row(company: Company, *, website: str | None, rng: Random) -> dict[str, object]:
    """The fields that describe the company itself; none of them knows how its deals ended."""
    words = read_word_lists()
    revenue = None if company.employees is None else company.employees * rng.randrange(60, 320) * 1000.0
    return {
        "Name": company.full_name,
        "Type": rng.choice(ACCOUNT_TYPES),
        "Industry": company.industry,
        "NumberOfEmployees": company.employees,
        "AnnualRevenue": revenue,
        "BillingStreet": f"{rng.randrange(1, 200)} {rng.choice(words.streets)}",
        "BillingCity": company.city,
        "BillingCountry": company.country,
        "Phone": f"{words.places[company.country].phone} {rng.randrange(100_000, 999_999)}",
        "Website": website,
    }
