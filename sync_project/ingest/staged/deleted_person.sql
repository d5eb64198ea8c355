-- People whom somebody deleted in Salesforce, merged ones included. One row per deleted contact or lead.
--
-- record_id | Salesforce Contact or Lead Id.
-- email     | Email as it was stored, lower case; null where there was none.
SELECT
    Id AS record_id,
    lower(Email) AS email
FROM raw.contact
WHERE IsDeleted
UNION ALL
SELECT
    Id AS record_id,
    lower(Email) AS email
FROM raw.lead
WHERE IsDeleted
