"""What the scorecards learn from and look at, and where the levels are cut."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from sync_project.settings.base import FieldName, OurName, SettingsModel

HalfLife = Annotated[int, Field(ge=1, le=3650)]


class OutcomeSource(StrEnum):
    """What counts as won."""

    OPPORTUNITY = "opportunity"
    """An opportunity won within the horizon after its creation; its contact roles are the people."""
    LEAD_CONVERSION = "lead_conversion"
    """A lead converted within the horizon after its creation."""
    EITHER = "either"
    """Both: the people of deals and the leads are lessons, each with its own outcome."""
    LEAD_FIELD = "lead_field"
    """A field of the Lead that says yes or no."""


class ProfileSignal(StrEnum):
    """Signals that no single field holds, beside the mapped fields."""

    SENIORITY = "seniority"
    FUNCTION = "function"
    """What the title says the person works in, such as IT or finance."""
    EMAIL_KIND = "email_kind"
    ASSIGNED_OWNER = "assigned_owner"
    """The name of the active user who owns the person's record."""
    ACCOUNT_OWNER = "account_owner"
    """The name of the active user who owns the account; of accounts the only one."""
    RECORD_TYPE = "record_type"
    """Lead, Contact or Visitor: leads are converted less or more often than deals of contacts are won."""


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


class IdealRule(SettingsModel):
    """One thing that the user believes: whoever meets it has ``odds`` times the usual odds of a win."""

    signal: OurName
    is_: tuple[str | bool | float, ...] | None = Field(default=None, alias="is", min_length=1)
    """Any of these values; upper and lower case are alike."""
    at_least: float | None = None
    below: float | None = None
    odds: float = Field(ge=0.01, le=100)

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        has_span = self.at_least is not None or self.below is not None
        if (self.is_ is not None) == has_span:
            raise ValueError(f"the rule of {self.signal!r} needs either is, or at_least or below or both")
        if self.at_least is not None and self.below is not None and self.at_least >= self.below:
            raise ValueError(
                f"the rule of {self.signal!r} holds for no number: at_least must be less than below"
            )
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
    ideal_profile: tuple[IdealRule, ...]
    """What the user believes of those who buy; empty for nothing."""
    usual_win_rate: float = Field(gt=0, lt=1)
    """The win rate to go by as long as there are too few outcomes; only together with an ideal profile."""
    highest_auc: float = Field(gt=0.5, le=1)
    """A model that ranks later outcomes better than this is taken to know them; 1 allows everything."""
    largest_odds_error: float = Field(gt=1)
    """The factor by which predicted odds may miss later outcomes, beyond chance."""


class FieldSignal(SettingsModel):
    """One input signal and the Salesforce field that holds it on each object; the first filled one counts.

    For a person the Contact's or Lead's own field comes first, then the account's.
    """

    name: OurName
    label: str
    account: FieldName | None = None
    contact: FieldName | None = None
    lead: FieldName | None = None
    stable: bool = False
    """Vouched for: no deal changes the fields or fills them in, so that what is seen later was so before."""

    @model_validator(mode="after")
    def _names_a_field(self) -> Self:
        if not (self.account or self.contact or self.lead):
            raise ValueError(f"signal {self.name!r} names no field; give account, contact or lead")
        return self


class EngagementSignals(SettingsModel):
    """Signals counted from engagement events, of which older ones count less."""

    half_life_days: HalfLife
    """After so many days an event counts half as much."""
    half_life_days_by_kind: Mapping[OurName, HalfLife] = {}
    """Kinds that fade faster or slower than the others."""
    kinds: tuple[OurName, ...]
    """Each kind is counted by itself."""


class DealState(StrEnum):
    """What a deal is at a moment."""

    WON = "won"
    LOST = "lost"
    OPEN = "open"


class OpportunitySignals(SettingsModel):
    """Signals counted from the company's other deals."""

    window_days: int = Field(ge=1)
    """Deals won or lost longer ago do not count; open ones always do."""
    states: tuple[DealState, ...]
    """Each is counted by itself."""


class CampaignCount(StrEnum):
    """What is counted of campaigns."""

    RESPONSES = "responses"
    WEEKS_SINCE_RESPONSE = "weeks_since_response"
    UNANSWERED = "unanswered"
    """Campaigns that were sent, so far without a response."""


class CampaignSignals(SettingsModel):
    """Signals counted from campaign members."""

    window_days: int = Field(ge=1)
    counts: tuple[CampaignCount, ...]


class ActivityCount(StrEnum):
    """What is counted of our own people's tasks and meetings."""

    ACTIVITIES = "activities"
    WEEKS_SINCE_ACTIVITY = "weeks_since_activity"


class ActivitySignals(SettingsModel):
    """Signals counted from the tasks and meetings of our own people, whoever owns them."""

    window_days: int = Field(ge=1)
    counts: tuple[ActivityCount, ...]


class SignalSettings(SettingsModel):
    """What the scorecards may look at."""

    fields: tuple[FieldSignal, ...]
    profile: tuple[ProfileSignal, ...]
    stable_profile: tuple[ProfileSignal, ...]
    """Those of ``profile`` whose fields are vouched for, as by ``stable`` of a mapped field."""
    engagement: EngagementSignals
    opportunities: OpportunitySignals
    campaigns: CampaignSignals
    activity: ActivitySignals

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [each.name for each in self.fields] + [each.value for each in self.profile]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"signal names used twice: {', '.join(twice)}")
        return self


class EvaluationRules(SettingsModel):
    """Who is scored: conditions in SQL over the signals and what the records say; None is everybody."""

    person: str | None = None
    account: str | None = None
    """Of organisations of ours too."""


class ScoringSettings(SettingsModel):
    """Who is scored; where the levels are cut, in multiples of the base odds, and how firmly they hold."""

    hot_odds: float = Field(gt=1)
    cold_odds: float = Field(gt=0, lt=1)
    keep_level_pct: float = Field(gt=0, le=50)
    """The level that Salesforce shows stays while the chance to belong in it is at least this."""
    evaluate: EvaluationRules = EvaluationRules()
