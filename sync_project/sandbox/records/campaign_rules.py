"""What campaign members and campaign influence derive and forbid."""

import sqlite3

from sync_project.sandbox.errors import RecordError
from sync_project.sandbox.records.change import Change
from sync_project.sandbox.values import StoredValue

_COUNTED = (
    *(f"NumberOf{each}" for each in ("Leads", "ConvertedLeads", "Contacts", "Responses")),
    *("NumberOfOpportunities", "NumberOfWonOpportunities"),
    *("AmountAllOpportunities", "AmountWonOpportunities"),
)


def derive_campaign(change: Change) -> dict[str, StoredValue]:
    """A new campaign counts from zero."""
    return dict.fromkeys(_COUNTED, 0) if change.before is None else {}


def derive_member(change: Change) -> dict[str, StoredValue]:
    """The status, the response and the one person."""
    row = change.row
    status, has_responded = _member_status(change)
    first = None if change.before is None else change.before["FirstRespondedDate"]
    return {
        "Status": status,
        "HasResponded": has_responded,
        "FirstRespondedDate": first or (change.now.strftime("%Y-%m-%d") if has_responded else None),
        # A member is a lead or a contact; given both, only the contact is kept. A converted one has both.
        "LeadId": None if row["ContactId"] and change.before is None else row["LeadId"],
    }


def check_member(change: Change) -> None:
    """A person is a member of a campaign once, in one of the campaign's statuses."""
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


def check_member_status(change: Change) -> None:
    """A campaign has each label once [K: the text, which names neither field nor record]."""
    others = change.connection.execute(
        'SELECT Label FROM "CampaignMemberStatus" WHERE CampaignId = ? AND NOT IsDeleted AND Id <> ?',
        (change.row["CampaignId"], change.row["Id"]),
    ).fetchall()
    if str(change.row["Label"]).lower() in {label.lower() for (label,) in others}:
        raise RecordError(
            "DUPLICATE_VALUE",
            "duplicate value found: <unknown> duplicates value on record with id: <unknown>",
        )


def derive_influence(change: Change) -> dict[str, StoredValue]:
    """The share of the opportunity's amount, unless it is given [K]."""
    row = change.row
    if "RevenueShare" in change.given or row["Influence"] is None:
        return {}
    (amount,) = change.connection.execute(
        'SELECT Amount FROM "Opportunity" WHERE Id = ?', (row["OpportunityId"],)
    ).fetchone()
    return {"RevenueShare": None if amount is None else round(amount * float(row["Influence"]) / 100, 2)}


def check_influence(change: Change) -> None:
    """Salesforce alone writes the rows of its own model [R object reference; K: code]."""
    check_model(change.connection, change.row["ModelId"])


def check_model(connection: sqlite3.Connection, model_id: StoredValue) -> None:
    """Raise RecordError for the primary campaign source model; other models, locked ones too, are free."""
    found = connection.execute(
        "SELECT 1 FROM \"CampaignInfluenceModel\" WHERE Id = ? AND ModelType = '1'", (model_id,)
    ).fetchone()
    if found is not None:
        raise RecordError("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")


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
