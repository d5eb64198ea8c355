"""The ideal customer profile planted in the demo org: who buys, as log-odds one can read and change.

An opportunity's chance of being won is drawn from these tables and nothing else, so a model that
reads only the org can be compared with the truth. Whatever a record leaves blank counts 0.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

ENGAGEMENT_WINDOW = timedelta(days=90)
"""Only what people did this long before the opportunity was created counts."""


class EventKind(StrEnum):
    """What a person, or an unknown visitor of a known company, did."""

    PAGE_VIEW = "page_view"
    PRICING_VIEW = "pricing_view"
    EMAIL_CLICK = "email_click"
    FORM_SUBMIT = "form_submit"
    DEMO_REQUEST = "demo_request"
    WEBINAR_ATTENDED = "webinar_attended"
    PRODUCT_USAGE = "product_usage"


class Seniority(StrEnum):
    """What a job title says about its holder, highest first."""

    EXECUTIVE = "executive"
    VICE_PRESIDENT = "vice president"
    DIRECTOR = "director"
    MANAGER = "manager"
    STAFF = "staff"
    STUDENT = "student"


BASE = -2.65

INDUSTRY: Mapping[str, float] = MappingProxyType(
    {
        "Manufacturing": 1.2,
        "Healthcare": 1.0,
        "Transportation": 0.7,
        "Construction": 0.1,
        "Technology": 0.0,
        "Finance": -0.1,
        "Consulting": -0.3,
        "Retail": -0.5,
        "Media": -0.7,
        "Education": -0.8,
        "Government": -0.9,
        "Hospitality": -0.9,
    }
)

SIZE_FROM_EMPLOYEES: Mapping[int, float] = MappingProxyType(
    {1: -0.9, 20: -0.2, 100: 1.0, 500: 0.7, 2000: -0.6}
)
"""By the smallest number of employees of the band."""

COUNTRY: Mapping[str, float] = MappingProxyType(
    {
        "Germany": 0.4,
        "Sweden": 0.3,
        "France": 0.1,
        "United States": 0.0,
        "United Kingdom": 0.0,
        "Poland": -0.2,
        "Spain": -0.2,
        "Brazil": -0.4,
    }
)

LEAD_SOURCE: Mapping[str, float] = MappingProxyType(
    {
        "Customer Referral": 0.9,
        "Partner Referral": 0.6,
        "Web": 0.1,
        "Trade Show": 0.0,
        "Phone Inquiry": 0.0,
        "Other": -0.3,
        "Purchased List": -0.9,
    }
)
"""Of the opportunity's primary contact."""

SENIORITY: Mapping[Seniority, float] = MappingProxyType(
    {
        Seniority.EXECUTIVE: 0.7,
        Seniority.VICE_PRESIDENT: 0.6,
        Seniority.DIRECTOR: 0.4,
        Seniority.MANAGER: 0.0,
        Seniority.STAFF: -0.6,
        Seniority.STUDENT: -1.0,
    }
)
"""Of the most senior of the opportunity's contacts."""

ENGAGEMENT: Mapping[EventKind, tuple[float, float]] = MappingProxyType(
    {
        EventKind.DEMO_REQUEST: (1.3, 1.5),
        EventKind.PRICING_VIEW: (0.5, 0.9),
        EventKind.WEBINAR_ATTENDED: (0.4, 0.6),
        EventKind.PRODUCT_USAGE: (0.2, 0.4),
        EventKind.FORM_SUBMIT: (0.2, 0.3),
        EventKind.EMAIL_CLICK: (0.1, 0.2),
        EventKind.PAGE_VIEW: (0.0, 0.0),
    }
)
"""For one event and for two or more, of all the opportunity's contacts together."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that decides how likely one opportunity is won; None is a blank field."""

    industry: str | None
    employees: int | None
    country: str | None
    lead_source: str | None
    seniorities: Collection[Seniority]
    events: Mapping[EventKind, int]


def log_odds(evidence: Evidence) -> float:
    """The planted log-odds of winning.

    >>> round(log_odds(Evidence(industry="Manufacturing", employees=250, country=None,
    ...     lead_source="Web", seniorities=[Seniority.DIRECTOR], events={EventKind.DEMO_REQUEST: 1})), 2)
    1.35
    """
    return (
        BASE
        + INDUSTRY.get(evidence.industry or "", 0.0)
        + _size_effect(evidence.employees)
        + COUNTRY.get(evidence.country or "", 0.0)
        + LEAD_SOURCE.get(evidence.lead_source or "", 0.0)
        + _seniority_effect(evidence.seniorities)
        + sum(_engagement_effect(kind, count) for kind, count in evidence.events.items())
    )


def win_probability(evidence: Evidence) -> float:
    """The planted chance that the opportunity, once closed, is won."""
    return 1 / (1 + math.exp(-log_odds(evidence)))


def _size_effect(employees: int | None) -> float:
    if employees is None:
        return 0.0
    return SIZE_FROM_EMPLOYEES[max(least for least in SIZE_FROM_EMPLOYEES if least <= employees)]


def _seniority_effect(seniorities: Collection[Seniority]) -> float:
    return max((SENIORITY[seniority] for seniority in seniorities), default=0.0)


def _engagement_effect(kind: EventKind, count: int) -> float:
    once, repeated = ENGAGEMENT[kind]
    if count == 0:
        return 0.0
    return once if count == 1 else repeated
