"""Every choice a user can make, as frozen models; the values are in ``defaults.yaml``.

Credentials are no setting: ``environment`` reads them.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from sync_project.settings.base import SettingsModel
from sync_project.settings.icp import IcpSettings, ScoringSettings, SignalSettings
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
