"""Lead conversion: an account, a contact and perhaps an opportunity from one lead, which is read-only then.

Standard fields are mapped as Salesforce maps them; custom fields are not, since a real org's admin has to
map each. An account or contact that exists keeps its values and gets only what it lacks [R convertLead].
"""

from dataclasses import dataclass

from sync_project.sandbox.database import quote
from sync_project.sandbox.errors import RecordError
from sync_project.sandbox.records.effects import settle_record
from sync_project.sandbox.records.history import write_event
from sync_project.sandbox.records.recycle_bin import throw_away
from sync_project.sandbox.records.store import create_record, update_record
from sync_project.sandbox.records.write_context import (
    Values,
    WriteContext,
    find_object,
    load_row,
    stamp,
    update_columns,
)
from sync_project.sandbox.values import format_datetime

_ADDRESS = ("Street", "City", "State", "PostalCode", "Country", "Latitude", "Longitude", "GeocodeAccuracy")
_TO_ACCOUNT = {
    "Name": "Company",
    "AccountSource": "LeadSource",
    "DunsNumber": "CompanyDunsNumber",
    **{name: name for name in ("AnnualRevenue", "Fax", "Industry", "NumberOfEmployees")},
    **{name: name for name in ("Phone", "Rating", "Website")},
    **{f"Billing{part}": part for part in _ADDRESS},
}
_TO_CONTACT = {
    **{name: name for name in ("Salutation", "FirstName", "LastName", "Title", "Email", "Phone")},
    **{name: name for name in ("MobilePhone", "Fax", "LeadSource", "Description")},
    **{name: name for name in ("HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall")},
    **{f"Mailing{part}": part for part in _ADDRESS},
}


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """What the caller decides about one conversion."""

    lead_id: str
    converted_status: str
    account_id: str | None = None
    """None makes a new account; likewise for the contact."""
    contact_id: str | None = None
    owner_id: str | None = None
    """None leaves the lead's owner, who must then be a user."""
    opportunity_name: str | None = None
    """None names it after the company."""
    creates_opportunity: bool = True


@dataclass(frozen=True, kw_only=True)
class Converted:
    """The records that a lead became."""

    lead_id: str
    account_id: str
    contact_id: str
    opportunity_id: str | None


