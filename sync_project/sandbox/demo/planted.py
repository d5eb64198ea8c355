"""How much of what is in the demo org: sizes, and the mess that imports and matching must survive.

These are live records unless a name says otherwise; merged and deleted ones come on top.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

HISTORY = timedelta(days=548)
"""The org is this old at the moment it is seen: 18 months."""


class WebsiteForm(StrEnum):
    """How somebody typed a company's domain into a website field."""

    PLAIN = "plain"
    WWW = "www"
    HTTP = "http"
    HTTPS_WWW = "https www"
    DEEP_URL = "deep url"
    UPPER_CASE = "upper case"
    PORT = "port"
    SUBDOMAIN = "subdomain"
    TWO_URLS = "two urls"
    TENANT = "tenant of a site builder"
    SOCIAL = "social page"
    FILLER = "filler"
    EMPTY = "empty"


class EmailForm(StrEnum):
    """What kind of address a person's email field holds."""

    CORPORATE = "corporate"
    FREE = "free"
    PLUS_TAGGED = "plus-tagged"
    ROLE = "role"
    PLACEHOLDER = "placeholder"
    EMPTY = "empty"


@dataclass(frozen=True, kw_only=True)
class Planted:
    """Numbers of records, each exact whatever the seed."""

    users: int = 14
    inactive_users: int = 3
    accounts: int = 400
    contacts: int = 3000
    leads: int = 4000
    opportunities: int = 1500
    campaigns: int = 12
    tasks: int = 2500
    events: int = 60_000

    account_websites: Mapping[WebsiteForm, int] = field(
        default_factory=lambda: MappingProxyType(
            {
                WebsiteForm.PLAIN: 60,
                WebsiteForm.WWW: 50,
                WebsiteForm.HTTP: 40,
                WebsiteForm.HTTPS_WWW: 90,
                WebsiteForm.DEEP_URL: 40,
                WebsiteForm.UPPER_CASE: 15,
                WebsiteForm.PORT: 8,
                WebsiteForm.SUBDOMAIN: 20,
                WebsiteForm.TWO_URLS: 10,
                WebsiteForm.TENANT: 8,
                WebsiteForm.SOCIAL: 15,
                WebsiteForm.FILLER: 9,
                WebsiteForm.EMPTY: 35,
            }
        )
    )
    lead_websites: Mapping[WebsiteForm, int] = field(
        default_factory=lambda: MappingProxyType(
            {
                WebsiteForm.PLAIN: 700,
                WebsiteForm.WWW: 500,
                WebsiteForm.HTTP: 200,
                WebsiteForm.HTTPS_WWW: 500,
                WebsiteForm.DEEP_URL: 200,
                WebsiteForm.UPPER_CASE: 60,
                WebsiteForm.PORT: 20,
                WebsiteForm.SUBDOMAIN: 100,
                WebsiteForm.TWO_URLS: 40,
                WebsiteForm.SOCIAL: 120,
                WebsiteForm.FILLER: 60,
                WebsiteForm.EMPTY: 1500,
            }
        )
    )
    contact_emails: Mapping[EmailForm, int] = field(
        default_factory=lambda: MappingProxyType(
            {
                EmailForm.CORPORATE: 2484,
                EmailForm.FREE: 280,
                EmailForm.PLUS_TAGGED: 30,
                EmailForm.ROLE: 60,
                EmailForm.PLACEHOLDER: 36,
                EmailForm.EMPTY: 110,
            }
        )
    )
    """Of all contacts; the repeated ones of duplicate contacts included."""
    lead_emails: Mapping[EmailForm, int] = field(
        default_factory=lambda: MappingProxyType(
            {
                EmailForm.CORPORATE: 2905,
                EmailForm.FREE: 700,
                EmailForm.PLUS_TAGGED: 55,
                EmailForm.ROLE: 100,
                EmailForm.PLACEHOLDER: 60,
                EmailForm.EMPTY: 180,
            }
        )
    )

    shared_domain_groups: int = 6
    """Franchises or holdings: several accounts of one domain under one parent."""
    accounts_per_group: int = 4
    accountless_contacts: int = 120
    duplicate_contacts: int = 60
    """Second contacts with the email of a first one."""
    leads_of_contacts: int = 150
    """Unconverted leads with the email of a contact."""
    dotted_gmail_leads: int = 25
    """Unconverted leads whose gmail address is a contact's with other dots or a plus-tag."""
    converted_leads: int = 755
    converted_without_opportunity: int = 80
    converted_to_merged_contact: int = 5
    """Converted leads whose ConvertedContactId was later merged away."""

    grown_accounts: int = 60
    """Accounts whose number of employees was raised after the last of their deals began."""
    promoted_contacts: int = 150
    """Contacts who got a new title after the last of their deals began."""

    merged_accounts: int = 8
    merged_contacts: int = 20
    merged_leads: int = 15
    merge_chains: int = 1
    """Of each of those: a loser whose survivor was merged away in turn."""
    deleted_accounts: int = 5
    deleted_contacts: int = 25
    deleted_leads: int = 40
    deleted_opportunities: int = 10

    visitors: int = 250
    """People known from events only; each has a form_submit with name and company."""
    domain_only_events: int = 2500
    """Events of unknown people at a known company."""
    upper_case_events: int = 600
    """Events whose email is not in lower case."""


PLANTED = Planted()
