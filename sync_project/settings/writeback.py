"""What may be written to Salesforce, where, and from which value of ours."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from sync_project.settings.base import FieldName, SettingsModel


class Level(StrEnum):
    """The text beside the score of a person."""

    HOT = "hot"
    WARM = "warm"
    COLD = "cold"


class Propensity(StrEnum):
    """The same for an account; Salesforce receives it as ``high_propensity`` and so on."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class TargetPolicy(StrEnum):
    """Which record of a person receives the score."""

    CONTACT_ONLY = "contact_only"
    CONTACT_THEN_LEAD = "contact_then_lead"
    """The Lead only while no Contact has the same email."""
    BOTH = "both"


class WriteRule(StrEnum):
    """What one mapped field allows."""

    OFF = "off"
    FILL_IF_EMPTY = "fill_if_empty"
    OVERWRITE = "overwrite"


class PersonSource(StrEnum):
    """What can be mapped to a field of Contact or Lead."""

    SCORE = "score"
    LEVEL = "level"
    CONFIDENCE_PCT = "confidence_pct"
    PROBABILITY_PCT = "probability_pct"
    FIT_POINTS = "fit_points"
    ENGAGEMENT_POINTS = "engagement_points"
    TOP_SIGNALS = "top_signals"
    REASONING = "reasoning"
    EVALUATED_AT = "evaluated_at"
    PROPENSITY = "propensity"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    TITLE = "title"
    COMPANY = "company"
    ACCOUNT_ID = "account_id"
    ACCOUNT_NAME = "account_name"
    ACCOUNT_WEBSITE = "account_website"
    ACCOUNT_OWNER_ID = "account_owner_id"
    ACCOUNT_OWNER_NAME = "account_owner_name"
    ACCOUNT_OWNER_EMAIL = "account_owner_email"
    ASSIGNED_OWNER_ID = "assigned_owner_id"
    ASSIGNED_OWNER_NAME = "assigned_owner_name"
    ASSIGNED_OWNER_EMAIL = "assigned_owner_email"


class AccountSource(StrEnum):
    """What can be mapped to a field of Account."""

    NAME = "name"
    PROPENSITY = "propensity"
    PROPENSITY_SCORE = "propensity_score"
    CONFIDENCE_PCT = "confidence_pct"
    PROBABILITY_PCT = "probability_pct"
    FIT_POINTS = "fit_points"
    ENGAGEMENT_POINTS = "engagement_points"
    TOP_SIGNALS = "top_signals"
    REASONING = "reasoning"
    EVALUATED_AT = "evaluated_at"
    DOMAIN = "domain"


class PersonMapping(SettingsModel):
    """One mapped field of Contact or Lead."""

    source: PersonSource
    field: FieldName
    rule: WriteRule = WriteRule.OVERWRITE


class AccountMapping(SettingsModel):
    """One mapped field of Account."""

    source: AccountSource
    field: FieldName
    rule: WriteRule = WriteRule.OVERWRITE


class PersonTarget(SettingsModel):
    """What may be written to Contacts, or to Leads."""

    update: bool
    create: bool
    update_levels: tuple[Level, ...]
    create_levels: tuple[Level, ...]
    sync_threshold: int = Field(ge=0, le=100)
    """The least score of a person for whom a record is created."""
    filter: str | None
    """A condition over the columns of ``scored.person``; only who meets it is written. None is no filter."""
    fields: tuple[PersonMapping, ...]


class AccountTarget(SettingsModel):
    """What may be written to Accounts."""

    update: bool
    create: bool
    """Whether an organisation of ours that is ready becomes one."""
    update_levels: tuple[Propensity, ...]
    create_levels: tuple[Propensity, ...]
    sync_threshold: int = Field(ge=0, le=100)
    """The least score of a ready organisation: neither it nor its visitors become records below."""
    filter: str | None
    """A condition over the columns of ``scored.account_propensity``; None is no filter."""
    fields: tuple[AccountMapping, ...]


class WritebackSettings(SettingsModel):
    """What may be written, and where."""

    target_policy: TargetPolicy
    external_id_field: FieldName
    """On each object whose records are created: by upsert on it, so that a repeated create cannot double."""
    create_as: Literal["contact", "lead"]
    """What a person known only from events becomes, where creating is on."""
    contact: PersonTarget
    lead: PersonTarget
    account: AccountTarget
