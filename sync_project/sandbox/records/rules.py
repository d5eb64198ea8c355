"""What single objects derive and forbid: names, opportunity stages, campaign members, tasks.

Each rule takes the row as it will be stored; ``derived_values`` are the read-only fields that follow
from it. What follows in other rows is in ``effects``.
"""

import sqlite3
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from sync_project.sandbox.database import quote
from sync_project.sandbox.errors import RecordError
from sync_project.sandbox.values import StoredValue, format_datetime

Row = Mapping[str, StoredValue]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One record about to be stored."""

    connection: sqlite3.Connection
    now: datetime
    row: Row
    """Every field, the new values included."""
    before: Row | None
    """None when the record is created."""
    given: Set[str]
    """The API names that the caller wrote."""

    def is_changed(self, name: str) -> bool:
        """Whether this write gives the field another value."""
        return self.before is None or self.before[name] != self.row[name]


def derived_values(sobject: str, change: Change) -> dict[str, StoredValue]:
    """The read-only fields that follow from the row."""
    derive = _DERIVATIONS.get(sobject)
    return {} if derive is None else derive(change)


def check_change(sobject: str, change: Change) -> None:
    """Raise RecordError when the object itself forbids the write."""
    check = _CHECKS.get(sobject)
    if check is not None:
        check(change)
    if "OwnerId" in change.row and change.is_changed("OwnerId"):
        _check_owner(sobject, change)


def full_name(row: Row) -> str | None:
    """First and last name, whichever there are.

    >>> full_name({"FirstName": None, "LastName": "Lovelace"})
    'Lovelace'
    """
    return " ".join(str(row[part]) for part in ("FirstName", "LastName") if row[part]) or None


def fiscal_values(close_date: str | None) -> dict[str, StoredValue]:
    """The fiscal period, for the standard fiscal year that starts in January.

    >>> fiscal_values("2026-05-31")
    {'FiscalYear': 2026, 'FiscalQuarter': 2, 'Fiscal': '2026 2'}
    """
    if close_date is None:
        return {"FiscalYear": None, "FiscalQuarter": None, "Fiscal": None}
    year, quarter = int(close_date[:4]), (int(close_date[5:7]) + 2) // 3
    return {"FiscalYear": year, "FiscalQuarter": quarter, "Fiscal": f"{year} {quarter}"}


def stage_values(connection: sqlite3.Connection, stage: StoredValue) -> dict[str, StoredValue]:
    """What a stage decides; a stage the org does not list is open and in the pipeline [K]."""
    found = connection.execute(
        "SELECT IsClosed, IsWon, ForecastCategory, ForecastCategoryName, DefaultProbability "
        'FROM "OpportunityStage" WHERE MasterLabel = ? COLLATE NOCASE',
        (stage,),
    ).fetchone()
    names = ("IsClosed", "IsWon", "ForecastCategory", "ForecastCategoryName", "Probability")
    return dict(zip(names, found or (0, 0, "Pipeline", "Pipeline", 0.0), strict=True))


def _derive_name(change: Change) -> dict[str, StoredValue]:
    return {"Name": full_name(change.row)}


def _derive_opportunity(change: Change) -> dict[str, StoredValue]:
    row = change.row
    derived = fiscal_values(None if row["CloseDate"] is None else str(row["CloseDate"]))
    if change.is_changed("StageName"):
        staged = stage_values(change.connection, row["StageName"])
        derived |= {name: value for name, value in staged.items() if name not in change.given}
        if change.before is not None:
            derived["LastStageChangeDate"] = format_datetime(change.now)
    probability = derived.get("Probability", row["Probability"])
    derived["ExpectedRevenue"] = expected_revenue(row["Amount"], probability)
    return derived


def expected_revenue(amount: StoredValue, probability: StoredValue) -> float | None:
    """Amount times probability; null without an amount.

    >>> expected_revenue(1000.0, 75.0)
    750.0
    """
    if amount is None:
        return None
    return round(float(amount) * float(probability or 0) / 100, 2)


def _derive_task(change: Change) -> dict[str, StoredValue]:
    row = change.row
    is_closed = int(row["Status"] == "Completed")
    completed_at = (change.before or {}).get("CompletedDateTime") or format_datetime(change.now)
    return {
        "IsClosed": is_closed,
        "CompletedDateTime": completed_at if is_closed else None,
        "IsHighPriority": int(row["Priority"] == "High"),
        "AccountId": _account_of_task(change.connection, row),
    }


def _account_of_task(connection: sqlite3.Connection, row: Row) -> StoredValue:
    for reference in (row["WhatId"], row["WhoId"]):
        prefix = str(reference or "")[:3]
        if prefix == "001":
            return reference
        table = {"006": "Opportunity", "003": "Contact"}.get(prefix)
        if table is not None:
            found = connection.execute(
                f"SELECT AccountId FROM {quote(table)} WHERE Id = ?", (reference,)
            ).fetchone()
            if found is not None and found[0] is not None:
                account_id: str = found[0]
                return account_id
    return None


def _derive_member(change: Change) -> dict[str, StoredValue]:
    row = change.row
    status, has_responded = _member_status(change)
    first = None if change.before is None else change.before["FirstRespondedDate"]
    return {
        "Status": status,
        "HasResponded": has_responded,
        "FirstRespondedDate": first or (change.now.strftime("%Y-%m-%d") if has_responded else None),
        # A member is a lead or a contact; given both, only the contact is kept.
        "LeadId": None if row["ContactId"] else row["LeadId"],
    }


def _member_status(change: Change) -> tuple[StoredValue, int]:
    """The status and whether it counts as a response; the campaign's default when none is given."""
    wanted = change.row["Status"]
    statuses = change.connection.execute(
        'SELECT Label, IsDefault, HasResponded FROM "CampaignMemberStatus" '
        "WHERE CampaignId = ? AND NOT IsDeleted",
        (change.row["CampaignId"],),
    ).fetchall()
    for label, is_default, has_responded in statuses:
        if is_default if wanted is None else label.lower() == str(wanted).lower():
            return label, has_responded
    return wanted, 0


