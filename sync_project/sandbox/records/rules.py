"""What single objects derive and forbid: names, owners, converted leads, cases; and who knows the rest.

Each rule takes the row as it will be stored; ``derived_values`` are the read-only fields that follow
from it. What follows in other rows is in ``effects``.
"""

from collections.abc import Callable

from sync_project.sandbox.database import next_serial
from sync_project.sandbox.errors import RecordError
from sync_project.sandbox.records.activity_rules import check_activity, check_event, derive_event, derive_task
from sync_project.sandbox.records.campaign_rules import (
    check_influence,
    check_member,
    check_member_status,
    derive_campaign,
    derive_influence,
    derive_member,
)
from sync_project.sandbox.records.change import Change, Row
from sync_project.sandbox.records.opportunity_rules import derive_opportunity
from sync_project.sandbox.records.permission_rules import (
    check_assignment,
    check_field_permissions,
    check_permission_set,
)
from sync_project.sandbox.values import StoredValue, format_datetime


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


def _derive_case(change: Change) -> dict[str, StoredValue]:
    """Number, closing date, and the contact's account, phone and email as they are now [K]."""
    row, before = change.row, change.before
    names = ("AccountId", "Phone", "MobilePhone", "Email", "Fax")
    found = change.connection.execute(
        f'SELECT {", ".join(names)} FROM "Contact" WHERE Id = ?', (row["ContactId"],)
    ).fetchone()
    account_id, phone, mobile, email, fax = found or (None,) * len(names)
    is_closed = int(str(row["Status"]).lower() == "closed")
    closed_at = (before or {}).get("ClosedDate") or format_datetime(change.now)
    number = before["CaseNumber"] if before else f"{999 + next_serial(change.connection, 'CaseNumber'):08d}"
    return {
        "CaseNumber": number,
        "AccountId": row["AccountId"] or account_id,
        "ContactPhone": phone,
        "ContactMobile": mobile,
        "ContactEmail": email,
        "ContactFax": fax,
        "IsClosed": is_closed,
        "ClosedDate": closed_at if is_closed else None,
    }


def _check_lead(change: Change) -> None:
    """A converted lead is read-only through the API [K: text]."""
    if change.before is not None and change.before["IsConverted"]:
        raise RecordError("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")


def _check_owner(sobject: str, change: Change) -> None:
    owner = change.row["OwnerId"]
    if str(owner or "").startswith("00G"):
        _check_queue(sobject, change)
    if not str(owner or "").startswith("005"):
        return
    found = change.connection.execute('SELECT IsActive FROM "User" WHERE Id = ?', (owner,)).fetchone()
    if found is not None and not found[0]:
        raise RecordError(
            "INACTIVE_OWNER_OR_USER",
            f"operation performed with inactive user [{owner}] as owner of {sobject.lower()}",
        )


def _check_queue(sobject: str, change: Change) -> None:
    """A queue owns records of the objects it was made for [K: code]."""
    found = change.connection.execute(
        'SELECT 1 FROM "QueueSobject" AS q JOIN "Group" AS g ON g.Id = q.QueueId '
        "WHERE g.Id = ? AND g.Type = 'Queue' AND q.SobjectType = ?",
        (change.row["OwnerId"], sobject),
    ).fetchone()
    if found is None:
        raise RecordError(
            "INVALID_OPERATION", "Queue not associated with this SObject type", fields=["OwnerId"]
        )


_DERIVATIONS: dict[str, Callable[[Change], dict[str, StoredValue]]] = {
    "Contact": _derive_name,
    "Lead": _derive_name,
    "User": _derive_name,
    "Opportunity": derive_opportunity,
    "Task": derive_task,
    "Event": derive_event,
    "Case": _derive_case,
    "CampaignInfluence": derive_influence,
    "Campaign": derive_campaign,
    "CampaignMember": derive_member,
}
_CHECKS: dict[str, Callable[[Change], None]] = {
    "Lead": _check_lead,
    "CampaignMember": check_member,
    "CampaignMemberStatus": check_member_status,
    "Task": check_activity,
    "Event": check_event,
    "CampaignInfluence": check_influence,
    "PermissionSet": check_permission_set,
    "FieldPermissions": check_field_permissions,
    "PermissionSetAssignment": check_assignment,
}
