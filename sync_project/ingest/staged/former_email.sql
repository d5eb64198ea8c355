-- Email addresses that a record had: a live one before its email was changed, as far as the imports saw it or
-- the org keeps the history of emails, and one that was deleted, merged ones included.
-- One row per record and address.
--
-- record_id | Salesforce Contact or Lead Id.
-- email     | The email as it was stored.
-- reason    | changed or deleted.
WITH record AS (
    SELECT
        Id,
        Email,
        IsDeleted
    FROM raw.contact
    UNION ALL
    SELECT
        Id,
        Email,
        IsDeleted
    FROM raw.lead
),

past AS (
    SELECT
        Id,
        Email
    FROM history.contact_past
    UNION
    SELECT
        Id,
        Email
    FROM history.lead_past
    UNION
    SELECT
        record_id AS Id,
        old_value AS Email
    FROM staged.field_change
    WHERE field = 'Email'
)

SELECT
    Id AS record_id,
    Email AS email,
    'deleted' AS reason
FROM record
WHERE IsDeleted AND Email IS NOT NULL
UNION ALL
SELECT
    past.Id AS record_id,
    past.Email AS email,
    CASE WHEN record.IsDeleted THEN 'deleted' ELSE 'changed' END AS reason
FROM past
INNER JOIN record ON past.Id = record.Id
WHERE past.Email IS NOT NULL AND past.Email IS DISTINCT FROM record.Email
