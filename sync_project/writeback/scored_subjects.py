"""Where the values of each record type stand, whose columns mappings and filters name."""

from collections.abc import Collection
from dataclasses import dataclass

from sync_project.warehouse.models import load_models

ACCOUNTS_AND_ORGANISATIONS = """(
    SELECT * FROM scored.account_propensity
    UNION ALL BY NAME
    SELECT organisation_id AS account_id, coalesce(name, domain) AS name, domain, propensity_score,
        propensity, confidence_pct, probability_pct, fit_points, engagement_points, top_signals, reasoning,
        evaluated_at
    FROM scored.organisation WHERE propensity_score IS NOT NULL
)"""
"""An organisation has neither website, country nor owner yet."""


@dataclass(frozen=True, kw_only=True)
class ScoredSubjects:
    """The people, or the accounts and organisations, whose scores one record type may carry."""

    record_type: str
    query: str
    """In brackets, to select from."""
    key: str
    """The column that holds the subject of ``outbound.target``."""
    columns: Collection[str]


def scored_subjects(record_type: str) -> ScoredSubjects:
    """Those of Contact, Lead or Account.

    A visitor counts for Contact and Lead, and an organisation for Account: that is what they may become.
    """
    if record_type == "Account":
        return ScoredSubjects(
            record_type=record_type,
            query=ACCOUNTS_AND_ORGANISATIONS,
            key="account_id",
            columns=tuple(load_models()["scored.account_propensity"].columns),
        )
    return ScoredSubjects(
        record_type=record_type,
        query=f"(SELECT * FROM scored.person WHERE record_type IN ('{record_type}', 'Visitor'))",
        key="person_id",
        columns=tuple(load_models()["scored.person"].columns),
    )
