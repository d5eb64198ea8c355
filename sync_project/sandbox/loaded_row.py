"""One loaded row made whole: what it lacks is defaulted or derived, what it has is kept."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sync_project.sandbox.records.opportunity_rules import expected_revenue, fiscal_values, read_stages
from sync_project.sandbox.records.rules import full_name
from sync_project.sandbox.schema import SObject
from sync_project.sandbox.values import StoredValue, format_datetime

Row = dict[str, StoredValue]


@dataclass(frozen=True, kw_only=True)
class LoadDefaults:
    """What rows of one object get where they say nothing."""

    user_id: str
    moment: str
    blank: Mapping[str, StoredValue]
    """Null or false, and the default picklist values."""
    stages: Mapping[str, Mapping[str, StoredValue]]
    """What an opportunity stage decides, by lower-case label."""
    responses: Mapping[tuple[StoredValue, str], StoredValue]
    """HasResponded by campaign and lower-case member status."""

    @classmethod
    def read(cls, connection: sqlite3.Connection, *, sobject: SObject, user_id: str, now: datetime) -> Self:
        """The defaults as the org stands."""
        return cls(
            user_id=user_id,
            moment=format_datetime(now),
            blank=sobject.blank_row,
            stages=read_stages(connection),
            responses=_read_responses(connection) if sobject.name == "CampaignMember" else {},
        )


def complete_row(sobject: SObject, given: Mapping[str, StoredValue], defaults: LoadDefaults) -> Row:
    """The whole row: given values win over derived ones, derived ones over defaults."""
    row = {**defaults.blank, **given}
    _fill_audit(row, defaults)
    derive = _DERIVATIONS.get(sobject.name)
    if derive is not None:
        derived = derive(row, defaults)
        row |= {name: value for name, value in derived.items() if given.get(name) is None}
    return row


def _fill_audit(row: Row, defaults: LoadDefaults) -> None:
    """An object has some of the dates, each of which is that of the one before it where nothing is said."""
    moment: StoredValue = defaults.moment
    for name in ("CreatedDate", "LastModifiedDate", "SystemModstamp"):
        if name in row:
            row[name] = moment = row[name] or moment
    for name in ("CreatedById", "LastModifiedById", "OwnerId"):
        if name in row:
            row[name] = row[name] or defaults.user_id


def _derive_opportunity(row: Row, defaults: LoadDefaults) -> Row:
    stage = defaults.stages.get(str(row["StageName"]).lower(), {})
    close_date = row["CloseDate"]
    probability = row["Probability"] if row["Probability"] is not None else stage.get("Probability")
    return {
        **stage,
        **fiscal_values(None if close_date is None else str(close_date)),
        "ExpectedRevenue": expected_revenue(row["Amount"], probability),
    }


def _derive_task(row: Row, _: LoadDefaults) -> Row:
    is_closed = int(row["Status"] == "Completed")
    return {
        "IsClosed": is_closed,
        "IsHighPriority": int(row["Priority"] == "High"),
        "CompletedDateTime": row["LastModifiedDate"] if is_closed else None,
    }


def _derive_member(row: Row, defaults: LoadDefaults) -> Row:
    has_responded = defaults.responses.get((row["CampaignId"], str(row["Status"]).lower()), 0)
    return {
        "HasResponded": has_responded,
        "FirstRespondedDate": str(row["CreatedDate"])[:10] if has_responded else None,
    }


def _derive_stage(row: Row, _: LoadDefaults) -> Row:
    return {"ApiName": row["MasterLabel"], "IsActive": 1}


def _derive_name(row: Row, _: LoadDefaults) -> Row:
    return {"Name": full_name(row)}


def _read_responses(connection: sqlite3.Connection) -> dict[tuple[StoredValue, str], StoredValue]:
    rows = connection.execute('SELECT CampaignId, Label, HasResponded FROM "CampaignMemberStatus"').fetchall()
    return {(campaign_id, label.lower()): has_responded for campaign_id, label, has_responded in rows}


_DERIVATIONS: dict[str, Callable[[Row, LoadDefaults], Row]] = {
    "Contact": _derive_name,
    "Lead": _derive_name,
    "User": _derive_name,
    "Opportunity": _derive_opportunity,
    "Task": _derive_task,
    "CampaignMember": _derive_member,
    "OpportunityStage": _derive_stage,
}
