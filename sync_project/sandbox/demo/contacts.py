"""The Contact records: people of accounts, people without one, and people entered twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sync_project.sandbox.demo.companies import Account, CompanyRegister
from sync_project.sandbox.demo.draft import Draft, Row, draw_moment
from sync_project.sandbox.demo.names import spell_plainly
from sync_project.sandbox.demo.people import EmailDeck, PeopleRegister, Person
from sync_project.sandbox.demo.planted import PLANTED, EmailForm
from sync_project.sandbox.demo.staff import Staff

DEPARTMENTS = ("Operations", "Purchasing", "IT", "Finance", "Marketing", None)
KNOWN_COMPANY_SHARE = 0.5


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A person who is a Contact record."""

    id: str
    person: Person
    account: Account | None
    employer: Account | None
    """The account of the company the person works at, whether or not the record says so."""
    created_at: datetime


class ContactBook:
    """Adds contacts, and finds those of an account that existed at a moment."""

    def __init__(self, draft: Draft, *, people: PeopleRegister, staff: Staff) -> None:
        self._draft = draft
        self._people = people
        self._staff = staff
        self._rng = draft.rng("contacts")
        self._deck = EmailDeck(_forms_of_first_contacts(), rng=self._rng)
        self.all: list[Contact] = []
        self._by_account: dict[str, list[Contact]] = {}

    def add_at(self, account: Account, *, created_at: datetime) -> Contact:
        """A new person of this account."""
        person = self._people.draw(account.company, email_form=self._deck.deal())
        return self._store(person, account=account, employer=account, created_at=created_at)

    def add_accountless(self, *, accounts: Sequence[Account], register: CompanyRegister) -> Contact:
        """A new person whose account nobody filled in; of every second one the org knows the company."""
        rng = self._rng
        employer = rng.choice(accounts) if rng.random() < KNOWN_COMPANY_SHARE else None
        company = employer.company if employer else register.draw()
        person = self._people.draw(company, email_form=self._deck.deal())
        created_at = draw_moment(rng, earliest=self._draft.started_at, latest=self._draft.as_of)
        return self._store(person, account=None, employer=employer, created_at=created_at)

    def add_duplicate(self, original: Contact) -> Contact:
        """The same person entered again, name spelled plainly, with the same email."""
        person = replace(
            original.person,
            first_name=f"{original.person.first_name[0]}.",
            last_name=spell_plainly(original.person.last_name).capitalize(),
        )
        created_at = draw_moment(self._rng, earliest=original.created_at, latest=self._draft.as_of)
        return self._store(
            person, account=original.account, employer=original.employer, created_at=created_at
        )

    def known_at(self, account: Account, *, moment: datetime) -> list[Contact]:
        """The account's contacts created by then."""
        return [each for each in self._by_account.get(account.id, []) if each.created_at <= moment]

    def _store(
        self, person: Person, *, account: Account | None, employer: Account | None, created_at: datetime
    ) -> Contact:
        owner_id = account.owner_id if account else self._staff.draw_owner(self._rng)
        row = contact_row(person, account_id=account.id if account else None, rng=self._rng)
        contact_id = self._draft.add("Contact", row | {"OwnerId": owner_id}, created_at=created_at)
        contact = Contact(
            id=contact_id, person=person, account=account, employer=employer, created_at=created_at
        )
        self.all.append(contact)
        if account:
            self._by_account.setdefault(account.id, []).append(contact)
        return contact


def contact_row(person: Person, *, account_id: str | None, rng: Random) -> Row:
    """The fields of a Contact, without owner and audit fields."""
    return {
        "AccountId": account_id,
        **person.as_fields(),
        "Department": rng.choice(DEPARTMENTS),
        "MailingCity": person.company.city,
        "MailingCountry": person.company.country,
    }


def fill_contacts(
    draft: Draft, *, book: ContactBook, accounts: Sequence[Account], register: CompanyRegister
) -> None:
    """Everybody but those who will come out of converted leads and those entered twice."""
    rng = draft.rng("contacts of accounts")
    for account in accounts:
        book.add_at(account, created_at=account.created_at)
    rest = (
        PLANTED.contacts
        - len(accounts)
        - PLANTED.converted_leads
        - PLANTED.accountless_contacts
        - PLANTED.duplicate_contacts
    )
    popularity = [rng.lognormvariate(0, 0.6) for _ in accounts]
    for account in rng.choices(accounts, popularity, k=rest):
        latest = min(draft.as_of, account.created_at + timedelta(days=rng.choice((5, 60, 400))))
        book.add_at(account, created_at=draw_moment(rng, earliest=account.created_at, latest=latest))
    for _ in range(PLANTED.accountless_contacts):
        book.add_accountless(accounts=accounts, register=register)


def add_duplicates(draft: Draft, *, book: ContactBook) -> None:
    """Enter some people a second time."""
    candidates = [each for each in book.all if each.account and each.person.email_form is EmailForm.CORPORATE]
    for original in draft.rng("duplicate contacts").sample(candidates, PLANTED.duplicate_contacts):
        book.add_duplicate(original)


def _forms_of_first_contacts() -> Mapping[EmailForm, int]:
    """Without those entered again, which repeat corporate addresses."""
    counts = dict(PLANTED.contact_emails)
    counts[EmailForm.CORPORATE] -= PLANTED.duplicate_contacts
    return counts
