-- People who belong to an account, as Salesforce has them now. One row per contact that is not deleted.
--
-- contact_id  | Salesforce Contact Id, 18 characters.
-- account_id  | The account the contact is filed under; null where none is.
-- first_name  | First name.
-- last_name   | Last name.
-- email       | Email as stored; matched.email_address reads it.
-- title       | Job title.
-- phone       | Business phone.
-- lead_source | Where the contact came from.
-- country     | Country of the mailing address.
-- owner_id    | The User who owns it.
-- created_at  | When it was created (UTC).
-- modified_at | When a user or the system changed it last (UTC).
SELECT
    Id AS contact_id,
    AccountId AS account_id,
    FirstName AS first_name,
    LastName AS last_name,
    Email AS email,
    Title AS title,
    Phone AS phone,
    LeadSource AS lead_source,
    MailingCountry AS country,
    OwnerId AS owner_id,
    CAST(CreatedDate AS TIMESTAMP) AS created_at,
    CAST(SystemModstamp AS TIMESTAMP) AS modified_at
FROM raw.contact
WHERE NOT IsDeleted