def convert_lead(context: WriteContext, wanted: Conversion) -> Converted:
    """Convert one lead inside a transaction of the caller."""
    lead = load_row(context.connection, find_object(context.schema, "Lead"), wanted.lead_id)
    if lead["IsConverted"]:
        raise RecordError("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
    _check_status(context, wanted.converted_status)
    owner = wanted.owner_id or str(lead["OwnerId"])
    _check_owner(owner)
    account_id = _place(context, "Account", wanted.account_id, _map(lead, _TO_ACCOUNT), owner=owner)
    contact = _map(lead, _TO_CONTACT) | {"AccountId": account_id}
    contact_id = _place(context, "Contact", wanted.contact_id, contact, owner=owner)
    opportunity_id = _open_deal(context, wanted, lead, owner=owner, ids=(account_id, contact_id))
    done = Converted(
        lead_id=str(lead["Id"]), account_id=account_id, contact_id=contact_id, opportunity_id=opportunity_id
    )
    _close_lead(context, done, status=wanted.converted_status)
    _move_members(context, done)
    _move_activities(context, done)
    return done


def _check_status(context: WriteContext, status: str) -> None:
    found = context.connection.execute(
        'SELECT 1 FROM "LeadStatus" WHERE MasterLabel = ? COLLATE NOCASE AND IsConverted', (status,)
    ).fetchone()
    if found is None:
        raise RecordError("INVALID_STATUS", f"invalid convertedStatus: {status}", fields=["Status"])


def _check_owner(owner: str) -> None:
    """A queue owns leads only [K: code]."""
    if not owner.startswith("005"):
        raise RecordError(
            "UNKNOWN_EXCEPTION",
            "Converted objects can only be owned by users.  If the lead is not owned by a user, you must "
            "specify a user for the Owner field.",
        )


def _map(lead: Values, fields: dict[str, str]) -> Values:
    return {target: lead[source] for target, source in fields.items() if lead[source] is not None}


def _place(context: WriteContext, name: str, record_id: str | None, values: Values, *, owner: str) -> str:
    """A new record, or the given one with its empty fields filled [K: code of a contact elsewhere]."""
    sobject = find_object(context.schema, name)
    if record_id is None:
        return create_record(context, sobject, values | {"OwnerId": owner}, is_system=True)
    present = load_row(context.connection, sobject, record_id)
    lacking = {field: value for field, value in values.items() if present[field] is None}
    if name == "Contact" and values["AccountId"] != (present["AccountId"] or values["AccountId"]):
        text = "contact is not associated with the account"
        raise RecordError("INVALID_ID_FIELD", text, fields=["ContactId"])
    if lacking:
        update_record(context, sobject, str(present["Id"]), lacking, is_system=True)
    return str(present["Id"])


def _open_deal(
    context: WriteContext, wanted: Conversion, lead: Values, *, owner: str, ids: tuple[str, str]
) -> str | None:
    """The opportunity, in the first open stage until the end of the quarter [K], with its contact role."""
    if not wanted.creates_opportunity:
        return None
    account_id, contact_id = ids
    stage, campaign = context.connection.execute(
        'SELECT (SELECT MasterLabel FROM "OpportunityStage" '
        "WHERE IsActive AND NOT IsClosed ORDER BY SortOrder), "
        '(SELECT CampaignId FROM "CampaignMember" WHERE LeadId = ? AND NOT IsDeleted '
        "ORDER BY LastModifiedDate DESC, Id DESC LIMIT 1)",
        (lead["Id"],),
    ).fetchone()
    values: Values = {
        "Name": wanted.opportunity_name or str(lead["Company"])[:120],
        "AccountId": account_id,
        "StageName": stage,
        "CloseDate": _quarter_end(context.now.year, context.now.month),
        "LeadSource": lead["LeadSource"],
        "CampaignId": campaign,
        "ContactId": contact_id,
        "OwnerId": owner,
    }
    opportunity = find_object(context.schema, "Opportunity")
    return create_record(context, opportunity, values, is_system=True)


def _quarter_end(year: int, month: int) -> str:
    """The last day of a month's quarter.

    >>> _quarter_end(2026, 3), _quarter_end(2026, 4)
    ('2026-03-31', '2026-06-30')
    """
    return f"{year}-{('03-31', '06-30', '09-30', '12-31')[(month - 1) // 3]}"


def _close_lead(context: WriteContext, done: Converted, *, status: str) -> None:
    lead = find_object(context.schema, "Lead")
    values: Values = {
        "Status": status,
        "IsConverted": 1,
        "ConvertedDate": format_datetime(context.now)[:10],
        "ConvertedAccountId": done.account_id,
        "ConvertedContactId": done.contact_id,
        "ConvertedOpportunityId": done.opportunity_id,
        "IsUnreadByOwner": 0,
    }
    update_record(context, lead, done.lead_id, values, is_system=True)
    write_event(context, lead, {"Id": done.lead_id}, "leadConverted")


def _move_members(context: WriteContext, done: Converted) -> None:
    """Members keep their lead and get the contact; one whose contact is a member already goes."""
    member = find_object(context.schema, "CampaignMember")
    rows = context.connection.execute(
        'SELECT Id, EXISTS (SELECT 1 FROM "CampaignMember" AS c WHERE c.CampaignId = m.CampaignId '
        "AND c.ContactId = ? AND NOT c.IsDeleted) "
        'FROM "CampaignMember" AS m WHERE LeadId = ? AND NOT IsDeleted',
        (done.contact_id, done.lead_id),
    ).fetchall()
    for member_id, is_twin in rows:
        if is_twin:
            throw_away(context, member, member_id, root=member_id)
            continue
        moved = stamp(context, member, names=("SystemModstamp",)) | {"ContactId": done.contact_id}
        update_columns(context.connection, member, member_id, moved)
        settle_record(context.connection, member, member_id)


def _move_activities(context: WriteContext, done: Converted) -> None:
    """Tasks and events follow to the contact, and to the opportunity or else the account [K]."""
    for name in ("Task", "Event"):
        context.connection.execute(
            f"UPDATE {quote(name)} SET WhoId = ?, WhatId = coalesce(WhatId, ?), AccountId = ?, "
            "SystemModstamp = ? WHERE WhoId = ? AND NOT IsDeleted",
            (
                done.contact_id,
                done.opportunity_id or done.account_id,
                done.account_id,
                format_datetime(context.now),
                done.lead_id,
            ),
        )
