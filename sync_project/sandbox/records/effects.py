"""What one write changes in other rows.

Campaign members mirror their person, campaigns count members and opportunities, one member status is
the default, one contact role is primary and names the opportunity's contact. These columns are copies
and sums, so refreshing them moves no SystemModstamp, as with formulas in a real org.
"""

import sqlite3

from sync_project.sandbox.database import mark_schema_changed
from sync_project.sandbox.records.change import Row
from sync_project.sandbox.records.permission_rules import SECURITY_OBJECTS
from sync_project.sandbox.schema import SObject

_PERSON_COLUMNS = (
    "Salutation, Name, FirstName, LastName, Title, Street, City, State, PostalCode, Country, Email, Phone, "
    "Fax, MobilePhone, LeadSource, CompanyOrAccount, Type, LeadOrContactId, LeadOrContactOwnerId"
)
_MEMBERS_FROM_LEADS = f"""
UPDATE "CampaignMember" SET ({_PERSON_COLUMNS}) = (
    SELECT Salutation, Name, FirstName, LastName, Title, Street, City, State, PostalCode, Country, Email,
        Phone, Fax, MobilePhone, LeadSource, Company, 'Lead', Id, OwnerId
    FROM "Lead" WHERE Id = "CampaignMember".LeadId)
WHERE LeadId IS NOT NULL AND ContactId IS NULL"""
_MEMBERS_FROM_CONTACTS = f"""
UPDATE "CampaignMember" SET ({_PERSON_COLUMNS}) = (
    SELECT c.Salutation, c.Name, c.FirstName, c.LastName, c.Title, c.MailingStreet, c.MailingCity,
        c.MailingState, c.MailingPostalCode, c.MailingCountry, c.Email, c.Phone, c.Fax, c.MobilePhone,
        c.LeadSource, a.Name, 'Contact', c.Id, c.OwnerId
    FROM "Contact" AS c LEFT JOIN "Account" AS a ON a.Id = c.AccountId
    WHERE c.Id = "CampaignMember".ContactId)
WHERE ContactId IS NOT NULL"""
_COUNTS = {
    "CampaignMember": """
UPDATE "Campaign" SET (NumberOfLeads, NumberOfConvertedLeads, NumberOfContacts, NumberOfResponses) = (
    SELECT count(l.Id) FILTER (WHERE NOT l.IsConverted), count(l.Id) FILTER (WHERE l.IsConverted),
        count(m.ContactId), count(*) FILTER (WHERE m.HasResponded)
    FROM "CampaignMember" AS m LEFT JOIN "Lead" AS l ON l.Id = m.LeadId
    WHERE m.CampaignId = "Campaign".Id AND NOT m.IsDeleted)
WHERE TRUE""",
    "Opportunity": """
UPDATE "Campaign" SET
    (NumberOfOpportunities, NumberOfWonOpportunities, AmountAllOpportunities, AmountWonOpportunities) = (
        SELECT count(*), count(*) FILTER (WHERE IsWon), coalesce(sum(Amount), 0.0),
            coalesce(sum(Amount) FILTER (WHERE IsWon), 0.0)
        FROM "Opportunity" WHERE CampaignId = "Campaign".Id AND NOT IsDeleted)
WHERE TRUE""",
}
"""What a campaign counts, by the object that it counts."""
_ONE_MEMBER_MORE = """
UPDATE "Campaign" SET NumberOfLeads = NumberOfLeads + ?, NumberOfContacts = NumberOfContacts + ?,
    NumberOfResponses = NumberOfResponses + ?
WHERE Id = ?"""

_ONE_DEFAULT_STATUS = """
UPDATE "CampaignMemberStatus" SET IsDefault = 0
WHERE Id <> :record_id
    AND CampaignId = (SELECT CampaignId FROM "CampaignMemberStatus" WHERE Id = :record_id AND IsDefault)"""
_ONE_PRIMARY_ROLE = """
UPDATE "OpportunityContactRole" SET IsPrimary = 0
WHERE Id <> :record_id AND OpportunityId = (
    SELECT OpportunityId FROM "OpportunityContactRole" WHERE Id = :record_id AND IsPrimary)"""
_PRIMARY_CONTACT = """
UPDATE "Opportunity" SET ContactId = (
    SELECT ContactId FROM "OpportunityContactRole"
    WHERE OpportunityId = "Opportunity".Id AND IsPrimary AND NOT IsDeleted)
WHERE Id = (SELECT OpportunityId FROM "OpportunityContactRole" WHERE Id = :record_id)"""


def settle_change(connection: sqlite3.Connection, sobject: SObject, row: Row, *, before: Row | None) -> None:
    """Refresh what hangs on one record that was just created or changed by a caller."""
    _refresh_copies(connection, sobject, str(row["Id"]))
    if sobject.name == "CampaignMember":
        _count_member(connection, row, before=before)
    elif sobject.name == "Opportunity":
        for campaign_id in {row["CampaignId"], (before or row)["CampaignId"]} - {None}:
            connection.execute(f"{_COUNTS[sobject.name]} AND Id = ?", (campaign_id,))


def settle_record(connection: sqlite3.Connection, sobject: SObject, record_id: str) -> None:
    """Refresh what hangs on one record that was deleted, restored or moved, counting anew."""
    _refresh_copies(connection, sobject, record_id)
    if sobject.name in _COUNTS:
        connection.execute(
            f"{_COUNTS[sobject.name]} AND NOT IsDeleted "
            f'AND Id = (SELECT CampaignId FROM "{sobject.name}" WHERE Id = ?)',
            (record_id,),
        )


def settle_everything(connection: sqlite3.Connection) -> None:
    """Refresh every copy and sum, after rows were loaded in bulk."""
    for statement in (_MEMBERS_FROM_LEADS, _MEMBERS_FROM_CONTACTS, *_COUNTS.values()):
        connection.execute(statement)


def _refresh_copies(connection: sqlite3.Connection, sobject: SObject, record_id: str) -> None:
    if sobject.name == "Lead":
        connection.execute(f"{_MEMBERS_FROM_LEADS} AND LeadId = ?", (record_id,))
    elif sobject.name == "Contact":
        connection.execute(f"{_MEMBERS_FROM_CONTACTS} AND ContactId = ?", (record_id,))
    elif sobject.name == "CampaignMember":
        connection.execute(f"{_MEMBERS_FROM_LEADS} AND Id = ?", (record_id,))
        connection.execute(f"{_MEMBERS_FROM_CONTACTS} AND Id = ?", (record_id,))
    elif sobject.name == "CampaignMemberStatus":
        connection.execute(_ONE_DEFAULT_STATUS, {"record_id": record_id})
    elif sobject.name == "OpportunityContactRole":
        connection.execute(_ONE_PRIMARY_ROLE, {"record_id": record_id})
        connection.execute(_PRIMARY_CONTACT, {"record_id": record_id})
    elif sobject.name in SECURITY_OBJECTS:
        mark_schema_changed(connection)


def _count_member(connection: sqlite3.Connection, row: Row, *, before: Row | None) -> None:
    """One member or answer more or less: counting a large campaign anew for each would take for ever."""
    answers = int(row["HasResponded"] or 0) - int((before or {}).get("HasResponded") or 0)
    is_new, is_contact = before is None, row["ContactId"] is not None
    if is_new or answers:
        counted = (int(is_new and not is_contact), int(is_new and is_contact), answers, row["CampaignId"])
        connection.execute(_ONE_MEMBER_MORE, counted)
