"""What one write changes in other rows.

Campaign members mirror their person, campaigns count members and opportunities, one member status is
the default, one contact role is primary and names the opportunity's contact. These columns are copies
and sums, so refreshing them moves no SystemModstamp, as with formulas in a real org.
"""

import sqlite3

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
_CAMPAIGN_COUNTS = """
UPDATE "Campaign" SET
    (NumberOfLeads, NumberOfConvertedLeads, NumberOfContacts, NumberOfResponses) = (
        SELECT count(l.Id) FILTER (WHERE NOT l.IsConverted), count(l.Id) FILTER (WHERE l.IsConverted),
            count(m.ContactId), count(*) FILTER (WHERE m.HasResponded)
        FROM "CampaignMember" AS m LEFT JOIN "Lead" AS l ON l.Id = m.LeadId
        WHERE m.CampaignId = "Campaign".Id AND NOT m.IsDeleted),
    (NumberOfOpportunities, NumberOfWonOpportunities, AmountAllOpportunities, AmountWonOpportunities) = (
        SELECT count(*), count(*) FILTER (WHERE IsWon), coalesce(sum(Amount), 0.0),
            coalesce(sum(Amount) FILTER (WHERE IsWon), 0.0)
        FROM "Opportunity" WHERE CampaignId = "Campaign".Id AND NOT IsDeleted)
WHERE TRUE"""

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


def settle_record(connection: sqlite3.Connection, sobject: SObject, record_id: str) -> None:
    """Refresh what hangs on one record that was just written or deleted."""
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
    if sobject.name in {"CampaignMember", "Opportunity"}:
        connection.execute(
            f'{_CAMPAIGN_COUNTS} AND Id = (SELECT CampaignId FROM "{sobject.name}" WHERE Id = ?)',
            (record_id,),
        )


def settle_everything(connection: sqlite3.Connection) -> None:
    """Refresh every copy and sum, after rows were loaded in bulk."""
    for statement in (_MEMBERS_FROM_LEADS, _MEMBERS_FROM_CONTACTS, _CAMPAIGN_COUNTS):
        connection.execute(statement)