def _check_member(change: Change) -> None:
    row = change.row
    if not (row["LeadId"] or row["ContactId"]):
        raise RecordError(
            "REQUIRED_FIELD_MISSING", "Either Lead ID or Contact ID is required", fields=["LeadId"]
        )
    _check_member_status(change)
    column = "ContactId" if row["ContactId"] else "LeadId"
    twin = change.connection.execute(
        f'SELECT 1 FROM "CampaignMember" WHERE CampaignId = ? AND {column} = ? AND NOT IsDeleted AND Id <> ?',
        (row["CampaignId"], row[column], row["Id"]),
    ).fetchone()
    if twin is not None:
        raise RecordError("DUPLICATE_VALUE", "Already a campaign member.")


def _check_member_status(change: Change) -> None:
    """The statuses of its campaign are all that a member may take [K: code and text]."""
    labels = change.connection.execute(
        'SELECT Label FROM "CampaignMemberStatus" WHERE CampaignId = ? AND NOT IsDeleted',
        (change.row["CampaignId"],),
    ).fetchall()
    status = str(change.row["Status"] or "")
    if labels and status.lower() not in {label.lower() for (label,) in labels}:
        raise RecordError(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            f"Status: bad value for restricted picklist field: {status}",
            fields=["Status"],
        )


def _check_task(change: Change) -> None:
    if str(change.row["WhoId"] or "").startswith("00Q") and change.row["WhatId"]:
        raise RecordError(
            "FIELD_INTEGRITY_EXCEPTION",
            "Related To ID: Leads cannot be related to other records.",
            fields=["WhatId"],
        )


def _check_lead(change: Change) -> None:
    """A converted lead is read-only through the API [K: text]."""
    if change.before is not None and change.before["IsConverted"]:
        raise RecordError("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")


def _check_owner(sobject: str, change: Change) -> None:
    owner = change.row["OwnerId"]
    if not str(owner or "").startswith("005"):
        return
    found = change.connection.execute('SELECT IsActive FROM "User" WHERE Id = ?', (owner,)).fetchone()
    if found is not None and not found[0]:
        raise RecordError(
            "INACTIVE_OWNER_OR_USER",
            f"operation performed with inactive user [{owner}] as owner of {sobject.lower()}",
        )


_DERIVATIONS: dict[str, Callable[[Change], dict[str, StoredValue]]] = {
    "Contact": _derive_name,
    "Lead": _derive_name,
    "User": _derive_name,
    "Opportunity": _derive_opportunity,
    "Task": _derive_task,
    "CampaignMember": _derive_member,
}
_CHECKS: dict[str, Callable[[Change], None]] = {
    "Lead": _check_lead,
    "CampaignMember": _check_member,
    "Task": _check_task,
}
