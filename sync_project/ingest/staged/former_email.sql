-- Email addresses that a record had: a live one before its email was changed, as far as the imports saw it,
-- and one that was deleted, merged ones included. One row per record and address.
--
-- record_id | Salesforce Contact or Lead Id.
-- email     | The email as it was stored.
-- reason    | changed or deleted.
SELECT DISTINCT
    past.Id AS record_id,
    past.Email AS email,
    CASE WHEN contact.IsDeleted THEN 'deleted' ELSE 'changed' END AS reason
FROM history.contact AS past
INNER JOIN raw.contact AS contact ON past.Id = contact.Id
WHERE past.Email IS NOT NULL AND (contact.IsDeleted OR past.Email IS DISTINCT FROM contact.Email)
UNION ALL
SELECT DISTINCT
    past.Id AS record_id,
    past.Email AS email,
    CASE WHEN lead.IsDeleted THEN 'deleted' ELSE 'changed' END AS reason
FROM history.lead AS past
INNER JOIN raw.lead AS lead ON past.Id = lead.Id
WHERE past.Email IS NOT NULL AND (lead.IsDeleted OR past.Email IS DISTINCT FROM lead.Email)
