"""People: names, titles, email addresses of every quality; who becomes a record is decided elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from sync_project.sandbox.demo.companies import Company
from sync_project.sandbox.demo.names import read_word_lists, spell_plainly
from sync_project.sandbox.demo.planted import EmailForm
from sync_project.sandbox.demo.profile import LEAD_SOURCE, Seniority

PLACEHOLDER_EMAILS = ("noemail@noemail.com", "test@test.com", "none@none.com", "unknown@example.com")
ROLES = ("info", "sales", "office", "contact", "hello", "admin", "support", "purchasing", "billing", "team")
TAGS = ("newsletter", "crm", "demo", "events")
SENIORITY_WEIGHTS = (8, 8, 16, 30, 30, 8)
LEAD_SOURCE_WEIGHTS = (10, 12, 30, 14, 10, 6, 18)
BLANK_SHARE = 0.04
PHONE_SHARE = 0.7
NO_REACH = (EmailForm.PLACEHOLDER, EmailForm.EMPTY)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who works at a company."""

    first_name: str
    last_name: str
    title: str | None
    seniority: Seniority | None
    lead_source: str | None
    company: Company
    email: str | None
    email_form: EmailForm
    phone: str | None

    @property
    def is_reachable(self) -> bool:
        """Whether the address is a real one, so that what its owner does is seen."""
        return self.email_form not in NO_REACH

    def as_fields(self) -> dict[str, object]:
        """The fields that Contact and Lead have in common."""
        return {
            "FirstName": self.first_name,
            "LastName": self.last_name,
            "Name": f"{self.first_name} {self.last_name}",
            "Title": self.title,
            "Email": self.email,
            "Phone": self.phone,
            "LeadSource": self.lead_source,
        }


class EmailDeck:
    """The email forms still to be given out, shuffled."""

    def __init__(self, counts: Mapping[EmailForm, int], *, rng: Random) -> None:
        self._forms = [form for form, count in counts.items() for _ in range(count)]
        rng.shuffle(self._forms)

    def deal(self) -> EmailForm:
        """The next form; an IndexError means that more people were drawn than planted."""
        return self._forms.pop()


class PeopleRegister:
    """Draws people whose addresses nobody else has, placeholders excepted."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def draw(self, company: Company, *, email_form: EmailForm) -> Person:
        """Somebody of this company."""
        rng = self._rng
        place = read_word_lists().places[company.country]
        first_name, last_name = rng.choice(place.first_names), rng.choice(place.last_names)
        seniority = rng.choices(list(Seniority), SENIORITY_WEIGHTS)[0]
        has_title = rng.random() > BLANK_SHARE
        email = self._draw_email(email_form, first_name=first_name, last_name=last_name, company=company)
        source = rng.choices(list(LEAD_SOURCE), LEAD_SOURCE_WEIGHTS)[0]
        return Person(
            first_name=first_name,
            last_name=last_name,
            title=rng.choice(read_word_lists().titles[seniority]) if has_title else None,
            seniority=seniority if has_title else None,
            lead_source=None if rng.random() < BLANK_SHARE else source,
            company=company,
            email=email,
            email_form=email_form,
            phone=f"{place.phone} {rng.randrange(100_000, 999_999)}" if rng.random() < PHONE_SHARE else None,
        )

    def _draw_email(
        self, form: EmailForm, *, first_name: str, last_name: str, company: Company
    ) -> str | None:
        rng = self._rng
        first, last = spell_plainly(first_name), spell_plainly(last_name)
        match form:
            case EmailForm.EMPTY:
                return None
            case EmailForm.PLACEHOLDER:
                return rng.choice(PLACEHOLDER_EMAILS)
            case EmailForm.ROLE:
                return self._claim(rng.choice(ROLES), domain=company.domain)
            case EmailForm.FREE:
                provider = rng.choice(read_word_lists().places[company.country].free_mail)
                return self._claim(f"{first}.{last}", domain=provider)
            case EmailForm.PLUS_TAGGED:
                return self._claim(f"{first}.{last}", domain=company.domain, tag=f"+{rng.choice(TAGS)}")
            case EmailForm.CORPORATE:
                # One pattern per company, as most companies have.
                patterns = (f"{first}.{last}", f"{first[0]}{last}", f"{last}.{first}", f"{first}{last[0]}")
                return self._claim(patterns[len(company.domain) % len(patterns)], domain=company.domain)

    def _claim(self, local_part: str, *, domain: str, tag: str = "") -> str:
        """The first free address: ``info``, ``info2``, ``info3`` and so on."""
        number = 1
        while True:
            numbered = local_part if number == 1 else f"{local_part}{number}"
            address = f"{numbered}{tag}@{domain}"
            if address not in self._taken:
                self._taken.add(address)
                return address
            number += 1
