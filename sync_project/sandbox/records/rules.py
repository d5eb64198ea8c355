"""What single objects derive and forbid: names, owners, converted leads, cases; and who knows the rest.

Each rule takes the row as it will be stored; ``derived_values`` are the read-only fields that follow
from it. What follows in other rows is in ``effects``.
"""

from collections.abc import Callable

from sync_project.sandbox.errors import RecordError
from sync_project.sandbox.records.activity_rules import check_activity, derive_task
from sync_project.sandbox.records.campaign_rules import check_member, derive_member
from sync_project.sandbox.records.change import Change, Row
from sync_project.sandbox.records.opportunity_rules import derive_opportunity
from sync_project.sandbox.values import StoredValue


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


def _derive_name(change: Change) -> dict[str, StoredValue]:
    return {"Name": full_name(change.row)}


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
    "Opportunity": derive_opportunity,
    "Task": derive_task,
    "CampaignMember": derive_member,
}
_CHECKS: dict[str, Callable[[Change], None]] = {
    "Lead": _check_lead,
    "CampaignMember": check_member,
    "Task": check_activity,
}
