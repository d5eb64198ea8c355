"""Where the values of each record type stand, whose columns mappings and filters name."""

from collections.abc import Collection
from dataclasses import dataclass

from sync_project.warehouse.models import load_models


@dataclass(frozen=True, kw_only=True)
class ScoredSubjects:
    """The people or accounts whose scores one record type may carry."""

    record_type: str
    query: str
    """In brackets, to select from."""
    key: str
    """The column that holds the subject of ``outbound.target``."""
    columns: Collection[str]


def scored_subjects(record_type: str) -> ScoredSubjects:
    """Those of Contact, Lead or Account; a visitor counts for Contact and Lead, for it may become either."""
    if record_type == "Account":
        table, key, where = "scored.account_propensity", "account_id", ""
    else:
        table, key = "scored.person", "person_id"
        where = f" WHERE record_type IN ('{record_type}', 'Visitor')"
    return ScoredSubjects(
        record_type=record_type,
        query=f"(SELECT * FROM {table}{where})",
        key=key,
        columns=tuple(load_models()[table].columns),
    )
