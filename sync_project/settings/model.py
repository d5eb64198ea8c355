"""Every choice a user can make, as frozen models; the values are in ``defaults.yaml``.

Credentials are no setting: ``environment`` reads them.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from sync_project.settings.base import FieldName, OurName, SettingsModel
from sync_project.settings.ingest import IngestSettings
from sync_project.settings.writeback import WritebackSettings


class AccountRule(StrEnum):
    """How a person finds an account; the order in the settings is the order of trial."""

    STORED_ID = "stored_id"
    CONVERTED_LEAD = "converted_lead"
    NEWEST_CONTACT = "newest_contact"
    WEBSITE_DOMAIN = "website_domain"
    EMAIL_DOMAIN = "email_domain"
    COMPANY_NAME = "company_name"
    CREATE = "create"
    """No account has the person's domain, so one is made once its organisation is ready."""


class OutcomeSource(StrEnum):
    """What counts as won."""

    OPPORTUNITY = "opportunity"
    """An opportunity won within the horizon after its creation; its contact roles are the people."""
    LEAD_FIELD = "lead_field"
    """A field of the Lead that says yes or no."""


class ProfileSignal(StrEnum):
    """Signals that no single field holds, beside the mapped fields."""

    SENIORITY = "seniority"
    EMAIL_KIND = "email_kind"
    ASSIGNED_OWNER = "assigned_owner"
    """The name of the active user who owns the person's record."""
    ACCOUNT_OWNER = "account_owner"
    """The name of the active user who owns the account; of accounts the only one."""


class SalesforceSettings(SettingsModel):
    """How the org is read, and how many calls may be spent on it."""

    api_version: Annotated[str, StringConstraints(pattern=r"^\d{2}\.0$")]
    bulk_above_rows: int = Field(ge=1)
    """A read of more rows than this goes through Bulk API 2.0."""
    calls_per_run: int | None = Field(ge=1)
    """The most API calls of one run; None for no bound."""
    calls_per_day: int | None = Field(ge=1)
    """The most API calls of all runs within 24 hours; None for no bound."""


class WarehouseSettings(SettingsModel):
    """The DuckDB file that runs write."""

    memory_limit: Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)?(MB|GB|MiB|GiB)$")] | None
    """The most memory that DuckDB takes; what needs more goes to disk. None for its own choice, most of the
    machine's."""


class SandboxSettings(SettingsModel):
    """The embedded org."""

    seed: int
    port: int = Field(ge=0, le=65535)
    """Of ``sync-project sandbox``; a run picks a free one."""
    faults: Path | None
    """A file of what shall go wrong; None for an org without faults."""


class MatchingSettings(SettingsModel):
    """Who is who."""

    keep_subdomain: bool
    own_domains: tuple[str, ...]
    """Domains of the company that runs this; they never name an account."""
    account_rules: tuple[AccountRule, ...]
    overrides_file: Path | None
    """Corrections by a person; None is ``overrides.csv`` in the home, which need not be there."""

    @model_validator(mode="after")
    def _create_comes_last(self) -> Self:
        if AccountRule.CREATE in self.account_rules[:-1]:
            raise ValueError(
                "create stands before another one of account_rules and would keep people from the accounts "
                "that this one finds; make it the last, once"
            )
        return self


class OutcomeSettings(SettingsModel):
    """What teaches the person model."""

    source: OutcomeSource
    field: FieldName | None
    """The Lead's field of source ``lead_field``: a checkbox, 0 or 1, or yes or no."""

    @model_validator(mode="after")
    def _field_goes_with_its_source(self) -> Self:
        if (self.source is OutcomeSource.LEAD_FIELD) != (self.field is not None):
            raise ValueError("field is needed with source lead_field, and only there")
        return self


class IcpSettings(SettingsModel):
    """What the scorecards learn from."""

    outcome: OutcomeSettings
    horizon_days: int | None = Field(ge=1)
    """Won within so many days of creation; None takes the 80th percentile of the org's days to win."""
    training_days: int = Field(ge=1)
    """How far back from the newest matured outcome the lessons reach."""
    minimum_wins: int = Field(ge=1)
    minimum_losses: int = Field(ge=1)


class FieldSignal(SettingsModel):
    """One input signal and the Salesforce field that holds it on each object; the first filled one counts.

    For a person the Contact's or Lead's own field comes first, then the account's.
    """

    name: OurName
    label: str
    account: FieldName | None = None
    contact: FieldName | None = None
    lead: FieldName | None = None

    @model_validator(mode="after")
    def _names_a_field(self) -> Self:
        if not (self.account or self.contact or self.lead):
            raise ValueError(f"signal {self.name!r} names no field; give account, contact or lead")
        return self


class EngagementSignals(SettingsModel):
    """Signals counted from engagement events."""

    window_days: int = Field(ge=1)
    kinds: tuple[OurName, ...]
    """Each kind is counted by itself."""


class SignalSettings(SettingsModel):
    """What the scorecards may look at."""

    fields: tuple[FieldSignal, ...]
    profile: tuple[ProfileSignal, ...]
    engagement: EngagementSignals

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [each.name for each in self.fields] + [each.value for each in self.profile]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"signal names used twice: {', '.join(twice)}")
        return self


class ScoringSettings(SettingsModel):
    """Where the levels are cut, in multiples of the base odds."""

    hot_odds: float = Field(gt=1)
    cold_odds: float = Field(gt=0, lt=1)


class Settings(SettingsModel):
    """All of it."""

    salesforce: SalesforceSettings
    warehouse: WarehouseSettings
    sandbox: SandboxSettings
    ingest: IngestSettings
    matching: MatchingSettings
    icp: IcpSettings
    signals: SignalSettings
    scoring: ScoringSettings
    writeback: WritebackSettings

    @model_validator(mode="after")
    def _accounts_are_created_by_a_rule(self) -> Self:
        if self.writeback.account.create and AccountRule.CREATE not in self.matching.account_rules:
            raise ValueError(
                "writeback.account.create needs create among matching.account_rules; add it there as the "
                "last rule, or switch writeback.account.create off"
            )
        return self
