-- Addresses that people had before: their record's email was changed, or a record with the address was merged
-- or converted into it. One row per address and person; whoever has the address still is absent.
--
-- email_normalized | The address; placeholders are nobody's.
-- person_id        | The person who had it.
WITH record AS (
    SELECT
        record_id,
        email
    FROM staged.former_email
    UNION ALL
    SELECT
        lead_id AS record_id,
        email
    FROM staged.lead
    WHERE is_converted
)

SELECT DISTINCT
    email_address.email_normalized,
    person.person_id
FROM record
INNER JOIN matched.email_address AS email_address ON record.email = email_address.email
LEFT JOIN matched.record_redirect AS redirect ON record.record_id = redirect.record_id
INNER JOIN matched.person AS person
    ON coalesce(redirect.final_record_id, record.record_id) = person.person_id
WHERE
    email_address.email_normalized IS NOT NULL
    AND email_address.email_kind <> 'placeholder'
    AND email_address.email_normalized IS DISTINCT FROM person.email_normalized
